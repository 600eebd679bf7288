package roads

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"roundsman/internal/testdata"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
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
	g, err := n.graph(mode)
	if err != nil {
		b.Fatal(err)
	}
	from, to := somewhere(g, sources, 5), somewhere(g, targets, 6)
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
	positions, _ := snapAll(g, somewhere(g, 1000, 5))
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
	positions, _ := snapAll(g, somewhere(g, 1000, 5))
	s := newSearch(g)
	out := make([]cost, 1000)
	loopCPU(b, func(i int) { s.costs(&positions[i%1000], positions, out) })
}

func BenchmarkSearch(b *testing.B) {
	n, z := queens(b)
	for _, kind := range []string{"exact", "typo", "complete", "reverse"} {
		b.Run(kind, func(b *testing.B) {
			r := rand.New(rand.NewPCG(3, 3))
			texts, points := make([]string, 1000), make([]orb.Point, 1000)
			for i := range texts {
				row := r.IntN(len(z.streets))
				lo, hi := z.housesOf(uint32(row))
				number := "1"
				if hi > lo {
					number = z.texts[z.houses[lo].number]
				}
				points[i] = degrees(z.streets[row].lon, z.streets[row].lat)
				texts[i] = number + " " + z.texts[z.streets[row].name]
				switch kind {
				case "typo":
					texts[i] = number + " " + typo(z.texts[z.streets[row].name], r)
				case "complete":
					texts[i] = texts[i][:min(len(texts[i]), len(number)+3)]
				}
			}
			var slowest []time.Duration
			loopCPU(b, func(i int) {
				start := processorTime()
				switch kind {
				case "complete":
					n.Complete(texts[i%1000], 8, &points[i%1000])
				case "reverse":
					n.Reverse(points[i%1000])
				default:
					n.Search(texts[i%1000], 8, &points[i%1000])
				}
				if i%16 == 0 { // asking for the time costs some itself
					slowest = append(slowest, processorTime()-start)
				}
			})
			slices.Sort(slowest)
			b.ReportMetric(float64(slowest[len(slowest)*99/100])/1e3, "p99-us")
		})
	}
}

// BenchmarkTileCold draws tiles of zoom 14 anew, all over the busy corner.
func BenchmarkTileCold(b *testing.B) {
	n := wholeNetwork(b)
	if err := n.measured(); err != nil {
		b.Fatal(err)
	}
	var all []maptile.Tile
	for tile := range tilesOver(orb.Bound{Min: orb.Point{-75.70, 39.62}, Max: orb.Point{-75.45, 39.80}}, MaxZoom) {
		all = append(all, tile)
	}
	var bytes int
	loopCPU(b, func(i int) { bytes += len(n.draw(all[i%len(all)])) })
	b.ReportMetric(float64(bytes)/float64(b.N), "bytes/op")
}
