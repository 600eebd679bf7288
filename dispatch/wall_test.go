package dispatch

import (
	"testing"
	"time"

	"roundsman/internal/fault"

	"github.com/stretchr/testify/require"
)

// Worked out by hand from the zones' rules: New York changes at 02:00 by an hour
// (UTC-5 and -4), Berlin at 02:00/03:00 by an hour (UTC+1 and +2), Lord Howe at
// 02:00 by half an hour (UTC+10:30 and +11).
func TestWallClockTimesOnChangeDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone   string
		date   Date
		hour   int
		minute int
		want   string // an instant, or "next " and one
	}{
		// Forward: 02:00 becomes 03:00.
		{"America/New_York", "2026-03-08", 1, 59, "2026-03-08T06:59:00Z"},
		{"America/New_York", "2026-03-08", 2, 0, "next 2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-03-08", 2, 30, "next 2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-03-08", 3, 0, "2026-03-08T07:00:00Z"},
		{"America/New_York", "2026-03-08", 8, 0, "2026-03-08T12:00:00Z"},
		// Back: 02:00 becomes 01:00, so 01:30 comes twice.
		{"America/New_York", "2026-11-01", 0, 59, "2026-11-01T04:59:00Z"},
		{"America/New_York", "2026-11-01", 1, 30, "2026-11-01T05:30:00Z"},
		{"America/New_York", "2026-11-01", 2, 0, "2026-11-01T07:00:00Z"},
		{"America/New_York", "2026-11-01", 8, 0, "2026-11-01T13:00:00Z"},
		// A night shift that began the evening before ends past the change.
		{"America/New_York", "2026-03-07", 24 + 6, 0, "2026-03-08T10:00:00Z"},
		{"America/New_York", "2026-03-07", 24 + 2, 30, "next 2026-03-08T07:00:00Z"},

		{"Europe/Berlin", "2026-03-29", 1, 59, "2026-03-29T00:59:00Z"},
		{"Europe/Berlin", "2026-03-29", 2, 15, "next 2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-03-29", 3, 0, "2026-03-29T01:00:00Z"},
		{"Europe/Berlin", "2026-03-29", 8, 0, "2026-03-29T06:00:00Z"},
		{"Europe/Berlin", "2026-10-25", 2, 30, "2026-10-25T00:30:00Z"},
		{"Europe/Berlin", "2026-10-25", 3, 0, "2026-10-25T02:00:00Z"},
		{"Europe/Berlin", "2026-10-25", 8, 0, "2026-10-25T07:00:00Z"},

		// Lord Howe goes forward on 2026-10-04 at 02:00 to 02:30, back on
		// 2026-04-05 at 02:00 to 01:30.
		{"Australia/Lord_Howe", "2026-10-04", 1, 59, "2026-10-03T15:29:00Z"},
		{"Australia/Lord_Howe", "2026-10-04", 2, 15, "next 2026-10-03T15:30:00Z"},
		{"Australia/Lord_Howe", "2026-10-04", 2, 30, "2026-10-03T15:30:00Z"},
		{"Australia/Lord_Howe", "2026-10-04", 8, 0, "2026-10-03T21:00:00Z"},
		{"Australia/Lord_Howe", "2026-04-05", 1, 29, "2026-04-04T14:29:00Z"},
		{"Australia/Lord_Howe", "2026-04-05", 1, 45, "2026-04-04T14:45:00Z"},
		{"Australia/Lord_Howe", "2026-04-05", 2, 0, "2026-04-04T15:30:00Z"},
		{"Australia/Lord_Howe", "2026-04-05", 8, 0, "2026-04-04T21:30:00Z"},
	} {
		loc, err := time.LoadLocation(c.zone)
		require.NoError(t, err)
		got, err := c.date.Wall(loc, c.hour*60+c.minute)
		at := c.zone + " " + string(c.date)
		if next, missing := cutNext(c.want); missing {
			require.True(t, fault.Is(err, "no_such_time"), at)
			member, ok := fault.Of(err).Members["next"].(time.Time)
			require.True(t, ok, at)
			require.Equal(t, next, member.UTC().Format(time.RFC3339), at)
			require.Equal(t, next, c.date.WallOrNext(loc, c.hour*60+c.minute).Format(time.RFC3339), at)
			continue
		}
		require.NoError(t, err, at)
		require.Equal(t, c.want, got.Format(time.RFC3339), at)
	}
}

func cutNext(s string) (string, bool) {
	const word = "next "
	if len(s) > len(word) && s[:len(word)] == word {
		return s[len(word):], true
	}
	return s, false
}

// A day without a change has every minute once, in order.
func TestEveryMinuteOfAnUsualDay(t *testing.T) {
	t.Parallel()
	loc, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	start := time.Date(2026, 6, 14, 22, 0, 0, 0, time.UTC)
	for m := range MinutesADay {
		got, err := Date("2026-06-15").Wall(loc, m)
		require.NoError(t, err)
		require.Equal(t, start.Add(time.Duration(m)*time.Minute), got)
	}
}

// A time that does not exist becomes the end of the gap. time.Date, which is asked
// beside it, gives some instant an offset away from it: half past one or half past
// three for half past two.
func TestAtTakesTheNextTimeThatExists(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone         string
		date         Date
		hour, minute int
		want         string
	}{
		{"America/New_York", "2026-03-08", 2, 30, "2026-03-08T03:00:00-04:00"},
		{"Europe/Berlin", "2026-03-29", 2, 45, "2026-03-29T03:00:00+02:00"},
		{"Australia/Lord_Howe", "2026-10-04", 2, 15, "2026-10-04T02:30:00+11:00"},
		{"America/Santiago", "2026-09-06", 0, 20, "2026-09-06T01:00:00-03:00"},
	} {
		loc := zone(t, c.zone)
		require.Equal(t, c.want, c.date.At(loc, c.hour, c.minute).Format(time.RFC3339))
		day, err := time.Parse(time.DateOnly, string(c.date))
		require.NoError(t, err)
		naive := time.Date(day.Year(), day.Month(), day.Day(), c.hour, c.minute, 0, 0, loc)
		require.NotEqual(t, utc(t, c.want), naive.UTC(), c.zone)
	}
}

// The minutes that come twice: an hour in New York and Berlin, half of one on Lord Howe.
func TestTimesThatComeTwiceSayWhich(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, at, words, again string }{
		{"America/New_York", "2026-11-01T04:59:00Z", "00:59", ""},
		{"America/New_York", "2026-11-01T05:00:00Z", "01:00 EDT", "2026-11-01T06:00:00Z"},
		{"America/New_York", "2026-11-01T05:59:00Z", "01:59 EDT", "2026-11-01T06:59:00Z"},
		{"America/New_York", "2026-11-01T06:00:00Z", "01:00 EST", ""},
		{"America/New_York", "2026-11-01T06:59:00Z", "01:59 EST", ""},
		{"America/New_York", "2026-11-01T07:00:00Z", "02:00", ""},
		{"America/New_York", "2026-03-08T06:59:00Z", "01:59", ""},
		{"America/New_York", "2026-03-08T07:00:00Z", "03:00", ""},
		{"Europe/Berlin", "2026-10-24T23:59:00Z", "01:59", ""},
		{"Europe/Berlin", "2026-10-25T00:30:00Z", "02:30 CEST", "2026-10-25T01:30:00Z"},
		{"Europe/Berlin", "2026-10-25T01:30:00Z", "02:30 CET", ""},
		{"Europe/Berlin", "2026-10-25T02:00:00Z", "03:00", ""},
		{"Australia/Lord_Howe", "2026-04-04T14:29:00Z", "01:29", ""},
		{"Australia/Lord_Howe", "2026-04-04T14:45:00Z", "01:45 +11", "2026-04-04T15:15:00Z"},
		{"Australia/Lord_Howe", "2026-04-04T15:15:00Z", "01:45 +1030", ""},
		{"Australia/Lord_Howe", "2026-04-04T15:30:00Z", "02:00", ""},
		{"UTC", "2026-04-04T15:30:00Z", "15:30", ""},
	} {
		loc := zone(t, c.zone)
		require.Equal(t, c.words, ClockWords(utc(t, c.at), loc), c.zone+c.at)
		again, ok := Again(utc(t, c.at), loc)
		require.Equal(t, c.again != "", ok, c.zone+c.at)
		if ok {
			require.Equal(t, utc(t, c.again), again.UTC())
			require.Equal(t, again.In(loc).Format("15:04"), utc(t, c.at).In(loc).Format("15:04"))
		}
	}
	york := zone(t, "America/New_York")
	start := utc(t, "2026-11-01T05:45:00Z")
	require.Equal(t, "today between 01:45 EDT and 01:15 EST", WindowWords(start, start.Add(30*time.Minute), start, york), "not a window that ends before it starts")
	berlin := zone(t, "Europe/Berlin")
	start = utc(t, "2026-10-25T00:45:00Z")
	require.Equal(t, "01:30 EST today", DueWords(utc(t, "2026-11-01T06:30:00Z"), utc(t, "2026-11-01T05:30:00Z"), york))
	require.Contains(t, WindowIn("de", start, start.Add(30*time.Minute), start, berlin), "02:45 CEST")
}
