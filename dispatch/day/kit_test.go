package day

import (
	"testing"
	"time"

	"roundsman/dispatch"

	"github.com/stretchr/testify/require"
)

// Anna has set out to Xu with her only dock, and Yi was offered it as well.
func TestWorkUnderWayHoldsItsKitUntilItIsGiven(t *testing.T) {
	t.Parallel()
	offers := func(docks int, options ...visitOption) int {
		w := newTown(monday, time.UTC)
		w.tech("Anna", carries("dock 1", "dock"))
		if docks > 1 {
			carries("dock 2", "dock")(&w.Shifts[0])
		}
		w.visit("Xu", 10, 30, append(options, uses("dock"))...)
		w.visit("Yi", 20, 30, uses("dock"))
		w.round("Anna", "Xu")
		list, _ := w.board(at("08:05")).Offers(id("Yi"), nil, 1)
		return len(list)
	}
	equipped := func(v *Visit) { v.Equipped = true }
	require.Zero(t, offers(1), "it is for Xu, who is not begun")
	require.Zero(t, offers(1, left(at("08:00"), 10)))
	require.Zero(t, offers(1, arrived(at("08:04"))))
	require.Equal(t, 1, offers(2, arrived(at("08:04"))))
	require.Equal(t, 1, offers(1, arrived(at("08:04")), equipped), "what is in the kit now is another")
	require.Equal(t, 1, offers(1, done(at("08:01"), at("08:04"))), "the dock was not needed")
}

// Xu's dock is swapped in while Xu is open: it does not leave the kit twice.
func TestWhatIsGivenLeavesTheKitOnce(t *testing.T) {
	t.Parallel()
	w := newTown(monday, time.UTC)
	w.tech("Anna", carries("dock 1", "dock"), carries("dock 2", "dock"))
	w.visit("Xu", 10, 30, uses("dock"), arrived(at("08:04")))
	w.visit("Yi", 20, 30, uses("dock"))
	w.round("Anna", "Xu", "Yi")
	xu := id("Xu")
	o := w.board(at("08:05")).Try(ask(Act{Gone: &Gone{ItemID: id("dock 1"), VisitID: &xu}}))
	require.True(t, o.Feasible)
	require.Empty(t, o.Waiting)
	o = w.board(at("08:05")).Try(ask(Act{Gone: &Gone{ItemID: id("dock 1")}}))
	require.Len(t, o.Waiting, 1, "lost, and Xu still wants the other")
}

// What lies in a kit for Xu, today or another day, was offered to Yi.
func TestWhatIsKeptForOneVisitIsNoOthers(t *testing.T) {
	t.Parallel()
	keeps := func(item, visit string) shiftOption {
		return func(s *Shift) {
			v := id(visit)
			s.Kit = append(s.Kit, dispatch.KitItem{TechnicianID: s.TechnicianID, ItemID: id(item), ModelID: id("dock"), ReservedFor: &v})
		}
	}
	offers := func(visit string, round []string, options ...shiftOption) (names []string) {
		w := newTown(monday, time.UTC)
		w.tech("Anna", options...)
		w.tech("Bela", carries("dock 9", "dock"), works(at("16:00"), at("16:01")))
		for _, v := range []string{"Xu", "Yi", "Zoe"} {
			w.visit(v, 10, 10, uses("dock"))
		}
		w.round("Anna", round...)
		list, _ := w.board(at("07:00")).Offers(id(visit), nil, 1)
		for _, c := range list {
			names = append(names, c.Technician.Name)
		}
		return names
	}
	anna := []string{"Anna"}
	free, forXu, forZoe := carries("dock 1", "dock"), keeps("dock 2", "Xu"), keeps("dock 3", "Zoe")
	require.Empty(t, offers("Yi", nil, keeps("dock 1", "somebody tomorrow")))
	require.Empty(t, offers("Yi", nil, forXu), "Xu waits")
	require.Equal(t, anna, offers("Xu", nil, forXu))
	require.Empty(t, offers("Yi", []string{"Xu"}, forXu))
	require.Equal(t, anna, offers("Yi", []string{"Xu"}, forXu, free))
	require.Equal(t, anna, offers("Xu", []string{"Yi"}, forXu, free))
	require.Empty(t, offers("Zoe", []string{"Yi"}, forXu, free))
	require.Equal(t, anna, offers("Zoe", []string{"Yi", "Xu"}, forXu, forZoe, free))
	require.Empty(t, offers("Zoe", []string{"Yi"}, keeps("dock 2", "Xu"), keeps("dock 3", "Xu"), free))
}
