package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
)

// Place writes what a commit decided. Every round that gains, loses or reorders
// a visit must be named in w.Rounds with the version it has: what somebody else
// put or moved meanwhile is never overwritten. Days are compared by the caller,
// who holds them.
//
// A visit that has begun or is over keeps its state; it may get new times.
// Codes: "round_moved", "visit_state", and at the commit "technician_busy".
func (t *tx) Place(ctx context.Context, w dispatch.Written) error {
	touched := make([]ids.ID, 0, len(w.Placements)+len(w.Unplaced))
	for _, p := range w.Placements {
		touched = append(touched, p.VisitID)
	}
	touched = append(touched, w.Unplaced...)
	if len(touched) == 0 {
		return nil
	}
	present, err := list[placed](ctx, t, "locking visits to place",
		`select id, round_id, state from visits where id = any($1) order by id for no key update`, touched)
	if err != nil {
		return err
	}
	if len(present) != len(touched) {
		return notFound("visit")
	}
	changed := map[ids.ID]bool{}
	for _, p := range w.Placements {
		changed[p.RoundID] = true
	}
	for _, v := range present {
		if v.State == dispatch.VisitCancelled {
			return fault.New(fault.Conflict, "visit_state", "a visit of this change was cancelled meanwhile; try again on the present day")
		}
		if v.RoundID != nil {
			changed[*v.RoundID] = true
		}
	}
	if err := t.raiseRounds(ctx, w.Rounds, changed); err != nil {
		return err
	}
	if err := t.unplace(ctx, w.Unplaced); err != nil {
		return err
	}
	if err := t.writePlacements(ctx, w.Placements); err != nil {
		return err
	}
	return t.planTickets(ctx, touched)
}

// planTickets lets open tickets follow their visits: planned while one is in a
// round, open while none is.
func (t *tx) planTickets(ctx context.Context, visits []ids.ID) error {
	_, err := exec(ctx, t, "planning tickets",
		`update tickets k set state = p.state, version = k.version + 1
		 from (select v.ticket_id as id,
		              case when bool_or(o.round_id is not null and o.state in ('scheduled', 'en_route', 'arrived', 'in_progress'))
		                   then 'planned' else 'open' end as state
		       from visits v join visits o on o.ticket_id = v.ticket_id
		       where v.id = any($1) group by v.ticket_id) p
		 where k.id = p.id and k.state in ('open', 'planned') and k.state <> p.state`, visits)
	return err
}

// placed is where a visit is before a change.
type placed struct {
	ID      ids.ID
	RoundID *ids.ID
	State   dispatch.VisitState
}

// raiseRounds raises every changed round from the version expected of it, and
// wants the versions of the others unmoved.
func (t *tx) raiseRounds(ctx context.Context, expected []dispatch.RoundVersion, changed map[ids.ID]bool) error {
	moved := fault.New(fault.Conflict, "round_moved", "a round was changed meanwhile; try again on the present one")
	var list []ids.ID
	var versions []int64
	var raise []int64 // by how much
	known := 0
	for _, r := range expected {
		list, versions = append(list, r.ID), append(versions, r.Version)
		if changed[r.ID] {
			known++
			raise = append(raise, 1)
		} else {
			raise = append(raise, 0)
		}
	}
	if known != len(changed) {
		return moved
	}
	// A row is written for the unchanged too: that is what proves its version.
	n, err := exec(ctx, t, "raising rounds",
		`update rounds r set version = r.version + e.raise
		 from unnest($1::uuid[], $2::bigint[], $3::bigint[]) as e (id, version, raise)
		 where r.id = e.id and r.version = e.version`, list, versions, raise)
	if err == nil && n != int64(len(expected)) {
		return moved
	}
	return err
}

func (t *tx) unplace(ctx context.Context, visits []ids.ID) error {
	if len(visits) == 0 {
		return nil
	}
	n, err := exec(ctx, t, "taking visits out of rounds",
		`update visits set `+unplaced+`, state = 'waiting', version = version + 1
		 where id = any($1) and state in ('waiting', 'scheduled')`, visits)
	if err == nil && n != int64(len(visits)) {
		return fault.New(fault.Conflict, "visit_state", "a visit to be taken out of its round has begun or is over; try again on the present day")
	}
	return err
}

func (t *tx) writePlacements(ctx context.Context, list []dispatch.Placement) error {
	if len(list) == 0 {
		return nil
	}
	n := len(list)
	visits, rounds, shifts, technicians := make([]ids.ID, n), make([]ids.ID, n), make([]ids.ID, n), make([]ids.ID, n)
	positions, minutes, seconds, metres := make([]int, n), make([]int, n), make([]int, n), make([]int, n)
	leaves, starts, ends := make([]time.Time, n), make([]time.Time, n), make([]time.Time, n)
	for i, p := range list {
		visits[i], rounds[i], shifts[i], technicians[i] = p.VisitID, p.RoundID, p.ShiftID, p.TechnicianID
		positions[i], minutes[i], seconds[i], metres[i] = p.Position, p.Minutes, p.LegSeconds, p.LegMetres
		leaves[i], starts[i], ends[i] = p.PlannedLeave, p.PlannedStart, p.PlannedEnd
	}
	_, err := exec(ctx, t, "placing visits",
		`update visits v set round_id = p.round_id, shift_id = p.shift_id, technician_id = p.technician_id,
		     position = p.position, minutes = p.minutes, planned_leave = p.leave, planned_start = p.start,
		     planned_end = p.until, leg_seconds = p.seconds, leg_metres = p.metres, version = v.version + 1,
		     state = case v.state when 'waiting' then 'scheduled' else v.state end
		 from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::int[], $6::int[], $7::timestamptz[],
		     $8::timestamptz[], $9::timestamptz[], $10::int[], $11::int[])
		     as p (visit_id, round_id, shift_id, technician_id, position, minutes, leave, start, until, seconds, metres)
		 where v.id = p.visit_id`,
		visits, rounds, shifts, technicians, positions, minutes, leaves, starts, ends, seconds, metres)
	return err
}

// read queues a query of a batch whose rows go into out.
func read[T any](b *pgx.Batch, out *[]T, sql string, args ...any) {
	b.Queue(sql, args...).Query(func(rows pgx.Rows) (err error) {
		*out, err = pgx.CollectRows(rows, pgx.RowToStructByName[T])
		return err
	})
}
