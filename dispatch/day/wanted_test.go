package day

import (
	"testing"
	"time"

	"roundsman/dispatch"

	"github.com/stretchr/testify/require"
)

// Anna works one hour with Yi, half an hour away: she is with Xu from 10:00 on, or
// before it. A window from 12:00 is kept at leisure; one that ends at 8:35 is a
// matter of luck, and the outcome says how much of it.
func TestAWantedWindowSaysItsChance(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 30, 30)
	b := w.board(at("07:00"))
	sure, why := b.Wanted(Wish{Visit: id("Xu")}, at("12:00"), at("13:00"))
	require.Nil(t, why)
	require.Greater(t, sure.Confidence, dispatch.DefaultFloors().Quote)
	require.Equal(t, at("12:00"), sure.WindowStart)
	require.True(t, sure.Outcome.Feasible)

	tight, why := b.Wanted(Wish{Visit: id("Xu")}, at("08:00"), at("08:35"))
	require.Nil(t, why)
	require.Less(t, tight.Confidence, dispatch.DefaultFloors().Quote)
	require.Greater(t, tight.Confidence, 0.3)
	require.True(t, tight.Outcome.Feasible, "whoever commits it judges the chance")
	require.Equal(t, impact(t, tight.Outcome, "Xu").ChanceAfter, tight.Confidence)
	// The twin that nobody asked for by name is refused by the floor.
	plain := tight.Change
	plain.Acts = []Act{plain.Acts[0], {Promise: &Window{VisitID: id("Xu"), Start: at("08:00"), End: at("08:35")}}}
	require.Equal(t, []string{"below_floor"}, codes(b.Try(plain)))

	_, why = b.Wanted(Wish{Visit: id("Xu")}, at("23:00"), at("23:30"))
	require.NotNil(t, why, "nobody works then")
}

// What is promised is quoted anew only when asked to be; the offer gives the old
// window up, and the promise of others stands.
func TestAWindowIsFoundAnew(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna")
	w.visit("Xu", 30, 30, promised(at("08:15"), at("09:00"), "Anna"))
	w.visit("Yi", 30, 30, promised(at("09:00"), at("10:00"), "Anna"))
	w.round("Anna", "Xu", "Yi")
	b := w.board(at("07:00"))
	none, refused := b.Offers(id("Xu"), nil, 5)
	require.Empty(t, none)
	require.Equal(t, "promise_taken", refused[0].Reasons[0].Code)
	list, _ := b.OffersFor(Wish{Visit: id("Xu"), Limit: 5, Anew: true})
	require.NotEmpty(t, list)
	for _, c := range list {
		require.Equal(t, KindAgain, c.Change.Kind)
		require.Equal(t, id("Xu"), c.Change.Acts[0].Release.VisitID)
		im := impact(t, c.Outcome, "Xu")
		require.Nil(t, im.PromiseID, "a window of its own")
		require.GreaterOrEqual(t, im.ChanceAfter, dispatch.DefaultFloors().Quote)
		for _, other := range c.Outcome.Promises {
			if other.VisitID == id("Yi") {
				require.GreaterOrEqual(t, other.ChanceAfter, min(*other.ChanceBefore, dispatch.DefaultFloors().Quote))
			}
		}
	}
	begun := newTown(monday, time.UTC)
	begun.tech("Anna")
	begun.visit("Xu", 30, 30, promised(at("08:15"), at("09:00"), "Anna"), left(at("08:00"), 1800))
	begun.round("Anna", "Xu")
	list, refused = begun.board(at("08:05")).OffersFor(Wish{Visit: id("Xu"), Limit: 5, Anew: true})
	require.Empty(t, list)
	require.Equal(t, "visit_begun", refused[0].Reasons[0].Code)
}

// Anna and Bela could both come; whom the customer would rather see comes first,
// and the other is offered still.
func TestAPreferenceOrdersOffers(t *testing.T) {
	t.Parallel()
	first := func(preferred string) string {
		w := newTown(monday, time.UTC)
		w.tech("Anna")
		w.tech("Bela", lives(2))
		w.visit("Xu", 30, 30)
		wish := Wish{Visit: id("Xu"), Limit: 5}
		if preferred != "" {
			wish.Preferred = id(preferred)
		}
		list, _ := w.board(at("07:00")).OffersFor(wish)
		require.NotEmpty(t, list)
		return list[0].Technician.Name
	}
	require.Equal(t, "Bela", first(""), "she lives nearer")
	require.Equal(t, "Anna", first("Anna"))
	require.Equal(t, "Bela", first("Nobody who works"), "a preference never blocks")
}

// A promise at risk whose chance has come back is told of once; one that is only a
// little above the risk floor is not.
func TestRecoveryIsTold(t *testing.T) {
	t.Parallel()
	for chance, why := range map[float64]string{0.5: "", 0.85: "", 0.9: "recovered", 0.99: "recovered"} {
		tr := &trial{Board: &Board{floors: dispatch.DefaultFloors()}}
		spot := &Spot{TechnicianID: id("Anna")}
		v := Visit{Promise: &Standing{ID: id("promise"), TechnicianID: id("Anna"), AtRisk: true}}
		p := id("promise")
		before := 0.4
		require.Equal(t, why, tr.why(Impact{PromiseID: &p, ChanceBefore: &before, ChanceAfter: chance}, v, spot, spot))
		v.Promise.AtRisk = false
		require.Empty(t, tr.why(Impact{PromiseID: &p, ChanceBefore: &before, ChanceAfter: chance}, v, spot, spot))
	}
}
