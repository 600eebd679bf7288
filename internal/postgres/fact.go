package postgres

import (
	"context"
	"encoding/json"

	"roundsman/dispatch"
	"roundsman/internal/fault"

	"github.com/jackc/pgx/v5"
)

// AddFact appends a field fact. Code: "id_taken".
func (t *tx) AddFact(ctx context.Context, f dispatch.Fact) error {
	return run(ctx, t, "adding a fact",
		`insert into facts (id, kind, visit_id, technician_id, account_id, happened_at, said_at, received_at, data)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		f.ID, f.Kind, f.VisitID, f.TechnicianID, f.AccountID, f.HappenedAt, f.SaidAt, f.ReceivedAt, saying(f.Data))
}

// HeardFact says what became of a fact that was heard before, and keeps its id for
// this transaction. A device that says it again may stand elsewhere by then. The lock
// and the look are two statements, for the look must see what the holder before
// committed.
func (t *tx) HeardFact(ctx context.Context, f dispatch.Fact) (applied bool, kept *dispatch.StrayFact, err error) {
	type heard struct{ Applied, Same bool }
	var list []heard
	batch := &pgx.Batch{}
	batch.Queue(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, "fact "+f.ID.String())
	batch.Queue(`select true as applied, (kind, visit_id, technician_id, data - 'position') = ($2, $3, $4, $5::jsonb - 'position') as same from facts where id = $1
		 union all select false, (kind, visit_id, technician_id, data - 'position') = ($2, $3, $4, $5::jsonb - 'position') from stray_facts where id = $1
		 order by applied desc`,
		f.ID, f.Kind, f.VisitID, f.TechnicianID, saying(f.Data)).
		Query(func(rows pgx.Rows) (err error) {
			list, err = pgx.CollectRows(rows, pgx.RowToStructByName[heard])
			return err
		})
	if err := t.SendBatch(ctx, batch).Close(); err != nil {
		return false, nil, failed(err, "looking whether a fact was heard before")
	}
	switch {
	case len(list) == 0:
		return false, nil, nil
	case !list[0].Same:
		return false, nil, fault.New(fault.Conflict, "id_taken", "another fact has this id; send this one with an id of its own")
	case list[0].Applied:
		return true, nil, nil
	}
	stray, err := one[dispatch.StrayFact](ctx, t, "stray_fact", `select `+strayColumns+` from stray_facts where id = $1`, f.ID)
	return false, &stray, err
}

// saying is what a fact says beside its instants; nothing is an empty object.
func saying(data json.RawMessage) json.RawMessage {
	if len(data) == 0 {
		return json.RawMessage(`{}`)
	}
	return data
}
