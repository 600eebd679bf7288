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

func BenchmarkTable150(b *testing.B) {
	n := realNetwork(b)
	points := somewhere(n.graphs[routing.Car], 150, 5)
	for b.Loop() {
		if _, err := n.Table(context.Background(), points, points, routing.Car, time.Time{}); err != nil {
			b.Fatal(err)
		}
	}
}
