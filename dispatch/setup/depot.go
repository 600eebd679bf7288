package setup

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/paulmach/orb"
)

// DepotEntry is what is entered of a depot; nil leaves what is there.
type DepotEntry struct {
	Code     *string
	Name     *string
	RegionID *ids.ID
	Address  *string
	Point    *orb.Point
}

func (e DepotEntry) onto(d *dispatch.Depot) {
	set(&d.Code, e.Code)
	set(&d.Name, e.Name)
	set(&d.RegionID, e.RegionID)
	set(&d.Address, e.Address)
	set(&d.Point, e.Point)
}

func (e DepotEntry) fresh() dispatch.Depot {
	d := dispatch.Depot{ID: ids.New(), Point: nowhere}
	e.onto(&d)
	return d
}

// CheckDepot says what is wrong with the values of a depot.
func CheckDepot(d dispatch.Depot) []fault.Field {
	var w wrong
	w.code("/code", d.Code)
	w.text("/name", d.Name, 200)
	w.when(d.RegionID == ids.Nil, "/region_id", "is missing")
	w.optional("/address", d.Address, 200)
	w.point("/location", d.Point)
	return w
}

var depots = book[dispatch.Depot, ids.ID]{
	noun: "depot", read: access.SetupRead, write: access.SetupWrite,
	of:      func(tx dispatch.Tx) dispatch.Register[dispatch.Depot, ids.ID] { return tx.DepotRegister() },
	subject: func(v dispatch.Depot) ids.ID { return v.ID },
	version: func(v dispatch.Depot) int64 { return v.Version },
	inUse:   dispatch.Depot.InUse,
	check:   CheckDepot,
	complete: func(ctx context.Context, tx dispatch.Tx, d *dispatch.Depot) error {
		r, err := tx.RegionRegister().Get(ctx, d.RegionID)
		return named(r.InUse, err, "/region_id")
	},
	stands: func(ctx context.Context, tx dispatch.Tx, d dispatch.Depot, _ time.Time) error {
		return unused(ctx, tx, "depot", d.ID.String())
	},
	retire: func(v *dispatch.Depot, at time.Time) { v.RetiredAt = &at },
}

// Depots are of a region. Entering and changing: "reference_missing", "region_state",
// "code_taken". Retiring: "still_used" while items lie there.
func (s *Setup) Depots() Kept[dispatch.Depot, ids.ID, DepotEntry] {
	return Kept[dispatch.Depot, ids.ID, DepotEntry]{s, depots}
}
