package day

import (
	"testing"
	"time"

	"roundsman/dispatch"

	"github.com/stretchr/testify/require"
)

// On days on which clocks change, everything that is said in wall-clock time
// stays there: shifts, opening hours, windows; and an hour lasts an hour.
func TestDaysOnWhichClocksChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone  string
		date  dispatch.Date
		hours float64 // from midnight to the next
	}{
		{"America/New_York", "2026-03-08", 23},
		{"America/New_York", "2026-11-01", 25},
		{"Europe/Berlin", "2026-03-29", 23},
		{"Europe/Berlin", "2026-10-25", 25},
		{"Australia/Lord_Howe", "2026-10-04", 23.5},
		{"Australia/Lord_Howe", "2026-04-05", 24.5},
		{"UTC", monday, 24},
	} {
		zone, err := time.LoadLocation(c.zone)
		require.NoError(t, err)
		on := func(s string) time.Time { return clock(c.date, zone, s) }
		require.Equal(t, c.hours, c.date.Add(1).Midnight(zone).Sub(c.date.Midnight(zone)).Hours(), c)

		w := newTown(c.date, zone)
		w.tech("Anna")
		w.visit("Xu", 10, 30, opens(9, 17))
		w.visit("Yi", 20, 30, promised(on("11:00"), on("12:00"), "Anna"), opens(9, 17))
		w.visit("Zoe", 30, 30, opens(9, 17))
		w.round("Anna", "Xu", "Yi")
		b := w.board(on("07:00"))
		o := b.Try(ask(w.put("Zoe", "Anna", "Yi")))
		require.True(t, o.Feasible, "%s %v", c.zone, o.Blocked)
		require.Equal(t, map[string]string{"Anna": "Xu 09:00, Yi 11:00, Zoe 11:40"}, lines(o, zone), c)
		require.Equal(t, on("12:40"), o.After[0].Returns.In(zone))
		list, refused := b.Offers(id("Zoe"), nil, 5)
		require.Empty(t, refused)
		require.NotEmpty(t, list)
		for _, x := range list {
			require.Zero(t, x.WindowStart.In(zone).Minute()%15, c)
			require.False(t, x.WindowStart.Before(on("09:00")))
			require.False(t, x.WindowEnd.After(on("17:00")))
		}
	}
}

// A night shift over the change of clocks: from 22:00 the day before it would be
// another day's; this one begins at 00:30 and crosses the gap or the fold.
func TestNightOverTheChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone       string
		date       dispatch.Date
		start, end string
	}{
		{"America/New_York", "2026-03-08", "01:00", "05:00"}, // 2 to 3 is missing
		{"America/New_York", "2026-11-01", "01:00", "03:00"}, // 1 to 2 comes twice
		{"Europe/Berlin", "2026-03-29", "01:00", "05:00"},
		{"Europe/Berlin", "2026-10-25", "01:00", "03:00"},
	} {
		zone, err := time.LoadLocation(c.zone)
		require.NoError(t, err)
		on := func(s string) time.Time { return clock(c.date, zone, s) }
		w := newTown(c.date, zone)
		w.tech("Anna", works(on("00:30"), on("08:00")))
		w.visit("Xu", 30, 180, opens(0, 24))
		w.visit("Yi", 30, 10, opens(0, 24))
		w.round("Anna", "Xu")
		o := w.board(on("00:00")).Try(ask(w.put("Yi", "Anna", "Xu")))
		require.True(t, o.Feasible)
		require.Equal(t, map[string]string{"Anna": "Xu " + c.start + ", Yi " + c.end}, lines(o, zone), c)
	}
}

// A site whose hours the clocks skip is closed on that day. The twin: where they
// skip nothing, the same site takes the visit at two; and a site of which the hours
// are none, 0 to 0, takes it at any hour.
func TestHoursThatNeverComeAreNoHours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone          string
		date          dispatch.Date
		opens, closes int    // minutes
		at            string // empty: not at all
	}{
		{"America/New_York", "2026-03-08", 120, 180, ""},
		{"America/New_York", "2026-03-15", 120, 180, "Xu 02:00"},
		{"America/New_York", "2026-03-08", 0, 0, "Xu 00:40"},
		{"America/New_York", "2026-03-08", 150, 240, "Xu 03:00"},
		{"Europe/Berlin", "2026-03-29", 135, 165, ""},
		{"Europe/Berlin", "2026-04-05", 135, 165, "Xu 02:15"},
		{"Australia/Lord_Howe", "2026-10-04", 120, 150, ""},
		{"Australia/Lord_Howe", "2026-10-11", 120, 150, "Xu 02:00"},
		{"Australia/Lord_Howe", "2026-10-04", 135, 180, "Xu 02:30"},
	} {
		zone, err := time.LoadLocation(c.zone)
		require.NoError(t, err)
		w := newTown(c.date, zone)
		w.tech("Anna", works(c.date.At(zone, 0, 30), c.date.At(zone, 8, 0)))
		w.visit("Xu", 10, 10, func(v *Visit) { v.OpensAt, v.ClosesAt = c.opens, c.closes })
		o := w.board(c.date.At(zone, 0, 0)).Try(ask(w.put("Xu", "Anna")))
		require.Equal(t, c.at != "", o.Feasible, "%+v %v", c, o.Blocked)
		if c.at != "" {
			require.Equal(t, map[string]string{"Anna": c.at}, lines(o, zone), "%+v", c)
		}
	}
}
