package desk

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// ticketsAtOnce is how many tickets a report of service levels reads at once.
const ticketsAtOnce = 500

// LevelReport counts how the service level was kept for tickets resolved in
// [from, until), those under an approved exception apart. It counts by the levels,
// hours and holidays as they are set now. Codes: "bad_window", "period_too_long".
func (d *Desk) LevelReport(ctx context.Context, who access.Principal, from, until time.Time) (dispatch.LevelReport, error) {
	r := dispatch.NewLevelReport()
	if err := span(from, until); err != nil {
		return r, err
	}
	if until.Sub(from) > dispatch.LongestReport {
		return r, fault.New(fault.Invalid, "period_too_long", "a report is of 35 days at most; ask for one month after the other").At("/until", "is too far from from")
	}
	now := d.Clock.Now()
	err := d.read(ctx, who, access.ReportsRead, func(tx dispatch.Tx) error {
		levels, err := tx.ListServiceLevels(ctx)
		if err != nil {
			return err
		}
		c := levelCounter{levels: levels, hours: map[ids.ID]dispatch.ServiceHours{}, into: &r}
		var last *dispatch.Ticket
		for {
			list, err := tx.ResolvedBetween(ctx, from, until, last, ticketsAtOnce)
			if err != nil || len(list) == 0 {
				return err
			}
			if err := c.count(ctx, tx, list, now); err != nil {
				return err
			}
			last = &list[len(list)-1]
		}
	})
	return r, err
}

// levelCounter counts tickets, and remembers what it has read of their regions.
type levelCounter struct {
	levels []dispatch.ServiceLevel
	hours  map[ids.ID]dispatch.ServiceHours // by region
	into   *dispatch.LevelReport
}

func (c levelCounter) count(ctx context.Context, tx dispatch.Tx, list []dispatch.Ticket, now time.Time) error {
	var tickets, sites []ids.ID
	for _, t := range list {
		tickets, sites = append(tickets, t.ID), append(sites, t.SiteID)
	}
	pauses, err := tx.PausesOfTickets(ctx, tickets)
	if err != nil {
		return err
	}
	exceptions, err := tx.ExceptionsOfAny(ctx, list)
	if err != nil {
		return err
	}
	places, err := tx.SitesByID(ctx, sites)
	if err != nil {
		return err
	}
	paused, regions := map[ids.ID][]dispatch.TicketPause{}, map[ids.ID]ids.ID{}
	for _, p := range pauses {
		paused[p.TicketID] = append(paused[p.TicketID], p)
	}
	for _, s := range places {
		regions[s.ID] = s.RegionID
	}
	for _, t := range list {
		region := regions[t.SiteID]
		h, known := c.hours[region]
		if !known {
			if h, err = hoursOf(ctx, tx, region); err != nil {
				return err
			}
			c.hours[region] = h
		}
		c.into.Count(t, exceptions, dispatch.Clocks(t, dispatch.LevelOf(c.levels, t), exceptions, h, paused[t.ID], now))
	}
	return nil
}

// Efforts tells what tickets entered in [from, until) took to enter, by template.
// Codes: "bad_window".
func (d *Desk) Efforts(ctx context.Context, who access.Principal, from, until time.Time) (list []dispatch.EffortSpread, err error) {
	if err := span(from, until); err != nil {
		return nil, err
	}
	err = d.read(ctx, who, access.ReportsRead, func(tx dispatch.Tx) (err error) {
		list, err = tx.EffortsBetween(ctx, from, until)
		return err
	})
	return list, err
}
