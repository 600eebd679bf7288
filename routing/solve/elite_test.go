package solve

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"roundsman/routing"
)

// technicians is a small day whose technicians all differ and are paid from
// leaving to returning.
func technicians(visits, shifts int, seed uint64) *routing.Problem {
	rng := rand.New(rand.NewPCG(seed, 1))
	n := visits + shifts
	x, y := make([]int, n), make([]int, n)
	for i := range n {
		x[i], y[i] = rng.IntN(100), rng.IntN(100)
	}
	table := routing.NewTable(n, n)
	for i := range n {
		for j := range n {
			table.Set(i, j, routing.Leg{Seconds: routing.Seconds(max(x[i]-x[j], x[j]-x[i]) + max(y[i]-y[j], y[j]-y[i]))})
		}
	}
	p := &routing.Problem{Tables: []*routing.Table{table}, Prices: routing.Prices{DutySecond: 1}}
	for s := range shifts {
		p.Shifts = append(p.Shifts, routing.Shift{Start: visits + s, End: visits + s, Work: routing.Window{End: 1500}})
	}
	for v := range visits {
		at := routing.Seconds(rng.IntN(900))
		p.Visits = append(p.Visits, routing.Visit{Place: v, Site: v, Priority: 1, Service: 10,
			Windows: []routing.Window{{Start: at, End: at + 100 + routing.Seconds(rng.IntN(300))}}})
	}
	return p
}

// Technicians who differ are searched in cycles, and those who are all alike in one
// long annealing; same seed, same plan.
func TestCyclesWhereTechniciansDiffer(t *testing.T) {
	t.Parallel()
	search := func(p *routing.Problem) *hunt {
		h := newHunt(context.Background(), newState(newCore(p), 7), Options{Iterations: 25 * cycleVisits * 4})
		h.construct()
		h.search()
		tts, _, err := routing.Evaluate(p, h.plan())
		require.NoError(t, err)
		require.Empty(t, routing.Check(p, h.plan(), tts))
		return h
	}
	p := technicians(25, 8, 3)
	one, two := search(p), search(p)
	require.Equal(t, 4, one.cycles)
	require.Equal(t, 4, one.cycle, "all four, and the last polish")
	require.NotEmpty(t, one.elites)
	require.Equal(t, one.plan(), two.plan())
	for i := range p.Shifts {
		p.Shifts[i].Start, p.Shifts[i].End = 25, 25
	}
	require.Equal(t, 1, search(p).cycles)
}
