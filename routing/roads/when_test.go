package roads

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestHoursOfSignsAreRead(t *testing.T) {
	t.Parallel()
	week := uint8(1<<1 | 1<<2 | 1<<3 | 1<<4 | 1<<5)
	for text, want := range map[string]when{
		"(Mo-Fr 07:00-09:00)":                         {{week, 420, 540}},
		"Mo-Fr 7:30-9:30,16:00-18:00; Sa 10:00-12:00": {{week, 450, 570}, {week, 960, 1080}, {1 << 6, 600, 720}},
		"22:00-06:00":                                 {{everyDay, 1320, 360}},
		"(Sa,Su)":                                     {{1<<6 | 1, 0, 1440}},
		"Fr-Mo 00:00-24:00":                           {{1<<5 | 1<<6 | 1 | 1<<1, 0, 1440}},
	} {
		got, ok := whenOf(text)
		require.True(t, ok, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "wet", "PH", "Mo-Fr 07:00-09:00 AND weight>7.5", "2016 Apr 25 - 2016 Sep 26", "07:00", "07:00-", "25:00-26:00", "07:00-07:00", "sunset-sunrise", "several", "Xx 07:00-09:00"} {
		_, ok := whenOf(text)
		require.False(t, ok, text)
	}
}

func TestSignsHoldByTheClock(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/New_York")
	require.NoError(t, err)
	at := func(day, hour, minute int) time.Time { return time.Date(2026, 3, day, hour, minute, 0, 0, zone) }
	night, _ := whenOf("Fr 22:00-06:00") // the sixth is a Friday
	for _, c := range []struct {
		at    time.Time
		holds bool
	}{{at(6, 21, 59), false}, {at(6, 22, 0), true}, {at(7, 5, 59), true}, {at(7, 6, 0), false}, {at(7, 23, 0), false}, {at(6, 3, 0), false}} {
		require.Equal(t, c.holds, night.during(c.at), "%s", c.at)
	}
	require.Equal(t, []time.Time{at(6, 22, 0), at(7, 6, 0), at(13, 22, 0)}, night.turns(at(6, 8, 0), at(14, 5, 0), zone))
	require.Equal(t, []time.Time{at(7, 6, 0)}, night.turns(at(6, 22, 0), at(7, 6, 0), zone))
	require.Empty(t, night.turns(at(7, 6, 0), at(8, 6, 0), zone))
}
