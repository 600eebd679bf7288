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
		for r := range p.Shifts {
			var tt routing.Timetable
			refusal := routing.EvaluateRound(p, r, plan.Rounds[r].Visits, &tt)
			var x track
			for _, v := range plan.Rounds[r].Visits {
				x.visits = append(x.visits, int32(v))
			}
			suits := true
			for _, v := range x.visits[len(c.lanes[r].head):] {
				suits = suits && c.suits[r*c.visits+int(v)]
			}
			possible := c.refresh(r, &x)
			for k, n := range x.used {
				suits = suits && n <= c.carried[r*c.items+k]
			}
			require.Equal(t, !refusal.Refused(), suits && possible)
			if refusal.Refused() {
				continue
			}
			require.Equal(t, routing.RoundCost(p, &tt), routing.Cost(x.cost))
			require.Equal(t, tt.Late, routing.Seconds(x.late))
			for i, st := range tt.Stops[len(c.lanes[r].head):] {
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
				if x.late > 0 || !c.suits[r*c.visits+u] || !c.carries(r, x, v) {
					continue
				}
				for i := len(c.lanes[r].head); i <= len(x.visits); i++ {
					f, fits := c.try(r, x, i, v, math.MaxInt64)
					full := s.with(r, i, v)
					possible := c.refresh(r, full)
					require.Equal(t, possible && full.late == 0, fits, "lane %d index %d visit %d", r, i, v)
					over := max(full.back, x.back) > c.lanes[r].workEnd
					if fits && !over && p.Prices.WaitSecond == 0 && !c.churned(full) {
						require.Equal(t, full.cost-x.cost, f.delta, "the estimate is exact for travel")
					}
				}
			}
		}
	})
}

func (c *core) churned(t *track) bool {
	for _, v := range t.visits {
		if c.p.Visits[v].Told != nil {
			return true
		}
	}
	return false
}
