package api

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/control"
)

// GetBoard gives a day on one page.
func (s *server) GetBoard(ctx context.Context, r contract.GetBoardRequestObject) (contract.GetBoardResponseObject, error) {
	v, err := s.control.Board(ctx, who(ctx), r.ID, named[dispatch.Date](r.Params.Date))
	if err != nil {
		return nil, err
	}
	b := board(v)
	tag, err := likeness(b)
	if err != nil {
		return nil, err
	}
	if sameAs(r.Params.IfNoneMatch, tag) {
		return contract.GetBoard304Response{Headers: contract.GetBoard304ResponseHeaders{ETag: tag}}, nil
	}
	b.Since = strconv.FormatInt(v.Position, 10)
	return contract.GetBoard200JSONResponse{Body: b, Headers: contract.GetBoard200ResponseHeaders{ETag: tag}}, nil
}

// likeness is a weak ETag of an answer's content: two that are alike to a reader
// have the same.
func likeness(v any) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("likeness of an answer: %w", err)
	}
	sum := sha256.Sum256(raw)
	return `W/"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`, nil
}

// sameAs says whether one of the tags of an If-None-Match is this one.
func sameAs(header *string, tag string) bool {
	for _, t := range strings.Split(value(header), ",") {
		if t = strings.TrimSpace(t); t == "*" || t == tag {
			return true
		}
	}
	return false
}

func board(v control.BoardView) contract.Board {
	return contract.Board{
		Region: region(v.Region), Date: string(v.Date), Version: v.Version, PlanRuns: each(v.Runs, planRun),
		Rounds:  each(v.Rounds, func(r control.BoardRound) contract.BoardRound { return boardRound(r, v.Floors) }),
		Waiting: each(v.Waiting, func(w control.BoardWaiting) contract.BoardWaiting { return boardWaiting(w, v.Floors) }),
	}
}

func boardRound(r control.BoardRound, f dispatch.Floors) contract.BoardRound {
	return contract.BoardRound{
		ID: r.Round.ID, Version: r.Round.Version, PublishedAt: r.Round.PublishedAt, Technician: technician(r.Technician), Shift: shift(r.Shift),
		Whereabouts: whereabouts(r.Whereabouts), Absences: each(r.Absences, boardAbsence), Changes: each(r.Changes, roundChange),
		Visits: each(r.Stops, func(t dispatch.StopSheet) contract.BoardVisit {
			return boardVisit(t.Visit, t.Person, t.Site, t.Ticket, t.Promise, f)
		}),
	}
}

func boardAbsence(a dispatch.Absence) contract.BoardAbsence {
	return contract.BoardAbsence{From: a.From, Until: a.Until, Reason: a.Reason}
}

func whereabouts(w dispatch.Whereabouts) contract.Whereabouts {
	out := contract.Whereabouts{State: contract.WhereaboutsState(w.State), Since: w.Since}
	if w.Stop != nil {
		at := point(w.Stop.Site.Point)
		out.VisitID, out.SiteName, out.Location = &w.Stop.Visit.ID, &w.Stop.Site.Name, &at
	}
	return out
}

func boardVisit(v dispatch.Visit, p dispatch.Person, s dispatch.Site, t dispatch.Ticket, pr *dispatch.Promise, f dispatch.Floors) contract.BoardVisit {
	return contract.BoardVisit{
		PersonName: p.Name, TicketNumber: ticketNumber(t.Number), Summary: t.Summary, VisitID: v.ID, TicketID: v.TicketID,
		State: contract.VisitState(v.State), SiteName: s.Name, Location: point(s.Point), Priority: v.Priority, Duration: minutes(v.Minutes),
		PlannedLeave: v.PlannedLeave, PlannedStart: v.PlannedStart, PlannedEnd: v.PlannedEnd, PinnedTime: v.PinTime, PinnedTechnician: v.PinShift,
		ArrivedAt: v.ArrivedAt, CompletedAt: v.CompletedAt, Version: v.Version,
		Promise: some(pr, func(p dispatch.Promise) contract.BoardPromise { return boardPromise(p, f) }),
	}
}

func boardPromise(p dispatch.Promise, f dispatch.Floors) contract.BoardPromise {
	out := contract.BoardPromise{ID: p.ID, Window: window(p.WindowStart, p.WindowEnd), Chance: p.Chance, AtRiskSince: p.AtRiskSince, Risk: contract.BoardPromiseRiskNone}
	switch {
	case p.Chance == nil:
	case *p.Chance < f.Tell:
		out.Risk = contract.BoardPromiseRiskLost
	case *p.Chance < f.Risk:
		out.Risk = contract.BoardPromiseRiskAtRisk
	}
	return out
}

func boardWaiting(w control.BoardWaiting, f dispatch.Floors) contract.BoardWaiting {
	return contract.BoardWaiting{
		Visit: boardVisit(w.Visit, w.Person, w.Site, w.Ticket, w.Promise, f), EarliestDate: named[string](w.Visit.EarliestDate),
		Reasons: each(w.Reasons, clause),
	}
}
