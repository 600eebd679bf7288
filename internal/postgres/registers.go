package postgres

import (
	"cmp"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/ids"
)

var regionTable = table[dispatch.Region]{
	noun: "region", name: "regions", key: "id", code: "code", read: regionColumns,
	written: []string{"id", "code", "name", "zone", "country", "calendar_code",
		"freeze_minutes", "answer_minutes", "moved_minutes", "retired_at", "version"},
	values: func(r dispatch.Region) []any {
		usual := dispatch.UsualRoundRules()
		return []any{r.ID, r.Code, r.Name, r.Zone, cmp.Or(r.Country, homeRegion), r.CalendarCode,
			cmp.Or(r.FreezeMinutes, usual.FreezeMinutes), cmp.Or(r.AnswerMinutes, usual.AnswerMinutes), cmp.Or(r.MovedMinutes, usual.MovedMinutes),
			r.RetiredAt, max(1, r.Version)}
	},
	at: func(r dispatch.Region) cursor { return cursor{Text: r.Code, ID: r.ID} },
}

var siteTable = table[dispatch.Site]{
	noun: "site", name: "sites", key: "id", code: "code", read: siteColumns, region: "region_id",
	written: []string{"id", "region_id", "code", "name", "address", "city", "lon", "lat", "zone", "opens_at", "closes_at",
		"hours", "closed_on", "keeps_holidays", "access_minutes", "access_notes", "access_lon", "access_lat", "walk_minutes",
		"retired_at", "unplaced", "version"},
	values: func(s dispatch.Site) []any {
		var lon, lat *float64
		if s.AccessPoint != nil {
			lon, lat = &s.AccessPoint[0], &s.AccessPoint[1]
		}
		return []any{s.ID, s.RegionID, s.Code, s.Name, s.Address, s.City, s.Point.Lon(), s.Point.Lat(), s.Zone, s.OpensAt, s.ClosesAt,
			s.Hours, datesOf(s.ClosedOn), s.KeepsHolidays, s.AccessMinutes, s.AccessNotes, lon, lat, s.WalkMinutes,
			s.RetiredAt, s.Unplaced, max(1, s.Version)}
	},
	at: func(s dispatch.Site) cursor { return cursor{Text: s.Code, ID: s.ID} },
}

var depotTable = table[dispatch.Depot]{
	noun: "depot", name: "depots", key: "id", code: "code", read: depotColumns, region: "region_id",
	written: []string{"id", "region_id", "code", "name", "address", "lon", "lat", "retired_at", "version"},
	values: func(d dispatch.Depot) []any {
		return []any{d.ID, d.RegionID, d.Code, d.Name, d.Address, d.Point.Lon(), d.Point.Lat(), d.RetiredAt, max(1, d.Version)}
	},
	at: func(d dispatch.Depot) cursor { return cursor{Text: d.Code, ID: d.ID} },
}

var personTable = table[dispatch.Person]{
	noun: "person", name: "people", key: "id", code: "employee_number", read: personColumns, site: "site_id",
	written: []string{"id", "employee_number", "name", "spoken_name", "language", "site_id", "building", "floor", "room", "mail",
		"mail_on_device_only", "mobile", "desk_phone", "phone_raw", "vip", "name_form", "accessibility", "quiet",
		"preferred_channel", "retired_at", "provisional", "version"},
	values: func(p dispatch.Person) []any {
		return []any{p.ID, p.EmployeeNumber, p.Name, p.SpokenName, p.Language, p.SiteID, p.Building, p.Floor, p.Room, p.Mail,
			p.MailOnDeviceOnly, p.Mobile, p.DeskPhone, p.PhoneRaw, p.VIP, cmp.Or(p.NameForm, dispatch.NameSpoken), p.Accessibility, p.Quiet,
			p.PreferredChannel, p.RetiredAt, p.Provisional, max(1, p.Version)}
	},
	at: func(p dispatch.Person) cursor { return cursor{Text: p.EmployeeNumber, ID: p.ID} },
}

var technicianTable = table[dispatch.Technician]{
	noun: "technician", name: "technicians", key: "id", code: "code", read: technicianColumns, region: "region_id",
	written: []string{"id", "region_id", "code", "name", "spoken_name", "home_lon", "home_lat", "mode", "phone", "retired_at", "version"},
	values: func(t dispatch.Technician) []any {
		return []any{t.ID, t.RegionID, t.Code, t.Name, t.SpokenName, t.Home.Lon(), t.Home.Lat(), t.Mode, t.Phone, t.RetiredAt, max(1, t.Version)}
	},
	at: func(t dispatch.Technician) cursor { return cursor{Text: t.Code, ID: t.ID} },
}

var skillTable = table[dispatch.SkillName]{
	noun: "skill", name: "skills", key: "code", code: "code", read: `code, name, retired_at, version`,
	written: []string{"code", "name", "retired_at", "version"},
	values:  func(s dispatch.SkillName) []any { return []any{s.Code, s.Name, s.RetiredAt, max(1, s.Version)} },
	at:      func(s dispatch.SkillName) cursor { return cursor{Text: s.Code} },
}

var modelTable = table[assets.Model]{
	noun: "model", name: "models", key: "id", code: "code", read: modelColumns,
	written: []string{"id", "code", "name", "kind", "class", "retired_at", "version"},
	values: func(m assets.Model) []any {
		return []any{m.ID, m.Code, m.Name, string(m.Kind), m.Class, m.RetiredAt, max(1, m.Version)}
	},
	at: func(m assets.Model) cursor { return cursor{Text: m.Code, ID: m.ID} },
}

var templateTable = table[dispatch.Template]{
	noun: "template", name: "templates", key: "id", code: "code", read: templateColumns,
	written: []string{"id", "code", "name", "category", "priority", "minutes", "spread", "skill_code", "skill_level", "kit_model",
		"field", "on_site", "option_codes", "symptoms", "retired_at", "version"},
	values: func(t dispatch.Template) []any {
		return []any{t.ID, t.Code, t.Name, t.Category, t.Priority, t.Minutes, t.Spread, t.SkillCode, t.SkillLevel, t.KitModel,
			t.Field, t.OnSite, append([]string{}, t.OptionCodes...), append([]string{}, t.Symptoms...), t.RetiredAt, max(1, t.Version)}
	},
	at: func(t dispatch.Template) cursor { return cursor{Text: t.Code, ID: t.ID} },
}

var optionTemplateTable = table[dispatch.OptionTemplate]{
	noun: "option_template", name: "option_templates", key: "code", code: "code", read: optionTemplateColumns,
	written: []string{"code", "name", "minutes", "end_state", "swaps", "follow_up_minutes", "follow_up_days", "follow_up_reserves",
		"new_os_version", "position", "retired_at", "version"},
	values: func(o dispatch.OptionTemplate) []any {
		return []any{o.Code, o.Name, o.Minutes, o.EndState, o.Swaps, o.FollowUpMinutes, o.FollowUpDays, o.FollowUpReserves,
			o.NewOSVersion, o.Position, o.RetiredAt, max(1, o.Version)}
	},
	at: func(o dispatch.OptionTemplate) cursor { return cursor{Text: o.Code} },
}

var calendarTable = table[dispatch.Calendar]{
	noun: "calendar", name: "calendars", key: "code", code: "code", read: `code, name, days, retired_at, version`,
	written: []string{"code", "name", "days", "retired_at", "version"},
	values: func(c dispatch.Calendar) []any {
		return []any{c.Code, c.Name, append([]dispatch.Holiday{}, c.Days...), c.RetiredAt, max(1, c.Version)}
	},
	at: func(c dispatch.Calendar) cursor { return cursor{Text: c.Code} },
}

// Patterns have no code: they are in the order of the days on which they begin.
var patternTable = table[dispatch.Pattern]{
	noun: "pattern", name: "shift_patterns", key: "id", code: "from_date::text", technician: "technician_id",
	read: patternColumns,
	written: []string{"id", "technician_id", "name", "from_date", "until_date", "turns", "overtime_minutes", "works_holidays",
		"retired_at", "version"},
	values: func(p dispatch.Pattern) []any {
		return []any{p.ID, p.TechnicianID, p.Name, string(p.FromDate), p.UntilDate, append([]dispatch.Turn{}, p.Turns...),
			p.OvertimeMinutes, p.WorksHolidays, p.RetiredAt, max(1, p.Version)}
	},
	at: func(p dispatch.Pattern) cursor { return cursor{Text: string(p.FromDate), ID: p.ID} },
}

const patternColumns = `id, technician_id, name, from_date::text as from_date, until_date::text as until_date, turns,
	overtime_minutes, works_holidays, retired_at, version`

var serviceTable = table[dispatch.Service]{
	noun: "service", name: "service_hours", key: "id", code: "channel", region: "region_id", site: "site_id",
	read:    serviceColumns,
	written: []string{"id", "region_id", "site_id", "channel", "address", "hours", "holidays", "retired_at", "version"},
	values: func(s dispatch.Service) []any {
		return []any{s.ID, s.RegionID, s.SiteID, s.Channel, s.Address, append(dispatch.Hours{}, s.Hours...), s.Holidays, s.RetiredAt, max(1, s.Version)}
	},
	at: func(s dispatch.Service) cursor { return cursor{Text: s.Channel, ID: s.ID} },
}

const serviceColumns = `id, region_id, site_id, channel, address, hours, holidays, retired_at, version`

var labelTable = table[dispatch.Label]{
	noun: "label", name: "labels", key: "code", code: "code", read: `code, texts, retired_at, version`,
	written: []string{"code", "texts", "retired_at", "version"},
	values:  func(l dispatch.Label) []any { return []any{l.Code, l.Texts, l.RetiredAt, max(1, l.Version)} },
	at:      func(l dispatch.Label) cursor { return cursor{Text: l.Code} },
}

// The registers, by noun.

func (t *tx) RegionRegister() dispatch.Register[dispatch.Region, ids.ID] {
	return register[dispatch.Region, ids.ID]{regionTable, t}
}

func (t *tx) SiteRegister() dispatch.Register[dispatch.Site, ids.ID] {
	return register[dispatch.Site, ids.ID]{siteTable, t}
}

func (t *tx) DepotRegister() dispatch.Register[dispatch.Depot, ids.ID] {
	return register[dispatch.Depot, ids.ID]{depotTable, t}
}

func (t *tx) PersonRegister() dispatch.Register[dispatch.Person, ids.ID] {
	return register[dispatch.Person, ids.ID]{personTable, t}
}

func (t *tx) SkillRegister() dispatch.Register[dispatch.SkillName, string] {
	return register[dispatch.SkillName, string]{skillTable, t}
}

func (t *tx) ModelRegister() dispatch.Register[assets.Model, ids.ID] {
	return register[assets.Model, ids.ID]{modelTable, t}
}

func (t *tx) TemplateRegister() dispatch.Register[dispatch.Template, ids.ID] {
	return register[dispatch.Template, ids.ID]{templateTable, t}
}

func (t *tx) OptionTemplateRegister() dispatch.Register[dispatch.OptionTemplate, string] {
	return register[dispatch.OptionTemplate, string]{optionTemplateTable, t}
}

func (t *tx) CalendarRegister() dispatch.Register[dispatch.Calendar, string] {
	return register[dispatch.Calendar, string]{calendarTable, t}
}

func (t *tx) PatternRegister() dispatch.Register[dispatch.Pattern, ids.ID] {
	return register[dispatch.Pattern, ids.ID]{patternTable, t}
}

func (t *tx) ServiceRegister() dispatch.Register[dispatch.Service, ids.ID] {
	return register[dispatch.Service, ids.ID]{serviceTable, t}
}

func (t *tx) LabelRegister() dispatch.Register[dispatch.Label, string] {
	return register[dispatch.Label, string]{labelTable, t}
}
