package day

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
	"roundsman/routing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// drawTown draws a Monday of up to four technicians and a dozen visits, some of
// them begun, promised, pinned, or out of reach.
func drawTown(r *rapid.T) (*town, time.Time) {
	w := newTown(monday, time.UTC)
	now := at("07:00").Add(time.Duration(rapid.IntRange(0, 300).Draw(r, "now")) * time.Minute)
	names := []string{"Anna", "Bela", "Cleo", "Dora"}[:rapid.IntRange(1, 4).Draw(r, "technicians")]
	for _, name := range names {
		options := []shiftOption{lives(float64(rapid.IntRange(0, 60).Draw(r, "home"))), overtime(rapid.SampledFrom([]int{0, 30}).Draw(r, "overtime")),
			can("network", rapid.IntRange(0, 2).Draw(r, "level"))}
		if rapid.Bool().Draw(r, "lunch") {
			options = append(options, lunch(at("12:00"), at("13:30"), 30))
		}
		if rapid.IntRange(0, 4).Draw(r, "away") == 0 {
			from := at("08:00").Add(time.Duration(rapid.IntRange(-120, 600).Draw(r, "from")) * time.Minute)
			options = append(options, off(from, from.Add(time.Duration(rapid.IntRange(10, 400).Draw(r, "long"))*time.Minute)))
		}
		if rapid.IntRange(0, 2).Draw(r, "kit") == 0 {
			options = append(options, carries("dock of "+name, "dock"))
		}
		w.tech(name, options...)
	}
	rounds := map[string][]string{}
	begun := map[string]bool{}
	for n := range rapid.IntRange(1, 12).Draw(r, "visits") {
		name := fmt.Sprintf("V%d", n)
		options := []visitOption{urgency(rapid.IntRange(1, 4).Draw(r, "priority")), spread(rapid.SampledFrom([]float64{0, 0.4}).Draw(r, "spread"))}
		if rapid.IntRange(0, 3).Draw(r, "skilled") == 0 {
			options = append(options, needs("network", 1))
		}
		if rapid.IntRange(0, 5).Draw(r, "kitted") == 0 {
			options = append(options, uses("dock"))
		}
		owner := rapid.SampledFrom(append([]string{""}, names...)).Draw(r, "owner")
		if owner != "" && rapid.Bool().Draw(r, "promised") {
			from := at("08:00").Add(time.Duration(rapid.IntRange(0, 32).Draw(r, "window")) * 15 * time.Minute)
			options = append(options, promised(from, from.Add(time.Duration(rapid.IntRange(2, 8).Draw(r, "width"))*15*time.Minute), owner))
		}
		if owner != "" && rapid.IntRange(0, 9).Draw(r, "pinned") == 0 {
			options = append(options, pinned)
		}
		if owner != "" && !begun[owner] && now.After(at("08:00")) && rapid.IntRange(0, 3).Draw(r, "begun") == 0 {
			begun[owner] = true
			since := now.Add(-time.Duration(rapid.IntRange(0, 40).Draw(r, "since")) * time.Minute)
			options = append(options, rapid.SampledFrom([]visitOption{left(since, 15), arrived(since), done(since, now)}).Draw(r, "how"))
		}
		w.visit(name, float64(rapid.IntRange(0, 60).Draw(r, "minute")), rapid.IntRange(1, 12).Draw(r, "tens")*10, options...)
		if owner != "" {
			rounds[owner] = append(rounds[owner], name)
		}
	}
	for _, name := range names {
		w.round(name, rounds[name]...)
	}
	return w, now
}

// drawChange draws something to ask of such a day.
func drawChange(r *rapid.T, w *town) Change {
	visit := rapid.SampledFrom(w.Visits).Draw(r, "visit")
	sh := rapid.SampledFrom(w.Shifts).Draw(r, "shift")
	switch rapid.IntRange(0, 6).Draw(r, "act") {
	case 0:
		from := at("08:00").Add(time.Duration(rapid.IntRange(-60, 500).Draw(r, "gone from")) * time.Minute)
		return sick(sh.Name, from, from.Add(time.Duration(rapid.IntRange(10, 900).Draw(r, "gone for"))*time.Minute))
	case 1:
		return Change{Kind: KindOption, Acts: []Act{{Last: &Last{VisitID: visit.ID, Minutes: rapid.IntRange(5, 240).Draw(r, "minutes")}}}}
	case 2:
		return Change{Kind: KindDrop, Acts: []Act{{Drop: &Drop{VisitID: visit.ID}}}}
	case 3:
		return Change{Kind: KindOption, Acts: []Act{{Gone: &Gone{ItemID: id("dock of " + sh.Name)}}}}
	case 4:
		return Change{Kind: KindRetime, Acts: []Act{{Retime: &Retime{RoundID: sh.RoundID}}}}
	default:
		p := &Put{VisitID: visit.ID, Day: w.Key, RoundID: sh.RoundID}
		if len(sh.Visits) > 0 && rapid.Bool().Draw(r, "behind") {
			p.After = &sh.Visits[rapid.IntRange(0, len(sh.Visits)-1).Draw(r, "whom")]
		}
		return ask(Act{Put: p})
	}
}

func document(t require.TestingT, v any) string {
	b, err := json.Marshal(v)
	require.NoError(t, err)
	return string(b)
}

// state is all of a board that an answer could spoil.
func state(t require.TestingT, b *Board) string {
	text := document(t, b.horizon)
	for _, s := range b.days {
		text += document(t, s.p.Visits) + document(t, s.p.Shifts) + fmt.Sprint(s.chance)
		for k := range s.rounds {
			text += fmt.Sprint(s.rounds[k].visits, s.rounds[k].tt.Stops, s.rounds[k].tt.Breaks, s.rounds[k].refusal)
		}
	}
	return text
}

func TestAskingChangesNothingAndIsDetermined(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		w, now := drawTown(r)
		c := drawChange(r, w)
		b := w.board(now)
		before := state(r, b)
		first := document(r, b.Try(c))
		require.Equal(r, before, state(r, b))
		require.Equal(r, first, document(r, b.Try(c)), "the same board")
		require.Equal(r, first, document(r, w.board(now).Try(c)), "another board of the same day")
		waiting := rapid.SampledFrom(w.Visits).Draw(r, "offered")
		b.Offers(waiting.ID, nil, 5)
		require.Equal(r, before, state(r, b))
		require.Equal(r, first, document(r, b.Try(c)), "after offers")
	})
}

// What an outcome says can be driven: the judge of routing, which shares no code
// with the evaluation, finds no fault with the rounds that were sound before or
// have been repaired; every visit stands once; what has begun is untouched; and
// no promise is forgotten.
func TestOutcomesCanBeDriven(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		w, now := drawTown(r)
		c := drawChange(r, w)
		b := w.board(now)
		o := b.Try(c)
		if !o.Feasible {
			require.NotEmpty(r, o.Blocked)
			require.Empty(r, o.After)
			return
		}
		tr := b.trial(c)
		tr.apply(c)
		if c.Kind != KindRetime {
			tr.repair()
		}
		s := tr.days[0]
		p := *s.p
		p.Scenarios = nil
		tts := make([]routing.Timetable, len(s.rounds))
		broken := map[int]bool{}
		for k := range s.rounds {
			tts[k] = s.rounds[k].tt
			broken[k] = s.rounds[k].refusal.Refused()
			if broken[k] && c.Kind != KindRetime {
				require.True(r, b.days[0].rounds[k].refusal.Refused(), "a sound round was broken")
			}
		}
		for _, v := range routing.Check(&p, s.plan(), tts) {
			if !broken[v.Shift] {
				require.Fail(r, "judged", v.String())
			}
		}
		// Each visit once, in the document too.
		touched := map[ids.ID]bool{}
		stands := map[ids.ID]int{}
		for _, a := range o.After {
			touched[a.RoundID] = true
			var last time.Time
			for _, st := range a.Stops {
				stands[st.VisitID]++
				require.False(r, st.End.Before(st.Start))
				if !st.Started {
					require.False(r, st.Leave.Before(last), "leaves before the stop before has ended")
				}
				last = st.End
			}
		}
		for v, n := range stands {
			require.Equal(r, 1, n, v)
		}
		lost := map[ids.ID]bool{}
		for _, x := range o.Waiting {
			lost[x.VisitID] = true
			require.Len(r, x.Reasons, len(w.Shifts))
			require.Zero(r, stands[x.VisitID])
		}
		for _, sh := range b.days[0].day.Shifts {
			if !touched[sh.RoundID] {
				continue
			}
			for n, v := range sh.Visits {
				k, _ := b.days[0].day.find(v)
				x := &b.days[0].day.Visits[k]
				dropped := c.Kind == KindDrop && c.Acts[0].Drop.VisitID == v
				require.True(r, stands[v] == 1 || lost[v] || dropped, "%s %d has disappeared", x.PersonName, n)
				if x.Promise != nil && lost[v] {
					require.Equal(r, "late", told(o)[x.PersonName])
				}
				if x.State.Started() || x.State.Over() {
					require.Equal(r, 1, stands[v])
				}
			}
		}
		// What has begun stands at the head of its own round as it was.
		for k := range s.rounds {
			was := b.days[0].p.Shifts[k].Frozen
			for n, f := range was {
				require.Equal(r, f.Visit, s.rounds[k].visits[n])
			}
		}
	})
}

// What is offered is what is committed, and nobody pays for it with a promise.
func TestOffersAreKept(t *testing.T) {
	t.Parallel()
	floors := dispatch.DefaultFloors()
	rapid.Check(t, func(r *rapid.T) {
		w, now := drawTown(r)
		b := w.board(now)
		visit := rapid.SampledFrom(w.Visits).Draw(r, "for")
		list, refused := b.Offers(visit.ID, nil, 5)
		require.LessOrEqual(r, len(list), 5)
		require.True(r, len(list) > 0 != (len(refused) > 0), "offers, or the reason why none")
		for i, c := range list {
			for _, o := range list[:i] {
				require.GreaterOrEqual(r, c.WindowStart.Sub(o.WindowStart).Abs(), time.Hour)
			}
			require.False(r, c.WindowStart.Before(now))
			require.GreaterOrEqual(r, c.Confidence, floors.Quote)
			again := w.board(now).Try(c.Change)
			require.Equal(r, document(r, c.Outcome), document(r, again))
			require.Empty(r, Matters(c.Outcome, again))
			require.Empty(r, again.Waiting)
			for _, im := range again.Promises {
				if im.PromiseID == nil {
					require.Equal(r, visit.ID, im.VisitID)
					require.Equal(r, c.Confidence, im.ChanceAfter)
					continue
				}
				require.GreaterOrEqual(r, im.ChanceAfter, min(floors.Quote, *im.ChanceBefore), "%s, promised %v to %v, by %v", im.PersonName, im.WindowStart, im.WindowEnd, lines(again, time.UTC))
			}
		}
		for _, x := range refused {
			require.NotEmpty(r, x.Reasons)
		}
	})
}

// A search's plan, tried as it will be at the commit, is the plan.
func TestPlansAreWhatIsCommitted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		w, now := drawTown(r)
		b := w.board(now)
		got, err := b.Plan(r.Context(), w.Key, Search{Seed: 1, Iterations: 30})
		require.NoError(r, err)
		if !got.Outcome.Feasible {
			// Only somebody promised who can't be driven to any more may be in the way.
			require.Equal(r, []string{"promise_left_out"}, codes(got.Outcome))
			return
		}
		stops := 0
		for _, a := range got.Outcome.After {
			stops += len(a.Stops)
		}
		require.LessOrEqual(r, stops, got.Assigned)
		require.Len(r, got.Outcome.Unassigned, len(w.Visits)-got.Assigned)
		require.Empty(r, Matters(got.Outcome, w.board(now).Try(got.Change)))
	})
}
