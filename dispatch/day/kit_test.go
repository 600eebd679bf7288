package day

import (
	"testing"
	"time"

	"roundsman/dispatch"

	"github.com/stretchr/testify/require"
)

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
