package day

import (
	"context"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"

	"github.com/stretchr/testify/require"
)

func TestPlanIsWhatItsOutcomeSays(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela", lives(100))
	w.tech("Cleo", off(at("00:00"), at("23:00")))
	w.visit("Xu", 10, 30, promised(at("08:00"), at("12:00"), "Anna"))
	w.visit("Yi", 20, 30)
	w.visit("Ida", 90, 30)
	w.visit("Zoe", 80, 30)
	w.visit("Far", 2000, 30)
	w.visit("Hugo", 10, 30, needs("network", 1))
	w.round("Anna", "Ida", "Xu")
	b := w.board(at("06:00"))
	told := 0
	got, err := b.Plan(context.Background(), w.Key, Search{Seed: 1, Iterations: 500, Progress: func(float64, int, int) { told++ }})
	require.NoError(t, err)
	require.True(t, got.Outcome.Feasible, "%v", got.Outcome.Blocked)
	require.Equal(t, 4, got.Assigned)
	require.Equal(t, KindPlan, got.Outcome.Kind)
	require.Equal(t, at("06:00").Add(draftLife), got.Outcome.ExpiresAt)
	// Each to who lives near by: 40 minutes of way for either.
	after := map[string]int{}
	for _, r := range got.Outcome.After {
		after[r.TechnicianName] = len(r.Stops)
	}
	require.Equal(t, map[string]int{"Anna": 2, "Bela": 2}, after)
	require.Equal(t, (40+40-180)*60, got.Outcome.TravelSeconds)
	require.Len(t, got.Outcome.Unassigned, 2)
	for _, u := range got.Outcome.Unassigned {
		switch u.PersonName {
		case "Far":
			require.Equal(t, []string{"unreachable", "unreachable", "unreachable"}, clauseCodes(u.Reasons))
		case "Hugo":
			require.Equal(t, []string{"skill_missing", "skill_missing", "skill_missing"}, clauseCodes(u.Reasons))
		default:
			require.Fail(t, "left out", u.PersonName)
		}
	}
	require.Empty(t, got.Outcome.Waiting)
	// The rounds of the outcome are those of the change, visit by visit.
	want := map[string][]string{}
	for _, o := range got.Change.Acts[0].Rounds.Rounds {
		for _, v := range o.Visits {
			want[o.RoundID.String()] = append(want[o.RoundID.String()], v.String())
		}
	}
	is := map[string][]string{}
	for _, r := range got.Outcome.After {
		for _, s := range r.Stops {
			is[r.RoundID.String()] = append(is[r.RoundID.String()], s.VisitID.String())
		}
	}
	require.Equal(t, want, is)
	// What is tried again at the commit is what was drafted.
	again := b.Try(got.Change)
	require.Equal(t, got.Outcome.After, again.After)
	require.Empty(t, Matters(got.Outcome, again))
}

// Who was promised an arrival is given another one only as often as may be; who comes in
// is served all the same.
func TestAPlanMovesNoMoreThanAskedFor(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela", lives(100))
	for _, x := range []struct {
		name string
		at   float64
		who  string
	}{{"Ida", 95, "Anna"}, {"Jo", 90, "Anna"}, {"Kim", 5, "Bela"}, {"Lee", 10, "Bela"}} {
		w.visit(x.name, x.at, 20, promised(at("08:00"), at("17:00"), x.who))
		w.round(x.who, x.name)
	}
	w.visit("new", 50, 20)
	b := w.board(at("06:00"))
	plan := func(most *int) (moved int, words string) {
		got, err := b.Plan(t.Context(), w.Key, Search{Seed: 1, Iterations: 2000, MostMoved: most})
		require.NoError(t, err)
		require.True(t, got.Outcome.Feasible, "%v", got.Outcome.Blocked)
		require.Equal(t, 5, got.Assigned)
		c, blocked := b.Compare(nil, &got.Change)
		require.Empty(t, blocked)
		return c.Churn.Promised, got.After
	}
	for most := range 4 {
		moved, words := plan(&most)
		require.LessOrEqual(t, moved, most)
		require.NotContains(t, words, "more moved")
	}
	moved, _ := plan(nil)
	require.Equal(t, 4, moved, "all live near the other one")
}

func TestPlanOfADayUnderWayLeavesWhatIsBegun(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna", off(at("08:30"), at("12:00")))
	w.tech("Bela", lives(100))
	w.visit("Xu", 90, 30, left(at("08:00"), 90))
	w.visit("Old", 90, 30, promised(at("08:00").AddDate(0, 0, -1), at("10:00").AddDate(0, 0, -1), "Bela"))
	w.visit("Yi", 95, 30)
	w.round("Anna", "Xu", "Yi")
	w.round("Bela", "Old")
	got, err := w.board(at("08:10")).Plan(context.Background(), w.Key, Search{Seed: 1, Iterations: 200})
	require.NoError(t, err, "a promise of yesterday, an absence under way")
	require.Equal(t, 3, got.Assigned)
	require.True(t, got.Outcome.Feasible, "%v", got.Outcome.Blocked)
	for _, r := range got.Outcome.After {
		if r.TechnicianName == "Anna" {
			require.Equal(t, "Xu", r.Stops[0].PersonName)
			require.True(t, r.Stops[0].Started)
		}
	}
}

// Somebody who is where no way leads home ends the day there; the others' is planned.
func TestPlanOfADayWhereSomebodyCanNotComeHome(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bert", lives(50))
	w.visit("far", 1001, 30, arrived(at("08:10")))
	w.visit("near", 10, 30)
	w.round("Anna", "far")
	b := w.board(at("08:20"))
	got, err := b.Plan(t.Context(), w.Key, Search{Seed: 1, Iterations: 200})
	require.NoError(t, err)
	require.True(t, got.Outcome.Feasible, "%v", got.Outcome.Blocked)
	require.Equal(t, 2, got.Assigned)
	for _, r := range got.Outcome.After {
		require.Equal(t, "Bert", r.TechnicianName, "only that round changes")
		require.Len(t, r.Stops, 1)
	}
	require.NotEmpty(t, got.Outcome.After)
	require.Empty(t, got.Outcome.Unassigned)
}

func TestPlanOfADayNotAsked(t *testing.T) {
	t.Parallel()
	_, err := simple().board(at("06:00")).Plan(context.Background(), dispatch.DayKey{Date: monday}, Search{Iterations: 1})
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Equal(t, "day_missing", f.Code)
}

func TestReasonsOfThePlannerInTheWordsOfTheTrade(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna", works(at("08:00"), at("10:00")), carries("d", "dock"))
	w.tech("Bela", works(at("08:00"), at("09:00")))
	w.visit("Xu", 0, 60, urgency(1), uses("dock"))
	w.visit("Yi", 0, 50, urgency(1))
	w.visit("Zoe", 0, 20, urgency(2), uses("dock"))
	w.visit("Ida", 0, 30, urgency(2))
	got, err := w.board(at("06:00")).Plan(context.Background(), w.Key, Search{Seed: 1, Iterations: 300})
	require.NoError(t, err)
	for _, u := range got.Outcome.Unassigned {
		require.Len(t, u.Reasons, 2)
		if u.PersonName == "Zoe" {
			require.Equal(t, []string{"kit_used", "kit_missing"}, clauseCodes(u.Reasons))
		}
	}
	require.NotEmpty(t, got.Outcome.Unassigned)
}

// Bela lives two minutes nearer to Xu, which is worth less than a preference; a
// preference is worth less than an hour of way, and whoever is away is no loss.
func TestAPlanSendsThePreferredTechnicianWhereItCostsLittle(t *testing.T) {
	t.Parallel()
	sent := func(preferred string, anna ...shiftOption) string {
		w := newTown(monday, time.UTC)
		w.tech("Anna", anna...)
		w.tech("Bela", lives(2))
		w.visit("Xu", 30, 30, func(v *Visit) {
			if preferred != "" {
				p := id(preferred)
				v.Preferred = &p
			}
		})
		got, err := w.board(at("06:00")).Plan(context.Background(), w.Key, Search{Seed: 1, Iterations: 200})
		require.NoError(t, err)
		require.Equal(t, 1, got.Assigned)
		for name, line := range lines(got.Outcome, time.UTC) {
			if line != "" {
				return name
			}
		}
		return ""
	}
	require.Equal(t, "Bela", sent(""))
	require.Equal(t, "Anna", sent("Anna"))
	require.Equal(t, "Bela", sent("Anna", lives(200)), "too far for a wish")
	require.Equal(t, "Bela", sent("Anna", off(at("00:00"), at("23:00"))))
	require.Equal(t, "Bela", sent("Nobody who works"))
}

// Yi is drafted for Bela, whose shift is gone when the draft is to be published: it is
// not published without Yi.
func TestADraftForAShiftThatIsGone(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.tech("Bela", lives(60))
	w.visit("Xu", 10, 30)
	w.visit("Yi", 60, 30)
	p, err := w.board(at("07:00")).Plan(t.Context(), w.Key, Search{Seed: 1, Iterations: 50})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"Anna": "Xu 08:10", "Bela": "Yi 08:00"}, lines(p.Outcome, time.UTC))
	w.Shifts = w.Shifts[:1]
	o := w.board(at("07:00")).Try(p.Change)
	require.Equal(t, []string{"round_missing"}, codes(o))
	require.Equal(t, []string{"feasible"}, Matters(p.Outcome, o))
}
