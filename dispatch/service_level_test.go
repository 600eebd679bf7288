package dispatch

import (
	"testing"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

// office is a region's hours, Monday to Friday 8 to 18, with one holiday.
func office(t *testing.T, zone string, holidays ...Date) ServiceHours {
	t.Helper()
	loc, err := time.LoadLocation(zone)
	require.NoError(t, err)
	return ServiceHours{Location: loc, Hours: UsualHours(), Holidays: holidays}
}

func utc(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return at.UTC()
}

// In 2026 the clocks change in New York on March 8 and November 1, in Berlin on
// March 29 and October 25, on Lord Howe (by half an hour) on April 5 and October 4.
func TestDueInHoursOfService(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		zone     string
		holidays []Date
		from     string
		minutes  int
		due      string
	}{
		"on the same day":               {"America/New_York", nil, "2026-03-09T09:00:00-04:00", 240, "2026-03-09T13:00:00-04:00"},
		"from before opening":           {"America/New_York", nil, "2026-03-09T06:00:00-04:00", 60, "2026-03-09T09:00:00-04:00"},
		"to the closing minute":         {"America/New_York", nil, "2026-03-09T17:00:00-04:00", 60, "2026-03-09T18:00:00-04:00"},
		"over night":                    {"America/New_York", nil, "2026-03-09T17:00:00-04:00", 120, "2026-03-10T09:00:00-04:00"},
		"over a weekend":                {"America/New_York", nil, "2026-03-13T17:00:00-04:00", 120, "2026-03-16T09:00:00-04:00"},
		"over a holiday":                {"America/New_York", []Date{"2026-05-25"}, "2026-05-22T17:00:00-04:00", 120, "2026-05-26T09:00:00-04:00"},
		"three days":                    {"America/New_York", nil, "2026-03-09T08:00:00-04:00", 30 * 60, "2026-03-11T18:00:00-04:00"},
		"New York goes forward":         {"America/New_York", nil, "2026-03-06T17:00:00-05:00", 120, "2026-03-09T09:00:00-04:00"},
		"New York goes back":            {"America/New_York", nil, "2026-10-30T17:00:00-04:00", 120, "2026-11-02T09:00:00-05:00"},
		"Berlin goes forward":           {"Europe/Berlin", nil, "2026-03-27T17:00:00+01:00", 120, "2026-03-30T09:00:00+02:00"},
		"Berlin goes back":              {"Europe/Berlin", nil, "2026-10-23T17:00:00+02:00", 120, "2026-10-26T09:00:00+01:00"},
		"Lord Howe goes back":           {"Australia/Lord_Howe", nil, "2026-04-03T17:00:00+11:00", 120, "2026-04-06T09:00:00+10:30"},
		"Lord Howe goes forward":        {"Australia/Lord_Howe", nil, "2026-10-02T17:00:00+10:30", 120, "2026-10-05T09:00:00+11:00"},
		"seen from another zone of day": {"Australia/Lord_Howe", nil, "2026-03-08T20:00:00Z", 60, "2026-03-08T22:00:00Z"}, // Monday 7:00 there
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			due := office(t, c.zone, c.holidays...).Due(utc(t, c.from), c.minutes, nil)
			require.NotNil(t, due)
			require.Equal(t, utc(t, c.due), due.UTC())
			require.Equal(t, time.Duration(c.minutes)*time.Minute, office(t, c.zone, c.holidays...).Used(utc(t, c.from), *due, nil))
		})
	}
}

// Round the clock an hour is an hour; in hours of service through the night the
// hour that is leapt over is not there, and the one that comes twice is worked twice.
func TestHoursThroughTheNightOfAChange(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		zone, from, always, night string
	}{
		"New York goes forward":  {"America/New_York", "2026-03-08T00:00:00-05:00", "2026-03-08T05:00:00-04:00", "2026-03-08T05:00:00-04:00"},
		"New York goes back":     {"America/New_York", "2026-11-01T00:00:00-04:00", "2026-11-01T03:00:00-05:00", "2026-11-01T03:00:00-05:00"},
		"Berlin goes forward":    {"Europe/Berlin", "2026-03-29T00:00:00+01:00", "2026-03-29T05:00:00+02:00", "2026-03-29T05:00:00+02:00"},
		"Berlin goes back":       {"Europe/Berlin", "2026-10-25T00:00:00+02:00", "2026-10-25T03:00:00+01:00", "2026-10-25T03:00:00+01:00"},
		"Lord Howe goes back":    {"Australia/Lord_Howe", "2026-04-05T00:00:00+11:00", "2026-04-05T03:30:00+10:30", "2026-04-05T03:30:00+10:30"},
		"Lord Howe goes forward": {"Australia/Lord_Howe", "2026-10-04T00:00:00+10:30", "2026-10-04T04:30:00+11:00", "2026-10-04T04:30:00+11:00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := office(t, c.zone)
			h.Always = true
			require.Equal(t, utc(t, c.always), h.Due(utc(t, c.from), 240, nil).UTC())
			h = office(t, c.zone)
			h.Hours = nil
			for d := time.Sunday; d <= time.Saturday; d++ {
				h.Hours = append(h.Hours, Span{Weekday: d, From: 0, Until: MinutesADay})
			}
			require.Equal(t, utc(t, c.night), h.Due(utc(t, c.from), 240, nil).UTC())
		})
	}
}

func TestPausesDoNotCount(t *testing.T) {
	t.Parallel()
	h := office(t, "America/New_York")
	at := func(text string) time.Time { return utc(t, "2026-03-"+text+":00-04:00") }
	ended := func(from, until string) TicketPause {
		end := at(until)
		return TicketPause{BeganAt: at(from), EndedAt: &end}
	}
	for name, c := range map[string]struct {
		pauses []TicketPause
		due    string
	}{
		"none":                        {nil, "09T11:00"},
		"one":                         {[]TicketPause{ended("09T10:00", "09T10:30")}, "09T11:30"},
		"two that overlap":            {[]TicketPause{ended("09T10:00", "09T10:30"), ended("09T10:15", "09T10:45")}, "09T11:45"},
		"given in another order":      {[]TicketPause{ended("09T10:40", "09T10:50"), ended("09T10:00", "09T10:30")}, "09T11:40"},
		"before it began":             {[]TicketPause{ended("09T07:00", "09T08:30")}, "09T11:00"},
		"over the end of the day":     {[]TicketPause{ended("09T10:00", "10T09:00")}, "10T10:00"},
		"all in the night":            {[]TicketPause{ended("09T19:00", "10T07:00")}, "09T11:00"},
		"from the closing to opening": {[]TicketPause{ended("09T09:00", "09T18:00")}, "10T10:00"},
		"after it was due":            {[]TicketPause{ended("09T12:00", "09T13:00")}, "09T11:00"},
		"lasting, after it was due":   {[]TicketPause{{BeganAt: at("09T12:00")}}, "09T11:00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			due := h.Due(at("09T09:00"), 120, c.pauses)
			require.NotNil(t, due)
			require.Equal(t, at(c.due), due.UTC())
		})
	}
	require.Nil(t, h.Due(at("09T09:00"), 120, []TicketPause{{BeganAt: at("09T10:00")}}), "it lasts, so nobody can say")
	require.Equal(t, time.Hour, h.Used(at("09T09:00"), at("09T17:00"), []TicketPause{{BeganAt: at("09T10:00")}}))
	require.Nil(t, ServiceHours{Location: time.UTC}.Due(at("09T09:00"), 1, nil), "no service at all")
}

func TestClocksOfATicket(t *testing.T) {
	t.Parallel()
	h := office(t, "America/New_York")
	at := func(text string) time.Time { return utc(t, "2026-03-"+text+":00-04:00") }
	to := func(n int) *int { return &n }
	level := &ServiceLevel{RespondMinutes: to(15), RestoreMinutes: to(240), ResolveMinutes: to(600)}
	said, works := at("09T09:10"), at("09T14:00")
	k := Ticket{ID: ids.New(), PersonID: ids.New(), OpenedAt: at("09T09:00"), RespondedAt: &said}
	states := func(c []Clock) (out []string) {
		for _, x := range c {
			out = append(out, x.State)
		}
		return out
	}
	require.Equal(t, []string{"met", "running", "running"}, states(Clocks(k, level, nil, h, nil, at("09T12:00"))))
	require.Equal(t, []string{"met", "overdue", "running"}, states(Clocks(k, level, nil, h, nil, at("09T13:01"))))
	require.Equal(t, []string{"met", "paused", "paused"}, states(Clocks(k, level, nil, h, []TicketPause{{BeganAt: at("09T12:00")}}, at("09T13:01"))))
	k.RestoredAt = &works
	c := Clocks(k, level, nil, h, nil, at("09T15:00"))
	require.Equal(t, []string{"met", "missed", "running"}, states(c), "two clocks: the person can work, the cause is still there")
	require.Equal(t, 5*time.Hour, c[1].Used)
	require.Equal(t, at("10T09:00"), c[2].DueAt.UTC())

	// An approved exception takes the place of the level's minutes, the more
	// particular one first; one that is over, refused or another's does not.
	decided := at("09T08:00")
	x := Exception{ID: ids.New(), State: ExceptionApproved, PersonID: &k.PersonID, RestoreMinutes: to(360), ExpiresAt: at("12T00:00"), DecidedAt: &decided}
	c = Clocks(k, level, []Exception{x}, h, nil, at("09T15:00"))
	require.Equal(t, []string{"met", "met", "running"}, states(c))
	require.Equal(t, &x.ID, c[1].ExceptionID)
	require.Nil(t, c[0].ExceptionID)
	mine := Exception{ID: ids.New(), State: ExceptionApproved, TicketID: &k.ID, RestoreMinutes: to(60), ExpiresAt: at("12T00:00"), DecidedAt: &decided}
	require.Equal(t, &mine.ID, Clocks(k, level, []Exception{x, mine}, h, nil, at("09T15:00"))[1].ExceptionID)
	require.Equal(t, &mine.ID, Clocks(k, level, []Exception{mine, x}, h, nil, at("09T15:00"))[1].ExceptionID)
	for _, alter := range []func(*Exception){
		func(x *Exception) { x.ExpiresAt = k.OpenedAt },
		func(x *Exception) { x.State = ExceptionRequested },
		func(x *Exception) { x.PersonID = &mine.ID },
	} {
		none := x
		alter(&none)
		require.Nil(t, Clocks(k, level, []Exception{none}, h, nil, at("09T15:00"))[1].ExceptionID)
	}
	require.Empty(t, Clocks(k, nil, nil, h, nil, at("09T15:00")))
}

func TestTheMostParticularLevelCounts(t *testing.T) {
	t.Parallel()
	tpl, two := ids.New(), 2
	all, byPriority := ServiceLevel{ID: ids.New()}, ServiceLevel{ID: ids.New(), Priority: &two}
	byTemplate, both := ServiceLevel{ID: ids.New(), TemplateID: &tpl}, ServiceLevel{ID: ids.New(), TemplateID: &tpl, Priority: &two}
	k := Ticket{TemplateID: tpl, Priority: 2}
	levels := []ServiceLevel{all, both, byPriority, byTemplate}
	for _, want := range []ServiceLevel{both, byTemplate, byPriority, all} {
		require.Equal(t, want.ID, LevelOf(levels, k).ID)
		for i := range levels {
			if levels[i].ID == want.ID {
				levels = append(levels[:i:i], levels[i+1:]...)
				break
			}
		}
	}
	require.Nil(t, LevelOf(levels, k))
	require.Nil(t, LevelOf([]ServiceLevel{both}, Ticket{TemplateID: tpl, Priority: 3}))
}

func TestTheMatrixIsNeverUpsideDown(t *testing.T) {
	t.Parallel()
	m := Matrix{{1, 2, 3}, {2, 3, 4}, {3, 4, 5}}
	require.NoError(t, m.Check())
	p, err := m.Priority(2, 3)
	require.NoError(t, err)
	require.Equal(t, 4, p)
	_, err = m.Priority(0, 3)
	requireCode(t, "bad_rating", err)
	for _, bad := range []Matrix{{{2, 1, 3}, {2, 3, 4}, {3, 4, 5}}, {{1, 2, 3}, {1, 1, 4}, {3, 4, 5}}, {{1, 2, 3}, {2, 3, 4}, {3, 4, 10}}, {}} {
		requireCode(t, "matrix_upside_down", bad.Check())
	}
}

// Every act of a desk in every state of a ticket, as a table to read: o(pen),
// p(lanned), r(estored), x (resolved).
func TestActsByStates(t *testing.T) {
	t.Parallel()
	letters := map[TicketState]string{TicketOpen: "o", TicketPlanned: "p", TicketRestored: "r", TicketResolved: "x"}
	want := map[TicketAct]string{
		DeskChange: "opr", DeskClassify: "opr", DeskPrioritise: "opr", DeskCorrect: "opr", DeskPlace: "opr", DeskPrefer: "opr", DeskPromise: "opr",
		DeskPause: "opr", DeskHandOver: "opr", DeskSettle: "oprx", DeskEscalate: "opr", DeskAskTier: "opr", DeskWrite: "oprx", DeskLink: "oprx",
		DeskMerge: "opr", DeskResolve: "opr", DeskReopen: "x", TicketFollowPlan: "op", TicketRestore: "opr", TicketAnswer: "opr",
	}
	require.Len(t, ticketTable.Names(), len(want))
	for act, fits := range want {
		got := ""
		for _, state := range anyState {
			err := Ticket{State: state}.May(act)
			if err == nil {
				got += letters[state]
				continue
			}
			f := fault.Of(err)
			if act == DeskReopen {
				require.Equal(t, "ticket_state", f.Code)
			}
			require.Equal(t, state, f.Members["state"])
			require.Equal(t, ticketTable.From(act), f.Members["allowed"])
		}
		require.Equal(t, fits, got, "%s", act)
	}
	into := ids.New()
	f := requireCode(t, "ticket_resolved", Ticket{State: TicketResolved, MergedInto: &into}.May(DeskReopen))
	require.Equal(t, into, f.Members["merged_into"])
	require.NoError(t, Ticket{State: TicketResolved, MergedInto: &into}.May(DeskWrite))
}
