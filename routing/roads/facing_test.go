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
