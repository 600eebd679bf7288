package incidents

import (
	"context"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// lapses is how many calls one sweep puts back.
const lapses = 200

// ReleaseCall puts a call that one has taken back to the queue, for the next who
// asks. Codes: "call_task_not_found", "call_task_state" when it is not one's own.
func (n *Incidents) ReleaseCall(ctx context.Context, who access.Principal, task ids.ID) (t dispatch.CallTask, err error) {
	now := n.Clock.Now()
	err = n.outreach(ctx, who, func(tx dispatch.Tx) (err error) {
		if t, err = tx.SettleCallTask(ctx, task, who.AccountID, dispatch.CallRelease, "", now); err != nil {
			return err
		}
		if err = decide.Emit(ctx, tx, now, who, decide.Event{Name: "call.released", Kind: "call_task", Subject: t.ID,
			Data: map[string]any{"incident_id": t.IncidentID, "why": "given_back"}}); err != nil {
			return err
		}
		return tx.Answer(ctx, t)
	})
	return t, err
}

// Sweep puts calls that were taken longer than dispatch.CallLease ago back to the
// queue: somebody waits at the other end. It may run twice, and on several servers
// at once.
func (n *Incidents) Sweep(ctx context.Context) error {
	now := n.Clock.Now()
	return n.Store.Write(ctx, func(tx dispatch.Tx) error {
		list, err := tx.LapseCallTasks(ctx, now.Add(-dispatch.CallLease), lapses)
		if err != nil {
			return err
		}
		for _, t := range list {
			if err := decide.Emit(ctx, tx, now, access.Principal{}, decide.Event{Name: "call.released", Kind: "call_task", Subject: t.ID,
				Data: map[string]any{"incident_id": t.IncidentID, "why": "lease_over"}}); err != nil {
				return err
			}
		}
		return nil
	})
}
