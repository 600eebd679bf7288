package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// taskColumns give a task's due time as the customer's promise stands now.
const taskColumns = `k.id, k.ticket_id, k.team_id, k.taken_by, k.state, k.wish, k.finding,
	coalesce((select min(p.window_end) from promises p where p.ticket_id = k.ticket_id and p.state = 'open' and p.kind <> 'loan_return'), k.due_at) as due_at,
	coalesce(k.accept_by, k.due_at) as accept_by, k.asked_by, k.asked_at, k.settled_at, k.flagged_at, k.version`

// AddTask stores a task.
func (t *tx) AddTask(ctx context.Context, k dispatch.Task) error {
	return run(ctx, t, "asking a team",
		`insert into tasks (id, ticket_id, team_id, state, wish, due_at, accept_by, asked_by, asked_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		k.ID, k.TicketID, k.TeamID, k.State, k.Wish, k.DueAt, k.AcceptBy, k.AskedBy, k.AskedAt)
}

// Task gives a task.
func (t *tx) Task(ctx context.Context, id ids.ID) (dispatch.Task, error) {
	return one[dispatch.Task](ctx, t, "task", `select `+taskColumns+` from tasks k where k.id = $1`, id)
}

// LockTask reads a task for change.
func (t *tx) LockTask(ctx context.Context, id ids.ID) (dispatch.Task, error) {
	return one[dispatch.Task](ctx, t, "task", `select `+taskColumns+` from tasks k where k.id = $1 for no key update of k`, id)
}

// SaveTask writes who took a task and what came of it, and raises the version.
func (t *tx) SaveTask(ctx context.Context, k dispatch.Task) (dispatch.Task, error) {
	return saved[dispatch.Task](ctx, t, "task",
		`update tasks k set state = $3, taken_by = $4, finding = $5, settled_at = $6, version = version + 1
		 where k.id = $1 and k.version = $2 returning `+taskColumns,
		k.ID, k.Version, k.State, k.TakenBy, k.Finding, k.SettledAt)
}

// FlagTasks marks tasks that nobody has taken.
func (t *tx) FlagTasks(ctx context.Context, now time.Time, limit int) ([]dispatch.Task, error) {
	return list[dispatch.Task](ctx, t, "flagging tasks",
		`update tasks k set flagged_at = $1 where k.id in (
			select id from tasks where state = 'waiting' and flagged_at is null and coalesce(accept_by, due_at) <= $1
			order by coalesce(accept_by, due_at), id limit $2 for no key update skip locked)
		 returning `+taskColumns, now, limit)
}

// TasksOfTeam gives a team's tasks that are not over, the one due first at the head.
func (t *tx) TasksOfTeam(ctx context.Context, team ids.ID, p dispatch.Page) ([]dispatch.Task, string, error) {
	var w filter
	w.and("k.team_id = $", team)
	w.and("k.state in ('waiting', 'taken')")
	tail, limit, err := w.pageUpBy(p, "k.due_at", "k.id")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Task](ctx, t, "listing a team's tasks", `select `+taskColumns+` from tasks k`+tail, w.args...)
	rows, next := cut(rows, limit, dueFirst)
	return rows, next, err
}

// OwnTasks gives what an account's teams have to do and what the account has taken.
func (t *tx) OwnTasks(ctx context.Context, account ids.ID, p dispatch.Page) ([]dispatch.OwnTask, string, error) {
	w := filter{args: []any{account}}
	tail, limit, err := w.pageUpBy(p, "k.due_at", "k.id")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.OwnTask](ctx, t, "listing somebody's tasks",
		`with own as (
		     select k.id from team_members m join tasks k on k.team_id = m.team_id and k.state in ('waiting', 'taken') where m.account_id = $1
		     union select id from tasks where taken_by = $1 and state = 'taken')
		 select `+taskColumns+`, t.number as ticket_number, e.name as template, t.priority, s.name as site_name, i.tag as device_tag
		 from own join tasks k on k.id = own.id join tickets t on t.id = k.ticket_id join templates e on e.id = t.template_id
		 join sites s on s.id = t.site_id left join items i on i.id = t.item_id`+tail, w.args...)
	rows, next := cut(rows, limit, func(k dispatch.OwnTask) cursor { return dueFirst(k.Task) })
	return rows, next, err
}

func dueFirst(k dispatch.Task) cursor { return cursor{At: k.DueAt, ID: k.ID} }

// TasksOf gives a ticket's tasks in their order.
func (t *tx) TasksOf(ctx context.Context, ticket ids.ID) ([]dispatch.Task, error) {
	return list[dispatch.Task](ctx, t, "listing a ticket's tasks",
		`select `+taskColumns+` from tasks k where k.ticket_id = $1 order by k.asked_at, k.id`, ticket)
}
