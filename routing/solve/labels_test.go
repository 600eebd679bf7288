package solve

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"roundsman/routing"
)

// labelerOf is a labeler that wants every visit at the same worth.
func labelerOf(p *routing.Problem, worth ...float64) (*hunt, *labeler) {
	h := newHunt(context.Background(), newState(newCore(p), 1), Options{Iterations: 1})
	b := h.newLabeler()
	copy(b.worth, worth)
	for v := range b.wanted {
		b.wanted[v] = true
	}
	return h, b
}

// On two arms of two visits each the second arm's are worth 30 each: its round
// costs 40 and is worth 60. All four together cost 80 and are worth 90; the visit
// near the depot alone costs 20 and is worth 30.
func TestLabelsByHand(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		change func(*routing.Problem)
		visits []int32
		over   float64
	}{
		"free": {func(*routing.Problem) {}, []int32{2, 3}, -20},
		"kit":  {func(p *routing.Problem) { p.Visits[3].Kit = []routing.KitNeed{{Units: 1}} }, []int32{2}, -10},
		"kit and depot": {func(p *routing.Problem) {
			p.Visits[3].Kit = []routing.KitNeed{{Units: 1}}
			p.Shifts[0].Restock = &routing.Restock{}
		}, []int32{2, 3}, -20},
		"tool":         {func(p *routing.Problem) { p.Visits[3].Tools = []int{5} }, []int32{2}, -10},
		"short shift":  {func(p *routing.Problem) { p.Shifts[0].Work.End = 30 }, []int32{2}, -10},
		"closed early": {func(p *routing.Problem) { p.Visits[3].Windows = []routing.Window{{Start: 0, End: 10}} }, []int32{2}, -10},
		"not to serve": {func(p *routing.Problem) { p.Visits[3].Allowed = []int{} }, []int32{2}, -10},
	} {
		p := star(2, 1)
		x.change(p)
		_, b := labelerOf(p, 15, 15, 30, 30)
		found := b.rounds(0, 0)
		require.NotEmpty(t, found, name)
		require.ElementsMatch(t, x.visits, b.visitsOf(found[0].label, nil), name)
		require.Equal(t, x.over, found[0].over, name)
	}
}

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

// What labels say of a round is what evaluating it says, and of few visits they
// miss no round that is better than the best they find.
func TestLabelsAgainstTryingEverything(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		h, b := labelerOf(technicians(5, 1, seed), 90, 90, 90, 90, 90)
		least := math.Inf(1)
		var all func(visits []int32)
		all = func(visits []int32) {
			if len(visits) > 0 {
				if !h.resupply(0, visits, &h.scratch) {
					return
				}
				least = min(least, float64(h.scratch.cost)-90*float64(len(visits)))
			}
			for v := range int32(5) {
				if !slices.Contains(visits, v) {
					all(append(visits[:len(visits):len(visits)], v))
				}
			}
		}
		all(nil)
		found := b.rounds(0, math.Inf(1))
		require.NotEmpty(t, found)
		require.Equal(t, least, found[0].over, "seed %d", seed)
		for _, e := range found {
			visits := b.visitsOf(e.label, nil)
			require.True(t, h.resupply(0, visits, &h.scratch))
			require.Equal(t, float64(h.scratch.cost)-90*float64(len(visits)), e.over, "seed %d, round %v", seed, visits)
		}
	}
}

// One plan is known, whose three rounds each mix two arms: 180. None of its rounds
// is in the best plan, of 120; what visits are worth leads to those that are.
func TestRoundsNobodyHasSeenMakeABetterPlan(t *testing.T) {
	t.Parallel()
	made := func(labels bool) (*hunt, bool) {
		h := newHunt(context.Background(), newState(newCore(star(3, 3)), 1), Options{Iterations: 1})
		h.pool.open, h.makes, h.expected, h.done = true, true, 1000, 1
		h.become([][]int32{{0, 3}, {2, 5}, {4, 1}}, nil, nil)
		require.Equal(t, int64(180), h.best.cost)
		h.remember()
		if labels {
			h.generate()
		}
		return h, h.recombine()
	}
	h, better := made(true)
	require.True(t, better)
	require.Equal(t, int64(120), h.best.cost)
	_, better = made(false)
	require.False(t, better, "the rounds known make nothing better")
}

// A dive takes the good rounds of three plans, none of which has more than one.
func TestADiveMakesAPlan(t *testing.T) {
	t.Parallel()
	h := newHunt(context.Background(), newState(newCore(star(3, 3)), 1), Options{Iterations: 1})
	h.pool.open, h.makes, h.expected, h.done = true, true, 1000, 1
	h.become([][]int32{{0, 3}, {2, 5}, {4, 1}}, nil, nil)
	h.remember()
	h.generate()
	h.plunge()
	require.Equal(t, int64(120), h.best.cost)
	require.Empty(t, h.absent)
	require.Equal(t, h.best, h.tally, "the search goes on from there")
}

// Technicians who differ are searched with rounds made between cycles, others not;
// same seed, same plan.
func TestRoundsAreMadeWhereTechniciansDiffer(t *testing.T) {
	t.Parallel()
	search := func(p *routing.Problem) *hunt {
		h := newHunt(context.Background(), newState(newCore(p), 7), Options{Iterations: 25 * 100 * 4})
		h.construct()
		h.search()
		tts, _, err := routing.Evaluate(p, h.plan())
		require.NoError(t, err)
		require.Empty(t, routing.Check(p, h.plan(), tts))
		return h
	}
	p := technicians(25, 8, 3)
	one, two := search(p), search(p)
	require.True(t, one.makes)
	require.NotNil(t, one.pool.labels)
	require.Equal(t, one.plan(), two.plan())
	require.False(t, search(technicians(25, 3, 3)).makes, "rounds are long")
	for i := range p.Shifts {
		p.Shifts[i].Breaks = []routing.Break{{Window: routing.Window{Start: 100, End: 900}, Duration: 30}}
	}
	require.False(t, search(p).makes, "labels know of no breaks")
}
