package dispatch

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// What is open by the clock on the wall, on the days on which clocks change: a site,
// the desk's channel, a leader's hours. Sundays all of them, in minutes after local
// midnight. Instants in UTC, worked out by hand; each is looked at in the second before too.
func TestOpenByTheClockOnTheWall(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		zone          string
		date          Date
		from, until   int
		opens, closes string // empty: not open on that day
	}{
		"New York forward":                {"America/New_York", "2026-03-08", 480, 1020, "2026-03-08T12:00:00Z", "2026-03-08T21:00:00Z"},
		"New York forward, in the gap":    {"America/New_York", "2026-03-08", 120, 165, "", ""},
		"New York forward, over the gap":  {"America/New_York", "2026-03-08", 60, 240, "2026-03-08T06:00:00Z", "2026-03-08T08:00:00Z"},
		"New York forward, to the gap":    {"America/New_York", "2026-03-08", 60, 150, "2026-03-08T06:00:00Z", "2026-03-08T07:00:00Z"},
		"New York back":                   {"America/New_York", "2026-11-01", 480, 1020, "2026-11-01T13:00:00Z", "2026-11-01T22:00:00Z"},
		"New York back, until half past":  {"America/New_York", "2026-11-01", 0, 90, "2026-11-01T04:00:00Z", "2026-11-01T05:30:00Z"},
		"New York back, over the fold":    {"America/New_York", "2026-11-01", 0, 180, "2026-11-01T04:00:00Z", "2026-11-01T08:00:00Z"},
		"Berlin forward":                  {"Europe/Berlin", "2026-03-29", 480, 1020, "2026-03-29T06:00:00Z", "2026-03-29T15:00:00Z"},
		"Berlin forward, in the gap":      {"Europe/Berlin", "2026-03-29", 120, 180, "", ""},
		"Berlin back":                     {"Europe/Berlin", "2026-10-25", 480, 1020, "2026-10-25T07:00:00Z", "2026-10-25T16:00:00Z"},
		"Lord Howe forward":               {"Australia/Lord_Howe", "2026-10-04", 480, 1020, "2026-10-03T21:00:00Z", "2026-10-04T06:00:00Z"},
		"Lord Howe forward, in the gap":   {"Australia/Lord_Howe", "2026-10-04", 120, 150, "", ""},
		"Lord Howe forward, from the gap": {"Australia/Lord_Howe", "2026-10-04", 135, 180, "2026-10-03T15:30:00Z", "2026-10-03T16:00:00Z"},
		"Lord Howe back":                  {"Australia/Lord_Howe", "2026-04-05", 480, 1020, "2026-04-04T21:30:00Z", "2026-04-05T06:30:00Z"},
		"Lord Howe back, over the fold":   {"Australia/Lord_Howe", "2026-04-05", 60, 120, "2026-04-04T14:00:00Z", "2026-04-04T15:30:00Z"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loc := zone(t, c.zone)
			hours := Hours{{Weekday: time.Sunday, From: c.from, Until: c.until}}
			site, desk := Site{Hours: hours}, Service{Hours: hours}
			leader := Leader{Zone: c.zone, FromMin: c.from, UntilMin: c.until}
			open := func(at time.Time) []bool {
				desk, _ := desk.Next(at, loc, nil)
				return []bool{site.OpenAt(at, loc, nil), desk, leader.Available(at)}
			}
			all, none := []bool{true, true, true}, []bool{false, false, false}
			if c.opens == "" {
				for at := c.date.Midnight(loc); at.Before(c.date.Add(1).Midnight(loc)); at = at.Add(15 * time.Minute) {
					require.Equal(t, none, open(at), at)
				}
				_, next := desk.Next(c.date.Midnight(loc), loc, nil)
				require.Equal(t, c.date.Add(7), DateOf(*next, loc), "nobody is told of an opening that does not come")
				return
			}
			opens, closes := utc(t, c.opens), utc(t, c.closes)
			require.Equal(t, none, open(opens.Add(-time.Second)))
			require.Equal(t, all, open(opens))
			require.Equal(t, all, open(closes.Add(-time.Second)))
			require.Equal(t, none, open(closes))
			_, next := desk.Next(c.date.Midnight(loc).Add(-time.Hour), loc, nil)
			require.Equal(t, opens, next.UTC())
		})
	}
}

// Twenty-four hours after eight o'clock is not eight o'clock: the twin of the above,
// by adding hours to the day before.
func TestADayIsNotTwentyFourHours(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone string
		date Date
		off  time.Duration // by which the naive opening is late
	}{
		{"America/New_York", "2026-03-08", time.Hour}, {"America/New_York", "2026-11-01", -time.Hour},
		{"Europe/Berlin", "2026-03-29", time.Hour}, {"Europe/Berlin", "2026-10-25", -time.Hour},
		{"Australia/Lord_Howe", "2026-10-04", 30 * time.Minute}, {"Australia/Lord_Howe", "2026-04-05", -30 * time.Minute},
	} {
		loc := zone(t, c.zone)
		naive := c.date.Add(-1).At(loc, 8, 0).Add(24 * time.Hour)
		require.Equal(t, c.off, naive.Sub(c.date.At(loc, 8, 0)), c.zone)
		first, last := min(c.off, 0), max(c.off, 0) // between the two the naive way is wrong
		site := Site{OpensAt: 480, ClosesAt: 1020}
		between := c.date.At(loc, 8, 0).Add((first + last) / 2)
		require.Equal(t, c.off > 0, site.OpenAt(between, loc, nil), c.zone)
		require.Equal(t, c.off < 0, !between.Before(naive), c.zone)
	}
}
