package control

import (
	"context"
	"fmt"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"
)

// DayView is a region-day: who goes where, and what waits.
type DayView struct {
	Region  dispatch.Region
	Date    dispatch.Date
	Version int64 // of the inputs
	Rounds  []dispatch.RoundSheet
	Waiting []dispatch.WaitingSheet
}

// Day gives a region-day. Code: "day_missing" when nobody works on it.
func (c *Control) Day(ctx context.Context, who access.Principal, k dispatch.DayKey) (DayView, error) {
	var v DayView
	err := c.read(ctx, who, access.PlansRead, func(tx dispatch.Tx) error {
		s, err := tx.DaySheet(ctx, k)
		if err != nil {
			return err
		}
		v = DayView{Region: s.Region, Date: s.Day.Date, Version: s.Day.Version, Rounds: dispatch.SheetRounds(s), Waiting: []dispatch.WaitingSheet{}}
		for _, w := range s.Waiting {
			v.Waiting = append(v.Waiting, dispatch.WaitingSheet{Visit: w, Person: s.People[w.PersonID], Site: s.Sites[w.SiteID], Ticket: s.Tickets[w.TicketID]})
		}
		return nil
	})
	return v, err
}

// Round gives one round with its stops. Code: "round_not_found".
func (c *Control) Round(ctx context.Context, who access.Principal, id ids.ID) (dispatch.RoundSheet, error) {
	var v dispatch.RoundSheet
	err := c.read(ctx, who, access.PlansRead, func(tx dispatch.Tx) (err error) {
		v, err = dispatch.ReadRound(ctx, tx, id)
		return err
	})
	return v, err
}

// RoundLine gives the way of a round over the roads, from home to home: a
// feature for each leg, with seconds, metres and the visit that it leads to, and
// a point for each stop.
func (c *Control) RoundLine(ctx context.Context, who access.Principal, id ids.ID) (*geojson.FeatureCollection, error) {
	sheet, err := c.Round(ctx, who, id)
	if err != nil {
		return nil, err
	}
	mode := map[string]routing.Mode{"bike": routing.Bike, "foot": routing.Foot}[sheet.Technician.Mode]
	out := geojson.NewFeatureCollection()
	at, depart := sheet.Technician.Home, sheet.Shift.StartsAt
	leg := func(to orb.Point, visit *dispatch.Visit) error {
		l, line, err := c.Roads.Line(ctx, at, to, mode, depart)
		if err != nil {
			return fmt.Errorf("the way of round %s: %w", id, err)
		}
		if visit != nil && visit.LegSeconds != nil {
			l.Seconds = routing.Seconds(*visit.LegSeconds) // as it is planned, with what drives have taught
		}
		f := geojson.NewFeature(line)
		f.Properties["kind"], f.Properties["seconds"], f.Properties["metres"] = "leg", int(l.Seconds), int(l.Metres)
		if visit != nil {
			f.Properties["visit_id"] = visit.ID.String()
		}
		out.Append(f)
		at = to
		return nil
	}
	for i, s := range sheet.Stops {
		if s.Visit.PlannedLeave != nil {
			depart = *s.Visit.PlannedLeave
		}
		if err := leg(s.Site.Reached(), &s.Visit); err != nil {
			return nil, err
		}
		p := geojson.NewFeature(s.Site.Point)
		p.Properties["kind"], p.Properties["visit_id"], p.Properties["position"], p.Properties["site"] = "stop", s.Visit.ID.String(), i+1, s.Site.Name
		out.Append(p)
	}
	if len(sheet.Stops) > 0 {
		err = leg(sheet.Technician.Home, nil)
	}
	return out, err
}
