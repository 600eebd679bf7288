package roads

import (
	"testing"
	"time"

	"roundsman/routing"

	"github.com/stretchr/testify/require"
)

func TestARouteNamesItsStreetsAndTurns(t *testing.T) {
	t.Parallel()
	n := newMade().
		node(1, 0, 0).node(2, 1000*metre, 0).node(3, 1000*metre, 500*metre).node(4, 2000*metre, 0).node(5, 1000*metre, -500*metre).
		way(1, []int64{1, 2}, "highway", "residential", "maxspeed", "45", "name", "Low Street").
		way(2, []int64{2, 4}, "highway", "residential", "maxspeed", "45", "name", "Low Street").
		way(3, []int64{5, 2}, "highway", "residential", "maxspeed", "45", "name", "South Road").
		way(4, []int64{2, 3}, "highway", "residential", "maxspeed", "45", "ref", "N 1").
		load(t)
	r, err := n.Route(t.Context(), at(300, 20), at(1020, 400), routing.Car, time.Time{})
	require.NoError(t, err)
	require.Equal(t, routing.Leg{Seconds: 114, Metres: 1100}, r.Leg) // 70 + 3.5 + 40
	require.Len(t, r.Steps, 2)
	require.Equal(t, Step{Turn: "start", Street: "Low Street", At: r.Steps[0].At, Seconds: 70, Metres: 700}, r.Steps[0])
	require.Equal(t, Step{Turn: "left", Street: "N 1", At: at(1000, 0), Seconds: 40, Metres: 400}, withPoint(r.Steps[1]))
	require.Len(t, r.Line, 5)
	back, err := n.Route(t.Context(), at(1020, 400), at(300, 20), routing.Car, time.Time{})
	require.NoError(t, err)
	require.Equal(t, "right", back.Steps[1].Turn)
	through, err := n.Route(t.Context(), at(300, 0), at(1500, 0), routing.Car, time.Time{})
	require.NoError(t, err)
	require.Len(t, through.Steps, 1, "one street is one step, over the crossing")
	nowhere, err := n.Route(t.Context(), at(300, 0), at(300, 0), routing.Car, time.Time{})
	require.NoError(t, err)
	require.Len(t, nowhere.Steps, 1)
	require.Equal(t, routing.Leg{}, nowhere.Leg)
}

// withPoint gives the step with its place as precise as a made map has it.
func withPoint(s Step) Step {
	if p := at(1000, 0); max(s.At[0]-p[0], p[0]-s.At[0]) < 1e-7 && max(s.At[1]-p[1], p[1]-s.At[1]) < 1e-7 {
		s.At = p
	}
	return s
}

func TestStepsAddUpToTheLeg(t *testing.T) {
	t.Parallel()
	net := realNetwork(t)
	points := somewhere(net.graphs[routing.Car], 80, 71)
	for i := 0; i+1 < len(points); i++ {
		for mode := range routing.Mode(modes) {
			r, err := net.Route(t.Context(), points[i], points[i+1], mode, time.Time{})
			if err != nil {
				require.NotEqual(t, routing.Car, mode)
				continue
			}
			leg, err := net.Travel(t.Context(), points[i], points[i+1], mode, time.Time{})
			require.NoError(t, err)
			require.Equal(t, leg, r.Leg)
			metres, secs := 0.0, 0.0
			for _, s := range r.Steps {
				metres, secs = metres+float64(s.Metres), secs+float64(s.Seconds)
			}
			require.InDelta(t, float64(leg.Metres), metres, float64(len(r.Steps)+1))
			require.LessOrEqual(t, secs, float64(leg.Seconds)+float64(len(r.Steps)+1), "turns come on top")
		}
	}
}
