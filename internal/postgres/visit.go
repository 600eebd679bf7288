package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

const visitColumns = `id, ticket_id, person_id, site_id, region_id, state, minutes, spread, skill_code, skill_level,
	kit_model, priority, earliest_date::text as earliest_date, follows_id,
	round_id, shift_id, technician_id, position, planned_leave, planned_start, planned_end, leg_seconds, leg_metres,
	pin_time, pin_shift, pinned_start, departed_at, arrived_at, completed_at, reason, version`

// unplaced takes a visit out of its round. A pin holds a place, so it goes too.
const unplaced = `round_id = null, shift_id = null, technician_id = null, position = null, planned_leave = null,
	planned_start = null, planned_end = null, leg_seconds = null, leg_metres = null, pin_time = false, pin_shift = false,
	pinned_start = null`

// AddVisit stores a new visit.
func (t *tx) AddVisit(ctx context.Context, v dispatch.Visit) error {
	return run(ctx, t, "adding a visit",
		`insert into visits (id, ticket_id, person_id, site_id, region_id, state, minutes, spread, skill_code,
		     skill_level, kit_model, priority, earliest_date, follows_id, round_id, shift_id, technician_id, position,
		     planned_leave, planned_start, planned_end, leg_seconds, leg_metres, pin_time, pin_shift, departed_at,
		     arrived_at, completed_at, reason, pinned_start)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::text::date, $14, $15, $16, $17, $18, $19, $20,
		     $21, $22, $23, $24, $25, $26, $27, $28, $29, $30)`,
		v.ID, v.TicketID, v.PersonID, v.SiteID, v.RegionID, v.State, v.Minutes, v.Spread, v.SkillCode,
		v.SkillLevel, v.KitModel, v.Priority, v.EarliestDate, v.FollowsID, v.RoundID, v.ShiftID, v.TechnicianID, v.Position,
		v.PlannedLeave, v.PlannedStart, v.PlannedEnd, v.LegSeconds, v.LegMetres, v.PinTime, v.PinShift, v.DepartedAt,
		v.ArrivedAt, v.CompletedAt, v.Reason, v.PinnedStart)
}

// Visit gives a visit.
func (t *tx) Visit(ctx context.Context, id ids.ID) (dispatch.Visit, error) {
	return one[dispatch.Visit](ctx, t, "visit", `select `+visitColumns+` from visits where id = $1`, id)
}

// LockVisit reads a visit for change.
func (t *tx) LockVisit(ctx context.Context, id ids.ID) (dispatch.Visit, error) {
	return one[dispatch.Visit](ctx, t, "visit", `select `+visitColumns+` from visits where id = $1 for no key update`, id)
}

// LockVisits locks in the order of the ids and gives them in that order.
func (t *tx) LockVisits(ctx context.Context, wanted []ids.ID) ([]dispatch.Visit, error) {
	rows, err := list[dispatch.Visit](ctx, t, "locking visits",
		`select `+visitColumns+` from visits where id = any($1) order by id for no key update`, wanted)
	if err == nil && len(rows) != distinct(wanted) {
		err = notFound("visit")
	}
	return rows, err
}

// distinct counts different ids.
func distinct(list []ids.ID) int {
	seen := make(map[ids.ID]bool, len(list))
	for _, id := range list {
		seen[id] = true
	}
	return len(seen)
}

// VisitsByID gives those of the ids that exist, by id.
func (t *tx) VisitsByID(ctx context.Context, wanted []ids.ID) ([]dispatch.Visit, error) {
	return list[dispatch.Visit](ctx, t, "reading visits",
		`select `+visitColumns+` from visits where id = any($1) order by id`, wanted)
}

// VisitsOfTicket gives a ticket's visits, first made first.
func (t *tx) VisitsOfTicket(ctx context.Context, ticket ids.ID) ([]dispatch.Visit, error) {
	return list[dispatch.Visit](ctx, t, "reading a ticket's visits",
		`select `+visitColumns+` from visits where ticket_id = $1 order by id`, ticket)
}

// VisitsOfRound gives a round's visits in their order.
func (t *tx) VisitsOfRound(ctx context.Context, round ids.ID) ([]dispatch.Visit, error) {
	return list[dispatch.Visit](ctx, t, "reading a round's visits",
		`select `+visitColumns+` from visits where round_id = $1 order by position, planned_start, id`, round)
}

// SetVisitState changes the state from what v holds, writes v's field instants
// and its reason. A visit that waits again or is cancelled leaves its round.
func (t *tx) SetVisitState(ctx context.Context, v dispatch.Visit, to dispatch.VisitState) (dispatch.Visit, error) {
	leaving := ""
	if to == dispatch.VisitWaiting || to == dispatch.VisitCancelled {
		leaving = unplaced + ","
	}
	now, found, err := maybe[dispatch.Visit](ctx, t, "visit",
		`update visits set `+leaving+` state = $3, departed_at = $4, arrived_at = $5, completed_at = $6, reason = $7,
		     version = version + 1
		 where id = $1 and state = $2 returning `+visitColumns,
		v.ID, v.State, to, v.DepartedAt, v.ArrivedAt, v.CompletedAt, v.Reason)
	if err != nil || found {
		return now, err
	}
	return t.movedOn(ctx, v)
}

// movedOn says where a visit is that is no longer where it was seen.
func (t *tx) movedOn(ctx context.Context, v dispatch.Visit) (dispatch.Visit, error) {
	now, err := t.Visit(ctx, v.ID)
	if err != nil {
		return now, err
	}
	return now, fault.New(fault.Conflict, "visit_state", "this visit is %s by now, not %s; read it again", now.State, v.State).
		With("state", now.State)
}

// Unserved lists visits that should have ended by then and did not start, the
// longest overdue first.
func (t *tx) Unserved(ctx context.Context, before time.Time, limit int) ([]dispatch.Visit, error) {
	return list[dispatch.Visit](ctx, t, "reading unserved visits",
		`select `+visitColumns+` from visits where state = 'scheduled' and planned_end <= $1
		 order by planned_end, id limit $2`, before, limit)
}
