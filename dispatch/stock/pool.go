package stock

import (
	"context"
	"math"
	"slices"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// PoolQuery asks which loaners are to be had in [From, Until).
type PoolQuery struct {
	DepotID  *ids.ID
	SiteID   *ids.ID // the depots of its region, the nearest first
	From     time.Time
	Until    time.Time
	PersonID *ids.ID // whose need is looked at
	Kind     assets.Kind
	Class    int
}

// Available is a loaner with the times in which it is not to be had.
type Available struct {
	assets.Pooled
	Busy  []assets.Span
	Free  bool            // in all of the time that was asked about
	Unmet []assets.Clause // in which it is less than what is needed
}

// Availability lists the pool of a depot or near a site, the nearest depot first,
// in it by tag. Codes: "pool_missing", "bad_window", "depot_not_found",
// "site_not_found", "person_not_found".
func (r *Room) Availability(ctx context.Context, who access.Principal, q PoolQuery) ([]Available, error) {
	if (q.DepotID == nil) == (q.SiteID == nil) {
		return nil, fault.New(fault.Invalid, "pool_missing", "name one depot, or one site").At("query/depot_id", "one of depot_id and site_id")
	}
	if !q.Until.After(q.From) {
		return nil, fault.New(fault.Invalid, "bad_window", "a time ends after it begins").At("query/until", "is not after from")
	}
	now := r.Clock.Now()
	var out []Available
	err := r.read(ctx, who, access.AssetsRead, func(tx dispatch.Tx) error {
		depots, err := depotsOf(ctx, tx, q)
		if err != nil {
			return err
		}
		need := assets.Need{Kind: q.Kind, Class: q.Class}
		if q.PersonID != nil {
			if need, err = needOf(ctx, tx, NewLoan{PersonID: *q.PersonID}); err != nil {
				return err
			}
		}
		pool, err := tx.Pool(ctx, depots)
		if err != nil {
			return err
		}
		list := make([]ids.ID, len(pool))
		for i, p := range pool {
			list[i] = p.Item.ID
		}
		live, err := tx.LiveLoans(ctx, list)
		if err != nil {
			return err
		}
		of := map[ids.ID][]assets.Loan{}
		for _, l := range live {
			of[l.ItemID] = append(of[l.ItemID], l)
		}
		for _, p := range pool {
			busy := assets.Busy(p.Held, of[p.Item.ID], now)
			out = append(out, Available{p, busy, p.Reserved == nil && assets.FreeIn(busy, q.From, q.Until), need.Unmet(p.Held)})
		}
		slices.SortStableFunc(out, func(a, b Available) int {
			return slices.Index(depots, a.DepotID) - slices.Index(depots, b.DepotID)
		})
		return nil
	})
	return out, err
}

// depotsOf gives the depots that a question is about, the nearest first.
func depotsOf(ctx context.Context, tx dispatch.Tx, q PoolQuery) ([]ids.ID, error) {
	if q.DepotID != nil {
		d, err := tx.Depot(ctx, *q.DepotID)
		return []ids.ID{d.ID}, err
	}
	site, err := tx.Site(ctx, *q.SiteID)
	if err != nil {
		return nil, err
	}
	depots, err := tx.DepotsOf(ctx, site.RegionID)
	if err != nil {
		return nil, err
	}
	// Near enough to order by: a degree of longitude shrinks with the latitude.
	far := func(d dispatch.Depot) float64 {
		return math.Hypot((d.Point.Lon()-site.Point.Lon())*math.Cos(site.Point.Lat()*math.Pi/180), d.Point.Lat()-site.Point.Lat())
	}
	slices.SortStableFunc(depots, func(a, b dispatch.Depot) int {
		switch x, y := far(a), far(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	out := make([]ids.ID, len(depots))
	for i, d := range depots {
		out[i] = d.ID
	}
	return out, nil
}
