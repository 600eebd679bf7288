package day

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

// Anna drives Xu (minute 10) and Yi (20), each 30 minutes: she leaves at 8:00, is
// with Xu 8:10 to 8:40, with Yi 8:50 to 9:20, and home at 9:40. Bela lives at
// minute 60 and has nothing to do.
func simple() *town {
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela", lives(60))
	w.visit("Xu", 10, 30)
	w.visit("Yi", 20, 30)
	w.visit("Zoe", 15, 20)
	w.round("Anna", "Xu", "Yi")
	return w
}

func TestPutBetweenTwo(t *testing.T) {
	t.Parallel()
	w := simple()
	b := w.board(at("07:30"))
	o := b.Try(ask(w.put("Zoe", "Anna", "Xu")))
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Equal(t, map[string]string{"Anna": "Xu 08:10, Zoe 08:45, Yi 09:10"}, lines(o, time.UTC))
	require.Equal(t, at("10:00"), o.After[0].Returns)
	require.Zero(t, o.TravelSeconds, "Zoe lies on the way")
	require.Zero(t, o.TravelMetres)
	zoe, ok := moveOf(o, "Zoe")
	require.True(t, ok)
	require.Nil(t, zoe.From)
	require.Equal(t, at("08:45"), zoe.To.Start)
	yi, ok := moveOf(o, "Yi")
	require.True(t, ok)
	require.Equal(t, at("08:50"), yi.From.Start)
	require.Equal(t, at("09:10"), yi.To.Start)
	_, ok = moveOf(o, "Xu")
	require.False(t, ok, "Xu stays")
	require.Empty(t, o.Promises)
	require.Empty(t, o.Tell)
	require.Empty(t, o.Waiting)
	require.Equal(t, []DayVersion{{w.Key.RegionID, monday, 7}}, o.Days)
	require.Equal(t, []dispatch.RoundVersion{{ID: id("round Anna" + string(monday)), Version: 3}}, o.Rounds)
	require.Equal(t, at("07:30"), o.At)
	require.Equal(t, at("07:45"), o.ExpiresAt)
	require.Equal(t, KindMove, o.Kind)
	require.Equal(t, ids.Nil, o.ID)
}

func TestPutElsewhereTellsTravel(t *testing.T) {
	t.Parallel()
	w := simple()
	o := w.board(at("07:30")).Try(ask(w.put("Yi", "Bela")))
	require.True(t, o.Feasible)
	// Bela: 40 minutes there and back. Anna saves 10 minutes each way.
	require.Equal(t, map[string]string{"Anna": "Xu 08:10", "Bela": "Yi 08:40"}, lines(o, time.UTC))
	require.Equal(t, (80-20)*60, o.TravelSeconds)
	require.Equal(t, 60_000, o.TravelMetres)
	require.Len(t, o.Rounds, 2)
}

func TestPutRefusals(t *testing.T) {
	t.Parallel()
	w := simple()
	w.tech("Cleo", off(at("00:00"), at("23:00")))
	w.tech("Dora", works(at("08:00"), at("08:20")))
	w.visit("Gil", 2000, 30)
	w.visit("Hugo", 10, 30, needs("network", 2), opens(9, 17))
	w.visit("Ivo", 10, 30, uses("dock"))
	w.visit("Jan", 5, 30, opens(7, 8))
	b := w.board(at("07:30"))
	for _, c := range []struct {
		act  Act
		code string
	}{
		{w.put("Hugo", "Anna"), "skill_missing"},
		{w.put("Ivo", "Anna"), "kit_missing"},
		{w.put("Gil", "Anna"), "unreachable"},
		{w.put("Zoe", "Cleo"), "absent"},
		{w.put("Zoe", "Dora"), "shift_too_short"},
		{w.put("Jan", "Anna"), "window_closed"},
		{w.put("Zoe", "Anna", "Zoe"), "place_moved"},
		{w.put("Zoe", "Anna", "Hugo"), "place_moved"},
		{w.put("Nobody", "Anna"), "visit_missing"},
		{Act{Put: &Put{VisitID: id("Zoe"), Day: dispatch.DayKey{RegionID: w.Key.RegionID, Date: "2026-06-16"}, RoundID: id("x")}}, "day_missing"},
		{w.put("Zoe", "Nobody"), "round_missing"},
		{Act{Last: &Last{VisitID: id("Zoe"), Minutes: 60}}, "visit_missing"},
		{Act{Promise: &Window{VisitID: id("Zoe"), Start: at("09:00"), End: at("10:00")}}, "visit_missing"},
		{Act{Away: &Away{TechnicianID: id("Anna"), From: at("18:00"), Until: at("19:00")}}, "no_shift"},
		{Act{Away: &Away{TechnicianID: id("Nobody"), From: at("08:00"), Until: at("19:00")}}, "no_shift"},
		{Act{Gone: &Gone{ItemID: id("a dock")}}, "asset_gone"},
		{Act{Rounds: &Reorder{Day: dispatch.DayKey{Date: "2026-06-16"}}}, "day_missing"},
		{Act{Rounds: &Reorder{Day: w.Key, Rounds: []Order{{RoundID: id("round Anna" + string(monday)), Visits: []ids.ID{id("Nobody")}}}}}, "visit_missing"},
		{Act{Rounds: &Reorder{Day: w.Key, Rounds: []Order{{RoundID: id("round Anna" + string(monday)), Visits: []ids.ID{id("Xu"), id("Xu")}}}}}, "visit_twice"},
	} {
		o := b.Try(ask(c.act))
		require.False(t, o.Feasible, c.code)
		require.Equal(t, []string{c.code}, codes(o))
		require.NotEmpty(t, o.Blocked[0].Text)
		require.Empty(t, o.After)
		require.Empty(t, o.Moves)
	}
}

// A place was once looked up by where an unknown visit would stand in the list,
// which is the place of another one.
func TestPutBehindAVisitThatIsGoneIsRefused(t *testing.T) {
	t.Parallel()
	w := simple()
	b := w.board(at("07:30"))
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		require.Equal(t, []string{"place_moved"}, codes(b.Try(ask(w.put("Zoe", "Anna", name)))), name)
	}
}

func TestPutOfADescribedVisit(t *testing.T) {
	t.Parallel()
	w := simple()
	n := describe("New", 20, 10)
	act := w.put("New", "Anna", "Yi")
	act.Put.New = &n
	o := w.board(at("07:30")).Try(ask(act))
	require.True(t, o.Feasible)
	require.Equal(t, map[string]string{"Anna": "Xu 08:10, Yi 08:50, New 09:20"}, lines(o, time.UTC))
}

// A described visit that has been kept since, and begun, was thrown at the rounds again.
func TestPutOfADescribedVisitThatHasBegun(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("New", 20, 10, arrived(at("08:20")))
	w.round("Anna", "New")
	n := describe("New", 20, 10)
	act := w.put("New", "Anna")
	act.Put.New = &n
	require.Equal(t, []string{"visit_begun"}, codes(w.board(at("08:30")).Try(ask(act))))
}

func TestPinnedVisitStaysInItsRound(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela")
	w.visit("Xu", 10, 30, pinned)
	w.round("Anna", "Xu")
	require.Equal(t, []string{"not_allowed"}, codes(w.board(at("07:30")).Try(ask(w.put("Xu", "Bela")))))
}

func TestPromise(t *testing.T) {
	t.Parallel()
	w := simple()
	b := w.board(at("07:30"))
	window := Act{Promise: &Window{VisitID: id("Zoe"), Start: at("08:30"), End: at("09:30")}}
	o := b.Try(ask(w.put("Zoe", "Anna", "Xu"), window))
	require.True(t, o.Feasible, "%v", o.Blocked)
	im := impact(t, o, "Zoe")
	require.Nil(t, im.PromiseID)
	require.Nil(t, im.ChanceBefore)
	require.Nil(t, im.TechnicianBefore)
	require.Equal(t, share(Samples, Samples), im.ChanceAfter, "45 minutes to spare behind legs of 15")
	require.Equal(t, at("08:45"), im.ArrivalAfter)
	require.Equal(t, "Anna", im.TechnicianName)
	require.Empty(t, o.Tell, "the caller is on the line")

	// Behind Xu she can hardly ever be there by 8:43; so she goes to Zoe first, and
	// where Xu may not move that is refused.
	early := Act{Promise: &Window{VisitID: id("Zoe"), Start: at("08:00"), End: at("08:43")}}
	o = b.Try(ask(w.put("Zoe", "Anna", "Xu"), early))
	require.True(t, o.Feasible)
	require.Equal(t, map[string]string{"Anna": "Zoe 08:15, Yi 08:40, Xu 09:20"}, lines(o, time.UTC))
	w = simple()
	pinned(&w.Visits[0])
	o = w.board(at("07:30")).Try(ask(w.put("Zoe", "Anna", "Xu"), early))
	require.Equal(t, []string{"below_floor"}, codes(o))
}

func TestPromiseIsMadeOnce(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 10, 30, promised(at("09:00"), at("10:00"), "Anna"))
	w.round("Anna", "Xu")
	o := w.board(at("07:30")).Try(ask(Act{Promise: &Window{VisitID: id("Xu"), Start: at("09:00"), End: at("10:00")}}))
	require.Equal(t, []string{"promise_taken"}, codes(o))
}

func TestTechnicianWaitsForTheWindow(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 10, 30)
	w.visit("Yi", 20, 30, promised(at("11:00"), at("12:00"), "Anna"))
	w.round("Anna", "Xu", "Yi")
	o := w.board(at("07:30")).Try(Change{Kind: KindRetime, Acts: []Act{{Retime: &Retime{RoundID: id("round Anna" + string(monday))}}}})
	require.Equal(t, map[string]string{"Anna": "Xu 08:10, Yi 11:00"}, lines(o, time.UTC))
}

func TestLast(t *testing.T) {
	t.Parallel()
	w := simple()
	o := w.board(at("07:30")).Try(ask(Act{Last: &Last{VisitID: id("Xu"), Minutes: 90}}))
	require.Equal(t, map[string]string{"Anna": "Xu 08:10, Yi 09:50"}, lines(o, time.UTC))
	require.Equal(t, 90, o.After[0].Stops[0].Minutes)
}

// With the customer, the length counts from the present on.
func TestLastOnSite(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 10, 30, arrived(at("08:10")))
	w.visit("Yi", 20, 30)
	w.round("Anna", "Xu", "Yi")
	o := w.board(at("08:30")).Try(ask(Act{Last: &Last{VisitID: id("Xu"), Minutes: 60}}))
	require.Equal(t, map[string]string{"Anna": "Xu 08:10, Yi 09:40"}, lines(o, time.UTC))
	require.Equal(t, 20+60, o.After[0].Stops[0].Minutes)
	require.True(t, o.After[0].Stops[0].Started)
}

// The end of a visit that somebody is on the way to was left as it had been.
func TestLastOnTheWay(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 10, 30, left(at("08:00"), 10))
	w.visit("Yi", 20, 30)
	w.round("Anna", "Xu", "Yi")
	o := w.board(at("08:05")).Try(ask(Act{Last: &Last{VisitID: id("Xu"), Minutes: 60}}))
	require.Equal(t, map[string]string{"Anna": "Xu 08:10, Yi 09:20"}, lines(o, time.UTC))
}

func TestWhatIsOverOrBegunIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela")
	w.visit("Xu", 10, 30, done(at("08:10"), at("08:40")))
	w.visit("Yi", 20, 30, left(at("08:40"), 10))
	w.round("Anna", "Xu", "Yi")
	b := w.board(at("08:45"))
	require.Equal(t, []string{"visit_over"}, codes(b.Try(ask(Act{Last: &Last{VisitID: id("Xu"), Minutes: 5}}))))
	require.Equal(t, []string{"visit_begun"}, codes(b.Try(ask(Act{Drop: &Drop{VisitID: id("Yi")}}))))
	require.Equal(t, []string{"visit_begun"}, codes(b.Try(ask(w.put("Yi", "Bela")))))
	require.Equal(t, []string{"round_begun"}, codes(b.Try(ask(Act{Rounds: &Reorder{Day: w.Key}}))))
}

func TestDrop(t *testing.T) {
	t.Parallel()
	w := simple()
	b := w.board(at("07:30"))
	o := b.Try(Change{Kind: KindDrop, Acts: []Act{{Drop: &Drop{VisitID: id("Xu")}}}})
	require.True(t, o.Feasible)
	require.Equal(t, map[string]string{"Anna": "Yi 08:20"}, lines(o, time.UTC))
	require.Empty(t, o.Waiting, "it is cancelled, not waiting")
	xu, ok := moveOf(o, "Xu")
	require.True(t, ok)
	require.Nil(t, xu.To)
	require.True(t, b.Try(ask(Act{Drop: &Drop{VisitID: id("Zoe")}})).Feasible, "nothing to take out")
}

func TestGone(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna", carries("dock 1", "dock"))
	w.tech("Bela", carries("dock 2", "dock"))
	w.visit("Other", 10, 10)
	w.visit("Xu", 10, 30, uses("dock"), promised(at("08:00"), at("12:00"), "Anna"))
	w.round("Anna", "Other", "Xu")
	o := w.board(at("07:30")).Try(ask(Act{Gone: &Gone{ItemID: id("dock 1")}}))
	require.True(t, o.Feasible)
	// Xu alone has to go; Other was once taken out in vain because nobody promised it.
	require.Equal(t, map[string]string{"Anna": "Other 08:10", "Bela": "Xu 08:10"}, lines(o, time.UTC))
	require.Equal(t, map[string]string{"Xu": "technician_changed"}, told(o))
}

func TestReorder(t *testing.T) {
	t.Parallel()
	w := simple()
	b := w.board(at("07:30"))
	o := b.Try(Change{Kind: KindPlan, Acts: []Act{{Rounds: &Reorder{Day: w.Key, Rounds: []Order{
		{RoundID: id("round Anna" + string(monday)), Visits: []ids.ID{id("Yi"), id("Zoe")}},
	}}}}})
	require.True(t, o.Feasible)
	require.Equal(t, map[string]string{"Anna": "Yi 08:20, Zoe 08:55"}, lines(o, time.UTC))
	xu, ok := moveOf(o, "Xu")
	require.True(t, ok)
	require.Nil(t, xu.To, "named nowhere")
}

// A plan made before somebody was promised a visit threw that visit out.
func TestReorderMayNotLeaveOutAPromise(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 10, 30, promised(at("08:00"), at("12:00"), "Anna"))
	w.round("Anna", "Xu")
	o := w.board(at("07:30")).Try(Change{Kind: KindPlan, Acts: []Act{{Rounds: &Reorder{Day: w.Key}}}})
	require.Equal(t, []string{"promise_left_out"}, codes(o))
}

func TestRetimeMovesNobodyAndTellsWhatHasFallen(t *testing.T) {
	t.Parallel()
	chance := 0.97
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela")
	w.visit("Xu", 10, 30, arrived(at("08:10")))
	w.visit("Yi", 20, 30, promised(at("08:30"), at("09:30"), "Anna"), func(v *Visit) { v.Promise.Chance = &chance })
	w.round("Anna", "Xu", "Yi")
	retime := Change{Kind: KindRetime, Acts: []Act{{Retime: &Retime{RoundID: id("round Anna" + string(monday))}}}}
	o := w.board(at("08:30")).Try(retime)
	require.Equal(t, map[string]string{"Anna": "Xu 08:10, Yi 08:50"}, lines(o, time.UTC))
	require.Empty(t, o.Tell)

	// At 9:29 she is still with Xu, 10 minutes away: Yi will be waiting in vain.
	// Before, the chance was compared with itself and nobody was ever told.
	o = w.board(at("09:29")).Try(retime)
	require.Equal(t, map[string]string{"Anna": "Xu 08:10, Yi 09:39"}, lines(o, time.UTC))
	im := impact(t, o, "Yi")
	require.Equal(t, 0.97, *im.ChanceBefore)
	require.Equal(t, share(0, Samples), im.ChanceAfter)
	require.Equal(t, "tell", im.Crosses)
	require.Equal(t, map[string]string{"Yi": "late"}, told(o))
}
