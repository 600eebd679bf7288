package postgres

import (
	"context"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const transferColumns = `id, ticket_id, from_id, to_team, to_account, state, reason, context, asked_by, asked_at, due_at,
	settled_by, settled_at, refusal, flagged_at, version`

// AddTransfer stores an offer; code "transfer_offered" when there is one already.
func (t *tx) AddTransfer(ctx context.Context, k dispatch.Transfer) error {
	return run(ctx, t, "offering a transfer",
		`insert into transfers (id, ticket_id, from_id, to_team, to_account, state, reason, context, asked_by, asked_at, due_at)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		k.ID, k.TicketID, k.FromID, k.ToTeam, k.ToAccount, k.State, k.Reason, k.Context, k.AskedBy, k.AskedAt, k.DueAt)
}

// Transfer gives a transfer.
func (t *tx) Transfer(ctx context.Context, id ids.ID) (dispatch.Transfer, error) {
	return one[dispatch.Transfer](ctx, t, "transfer", `select `+transferColumns+` from transfers where id = $1`, id)
}

// LockTransfer reads a transfer for change.
func (t *tx) LockTransfer(ctx context.Context, id ids.ID) (dispatch.Transfer, error) {
	return one[dispatch.Transfer](ctx, t, "transfer",
		`select `+transferColumns+` from transfers where id = $1 for no key update`, id)
}

// SaveTransfer writes how a transfer ended and raises the version.
func (t *tx) SaveTransfer(ctx context.Context, k dispatch.Transfer) (dispatch.Transfer, error) {
	return saved[dispatch.Transfer](ctx, t, "transfer",
		`update transfers set state = $3, settled_by = $4, settled_at = $5, refusal = $6, version = version + 1
		 where id = $1 and version = $2 and state = 'offered' returning `+transferColumns,
		k.ID, k.Version, k.State, k.SettledBy, k.SettledAt, k.Refusal)
}

// FlagTransfers marks offers that nobody has answered. The version stays: whoever
// accepts has read all that there is to know.
func (t *tx) FlagTransfers(ctx context.Context, now time.Time, limit int) ([]dispatch.Transfer, error) {
	return list[dispatch.Transfer](ctx, t, "flagging transfers",
		`update transfers set flagged_at = $1 where id in (
			select id from transfers where state = 'offered' and flagged_at is null and due_at <= $1
			order by due_at, id limit $2 for no key update skip locked)
		 returning `+transferColumns, now, limit)
}

// ListTransfers gives transfers: those that wait for an answer, the one due first
// at the head, or all of a ticket, newest first.
func (t *tx) ListTransfers(ctx context.Context, f dispatch.TransferFilter, p dispatch.Page) ([]dispatch.Transfer, string, error) {
	var w filter
	if f.TicketID != nil {
		w.and("ticket_id = $", *f.TicketID)
	}
	if f.ToTeam != nil {
		w.and("to_team = $", *f.ToTeam)
	}
	if f.ToAccount != nil {
		w.and("to_account = $", *f.ToAccount)
	}
	query := `select ` + transferColumns + ` from transfers`
	if !f.Offered {
		tail, limit, err := w.page(p, "asked_at")
		if err != nil {
			return nil, "", err
		}
		rows, err := list[dispatch.Transfer](ctx, t, "listing transfers", query+tail, w.args...)
		rows, next := cut(rows, limit, func(k dispatch.Transfer) cursor { return cursor{At: k.AskedAt, ID: k.ID} })
		return rows, next, err
	}
	w.and("state = 'offered'")
	tail, limit, err := w.pageUp(p, "due_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Transfer](ctx, t, "listing transfers", query+tail, w.args...)
	rows, next := cut(rows, limit, func(k dispatch.Transfer) cursor { return cursor{At: k.DueAt, ID: k.ID} })
	return rows, next, err
}

// pageUp adds the cursor, order and limit of a list, oldest first.
func (f *filter) pageUp(p dispatch.Page, column string) (tail string, limit int, err error) {
	return f.pageUpBy(p, column, "id")
}

// pageUpBy is pageUp where several tables of the list have an id.
func (f *filter) pageUpBy(p dispatch.Page, column, id string) (tail string, limit int, err error) {
	c, err := parseCursor(p.After, oldest)
	if err != nil {
		return "", 0, err
	}
	limit = limitOf(p.Limit)
	f.and("("+column+", "+id+") > ($, $)", c.At, c.ID)
	return fmt.Sprintf("%s order by %s, %s limit %d", f.where(), column, id, limit+1), limit, nil
}
