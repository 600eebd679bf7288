package roads

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// A table made of stages says of every departure what the roads do, to the second
// that each of the two hours is rounded by: in the rush, before a bridge shuts,
// while it is shut and somebody waits for it, and after.
func TestStagesSayWhatTheRoadsDo(t *testing.T) {
	t.Parallel()
	n := ladder().load(t)
	w, err := ReadWeek(strings.NewReader(rush))
	require.NoError(t, err)
	n.SetPace(w, w.Zone(), w.Holiday)
	day := time.Date(2026, 3, 2, 0, 0, 0, 0, w.Zone())
	shut := Change{From: day.Add(11*time.Hour + 20*time.Minute), Until: day.Add(13*time.Hour + 40*time.Minute), Area: Area{Center: at(750, 0), Metres: 20}}
	north := Change{From: day.Add(12 * time.Hour), Until: day.Add(13 * time.Hour), Area: Area{Center: at(750, 200), Metres: 20}}
	require.NoError(t, n.SetChanges(t.Context(), day, []Change{shut, north}))
	points := []orb.Point{at(10, 0), at(990, 0), at(400, 200), at(0, 100), at(5e6, 0)}
	from, until := day.Add(6*time.Hour), day.Add(17*time.Hour)
	stages := n.Stages(routing.Car, from, until)
	states := map[routing.Roads]*routing.Table{}
	table := routing.ByStage(day, stages, func(r routing.Roads) *routing.Table {
		if states[r] == nil {
			states[r], err = n.TableOn(t.Context(), points, points, routing.Car, r)
			require.NoError(t, err)
		}
		return states[r]
	})
	require.NoError(t, routing.Validate(&routing.Problem{Tables: []*routing.Table{table}, Prices: routing.DefaultPrices()}))
	require.Less(t, len(states), 9, "hours that are alike share their roads")
	rng := rand.New(rand.NewPCG(1, 1))
	waited := 0
	for range 3000 {
		i, j := rng.IntN(len(points)-1), rng.IntN(len(points))
		at := routing.Seconds(rng.IntN(int(until.Sub(from)/time.Second))) + routing.Seconds(from.Sub(day)/time.Second)
		want, err := n.Travel(t.Context(), points[i], points[j], routing.Car, day.Add(time.Duration(at)*time.Second))
		leg, ok := table.Leaving(i, j, at)
		if err != nil {
			require.False(t, ok)
			continue
		}
		require.True(t, ok)
		require.InDelta(t, int(want.Seconds), int(leg.Seconds), 1, "from %v to %v at %d", points[i], points[j], at)
		require.Equal(t, int(want.Metres), int(leg.Metres), "from %v to %v at %d", points[i], points[j], at)
		if leg.Seconds > 600 {
			waited++
		}
	}
	require.Positive(t, waited)
}

func TestStagesAreJoinedAndNamed(t *testing.T) {
	t.Parallel()
	n := ladder().load(t)
	until := monday.Add(24 * time.Hour)
	require.Len(t, n.Stages(routing.Car, monday, until), 1)
	w, err := ReadWeek(strings.NewReader(rush))
	require.NoError(t, err)
	n.SetPace(w, w.Zone(), w.Holiday)
	require.Len(t, n.Stages(routing.Foot, monday, until), 1)
	begin := time.Date(2026, 3, 2, 9, 30, 0, 0, w.Zone())
	require.Len(t, n.Stages(routing.Car, begin.Add(time.Hour), begin.Add(3*time.Hour)), 1, "nothing changes from half past ten to half past twelve")

	// What a stage names is gone with the change it is of.
	require.NoError(t, n.SetChanges(t.Context(), begin, []Change{{From: begin, Area: Area{Center: at(750, 0), Metres: 20}}}))
	stages := n.Stages(routing.Car, begin, begin.Add(time.Hour))
	require.NoError(t, n.SetChanges(t.Context(), begin, nil))
	_, err = n.TableOn(t.Context(), nil, nil, routing.Car, stages[len(stages)-1].Here)
	require.True(t, fault.Is(err, "roads_changed"))
}
