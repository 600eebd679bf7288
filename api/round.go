package api

import (
	"context"
	"encoding/json"
	"fmt"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// GetRound gives a round with its stops.
func (s *server) GetRound(ctx context.Context, r contract.GetRoundRequestObject) (contract.GetRoundResponseObject, error) {
	v, err := s.control.Round(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetRound200JSONResponse{Body: round(v), Headers: contract.GetRound200ResponseHeaders{ETag: etag(v.Round.Version)}}, nil
}

// GetRoundLine gives the way of a round over the roads.
func (s *server) GetRoundLine(ctx context.Context, r contract.GetRoundLineRequestObject) (contract.GetRoundLineResponseObject, error) {
	line, err := s.control.RoundLine(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	b, err := json.Marshal(line)
	if err != nil {
		return nil, fmt.Errorf("write the way of round %s: %w", r.ID, err)
	}
	var out contract.Line
	if err := json.Unmarshal(b, &out); err != nil {
		return nil, fmt.Errorf("write the way of round %s: %w", r.ID, err)
	}
	return contract.GetRoundLine200JSONResponse(out), nil
}

func round(v dispatch.RoundSheet) contract.Round {
	return contract.Round{
		ID: v.Round.ID, Technician: technician(v.Technician), Shift: shift(v.Shift), RegionID: v.Round.RegionID, Date: string(v.Round.Date),
		Version: v.Round.Version, PublishedAt: v.Round.PublishedAt, Stops: each(v.Stops, stop), Changes: each(v.Changes, roundChange),
	}
}

func technician(t dispatch.Technician) contract.Technician {
	return contract.Technician{ID: t.ID, Code: t.Code, Name: t.Name, SpokenName: t.SpokenName, Mode: contract.TechnicianMode(t.Mode), Phone: given(t.Phone)}
}

func shift(t dispatch.Shift) contract.Shift {
	return contract.Shift{
		ID: t.ID, StartsAt: t.StartsAt, EndsAt: t.EndsAt, Overtime: minutes(t.OvertimeMinutes),
		BreakFrom: t.BreakFrom, BreakUntil: t.BreakUntil, Break: minutes(t.BreakMinutes),
		TechnicianID: given(t.TechnicianID), RegionID: given(t.RegionID), Date: given(string(t.Date)), PatternID: t.PatternID, Changed: &t.Changed, Version: given(t.Version),
	}
}

func stop(t dispatch.StopSheet) contract.Stop {
	return contract.Stop{
		Visit: visitOf(t.Visit), TicketNumber: ticketNumber(t.Ticket.Number), Summary: t.Ticket.Summary, PersonName: t.Person.Name,
		SpokenName: t.Person.SpokenName, SiteName: t.Site.Name, Address: t.Site.Address, Location: point(t.Site.Point), Zone: t.Site.Zone,
		Promise: some(t.Promise, promiseBrief),
	}
}

func earlierVisit(e dispatch.EarlierVisit) contract.EarlierVisit {
	return contract.EarlierVisit{VisitID: e.VisitID, TicketID: e.TicketID, TicketNumber: ticketNumber(e.Number), Summary: e.Summary,
		TechnicianID: e.TechnicianID, TechnicianName: e.TechnicianName, EndedAt: e.EndedAt, Resolution: given(e.Resolution)}
}

// ownStop is a stop as its technician sees it: with what helps to find the
// person.
func ownStop(t dispatch.StopSheet) contract.Stop {
	s := stop(t)
	s.Phone = t.Person.Mobile
	if s.Phone == nil {
		s.Phone = t.Person.DeskPhone
	}
	s.Building, s.Floor, s.Room = given(t.Person.Building), &t.Person.Floor, given(t.Person.Room)
	s.AccessNotes, s.AccessPoint, s.Walk = given(t.Site.AccessNotes), some(t.Site.AccessPoint, point), some(given(t.Site.WalkMinutes), minutes)
	s.InsteadOf = some(t.Instead, func(x dispatch.Technician) string { return x.Name })
	if len(t.Earlier) > 0 {
		s.EarlierVisits = each(t.Earlier, earlierVisit)
	}
	return s
}
