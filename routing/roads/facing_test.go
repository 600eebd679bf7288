package roads

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSearchesGoAbreastWherePlacesAreCrowded(t *testing.T) {
	t.Parallel()
	of := func(few, many, links int) *facing {
		return &facing{few: side{list: make([]position, few)}, many: side{list: make([]position, many)}, above: &sweep{links: links}}
	}
	// Delaware: 20 ms against 2,000 climbs of 13 µs and 15 ms for looking into buckets.
	require.True(t, of(1000, 1000, 84_000).crowded())
	// Sixteen Delawares: 112 ms against 2,000 climbs of 29 µs and the same.
	require.False(t, of(1000, 1000, 465_000).crowded())
	require.True(t, of(32, 1000, 465_000).crowded(), "one search for all starts")
	require.True(t, of(30, 30, 20_000).crowded())
}

// A search once more for 32 positions or, for every start and end, a cost that is
// handed over by itself.
func TestSearchesStartAtTheEndsWhereThatSavesSome(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to int
		ends     bool
	}{
		{20, 1, true}, // alone
		{1, 20, false},
		{20, 20, false},
		{40, 32, true},
		{40, 33, false},    // two times either way
		{1000, 960, false}, // 2 less of 32, and 960,000 costs
		{1000, 320, false}, // 22 less, and 320,000
		{1000, 200, true},  // 25 less, and 200,000
		{960, 1000, false},
	} {
		m := matrix{from: make([]position, c.from), to: make([]position, c.to)}
		require.Equal(t, c.ends, m.fromEnds(), "%d to %d", c.from, c.to)
	}
}
