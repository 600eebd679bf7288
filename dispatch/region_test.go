package dispatch

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestDates(t *testing.T) {
	t.Parallel()
	d, err := ParseDate("2026-03-09")
	require.NoError(t, err)
	require.Equal(t, time.Monday, d.Weekday())
	require.True(t, d.Working())
	require.Equal(t, Date("2026-03-08"), d.Add(-1))
	require.False(t, d.Add(-1).Working())
	require.Equal(t, Date("2026-04-01"), Date("2026-03-31").Add(1))
	require.Equal(t, Date("2028-02-29"), Date("2028-02-28").Add(1))
	for _, s := range []string{"", "9 March", "2026-02-29", "2026-3-9", "2026-03-09T10:00"} {
		_, err := ParseDate(s)
		requireCode(t, "bad_date", err)
	}
	tokyo := zone(t, "Asia/Tokyo")
	require.Equal(t, Date("2026-03-10"), DateOf(time.Date(2026, 3, 9, 15, 0, 0, 0, time.UTC), tokyo))
	_, err = Region{Code: "X", Zone: "Nowhere/Land"}.Location()
	require.ErrorContains(t, err, "time zone of region X")
}

// A day is still that day where its midnight does not exist, and where it comes twice.
func TestMidnightThatDoesNotExist(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, date, first string }{
		{"Africa/Cairo", "2026-04-24", "2026-04-24T01:00:00+03:00"},
		{"America/Santiago", "2026-09-06", "2026-09-06T01:00:00-03:00"},
		{"Asia/Beirut", "2026-03-29", "2026-03-29T01:00:00+03:00"},
		{"America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00"},
		{"America/New_York", "2026-03-08", "2026-03-08T00:00:00-05:00"},
	} {
		loc := zone(t, c.zone)
		d := Date(c.date)
		require.Equal(t, c.first, d.Midnight(loc).Format(time.RFC3339), c.zone)
		require.Equal(t, d, DateOf(d.Midnight(loc), loc), c.zone)
		require.NotEqual(t, d, DateOf(d.Midnight(loc).Add(-time.Second), loc), c.zone)
		require.Equal(t, c.date+" 09:30", d.At(loc, 9, 30).Format("2006-01-02 15:04"), c.zone)
	}
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	require.NoError(t, err)
	return loc
}
