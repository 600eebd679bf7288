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
	k, to, err := t.lockCallTask(ctx, id, dispatch.CallTake)
	if err != nil {
		return k, err
	}
	return one[dispatch.CallTask](ctx, t, "call_task",
		`update call_tasks set state = $4, taken_by = $2, taken_at = $3 where id = $1 returning `+callTaskColumns, id, by, at, to)
}

// SettleCallTask ends a task that this account took, or puts it back to the queue;
// code "call_task_state" otherwise. One put back is nobody's again.
func (t *tx) SettleCallTask(ctx context.Context, id, by ids.ID, act dispatch.CallTaskAct, note string, at time.Time) (dispatch.CallTask, error) {
	k, to, err := t.lockCallTask(ctx, id, act)
	if err != nil {
		return k, err
	}
	if k.TakenBy == nil || *k.TakenBy != by {
		return k, fault.New(fault.Conflict, "call_task_state", "this call is taken by somebody; take the next one").
			With("state", k.State).With("act", act).With("allowed", act.Fit())
	}
	settled, taker := &at, &by
	if to == dispatch.CallQueued {
		settled, taker = nil, nil
	}
	return one[dispatch.CallTask](ctx, t, "call_task",
		`update call_tasks set state = $2, taken_by = $3, taken_at = case when $3::uuid is null then null else taken_at end, note = $4, settled_at = $5
		 where id = $1 returning `+callTaskColumns, id, to, taker, note, settled)
}

// lockCallTask reads a task for change, with what an act makes of it.
func (t *tx) lockCallTask(ctx context.Context, id ids.ID, act dispatch.CallTaskAct) (dispatch.CallTask, dispatch.CallTaskState, error) {
	k, err := one[dispatch.CallTask](ctx, t, "call_task", `select `+callTaskColumns+` from call_tasks where id = $1 for no key update`, id)
	if err != nil {
		return k, "", err
	}
	to, err := k.State.After(act)
	return k, to, err
}

// CancelCallTasks takes a person off every call list because they called first,
// also where a call had not reached them. Each task is given at most once, whoever
// asks.
func (t *tx) CancelCallTasks(ctx context.Context, person, contact ids.ID, note string, at time.Time) ([]dispatch.CallTask, error) {
	return list[dispatch.CallTask](ctx, t, "taking a person off the call lists",
		`update call_tasks set state = 'cancelled', contact_id = $2, note = $3, settled_at = $4
		 where person_id = $1 and state = any($5) returning `+callTaskColumns, person, contact, note, at, dispatch.CallCancel.Fit())
}

// EndCallTasks cancels every task of an incident that nobody has done yet.
func (t *tx) EndCallTasks(ctx context.Context, incident ids.ID, note string, at time.Time) error {
	_, err := exec(ctx, t, "ending a call list",
		`update call_tasks set state = 'cancelled', note = $2, settled_at = $3
		 where incident_id = $1 and state = any($4)`, incident, note, at, dispatch.CallCancel.Fit())
	return err
}
