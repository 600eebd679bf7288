package dispatch

import (
	"testing"
	"time"

	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

// The shifts that a pattern makes on nights and days on which clocks change, worked
// out by hand in UTC. Where byHours is given it is when the shift would start if the
// week since the one before had 168 hours: another answer.
func TestShiftsOfAPatternOnChangeDays(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		zone         string
		date         Date
		turn         Turn
		starts, ends string // empty: no shift
		rest, rested string // the window of the break
		byHours      string // the naive start
	}{
		"New York forward, by day": {"America/New_York", "2026-03-08", Turn{From: 480, Until: 990, BreakFrom: 690, BreakUntil: 810},
			"2026-03-08T12:00:00Z", "2026-03-08T20:30:00Z", "2026-03-08T15:30:00Z", "2026-03-08T17:30:00Z", "2026-03-08T13:00:00Z"},
		"New York forward, through the night": {"America/New_York", "2026-03-07", Turn{From: 1320, Until: 1800, BreakFrom: 1440 + 120, BreakUntil: 1440 + 240},
			"2026-03-08T03:00:00Z", "2026-03-08T10:00:00Z", "2026-03-08T07:00:00Z", "2026-03-08T08:00:00Z", ""},
		"New York forward, from a time that never comes": {"America/New_York", "2026-03-08", Turn{From: 150, Until: 600, BreakFrom: 150, BreakUntil: 165},
			"2026-03-08T07:00:00Z", "2026-03-08T14:00:00Z", "2026-03-08T07:00:00Z", "2026-03-08T07:00:00Z", "2026-03-08T07:30:00Z"},
		"New York forward, all of it never comes": {"America/New_York", "2026-03-08", Turn{From: 120, Until: 180, BreakFrom: 120, BreakUntil: 180},
			"", "", "", "", ""},
		"New York back, by day": {"America/New_York", "2026-11-01", Turn{From: 480, Until: 990, BreakFrom: 690, BreakUntil: 810},
			"2026-11-01T13:00:00Z", "2026-11-01T21:30:00Z", "2026-11-01T16:30:00Z", "2026-11-01T18:30:00Z", "2026-11-01T12:00:00Z"},
		"New York back, from a time that comes twice": {"America/New_York", "2026-11-01", Turn{From: 90, Until: 480, BreakFrom: 120, BreakUntil: 240},
			"2026-11-01T05:30:00Z", "2026-11-01T13:00:00Z", "2026-11-01T07:00:00Z", "2026-11-01T09:00:00Z", ""},
		"New York back, to a time that comes twice": {"America/New_York", "2026-10-31", Turn{From: 1320, Until: 1440 + 90, BreakFrom: 1380, BreakUntil: 1440},
			"2026-11-01T02:00:00Z", "2026-11-01T05:30:00Z", "2026-11-01T03:00:00Z", "2026-11-01T04:00:00Z", ""},
		"Berlin forward, by day": {"Europe/Berlin", "2026-03-29", Turn{From: 480, Until: 990, BreakFrom: 690, BreakUntil: 810},
			"2026-03-29T06:00:00Z", "2026-03-29T14:30:00Z", "2026-03-29T09:30:00Z", "2026-03-29T11:30:00Z", "2026-03-29T07:00:00Z"},
		"Berlin forward, from a time that never comes": {"Europe/Berlin", "2026-03-29", Turn{From: 135, Until: 600, BreakFrom: 300, BreakUntil: 360},
			"2026-03-29T01:00:00Z", "2026-03-29T08:00:00Z", "2026-03-29T03:00:00Z", "2026-03-29T04:00:00Z", "2026-03-29T01:15:00Z"},
		"Berlin back, by day": {"Europe/Berlin", "2026-10-25", Turn{From: 480, Until: 990, BreakFrom: 690, BreakUntil: 810},
			"2026-10-25T07:00:00Z", "2026-10-25T15:30:00Z", "2026-10-25T10:30:00Z", "2026-10-25T12:30:00Z", "2026-10-25T06:00:00Z"},
		"Lord Howe forward, by day": {"Australia/Lord_Howe", "2026-10-04", Turn{From: 480, Until: 990, BreakFrom: 690, BreakUntil: 810},
			"2026-10-03T21:00:00Z", "2026-10-04T05:30:00Z", "2026-10-04T00:30:00Z", "2026-10-04T02:30:00Z", "2026-10-03T21:30:00Z"},
		"Lord Howe forward, from a time that never comes": {"Australia/Lord_Howe", "2026-10-04", Turn{From: 135, Until: 600, BreakFrom: 300, BreakUntil: 360},
			"2026-10-03T15:30:00Z", "2026-10-03T23:00:00Z", "2026-10-03T18:00:00Z", "2026-10-03T19:00:00Z", "2026-10-03T15:45:00Z"},
		"Lord Howe forward, all of it never comes": {"Australia/Lord_Howe", "2026-10-04", Turn{From: 120, Until: 150, BreakFrom: 120, BreakUntil: 120},
			"", "", "", "", ""},
		"Lord Howe back, by day": {"Australia/Lord_Howe", "2026-04-05", Turn{From: 480, Until: 990, BreakFrom: 690, BreakUntil: 810},
			"2026-04-04T21:30:00Z", "2026-04-05T06:00:00Z", "2026-04-05T01:00:00Z", "2026-04-05T03:00:00Z", "2026-04-04T21:00:00Z"},
		"Lord Howe back, through the night": {"Australia/Lord_Howe", "2026-04-04", Turn{From: 1320, Until: 1800, BreakFrom: 1440 + 105, BreakUntil: 1440 + 120},
			"2026-04-04T11:00:00Z", "2026-04-04T19:30:00Z", "2026-04-04T14:45:00Z", "2026-04-04T15:30:00Z", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			loc := zone(t, c.zone)
			p := Pattern{ID: ids.New(), TechnicianID: ids.New()}
			s, comes := p.Shift(c.turn, c.date, Region{ID: ids.New()}, loc)
			require.Equal(t, c.starts != "", comes)
			if !comes {
				return
			}
			require.Equal(t, []time.Time{utc(t, c.starts), utc(t, c.ends), utc(t, c.rest), utc(t, c.rested)},
				[]time.Time{s.StartsAt.UTC(), s.EndsAt.UTC(), s.BreakFrom.UTC(), s.BreakUntil.UTC()})
			if c.byHours != "" {
				before, _ := p.Shift(c.turn, c.date.Add(-7), Region{}, loc)
				require.Equal(t, utc(t, c.byHours), before.StartsAt.Add(7*24*time.Hour).UTC())
				require.NotEqual(t, c.byHours, c.starts)
			}
		})
	}
}
