package field

import (
	"context"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// VisitPolicies lists what holds when the customer is not there, and what holds
// where nothing was entered.
func (f *Field) VisitPolicies(ctx context.Context, who access.Principal) (list []dispatch.VisitPolicy, err error) {
	if err := who.Require(access.SetupRead); err != nil {
		return nil, err
	}
	err = f.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		list, err = tx.ListVisitPolicies(ctx)
		return err
	})
	return list, err
}

// AddVisitPolicy enters one for a region, a template, both or all. Code:
// "visit_policy_taken".
func (f *Field) AddVisitPolicy(ctx context.Context, who access.Principal, p dispatch.VisitPolicy) (dispatch.VisitPolicy, error) {
	now := f.Clock.Now()
	if err := who.Require(access.SetupWrite); err != nil {
		return p, err
	}
	p.ID, p.Version = ids.New(), 1
	err := f.Store.Write(ctx, func(tx dispatch.Tx) error {
		if err := tx.AddVisitPolicy(ctx, p); err != nil {
			return err
		}
		if err := decide.Emit(ctx, tx, now, who, decide.Event{Name: "visit_policy.added", Kind: "visit_policy", Subject: p.ID}); err != nil {
			return err
		}
		return tx.Answer(ctx, p)
	})
	return p, err
}

// VisitPolicyChange is what may be changed of a policy; nil leaves it.
type VisitPolicyChange struct {
	WaitMinutes, CallTries, RadiusMetres, CallbackMinutes *int
	Steps                                                 []dispatch.StepCode
}

// ChangeVisitPolicy changes one that is at the given version. Codes:
// "visit_policy_not_found", "version_stale".
func (f *Field) ChangeVisitPolicy(ctx context.Context, who access.Principal, id ids.ID, version int64, c VisitPolicyChange) (p dispatch.VisitPolicy, err error) {
	now := f.Clock.Now()
	if err := who.Require(access.SetupWrite); err != nil {
		return p, err
	}
	err = f.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
		if p, err = tx.VisitPolicy(ctx, id); err != nil {
			return err
		}
		if p.Version != version {
			return fault.New(fault.Stale, "version_stale", "the policy has changed since you read it; read it again and repeat").With("version", p.Version)
		}
		for _, x := range []struct{ from, to *int }{{c.WaitMinutes, &p.WaitMinutes}, {c.CallTries, &p.CallTries}, {c.RadiusMetres, &p.RadiusMetres}, {c.CallbackMinutes, &p.CallbackMinutes}} {
			if x.from != nil {
				*x.to = *x.from
			}
		}
		if c.Steps != nil {
			p.Steps = c.Steps
		}
		if p, err = tx.SaveVisitPolicy(ctx, p); err != nil {
			return err
		}
		return decide.Emit(ctx, tx, now, who, decide.Event{Name: "visit_policy.changed", Kind: "visit_policy", Subject: id})
	})
	return p, err
}
