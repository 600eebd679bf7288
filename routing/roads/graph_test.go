package roads

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// A segment's milliseconds are divided in floating point; whole numbers know better.
func TestASegmentsTimeIsRoundedToTheNearest(t *testing.T) {
	t.Parallel()
	g := &graph{attr: []uint32{0}, attrs: make([]attr, 1)}
	check := func(cm uint32, v speed) {
		g.attrs[0].along = v
		want := (uint64(cm)*360 + uint64(v)/2) / uint64(v)
		if want <= math.MaxUint32 {
			require.EqualValues(t, want, g.segmentMS(0, 0, cm), "%d cm at %d", cm, v)
		}
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 20_000 {
		v := speed(1 + r.IntN(2500))
		cm := r.Uint32() >> r.IntN(32)
		check(cm, v)
		// Just below and at the next whole millisecond.
		k := uint64(r.Uint32() >> r.IntN(32))
		if cm := (k*uint64(v) - uint64(v)/2) / 360; cm < math.MaxUint32 {
			check(uint32(cm), v)
			check(uint32(cm)+1, v)
		}
	}
	check(math.MaxUint32, 2000)
	check(1, math.MaxUint16)
}
