package roads

import (
	"math/rand/v2"
	"runtime"
	"time"

	"roundsman/routing"

	"github.com/stretchr/testify/require"
)

// weightFigures are those of speeds that change.
var weightFigures = []figure{
	{"re-weight everything", "ms", 100, 50, func(g *ground) (float64, float64) {
		cars := g.n.graphs[routing.Car]
		u, err := g.n.customizer(g.t.Context())
		require.NoError(g.t, err)
		f := someFactors(rand.New(rand.NewPCG(1, 1)))
		return g.median(g.rounds, 1, func(int) { u.hierarchy(cars.paced(f, nil)) }), 0
	}},
	{"48 hourly weights resident", "MB", 700, 300, func(g *ground) (float64, float64) { return g.hourly(), 0 }},
}

// twoDays is a pace that is another one at every hour of a workday and of a
// Saturday: 48 sets of factors. On Sundays all is as usual.
type twoDays struct{}

func (twoDays) Factor(_ string, day DayKind, hour int) float64 {
	if day == Sunday {
		return 1
	}
	return 0.5 + 0.01*float64(24*int(day)+hour)*0.9
}

// hourly gives the megabytes of 48 sets of weights and what they share, beside the
// network itself.
func (g *ground) hourly() float64 {
	n := g.load()
	before := heapInUse()
	n.SetPace(twoDays{}, time.UTC, nil)
	n.live.most = 49
	friday := time.Date(2026, 3, 6, 0, 0, 0, 0, time.UTC)
	for hour := range 48 {
		_, err := n.Travel(g.t.Context(), g.from[0], g.to[0], routing.Car, friday.Add(time.Duration(hour)*time.Hour))
		require.NoError(g.t, err)
	}
	require.Len(g.t, n.live.sets, 48)
	after := heapInUse()
	runtime.KeepAlive(n)
	return (after - before) / 1e6
}

func heapInUse() float64 {
	runtime.GC()
	runtime.GC() // what pools held is let go by the second
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}
