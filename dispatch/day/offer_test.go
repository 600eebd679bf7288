package day

import (
	"testing"
	"time"

	"roundsman/dispatch"

	"github.com/stretchr/testify/require"
)

func offered(list []Candidate) (out []string) {
	for _, c := range list {
		out = append(out, c.Technician.Name+" "+c.WindowStart.Format("15:04")+"-"+c.WindowEnd.Format("15:04"))
	}
	return out
}

// An empty day: Anna would leave at 8:00 and be with Xu at 8:30, give or take.
// The leg's 10 % quantile is about 0.70 of it (8:21), its 95 % one about 1.46
// (8:44): from 8:15 to before 8:45 or 9:00.
func TestOfferOnAnEmptyDay(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 30, 30)
	list, refused := w.board(at("07:00")).Offers(id("Xu"), nil, 5)
	require.Empty(t, refused)
	require.Len(t, list, 1)
	c := list[0]
	require.Equal(t, at("08:15"), c.WindowStart)
	require.Contains(t, []time.Time{at("08:45"), at("09:00")}, c.WindowEnd)
	require.Equal(t, "Anna", c.Technician.Name)
	require.Equal(t, at("08:30"), c.Start)
	require.Equal(t, 60*60, c.DetourSeconds)
	require.Equal(t, 60_000, c.DetourMetres)
	require.Equal(t, "on Anna's way from home to home: 60 min of detour", c.Reason)
	require.Equal(t, KindPromise, c.Change.Kind)
	require.True(t, c.Outcome.Feasible)
	require.Equal(t, impact(t, c.Outcome, "Xu").ChanceAfter, c.Confidence)
	require.GreaterOrEqual(t, c.Confidence, dispatch.DefaultFloors().Quote)
}

// The confidence is the share of samples in which somebody is there in time.
func TestConfidenceIsAShareOfSamples(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Yi", 0, 60, spread(0.4))
	w.visit("Xu", 30, 30)
	w.round("Anna", "Yi")
	b := w.board(at("07:00"))
	list, _ := b.Offers(id("Xu"), nil, 5)
	require.NotEmpty(t, list)
	for _, c := range list {
		samples := c.Confidence*(Samples+2) - 1
		require.InDelta(t, samples, float64(int(samples+0.5)), 1e-9)
		// Counted here once more, by hand: 8:00, Yi's hour, half an hour of way.
		if c.Change.Acts[0].Put.After == nil {
			continue
		}
		kept := 0
		for n := range Samples {
			way := b.luck.of(visitOf(b, "Xu"))[Samples+n]
			work := b.luck.of(visitOf(b, "Yi"))[n]
			if at("08:00").Add(time.Duration(work)*3600*time.Millisecond + time.Duration(way)*1800*time.Millisecond).Add(500 * time.Millisecond).Truncate(time.Second).Before(c.WindowEnd) {
				kept++
			}
		}
		require.InDelta(t, float64(kept), samples, 1)
	}
}

// All of 128 samples are no certainty: never 100 of 100, never 0, before somebody arrives.
func TestNothingIsCertainBeforeItHappens(t *testing.T) {
	t.Parallel()
	require.Equal(t, 129.0/130, share(128, 128))
	require.Equal(t, 1.0/130, share(0, 128))
	require.Equal(t, 0.5, share(64, 128))
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 10, 30, promised(at("08:00"), at("09:00"), "Anna"), arrived(at("08:20")))
	w.visit("Yi", 10, 30, promised(at("08:00"), at("17:00"), "Anna"))
	w.round("Anna", "Xu", "Yi")
	b := w.board(at("08:30"))
	for name, chance := range map[string]float64{"Xu": 1, "Yi": 129.0 / 130} {
		k, _ := b.days[0].day.find(id(name))
		require.Equal(t, chance, b.days[0].chance[k], name)
	}
}

func visitOf(b *Board, name string) *Visit {
	k, _ := b.days[0].day.find(id(name))
	return &b.days[0].day.Visits[k]
}

func TestFiveOffersAtMostAnHourApart(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	for _, name := range []string{"Anna", "Bela", "Cleo"} {
		w.tech(name)
		var stops []string
		for _, n := range []string{"a", "b", "c", "d", "e", "f", "g"} {
			w.visit(name+n, 10, 50)
			stops = append(stops, name+n)
		}
		w.round(name, stops...)
	}
	w.visit("Xu", 10, 30)
	list, _ := w.board(at("07:00")).Offers(id("Xu"), nil, 5)
	require.Len(t, list, 5)
	for i, a := range list {
		require.LessOrEqual(t, a.WindowEnd.Sub(a.WindowStart), Widest)
		require.GreaterOrEqual(t, a.WindowEnd.Sub(a.WindowStart), 30*time.Minute)
		for _, b := range list[:i] {
			require.GreaterOrEqual(t, a.WindowStart.Sub(b.WindowStart).Abs(), time.Hour)
		}
	}
	list, _ = w.board(at("07:00")).Offers(id("Xu"), nil, 2)
	require.Len(t, list, 2)
}

// Nothing is offered that would push a standing promise under the quote floor,
// though the round has room for it.
func TestOffersGuardWhoHoldsAPromise(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Yi", 60, 20, promised(at("09:00"), at("09:30"), "Anna")) // leaves at 8:00, is there at 9:00
	w.visit("Xu", 30, 5, opens(8, 9))                                 // on the way, and only before
	w.round("Anna", "Yi")
	b := w.board(at("07:00"))
	// She would be with Yi at 9:05 as planned, and before 9:30 in nine of ten cases
	// by nature; 20 minutes with Xu instead make it seldom.
	list, refused := b.Offers(id("Xu"), nil, 5)
	require.Len(t, list, 1)
	require.Empty(t, refused)
	require.GreaterOrEqual(t, impact(t, list[0].Outcome, "Yi").ChanceAfter, dispatch.DefaultFloors().Quote)

	w.Visits[1].Minutes = 20
	list, refused = w.board(at("07:00")).Offers(id("Xu"), nil, 5)
	require.Empty(t, list)
	require.Len(t, refused, 1)
	require.Equal(t, monday, refused[0].Date)
	require.Equal(t, []string{"breaks_promise"}, clauseCodes(refused[0].Reasons))
}

func TestRefusalsAreTrueOfEachTechnician(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna", can("network", 1))
	w.tech("Bela", can("network", 2))
	w.tech("Cleo", can("network", 2), carries("d1", "dock"), off(at("00:00"), at("23:00")))
	w.tech("Dora", can("network", 2), carries("d2", "dock"), works(at("08:00"), at("08:30")))
	w.tech("Edda", can("network", 2), carries("d3", "dock"))
	w.visit("Full", 0, 520)
	w.round("Edda", "Full")
	w.visit("Xu", 10, 30, needs("network", 2), uses("dock"))
	list, refused := w.board(at("07:00")).Offers(id("Xu"), nil, 5)
	require.Empty(t, list)
	require.Len(t, refused, 1)
	require.Equal(t, []string{"skill_missing", "kit_missing", "absent", "shift_too_short", "no_gap"}, clauseCodes(refused[0].Reasons))
	for i, name := range []string{"Anna", "Bela", "Cleo", "Dora", "Edda"} {
		require.Equal(t, name, refused[0].Reasons[i].TechnicianName)
	}
	require.Equal(t, "Anna lacks the skill network at level 2", refused[0].Reasons[0].Text)
	require.Equal(t, "Dora would be back after 08:30, overtime included", refused[0].Reasons[3].Text)
}

// A window never begins before the site opens or in the past, nor ends after it closes.
func TestOfferKeepsToOpeningHoursAndThePresent(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Early", 30, 30, opens(8, 20)) // 10 % of the legs bring her there before 8:21
	w.visit("Nine", 10, 30, opens(9, 10))
	b := w.board(at("07:00"))
	list, _ := b.Offers(id("Nine"), nil, 5)
	require.NotEmpty(t, list)
	for _, c := range list {
		require.False(t, c.WindowStart.Before(at("09:00")), offered(list))
		require.False(t, c.WindowEnd.After(at("10:00")))
	}
	list, _ = w.board(at("13:07")).Offers(id("Early"), nil, 5)
	require.NotEmpty(t, list)
	require.False(t, list[0].WindowStart.Before(at("13:07")), offered(list))
	list, refused := w.board(at("16:30")).Offers(id("Early"), nil, 5)
	require.Empty(t, list)
	require.Equal(t, []string{"shift_too_short"}, clauseCodes(refused[0].Reasons))
}

func TestOffersOverSeveralDays(t *testing.T) {
	t.Parallel()
	tuesday := monday.Add(1)
	m, n := newTown(monday, time.UTC), newTown(tuesday, time.UTC)
	m.tech("Anna", off(at("00:00"), at("23:00")))
	n.tech("Anna")
	n.visit("Xu", 30, 30)
	b := NewBoard(Horizon{Days: []Day{m.day(), n.day()}}, at("07:00"), 1, street{}, dispatch.DefaultFloors())
	list, refused := b.Offers(id("Xu"), nil, 5)
	require.Len(t, list, 1)
	require.Equal(t, tuesday, list[0].Day.Date)
	require.Equal(t, clock(tuesday, time.UTC, "08:15"), list[0].WindowStart)
	require.Len(t, list[0].Outcome.Days, 2)
	require.Len(t, refused, 1)
	require.Equal(t, monday, refused[0].Date)
	require.Equal(t, []string{"absent"}, clauseCodes(refused[0].Reasons))
}

// A waiting visit stands on the sheet of every day; it is offered on each and put once.
func TestAWaitingVisitIsOnEveryDay(t *testing.T) {
	t.Parallel()
	m, n := newTown(monday, time.UTC), newTown(monday.Add(1), time.UTC)
	for _, w := range []*town{m, n} {
		w.tech("Anna")
		w.visit("Xu", 30, 30)
	}
	b := NewBoard(Horizon{Days: []Day{m.day(), n.day()}}, at("07:00"), 1, street{}, dispatch.DefaultFloors())
	list, refused := b.Offers(id("Xu"), nil, 5)
	require.Empty(t, refused)
	require.Len(t, list, 2)
	require.Equal(t, monday, list[0].Day.Date)
	require.Equal(t, monday.Add(1), list[1].Day.Date)
	require.Len(t, list[1].Outcome.After, 1)
}

// Planned by the night already but promised to nobody: every place is looked at
// as if it were nowhere, also those of other days.
func TestOffersForAPlannedVisit(t *testing.T) {
	t.Parallel()
	m, n := newTown(monday, time.UTC), newTown(monday.Add(1), time.UTC)
	m.tech("Anna")
	n.tech("Anna")
	m.visit("Xu", 30, 30)
	m.round("Anna", "Xu")
	b := NewBoard(Horizon{Days: []Day{m.day(), n.day()}}, at("07:00"), 1, street{}, dispatch.DefaultFloors())
	list, _ := b.Offers(id("Xu"), nil, 5)
	require.Len(t, list, 2)
	_, moves := moveOf(list[0].Outcome, "Xu")
	require.False(t, moves, "it may stay where it is")
	require.Equal(t, 60*60, list[0].DetourSeconds)
	mv, moves := moveOf(list[1].Outcome, "Xu")
	require.True(t, moves)
	require.Equal(t, id("round Anna"+string(monday)), mv.From.RoundID)
	require.Equal(t, id("round Anna"+string(monday.Add(1))), mv.To.RoundID)
	require.Len(t, list[1].Outcome.Rounds, 2)
}

func TestOffersForADescribedVisit(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Yi", 10, 30)
	w.round("Anna", "Yi")
	n := describe("New", 30, 30)
	list, refused := w.board(at("07:00")).Offers(n.ID, &n, 5)
	require.Empty(t, refused)
	require.NotEmpty(t, list)
	require.Equal(t, "New", list[0].Change.Acts[0].Put.New.PersonName)
	impact(t, list[0].Outcome, "New")
}

// Where nothing can be offered, the reason was left out.
func TestNoOfferWithoutAReason(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 10, 30, promised(at("08:00"), at("10:00"), "Anna"))
	w.visit("Yi", 20, 30, arrived(at("08:00")))
	w.round("Anna", "Yi", "Xu")
	b := w.board(at("08:10"))
	for name, code := range map[string]string{"Xu": "promise_taken", "Yi": "visit_begun", "Nobody": "visit_missing"} {
		list, refused := b.Offers(id(name), nil, 5)
		require.Empty(t, list)
		require.Len(t, refused, 1)
		require.Equal(t, []string{code}, clauseCodes(refused[0].Reasons))
	}
}

// A day on which nobody works has no technician to say why there is no window.
func TestADayWithoutShiftsSaysSo(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.visit("Xu", 10, 30)
	list, refused := w.board(at("07:00")).Offers(id("Xu"), nil, 5)
	require.Empty(t, list)
	require.Len(t, refused, 1)
	require.Equal(t, []string{"no_shift"}, clauseCodes(refused[0].Reasons))
}
