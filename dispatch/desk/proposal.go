package desk

import (
	"context"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// NewProposals asks which windows could be offered to people whose promises of a
// day are endangered.
type NewProposals struct {
	RegionID ids.ID
	Date     dispatch.Date
	Days     int // working days looked at, 1 to 5; 0 is 3
	Limit    int // promises looked at, 1 to 50; 0 is 20
}

// perPromise is how many windows are proposed to one person.
const perPromise = 3

// Propose looks for other windows for the people whose promises of a day can't be
// met any more, or hardly: after an absence, a late round, anything. Whoever is
// least likely to be served comes first. Each window is a what-if that was really
// tried, by itself: of two people who take the same one, the second is offered
// others. Nothing changes before somebody agrees.
//
// Codes: "region_not_found", "bad_date".
func (d *Desk) Propose(ctx context.Context, who access.Principal, n NewProposals) (dispatch.Proposals, error) {
	out := dispatch.Proposals{RegionID: n.RegionID, Date: n.Date, List: []dispatch.Proposal{}}
	if err := who.Require(access.PromisesWrite); err != nil {
		return out, err
	}
	if _, err := dispatch.ParseDate(string(n.Date)); err != nil {
		return out, err
	}
	out.At = d.Clock.Now()
	out.ExpiresAt = out.At.Add(dispatch.OutcomeLife)
	asked, h, err := d.endangered(ctx, n, &out)
	if err != nil {
		return out, err
	}
	b, err := d.Decide.Ready(ctx, h, out.At)
	if err != nil {
		return out, err
	}
	var asks []tried
	for i := range asked {
		more, err := asked[i].propose(who, b, h, out.At, &out.List[i])
		if err != nil {
			return out, err
		}
		asks = append(asks, more...)
	}
	return out, d.Store.Write(ctx, func(tx dispatch.Tx) error {
		if err := d.keepAll(ctx, tx, asks); err != nil {
			return err
		}
		return tx.Answer(ctx, out)
	})
}

// endangeredVisit is a promised visit that needs another window.
type endangeredVisit struct {
	view  TicketView
	visit dispatch.Visit
	on    []dispatch.DayKey // that are asked for
}

// endangered reads the endangered promises and the days on which they could be met,
// in one snapshot.
func (d *Desk) endangered(ctx context.Context, n NewProposals, out *dispatch.Proposals) (asked []endangeredVisit, h day.Horizon, err error) {
	days, limit := n.Days, n.Limit
	if days == 0 {
		days = 3
	}
	if limit == 0 {
		limit = 20
	}
	err = d.Store.Read(ctx, func(tx dispatch.Tx) error {
		region, err := tx.Region(ctx, n.RegionID)
		if err != nil {
			return err
		}
		loc, err := region.Location()
		if err != nil {
			return err
		}
		list, all, err := tx.Endangered(ctx, n.RegionID, n.Date.Midnight(loc), n.Date.Add(1).Midnight(loc), d.Decide.Floors.Risk, limit)
		if err != nil {
			return err
		}
		out.Left = all - len(list)
		keys := []dispatch.DayKey{}
		for _, p := range list {
			v, err := view(ctx, tx, p.TicketID)
			if err != nil {
				return err
			}
			x := endangeredVisit{view: v}
			if x.visit, err = toChange(v, p.ID); err != nil {
				return err
			}
			if x.on, err = d.keys(v.Site, x.visit, NewQuote{Days: days}, out.At); err != nil {
				return err
			}
			keys = append(keys, x.on...)
			if x.visit.RoundID != nil {
				r, err := tx.Round(ctx, *x.visit.RoundID)
				if err != nil {
					return err
				}
				keys = append(keys, dispatch.DayKey{RegionID: r.RegionID, Date: r.Date})
			}
			asked = append(asked, x)
			out.List = append(out.List, dispatch.Proposal{PromiseID: p.ID, TicketID: p.TicketID, Unplaced: x.visit.RoundID == nil, Offers: []dispatch.Offer{}})
		}
		h, err = decide.Horizon(ctx, tx, keys, out.At)
		return err
	})
	return asked, h, err
}

// propose tries the visit at every place of the days asked for.
func (x endangeredVisit) propose(who access.Principal, b *day.Board, h day.Horizon, now time.Time, into *dispatch.Proposal) ([]tried, error) {
	loc, err := time.LoadLocation(x.view.Site.Zone)
	if err != nil {
		return nil, fmt.Errorf("time zone of site %s: %w", x.view.Site.Code, err)
	}
	wish := day.Wish{Visit: x.visit.ID, Describe: describe(h, x.view, x.visit), Limit: perPromise, Anew: true, On: x.on}
	found, refused := b.OffersFor(wish)
	into.Refused = append([]dispatch.Refusal{}, refused...)
	for _, c := range found {
		into.Offers = append(into.Offers, offered(c, wish, now, loc))
	}
	asks := make([]tried, len(found))
	for i, c := range found {
		asks[i] = tried{&into.Offers[i], decide.Question{Who: who, Subject: &into.TicketID, Days: decide.Keys(h), Change: c.Change}, c.Outcome}
	}
	return asks, nil
}
