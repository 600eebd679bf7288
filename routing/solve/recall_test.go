package solve

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing/routingtest"
)

// What a look recalls is what it would find, through changes and undone changes.
func TestLooksRecallWhatIsTrue(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 12, Shifts: 4, Live: rapid.Bool().Draw(t, "live")})
		h := newHunt(context.Background(), newState(newCore(p), 1), Options{Iterations: 1})
		h.construct()
		if !h.prepare() || h.known == nil {
			return
		}
		for range 30 {
			h.open()
			h.ruin(h.near)
			for _, v := range append([]int32(nil), h.absent...) {
				cached := finder{bound: math.MaxInt64, lane: -1, call: -1}
				h.lookEverywhere(v, &cached)
				fresh := finder{bound: math.MaxInt64, lane: -1, call: -1}
				known := h.known
				h.known = nil
				h.lookEverywhere(v, &fresh)
				h.known = known
				require.Equal(t, fresh.lane >= 0, cached.lane >= 0)
				require.Equal(t, fresh.bound, cached.bound)
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
