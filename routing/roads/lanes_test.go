package roads

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// What the processor does with wide registers is what plain code does.
func TestTheWideKernelGivesWhatPlainCodeGives(t *testing.T) {
	t.Parallel()
	wide, ok := wideKernel()
	if !ok {
		t.Skip("this processor has no registers for it")
	}
	r := rand.New(rand.NewPCG(1, 1))
	some := func() (l lanes) {
		for i := range l {
			switch l[i] = cost(r.Uint64N(uint64(noCost))); r.IntN(4) {
			case 0:
				l[i] = noCost
			case 1:
				l[i] = cost(r.Uint64N(1 << 33)) // alike to others in their milliseconds
			}
		}
		return l
	}
	link := func() cost {
		if r.IntN(3) == 0 {
			return cost(r.Uint64N(uint64(noCost)))
		}
		return cost(r.Uint64N(1 << 33))
	}
	for places := range 60 {
		rows, seeds := make([]lanes, places+1), []lanes{farLanes, some(), some()}
		for i := range rows {
			rows[i] = some()
		}
		var row, seed, to []uint32
		var by []cost
		first := []uint32{0}
		for p := range places {
			// A row of their own for the lower half; one of the others for each two above.
			row = append(row, uint32(min(p, places/2+(p-places/2)/2)))
			seed = append(seed, uint32(r.IntN(len(seeds))))
			for n := r.IntN(9); n > 0 && p+1 < places; n-- {
				to, by = append(to, uint32(r.IntN(places))), append(by, link())
			}
			first = append(first, uint32(len(to)))
		}
		want := slices.Clone(rows)
		pullPlainly(want, seeds, row, seed, first, to, by)
		pushed := slices.Clone(rows)
		pushPlainly(pushed, uint32(places), to, by)
		got := slices.Clone(rows)
		wide.pull(got, seeds, row, seed, first, to, by)
		require.Equal(t, want, got, "%d places", places)
		got = slices.Clone(rows)
		wide.push(got, uint32(places), to, by)
		require.Equal(t, pushed, got, "%d links", len(to))
	}
}

// Three places, the last on top: 2 is seeded with 10, and 0 comes from it by 5 or
// over 1, whose row is that of 2, by 1 and 3.
func TestPullTakesTheCheaperWayDown(t *testing.T) {
	t.Parallel()
	all := []kernel{plainKernel}
	if wide, ok := wideKernel(); ok {
		all = append(all, wide)
	}
	for i, k := range all {
		seed := farLanes
		seed[0], seed[width-1] = 10, 20
		rows := make([]lanes, 2)
		k.pull(rows, []lanes{farLanes, seed}, []uint32{0, 1, 1}, []uint32{0, 0, 1}, []uint32{0, 1, 2, 2}, []uint32{1, 1}, []cost{3, 1})
		want := farLanes
		want[0], want[width-1] = 14, 24
		require.Equal(t, want, rows[0], "kernel %d", i)
		k.push(rows, 0, []uint32{1}, []cost{100}) // dearer than what is there
		require.EqualValues(t, 11, rows[1][0], "kernel %d", i)
		k.push(rows, 1, []uint32{0}, []cost{1})
		require.EqualValues(t, 12, rows[0][0], "kernel %d", i)
		require.Equal(t, noCost, rows[0][1], "kernel %d", i)
	}
}
