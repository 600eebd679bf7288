package roads

import (
	"slices"
	"time"

	"github.com/paulmach/orb/maptile"
	"github.com/stretchr/testify/require"
)

// tileFigures are those of drawing the map.
var tileFigures = []figure{
	{"tile of zoom 14, cold, p99", "ms", 15, 0, func(g *ground) (float64, float64) { return g.tiles().cold, 0 }},
	{"tile of zoom 14, cached, p99", "ms", 0.3, 0, func(g *ground) (float64, float64) { return g.tiles().cached, 0 }},
	{"all tiles, zooms 0 to 14", "s", 0, 6, func(g *ground) (float64, float64) { return g.tiles().all, 0 }},
}

// drawnTiles is how long drawing took: a tile of zoom 14 in milliseconds, all
// tiles of all zooms in seconds.
type drawnTiles struct{ cold, cached, all float64 }

// tiles draws all tiles of a map once.
func (g *ground) tiles() drawnTiles {
	if g.drawn.all > 0 {
		return g.drawn
	}
	begin := processorTime()
	require.NoError(g.t, g.n.measured()) // once a start, and not for one tile
	g.drawn.all = (processorTime() - begin).Seconds()
	var cold, cached []time.Duration
	for z := range maptile.Zoom(MaxZoom + 1) {
		for tile := range tilesOver(g.n.Bounds(), z) {
			ask := func() (took time.Duration, some bool) {
				start := processorTime()
				b, err := g.n.Tile(g.t.Context(), uint32(z), tile.X, tile.Y)
				require.NoError(g.t, err)
				return processorTime() - start, len(b) > 0
			}
			took, some := ask()
			g.drawn.all += took.Seconds()
			if again, _ := ask(); z == MaxZoom && some {
				cold, cached = append(cold, took), append(cached, again)
			}
		}
	}
	p99 := func(took []time.Duration) float64 {
		slices.Sort(took)
		return float64(took[len(took)*99/100]) / 1e6
	}
	g.drawn.cold, g.drawn.cached = p99(cold), p99(cached)
	return g.drawn
}
