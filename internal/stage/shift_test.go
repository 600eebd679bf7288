package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/setup"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// everyDay is a turn on every weekday, with the break in the middle.
func everyDay(from, until int) *[]dispatch.Turn {
	var turns []dispatch.Turn
	for d := time.Sunday; d <= time.Saturday; d++ {
		turns = append(turns, dispatch.Turn{Weekday: d, From: from, Until: until, BreakFrom: from + 180, BreakUntil: from + 300, BreakMinutes: 30})
	}
	return &turns
}

// hired enters a technician in a region.
func hired(t *testing.T, s *stage.Stage, region ids.ID, code string) ids.ID {
	t.Helper()
	m, err := s.Entering.Technicians().Add(t.Context(), s.Admin, setup.TechnicianEntry{Code: &code, Name: ptr("Tom Turner"), RegionID: &region,
		Home: &orb.Point{0.005, 0}, Skills: &[]dispatch.Skill{{Code: "hardware", Level: 2}}})
	require.NoError(t, err)
	return m.ID
}

func shiftOn(t *testing.T, s *stage.Stage, technician ids.ID, d dispatch.Date) (v dispatch.Shift) {
	t.Helper()
	require.NoError(t, s.Store.Read(t.Context(), func(tx dispatch.Tx) (err error) {
		v, err = tx.ShiftOn(t.Context(), technician, d)
		return err
	}))
	return v
}

func at(text string) time.Time {
	v, _ := time.Parse(time.RFC3339, text)
	return v
}

// Instants worked out by hand. A night shift over the change is an hour, or in
// Lord Howe half an hour, shorter or longer.
func TestPatternsMakeShiftsAtTheRightInstants(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, now                  string
		date                       dispatch.Date // of the change
		day, dayEnds, night, nEnds string
	}{
		{"America/New_York", "2026-03-02T12:00:00Z", "2026-03-08", "2026-03-08T12:00:00Z", "2026-03-08T20:30:00Z", "2026-03-08T03:00:00Z", "2026-03-08T10:00:00Z"},
		{"America/New_York", "2026-09-28T12:00:00Z", "2026-11-01", "2026-11-01T13:00:00Z", "2026-11-01T21:30:00Z", "2026-11-01T02:00:00Z", "2026-11-01T11:00:00Z"},
		{"Europe/Berlin", "2026-03-02T12:00:00Z", "2026-03-29", "2026-03-29T06:00:00Z", "2026-03-29T14:30:00Z", "2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z"},
		{"Europe/Berlin", "2026-09-28T12:00:00Z", "2026-10-25", "2026-10-25T07:00:00Z", "2026-10-25T15:30:00Z", "2026-10-24T20:00:00Z", "2026-10-25T05:00:00Z"},
		{"Australia/Lord_Howe", "2026-09-28T12:00:00Z", "2026-10-04", "2026-10-03T21:00:00Z", "2026-10-04T05:30:00Z", "2026-10-03T11:30:00Z", "2026-10-03T19:00:00Z"},
		{"Australia/Lord_Howe", "2026-03-02T12:00:00Z", "2026-04-05", "2026-04-04T21:30:00Z", "2026-04-05T06:00:00Z", "2026-04-04T11:00:00Z", "2026-04-04T19:30:00Z"},
	} {
		t.Run(c.zone+" "+string(c.date), func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			ctx := t.Context()
			s.Clock.Set(at(c.now))
			region, err := s.Entering.Regions().Add(ctx, s.Admin, setup.RegionEntry{Code: ptr("R2"), Name: ptr("Far away"), Zone: &c.zone})
			require.NoError(t, err)
			today := dispatch.DateOf(at(c.now), time.UTC)
			early, late := hired(t, s, region.ID, "DAY"), hired(t, s, region.ID, "NIGHT")
			_, err = s.Entering.Patterns().Add(ctx, s.Admin, setup.PatternEntry{TechnicianID: &early, FromDate: &today, Turns: everyDay(8*60, 16*60+30)})
			require.NoError(t, err)
			_, err = s.Entering.Patterns().Add(ctx, s.Admin, setup.PatternEntry{TechnicianID: &late, FromDate: &today, Turns: everyDay(22*60, 30*60)})
			require.NoError(t, err)
			day, night := shiftOn(t, s, early, c.date), shiftOn(t, s, late, c.date.Add(-1))
			require.Equal(t, []time.Time{at(c.day), at(c.dayEnds)}, []time.Time{day.StartsAt.UTC(), day.EndsAt.UTC()})
			require.Equal(t, []time.Time{at(c.night), at(c.nEnds)}, []time.Time{night.StartsAt.UTC(), night.EndsAt.UTC()})
			require.Equal(t, at(c.day).Add(3*time.Hour), day.BreakFrom.UTC(), "breaks follow the clock on the wall")
		})
	}
}

func TestATimeThatTheClocksSkipIsRefusedWithTheNext(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	s.Clock.Set(at("2026-03-02T12:00:00Z"))
	tom := hired(t, s, stage.Name("region"), "T9")
	n := setup.NewShift{TechnicianID: tom, Date: "2026-03-08", ShiftEntry: setup.ShiftEntry{From: 150, Until: 600, BreakFrom: 300, BreakUntil: 360}}
	_, err := s.Entering.AddShift(t.Context(), s.Dispatcher, n)
	f := refused(t, "no_such_time", err)
	next, ok := f.Members["next"].(time.Time)
	require.True(t, ok)
	require.Equal(t, "2026-03-08T03:00:00-04:00", next.Format(time.RFC3339))
	require.Equal(t, "/starts", f.Fields[0].Pointer)
	n.From = 180
	made, err := s.Entering.AddShift(t.Context(), s.Dispatcher, n)
	require.NoError(t, err)
	require.Equal(t, at("2026-03-08T07:00:00Z"), made.StartsAt.UTC())
}

// Two weeks by hand from Monday the 9th of March: weekdays only, no shift on the
// holiday of the 17th, an own time on the 11th, off on the 12th.
func TestAPatternWithExceptions(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, err := s.Entering.Calendars().Add(ctx, s.Admin, setup.CalendarEntry{Code: ptr("us-de"), Name: ptr("Delaware"), Days: &[]dispatch.Holiday{{Date: "2026-03-17", Name: "A holiday"}}})
	require.NoError(t, err)
	_, err = s.Entering.Regions().Change(ctx, s.Admin, stage.Name("region"), 1, setup.RegionEntry{CalendarCode: ptr("us-de")})
	require.NoError(t, err)
	tom := hired(t, s, stage.Name("region"), "T9")
	week := (*everyDay(8*60, 16*60))[1:6]
	monday := stage.Monday
	_, err = s.Entering.Patterns().Add(ctx, s.Agent, setup.PatternEntry{TechnicianID: &tom, FromDate: &monday, Turns: &week})
	refused(t, "scope_missing", err)
	p, err := s.Entering.Patterns().Add(ctx, s.Dispatcher, setup.PatternEntry{TechnicianID: &tom, FromDate: &monday, Turns: &week, OvertimeMinutes: ptr(60)})
	require.NoError(t, err)
	dates := func() (out []dispatch.Date) {
		list, _, err := s.Entering.Shifts(ctx, s.Agent, dispatch.ShiftFilter{TechnicianID: &tom, From: monday, Until: monday.Add(14)}, dispatch.Page{})
		require.NoError(t, err)
		for _, v := range list {
			out = append(out, v.Date)
		}
		return out
	}
	require.Equal(t, []dispatch.Date{"2026-03-09", "2026-03-10", "2026-03-11", "2026-03-12", "2026-03-13", "2026-03-16", "2026-03-18", "2026-03-19", "2026-03-20"}, dates())

	own := shiftOn(t, s, tom, "2026-03-11")
	changed, err := s.Entering.ChangeShift(ctx, s.Dispatcher, own.ID, own.Version, setup.ShiftEntry{From: 600, Until: 900, BreakFrom: 700, BreakUntil: 760})
	require.NoError(t, err)
	require.Equal(t, stage.At(10, 0).AddDate(0, 0, 2), changed.StartsAt.UTC())
	_, err = s.Entering.ChangeShift(ctx, s.Dispatcher, own.ID, own.Version, setup.ShiftEntry{From: 600, Until: 900, BreakFrom: 700, BreakUntil: 760})
	refused(t, "version_stale", err)
	off := shiftOn(t, s, tom, "2026-03-12")
	_, err = s.Entering.CancelShift(ctx, s.Dispatcher, off.ID, off.Version, "leave")
	require.NoError(t, err)
	_, err = s.Entering.CancelShift(ctx, s.Dispatcher, off.ID, off.Version, "leave")
	refused(t, "shift_not_found", err)

	// An hour later from now on: exceptions stay as they are.
	later := (*everyDay(9*60, 17*60))[1:6]
	p, err = s.Entering.Patterns().Change(ctx, s.Dispatcher, p.ID, p.Version, setup.PatternEntry{Turns: &later})
	require.NoError(t, err)
	require.Equal(t, []dispatch.Date{"2026-03-09", "2026-03-10", "2026-03-11", "2026-03-13", "2026-03-16", "2026-03-18", "2026-03-19", "2026-03-20"}, dates())
	require.Equal(t, changed.StartsAt, shiftOn(t, s, tom, "2026-03-11").StartsAt)
	require.Equal(t, stage.At(9, 0).AddDate(0, 0, 1), shiftOn(t, s, tom, "2026-03-10").StartsAt.UTC())

	// Two weeks on, the weeks ahead are made by themselves, once.
	s.Clock.Set(stage.At(7, 30).AddDate(0, 0, 14))
	rolled, err := s.Entering.RollShifts(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, rolled)
	shiftOn(t, s, tom, monday.Add(14+53))
	rolled, err = s.Entering.RollShifts(ctx)
	require.NoError(t, err)
	require.Zero(t, rolled)

	_, err = s.Entering.Patterns().Retire(ctx, s.Dispatcher, p.ID, p.Version)
	require.NoError(t, err)
	var ahead int
	require.NoError(t, s.Pool.QueryRow(ctx, `select count(*) from shifts where technician_id = $1 and starts_at > $2`, tom, s.Clock.Now()).Scan(&ahead))
	require.Zero(t, ahead, "what is ahead goes, what was stays")
	require.Len(t, dates(), 8)
}

func TestAShiftWithVisitsStays(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	visit := planned(t, s, 1)[0]
	v := stopOf(t, s, visit)
	s.Clock.Set(stage.At(7, 0))
	shift, err := s.Entering.Shift(ctx, s.Agent, *v.ShiftID)
	require.NoError(t, err)
	_, err = s.Entering.CancelShift(ctx, s.Dispatcher, shift.ID, shift.Version, "leave")
	require.Len(t, refused(t, "work_open", err).Members["visits"], 1)
	_, err = s.Entering.ChangeShift(ctx, s.Dispatcher, shift.ID, shift.Version, setup.ShiftEntry{From: 15 * 60, Until: 16 * 60, BreakFrom: 15 * 60, BreakUntil: 16 * 60})
	refused(t, "work_open", err)
	_, err = s.Entering.Technicians().Retire(ctx, s.Admin, *v.TechnicianID, 1)
	require.Len(t, refused(t, "work_open", err).Members["visits"], 1, "who is visited by whom is decided first")
	other := stage.Name("technician 0")
	if other == *v.TechnicianID {
		other = stage.Name("technician 1")
	}
	_, err = s.Entering.Technicians().Retire(ctx, s.Admin, other, 1)
	require.Equal(t, []dispatch.Use{{Noun: "shift", Count: 10}}, refused(t, "still_used", err).Members["uses"])
	s.Clock.Set(stage.At(20, 0))
	_, err = s.Entering.CancelShift(ctx, s.Dispatcher, shift.ID, shift.Version, "leave")
	refused(t, "shift_begun", err)
}
