package roads

import (
	"math"
	"testing"

	"roundsman/routing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// However many costs are rounded together, each is what it is alone: next to where
// rounding changes, and where there is no way.
func TestEveryKernelRoundsCostsAsEachIsAlone(t *testing.T) {
	t.Parallel()
	half := func(upTo uint32, step uint32) *rapid.Generator[uint32] {
		return rapid.Custom(func(t *rapid.T) uint32 {
			if rapid.Bool().Draw(t, "any") {
				return rapid.Uint32Range(0, upTo).Draw(t, "number")
			}
			return rapid.Uint32Range(0, upTo/step-1).Draw(t, "whole")*step + step/2 - rapid.Uint32Range(0, 2).Draw(t, "less")
		})
	}
	ms, cm := half(1<<30-1, 1000), half(math.MaxUint32, 100)
	one := rapid.Custom(func(t *rapid.T) cost {
		switch rapid.IntRange(0, 7).Draw(t, "kind") {
		case 0:
			return noCost + cost(rapid.Uint64Range(0, math.MaxUint64-uint64(noCost)).Draw(t, "no way"))
		case 1:
			return noCost - cost(rapid.Uint64Range(0, 1).Draw(t, "at the end"))
		}
		return costOf(ms.Draw(t, "ms"), cm.Draw(t, "cm"))
	})
	rapid.Check(t, func(t *rapid.T) {
		costs := rapid.SliceOfN(one, 0, 40).Draw(t, "costs")
		for i, k := range allKernels() {
			// One more, which is not to be written to.
			seconds, metres := make([]routing.Seconds, len(costs)+1), make([]routing.Metres, len(costs)+1)
			k.round(seconds[:len(costs)], metres[:len(costs)], costs)
			for n, c := range costs {
				s, m := c.entry()
				require.Equal(t, s, seconds[n], "kernel %d, %x", i, uint64(c))
				require.Equal(t, m, metres[n], "kernel %d, %x", i, uint64(c))
			}
			require.Zero(t, seconds[len(costs)])
			require.Zero(t, metres[len(costs)])
		}
	})
}

func TestACostIsRoundedToWholeSecondsAndMetres(t *testing.T) {
	t.Parallel()
	costs := []cost{
		0, costOf(499, 49), costOf(500, 50), costOf(1499, 149), costOf(1500, 150),
		costOf(3_600_000, 5_000_000), costOf(1<<30-1, math.MaxUint32), noCost, math.MaxUint64, costOf(59_999, 0),
	}
	for i, k := range allKernels() {
		seconds, metres := make([]routing.Seconds, len(costs)), make([]routing.Metres, len(costs))
		k.round(seconds, metres, costs)
		require.Equal(t, []routing.Seconds{0, 0, 1, 1, 2, 3600, 1_073_742, routing.Unreachable, routing.Unreachable, 60}, seconds, "kernel %d", i)
		require.Equal(t, []routing.Metres{0, 0, 1, 1, 2, 50_000, 42_949_673, 0, 0, 0}, metres, "kernel %d", i)
	}
}
