package stock

import (
	"testing"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

// The only dock that was carried was kept for Xu, and nobody was told that Yi needs one.
func TestWhatIsKeptForAnotherVisitIsNotCarried(t *testing.T) {
	t.Parallel()
	id := func(s string) ids.ID { return ids.From(ids.Nil, s) }
	dock, xu, yi := id("dock"), id("Xu"), id("Yi")
	sheet := dispatch.DaySheet{
		Shifts:      []dispatch.Shift{{ID: id("shift"), TechnicianID: id("Anna")}},
		Technicians: []dispatch.Technician{{ID: id("Anna")}},
		Rounds:      []dispatch.Round{{ID: id("round"), ShiftID: id("shift"), TechnicianID: id("Anna")}},
		Kits:        []dispatch.KitItem{{TechnicianID: id("Anna"), ItemID: id("dock 1"), ModelID: dock, ReservedFor: &xu}},
		Waiting:     []dispatch.Visit{{ID: xu, KitModel: &dock}, {ID: yi, KitModel: &dock}},
	}
	kept := []assets.Held{{Item: assets.Item{ID: id("dock 1"), ModelID: dock}, Reserved: &xu}}
	uncarried := func() (list []ids.ID) {
		for _, v := range listKits(sheet, kept, nil).Uncarried {
			list = append(list, v.ID)
		}
		return list
	}
	require.Equal(t, []ids.ID{yi}, uncarried())
	sheet.Kits = append(sheet.Kits, dispatch.KitItem{TechnicianID: id("Anna"), ItemID: id("dock 2"), ModelID: dock})
	require.Empty(t, uncarried())
}
