package postgres

import (
	"context"
	"encoding/json"

	"roundsman/dispatch"
	"roundsman/internal/fault"
)

// Emit writes an event when the transaction ends: all of them at once, as the
// last thing before the commit. See Emit, the function.
func (t *tx) Emit(_ context.Context, e dispatch.Event) error {
	t.emitted = append(t.emitted, e)
	return nil
}

// AddFact appends a field fact; the same id twice is one fact (false). Code:
// "id_taken" when the id is of another fact, or of one that says otherwise: what
// this one says would be lost.
func (t *tx) AddFact(ctx context.Context, f dispatch.Fact) (bool, error) {
	if len(f.Data) == 0 {
		f.Data = json.RawMessage(`{}`)
	}
	n, err := exec(ctx, t, "adding a fact",
		`insert into facts (id, kind, visit_id, technician_id, account_id, happened_at, received_at, data)
		 values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing`,
		f.ID, f.Kind, f.VisitID, f.TechnicianID, f.AccountID, f.HappenedAt, f.ReceivedAt, f.Data)
	if err != nil || n == 1 {
		return n == 1, err
	}
	type row struct{ Same bool }
	there, err := one[row](ctx, t, "fact", `select (kind, visit_id, technician_id, data) = ($2, $3, $4, $5::jsonb) as same from facts where id = $1`,
		f.ID, f.Kind, f.VisitID, f.TechnicianID, f.Data)
	if err == nil && !there.Same {
		err = fault.New(fault.Conflict, "id_taken", "another fact has this id; send this one with an id of its own")
	}
	return false, err
}
