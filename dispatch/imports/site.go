package imports

import (
	"context"
	"slices"
	"strings"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/setup"
	"roundsman/internal/access"
)

var sitePlaces = map[string]string{"region_id": "region", "location": "lon", "access": "access_minutes", "access_point": "access_lon", "walk": "walk_minutes"}

var siteKind = kind{
	columns: []string{"code", "name", "region", "address", "city", "lon", "lat", "zone", "opens_at", "closes_at", "hours", "closed_on",
		"keeps_holidays", "access_minutes", "access_notes", "access_lon", "access_lat", "walk_minutes", "unplaced"},
	must:   []string{"code"},
	needs:  []access.Scope{access.SetupWrite},
	key:    func(r *row) string { return r.name("code") },
	put:    putSites,
	places: sitePlaces,
}

func putSites(ctx context.Context, tx dispatch.Tx, b *batch) error {
	regions, err := look(ctx, tx, b.good(), "region", "region")
	if err != nil {
		return err
	}
	return enter(b, func(r *row) setup.SiteEntry {
		code := r.must("code")
		e := setup.SiteEntry{Code: &code, Name: r.cell("name"), RegionID: named(regions, r, "region"), Address: r.cell("address"), City: r.cell("city"),
			Point: r.point("lon", "lat"), Zone: r.given("zone"), OpensAt: r.clock("opens_at"), ClosesAt: r.clock("closes_at"),
			ClosedOn: r.dates("closed_on"), KeepsHolidays: r.yes("keeps_holidays"), AccessMinutes: r.number("access_minutes"), AccessNotes: r.cell("access_notes"),
			AccessPoint: r.point("access_lon", "access_lat"), WalkMinutes: r.number("walk_minutes")}
		if e.Unplaced = value(r.yes("unplaced")); e.Unplaced && e.Point != nil {
			r.bad("unplaced", "bad_value", "can't be true beside lon and lat; leave one out")
		}
		if e.Hours = r.hours("hours"); e.Hours != nil && len(*e.Hours) > 0 {
			e.OpensAt, e.ClosesAt = nil, nil // the widest of the week
		}
		return e
	}, func(list []setup.SiteEntry) ([]setup.Put, error) { return setup.PutSites(ctx, tx, b.who, b.now, list) }, sitePlaces)
}

// enter reads the rows of a batch into entries, and enters those with which nothing
// is wrong; what is wrong with the others is said all at once.
func enter[E any](b *batch, read func(*row) E, put func([]E) ([]setup.Put, error), columns map[string]string) error {
	var rows []*row
	var list []E
	for _, r := range b.rows {
		if len(r.broken) > 0 {
			continue
		}
		if e := read(r); r.fine() {
			rows, list = append(rows, r), append(list, e)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	done, err := put(list)
	if err != nil {
		return err
	}
	for i, p := range done {
		if rows[i].did = p.Did; p.Refused != nil {
			rows[i].refused(p.Refused, columns)
		}
	}
	return nil
}

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// hours reads "mon 08:00-17:00; fri 08:00-12:00"; an empty cell leaves what is there.
func (r *row) hours(column string) *dispatch.Hours {
	s := r.name(column)
	if s == "" {
		return nil
	}
	h := dispatch.Hours{}
	for _, part := range strings.Split(s, ";") {
		day, span, _ := strings.Cut(strings.TrimSpace(strings.ToLower(part)), " ")
		from, until, _ := strings.Cut(strings.TrimSpace(span), "-")
		a, ok1 := minutes(strings.TrimSpace(from))
		z, ok2 := minutes(strings.TrimSpace(until))
		weekday := slices.IndexFunc(weekdays, func(w string) bool { return len(day) >= 3 && strings.HasPrefix(day, w) })
		if weekday < 0 || !ok1 || !ok2 {
			r.bad(column, "bad_time", "must be hours such as: mon 08:00-17:00; fri 08:00-12:00")
			return nil
		}
		h = append(h, dispatch.Span{Weekday: time.Weekday(weekday), From: a, Until: z})
	}
	return &h
}

// dates reads days with blanks between them. A column without any takes them away.
func (r *row) dates(column string) *[]dispatch.Date {
	if r.cell(column) == nil {
		return nil
	}
	var list []dispatch.Date
	for _, s := range strings.Fields(r.name(column)) {
		d, err := dispatch.ParseDate(s)
		if err != nil {
			r.bad(column, "bad_date", "must be dates such as 2026-12-25 with blanks between them")
			return nil
		}
		list = append(list, d)
	}
	return &list
}
