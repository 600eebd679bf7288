package postgres

import (
	"context"
	"fmt"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const loanColumns = `id, item_id, person_id, depot_id, ticket_id, promise_id, state, starts_at, due_at, first_due_at,
	booked_by, booked_at, out_at, ended_at, condition_out, condition_in, accessories, missing, failed_clauses, waiver,
	note, soon_told_at, due_told_at, version`

// AddLoan stores one; code "loaner_taken" when the item is booked or out in that
// time.
func (t *tx) AddLoan(ctx context.Context, l assets.Loan) error {
	return run(ctx, t, "adding a loan",
		`insert into loans (id, item_id, person_id, depot_id, ticket_id, promise_id, state, starts_at, due_at, first_due_at,
		     booked_by, booked_at, failed_clauses, waiver, note, version)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		l.ID, l.ItemID, l.PersonID, l.DepotID, l.TicketID, l.PromiseID, l.State, l.StartsAt, l.DueAt, l.FirstDueAt,
		l.BookedBy, l.BookedAt, texts(l.FailedClauses), l.Waiver, l.Note, l.Version)
}

// Loan gives a loan.
func (t *tx) Loan(ctx context.Context, id ids.ID) (assets.Loan, error) {
	return one[assets.Loan](ctx, t, "loan", `select `+loanColumns+` from loans where id = $1`, id)
}

// LockLoan reads a loan for change.
func (t *tx) LockLoan(ctx context.Context, id ids.ID) (assets.Loan, error) {
	return one[assets.Loan](ctx, t, "loan", `select `+loanColumns+` from loans where id = $1 for no key update`, id)
}

// SaveLoan writes every mutable field and raises the version.
func (t *tx) SaveLoan(ctx context.Context, l assets.Loan) (assets.Loan, error) {
	return saved[assets.Loan](ctx, t, "loan",
		`update loans set promise_id = $3, state = $4, starts_at = $5, due_at = $6, out_at = $7, ended_at = $8, condition_out = $9,
		     condition_in = $10, accessories = $11, missing = $12, note = $13, soon_told_at = $14, due_told_at = $15, item_id = $16,
		     version = version + 1
		 where id = $1 and version = $2 returning `+loanColumns,
		l.ID, l.Version, l.PromiseID, l.State, l.StartsAt, l.DueAt, l.OutAt, l.EndedAt, l.ConditionOut,
		l.ConditionIn, texts(l.Accessories), texts(l.Missing), l.Note, l.SoonToldAt, l.DueToldAt, l.ItemID)
}

// texts is a list that is never null.
func texts(list []string) []string {
	if list == nil {
		return []string{}
	}
	return list
}

// ListLoans gives loans, newest first; overdue ones the longest first.
func (t *tx) ListLoans(ctx context.Context, f assets.LoanFilter, limit int, after string) ([]assets.Loan, string, error) {
	var w filter
	if f.PersonID != nil {
		w.and("person_id = $", *f.PersonID)
	}
	if f.DepotID != nil {
		w.and("depot_id = $", *f.DepotID)
	}
	if f.ItemID != nil {
		w.and("item_id = $", *f.ItemID)
	}
	if len(f.States) > 0 {
		w.and("state = any($)", f.States)
	}
	if f.DueBy != nil {
		return t.overdueLoans(ctx, w, *f.DueBy, limit, after)
	}
	tail, limit, err := w.page(dispatch.Page{Limit: limit, After: after}, "booked_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[assets.Loan](ctx, t, "listing loans", `select `+loanColumns+` from loans`+tail, w.args...)
	rows, next := cut(rows, limit, func(l assets.Loan) cursor { return cursor{At: l.BookedAt, ID: l.ID} })
	return rows, next, err
}

func (t *tx) overdueLoans(ctx context.Context, w filter, by time.Time, limit int, after string) ([]assets.Loan, string, error) {
	c, err := parseCursor(after, oldest)
	if err != nil {
		return nil, "", err
	}
	limit = limitOf(limit)
	w.and("state = 'out' and due_at <= $", by)
	w.and("(due_at, id) > ($, $)", c.At, c.ID)
	rows, err := list[assets.Loan](ctx, t, "listing overdue loans",
		fmt.Sprintf(`select %s from loans%s order by due_at, id limit %d`, loanColumns, w.where(), limit+1), w.args...)
	rows, next := cut(rows, limit, func(l assets.Loan) cursor { return cursor{At: l.DueAt, ID: l.ID} })
	return rows, next, err
}

// LiveLoans gives those of items that are booked or out, by item and beginning.
func (t *tx) LiveLoans(ctx context.Context, items []ids.ID) ([]assets.Loan, error) {
	return list[assets.Loan](ctx, t, "reading live loans",
		`select `+loanColumns+` from loans where item_id = any($1) and state in ('booked', 'out') order by item_id, starts_at`, items)
}

// Pool lists the loaners of depots: what lies there, and what they have lent out
// or booked, by depot and tag.
func (t *tx) Pool(ctx context.Context, depots []ids.ID) ([]assets.Pooled, error) {
	type row struct {
		heldRow
		DepotID ids.ID
	}
	rows, err := list[row](ctx, t, "reading a pool",
		`with pool as (
		     select item_id, custodian_id as depot_id from custodies where until is null and custodian_kind = 'depot' and custodian_id = any($1)
		     union select item_id, depot_id from loans where depot_id = any($1) and state in ('booked', 'out'))
		 select h.*, pool.depot_id from pool join (`+selectHeld+` where i.loaner and i.state <> 'retired') h on h.id = pool.item_id
		 order by pool.depot_id, h.tag, h.id`, depots)
	out := make([]assets.Pooled, len(rows))
	for i, r := range rows {
		out[i] = assets.Pooled{Held: r.held(), DepotID: r.DepotID}
	}
	return out, err
}

type loanID struct{ ID ids.ID }

// RemindSoon lists loans that are out, due before then, and of which the person
// has not been reminded beforehand.
func (t *tx) RemindSoon(ctx context.Context, before time.Time, limit int) ([]ids.ID, error) {
	rows, err := list[loanID](ctx, t, "reading loans to remind of",
		`select id from loans where state = 'out' and soon_told_at is null and due_at <= $1 order by due_at, id limit $2`, before, limit)
	return idsOf(rows), err
}

// RemindDue lists those of which the person has not been told that they are due.
func (t *tx) RemindDue(ctx context.Context, before time.Time, limit int) ([]ids.ID, error) {
	rows, err := list[loanID](ctx, t, "reading loans that are due",
		`select id from loans where state = 'out' and due_told_at is null and due_at <= $1 order by due_at, id limit $2`, before, limit)
	return idsOf(rows), err
}

func idsOf(rows []loanID) []ids.ID {
	out := make([]ids.ID, len(rows))
	for i, r := range rows {
		out[i] = r.ID
	}
	return out
}

// MarkSoon notes that the person has been reminded beforehand.
func (t *tx) MarkSoon(ctx context.Context, id ids.ID, at time.Time) (bool, error) {
	n, err := exec(ctx, t, "noting a reminder",
		`update loans set soon_told_at = $2 where id = $1 and state = 'out' and soon_told_at is null`, id, at)
	return n == 1, err
}

// MarkDue notes that the person has been told that it is due.
func (t *tx) MarkDue(ctx context.Context, id ids.ID, at time.Time) (bool, error) {
	n, err := exec(ctx, t, "noting a reminder",
		`update loans set due_told_at = $2 where id = $1 and state = 'out' and due_told_at is null`, id, at)
	return n == 1, err
}
