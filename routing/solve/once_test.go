package solve

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing/routingtest"
)

// Rounds with one break have a quicker refresh: it must say what the one for any
// number of breaks says, and leave to that the rounds in which somebody is late.
func TestOnceEqualsSeveral(t *testing.T) {
	t.Parallel()
	in, out := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		p := routingtest.Problem(t, routingtest.Size{Visits: 7, Shifts: 2, Live: rapid.Bool().Draw(t, "live")})
		plan := routingtest.Plan(t, p)
		c := newCore(p)
		for r := range plan.Rounds {
			if c.lanes[r].Owed != 1 || len(plan.Rounds[r].Visits) == len(c.lanes[r].head) {
				continue
			}
			var a, b track
			for _, v := range plan.Rounds[r].Visits {
				a.visits, b.visits = append(a.visits, int32(v)), append(b.visits, int32(v))
			}
			if c.stock && !c.uses(r, &a) {
				continue
			}
			for _, x := range []*track{&a, &b} {
				x.size(len(x.visits)-len(c.lanes[r].head)+1, 2, false)
			}
			ok := c.several(r, &a) && a.late == 0
			require.Equal(t, ok, c.once(r, &b), "the round can be and nobody is late")
			if !ok {
				out++
				continue
			}
			in++
			for i := range b.end {
				if b.end[i] != never || a.lost[i] == 0 {
					require.Equal(t, a.end[i], b.end[i], "nobody is late in either")
				}
			}
			require.Equal(t, []int64{a.cost, a.travel, int64(a.back), int64(a.home)}, []int64{b.cost, b.travel, int64(b.back), int64(b.home)})
			require.Equal(t, [][]int32{a.arrive, a.early, a.start, a.idle, a.due, a.begin, a.places, a.legs, a.limit}, [][]int32{b.arrive, b.early, b.start, b.idle, b.due, b.begin, b.places, b.legs, b.limit})
			require.Equal(t, a.taken, b.taken)
			require.Equal(t, a.saving, b.saving)
		}
	})
	require.True(t, in > 0 && out > 0, "%d rounds with one break can be, %d can't", in, out)
}
