package field

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// Detail is a visit with all that was reported of it.
type Detail struct {
	Visit    dispatch.Visit
	Promise  *dispatch.Promise // the last one made
	Facts    []dispatch.Fact
	Strays   []dispatch.StrayFact // what was said of it and had no effect
	Pauses   []dispatch.Pause
	Worked   time.Duration
	Arrivals ArrivalView
	Duties   []dispatch.Duty
	Presence *dispatch.Presence
	Assists  []dispatch.Assist
}

// Visit gives a visit with all that was reported of it. Code: "visit_not_found".
func (f *Field) Visit(ctx context.Context, who access.Principal, id ids.ID) (Detail, error) {
	now := f.Clock.Now()
	var out Detail
	if err := who.Require(access.TicketsRead); err != nil {
		return out, err
	}
	err := f.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		if out.Visit, err = tx.Visit(ctx, id); err != nil {
			return err
		}
		if out.Promise, err = decide.LastPromise(ctx, tx, out.Visit); err != nil {
			return err
		}
		if out.Facts, err = tx.FactsOf(ctx, id); err != nil {
			return err
		}
		if out.Strays, err = tx.StraysOf(ctx, id); err != nil {
			return err
		}
		if out.Pauses, err = tx.PausesOf(ctx, id); err != nil {
			return err
		}
		if out.Arrivals, err = arrivals(ctx, tx, id); err != nil {
			return err
		}
		if out.Duties, err = tx.DutiesOf(ctx, id); err != nil {
			return err
		}
		if out.Presence, err = tx.PresenceOf(ctx, id); err != nil {
			return err
		}
		out.Assists, err = tx.AssistsOf(ctx, id)
		return err
	})
	if err == nil && out.Visit.ArrivedAt != nil {
		until := now
		if out.Visit.CompletedAt != nil {
			until = *out.Visit.CompletedAt
		}
		out.Worked = dispatch.Worked(*out.Visit.ArrivedAt, until, out.Pauses)
	}
	return out, err
}

// Strays lists facts without effect, newest first: those that nobody has looked at,
// or all.
func (f *Field) Strays(ctx context.Context, who access.Principal, reviewed bool, p dispatch.Page) (list []dispatch.StrayFact, next string, err error) {
	if err := who.Require(access.PlansRead); err != nil {
		return nil, "", err
	}
	err = f.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListStrays(ctx, !reviewed, p)
		return err
	})
	return list, next, err
}

// ReviewStray records that the dispatcher has looked at a fact without effect. Code:
// "stray_fact_not_found".
func (f *Field) ReviewStray(ctx context.Context, who access.Principal, id ids.ID) (out dispatch.StrayFact, err error) {
	now := f.Clock.Now()
	if err := who.Require(access.PlansWrite); err != nil {
		return out, err
	}
	err = f.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
		if out, err = tx.ReviewStray(ctx, id, who.AccountID, now); err != nil {
			return err
		}
		if err = decide.Emit(ctx, tx, now, who, decide.Event{Name: "fact.reviewed", Kind: "fact", Subject: id, Technician: &out.TechnicianID}); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
	return out, err
}
