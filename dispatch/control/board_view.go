package control

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// BoardView is a dispatcher's day on one page.
type BoardView struct {
	Region   dispatch.Region
	Date     dispatch.Date
	Version  int64 // of the inputs
	Rounds   []BoardRound
	Waiting  []BoardWaiting
	Runs     []dispatch.PlanRun
	Position int64 // of the newest event it holds
	Floors   dispatch.Floors
}

// BoardRound is a round with where its technician is, and when they are away.
type BoardRound struct {
	dispatch.RoundSheet
	Whereabouts dispatch.Whereabouts
	Absences    []dispatch.Absence
}

// BoardWaiting is a visit that waits, and why.
type BoardWaiting struct {
	dispatch.WaitingSheet
	Promise *dispatch.Promise // that stands although it is in no round
	Reasons []dispatch.Clause
}

// Board gives a region's day, the present one where none is named. Everything is of
// one snapshot, so that events behind Position continue it without a gap. Codes:
// "region_not_found".
func (c *Control) Board(ctx context.Context, who access.Principal, region ids.ID, date *dispatch.Date) (BoardView, error) {
	now := c.Clock.Now()
	var v BoardView
	err := c.read(ctx, who, access.PlansRead, func(tx dispatch.Tx) error {
		k := dispatch.DayKey{RegionID: region}
		if date != nil {
			k.Date = *date
		} else {
			var err error
			if k, err = present(ctx, tx, region, now); err != nil {
				return err
			}
		}
		s, err := tx.DaySheet(ctx, k)
		if err != nil {
			return err
		}
		rest, err := tx.BoardSheet(ctx, k)
		if err != nil {
			return err
		}
		v = board(s, rest)
		v.Floors = c.Decide.Floors
		return nil
	})
	return v, err
}

// board lays a day out.
func board(s dispatch.DaySheet, rest dispatch.BoardSheet) BoardView {
	v := BoardView{Region: s.Region, Date: s.Day.Date, Version: s.Day.Version, Runs: rest.Runs, Position: rest.Position}
	for _, r := range dispatch.SheetRounds(s) {
		x := BoardRound{RoundSheet: r, Whereabouts: dispatch.LastKnown(r.Stops)}
		for _, a := range s.Absences {
			if a.TechnicianID == r.Technician.ID {
				x.Absences = append(x.Absences, a)
			}
		}
		v.Rounds = append(v.Rounds, x)
	}
	promises := map[ids.ID]*dispatch.Promise{}
	for i := range s.Promises {
		promises[s.Promises[i].VisitID] = &s.Promises[i]
	}
	for _, w := range s.Waiting {
		x := BoardWaiting{Promise: promises[w.ID], Reasons: rest.LeftOut[w.ID],
			WaitingSheet: dispatch.WaitingSheet{Visit: w, Person: s.People[w.PersonID], Site: s.Sites[w.SiteID], Ticket: s.Tickets[w.TicketID]}}
		if x.Reasons == nil {
			x.Reasons = []dispatch.Clause{{Code: "not_planned", Text: "no plan of this day has looked at it yet; run one, or give it a place by hand"}}
		}
		v.Waiting = append(v.Waiting, x)
	}
	return v
}
