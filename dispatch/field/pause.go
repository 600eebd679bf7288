package field

import (
	"context"
	"fmt"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Pause stops the work on a visit: lunch, waiting for somebody or something. Codes:
// "visit_state", "visit_paused".
func (f *Field) Pause(ctx context.Context, who access.Principal, visit ids.ID, n NewFact, reason string) (VisitView, error) {
	return f.record(ctx, who, visit, n, report{kind: dispatch.FactPaused, act: dispatch.ActPause, event: "visit.paused", data: map[string]any{"reason": reason},
		mean: func(ctx context.Context, tx dispatch.Tx, a *act) error {
			a.tell = map[string]any{"reason": reason}
			return tx.AddPause(ctx, dispatch.Pause{ID: ids.New(), VisitID: visit, Reason: reason, StartedAt: a.at})
		}})
}

// Resume goes on with the work. The visit lasts longer by the pause, and the round
// is timed anew. Codes: "visit_state", "visit_not_paused".
func (f *Field) Resume(ctx context.Context, who access.Principal, visit ids.ID, n NewFact) (VisitView, error) {
	return f.record(ctx, who, visit, n, report{kind: dispatch.FactResumed, act: dispatch.ActResume, event: "visit.resumed",
		mean: func(ctx context.Context, tx dispatch.Tx, a *act) error {
			p, err := tx.EndPause(ctx, visit, a.at)
			if err != nil {
				return err
			}
			if p == nil {
				return fault.New(fault.Conflict, "visit_not_paused", "this visit is not paused; nothing has to be resumed")
			}
			a.visit, err = tx.SetVisitMinutes(ctx, a.visit, a.visit.Minutes+wholeMinutes(p.EndedAt.Sub(p.StartedAt)))
			return err
		}})
}

// mostMinutes is how long a technician may say that a visit still takes.
const mostMinutes = 12 * 60

// Estimate says how long the work still takes. The round is timed anew, its promises
// are judged anew, and who falls through a floor is told. One that was made before
// another and is heard of after it is kept as a fact and times nothing. Codes: "visit_state",
// "bad_duration".
func (f *Field) Estimate(ctx context.Context, who access.Principal, visit ids.ID, n NewFact, left time.Duration) (VisitView, error) {
	if left < 0 || left > mostMinutes*time.Minute {
		return VisitView{}, fault.New(fault.Invalid, "bad_duration", "the work may take up to %d hours more; give up and plan another visit when it takes longer", mostMinutes/60).
			At("/left", "is out of bounds")
	}
	minutes := wholeMinutes(left)
	return f.record(ctx, who, visit, n, report{kind: dispatch.FactEstimated, act: dispatch.ActEstimate, event: "visit.estimated",
		data: map[string]any{"minutes_left": minutes},
		mean: func(ctx context.Context, tx dispatch.Tx, a *act) (err error) {
			if a.visit.ArrivedAt == nil {
				return fmt.Errorf("visit %s is %s and nobody arrived", visit, a.visit.State)
			}
			was := a.visit.Minutes
			facts, err := tx.FactsOf(ctx, visit)
			if err != nil {
				return err
			}
			said := dispatch.SaidAt(a.at, a.now)
			if slices.ContainsFunc(facts, func(x dispatch.Fact) bool {
				return x.Kind == dispatch.FactEstimated && x.ID != a.fact && dispatch.SaidAt(x.HappenedAt, x.ReceivedAt).After(said)
			}) {
				a.tell = map[string]any{"minutes_before": was, "minutes": was}
				return nil
			}
			a.visit, err = tx.SetVisitMinutes(ctx, a.visit, max(1, wholeMinutes(a.at.Sub(*a.visit.ArrivedAt))+minutes))
			a.tell = map[string]any{"minutes_before": was, "minutes": a.visit.Minutes}
			return err
		}})
}

// wholeMinutes rounds up.
func wholeMinutes(d time.Duration) int { return int((d + time.Minute - 1) / time.Minute) }
