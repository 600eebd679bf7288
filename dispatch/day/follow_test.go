package day

import (
	"context"
	"testing"
	"time"

	"roundsman/dispatch"

	"github.com/stretchr/testify/require"
)

// parted is a morning on which the work at Xu's was cut in two: an hour that needs
// the network's skill, then half an hour that anybody can do.
func parted() *town {
	w := newTown(monday, time.UTC)
	w.tech("Anna", can("network", 1))
	w.tech("Bela", lives(10))
	first := id("Xu")
	w.visit("Xu", 10, 60, needs("network", 1))
	w.visit("Rest", 10, 30, func(v *Visit) { v.Follows = &first })
	return w
}

// begins says who is reached first in each round, and when.
func begins(b *Board) (out []string) {
	for k := range b.days[0].rounds {
		x := b.days[0].after(k).Stops[0]
		out = append(out, x.PersonName+" "+x.Start.Format("15:04"))
	}
	return out
}

// Anna is with Xu from 8:10 to 9:10. Bela lives next door, and comes when she is
// through; when Anna has somebody else before, later. Who is not tied comes at eight.
func TestTheRestWaitsForTheFirst(t *testing.T) {
	t.Parallel()
	w := parted()
	w.round("Anna", "Xu")
	w.round("Bela", "Rest")
	b := w.board(at("07:00"))
	require.Equal(t, []string{"Xu 08:10", "Rest 09:10"}, begins(b))

	w.visit("Zoe", 5, 20)
	o := w.board(at("07:00")).Try(ask(w.put("Zoe", "Anna")))
	require.True(t, o.Feasible, "%v", o.Blocked)
	rest, moved := moveOf(o, "Rest")
	require.True(t, moved, "Anna is through at 9:30")
	require.Equal(t, at("09:30"), rest.To.Start)

	w = parted()
	w.Visits[1].Follows = nil
	w.round("Anna", "Xu")
	w.round("Bela", "Rest")
	require.Equal(t, []string{"Xu 08:10", "Rest 08:00"}, begins(w.board(at("07:00"))), "the twin without the tie")
}

func TestPlansKeepTheOrder(t *testing.T) {
	t.Parallel()
	w := parted()
	w.visit("Zoe", 70, 30)
	p, err := w.board(at("07:00")).Plan(context.Background(), w.Key, Search{Seed: 1, Iterations: 200})
	require.NoError(t, err)
	require.True(t, p.Outcome.Feasible)
	require.Empty(t, p.Outcome.Unassigned)
	at := map[string][2]time.Time{}
	for _, r := range p.Outcome.After {
		for _, x := range r.Stops {
			at[x.PersonName] = [2]time.Time{x.Start, x.End}
		}
	}
	require.False(t, at["Rest"][0].Before(at["Xu"][1]), "%v", at)

	w = parted()
	w.Shifts[0].Skills = nil
	p, err = w.board(clock(monday, time.UTC, "07:00")).Plan(context.Background(), w.Key, Search{Seed: 1, Iterations: 200})
	require.NoError(t, err)
	require.Len(t, p.Outcome.Unassigned, 2, "nobody can do the first, so nobody does the rest")
	for _, u := range p.Outcome.Unassigned {
		if u.PersonName == "Rest" {
			require.Equal(t, []string{"out_of_order", "out_of_order"}, clauseCodes(u.Reasons))
		}
	}
}

// Bela joins Anna at Xu's at 8:10. Zoe is open only until then, and could be visited
// on the way; but then Anna would not be with Bela.
func TestPlansLetThoseMeetWhoAreSentTogether(t *testing.T) {
	t.Parallel()
	plan := func(tied bool) map[string]time.Time {
		w := newTown(monday, time.UTC)
		w.tech("Anna")
		w.tech("Bela", lives(20))
		w.visit("Xu", 10, 30)
		ten := at("08:10")
		w.visit("Second", 10, 30, func(v *Visit) {
			v.PinTime, v.PinnedStart = true, &ten
			if first := id("Xu"); tied {
				v.Follows = &first
			}
		})
		w.visit("Zoe", 5, 5, func(v *Visit) { v.OpensAt, v.ClosesAt = 8*60, 8*60+10 })
		w.round("Anna", "Xu")
		w.round("Bela", "Second")
		p, err := w.board(at("07:00")).Plan(context.Background(), w.Key, Search{Seed: 1, Iterations: 400})
		require.NoError(t, err)
		require.True(t, p.Outcome.Feasible)
		require.Len(t, p.Outcome.Unassigned, map[bool]int{true: 1, false: 0}[tied])
		begin := map[string]time.Time{}
		for _, r := range p.Outcome.After {
			for _, x := range r.Stops {
				begin[x.PersonName] = x.Start
			}
		}
		return begin
	}
	require.Empty(t, plan(true), "both stay as they are")
	require.Equal(t, map[string]time.Time{"Zoe": at("08:05"), "Xu": at("08:40"), "Second": at("08:10")}, plan(false), "the twin without the tie: Bela does both")
}

// Bela joins Anna at Xu's at 8:40, and Anna waits for her there. When Bela's visit is
// let go, or taken out, Anna begins at 8:10, and Bela's half hour comes after hers: as
// on the day that is read anew.
func TestWhoIsJoinedNoMoreWaitsNoMore(t *testing.T) {
	t.Parallel()
	day := func(held bool) *town {
		w := newTown(monday, time.UTC)
		w.tech("Anna")
		w.tech("Bela", lives(40))
		then := at("08:40")
		first := id("Xu")
		w.visit("Xu", 10, 30)
		w.visit("Second", 10, 30, func(v *Visit) {
			v.Follows = &first
			if held {
				v.PinTime, v.PinnedStart = true, &then
			}
		})
		w.round("Anna", "Xu")
		w.round("Bela", "Second")
		w.Visits[0].PlannedStart = &then
		return w
	}
	require.Equal(t, []string{"Xu 08:40", "Second 08:40"}, begins(day(true).board(at("07:00"))))
	require.Equal(t, []string{"Xu 08:10", "Second 08:40"}, begins(day(false).board(at("07:00"))))

	o := day(true).board(at("07:00")).Try(kinded(KindPin, held("Second", false, false)))
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Equal(t, map[string]string{"Anna": "Xu 08:10", "Bela": "Second 08:40"}, lines(o, time.UTC))

	o = day(true).board(at("07:00")).Try(kinded(KindMove, Act{TakeOut: &TakeOut{VisitID: id("Second")}}))
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Equal(t, "Xu 08:10", lines(o, time.UTC)["Anna"])
}

// Anna has Zoe, then Xu. What is left to do at Xu's is neither offered nor put before
// Xu, nor ordered there by hand; and when it has to go elsewhere, it goes behind.
func TestTheRestStandsBehindTheFirst(t *testing.T) {
	t.Parallel()
	morning := func(tied bool) *town {
		w := parted()
		if !tied {
			w.Visits[1].Follows = nil
		}
		w.visit("Zoe", 40, 120)
		w.round("Anna", "Zoe", "Xu")
		return w
	}
	alone := func(w *town) *town { w.Shifts = w.Shifts[:1]; return w }

	through := at("12:10") // with Xu
	list, _ := alone(morning(true)).board(at("07:00")).Offers(id("Rest"), nil, 5)
	require.NotEmpty(t, list)
	for _, c := range list {
		require.False(t, c.Start.Before(through), "%v", lines(c.Outcome, time.UTC))
	}
	list, _ = alone(morning(false)).board(at("07:00")).Offers(id("Rest"), nil, 5)
	require.Equal(t, at("08:10"), list[0].Start, "the twin without the tie")

	w := alone(morning(true))
	o := w.board(at("07:00")).Try(ask(w.put("Rest", "Anna")))
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Equal(t, "Xu 08:10, Rest 09:10, Zoe 10:10", lines(o, time.UTC)["Anna"], "Xu moves with it")
	w.round("Anna", "Rest")
	o = w.board(at("07:00")).Try(kinded(KindReorder, named("Anna", "Rest", "Zoe", "Xu")))
	require.Equal(t, []string{"out_of_order"}, codes(o))

	w = morning(true)
	w.Shifts[1].Home = w.Shifts[0].Home
	w.round("Bela", "Rest")
	o = w.board(at("07:00")).Try(sick("Bela", at("08:00"), at("17:00")))
	require.True(t, o.Feasible, "%v", o.Blocked)
	require.Equal(t, "Zoe 08:40, Xu 11:10, Rest 12:10", lines(o, time.UTC)["Anna"])
}

// What was cut off Xu's visit came on the day before it: the tie was only known of two
// visits of one day.
func TestTheRestIsNotOnADayBeforeTheFirst(t *testing.T) {
	t.Parallel()
	sunday, today, tuesday := monday.Add(-1), monday, monday.Add(1)
	nine := at("09:00")
	day := func(how visitOption) (*town, *Board) {
		w := newTown(monday, time.UTC)
		w.tech("Anna")
		first := id("Elsewhere")
		w.visit("Rest", 10, 30, func(v *Visit) { v.Follows = &first }, how)
		return w, w.board(at("07:00"))
	}
	for name, c := range map[string]struct {
		how  visitOption
		fits bool
	}{
		"after":           {func(v *Visit) { v.FollowsOn = &tuesday }, false},
		"before":          {func(v *Visit) { v.FollowsOn = &sunday }, true},
		"on the day":      {func(v *Visit) { v.FollowsOn = &today }, true},
		"in no round":     {func(*Visit) {}, true},
		"held by hand":    {func(v *Visit) { v.FollowsOn, v.PinTime, v.PinnedStart = &tuesday, true, &nine }, true},
		"rest before":     {func(v *Visit) { v.RestOn = &sunday }, false},
		"rest behind":     {func(v *Visit) { v.RestOn = &tuesday }, true},
		"rest on the day": {func(v *Visit) { v.RestOn = &today }, true},
	} {
		w, b := day(c.how)
		o := b.Try(ask(w.put("Rest", "Anna")))
		require.Equal(t, c.fits, o.Feasible, "%s: %v", name, o.Blocked)
		if !c.fits {
			require.Contains(t, codes(o), "out_of_order", name)
		}
		p, err := b.Plan(context.Background(), w.Key, Search{Seed: 1, Iterations: 50})
		require.NoError(t, err)
		require.Equal(t, map[bool]int{true: 0, false: 1}[c.fits], len(p.Outcome.Unassigned), name)
		for _, u := range p.Outcome.Unassigned {
			require.Equal(t, []string{"out_of_order"}, clauseCodes(u.Reasons), "%s: the true reason", name)
		}
	}

	_, b := day(func(v *Visit) { v.FollowsOn = &tuesday })
	list, why := b.Offers(id("Rest"), nil, 3)
	require.Empty(t, list)
	require.Equal(t, []string{"out_of_order"}, clauseCodes(why[0].Reasons))
	_, b = day(func(v *Visit) { v.RestOn = &sunday })
	list, _ = b.Offers(id("Rest"), nil, 3)
	require.NotEmpty(t, list, "the customer chooses; the rest comes later")

	// What stands there already stays, and the round can be driven.
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	first := id("Elsewhere")
	w.visit("Rest", 10, 30, func(v *Visit) { v.Follows, v.FollowsOn = &first, &tuesday })
	w.round("Anna", "Rest")
	require.False(t, w.board(at("07:00")).days[0].rounds[0].refusal.Refused())
}

// Anna is with Xu since 8:10, and now for two hours instead of one, or is through
// after half an hour. When her round is timed anew, so is Bela's, who waits for her:
// nobody else would tell that Yi, behind the rest, is reached at another time.
func TestWhoWaitsIsTimedAnewToo(t *testing.T) {
	t.Parallel()
	again := func(then string, how ...visitOption) Outcome {
		w := parted()
		sure := 0.99
		w.visit("Yi", 20, 30, promised(at("09:00"), at("10:30"), "Bela"), func(v *Visit) { v.Promise.Chance = &sure })
		w.round("Anna", "Xu")
		w.round("Bela", "Rest", "Yi")
		d := w.day()
		k, _ := d.find(id("Xu"))
		for _, o := range how {
			o(&d.Visits[k])
		}
		b := NewBoard(Horizon{Days: []Day{d}}, at(then), 1, street{}, dispatch.DefaultFloors())
		return b.Try(kinded(KindRetime, Act{Retime: &Retime{RoundID: id("round Anna" + string(monday))}}))
	}
	twice := func(v *Visit) { v.Minutes = 120 }
	o := again("08:30", arrived(at("08:10")), twice)
	require.Equal(t, map[string]string{"Anna": "Xu 08:10", "Bela": "Rest 10:10, Yi 10:50"}, lines(o, time.UTC))
	require.Equal(t, map[string]string{"Yi": "late"}, told(o))
	o = again("08:40", done(at("08:10"), at("08:40")))
	require.Equal(t, map[string]string{"Anna": "Xu 08:10", "Bela": "Rest 08:40, Yi 09:20"}, lines(o, time.UTC))
	o = again("08:30", arrived(at("08:10")))
	require.Equal(t, map[string]string{"Anna": "Xu 08:10"}, lines(o, time.UTC), "all as planned")
}
