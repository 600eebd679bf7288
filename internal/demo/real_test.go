package demo_test

import (
	"testing"
	"time"

	"roundsman/internal/demo"
	"roundsman/internal/testdata"
	"roundsman/routing"
	"roundsman/routing/roads"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// On the real map: the world is sound, everything in it can be reached by road,
// and a crew that drives to the nearest waiting site each time, with no plan at
// all, gets done with all but a few of the morning's visits. So a planned day
// has room for the virus.
func TestDelaware(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("reads a real map, a few seconds")
	}
	n, err := roads.Load(t.Context(), testdata.Delaware(t), "", nil)
	require.NoError(t, err)
	var list []demo.Place
	for _, p := range n.Places() {
		address := n.Street(p.Point)
		if p.Street != "" {
			address = p.Number + " " + p.Street
		}
		list = append(list, demo.Place{Name: p.Name, Kind: p.Kind, Address: address, City: p.City, Point: p.Point})
	}
	w := build(t, 1, list, monday, morning)
	requireSound(t, w, morning)
	requireCounts(t, w)
	require.Equal(t, "DE", w.Setup.Regions[0].Code)

	s := w.Setup
	var points []orb.Point
	for _, x := range s.Technicians {
		points = append(points, x.Home)
	}
	for _, x := range s.Depots {
		points = append(points, x.Point)
	}
	siteAt := len(points)
	for _, x := range s.Sites {
		points = append(points, x.Point)
	}
	table, err := n.Table(t.Context(), points, points, routing.Car, morning)
	require.NoError(t, err)
	for _, seconds := range table.Seconds {
		require.NotEqual(t, routing.Unreachable, seconds)
	}

	visits, work := make([]int, len(s.Sites)), make([]time.Duration, len(s.Sites))
	for i, x := range s.Sites {
		for _, v := range s.Visits {
			if v.SiteID == x.ID {
				visits[i]++
				work[i] += time.Duration(v.Minutes) * time.Minute
			}
		}
	}
	done, travel := 0, time.Duration(0)
	at, spent := make([]int, len(s.Technicians)), make([]time.Duration, len(s.Technicians))
	for i := range at {
		at[i] = i
	}
	drive := func(from, to int) time.Duration {
		leg, _ := table.At(from, to)
		return time.Duration(leg.Seconds) * time.Second
	}
	for {
		// The pair of technician and site that is done soonest goes next. Eight
		// hours hold everything, the way home too; the break is on top.
		best, who, where := time.Duration(-1), 0, 0
		for i := range at {
			for k := range s.Sites {
				end := spent[i] + drive(at[i], siteAt+k) + time.Duration(s.Sites[k].AccessMinutes)*time.Minute + work[k]
				if visits[k] > 0 && end+drive(siteAt+k, i) <= 8*time.Hour && (best < 0 || end < best) {
					best, who, where = end, i, k
				}
			}
		}
		if best < 0 {
			break
		}
		travel += drive(at[who], siteAt+where)
		done += visits[where]
		at[who], spent[who], visits[where] = siteAt+where, best, 0
	}
	var free time.Duration
	for i := range at {
		travel += drive(at[i], i)
		free += 8*time.Hour - spent[i] - drive(at[i], i)
	}
	t.Logf("%d places, %d of %d visits done without a plan, %v on the way, %v left", len(list), done, len(s.Visits), travel, free)
	require.GreaterOrEqual(t, done, 120)
	require.Greater(t, free, 10*time.Hour)
}
