package decide

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/routing"

	"github.com/stretchr/testify/require"
)

var eastern = func() *time.Location {
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	return loc
}()

const livedDay = dispatch.Date("2026-03-09")

// way is a table of one way of some minutes.
func way(minutes int) *routing.Table {
	t := routing.NewTable(1, 1)
	t.Set(0, 0, routing.Leg{Seconds: routing.Seconds(minutes * 60), Metres: 1000})
	return t
}

// travelled gives the table of a day on roads that are the same all day.
func travelled(l *dispatch.Lived, minutes int) *routing.Table {
	zero := livedDay.Midnight(eastern)
	stages := livedStages([]routing.Stage{{From: zero, Hour: zero}}, l, zero.Add(24*time.Hour))
	return routing.ByStage(zero, stages, func(r routing.Roads) *routing.Table { return scaled(way(minutes), heard(r).percent) })
}

// Twice as long at eight, as the roads say at seven and at nine: ten minutes are
// fifteen at half past seven, twenty at eight, and fifteen at half past eight.
func TestAFactorHoldsAtItsHourAndMovesEvenlyToTheNext(t *testing.T) {
	t.Parallel()
	l := dispatch.NewLived(eastern, livedDay, false, []dispatch.LearnedHour{{Kind: dispatch.Workday, Hour: 8, Percent: 200}})
	table := travelled(l, 10)
	for at, minutes := range map[routing.Seconds]int{0: 10, 7 * 3600: 10, 7*3600 + 1800: 15, 8 * 3600: 20, 8*3600 + 1800: 15, 9 * 3600: 10, 20 * 3600: 10} {
		leg, ok := table.Leaving(0, 0, at)
		require.True(t, ok)
		require.Equal(t, routing.Seconds(minutes*60), leg.Seconds, "at %d", at)
	}
	require.Len(t, livedStages([]routing.Stage{{From: livedDay.Midnight(eastern), Hour: livedDay.Midnight(eastern)}}, l, livedDay.Midnight(eastern).Add(24*time.Hour)), 4,
		"the night, two hours that change, and the rest")
	require.Nil(t, dispatch.NewLived(eastern, livedDay, true, nil), "nothing learned")
	weekend := dispatch.NewLived(eastern, livedDay, true, []dispatch.LearnedHour{{Kind: dispatch.Workday, Hour: 8, Percent: 200}})
	leg, _ := travelled(weekend, 10).Leaving(0, 0, 8*3600)
	require.Equal(t, routing.Seconds(600), leg.Seconds, "a holiday is no workday")
}

// Who leaves later is never there earlier, whatever was learned and however long the
// way. Without the waiting that a table knows of, some would be.
func TestNobodyArrivesEarlierByLeavingLaterWhateverWasLearned(t *testing.T) {
	t.Parallel()
	overtaken := 0
	for seed := range uint64(20) {
		luck := rand.New(rand.NewPCG(seed, 1))
		var hours []dispatch.LearnedHour
		for h := range 24 {
			hours = append(hours, dispatch.LearnedHour{Kind: dispatch.Workday, Hour: h, Percent: 50 + 5*luck.IntN(51)})
		}
		l := dispatch.NewLived(eastern, livedDay, false, hours)
		minutes := 5 + luck.IntN(200)
		table := travelled(l, minutes)
		last, lastPlain := routing.Seconds(0), routing.Seconds(0)
		for at := routing.Seconds(0); at < 20*3600; at += 60 {
			leg, ok := table.Leaving(0, 0, at)
			require.True(t, ok)
			require.GreaterOrEqual(t, at+leg.Seconds, last, "seed %d: %d minutes at %d", seed, minutes, at)
			last = at + leg.Seconds

			instant := livedDay.Midnight(eastern).Add(time.Duration(at) * time.Second)
			a, b := l.Percent(instant), l.Percent(instant.Add(time.Hour))
			into := int(at % 3600)
			plain := at + routing.Seconds(minutes*60*(a*(3600-into)+b*into)/360_000)
			if plain < lastPlain {
				overtaken++
			}
			lastPlain = plain
		}
	}
	require.Positive(t, overtaken)
}

// Roads that change by the hour themselves keep their hours; those of a closure that
// begins within one, too.
func TestStagesOfTheRoadsAreKept(t *testing.T) {
	t.Parallel()
	at := func(h, m int) time.Time { return livedDay.At(eastern, h, m) }
	l := dispatch.NewLived(eastern, livedDay, false, []dispatch.LearnedHour{{Kind: dispatch.Workday, Hour: 9, Percent: 150}})
	got := livedStages([]routing.Stage{
		{From: at(7, 0), Hour: at(7, 0), Here: "a", Next: "b"},
		{From: at(8, 0), Hour: at(8, 0), Here: "b", Next: "b"},
		{From: at(9, 20), Hour: at(9, 0), Here: "shut", Next: "shut"},
	}, l, at(10, 30))
	var said []string
	for _, s := range got {
		said = append(said, fmt.Sprintf("%s %s %v %v", s.From.In(eastern).Format("15:04"), s.Hour.In(eastern).Format("15:04"), s.Here, s.Next))
	}
	require.Equal(t, []string{
		"07:00 07:00 {a 100} {b 100}",
		"08:00 08:00 {b 100} {b 150}",
		"09:00 09:00 {b 150} {b 100}",
		"09:20 09:00 {shut 150} {shut 100}",
		"10:00 10:00 {shut 100} {shut 100}",
	}, said)
}
