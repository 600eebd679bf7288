package field

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// GiveUp records that a visit can't be completed, and why. The ticket goes back to
// its owner with a call to make. A no-show wants a wait and a call by policy.
//
// Codes: "visit_state", also where the reason is met at the door and nobody has
// arrived; "reason_unsaid" when "other" comes without a note; "no_show_early",
// "no_show_uncalled".
func (f *Field) GiveUp(ctx context.Context, who access.Principal, visit ids.ID, n NewFact, reason dispatch.GiveUpReason) (VisitView, error) {
	if reason == dispatch.GaveUpOther && n.Note == "" {
		return VisitView{}, fault.New(fault.Invalid, "reason_unsaid", "say in a note what stood in the way").At("/note", "is wanted with the reason other")
	}
	return f.record(ctx, who, visit, n, report{kind: dispatch.FactGaveUp, act: dispatch.ActGiveUp, data: map[string]any{"reason": reason},
		mean: func(ctx context.Context, tx dispatch.Tx, a *act) error {
			if reason.AtTheDoor() && a.visit.ArrivedAt == nil {
				return fault.New(fault.Conflict, "visit_state", "record the arrival first; %s is met at the door", reason).
					With("state", a.visit.State).With("allowed", []dispatch.VisitState{dispatch.VisitArrived, dispatch.VisitInProgress})
			}
			policy, err := mayGiveUp(ctx, tx, a, reason)
			if err != nil {
				return err
			}
			got, err := decide.GiveUp(ctx, tx, who, a.visit, decide.Ending{Reason: reason, At: a.at, Now: a.now,
				CallIn: time.Duration(policy.CallbackMinutes) * time.Minute})
			a.visit, a.out.Promise, a.out.Callback = got.Visit, got.Promise, &got.Callback
			a.tell = map[string]any{"reason": reason}
			return err
		}})
}

// mayGiveUp holds a no-show against the policy.
func mayGiveUp(ctx context.Context, tx dispatch.Tx, a *act, reason dispatch.GiveUpReason) (dispatch.VisitPolicy, error) {
	if reason != dispatch.GaveUpNoShow {
		return policyOf(ctx, tx, a.visit)
	}
	policy, w, err := waited(ctx, tx, a.visit)
	if err != nil {
		return policy, err
	}
	return policy, policy.MayBeNoShow(w, a.at)
}

// callsUnanswered counts the calls of a visit that nobody answered.
func callsUnanswered(ctx context.Context, tx dispatch.Tx, visit ids.ID) (n int, err error) {
	facts, err := tx.FactsOf(ctx, visit)
	if err != nil {
		return 0, err
	}
	for _, x := range facts {
		if x.Kind != dispatch.FactCalled {
			continue
		}
		var said struct{ Answered bool }
		if err := json.Unmarshal(x.Data, &said); err != nil {
			return 0, fmt.Errorf("fact %s: %w", x.ID, err)
		}
		if !said.Answered {
			n++
		}
	}
	return n, nil
}
