package roads

import (
	"sync"
	"testing"

	"roundsman/routing"

	"github.com/stretchr/testify/require"
)

// Whether a list of places is new, known or known by heart, a table of it is the
// same, and so it is for several who ask at once.
func TestATableOfKnownPlacesIsTheSame(t *testing.T) {
	t.Parallel()
	net := realNetwork(t)
	g := net.graphs[routing.Car]
	all, _ := snapAll(g, somewhere(g, 140, 81))
	few, many := append([]position{all[7]}, all[100:]...), all[:100] // the first is one of the many, too
	p := newPools(g, net.ready[routing.Car].pools.Load().h)
	q := p.query()
	ask := func(from, to []position) []cost {
		m := matrix{g: g, h: p.h, pools: p, from: from, to: to}
		got := make([]cost, len(from)*len(to))
		if err := m.run(t.Context(), func(i, j int, costs []cost) { copy(got[i*len(to)+j:], costs) }); err != nil {
			t.Error(err)
		}
		return got
	}
	want := func(from, to []position) (all []cost) {
		for i := range from {
			for j := range to {
				all = append(all, q.cost(&from[i], &to[j]))
			}
		}
		return all
	}
	row, column, rows := want(few[:1], many), want(many, few[:1]), want(few, many)
	for range 3 {
		require.Equal(t, row, ask(few[:1], many))
		require.Equal(t, column, ask(many, few[:1]))
		require.Equal(t, rows, ask(few, many))
	}
	require.Len(t, p.known.lists, 2, "as ends and as starts")
	for _, l := range p.known.lists {
		require.NotNil(t, l.above)
	}
	var askers sync.WaitGroup
	for k := range 4 {
		askers.Go(func() {
			for range 3 {
				got := ask(few[k:k+1], many)
				for j := range many {
					if got[j] != rows[k*len(many)+j] {
						t.Errorf("%d to %d", k, j)
					}
				}
			}
		})
	}
	askers.Wait()
	// Other lists take its place, no more than there is room for; few places need none.
	for n := range 6 {
		require.Equal(t, row[n:90+n], ask(few[:1], many[n:90+n]))
	}
	require.Len(t, p.known.lists, mostKnown)
	ask(few[:1], many[:leastKnown-1])
	require.NotEqual(t, leastKnown-1, len(p.known.lists[0].many.list))
}
