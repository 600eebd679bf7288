package api

import (
	"context"
	"time"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/fault"
)

// ListTickets lists tickets, newest first.
func (s *server) ListTickets(ctx context.Context, r contract.ListTicketsRequestObject) (contract.ListTicketsResponseObject, error) {
	p := r.Params
	list, next, err := s.desk.Tickets(ctx, who(ctx), dispatch.TicketFilter{
		PersonID: p.PersonID, OwnerID: p.OwnerID, IncidentID: p.IncidentID, Unclassified: value(p.Unclassified),
		States: each(p.State, func(t contract.TicketState) dispatch.TicketState { return dispatch.TicketState(t) }),
	}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListTickets200JSONResponse{
		Body: contract.Tickets{Items: each(list, ticket)}, Headers: contract.ListTickets200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// OpenTicket registers a ticket.
func (s *server) OpenTicket(ctx context.Context, r contract.OpenTicketRequestObject) (contract.OpenTicketResponseObject, error) {
	b := r.Body
	var handled time.Duration
	if b.Handled != nil {
		var err error
		if handled, err = parseDuration(*b.Handled); err != nil {
			return nil, fault.New(fault.Invalid, "bad_duration", "handled is a length of time such as PT4M").At("/handled", "is no length of time")
		}
	}
	answer := func(v desk.TicketView) contract.OpenTicket201JSONResponse {
		return contract.OpenTicket201JSONResponse{Body: ticketDetail(v), Headers: contract.OpenTicket201ResponseHeaders{
			ETag: etag(v.Ticket.Version), Location: "/v1/tickets/" + v.Ticket.ID.String()}}
	}
	ctx = keep(ctx, func(v desk.TicketView) visit { return answer(v).VisitOpenTicketResponse })
	v, err := s.desk.OpenTicket(ctx, who(ctx), desk.NewTicket{
		ID: b.ID, Template: value(b.Template), Symptoms: value(b.Symptoms), PersonID: b.PersonID, KeyField: value(b.KeyField), Summary: value(b.Summary), ItemID: b.ItemID,
		IncidentID: b.IncidentID, ContactID: b.ContactID, Contact: some(b.Contact, ticketContact), Channel: string(value(b.Channel)), Resolution: b.Resolution,
		HandledSeconds: int(handled.Seconds()), KeyStrokes: b.KeyStrokes,
	})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetTicket gives a ticket with its visits and promises.
func (s *server) GetTicket(ctx context.Context, r contract.GetTicketRequestObject) (contract.GetTicketResponseObject, error) {
	v, err := s.desk.Ticket(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetTicket200JSONResponse{Body: ticketDetail(v), Headers: contract.GetTicket200ResponseHeaders{ETag: etag(v.Ticket.Version)}}, nil
}

// ChangeTicket merges a patch into a ticket.
func (s *server) ChangeTicket(ctx context.Context, r contract.ChangeTicketRequestObject) (contract.ChangeTicketResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	b := r.Body
	t, err := s.desk.ChangeTicket(ctx, who(ctx), r.ID, version, desk.TicketChange{Summary: b.Summary, OwnerID: b.OwnerID,
		Workaround: b.Workaround, FixExpectedAt: b.FixExpectedAt, NextUpdate: b.NextUpdateAt})
	if err != nil {
		return nil, err
	}
	return contract.ChangeTicket200JSONResponse{Body: ticket(t), Headers: contract.ChangeTicket200ResponseHeaders{ETag: etag(t.Version)}}, nil
}

// ResolveTicket resolves a ticket from the desk.
func (s *server) ResolveTicket(ctx context.Context, r contract.ResolveTicketRequestObject) (contract.ResolveTicketResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(t dispatch.Ticket) contract.ResolveTicket200JSONResponse {
		return contract.ResolveTicket200JSONResponse{Body: ticket(t), Headers: contract.ResolveTicket200ResponseHeaders{ETag: etag(t.Version)}}
	}
	ctx = keep(ctx, func(t dispatch.Ticket) visit { return answer(t).VisitResolveTicketResponse })
	t, err := s.desk.ResolveTicket(ctx, who(ctx), r.ID, version, r.Body.Resolution)
	if err != nil {
		return nil, err
	}
	return answer(t), nil
}

func ticketContact(c contract.TicketContact) desk.NewContact {
	n := desk.NewContact{QueuedAt: c.QueuedAt, AnsweredAt: c.AnsweredAt, Reason: "new"}
	if c.Reason != nil {
		n.Reason = string(*c.Reason)
	}
	return n
}

func ticket(t dispatch.Ticket) contract.Ticket {
	return contract.Ticket{
		ID: t.ID, Number: ticketNumber(t.Number), PersonID: t.PersonID, SiteID: t.SiteID, TemplateID: t.TemplateID, ItemID: t.ItemID,
		IncidentID: t.IncidentID, OwnerID: t.OwnerID, State: contract.TicketState(t.State), Priority: t.Priority, Summary: t.Summary,
		KeyField: given(t.KeyField), Symptoms: given(t.Symptoms), Channel: t.Channel, OpenedAt: t.OpenedAt, RestoredAt: t.RestoredAt, ResolvedAt: t.ResolvedAt,
		Resolution: t.Resolution, NextUpdateAt: t.NextUpdate, Place: some(t.Place, place), Version: t.Version,
		TeamID: t.TeamID, Impact: t.Impact, Urgency: t.Urgency, Workaround: given(t.Workaround), FixExpectedAt: t.FixExpectedAt,
		RespondedAt: t.RespondedAt, Reopenings: given(t.Reopenings), MergedInto: t.MergedInto,
		Confirmation: named[contract.TicketConfirmation](t.Confirmation),
	}
}

func ticketDetail(v desk.TicketView) contract.TicketDetail {
	return contract.TicketDetail{
		Ticket: ticket(v.Ticket), Template: ticketTemplate(v.Template), Person: person(v.Person), Site: site(v.Site),
		Visits: each(v.Visits, visitOf), Promises: each(v.Promises, promise),
		Opening: some(v.Opening, opening), PreferredAgent: some(v.Agent, preferredAgent),
		SuggestedTemplates: each(v.Suggested, suggestion),
	}
}

func suggestion(s dispatch.Suggestion) contract.TemplateSuggestion {
	return contract.TemplateSuggestion{Template: s.Template.Code, Name: s.Template.Name, Field: given(s.Template.Field), OnSite: s.Template.OnSite, Words: s.Words}
}
