package postgres

import (
	"context"
	"slices"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
)

// mostWaiting bounds the waiting visits of a day sheet.
const mostWaiting = 500

// DaySheet reads a region-day in two round trips: what hangs on the key, then
// what hangs on the visits found. Waiting holds at most 500, by priority. In a
// Write the parts are not of one instant; read the sheet in a Read.
func (t *tx) DaySheet(ctx context.Context, k dispatch.DayKey) (dispatch.DaySheet, error) {
	region, err := t.Region(ctx, k.RegionID)
	if err != nil {
		return dispatch.DaySheet{}, err
	}
	s := dispatch.DaySheet{Region: region, Day: dispatch.RegionDay{RegionID: k.RegionID, Date: k.Date}}
	var days []dispatch.RegionDay
	var skills []dispatch.TechnicianSkill
	var holidays []struct{ Holiday bool }
	b := &pgx.Batch{}
	if region.CalendarCode != nil {
		read(b, &holidays, `select exists (select from calendars c, jsonb_to_recordset(c.days) as d (date text)
			where c.code = $1 and d.date = $2::text) as holiday`, *region.CalendarCode, k.Date)
	}
	read(b, &s.Lived, `select `+learnedHourColumns+` from learned_hours h where region_id = $1 and percent <> 100
		and not exists (select from learned_times l where l.region_id = $1 and l.use = 'profile')`, k.RegionID)
	read(b, &days, `select region_id, date::text as date, version from region_days
		where region_id = $1 and date = $2::text::date`, k.RegionID, k.Date)
	read(b, &s.Shifts, `select `+shiftColumns+` from shifts where region_id = $1 and date = $2::text::date
		order by technician_id, id`, k.RegionID, k.Date)
	read(b, &s.Technicians, `select `+technicianColumns+` from technicians where id in
		(select technician_id from shifts where region_id = $1 and date = $2::text::date) order by id`, k.RegionID, k.Date)
	read(b, &skills, `select technician_id, code, level from technician_skills where technician_id in
		(select technician_id from shifts where region_id = $1 and date = $2::text::date) order by technician_id, code`,
		k.RegionID, k.Date)
	read(b, &s.Absences, `select `+absenceColumns+` from absences a where exists (select from shifts s
		where s.region_id = $1 and s.date = $2::text::date and s.technician_id = a.technician_id
		and tstzrange(a.absent_from, a.absent_until) && tstzrange(s.starts_at, s.ends_at + make_interval(mins => s.overtime_minutes)))
		order by technician_id, absent_from, id`, k.RegionID, k.Date)
	read(b, &s.Rounds, `select `+roundColumns+` from rounds where region_id = $1 and date = $2::text::date order by id`,
		k.RegionID, k.Date)
	read(b, &s.Visits, `select `+visitColumns+` from visits where round_id in
		(select id from rounds where region_id = $1 and date = $2::text::date)
		order by round_id, position, planned_start, id`, k.RegionID, k.Date)
	read(b, &s.Waiting, `select `+visitColumns+` from visits where state = 'waiting' and region_id = $1
		and (earliest_date is null or earliest_date <= $2::text::date) order by priority, id limit $3`,
		k.RegionID, k.Date, mostWaiting)
	read(b, &s.Kits, `select c.custodian_id as technician_id, c.item_id, i.model_id, i.tag, r.visit_id as reserved_for
		from custodies c join items i on i.id = c.item_id
		left join reservations r on r.item_id = c.item_id and r.released_at is null
		where c.until is null and c.custodian_kind = 'technician' and i.state = 'in_kit' and not i.loaner and c.custodian_id in
		(select technician_id from shifts where region_id = $1 and date = $2::text::date)
		order by c.custodian_id, i.tag`, k.RegionID, k.Date)
	read(b, &s.Changes, `select `+roundChangeColumns+` from round_changes where state in ('pending', 'objected') and round_id in
		(select id from rounds where region_id = $1 and date = $2::text::date) order by made_at, id`, k.RegionID, k.Date)
	if err := t.SendBatch(ctx, b).Close(); err != nil {
		return s, failed(err, "reading a day")
	}
	s.Holiday = len(holidays) > 0 && holidays[0].Holiday
	if len(days) > 0 {
		s.Day = days[0]
	}
	s.Skills = make(map[ids.ID][]dispatch.Skill, len(s.Technicians))
	for _, h := range skills {
		s.Skills[h.TechnicianID] = append(s.Skills[h.TechnicianID], h.Skill)
	}
	return s, t.readAround(ctx, &s)
}

// readAround fills in what the visits of a sheet refer to.
func (t *tx) readAround(ctx context.Context, s *dispatch.DaySheet) error {
	var visitIDs, siteIDs, personIDs, ticketIDs []ids.ID
	for _, part := range [][]dispatch.Visit{s.Visits, s.Waiting} {
		for _, v := range part {
			visitIDs, siteIDs = append(visitIDs, v.ID), append(siteIDs, v.SiteID)
			personIDs, ticketIDs = append(personIDs, v.PersonID), append(ticketIDs, v.TicketID)
		}
	}
	var sites []dispatch.Site
	var people []dispatch.Person
	var tickets []dispatch.Ticket
	b := &pgx.Batch{}
	read(b, &sites, `select `+siteColumns+` from sites where id = any($1)`, siteIDs)
	read(b, &people, `select `+personColumns+` from people where id = any($1)`, personIDs)
	read(b, &tickets, `select `+ticketColumns+` from tickets where id = any($1)`, ticketIDs)
	read(b, &s.Promises, `select `+promiseColumns+` from promises where visit_id = any($1) and state = 'open'
		order by window_start, id`, visitIDs)
	var equipped []struct{ ID ids.ID }
	read(b, &equipped, `select v.id from visits v where v.id = any($1) and v.kit_model is not null
		and v.state in ('en_route', 'arrived', 'in_progress')
		and (exists (select from option_sets o where o.visit_id = v.id and o.state = 'chosen')
		or exists (select from custodies c join items i on i.id = c.item_id where c.custodian_kind = 'person'
		and c.custodian_id = v.person_id and i.model_id = v.kit_model
		and c.since >= coalesce(v.departed_at, v.arrived_at)))`, visitIDs)
	read(b, &s.Parts, `select v.id as visit_id, f.first::text as first, x.rest::text as rest from visits v
		left join lateral (select r.date as first from visits f join rounds r on r.id = f.round_id where f.id = v.follows_id
		and f.state in ('scheduled', 'en_route', 'arrived', 'in_progress')) f on true
		left join lateral (select min(r.date) as rest from visits x join rounds r on r.id = x.round_id where x.ticket_id = v.ticket_id
		and x.follows_id = v.id and x.state = 'scheduled' and not x.pin_time) x on true
		where v.id = any($1) and v.state in ('waiting', 'scheduled') and (f.first is not null or x.rest is not null)`, visitIDs)
	read(b, &s.Preferences, `select `+preferenceColumns+` from preferences where subject_id = any($1) and role = 'technician'`, slices.Concat(ticketIDs, personIDs))
	if err := t.SendBatch(ctx, b).Close(); err != nil {
		return failed(err, "reading what a day's visits refer to")
	}
	for _, v := range equipped {
		s.Equipped = append(s.Equipped, v.ID)
	}
	s.Sites = byID(sites, func(v dispatch.Site) ids.ID { return v.ID })
	s.People = byID(people, func(v dispatch.Person) ids.ID { return v.ID })
	s.Tickets = byID(tickets, func(v dispatch.Ticket) ids.ID { return v.ID })
	return nil
}

func byID[T any](list []T, id func(T) ids.ID) map[ids.ID]T {
	m := make(map[ids.ID]T, len(list))
	for _, v := range list {
		m[id(v)] = v
	}
	return m
}

// columns takes keys apart for unnest.
func columns(keys []dispatch.DayKey) (regions []ids.ID, dates []string) {
	for _, k := range keys {
		regions, dates = append(regions, k.RegionID), append(dates, string(k.Date))
	}
	return regions, dates
}

// ShareDays locks region-days against changes of inputs, by date and region. A
// day that had no row gets one, of version 0.
func (t *tx) ShareDays(ctx context.Context, keys []dispatch.DayKey) ([]dispatch.RegionDay, error) {
	regions, dates := columns(keys)
	const share = `select d.region_id, d.date::text as date, d.version from region_days d
		where (d.region_id, d.date) in (select u.region_id, u.date::date from unnest($1::uuid[], $2::text[]) as u (region_id, date))
		order by d.date, d.region_id for share of d`
	days, err := list[dispatch.RegionDay](ctx, t, "sharing days", share, regions, dates)
	if err != nil || len(days) == distinctDays(keys) {
		return days, err
	}
	err = run(ctx, t, "beginning days",
		`insert into region_days (region_id, date, version)
		 select distinct u.region_id, u.date::date, 0 from unnest($1::uuid[], $2::text[]) as u (region_id, date)
		 order by 2, 1 on conflict do nothing`, regions, dates)
	if err != nil {
		return nil, err
	}
	return list[dispatch.RegionDay](ctx, t, "sharing days", share, regions, dates)
}

func distinctDays(keys []dispatch.DayKey) int {
	seen := make(map[dispatch.DayKey]bool, len(keys))
	for _, k := range keys {
		seen[k] = true
	}
	return len(seen)
}

// RaiseDay locks a region-day and raises its version.
func (t *tx) RaiseDay(ctx context.Context, k dispatch.DayKey) (dispatch.RegionDay, error) {
	return one[dispatch.RegionDay](ctx, t, "region_day",
		`insert into region_days as d (region_id, date, version) values ($1, $2::text::date, 1)
		 on conflict (region_id, date) do update set version = d.version + 1
		 returning region_id, date::text as date, version`, k.RegionID, k.Date)
}
