package roads

import (
	"context"
	"math/rand/v2"
	"testing"

	"roundsman/routing"
)

// BenchmarkDissect puts the edges in an order.
func BenchmarkDissect(b *testing.B) {
	g := wholeNetwork(b).graphs[routing.Car]
	loopCPU(b, func(int) { _, _ = dissect(context.Background(), g) })
}

// BenchmarkWeave makes all that weights need, once a map.
func BenchmarkWeave(b *testing.B) {
	g := wholeNetwork(b).graphs[routing.Car]
	loopCPU(b, func(int) {
		m := woven(b, g)
		b.ReportMetric(float64(len(m.to)), "links")
		b.ReportMetric(float64(len(m.third)), "triangles")
	})
}

// BenchmarkReweigh weighs all of the network and makes its hierarchy.
func BenchmarkReweigh(b *testing.B) {
	g := wholeNetwork(b).graphs[routing.Car]
	m := woven(b, g)
	u, f := newCustomizer(m), someFactors(rand.New(rand.NewPCG(1, 1)))
	loopCPU(b, func(int) { u.hierarchy(g.paced(f, nil)) })
}

// BenchmarkCustomizedTable1000x1000 is a table on weights that came later.
func BenchmarkCustomizedTable1000x1000(b *testing.B) { benchmarkCustomized(b, 1000, 1000) }

func BenchmarkCustomizedTable1x1000(b *testing.B) { benchmarkCustomized(b, 1, 1000) }

func BenchmarkCustomizedTravel(b *testing.B) { benchmarkCustomized(b, 1, 1) }

func benchmarkCustomized(b *testing.B, rows, cols int) {
	g := wholeNetwork(b).graphs[routing.Car]
	m := woven(b, g)
	u := newCustomizer(m)
	p := &pools{g: g, h: u.hierarchy(g), room: u.room}
	from, _ := snapAll(g, somewhere(g, rows, 5))
	to, _ := snapAll(g, somewhere(g, cols, 6))
	loopCPU(b, func(int) {
		m := matrix{g: g, h: p.h, pools: p, from: from, to: to}
		if err := m.run(context.Background(), func(int, int, []cost) {}); err != nil {
			b.Fatal(err)
		}
	})
}
