package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const (
	levelColumns       = `id, template_id, priority, respond_minutes, restore_minutes, resolve_minutes, always, version`
	ticketPauseColumns = `id, ticket_id, reason, began_at, ended_at, began_by, ended_by`
)

// ListServiceLevels gives all service levels, the most particular first.
func (t *tx) ListServiceLevels(ctx context.Context) ([]dispatch.ServiceLevel, error) {
	return list[dispatch.ServiceLevel](ctx, t, "listing service levels",
		`select `+levelColumns+` from service_levels order by template_id nulls last, priority nulls last`)
}

// ServiceLevel gives one.
func (t *tx) ServiceLevel(ctx context.Context, id ids.ID) (dispatch.ServiceLevel, error) {
	return one[dispatch.ServiceLevel](ctx, t, "service_level", `select `+levelColumns+` from service_levels where id = $1`, id)
}

// AddServiceLevel stores one; code "service_level_taken".
func (t *tx) AddServiceLevel(ctx context.Context, l dispatch.ServiceLevel) error {
	return run(ctx, t, "adding a service level",
		`insert into service_levels (`+levelColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		l.ID, l.TemplateID, l.Priority, l.RespondMinutes, l.RestoreMinutes, l.ResolveMinutes, l.Always, l.Version)
}

// SaveServiceLevel writes the times and raises the version.
func (t *tx) SaveServiceLevel(ctx context.Context, l dispatch.ServiceLevel) (dispatch.ServiceLevel, error) {
	return saved[dispatch.ServiceLevel](ctx, t, "service_level",
		`update service_levels set respond_minutes = $3, restore_minutes = $4, resolve_minutes = $5, always = $6, version = version + 1
		 where id = $1 and version = $2 returning `+levelColumns,
		l.ID, l.Version, l.RespondMinutes, l.RestoreMinutes, l.ResolveMinutes, l.Always)
}

const serviceCalendarColumns = `id, region_id, hours, holidays::text[] as holidays, version`

// CalendarOf gives a region's hours, nil when it has said nothing, and all its holidays.
func (t *tx) CalendarOf(ctx context.Context, region ids.ID) (*dispatch.ServiceCalendar, []dispatch.Date, error) {
	type day struct{ Date dispatch.Date }
	days, err := list[day](ctx, t, "reading a region's holidays",
		`select d->>'date' as date from regions r join calendars c on c.code = r.calendar_code, jsonb_array_elements(c.days) d where r.id = $1`, region)
	if err != nil {
		return nil, nil, err
	}
	var holidays []dispatch.Date
	for _, d := range days {
		holidays = append(holidays, d.Date)
	}
	c, found, err := maybe[dispatch.ServiceCalendar](ctx, t, "service calendar",
		`select `+serviceCalendarColumns+` from service_calendars where region_id = $1`, region)
	if err != nil || !found {
		return nil, holidays, err
	}
	return &c, append(holidays, c.Holidays...), nil
}

// AddCalendar stores a region's hours.
func (t *tx) AddCalendar(ctx context.Context, c dispatch.ServiceCalendar) error {
	return run(ctx, t, "adding a service calendar",
		`insert into service_calendars (id, region_id, hours, holidays) values ($1, $2, $3, $4::text[]::date[])`, c.ID, c.RegionID, c.Hours, datesText(c.Holidays))
}

// SaveCalendar writes a region's hours and raises the version.
func (t *tx) SaveCalendar(ctx context.Context, c dispatch.ServiceCalendar) (dispatch.ServiceCalendar, error) {
	return saved[dispatch.ServiceCalendar](ctx, t, "service_calendar",
		`update service_calendars set hours = $3, holidays = $4::text[]::date[], version = version + 1
		 where id = $1 and version = $2 returning `+serviceCalendarColumns, c.ID, c.Version, c.Hours, datesText(c.Holidays))
}

func datesText(days []dispatch.Date) []string {
	out := make([]string, 0, len(days))
	for _, d := range days {
		out = append(out, string(d))
	}
	return out
}

// AddTicketPause stores a pause; code "pause_open" when one lasts.
func (t *tx) AddTicketPause(ctx context.Context, p dispatch.TicketPause) error {
	return run(ctx, t, "pausing a ticket",
		`insert into ticket_pauses (`+ticketPauseColumns+`) values ($1, $2, $3, $4, $5, $6, $7)`,
		p.ID, p.TicketID, p.Reason, p.BeganAt, p.EndedAt, p.BeganBy, p.EndedBy)
}

// EndTicketPause ends the one that lasts; nil when none does.
func (t *tx) EndTicketPause(ctx context.Context, ticket, by ids.ID, at time.Time) (*dispatch.TicketPause, error) {
	p, found, err := maybe[dispatch.TicketPause](ctx, t, "pause",
		`update ticket_pauses set ended_at = $2, ended_by = $3 where ticket_id = $1 and ended_at is null returning `+ticketPauseColumns, ticket, at, by)
	if err != nil || !found {
		return nil, err
	}
	return &p, nil
}

// ListTicketPauses gives a ticket's pauses in their order.
func (t *tx) ListTicketPauses(ctx context.Context, ticket ids.ID) ([]dispatch.TicketPause, error) {
	return list[dispatch.TicketPause](ctx, t, "listing pauses",
		`select `+ticketPauseColumns+` from ticket_pauses where ticket_id = $1 order by began_at`, ticket)
}
