package roads

import (
	"sync"
	"testing"

	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// Where a place meets the road doesn't depend on whether it was asked for before,
// nor on who else asks.
func TestARememberedPlaceIsWhereItWasFound(t *testing.T) {
	t.Parallel()
	net := realNetwork(t)
	g := net.graphs[routing.Car]
	forgetful := *g
	forgetful.recent = nil
	points := somewhere(g, 3000, 71)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range 2 * len(points) {
				p := points[i*7919%len(points)]
				want, wantMetres, _ := forgetful.snap(p, routing.Car)
				got, metres, err := g.snap(p, routing.Car)
				if err != nil || got != want || metres != wantMetres {
					t.Errorf("%v is at %v, %v m, not at %v, %v m (%v)", p, want, wantMetres, got, metres, err)
					return
				}
			}
		})
	}
	all.Wait()
}

func TestPlacesAreRememberedApart(t *testing.T) {
	t.Parallel()
	var r recent
	there := func(p orb.Point) bool {
		var m [1]met
		r.find([]orb.Point{p}, m[:])
		return m[0].there
	}
	a, b := orb.Point{1, 2}, orb.Point{2, 1}
	require.False(t, there(a))
	r.keep([]met{{a, position{edge: 1}, 10, true}, {place: b}})
	require.True(t, there(a))
	require.False(t, there(b))
	require.False(t, there(orb.Point{}), "an empty slot is no place")
	// A place that comes into another one's slot takes its room.
	other := orb.Point{3, 0}
	for slotOf(other) != slotOf(a) {
		other[1]++
	}
	r.keep([]met{{other, position{edge: 2}, 20, true}})
	require.True(t, there(other))
	require.False(t, there(a))
	// Weights of their own have none: what a position costs is not the same there.
	g := square().load(t).graphs[routing.Car]
	require.NotNil(t, g.recent)
	require.Nil(t, g.paced(usual, nil).recent)
}

// forget has every place be a new one again, for what is measured.
func (g *graph) forget() {
	if g.recent.slots != nil {
		clear(g.recent.slots[:])
	}
	g.lists.kept = nil
}
