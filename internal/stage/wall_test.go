package stage_test

import (
	"testing"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/setup"
	"roundsman/dispatch/stock"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// abroad enters a region of a zone, with a technician.
func abroad(t *testing.T, s *stage.Stage, zone string) (region, technician ids.ID) {
	t.Helper()
	r, err := s.Entering.Regions().Add(t.Context(), s.Admin, setup.RegionEntry{Code: ptr("R2"), Name: ptr("Far away"), Zone: &zone})
	require.NoError(t, err)
	return r.ID, hired(t, s, r.ID, "T9")
}

// A pattern of short night duties lives through the night on which the clocks skip
// one of them: that night has none, and the shifts of the next weeks are made.
func TestAPatternOutlivesAShiftThatNeverComes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, now   string
		skipped     dispatch.Date
		until       int    // the shift is from 2:00
		after       string // the start on the day after
		monthsAhead string // when the pattern is rolled past the change
	}{
		{"America/New_York", "2026-03-02T12:00:00Z", "2026-03-08", 180, "2026-03-09T06:00:00Z", ""},
		{"Europe/Berlin", "2026-03-02T12:00:00Z", "2026-03-29", 165, "2026-03-30T00:00:00Z", ""},
		{"Australia/Lord_Howe", "2026-09-28T12:00:00Z", "2026-10-04", 150, "2026-10-04T15:00:00Z", ""},
		{"Australia/Lord_Howe", "2026-06-01T12:00:00Z", "2026-10-04", 150, "2026-10-04T15:00:00Z", "2026-09-01T12:00:00Z"},
	} {
		t.Run(c.zone+c.now, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			ctx := t.Context()
			s.Clock.Set(at(c.now))
			_, tom := abroad(t, s, c.zone)
			today, turns := dispatch.DateOf(at(c.now), time.UTC), []dispatch.Turn{}
			for d := time.Sunday; d <= time.Saturday; d++ {
				turns = append(turns, dispatch.Turn{Weekday: d, From: 120, Until: c.until, BreakFrom: 120, BreakUntil: 120})
			}
			_, err := s.Entering.Patterns().Add(ctx, s.Admin, setup.PatternEntry{TechnicianID: &tom, FromDate: &today, Turns: &turns})
			require.NoError(t, err)
			if c.monthsAhead != "" {
				s.Clock.Set(at(c.monthsAhead))
				rolled, err := s.Entering.RollShifts(ctx)
				require.NoError(t, err)
				require.Equal(t, 1, rolled)
			}
			require.Equal(t, at(c.after), shiftOn(t, s, tom, c.skipped.Add(1)).StartsAt.UTC())
			require.NotZero(t, shiftOn(t, s, tom, c.skipped.Add(-1)).ID)
			require.NoError(t, s.Store.Read(ctx, func(tx dispatch.Tx) error {
				_, err := tx.ShiftOn(ctx, tom, c.skipped)
				refused(t, "shift_not_found", err)
				return nil
			}))
		})
	}
}

// What somebody enters for one day is refused where the clocks skip it, whichever
// of its times that is, and nothing is stored; the next that exists is taken. Where
// a time comes twice it is the first of the two.
func TestSingleShiftsOnChangeDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, now    string
		date         dispatch.Date
		gap          int // a minute that never comes; 0 where none is missing
		next         string
		entry        setup.ShiftEntry // one that is taken
		starts, ends string
	}{
		{"America/New_York", "2026-03-02T12:00:00Z", "2026-03-08", 150, "2026-03-08T03:00:00-04:00",
			setup.ShiftEntry{From: 60, Until: 600, BreakFrom: 240, BreakUntil: 300}, "2026-03-08T06:00:00Z", "2026-03-08T14:00:00Z"},
		{"America/New_York", "2026-10-26T12:00:00Z", "2026-11-01", 0, "",
			setup.ShiftEntry{From: 90, Until: 600, BreakFrom: 240, BreakUntil: 300}, "2026-11-01T05:30:00Z", "2026-11-01T15:00:00Z"},
		{"Europe/Berlin", "2026-03-02T12:00:00Z", "2026-03-29", 179, "2026-03-29T03:00:00+02:00",
			setup.ShiftEntry{From: 60, Until: 600, BreakFrom: 240, BreakUntil: 300}, "2026-03-29T00:00:00Z", "2026-03-29T08:00:00Z"},
		{"Europe/Berlin", "2026-10-12T12:00:00Z", "2026-10-25", 0, "",
			setup.ShiftEntry{From: 150, Until: 600, BreakFrom: 240, BreakUntil: 300}, "2026-10-25T00:30:00Z", "2026-10-25T09:00:00Z"},
		{"Australia/Lord_Howe", "2026-09-28T12:00:00Z", "2026-10-04", 135, "2026-10-04T02:30:00+11:00",
			setup.ShiftEntry{From: 60, Until: 600, BreakFrom: 240, BreakUntil: 300}, "2026-10-03T14:30:00Z", "2026-10-03T23:00:00Z"},
		{"Australia/Lord_Howe", "2026-03-02T12:00:00Z", "2026-04-05", 0, "",
			setup.ShiftEntry{From: 105, Until: 600, BreakFrom: 240, BreakUntil: 300}, "2026-04-04T14:45:00Z", "2026-04-04T23:30:00Z"},
	} {
		t.Run(c.zone+" "+string(c.date), func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			ctx := t.Context()
			s.Clock.Set(at(c.now))
			_, tom := abroad(t, s, c.zone)
			var wrong map[string]setup.ShiftEntry
			if c.gap > 0 {
				wrong = map[string]setup.ShiftEntry{
					"/starts":      {From: c.gap, Until: 600, BreakFrom: 240, BreakUntil: 300},
					"/ends":        {From: 60, Until: c.gap, BreakFrom: 60, BreakUntil: 60},
					"/break_from":  {From: 60, Until: 600, BreakFrom: c.gap, BreakUntil: 300},
					"/break_until": {From: 60, Until: 600, BreakFrom: 60, BreakUntil: c.gap},
				}
			}
			skipped := func(pointer string, err error) {
				f := refused(t, "no_such_time", err)
				require.Equal(t, pointer, f.Fields[0].Pointer)
				require.Equal(t, c.next, f.Members["next"].(time.Time).Format(time.RFC3339))
			}
			for pointer, e := range wrong {
				_, err := s.Entering.AddShift(ctx, s.Dispatcher, setup.NewShift{TechnicianID: tom, Date: c.date, ShiftEntry: e})
				skipped(pointer, err)
			}
			v, err := s.Entering.AddShift(ctx, s.Dispatcher, setup.NewShift{TechnicianID: tom, Date: c.date, ShiftEntry: c.entry})
			require.NoError(t, err)
			for pointer, e := range wrong {
				_, err := s.Entering.ChangeShift(ctx, s.Dispatcher, v.ID, v.Version, e)
				skipped(pointer, err)
			}
			kept := shiftOn(t, s, tom, c.date)
			require.Equal(t, v.Version, kept.Version)
			require.Equal(t, []time.Time{at(c.starts), at(c.ends)}, []time.Time{kept.StartsAt.UTC(), kept.EndsAt.UTC()})
		})
	}
}

// Who borrows is reminded a day of 24 hours before, and told the time of their own
// clock. On these days the same time on the wall of the day before is another
// instant, and a sweep there would be an hour, or half of one, off.
func TestLoansAreRemindedOfOverTheChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, start, reminded, due, wall, naive string }{
		{"America/New_York", "2026-03-04T15:00:00Z", "2026-03-07T21:00:00Z", "2026-03-08T21:00:00Z", "17:00", "2026-03-07T22:00:00Z"},
		{"America/New_York", "2026-10-28T15:00:00Z", "2026-10-31T22:00:00Z", "2026-11-01T22:00:00Z", "17:00", "2026-10-31T21:00:00Z"},
		{"Europe/Berlin", "2026-03-25T15:00:00Z", "2026-03-28T15:00:00Z", "2026-03-29T15:00:00Z", "17:00", "2026-03-28T16:00:00Z"},
		{"Europe/Berlin", "2026-10-21T15:00:00Z", "2026-10-24T16:00:00Z", "2026-10-25T16:00:00Z", "17:00", "2026-10-24T15:00:00Z"},
		{"Australia/Lord_Howe", "2026-10-01T15:00:00Z", "2026-10-03T06:00:00Z", "2026-10-04T06:00:00Z", "17:00", "2026-10-03T06:30:00Z"},
		{"Australia/Lord_Howe", "2026-04-01T15:00:00Z", "2026-04-04T06:30:00Z", "2026-04-05T06:30:00Z", "17:00", "2026-04-04T06:00:00Z"},
	} {
		t.Run(c.zone+c.due, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			ctx := t.Context()
			pooled(t, s, 1)
			_, err := s.Pool.Exec(ctx, `update sites set zone = $1`, c.zone)
			require.NoError(t, err)
			loc, err := time.LoadLocation(c.zone)
			require.NoError(t, err)
			due := at(c.due)
			require.Equal(t, at(c.naive), dispatch.DateOf(due, loc).Add(-1).At(loc, 17, 0).UTC())
			require.NotEqual(t, c.naive, c.reminded)

			s.Clock.Set(at(c.start))
			start := at(c.start)
			l := book(t, s, stock.NewLoan{PersonID: person(0).ID, DepotID: &home.ID, StartsAt: &start, DueAt: due})
			_, err = s.Room.CheckOut(ctx, s.Stock, l.Loan.ID, l.Loan.Version, stock.Handover{Condition: "good", Taker: byHand})
			require.NoError(t, err)
			for _, x := range []struct {
				now  time.Time
				told []string
			}{
				{at(c.reminded).Add(-2 * time.Second), nil}, {at(c.reminded).Add(time.Second), []string{"loan_due_soon"}},
				{due.Add(-time.Second), []string{"loan_due_soon"}}, {due, []string{"loan_due_soon", "loan_due"}},
			} {
				s.Clock.Set(x.now)
				require.NoError(t, s.Room.Sweep(ctx))
				require.Equal(t, x.told, stockRoomTold(t, s, person(0).ID), x.now)
			}
			list, _, err := s.Desk.Notices(ctx, s.Agent, dispatch.NoticeFilter{PersonID: ptr(person(0).ID)}, dispatch.Page{Limit: 10})
			require.NoError(t, err)
			require.Contains(t, list[1].Body, c.wall)
			v, err := s.Room.Loan(ctx, s.Agent, l.Loan.ID)
			require.NoError(t, err)
			require.Equal(t, assets.LoanOut, v.Loan.State)
		})
	}
}

// Half an hour later is half an hour later, also where the wall then shows an
// earlier time.
func TestACallbackIsTriedAgainOverTheChange(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	c := served(t, s)
	s.Clock.Set(at("2026-11-01T05:45:00Z")) // 1:45 for the first time
	n, err := s.Desk.SettleCallback(t.Context(), s.Agent, c.ID, c.Version, dispatch.CallbackNotReached, "mailbox")
	require.NoError(t, err)
	require.Equal(t, at("2026-11-01T06:15:00Z"), n.DueAt.UTC(), "1:15 for the second")
}

// The log of another desk says no zone. A time that its region's clocks skipped is
// refused with the next, and an end that would lie before the beginning was in the
// second of two equal hours.
func TestALogThroughTheChange(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	file := csvOf(dispatch.ImportServiceNow,
		"number,incident_state,sys_mod_count,caller_id,opened_at,sys_updated_at,location,resolved_at",
		"INC1,Resolved,1,Caller 1,01-11-2026 01:50,01-11-2026 01:55,Location 1,01-11-2026 01:10",
		"INC2,Resolved,1,Caller 1,08-03-2026 02:30,08-03-2026 09:00,Location 1,08-03-2026 09:00",
		"INC3,Resolved,1,Caller 1,08-03-2026 03:00,08-03-2026 09:00,Location 1,08-03-2026 02:00",
		"INC4,Resolved,1,Caller 1,08-03-2026 03:00,08-03-2026 09:00,Location 1,08-03-2026 01:00",
		"INC5,Resolved,1,Caller 1,08-03-2026 01:59,08-03-2026 09:00,Location 1,08-03-2026 03:00")
	file.RegionCode, file.TemplateCode = "ST", "password_reset"
	r := takenIn(t, s, file)
	require.Equal(t, []int64{5, 2, 0, 0, 3}, tally(r), said(t, s, r))
	require.Equal(t, []string{"3 opened_at no_such_time", "4 resolved_at no_such_time", "5 resolved_at bad_instants"}, said(t, s, r))
	list, _, err := s.Files.RowErrors(t.Context(), s.Admin, r.ID, dispatch.Page{Limit: 1})
	require.NoError(t, err)
	require.Contains(t, list[0].Message, "the next time that exists is 03:00")
	for number, want := range map[string][]string{"INC1": {"2026-11-01T05:50:00Z", "2026-11-01T06:10:00Z"}, "INC5": {"2026-03-08T06:59:00Z", "2026-03-08T07:00:00Z"}} {
		var opened, resolved time.Time
		require.NoError(t, s.Pool.QueryRow(t.Context(), `select opened_at, resolved_at from tickets where key_field = $1`, number).Scan(&opened, &resolved))
		require.Equal(t, []time.Time{at(want[0]), at(want[1])}, []time.Time{opened.UTC(), resolved.UTC()}, number)
	}
}
