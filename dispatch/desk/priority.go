package desk

import (
	"context"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Rating is what a ticket's priority follows from.
type Rating struct {
	Impact  int // 1 is the gravest
	Urgency int
	// Priority is the individual circumstances' word where they differ from the
	// matrix, with a reason.
	Priority *int
	Reason   string
}

// Prioritise rates a ticket: its priority is what the matrix gives, or what the
// circumstances demand with a reason. Its visits are ranked at once, and the days
// that they are on are raised, so that plans look again.
//
// Codes: "ticket_not_found", "version_stale", "ticket_resolved", "bad_rating",
// "reason_missing" when the circumstances differ from the matrix without one.
func (d *Desk) Prioritise(ctx context.Context, who access.Principal, id ids.ID, version int64, r Rating) (t dispatch.Ticket, err error) {
	err = d.handle(ctx, who, handling{ID: id, Version: version, Act: dispatch.DeskPrioritise, Event: "ticket.priority_changed", Days: true},
		func(tx dispatch.Tx, k *handled) (map[string]any, error) {
			m, err := tx.Matrix(ctx)
			if err != nil {
				return nil, err
			}
			by, err := m.Rows.Priority(r.Impact, r.Urgency)
			if err != nil {
				return nil, err
			}
			data := map[string]any{"was": k.Ticket.Priority, "impact": r.Impact, "urgency": r.Urgency, "matrix": by}
			is := by
			if r.Priority != nil && *r.Priority != by {
				if r.Reason == "" {
					return nil, fault.New(fault.Invalid, "reason_missing", "the matrix gives priority %d; say which circumstances make it %d", by, *r.Priority).At("/reason", "is missing")
				}
				is = *r.Priority
			}
			if r.Reason != "" {
				if data["note_id"], err = explain(ctx, tx, who, k, "priority", r.Reason); err != nil {
					return nil, err
				}
			}
			data["is"] = is
			k.Ticket.Impact, k.Ticket.Urgency, k.Ticket.Priority = &r.Impact, &r.Urgency, is
			return data, tx.RankVisits(ctx, id, is)
		}, func(k handled) any { t = k.Ticket; return t })
	return t, err
}

// Matrix gives the priorities by impact and urgency.
func (d *Desk) Matrix(ctx context.Context, who access.Principal) (m dispatch.PriorityMatrix, err error) {
	err = d.read(ctx, who, access.TicketsRead, func(tx dispatch.Tx) (err error) {
		m, err = tx.Matrix(ctx)
		return err
	})
	return m, err
}

// ChangeMatrix writes the priorities by impact and urgency, from the version that
// was read. Tickets keep theirs until they are rated again. Codes:
// "matrix_upside_down", "version_stale".
func (d *Desk) ChangeMatrix(ctx context.Context, who access.Principal, version int64, rows dispatch.Matrix) (m dispatch.PriorityMatrix, err error) {
	if err := rows.Check(); err != nil {
		return m, err
	}
	now := d.Clock.Now()
	err = d.write(ctx, who, access.SetupWrite, func(tx dispatch.Tx) error {
		was, err := tx.Matrix(ctx)
		if err != nil {
			return err
		}
		if was.Version != version {
			return Stale("priority matrix", was.Version)
		}
		// Of two who read the same version, the second writes nothing.
		if m, err = tx.SaveMatrix(ctx, dispatch.PriorityMatrix{Rows: rows, Version: version}); err != nil {
			return err
		}
		if m.Version == 0 {
			return Stale("priority matrix", version+1)
		}
		return decide.Emit(ctx, tx, now, who, decide.Event{Name: "priority_matrix.changed", Kind: "priority_matrix", Subject: dispatch.MatrixID,
			Data: map[string]any{"was": was.Rows, "is": m.Rows}})
	})
	return m, err
}
