package solve

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing/routingtest"
)

// A look beside everybody finds what a look everywhere finds, through changes and
// undone changes: what it turns down by what is written beside the visits would not
// have been worth it, or possible.
func TestLooksBesideEverybodyAreLooksEverywhere(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		simple := rapid.Bool().Draw(t, "simple")
		p := routingtest.Problem(t, routingtest.Size{Visits: 12, Shifts: 4, Live: !simple && rapid.Bool().Draw(t, "live")})
		if simple {
			simplify(p)
		}
		for i := range p.Shifts {
			p.Shifts[i].Restock = nil // between a call at the depot and home nobody is beside
		}
		h := newHunt(context.Background(), newState(newCore(p), 1), Options{Iterations: 1})
		h.construct()
		if !h.prepare() || h.fleet != nil {
			return
		}
		h.known = nil
		h.beside = newBeside(h.core, h.visits)
		for r := range h.tracks {
			h.index(r)
		}
		for range 30 {
			h.open()
			h.ruin(h.near)
			for _, v := range append([]int32(nil), h.absent...) {
				near := finder{bound: math.MaxInt64, lane: -1, call: -1}
				h.lookNear(v, &near)
				all := finder{bound: math.MaxInt64, lane: -1, call: -1}
				h.lookEverywhere(v, &all)
				require.Equal(t, all.lane >= 0, near.lane >= 0)
				require.Equal(t, all.bound, near.bound)
				if h.chance() < 0.7 {
					h.lodge(v, false)
				}
			}
			if h.chance() < 0.5 {
				h.undo()
			}
		}
	})
}
