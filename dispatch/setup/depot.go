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

func newDepot(e DepotEntry) dispatch.Depot {
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

// AddDepot enters a depot. Codes: "bad_entry", "reference_missing", "region_state",
// "code_taken".
func (s *Setup) AddDepot(ctx context.Context, who access.Principal, e DepotEntry) (dispatch.Depot, error) {
	return add(ctx, s, who, depots, newDepot(e))
}

// Depot gives one, retired or not. Code: "depot_not_found".
func (s *Setup) Depot(ctx context.Context, who access.Principal, id ids.ID) (dispatch.Depot, error) {
	return get(ctx, s, who, depots, id)
}

// Depots lists them by code.
func (s *Setup) Depots(ctx context.Context, who access.Principal, f dispatch.StandingFilter, p dispatch.Page) ([]dispatch.Depot, string, error) {
	return list(ctx, s, who, depots, f, p)
}

// ChangeDepot changes one that is at the version. Codes as AddDepot, and
// "depot_not_found", "version_stale", "depot_state".
func (s *Setup) ChangeDepot(ctx context.Context, who access.Principal, id ids.ID, version int64, e DepotEntry) (dispatch.Depot, error) {
	return change(ctx, s, who, depots, id, version, e.onto)
}

// RetireDepot takes one out of use. Codes: "depot_not_found",
// "version_stale", "depot_state", "still_used" while items lie there.
func (s *Setup) RetireDepot(ctx context.Context, who access.Principal, id ids.ID, version int64) (dispatch.Depot, error) {
	return retire(ctx, s, who, depots, id, version)
}
