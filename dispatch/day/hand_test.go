package day

import (
	"slices"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

func kinded(k Kind, acts ...Act) Change { return Change{Kind: k, Acts: acts} }

func named(round string, visits ...string) Act {
	o := &Order{RoundID: id("round " + round + string(monday))}
	for _, v := range visits {
		o.Visits = append(o.Visits, id(v))
	}
	return Act{Order: o}
}

// Yi (minute 20) first and Xu (10) on the way back: 8:20 to 8:50, ten minutes' way,
// 9:00 to 9:30. The way is as long as before.
func TestARoundInAnotherOrder(t *testing.T) {
	t.Parallel()
	b := simple().board(at("07:30"))
	o := b.Try(kinded(KindReorder, named("Anna", "Yi", "Xu")))
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Equal(t, map[string]string{"Anna": "Yi 08:20, Xu 09:00"}, lines(o, time.UTC))
	require.Zero(t, o.TravelSeconds)
	for code, order := range map[string]Act{
		"visit_left_out": named("Anna", "Yi"),
		"visit_twice":    named("Anna", "Yi", "Yi"),
		"visit_missing":  named("Anna", "Yi", "Zoe"),
		"round_missing":  named("Nobody", "Yi"),
	} {
		require.Equal(t, []string{code}, codes(b.Try(kinded(KindReorder, order))))
	}
}

func TestWhatHasBegunStaysInFront(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 10, 30, left(at("08:00"), 10))
	w.visit("Yi", 20, 30)
	w.round("Anna", "Xu", "Yi")
	o := w.board(at("08:05")).Try(kinded(KindReorder, named("Anna", "Yi", "Xu")))
	require.Equal(t, []string{"round_begun"}, codes(o))
}

func held(visit string, clock, technician bool) Act {
	return Act{Pin: &Pin{VisitID: id(visit), Time: clock, Technician: technician}}
}

// Yi is planned at 8:50. Held there, Zoe (minute 15, 20 minutes) between Xu and her
// would be over at 9:05: Xu is seen on the way home. Let go, Yi starts at 9:10.
func TestAHeldTimeIsHeld(t *testing.T) {
	t.Parallel()
	w := simple()
	b := w.board(at("07:30"))
	o := b.Try(kinded(KindPin, held("Yi", true, false)))
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Empty(t, o.Moves, "nobody moves by it")
	o = b.Try(kinded(KindMove, held("Yi", true, false), w.put("Zoe", "Anna", "Xu")))
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Equal(t, "Zoe 08:15, Yi 08:50, Xu 09:30", lines(o, time.UTC)["Anna"])
	_, moves := moveOf(o, "Yi")
	require.False(t, moves)
	o = b.Try(kinded(KindMove, w.put("Zoe", "Anna", "Xu")))
	yi, _ := moveOf(o, "Yi")
	require.Equal(t, at("09:10"), yi.To.Start, "the twin without the pin")

	// Held at 8:50 although Xu is taken out before: Anna is there early and waits.
	o = b.Try(kinded(KindMove, held("Yi", true, false), Act{TakeOut: &TakeOut{VisitID: id("Xu")}}))
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Equal(t, map[string]string{"Anna": "Yi 08:50"}, lines(o, time.UTC))
	o = b.Try(kinded(KindMove, Act{TakeOut: &TakeOut{VisitID: id("Xu")}}))
	require.NotEqual(t, map[string]string{"Anna": "Yi 08:50"}, lines(o, time.UTC), "the twin without the pin")
}

// What is stored of a pin holds on the next board also behind somebody at the same
// site, where no access is paid again.
func TestAPinIsStableFromBoardToBoard(t *testing.T) {
	t.Parallel()
	for _, site := range []string{"House Xu", "another"} {
		w := simple()
		for i := range w.Visits {
			w.Visits[i].Access, w.Visits[i].Walk = 10*time.Minute, 3*time.Minute
			if w.Visits[i].PersonName == "Yi" && site == "House Xu" {
				w.Visits[i].SiteID, w.Visits[i].Point = w.Visits[0].SiteID, w.Visits[0].Point
			}
		}
		d := w.day()
		k, _ := d.find(id("Yi"))
		was := *d.Visits[k].PlannedStart
		d.Visits[k].PinTime, d.Visits[k].PinnedStart = true, &was
		o := NewBoard(Horizon{Days: []Day{d}}, at("07:30"), 1, street{}, dispatch.DefaultFloors()).Try(kinded(KindPin, held("Yi", true, true)))
		require.True(t, o.Feasible, "%s: %v", site, o.Blocked)
		require.Empty(t, o.Moves, site)
		require.Equal(t, was, o.After[0].Stops[1].Start, site)
	}
}

// Yi is held at an arrival, and somebody at her site comes or goes before her: then
// access is paid once, or again, and what is shown is what the day says once it is so.
// Before, the trial went on with the access of the old order.
func TestAPinIsShownAsTheDayTellsIt(t *testing.T) {
	t.Parallel()
	house := func(v *Visit) {
		v.SiteID, v.Access, v.Walk = id("house"), 10*time.Minute, 3*time.Minute
	}
	for name, c := range map[string]struct {
		round []string
		then  []string
		do    func(w *town) Change
	}{
		"put before":    {[]string{"Xu", "Yi", "Ida"}, []string{"Xu", "Zoe", "Yi", "Ida"}, func(w *town) Change { return ask(w.put("Zoe", "Anna", "Xu")) }},
		"taken out":     {[]string{"Xu", "Zoe", "Yi", "Ida"}, []string{"Xu", "Yi", "Ida"}, func(*town) Change { return kinded(KindUnassign, Act{TakeOut: &TakeOut{VisitID: id("Zoe")}}) }},
		"put between":   {[]string{"Zoe", "Yi", "Ida"}, []string{"Zoe", "Xu", "Yi", "Ida"}, func(w *town) Change { return ask(w.put("Xu", "Anna", "Zoe")) }},
		"another order": {[]string{"Zoe", "Xu", "Yi", "Ida"}, []string{"Xu", "Zoe", "Yi", "Ida"}, func(*town) Change { return kinded(KindReorder, named("Anna", "Xu", "Zoe", "Yi", "Ida")) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(monday, time.UTC)
			ten := at("10:00")
			w.tech("Anna")
			w.visit("Xu", 10, 30)
			w.visit("Zoe", 20, 15, house)
			w.visit("Yi", 20, 30, house, func(v *Visit) { v.PinTime, v.PinnedStart = true, &ten })
			w.visit("Ida", 30, 30)
			w.round("Anna", c.round...)
			o := w.board(at("07:30")).Try(c.do(w))
			require.True(t, o.Feasible, "%v", o.Blocked)
			require.Contains(t, lines(o, time.UTC)["Anna"], "Yi 10:00")

			w.Shifts[0].Visits = nil
			w.round("Anna", c.then...)
			told := w.board(at("07:30")).days[0].after(0)
			require.Len(t, told.Stops, len(o.After[0].Stops))
			for n, x := range told.Stops {
				shown := o.After[0].Stops[n]
				require.Equal(t, []any{x.PersonName, x.Start, x.End}, []any{shown.PersonName, shown.Start, shown.End})
			}
		})
	}
}

// Yi is held at 10:00, and Zoe of her house waits. The search had access paid at Yi's
// though Zoe was put before her, and the plan could not be published: 97 minutes with
// Zoe, from 8:33, are over at 10:10.
func TestAPlanKeepsAHeldArrivalInEveryOrder(t *testing.T) {
	t.Parallel()
	house := func(v *Visit) {
		v.SiteID, v.Access, v.Walk = id("house"), 10*time.Minute, 3*time.Minute
	}
	for minutes := 80; minutes < 110; minutes++ {
		w := newTown(monday, time.UTC)
		ten := at("10:00")
		w.tech("Anna")
		w.visit("Zoe", 20, minutes, house)
		w.visit("Yi", 20, 30, house, func(v *Visit) { v.PinTime, v.PinnedStart = true, &ten })
		w.round("Anna", "Yi")
		p, err := w.board(at("07:30")).Plan(t.Context(), w.Key, Search{Seed: 1, Iterations: 200})
		require.NoError(t, err)
		require.True(t, p.Outcome.Feasible, "%d minutes: %v", minutes, p.Outcome.Blocked)
		require.Empty(t, p.Outcome.Unassigned)
		require.Contains(t, lines(p.Outcome, time.UTC)["Anna"], "Yi 10:00")
	}
}

// Xu between Zoe and Yi, who is held and of Zoe's house, has access paid at Yi's again:
// Ida, promised behind her, is reached ten minutes later than the samples of the order
// before said.
func TestAPlaceIsGuardedAsTheDayTellsIt(t *testing.T) {
	t.Parallel()
	house := func(v *Visit) {
		v.SiteID, v.Access, v.Walk = id("house"), 10*time.Minute, 3*time.Minute
	}
	w := newTown(monday, time.UTC)
	ten := at("10:00")
	w.tech("Anna")
	w.visit("Zoe", 20, 15, house)
	w.visit("Yi", 20, 30, house, func(v *Visit) { v.PinTime, v.PinnedStart = true, &ten })
	w.visit("Ida", 30, 30, promised(at("10:30"), at("10:50"), "Anna"))
	w.visit("Xu", 10, 15)
	w.round("Anna", "Zoe", "Yi", "Ida")
	b := w.board(at("07:30"))
	xu, _ := b.days[0].day.find(id("Xu"))
	ida, _ := b.days[0].day.find(id("Ida"))
	places := b.days[0].gaps(xu)
	require.NotEmpty(t, places)
	for _, c := range places {
		tr, s := b.trial(Change{}), b.days[0]
		s.fill(&c, xu)
		guarded := tr.guarded(s, &c, xu, tr.floors.Risk, slices.Clone(s.chance))
		tr.set(0, c.shift, c.visits)
		require.Equal(t, tr.days[0].chance[ida] >= min(tr.floors.Risk, s.chance[ida]), guarded, "place %d", c.at)
	}
}

// Repair moves what is not held: Anna is away, Xu is held with her and waits, Yi
// goes to Bela.
func TestAHeldTechnicianIsHeld(t *testing.T) {
	t.Parallel()
	w := simple()
	c := kinded(KindAbsence, held("Xu", false, true), Act{Away: &Away{TechnicianID: id("Anna"), From: at("07:00"), Until: at("18:00")}})
	o := w.board(at("07:30")).Try(c)
	require.False(t, o.Feasible, "held with somebody who is away")
	o = w.board(at("07:30")).Try(kinded(KindAbsence, c.Acts[1]))
	require.True(t, o.Feasible, "the twin without the pin")
	yi, _ := moveOf(o, "Yi")
	require.Equal(t, "Bela", yi.To.TechnicianName)
}

func TestPinsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 10, 30, left(at("08:00"), 10))
	w.visit("Zoe", 15, 20)
	w.round("Anna", "Xu")
	b := w.board(at("08:05"))
	require.Equal(t, []string{"visit_begun"}, codes(b.Try(kinded(KindPin, held("Xu", true, true)))))
	require.Equal(t, []string{"visit_waiting"}, codes(b.Try(kinded(KindPin, held("Zoe", true, true)))))
}

func TestAPromisedVisitIsNeverTakenOut(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 10, 30, promised(at("08:00"), at("10:00"), "Anna"))
	w.visit("Yi", 20, 30)
	w.round("Anna", "Xu", "Yi")
	b := w.board(at("07:30"))
	o := b.Try(kinded(KindUnassign, Act{TakeOut: &TakeOut{VisitID: id("Xu")}}))
	require.Equal(t, []string{"visit_promised"}, codes(o))
	require.Equal(t, "visit_promised", o.Flags[0].Code)
	o = b.Try(kinded(KindUnassign, Act{TakeOut: &TakeOut{VisitID: id("Yi")}}))
	require.True(t, o.Feasible, "%v", o.Blocked)
	yi, _ := moveOf(o, "Yi")
	require.Nil(t, yi.To)
	require.Equal(t, []string{"taken_out"}, clauseCodes(o.Waiting[0].Reasons))
	require.Equal(t, []string{"visit_waiting"}, codes(b.Try(kinded(KindUnassign, Act{TakeOut: &TakeOut{VisitID: ids.New()}}))))
}

// Xu of 60 minutes as 20 and 40: 8:10 to 8:30, and to 9:10. Yi is not moved.
func TestAVisitBecomesTwo(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 10, 60)
	w.visit("Yi", 20, 30)
	w.round("Anna", "Xu", "Yi")
	rest := describe("Rest", 10, 40)
	rest.SiteID = id("site Xu")
	put := w.put("Rest", "Anna", "Xu")
	put.Put.New = &rest
	o := w.board(at("07:30")).Try(kinded(KindSplit, Act{Last: &Last{VisitID: id("Xu"), Minutes: 20}}, put))
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Equal(t, map[string]string{"Anna": "Xu 08:10, Rest 08:30, Yi 09:20"}, lines(o, time.UTC))
}

// Anna's work ends at 9:30 and without overtime Yi, home at 9:40, does not fit;
// with a quarter of an hour she does, and the outcome says who works longer.
func TestOvertimeIsGrantedAndEnds(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna", works(at("08:00"), at("09:30")))
	w.visit("Xu", 10, 30)
	w.visit("Yi", 20, 30)
	w.round("Anna", "Xu")
	shift := id("shift Anna" + string(monday))
	grant := Act{Stretch: &Stretch{ShiftID: shift, Minutes: 15}}
	b := w.board(at("07:30"))
	o := b.Try(kinded(KindOvertime, grant, w.put("Yi", "Anna", "Xu")))
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Equal(t, 600, o.OvertimeSeconds)
	require.Equal(t, []Flag{{Code: "overtime", TechnicianID: &w.Shifts[0].TechnicianID, Text: "Anna works until 09:40, 10 minutes after the shift's end"}}, o.Flags)
	o = b.Try(ask(w.put("Yi", "Anna", "Xu")))
	require.Zero(t, o.OvertimeSeconds)
	require.Equal(t, "Xu", o.Waiting[0].PersonName, "without it somebody loses their place")
	require.Equal(t, []string{"shift_missing"}, codes(b.Try(kinded(KindOvertime, Act{Stretch: &Stretch{ShiftID: ids.New()}}))))

	w.Shifts[0].Overtime = 15 * time.Minute
	w.round("Anna", "Yi")
	o = w.board(at("07:30")).Try(kinded(KindOvertime, Act{Stretch: &Stretch{ShiftID: shift}}))
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Len(t, o.Waiting, 1, "what no longer fits waits again")
	require.Equal(t, "loses_place", o.Flags[0].Code)
}

// A break from 8:40 for half an hour comes between Xu and Yi, who is reached at
// 9:20 instead of 8:50.
func TestABreakIsMoved(t *testing.T) {
	t.Parallel()
	w := simple()
	w.Shifts[0].BreakFrom, w.Shifts[0].BreakUntil, w.Shifts[0].Break = at("12:00"), at("12:30"), 30*time.Minute
	move := Act{Rest: &Rest{ShiftID: w.Shifts[0].ID, From: at("08:40"), Until: at("08:41"), Minutes: 30}}
	o := w.board(at("07:30")).Try(kinded(KindBreak, move))
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Equal(t, map[string]string{"Anna": "Xu 08:10, Yi 09:20"}, lines(o, time.UTC))
	require.Equal(t, []string{"shift_missing"}, codes(w.board(at("07:30")).Try(kinded(KindBreak, Act{Rest: &Rest{ShiftID: ids.New()}}))))
}

// Every rule that stands in the way is named, not the first alone.
func TestAMoveNamesEveryRuleInTheWay(t *testing.T) {
	t.Parallel()
	w := simple()
	w.visit("Far", 300, 30, needs("malware", 2), uses("laptop"), opens(7, 9))
	o := w.board(at("07:30")).Try(ask(w.put("Far", "Anna")))
	require.ElementsMatch(t, []string{"skill_missing", "kit_missing", "window_closed", "shift_too_short"}, codes(o))
	require.Len(t, o.Flags, 4)
}

// At 8:15 Anna is with Xu until 8:40 and then ten minutes from Zed (minute 0); Bela,
// free at home (minute 60), needs an hour. Yi is moved for it.
func TestTheUrgentGoesFirst(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela", lives(60))
	w.visit("Xu", 10, 30, arrived(at("08:10")))
	w.visit("Yi", 20, 30)
	w.visit("Zed", 0, 30)
	w.round("Anna", "Xu", "Yi")
	b := w.board(at("08:15"))
	c, o := b.Urgent(id("Zed"), w.Key)
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Equal(t, KindUrgent, o.Kind)
	require.Equal(t, map[string]string{"Anna": "Xu 08:10, Zed 08:50, Yi 09:40"}, lines(o, time.UTC))
	yi, ok := moveOf(o, "Yi")
	require.True(t, ok, "it is shown who is moved")
	require.Equal(t, at("08:50"), yi.From.Start)
	require.Equal(t, o, b.Try(c), "what is committed is what was shown")
}

// Yi was promised 8:30 to 9:15: going to Zed first would break that, so Bela goes.
func TestTheUrgentBreaksNoPromiseWhereItNeedNot(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela", lives(60))
	w.visit("Xu", 10, 30, arrived(at("08:10")))
	w.visit("Yi", 20, 30, promised(at("08:30"), at("09:15"), "Anna"))
	w.visit("Zed", 0, 30)
	w.round("Anna", "Xu", "Yi")
	_, o := w.board(at("08:15")).Urgent(id("Zed"), w.Key)
	require.True(t, o.Feasible)
	zed, _ := moveOf(o, "Zed")
	require.Equal(t, "Bela", zed.To.TechnicianName)
	for _, f := range o.Flags {
		require.NotEqual(t, "promise_late", f.Code)
	}
}

// Bela joins Anna at Yi, 8:50; she would have been there at 8:40.
func TestASecondTechnicianJoins(t *testing.T) {
	t.Parallel()
	w := simple()
	b := w.board(at("07:30"))
	second := describe("Second", 20, 30)
	start := at("08:50")
	second.PinTime, second.PinnedStart = true, &start
	c, why, ok := b.Join(id("Yi"), second)
	require.True(t, ok, "%v", why)
	o := b.Try(c)
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Equal(t, map[string]string{"Bela": "Second 08:50"}, lines(o, time.UTC))

	second.SkillCode, second.SkillLevel = "malware", 1
	_, why, ok = b.Join(id("Yi"), second)
	require.False(t, ok)
	require.NotEmpty(t, why)
	_, why, ok = b.Join(id("Zoe"), second)
	require.False(t, ok)
	require.Equal(t, []string{"visit_waiting"}, clauseCodes(why))
}
