package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
)

const agentAbsenceColumns = `id, account_id, stand_in_id, absent_from, absent_until, reason, entered_by, created_at, version`

// AddAgentAbsence stores an absence with its stand-in.
func (t *tx) AddAgentAbsence(ctx context.Context, a dispatch.AgentAbsence) error {
	return run(ctx, t, "adding an agent's absence",
		`insert into agent_absences (id, account_id, stand_in_id, absent_from, absent_until, reason, entered_by, created_at)
		 values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		a.ID, a.AccountID, a.StandInID, a.AbsentFrom, a.AbsentUntil, a.Reason, a.EnteredBy, a.CreatedAt)
}

// LockAgentAbsence reads one for change.
func (t *tx) LockAgentAbsence(ctx context.Context, id ids.ID) (dispatch.AgentAbsence, error) {
	return one[dispatch.AgentAbsence](ctx, t, "agent_absence", `select `+agentAbsenceColumns+` from agent_absences where id = $1 for no key update`, id)
}

// EndAgentAbsence writes an earlier end.
func (t *tx) EndAgentAbsence(ctx context.Context, a dispatch.AgentAbsence) (dispatch.AgentAbsence, error) {
	return saved[dispatch.AgentAbsence](ctx, t, "agent_absence",
		`update agent_absences set absent_from = $3, absent_until = $4, version = version + 1 where id = $1 and version = $2 returning `+agentAbsenceColumns,
		a.ID, a.Version, a.AbsentFrom, a.AbsentUntil)
}

// ListAgentAbsences gives an agent's absences, the latest first.
func (t *tx) ListAgentAbsences(ctx context.Context, account ids.ID, p dispatch.Page) ([]dispatch.AgentAbsence, string, error) {
	var w filter
	w.and("account_id = $", account)
	tail, limit, err := w.page(p, "absent_from")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.AgentAbsence](ctx, t, "listing an agent's absences", `select `+agentAbsenceColumns+` from agent_absences`+tail, w.args...)
	rows, next := cut(rows, limit, func(a dispatch.AgentAbsence) cursor { return cursor{At: a.AbsentFrom, ID: a.ID} })
	return rows, next, err
}

// CoveredBy follows stand-ins of stand-ins; a circle of them ends where it began.
func (t *tx) CoveredBy(ctx context.Context, account ids.ID, at time.Time) ([]dispatch.Covered, error) {
	return list[dispatch.Covered](ctx, t, "looking whom an agent stands in for",
		`with recursive covered (account_id) as (
		     select $1::uuid
		     union
		     select x.account_id from covered c
		     join agent_absences x on x.stand_in_id = c.account_id and x.absent_from <= $2 and x.absent_until > $2)
		 select c.account_id, a.name, case when c.account_id <> $1 then
		     (select x.absent_until from agent_absences x where x.account_id = c.account_id and x.absent_from <= $2 and x.absent_until > $2) end as until
		 from covered c join accounts a on a.id = c.account_id order by c.account_id <> $1, a.name, a.id`, account, at)
}

// StandInOf follows stand-ins of stand-ins to the first who is there; a circle of them
// ends after a while.
func (t *tx) StandInOf(ctx context.Context, account ids.ID, at time.Time) (*ids.ID, error) {
	type row struct{ AccountID ids.ID }
	rows, err := list[row](ctx, t, "looking who stands in for an agent",
		`with recursive chain (account_id, hands) as (
		     select $1::uuid, 0
		     union all
		     select x.stand_in_id, c.hands + 1 from chain c
		     join agent_absences x on x.account_id = c.account_id and x.absent_from <= $2 and x.absent_until > $2
		     where c.hands < 8)
		 select c.account_id from chain c
		 where c.hands > 0 and not exists (
		     select from agent_absences x where x.account_id = c.account_id and x.absent_from <= $2 and x.absent_until > $2)
		 order by c.hands limit 1`, account, at)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0].AccountID, nil
}

// Worklist reads the work of accounts in one round trip.
func (t *tx) Worklist(ctx context.Context, accounts []ids.ID, at time.Time) (w dispatch.Worklist, err error) {
	b := &pgx.Batch{}
	most := dispatch.WorklistMost
	read(b, &w.Tickets, `select `+ticketColumns+` from tickets where owner_id = any($1) and state <> 'resolved' order by next_update, id limit $2`, accounts, most)
	read(b, &w.Callbacks, `select `+callbackColumns+` from callbacks where owner_id = any($1) and state = 'due' order by due_at, id limit $2`, accounts, most)
	read(b, &w.Promises, `select `+promiseColumns+` from promises where state = 'open' and ticket_id in
		(select id from tickets where owner_id = any($1) and state <> 'resolved') order by window_end, id limit $2`, accounts, most)
	read(b, &w.Waiting, `select `+contactColumns+` from contacts where waiting and handler_id = any($1) order by queued_at, id limit $2`, accounts, most)
	read(b, &w.Calls, `select `+callColumns+` from calls where state = 'seen' and handler_id = any($1) and answered_at < $3
		order by answered_at desc, id desc limit $2`, accounts, most, at.Add(-dispatch.RegisterWithin))
	read(b, &w.Transfers, `select `+transferColumns+` from transfers where from_id = any($1) and state = 'offered' and due_at <= $3
		order by due_at, id limit $2`, accounts, most, at)
	read(b, &w.Tasks, `select `+taskColumns+` from tasks k where k.state = 'waiting' and k.flagged_at is not null and k.ticket_id in
		(select id from tickets where owner_id = any($1) and state <> 'resolved') order by accept_by, k.id limit $2`, accounts, most)
	return w, failed(t.SendBatch(ctx, b).Close(), "reading a worklist")
}
