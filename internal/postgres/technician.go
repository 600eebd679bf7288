package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const (
	technicianColumns = `id, region_id, code, name, spoken_name, array[home_lon, home_lat] as home, mode, phone, retired_at, version`
	shiftColumns      = `id, technician_id, region_id, date::text as date, starts_at, ends_at, overtime_minutes,
		break_from, break_until, break_minutes, pattern_id, changed, version`
	absenceColumns = `id, technician_id, absent_from as "from", absent_until as until, reason, entered_by, created_at`
)

// Technician gives a technician.
func (t *tx) Technician(ctx context.Context, id ids.ID) (dispatch.Technician, error) {
	return one[dispatch.Technician](ctx, t, "technician", `select `+technicianColumns+` from technicians where id = $1`, id)
}

// AddAbsence stores an absence. The days that it touches are raised by the caller.
func (t *tx) AddAbsence(ctx context.Context, a dispatch.Absence) error {
	return run(ctx, t, "adding an absence",
		`insert into absences (id, technician_id, absent_from, absent_until, reason, entered_by, created_at)
		 values ($1, $2, $3, $4, $5, $6, $7)`,
		a.ID, a.TechnicianID, a.From, a.Until, a.Reason, a.EnteredBy, a.CreatedAt)
}

// ShiftOn gives a technician's shift of a local date.
func (t *tx) ShiftOn(ctx context.Context, technician ids.ID, d dispatch.Date) (dispatch.Shift, error) {
	return one[dispatch.Shift](ctx, t, "shift",
		`select `+shiftColumns+` from shifts where technician_id = $1 and date = $2::text::date`, technician, d)
}

// Shift gives one shift.
func (t *tx) Shift(ctx context.Context, id ids.ID) (dispatch.Shift, error) {
	return one[dispatch.Shift](ctx, t, "shift", `select `+shiftColumns+` from shifts where id = $1`, id)
}

// TechniciansByID gives those of the ids that exist, by id.
func (t *tx) TechniciansByID(ctx context.Context, wanted []ids.ID) ([]dispatch.Technician, error) {
	return list[dispatch.Technician](ctx, t, "reading technicians",
		`select `+technicianColumns+` from technicians where id = any($1) order by id`, wanted)
}
