package day

import (
	"testing"
	"time"

	"roundsman/dispatch"

	"github.com/stretchr/testify/require"
)

func sick(name string, from, until time.Time) Change {
	return Change{Kind: KindAbsence, Acts: []Act{{Away: &Away{TechnicianID: id(name), From: from, Until: until}}}}
}

// Anna has Xu (promised) and Yi; Bela has room; Cleo lacks the skill that Xu needs.
func crew() *town {
	w := newTown(monday, time.UTC)
	w.tech("Anna", can("network", 2))
	w.tech("Bela", can("network", 2))
	w.tech("Cleo", can("network", 1))
	w.visit("Xu", 10, 60, needs("network", 2), promised(at("08:00"), at("12:00"), "Anna"))
	w.visit("Yi", 20, 60)
	w.round("Anna", "Xu", "Yi")
	return w
}

func TestAbsenceRedistributes(t *testing.T) {
	t.Parallel()
	w := crew()
	o := w.board(at("07:30")).Try(sick("Anna", at("00:00"), at("23:59")))
	require.True(t, o.Feasible, "%v", o.Blocked)
	got := lines(o, time.UTC)
	require.Empty(t, got["Anna"])
	require.Contains(t, got["Bela"], "Xu")
	require.Contains(t, got["Bela"]+got["Cleo"], "Yi")
	require.Empty(t, o.Waiting)
	require.Equal(t, map[string]string{"Xu": "technician_changed"}, told(o))
	im := impact(t, o, "Xu")
	require.Equal(t, "Bela", im.TechnicianName)
	require.Equal(t, id("Anna"), *im.TechnicianBefore)
	require.Equal(t, share(Samples, Samples), *im.ChanceBefore)
	require.Equal(t, share(Samples, Samples), im.ChanceAfter)
	require.Empty(t, im.Crosses)
}

func TestAbsenceFromElevenLeavesTheMorning(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela")
	w.visit("Xu", 10, 60) // 8:10 to 9:10
	w.visit("Yi", 20, 60) // 9:20 to 10:20, home 10:40
	w.visit("Zoe", 20, 60)
	w.round("Anna", "Xu", "Yi", "Zoe")
	o := w.board(at("07:30")).Try(sick("Anna", at("11:00"), at("23:00")))
	require.True(t, o.Feasible)
	require.Equal(t, map[string]string{"Anna": "Xu 08:10, Yi 09:20", "Bela": "Zoe 08:20"}, lines(o, time.UTC))
}

func TestAbsenceInTheMiddle(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 10, 60)
	w.visit("Yi", 20, 60)
	w.round("Anna", "Xu", "Yi")
	// 9:10 done with Xu; away 9:30 to 11:00, of which she drives the first ten
	// minutes before: she is with Yi at 11:00, having waited there.
	o := w.board(at("07:30")).Try(sick("Anna", at("09:15"), at("11:00")))
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Equal(t, map[string]string{"Anna": "Xu 08:10, Yi 11:05"}, lines(o, time.UTC))
}

// An absence that takes the whole window of the break made the round impossible.
func TestAbsenceOverLunchNeedsNoLunch(t *testing.T) {
	t.Parallel()
	for _, span := range [][2]string{{"11:30", "14:30"}, {"12:00", "13:00"}, {"12:30", "13:30"}, {"11:00", "12:30"}} {
		w := newTown(monday, time.UTC)
		w.tech("Anna", lunch(at("12:00"), at("13:00"), 30))
		w.visit("Xu", 10, 60)
		w.visit("Yi", 20, 60)
		w.round("Anna", "Xu", "Yi")
		o := w.board(at("07:30")).Try(sick("Anna", at(span[0]), at(span[1])))
		require.True(t, o.Feasible, "%v %v", span, o.Blocked)
		require.Equal(t, map[string]string{"Anna": "Xu 08:10, Yi 09:20"}, lines(o, time.UTC), span)
	}
}

// Absences that overlap, and more of them than a round has breaks, are joined.
func TestManyAbsences(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna", lunch(at("12:00"), at("13:00"), 30),
		off(at("10:00"), at("11:00")), off(at("10:30"), at("11:30")), off(at("13:00"), at("13:10")),
		off(at("14:00"), at("14:10")), off(at("14:20"), at("14:30")), off(at("15:00"), at("15:10")), off(at("16:00"), at("16:10")))
	w.visit("Xu", 10, 60)
	w.round("Anna", "Xu")
	b := w.board(at("07:30"))
	require.False(t, b.days[0].rounds[0].refusal.Refused())
	require.Len(t, b.days[0].p.Shifts[0].Breaks, 4)
	require.Equal(t, 90*60, int(b.days[0].p.Shifts[0].Breaks[0].Duration))
}

// Half way through an absence its whole length was owed once more.
func TestAbsenceUnderWayEndsWhenItEnds(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna", off(at("09:30"), at("11:00")))
	w.visit("Xu", 10, 30, done(at("08:10"), at("08:40")))
	w.visit("Yi", 20, 60)
	w.round("Anna", "Xu", "Yi")
	o := w.board(at("10:30")).Try(Change{Kind: KindRetime, Acts: []Act{{Retime: &Retime{RoundID: id("round Anna" + string(monday))}}}})
	require.Equal(t, map[string]string{"Anna": "Xu 08:10, Yi 11:10"}, lines(o, time.UTC))
}

// Somebody away all day who has begun all the same got more to do.
func TestAbsenceOfSomebodyOutTakesAllThatIsNotBegun(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela")
	w.visit("Xu", 10, 60, arrived(at("08:10")))
	w.visit("Yi", 20, 60)
	w.round("Anna", "Xu", "Yi")
	o := w.board(at("08:30")).Try(sick("Anna", at("00:00"), at("23:59")))
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Equal(t, map[string]string{"Anna": "Xu 08:10", "Bela": "Yi 08:50"}, lines(o, time.UTC))
}

func TestUnpromisedMoveBeforePromised(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna", works(at("08:00"), at("11:00")))
	w.tech("Bela")
	w.visit("Xu", 0, 60, urgency(4), promised(at("08:00"), at("11:00"), "Anna"))
	w.visit("Yi", 0, 60, urgency(2))
	w.visit("Ida", 0, 60, urgency(3))
	w.round("Anna", "Xu", "Yi", "Ida")
	// Anna's three hours are full; half an hour more and the least urgent who holds
	// no promise has to go, though Xu is less urgent still.
	o := w.board(at("07:30")).Try(ask(Act{Last: &Last{VisitID: id("Xu"), Minutes: 90}}))
	require.True(t, o.Feasible)
	require.Equal(t, map[string]string{"Anna": "Xu 08:00, Yi 09:30", "Bela": "Ida 08:00"}, lines(o, time.UTC))
}

func TestWhatFitsNowhereWaitsWithTrueReasons(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna", works(at("08:00"), at("10:00")), can("network", 1))
	w.tech("Bela", works(at("08:00"), at("10:00")), can("network", 1))
	w.tech("Cleo")
	w.tech("Dora", can("network", 1), off(at("00:00"), at("23:00")))
	w.visit("Xu", 0, 60, needs("network", 1))
	w.visit("Yi", 0, 60, needs("network", 1), urgency(2))
	w.visit("Ida", 0, 90, needs("network", 1), urgency(1))
	w.round("Anna", "Xu", "Yi")
	w.round("Bela", "Ida")
	o := w.board(at("07:30")).Try(ask(Act{Last: &Last{VisitID: id("Yi"), Minutes: 90}}))
	require.True(t, o.Feasible)
	require.Len(t, o.Waiting, 1)
	require.Equal(t, "Xu", o.Waiting[0].PersonName)
	require.Equal(t, []string{"no_gap", "no_gap", "skill_missing", "absent"}, clauseCodes(o.Waiting[0].Reasons))
	require.Equal(t, "Dora is away", o.Waiting[0].Reasons[3].Text)
	for i, name := range []string{"Anna", "Bela", "Cleo", "Dora"} {
		require.Equal(t, name, o.Waiting[0].Reasons[i].TechnicianName)
		require.Equal(t, id(name), *o.Waiting[0].Reasons[i].TechnicianID)
	}
	mv, _ := moveOf(o, "Xu")
	require.Nil(t, mv.To)
}

// Late is better than never: who holds a promise keeps a place, and is told.
func TestPromisedBecomesLateNotDropped(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela")
	w.visit("Long", 10, 240, arrived(at("08:10")), pinned)
	w.visit("Xu", 10, 30, promised(at("08:30"), at("09:30"), "Anna"))
	w.round("Bela", "Xu")
	w.round("Anna", "Long")
	o := w.board(at("08:30")).Try(sick("Bela", at("00:00"), at("23:00")))
	require.True(t, o.Feasible)
	require.Equal(t, map[string]string{"Anna": "Long 08:10, Xu 12:10", "Bela": ""}, lines(o, time.UTC))
	im := impact(t, o, "Xu")
	require.Equal(t, "tell", im.Crosses)
	require.Equal(t, share(0, Samples), im.ChanceAfter)
	require.Equal(t, map[string]string{"Xu": "late"}, told(o))
	require.Empty(t, o.Waiting)
}

// A promised visit that nobody else can do is reported, not forgotten.
func TestPromisedThatNobodyCanDoIsReported(t *testing.T) {
	t.Parallel()
	w := crew()
	w.Shifts[1].Skills = map[string]int{}
	o := w.board(at("07:30")).Try(sick("Anna", at("00:00"), at("23:59")))
	require.True(t, o.Feasible)
	require.Len(t, o.Waiting, 1)
	require.Equal(t, "Xu", o.Waiting[0].PersonName)
	require.Equal(t, []string{"absent", "skill_missing", "skill_missing"}, clauseCodes(o.Waiting[0].Reasons))
	require.Equal(t, "tell", impact(t, o, "Xu").Crosses)
	require.Equal(t, map[string]string{"Xu": "late"}, told(o))
}

// The other technician's day was full of visits that nobody had promised, and the
// promise became late all the same.
func TestPromisedTakesThePlaceOfUnpromised(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela", works(at("08:00"), at("10:00")))
	w.visit("Xu", 0, 60, promised(at("08:00"), at("12:00"), "Anna"))
	w.visit("Yi", 0, 60, urgency(3))
	w.visit("Ida", 0, 60, urgency(4))
	w.round("Anna", "Xu")
	w.round("Bela", "Yi", "Ida")
	o := w.board(at("07:30")).Try(sick("Anna", at("00:00"), at("23:59")))
	require.True(t, o.Feasible)
	require.Len(t, o.Waiting, 1)
	require.Equal(t, "Ida", o.Waiting[0].PersonName)
	require.Contains(t, lines(o, time.UTC)["Bela"], "Xu")
	require.Contains(t, lines(o, time.UTC)["Bela"], "Yi")
}

// An option of two hours on site: the next promise can't be kept by Anna, so Bela
// takes it over; Xu, whose laptop is being mended, is not moved, nor dropped.
func TestOptionOfTwoHoursSaysWhoTakesOver(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela")
	w.visit("Xu", 10, 45, arrived(at("09:00")))
	w.visit("Yi", 20, 45, promised(at("09:45"), at("10:45"), "Anna"))
	w.visit("Ida", 20, 30)
	w.round("Anna", "Xu", "Yi", "Ida")
	b := w.board(at("09:10"))
	quick := b.Try(Change{Kind: KindOption, Acts: []Act{{Last: &Last{VisitID: id("Xu"), Minutes: 35}}}})
	require.True(t, quick.Feasible)
	require.Empty(t, quick.Tell)
	require.Empty(t, quick.Waiting)
	slow := b.Try(Change{Kind: KindOption, Acts: []Act{{Last: &Last{VisitID: id("Xu"), Minutes: 120}}}})
	require.True(t, slow.Feasible)
	got := lines(slow, time.UTC)
	require.Equal(t, "Yi 09:45", got["Bela"])
	require.Equal(t, "Xu 09:00, Ida 11:20", got["Anna"])
	require.Equal(t, map[string]string{"Yi": "technician_changed"}, told(slow))
	yi := impact(t, slow, "Yi")
	require.Equal(t, "Bela", yi.TechnicianName)
	require.GreaterOrEqual(t, yi.ChanceAfter, dispatch.DefaultFloors().Risk)
}

func TestEachVisitOnce(t *testing.T) {
	t.Parallel()
	w := crew()
	o := w.board(at("07:30")).Try(sick("Anna", at("00:00"), at("23:59")))
	seen := map[string]int{}
	for _, r := range o.After {
		for _, s := range r.Stops {
			seen[s.PersonName]++
		}
	}
	require.Equal(t, map[string]int{"Xu": 1, "Yi": 1}, seen)
	moved := map[string]int{}
	for _, m := range o.Moves {
		moved[m.PersonName]++
	}
	require.Equal(t, map[string]int{"Xu": 1, "Yi": 1}, moved)
}

// Who gave up on the way has never arrived; the stop ended before it began.
func TestGivenUpOnTheWayBeforeTheExpectedArrival(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 30, 30, left(at("08:00"), 30), func(v *Visit) {
		over := at("08:10")
		v.State, v.CompletedAt = dispatch.VisitCannotComplete, &over
	})
	w.visit("Yi", 20, 30)
	w.round("Anna", "Xu", "Yi")
	p := w.board(at("08:15")).days[0].p
	f := p.Shifts[0].Frozen[0]
	require.LessOrEqual(t, f.Start, f.End)
	require.Equal(t, (8*60+10)*60, int(f.End))
}
