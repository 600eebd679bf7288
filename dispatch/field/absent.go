package field

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// AbsentView is what to do when nobody is there, by policy.
type AbsentView struct {
	Steps      []dispatch.DoorStep
	NoShowFrom time.Time // from then on it may be called a no-show
	CallsLeft  int
}

// Call records that the technician tried to reach the customer. An answered call
// counts as none: who answers is there, or says when. Code: "visit_state".
func (f *Field) Call(ctx context.Context, who access.Principal, visit ids.ID, n NewFact, answered bool) (VisitView, error) {
	return f.record(ctx, who, visit, n, report{kind: dispatch.FactCalled, act: dispatch.ActCall, event: "visit.customer_called",
		data: map[string]any{"answered": answered},
		mean: func(ctx context.Context, tx dispatch.Tx, a *act) error {
			a.tell = map[string]any{"answered": answered}
			if a.visit.ArrivedAt == nil {
				return nil
			}
			return f.absent(ctx, tx, a)
		}})
}

// Miss records that the customer is not there, and answers what to do next. Code:
// "visit_state".
func (f *Field) Miss(ctx context.Context, who access.Principal, visit ids.ID, n NewFact) (VisitView, error) {
	return f.record(ctx, who, visit, n, report{kind: dispatch.FactMissed, act: dispatch.ActMiss, event: "visit.customer_absent",
		mean: func(ctx context.Context, tx dispatch.Tx, a *act) error { return f.absent(ctx, tx, a) }})
}

// absent answers the next steps of an arrived visit.
func (f *Field) absent(ctx context.Context, tx dispatch.Tx, a *act) error {
	policy, w, err := waited(ctx, tx, a.visit)
	if err != nil {
		return err
	}
	a.out.Absent = &AbsentView{Steps: policy.NextSteps(w, a.now), NoShowFrom: policy.NoShowFrom(w), CallsLeft: max(0, policy.CallTries-w.Calls)}
	return nil
}

// waited reads what there is to show for a no-show, with the policy that judges it.
func waited(ctx context.Context, tx dispatch.Tx, v dispatch.Visit) (dispatch.VisitPolicy, dispatch.Waited, error) {
	w := dispatch.Waited{ArrivedAt: *v.ArrivedAt}
	policy, err := policyOf(ctx, tx, v)
	if err != nil {
		return policy, w, err
	}
	p, err := decide.LastPromise(ctx, tx, v)
	if err != nil {
		return policy, w, err
	}
	if p != nil {
		w.WindowStart = &p.WindowStart
	}
	w.Calls, err = callsUnanswered(ctx, tx, v.ID)
	return policy, w, err
}
