package routing

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The judge looks at the hours' begins only; waiting second by second finds nothing
// better, and the same way.
func TestTheJudgeWaitsForHours(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		takes := rapid.Custom(func(t *rapid.T) Seconds {
			return rapid.SampledFrom([]Seconds{0, 1, 5, 20, 40, Unreachable}).Draw(t, "takes")
		})
		tab := &Table{Rows: 1, Cols: 1, Seconds: []Seconds{takes.Draw(t, "first")}, Metres: []Metres{1}}
		at := Seconds(0)
		for range rapid.IntRange(0, 4).Draw(t, "hours") {
			at += rapid.Custom(func(t *rapid.T) Seconds { return Seconds(rapid.IntRange(1, 30).Draw(t, "length")) }).Draw(t, "from")
			tab.Hours = append(tab.Hours, Hour{From: at, Seconds: []Seconds{takes.Draw(t, "hour")}})
			tab.Lengths = append(tab.Lengths, Length{From: at, Metres: []Metres{Metres(at)}})
		}
		for i := range tab.Hours[:max(0, len(tab.Hours)-1)] {
			x := &tab.Hours[i]
			if later := takes.Draw(t, "later"); x.Seconds[0] != Unreachable && later != Unreachable {
				x.Later = []Seconds{max(later, x.Seconds[0]-(tab.Hours[i+1].From-x.From))}
			}
		}
		require.NoError(t, Validate(&Problem{Tables: []*Table{tab}}))
		j := &judge{}
		for from := range at + 20 {
			best, off := j.begun(tab, 0, from), from
			for wait := Seconds(1); wait < min(best, at+20); wait++ {
				if takes := j.begun(tab, 0, from+wait); takes < never && wait+takes < best {
					best, off = wait+takes, from+wait
				}
			}
			require.Equal(t, min(best, never), j.lasts(tab, 0, from))
			way := Metres(1)
			for _, x := range tab.Lengths {
				if x.From <= off {
					way = x.Metres[0]
				}
			}
			require.Equal(t, way, j.leads(tab, 0, from))
			leg, ok := tab.Leaving(0, 0, from)
			require.Equal(t, best < never, ok)
			if ok {
				require.Equal(t, Leg{best, way}, leg)
			}
		}
	})
}
