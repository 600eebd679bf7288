package roads

import (
	"context"
	"testing"
	"time"

	"roundsman/internal/testdata"
	"roundsman/routing"
)

func BenchmarkImport(b *testing.B) {
	path := testdata.Delaware(b)
	for b.Loop() {
		if _, err := Load(context.Background(), path, "", nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkStartFromCache(b *testing.B) {
	path, dir := testdata.Delaware(b), b.TempDir()
	for first := true; first || b.Loop(); first = false {
		if _, err := Load(context.Background(), path, dir, nil); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSnap(b *testing.B) {
	n := realNetwork(b)
	points := somewhere(n.graphs[routing.Car], 1000, 5)
	i := 0
	for b.Loop() {
		_, _, _ = n.graphs[routing.Car].snap(points[i%1000], routing.Car)
		i++
	}
}

func BenchmarkTravel(b *testing.B) {
	n := realNetwork(b)
	points := somewhere(n.graphs[routing.Car], 1000, 5)
	i := 0
	for b.Loop() {
		_, _ = n.Travel(context.Background(), points[i%1000], points[(7*i+1)%1000], routing.Car, time.Time{})
		i++
	}
}

func benchmarkTable(b *testing.B, sources, targets int) {
	n := realNetwork(b)
	from := somewhere(n.graphs[routing.Car], sources, 5)
	to := somewhere(n.graphs[routing.Car], targets, 6)
	for b.Loop() {
		if _, err := n.Table(context.Background(), from, to, routing.Car, time.Time{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkTable150x150(b *testing.B)   { benchmarkTable(b, 150, 150) }
func BenchmarkTable1x1000(b *testing.B)    { benchmarkTable(b, 1, 1000) }
func BenchmarkTable1000x1(b *testing.B)    { benchmarkTable(b, 1000, 1) }
func BenchmarkTable1000x1000(b *testing.B) { benchmarkTable(b, 1000, 1000) }

func BenchmarkLine(b *testing.B) {
	n := realNetwork(b)
	points := somewhere(n.graphs[routing.Car], 1000, 5)
	i := 0
	for b.Loop() {
		_, _, _ = n.Line(context.Background(), points[i%1000], points[(7*i+1)%1000], routing.Car, time.Time{})
		i++
	}
}

// BenchmarkDijkstra is what the hierarchy is measured against: the same way on
// the same network, by plain search.
func BenchmarkDijkstra(b *testing.B) {
	n := realNetwork(b)
	g := n.graphs[routing.Car]
	positions, _ := snapAll(g, somewhere(g, 1000, 5), routing.Car)
	s := newSearch(g)
	var out [1]cost
	i := 0
	for b.Loop() {
		k := (7*i + 1) % 1000
		s.costs(&positions[i%1000], positions[k:k+1], out[:])
		i++
	}
}

func BenchmarkHierarchy(b *testing.B) {
	g := realNetwork(b).graphs[routing.Car]
	for b.Loop() {
		if _, err := contract(context.Background(), g, true, func(int, int) {}); err != nil {
			b.Fatal(err)
		}
	}
}
