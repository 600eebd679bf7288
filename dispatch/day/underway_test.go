package day

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Work that takes longer than planned is not about to end only because its time is
// over: the longer it has taken, the less sure is who waits behind it. At spread 0.3
// half of the work that has taken 50 minutes instead of 30 takes another five.
func TestWorkUnderWayIsConditionedOnItsTime(t *testing.T) {
	t.Parallel()
	require.Equal(t, 0.9, longer(0.9, 0, 0.3), "nothing is known yet")
	require.Equal(t, 5.0/3, longer(0.9, 5.0/3, 0), "never less than what it has taken")
	// exp(-0.045) is the median factor: of what is left, half is drawn above it.
	require.InDelta(t, 1.820, longer(math.Exp(-0.045), 5.0/3, 0.3), 0.001)
	last := 0.0
	for worked := 0.0; worked < 60; worked += 0.25 {
		f := longer(0.956, worked, 0.3)
		require.GreaterOrEqual(t, f, max(last, worked))
		last = f
	}

	chance := func(now string) float64 {
		w := newTown(monday, time.UTC)
		w.tech("Anna")
		w.visit("Xu", 10, 30, arrived(at("08:10")), func(v *Visit) { v.Spread = 0.3 })
		w.visit("Yi", 20, 30, promised(at("08:30"), at("09:10"), "Anna"))
		w.round("Anna", "Xu", "Yi")
		b := w.board(at(now))
		k, _ := b.days[0].day.find(id("Yi"))
		return b.days[0].chance[k]
	}
	before := 1.0
	for _, now := range []string{"08:12", "08:40", "08:50", "08:55", "08:58"} {
		c := chance(now)
		require.Less(t, c, before, now)
		before = c
	}
	require.Greater(t, chance("08:12"), 0.97)
	require.Less(t, chance("08:55"), 0.7)
}
