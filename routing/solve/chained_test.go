package solve

import (
	"context"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"roundsman/routing"
)

// torn shows a plan to look after each of twenty ruins, which it then takes back.
func (h *hunt) torn(m mover, look func()) {
	for range 20 {
		m.open()
		if m.ruin(h.near) {
			look()
		}
		m.undo()
		h.barred = -1
	}
}

// judged asks that the plan of a problem passes the judge and scores what the judge
// reckons, is the same once more, and that no search from it ends worse.
func judged(t *rapid.T, p *routing.Problem, opt Options) {
	first, err := Solve(context.Background(), p, nil, opt)
	require.NoError(t, err)
	require.Empty(t, routing.Check(p, first.Plan, first.Timetables))
	require.Equal(t, routing.Reckon(p, first.Plan, first.Timetables), first.Score)
	again, err := Solve(context.Background(), p, nil, opt)
	require.NoError(t, err)
	require.Equal(t, first.Plan, again.Plan)
	more, err := Solve(context.Background(), p, first.Plan, opt)
	require.NoError(t, err)
	require.False(t, first.Score.Less(more.Score), "worse than its start")
}
