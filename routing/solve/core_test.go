package solve

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing"
	"roundsman/routing/routingtest"
)

// The flat evaluation is the readable one, faster: same verdict, same times,
// same cost.
func TestTrackEqualsEvaluation(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 7, Shifts: 2, Live: rapid.Bool().Draw(t, "live")})
		plan := routingtest.Plan(t, p)
		c := newCore(p)
		c.exact, c.simple, c.short = true, false, false
		for r := range p.Shifts {
			var tt routing.Timetable
			refusal := routing.EvaluateRound(p, r, plan.Rounds[r].Visits, &tt)
			var x track
			var visits []int32
			suits := true
			for i, v := range plan.Rounds[r].Visits {
				visits = append(visits, int32(v))
				suits = suits && (i < len(c.lanes[r].head) || c.suits[r*c.visits+v])
			}
			require.Equal(t, !refusal.Refused(), suits && c.resupply(r, visits, &x))
			if refusal.Refused() {
				continue
			}
			require.Equal(t, routing.RoundCost(p, &tt), routing.Cost(x.cost))
			require.Equal(t, tt.Late, routing.Seconds(x.late))
			for i, st := range tt.Stops[len(c.lanes[r].head):] {
				if x.depot >= 0 && i >= int(x.depot) {
					i++
				}
				require.Equal(t, st.Arrive, routing.Seconds(x.arrive[i]))
				require.Equal(t, st.Start, routing.Seconds(x.start[i]))
			}
		}
	})
}

// The check in constant time says what computing the round says: a place fits
// exactly when the round is possible and nobody gets later.
func TestTryEqualsComputingTheRound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 7, Shifts: 2, Live: rapid.Bool().Draw(t, "live")})
		p.Prices.OvertimeSecond = routing.Cost(rapid.SampledFrom([]int{0, 30}).Draw(t, "overtime price"))
		byWays := p.Prices.WaitSecond+p.Prices.DutySecond+p.Prices.OvertimeSecond == 0
		plan := routingtest.Plan(t, p)
		s, err := Stand(p, plan)
		if err != nil {
			return
		}
		c := s.c
		for _, u := range plan.Unassigned {
			v := int32(u)
			for r := range p.Shifts {
				x := &s.tracks[r]
				lo, ok := c.firstRow(r, x, v)
				if x.late > 0 || !c.suits[r*c.visits+u] || !ok {
					continue
				}
				for i := len(c.lanes[r].head) + lo; i <= len(x.visits); i++ {
					f, fits := c.try(r, x, i, v, math.MaxInt64)
					full := &s.scratch
					full.visits = append(append(append(full.visits[:0], x.visits[:i]...), v), x.visits[i:]...)
					possible := c.refresh(r, full)
					require.Equal(t, possible && full.late == 0, fits, "lane %d index %d visit %d", r, i, v)
					if fits && byWays && !c.churned(full) {
						require.Equal(t, full.cost-x.cost, f.delta, "the estimate is exact for travel")
					}
				}
			}
		}
	})
}

func (c *core) churned(t *track) bool {
	for _, v := range t.visits {
		if int(v) < c.visits && (c.p.Visits[v].Told != nil || c.p.Visits[v].Soft != nil) {
			return true
		}
	}
	return false
}

// Who comes from another visit of the same site pays no access, but walks.
func TestScanWalksFromVisitToVisit(t *testing.T) {
	t.Parallel()
	fits, late := 0, 0
	for service := routing.Seconds(60); service < 75; service++ {
		tab := routing.NewTable(2, 2)
		for i := range 2 {
			for j := range 2 {
				tab.Set(i, j, routing.Leg{})
			}
		}
		p := &routing.Problem{Prices: routing.DefaultPrices(), Tables: []*routing.Table{tab}, Shifts: []routing.Shift{{Work: routing.Window{Start: 0, End: 600}}}}
		p.Visits = []routing.Visit{
			{Place: 1, Site: 1, Access: 5, Walk: 3, Priority: 1, Windows: []routing.Window{{Start: 0, End: 80}}},
			{Place: 1, Site: 1, Access: 5, Priority: 1, Service: service},
		}
		s, err := Stand(p, &routing.Plan{Rounds: []routing.Round{{Visits: []int{0}}}, Unassigned: []int{1}})
		require.NoError(t, err)
		f := finder{bound: math.MaxInt64, lane: -1}
		newState(s.c, 1).scan(0, &s.tracks[0], 1, 0, 1, &f)
		full := track{visits: []int32{1, 0}}
		possible := s.c.refresh(0, &full)
		require.Equal(t, possible, f.lane >= 0, "service %d", service)
		if possible {
			fits++
		} else {
			late++
		}
	}
	require.True(t, fits > 0 && late > 0, "%d fit, %d are late", fits, late)
}

// Without breaks and with one window a visit, the scan of a round knows what a
// place costs to the last unit, working time included.
func TestScanKnowsTheDuty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 7, Shifts: 2, Live: rapid.Bool().Draw(t, "live")})
		p.Prices.WaitSecond, p.Prices.OvertimeSecond, p.Prices.Churn = 0, 0, 0
		for i := range p.Shifts {
			p.Shifts[i].Breaks = nil
		}
		for i := range p.Visits {
			p.Visits[i].Access, p.Visits[i].Walk, p.Visits[i].Soft = 0, 0, nil
			if len(p.Visits[i].Windows) > 1 {
				p.Visits[i].Windows = p.Visits[i].Windows[:1]
			}
		}
		plan := routingtest.Plan(t, p)
		s, err := Stand(p, plan)
		if err != nil {
			return
		}
		st := newState(s.c, 1)
		for _, u := range plan.Unassigned {
			v := int32(u)
			for r := range p.Shifts {
				x := &s.tracks[r]
				lo, ok := s.c.firstRow(r, x, v)
				if x.late > 0 || !s.c.suits[r*s.c.visits+u] || !ok {
					continue
				}
				for row := lo; row <= len(x.visits)-len(s.c.lanes[r].head); row++ {
					f := finder{bound: math.MaxInt64, lane: -1}
					st.scan(r, x, v, row, row+1, &f)
					i := row + len(s.c.lanes[r].head)
					full := &s.scratch
					full.visits = append(append(append(full.visits[:0], x.visits[:i]...), v), x.visits[i:]...)
					possible := s.c.refresh(r, full)
					require.Equal(t, possible && full.late == 0, f.lane >= 0)
					if f.lane >= 0 {
						require.Equal(t, full.cost-x.cost, f.bound, "row %d", row)
						bounded := finder{bound: f.bound + 1, lane: -1}
						st.scan(r, x, v, row, row+1, &bounded)
						require.Equal(t, f.bound, bounded.bound, "the bound hides what it must not")
					}
				}
			}
		}
	})
}

// simplify takes out of a problem whatever keeps it from being simple.
func simplify(p *routing.Problem) {
	p.Prices = routing.Prices{TravelSecond: p.Prices.TravelSecond, Round: p.Prices.Round}
	for i := range p.Shifts {
		p.Shifts[i].Breaks, p.Shifts[i].Restock, p.Shifts[i].MaxTravel = nil, nil, 0
	}
	for i := range p.Visits {
		v := &p.Visits[i]
		v.Soft, v.Together, v.Walk = nil, 0, 0
		v.Access, v.Promise, v.Tools, v.Told, v.Preferred = 0, nil, nil, nil, nil
		if len(v.Windows) > 1 {
			v.Windows = v.Windows[:1]
		}
	}
}

// Simple problems have a leaner refresh; it must say what the other says.
func TestLeanEqualsPlain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 7, Shifts: 2})
		simplify(p)
		c, d := newCore(p), newCore(p)
		require.True(t, c.simple)
		d.simple = false
		plan := routingtest.Plan(t, p)
		for r := range plan.Rounds {
			var a, b track
			for _, v := range plan.Rounds[r].Visits {
				a.visits, b.visits = append(a.visits, int32(v)), append(b.visits, int32(v))
			}
			ok := c.refresh(r, &a)
			require.Equal(t, d.refresh(r, &b), ok)
			if !ok {
				continue
			}
			require.Equal(t, b.cost, a.cost)
			require.Equal(t, b.limit, a.limit)
			require.Equal(t, b.places, a.places)
			require.Equal(t, b.legs, a.legs)
			require.Equal(t, b.end, a.end)
		}
	})
}
