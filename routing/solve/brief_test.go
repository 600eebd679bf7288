package solve

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing"
	"roundsman/routing/routingtest"
)

// Rounds of brief problems are refreshed and scanned by their segments; both say
// what the general ways say, with and without a call at the depot.
func TestBriefEqualsPlain(t *testing.T) {
	t.Parallel()
	called, found := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 9, Shifts: 2})
		p.Prices = routing.Prices{TravelSecond: p.Prices.TravelSecond, DutySecond: 1 + p.Prices.DutySecond, Round: p.Prices.Round}
		for i := range p.Shifts {
			s := &p.Shifts[i]
			s.Breaks, s.MaxTravel = nil, 0
			s.Restock = &routing.Restock{Place: rapid.IntRange(0, p.Tables[0].Rows-1).Draw(t, "depot"), Service: routing.Seconds(rapid.IntRange(0, 60).Draw(t, "restocking"))}
		}
		for i := range p.Visits {
			v := &p.Visits[i]
			v.Soft, v.Together, v.Walk = nil, 0, 0
			v.Access, v.Promise, v.Told, v.Preferred = 0, nil, nil, nil
			if len(v.Windows) > 1 {
				v.Windows = v.Windows[:1]
			}
		}
		quick, slow := newState(newCore(p), 1), newState(newCore(p), 1)
		require.True(t, quick.short)
		slow.short = false
		plan := routingtest.Plan(t, p)
		for r := range plan.Rounds {
			var visits []int32
			for _, v := range plan.Rounds[r].Visits {
				visits = append(visits, int32(v))
			}
			a, b := quick.tracks[r], slow.tracks[r]
			ok := quick.resupply(r, visits, a)
			require.Equal(t, slow.resupply(r, visits, b), ok)
			if !ok {
				continue
			}
			require.Equal(t, b.cost, a.cost)
			require.Equal(t, b.visits, a.visits)
			require.Equal(t, b.limit, a.limit)
			require.Equal(t, b.places, a.places)
			require.Equal(t, b.legs, a.legs)
			require.Equal(t, b.end, a.end)
			for v := range int32(len(p.Visits)) {
				if !quick.suits[r*quick.visits+int(v)] {
					continue
				}
				f, g := finder{bound: math.MaxInt64, lane: -1, call: -1}, finder{bound: math.MaxInt64, lane: -1, call: -1}
				quick.lookInto(r, a, v, 0, len(a.visits)+1, &f)
				slow.lookInto(r, b, v, 0, len(b.visits)+1, &g)
				require.Equal(t, g, f, "visit %d in %v", v, visits)
				if f.lane >= 0 {
					found++
				}
				if f.call >= 0 {
					called++
				}
			}
		}
	})
	require.Positive(t, found)
	require.Positive(t, called)
}
