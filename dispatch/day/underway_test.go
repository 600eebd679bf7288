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

// Two visits in one house: parking and check-in are paid once, the walk by both, as
// planned, under way, and when the first is over. Xu is reached at 8:10 and waits 13
// minutes, so that work ends at 8:53; Yi's begins 3 minutes on.
func TestASiteIsEnteredOnce(t *testing.T) {
	t.Parallel()
	house := func(same bool, first, second visitOption) (xu, yi StopAfter) {
		w := newTown(monday, time.UTC)
		w.tech("Anna")
		w.visit("Xu", 10, 30, first)
		w.visit("Yi", 10, 20, second)
		w.round("Anna", "Xu", "Yi")
		for i := range w.Visits {
			v := &w.Visits[i]
			v.Access, v.Walk, v.SiteID = 10*time.Minute, 3*time.Minute, w.Visits[0].SiteID
			if !same {
				v.SiteID = id("house of " + v.PersonName)
			}
		}
		b := w.board(at("08:00"))
		after := b.days[0].after(0)
		return after.Stops[0], after.Stops[1]
	}
	ends := func(x StopAfter) string { return x.End.Format("15:04") }
	none := func(*Visit) {}
	xu, yi := house(true, none, none)
	require.Equal(t, []string{"08:53", "09:16"}, []string{ends(xu), ends(yi)})
	_, yi = house(false, none, none)
	require.Equal(t, "09:26", ends(yi), "two houses of one place are entered one after the other")

	// Xu is over since 8:00, and Anna has set out for Yi, next door.
	over := done(at("07:20"), at("08:00"))
	_, yi = house(true, over, left(at("08:00"), 0))
	require.Equal(t, "08:23", ends(yi))
	_, yi = house(false, over, left(at("08:00"), 0))
	require.Equal(t, "08:33", ends(yi))
}

// Anna is where no way leads home, and ends the day there. That is no reason why she
// can't be granted an hour more, or fall ill.
func TestWhoCanNotComeHomeMayWorkLongerOrBeAway(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 1001, 30, arrived(at("08:10")))
	w.round("Anna", "Xu")
	b := w.board(at("08:20"))
	for what, act := range map[string]Act{
		"an hour more": {Stretch: &Stretch{ShiftID: w.Shifts[0].ID, Minutes: 60}},
		"ill":          {Away: &Away{TechnicianID: id("Anna"), From: at("09:00"), Until: at("17:00")}},
	} {
		o := b.Try(ask(act))
		require.True(t, o.Feasible, "%s: %v", what, o.Blocked)
		require.Equal(t, "Xu 08:10", lines(o, time.UTC)["Anna"], what)
	}
}
