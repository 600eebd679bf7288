package postgres

import (
	"context"
	"strconv"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

const callTaskColumns = `id, incident_id, person_id, channel, address, state, rank, taken_by, taken_at, contact_id, note,
	created_at, settled_at`

// AddCallTasks puts people on a call list; code "call_task_taken" when one of
// them is on it already.
func (t *tx) AddCallTasks(ctx context.Context, tasks []dispatch.CallTask) error {
	n := len(tasks)
	list, incidents, people := make([]ids.ID, n), make([]ids.ID, n), make([]ids.ID, n)
	channels, addresses, states, notes := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	ranks, created := make([]int, n), make([]time.Time, n)
	for i, k := range tasks {
		list[i], incidents[i], people[i] = k.ID, k.IncidentID, k.PersonID
		channels[i], addresses[i], states[i], notes[i] = k.Channel, k.Address, string(k.State), k.Note
		ranks[i], created[i] = k.Rank, k.CreatedAt
	}
	return run(ctx, t, "adding call tasks",
		`insert into call_tasks (id, incident_id, person_id, channel, address, state, rank, note, created_at)
		 select * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[],
		     $9::timestamptz[])`,
		list, incidents, people, channels, addresses, states, ranks, notes, created)
}

// CallTasks gives an incident's call list, who is called earliest first.
func (t *tx) CallTasks(ctx context.Context, incident ids.ID) ([]dispatch.CallTask, error) {
	return list[dispatch.CallTask](ctx, t, "reading a call list",
		`select `+callTaskColumns+` from call_tasks where incident_id = $1 order by rank, id`, incident)
}

// ListCallTasks gives the call list in pages.
func (t *tx) ListCallTasks(ctx context.Context, incident ids.ID, p dispatch.Page) ([]dispatch.CallTask, string, error) {
	c, err := parseCursor(p.After, cursor{Text: "0"})
	if err != nil {
		return nil, "", err
	}
	rank, err := strconv.Atoi(c.Text)
	if err != nil {
		return nil, "", badCursor(err)
	}
	limit := limitOf(p.Limit)
	rows, err := list[dispatch.CallTask](ctx, t, "listing calls", `select `+callTaskColumns+` from call_tasks
		where incident_id = $1 and (rank, id) > ($2, $3) order by rank, id limit $4`, incident, rank, c.ID, limit+1)
	rows, next := cut(rows, limit, func(k dispatch.CallTask) cursor { return cursor{Text: strconv.Itoa(k.Rank), ID: k.ID} })
	return rows, next, err
}

// LapseCallTasks puts what was taken long ago back to the queue. What somebody is
// settling this moment is left to them.
func (t *tx) LapseCallTasks(ctx context.Context, before time.Time, limit int) ([]dispatch.CallTask, error) {
	return list[dispatch.CallTask](ctx, t, "putting calls back to the queue",
		`update call_tasks set state = 'queued', taken_by = null, taken_at = null
		 where id in (select id from call_tasks where state = 'taken' and taken_at < $1 order by taken_at limit $2 for update skip locked)
		 returning `+callTaskColumns, before, limit)
}

// TakeCallTask gives a queued task to an account; code "call_task_state" otherwise.
func (t *tx) TakeCallTask(ctx context.Context, id, by ids.ID, at time.Time) (dispatch.CallTask, error) {
	k, found, err := maybe[dispatch.CallTask](ctx, t, "call_task",
		`update call_tasks set state = 'taken', taken_by = $2, taken_at = $3 where id = $1 and state = 'queued' returning `+callTaskColumns, id, by, at)
	if err != nil || found {
		return k, err
	}
	return t.wrongCallTask(ctx, id)
}

// SettleCallTask ends a task that this account took; code "call_task_state"
// otherwise. One put back to the queue is nobody's again.
func (t *tx) SettleCallTask(ctx context.Context, id, by ids.ID, to dispatch.CallTaskState, note string, at time.Time) (dispatch.CallTask, error) {
	var settled *time.Time
	taker := &by
	switch to {
	case dispatch.CallQueued:
		taker = nil
	case dispatch.CallTaken:
		return dispatch.CallTask{}, fault.New(fault.Invalid, "call_task_state", "a task ends as done, unreached or cancelled, or goes back to the queue")
	default:
		settled = &at
	}
	k, found, err := maybe[dispatch.CallTask](ctx, t, "call_task",
		`update call_tasks set state = $3, taken_by = $4, taken_at = case when $4::uuid is null then null else taken_at end, note = $5, settled_at = $6
		 where id = $1 and state = 'taken' and taken_by = $2 returning `+callTaskColumns, id, by, to, taker, note, settled)
	if err != nil || found {
		return k, err
	}
	return t.wrongCallTask(ctx, id)
}

// wrongCallTask says why a task could not be taken or settled.
func (t *tx) wrongCallTask(ctx context.Context, id ids.ID) (dispatch.CallTask, error) {
	k, err := one[dispatch.CallTask](ctx, t, "call_task", `select `+callTaskColumns+` from call_tasks where id = $1`, id)
	if err != nil {
		return k, err
	}
	words := "this call is %s; take the next one"
	if k.State == dispatch.CallTaken {
		words = "this call is %s by somebody; take the next one"
	}
	return k, fault.New(fault.Conflict, "call_task_state", words, k.State).With("state", k.State)
}

// CancelCallTasks takes a person off every call list because they called first,
// also where a call had not reached them. Each task is given at most once, whoever
// asks.
func (t *tx) CancelCallTasks(ctx context.Context, person, contact ids.ID, note string, at time.Time) ([]dispatch.CallTask, error) {
	return list[dispatch.CallTask](ctx, t, "taking a person off the call lists",
		`update call_tasks set state = 'cancelled', contact_id = $2, note = $3, settled_at = $4
		 where person_id = $1 and state in ('queued', 'taken', 'unreached') returning `+callTaskColumns, person, contact, note, at)
}

// EndCallTasks cancels every task of an incident that nobody has done yet.
func (t *tx) EndCallTasks(ctx context.Context, incident ids.ID, note string, at time.Time) error {
	_, err := exec(ctx, t, "ending a call list",
		`update call_tasks set state = 'cancelled', note = $2, settled_at = $3
		 where incident_id = $1 and state in ('queued', 'taken', 'unreached')`, incident, note, at)
	return err
}
