package roads

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestARisingSetGivesTheLowestFirst(t *testing.T) {
	t.Parallel()
	const nodes = 20_000
	s := newRising(nodes)
	r := rand.New(rand.NewPCG(2, 2))
	for range 20 { // a set is used again and again
		in := map[uint32]bool{}
		add := func(v uint32) {
			s.add(v)
			in[v] = true
		}
		for range 5 {
			add(uint32(r.IntN(nodes)))
		}
		var got []uint32
		for v := s.next(); v != none; v = s.next() {
			got = append(got, v)
			for range r.IntN(3) { // near, in the same word of bits, and far
				if near := v + 1 + uint32(r.IntN(3)); near < nodes {
					add(near)
				}
				if far := v + 1 + uint32(r.IntN(nodes)); far < nodes {
					add(far)
				}
			}
		}
		require.True(t, slices.IsSorted(got))
		require.Len(t, got, len(in), "each once")
	}
	require.EqualValues(t, none, s.next())
}
