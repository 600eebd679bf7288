package dispatch

import (
	"context"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// RoundSheet is a round with all that a reader of it wants to know.
type RoundSheet struct {
	Round      Round
	Shift      Shift
	Technician Technician
	Stops      []StopSheet
	Kit        []KitItem
	Changes    []RoundChange // that wait for the technician, or for the dispatcher behind an objection
}

// StopSheet is one stop of a round, the person first.
type StopSheet struct {
	Visit   Visit
	Person  Person
	Site    Site
	Ticket  Ticket
	Promise *Promise // that stands
	// For their technician alone: whom they come instead of, where the person would
	// rather see somebody else, and the last visits before.
	Instead *Technician
	Earlier []EarlierVisit
}

// WaitingSheet is a visit that waits for a round.
type WaitingSheet struct {
	Visit  Visit
	Person Person
	Site   Site
	Ticket Ticket
}

// SheetRounds reads the rounds of a day's sheet out, by technician's name.
func SheetRounds(s DaySheet) []RoundSheet {
	promises := map[ids.ID]*Promise{}
	for i := range s.Promises {
		if s.Promises[i].State == PromiseOpen {
			promises[s.Promises[i].VisitID] = &s.Promises[i]
		}
	}
	shifts, technicians := map[ids.ID]Shift{}, map[ids.ID]Technician{}
	for _, x := range s.Shifts {
		shifts[x.ID] = x
	}
	for _, x := range s.Technicians {
		technicians[x.ID] = x
	}
	out := make([]RoundSheet, 0, len(s.Rounds))
	for _, r := range s.Rounds {
		sheet := RoundSheet{Round: r, Shift: shifts[r.ShiftID], Technician: technicians[r.TechnicianID], Stops: []StopSheet{}, Kit: []KitItem{}, Changes: []RoundChange{}}
		for _, v := range s.Visits {
			if v.RoundID != nil && *v.RoundID == r.ID {
				sheet.Stops = append(sheet.Stops, StopSheet{Visit: v, Person: s.Tickets[v.TicketID].Place.Over(s.People[v.PersonID]),
					Site: s.Sites[v.SiteID], Ticket: s.Tickets[v.TicketID], Promise: promises[v.ID]})
			}
		}
		for _, k := range s.Kits {
			if k.TechnicianID == r.TechnicianID {
				sheet.Kit = append(sheet.Kit, k)
			}
		}
		for _, c := range s.Changes {
			if c.RoundID == r.ID {
				sheet.Changes = append(sheet.Changes, c)
			}
		}
		out = append(out, sheet)
	}
	return out
}

// ReadRound reads one round out of its day.
func ReadRound(ctx context.Context, tx Tx, id ids.ID) (RoundSheet, error) {
	r, err := tx.Round(ctx, id)
	if err != nil {
		return RoundSheet{}, err
	}
	s, err := tx.DaySheet(ctx, DayKey{r.RegionID, r.Date})
	if err != nil {
		return RoundSheet{}, err
	}
	for _, sheet := range SheetRounds(s) {
		if sheet.Round.ID == id {
			return sheet, nil
		}
	}
	return RoundSheet{}, errRound
}

var errRound = fault.New(fault.NotFound, "round_not_found", "there is no such round")
