package roads

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"roundsman/internal/testdata"
	"roundsman/routing"
)

// Figures are the processor's time, since the machine may be busy with other
// things; run with -cpu 1 to have those of one thread. BenchmarkDijkstra is what
// the hierarchy is measured against.

// loopCPU runs a benchmark and reports the processor's time of one round.
func loopCPU(b *testing.B, round func(i int)) {
	b.Helper()
	round(0) // warm
	start, n := processorTime(), 0
	for b.Loop() {
		n++
		round(n)
	}
	b.ReportMetric(float64(processorTime()-start)/float64(n)/1e3, "cpu-us/op")
}

func processorTime() time.Duration {
	var r syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &r) != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// wholeNetwork is that of all of Delaware, kept between runs among the temporary
// files.
func wholeNetwork(b *testing.B) *Network {
	b.Helper()
	n, err := Load(context.Background(), testdata.Delaware(b), filepath.Join(os.TempDir(), "roundsman-bench-roads"), nil)
	if err != nil {
		b.Fatal(err)
	}
	return n
}

func BenchmarkImport(b *testing.B) {
	path := testdata.Delaware(b)
	for b.Loop() {
		s, err := read(context.Background(), path, func(Progress) {})
		if err != nil {
			b.Fatal(err)
		}
		for m := range profiles {
			var r Report
			if _, err := network(context.Background(), s, m, &r); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkHierarchy(b *testing.B) {
	g := wholeNetwork(b).graphs[routing.Car]
	loopCPU(b, func(int) {
		if _, err := contract(context.Background(), g, true, func(int, int) {}); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkStartFromCache(b *testing.B) {
	loopCPU(b, func(int) { wholeNetwork(b) })
}

func BenchmarkSnap(b *testing.B) {
	n := wholeNetwork(b)
	points := somewhere(n.graphs[routing.Car], 1000, 5)
	loopCPU(b, func(i int) { _, _, _ = n.graphs[routing.Car].snap(points[i%1000], routing.Car) })
}

func BenchmarkTravel(b *testing.B) {
	n := wholeNetwork(b)
	points := somewhere(n.graphs[routing.Car], 1000, 5)
	b.ReportAllocs()
	loopCPU(b, func(i int) {
		_, _ = n.Travel(context.Background(), points[i%1000], points[(7*i+1)%1000], routing.Car, time.Time{})
	})
}

func BenchmarkLine(b *testing.B) {
	n := wholeNetwork(b)
	points := somewhere(n.graphs[routing.Car], 1000, 5)
	loopCPU(b, func(i int) {
		_, _, _ = n.Line(context.Background(), points[i%1000], points[(7*i+1)%1000], routing.Car, time.Time{})
	})
}

func benchmarkTable(b *testing.B, sources, targets int, mode routing.Mode) {
	n := wholeNetwork(b)
	from := somewhere(n.graphs[mode], sources, 5)
	to := somewhere(n.graphs[mode], targets, 6)
	loopCPU(b, func(int) {
		if _, err := n.Table(context.Background(), from, to, mode, time.Time{}); err != nil {
			b.Fatal(err)
		}
	})
}

func BenchmarkTable150x150(b *testing.B)          { benchmarkTable(b, 150, 150, routing.Car) }
func BenchmarkTable1x1000(b *testing.B)           { benchmarkTable(b, 1, 1000, routing.Car) }
func BenchmarkTable1000x1(b *testing.B)           { benchmarkTable(b, 1000, 1, routing.Car) }
func BenchmarkTable1000x1000(b *testing.B)        { benchmarkTable(b, 1000, 1000, routing.Car) }
func BenchmarkTable1000x1000NoTurns(b *testing.B) { benchmarkTable(b, 1000, 1000, routing.Bike) }

func BenchmarkDijkstra(b *testing.B) {
	g := wholeNetwork(b).graphs[routing.Car]
	positions, _ := snapAll(g, somewhere(g, 1000, 5), routing.Car)
	s := newSearch(g)
	var out [1]cost
	loopCPU(b, func(i int) {
		k := (7*i + 1) % 1000
		s.costs(&positions[i%1000], positions[k:k+1], out[:])
	})
}

// BenchmarkDijkstra1x1000 is what a row of a table costs without a hierarchy.
func BenchmarkDijkstra1x1000(b *testing.B) {
	g := wholeNetwork(b).graphs[routing.Car]
	positions, _ := snapAll(g, somewhere(g, 1000, 5), routing.Car)
	s := newSearch(g)
	out := make([]cost, 1000)
	loopCPU(b, func(i int) { s.costs(&positions[i%1000], positions, out) })
}
