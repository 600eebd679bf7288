package postgres

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
)

// RoundOf names the round of a shift that was set up.
func RoundOf(shift ids.ID) ids.ID { return ids.From(shift, "round") }

// SetUp stores an installation's standing data and first work in one transaction,
// all or nothing. Every shift gets its round and its region-day.
func (s *Store) SetUp(ctx context.Context, d dispatch.Setup, accounts []access.Account) error {
	t, err := s.begin(ctx, `begin isolation level read committed; set local statement_timeout = '5min'`)
	if err != nil {
		return err
	}
	defer rollback(ctx, t)
	l := loader{ctx: ctx, tx: t}
	l.places(d)
	l.crew(d, accounts)
	l.hardware(d)
	l.work(d)
	l.desk(d)
	l.analyze()
	if l.err != nil {
		return l.err
	}
	return failed(t.Commit(ctx), "committing the set-up")
}

// loader copies tables in, and stops at the first error.
type loader struct {
	ctx context.Context
	tx  *tx
	// loaded are the tables that got rows.
	loaded []string
	err    error
}

// analyze tells the query planner what was loaded, so that the first requests
// are not planned for empty tables.
func (l *loader) analyze() {
	if l.err == nil && len(l.loaded) > 0 {
		l.err = run(l.ctx, l.tx, "analysing what was set up", `analyze `+strings.Join(l.loaded, ", "))
	}
}

// load copies rows into a table.
func load[T any](l *loader, table string, columns []string, rows []T, values func(T) []any) {
	if l.err != nil || len(rows) == 0 {
		return
	}
	l.loaded = append(l.loaded, table)
	_, err := l.tx.CopyFrom(l.ctx, pgx.Identifier{table}, columns,
		pgx.CopyFromSlice(len(rows), func(i int) ([]any, error) { return values(rows[i]), nil }))
	l.err = failed(err, "setting up %s", table)
}

func (l *loader) places(d dispatch.Setup) {
	loadInto(l, regionTable, d.Regions)
	loadInto(l, siteTable, d.Sites)
	loadInto(l, depotTable, d.Depots)
	loadInto(l, personTable, d.People)
}

func (l *loader) crew(d dispatch.Setup, accounts []access.Account) {
	loadInto(l, skillTable, d.Skills)
	loadInto(l, technicianTable, d.Technicians)
	load(l, "technician_skills", []string{"technician_id", "code", "level"}, d.Holds, func(h dispatch.TechnicianSkill) []any {
		return []any{h.TechnicianID, h.Code, h.Level}
	})
	load(l, "accounts", []string{"id", "login", "name", "spoken_name", "roles", "technician_id", "password_hash", "service",
		"disabled", "session_version", "created_at", "demo"}, accounts, func(a access.Account) []any {
		roles := make([]string, len(a.Roles))
		for i, r := range a.Roles {
			roles[i] = string(r)
		}
		return []any{a.ID, a.Login, a.Name, a.SpokenName, roles, a.TechnicianID, a.PasswordHash, a.Service,
			a.Disabled, max(1, a.SessionVersion), a.CreatedAt, a.Demo}
	})
	l.shifts(d.Shifts)
}

func (l *loader) shifts(shifts []dispatch.Shift) {
	load(l, "shifts", []string{"id", "technician_id", "region_id", "date", "starts_at", "ends_at", "overtime_minutes",
		"break_from", "break_until", "break_minutes", "pattern_id", "changed", "version"}, shifts, func(s dispatch.Shift) []any {
		return []any{s.ID, s.TechnicianID, s.RegionID, string(s.Date), s.StartsAt, s.EndsAt, s.OvertimeMinutes,
			s.BreakFrom, s.BreakUntil, s.BreakMinutes, s.PatternID, s.Changed, max(1, s.Version)}
	})
	load(l, "rounds", []string{"id", "shift_id", "technician_id", "region_id", "date"}, shifts, func(s dispatch.Shift) []any {
		return []any{RoundOf(s.ID), s.ID, s.TechnicianID, s.RegionID, string(s.Date)}
	})
	var days []dispatch.DayKey
	for _, s := range shifts {
		if k := (dispatch.DayKey{RegionID: s.RegionID, Date: s.Date}); !slices.Contains(days, k) {
			days = append(days, k)
		}
	}
	if l.err != nil || len(days) == 0 {
		return
	}
	// A day that somebody has looked at has its row already; a shift is an input.
	regions, dates := columns(days)
	l.err = run(l.ctx, l.tx, "setting up region_days",
		`insert into region_days as d (region_id, date) select u.region_id, u.date::date from unnest($1::uuid[], $2::text[]) as u (region_id, date)
		 on conflict (region_id, date) do update set version = d.version + 1`, regions, dates)
}

func (l *loader) hardware(d dispatch.Setup) {
	loadInto(l, modelTable, d.Models)
	load(l, "items", []string{"id", "model_id", "tag", "serial", "state", "os_name", "os_version", "loaner", "wipe", "version"},
		d.Items, func(i assets.Item) []any {
			return []any{i.ID, i.ModelID, i.Tag, i.Serial, string(i.State), i.OSName, i.OSVersion, i.Loaner, string(cmp.Or(i.Wipe, assets.Clean)), max(1, i.Version)}
		})
	load(l, "custodies", []string{"id", "item_id", "custodian_kind", "custodian_id", "since", "until", "reason", "visit_id", "actor_id"},
		d.Custodies, func(c assets.Custody) []any {
			return []any{c.ID, c.ItemID, string(c.CustodianKind), c.CustodianID, c.Since, c.Until, c.Reason, c.VisitID, c.ActorID}
		})
}

func (l *loader) work(d dispatch.Setup) {
	loadInto(l, optionTemplateTable, d.OptionTemplates)
	loadInto(l, templateTable, d.Templates)
	// The number is given by the sequence, so it is not among the columns.
	load(l, "tickets", []string{"id", "person_id", "site_id", "template_id", "item_id", "incident_id", "owner_id", "state",
		"priority", "summary", "key_field", "channel", "opened_at", "restored_at", "resolved_at", "resolution", "next_update",
		"version"}, d.Tickets, func(k dispatch.Ticket) []any {
		return []any{k.ID, k.PersonID, k.SiteID, k.TemplateID, k.ItemID, k.IncidentID, k.OwnerID, string(k.State),
			k.Priority, k.Summary, k.KeyField, k.Channel, k.OpenedAt, k.RestoredAt, k.ResolvedAt, k.Resolution, k.NextUpdate,
			max(1, k.Version)}
	})
	load(l, "visits", []string{"id", "ticket_id", "person_id", "site_id", "region_id", "state", "minutes", "spread", "skill_code",
		"skill_level", "kit_model", "priority", "earliest_date", "follows_id", "round_id", "shift_id", "technician_id", "position",
		"planned_leave", "planned_start", "planned_end", "leg_seconds", "leg_metres", "pin_time", "pin_shift", "departed_at",
		"arrived_at", "completed_at", "reason", "version"}, d.Visits, func(v dispatch.Visit) []any {
		return []any{v.ID, v.TicketID, v.PersonID, v.SiteID, v.RegionID, string(v.State), v.Minutes, v.Spread, v.SkillCode,
			v.SkillLevel, v.KitModel, v.Priority, v.EarliestDate, v.FollowsID, v.RoundID, v.ShiftID, v.TechnicianID, v.Position,
			v.PlannedLeave, v.PlannedStart, v.PlannedEnd, v.LegSeconds, v.LegMetres, v.PinTime, v.PinShift, v.DepartedAt,
			v.ArrivedAt, v.CompletedAt, v.Reason, max(1, v.Version)}
	})
}

// desk loads how the desk works together and what it gives its word for.
func (l *loader) desk(d dispatch.Setup) {
	load(l, "teams", []string{"id", "code", "name", "tier", "accept_minutes"}, d.Teams, func(k dispatch.Team) []any {
		return []any{k.ID, k.Code, k.Name, string(k.Tier), k.AcceptMinutes}
	})
	type member struct{ team, account ids.ID }
	var members []member
	for _, k := range d.Teams {
		for _, m := range k.Members {
			members = append(members, member{k.ID, m})
		}
	}
	load(l, "team_members", []string{"team_id", "account_id"}, members, func(m member) []any { return []any{m.team, m.account} })
	load(l, "leaders", []string{"position", "account_id", "zone", "from_min", "until_min", "away_until"}, d.Leaders, func(k dispatch.Leader) []any {
		return []any{k.Position, k.AccountID, k.Zone, k.FromMin, k.UntilMin, k.AwayUntil}
	})
	load(l, "service_levels", []string{"id", "template_id", "priority", "respond_minutes", "restore_minutes", "resolve_minutes", "always"}, d.Levels,
		func(k dispatch.ServiceLevel) []any {
			return []any{k.ID, k.TemplateID, k.Priority, k.RespondMinutes, k.RestoreMinutes, k.ResolveMinutes, k.Always}
		})
	loadInto(l, serviceTable, d.Services)
}
