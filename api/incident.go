package api

import (
	"context"
	"net/http"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/incidents"
)

// ListIncidents lists incidents, newest first.
func (s *server) ListIncidents(ctx context.Context, r contract.ListIncidentsRequestObject) (contract.ListIncidentsResponseObject, error) {
	p := r.Params
	states := each(p.State, func(t contract.IncidentState) dispatch.IncidentState { return dispatch.IncidentState(t) })
	list, next, err := s.incidents.List(ctx, who(ctx), states, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListIncidents200JSONResponse{
		Body: contract.Incidents{Items: each(list, incident)}, Headers: contract.ListIncidents200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// DeclareIncident declares an incident; 200 when it had been declared before.
func (s *server) DeclareIncident(ctx context.Context, r contract.DeclareIncidentRequestObject) (contract.DeclareIncidentResponseObject, error) {
	b := r.Body
	answer := func(d incidents.Declared) contract.DeclareIncidentResponseObject {
		tag, at := etag(d.View.Incident.Version), "/v1/incidents/"+d.View.Incident.ID.String()
		if d.Created {
			return contract.DeclareIncident201JSONResponse{Body: incidentDetail(d.View), Headers: contract.DeclareIncident201ResponseHeaders{ETag: tag, Location: at}}
		}
		return contract.DeclareIncident200JSONResponse{Body: incidentDetail(d.View), Headers: contract.DeclareIncident200ResponseHeaders{ETag: tag, Location: at}}
	}
	ctx = keep(ctx, func(d incidents.Declared) visit {
		return func(w http.ResponseWriter) error { return answer(d).VisitDeclareIncidentResponse(w) }
	})
	v, created, err := s.incidents.Declare(ctx, who(ctx), newIncident(*b))
	if err != nil {
		return nil, err
	}
	return answer(incidents.Declared{View: v, Created: created}), nil
}

// GetIncident gives an incident with how far its people are helped.
func (s *server) GetIncident(ctx context.Context, r contract.GetIncidentRequestObject) (contract.GetIncidentResponseObject, error) {
	v, err := s.incidents.Incident(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetIncident200JSONResponse{Body: incidentDetail(v), Headers: contract.GetIncident200ResponseHeaders{ETag: etag(v.Incident.Version)}}, nil
}

// ConfirmIncident makes a suspected incident a confirmed one.
func (s *server) ConfirmIncident(ctx context.Context, r contract.ConfirmIncidentRequestObject) (contract.ConfirmIncidentResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v incidents.View) contract.ConfirmIncident200JSONResponse {
		return contract.ConfirmIncident200JSONResponse{Body: incidentDetail(v), Headers: contract.ConfirmIncident200ResponseHeaders{ETag: etag(v.Incident.Version)}}
	}
	ctx = keep(ctx, func(v incidents.View) visit { return answer(v).VisitConfirmIncidentResponse })
	v, err := s.incidents.Confirm(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ResolveIncident ends an incident.
func (s *server) ResolveIncident(ctx context.Context, r contract.ResolveIncidentRequestObject) (contract.ResolveIncidentResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v incidents.View) contract.ResolveIncident200JSONResponse {
		return contract.ResolveIncident200JSONResponse{Body: incidentDetail(v), Headers: contract.ResolveIncident200ResponseHeaders{ETag: etag(v.Incident.Version)}}
	}
	ctx = keep(ctx, func(v incidents.View) visit { return answer(v).VisitResolveIncidentResponse })
	v, err := s.incidents.Resolve(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ListAffected lists everybody whom an incident touches.
func (s *server) ListAffected(ctx context.Context, r contract.ListAffectedRequestObject) (contract.ListAffectedResponseObject, error) {
	list, next, err := s.incidents.Affected(ctx, who(ctx), r.ID, long(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	return contract.ListAffected200JSONResponse{Body: contract.AffectedPeople{Items: each(list, affected)},
		Headers: contract.ListAffected200ResponseHeaders{Link: nextLink(ctx, next)}}, nil
}

// OpenIncidentTickets opens a ticket for everybody affected who has none.
func (s *server) OpenIncidentTickets(ctx context.Context, r contract.OpenIncidentTicketsRequestObject) (contract.OpenIncidentTicketsResponseObject, error) {
	answer := func(n int) contract.OpenIncidentTickets201JSONResponse {
		return contract.OpenIncidentTickets201JSONResponse{Opened: n}
	}
	ctx = keep(ctx, func(n int) visit { return answer(n).VisitOpenIncidentTicketsResponse })
	n, err := s.incidents.OpenTickets(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return answer(n), nil
}

func newIncident(b contract.NewIncident) incidents.NewIncident {
	return incidents.NewIncident{
		ExternalID: b.ExternalID, Title: b.Title, Cause: b.Cause, State: dispatch.IncidentState(b.State), Impairs: b.Impairs, Template: b.Template,
		Predicate: dispatch.Predicate{Models: b.Predicate.Models, OSFrom: value(b.Predicate.OsFrom), OSBelow: value(b.Predicate.OsBelow), Sites: b.Predicate.Sites},
	}
}

func incident(i dispatch.Incident) contract.Incident {
	return contract.Incident{
		ID: i.ID, Number: incidentNumber(i.Number), ExternalID: i.ExternalID, Title: i.Title, Cause: i.Cause, State: contract.IncidentState(i.State),
		Impairs: each(i.Impairs, same[string]), Template: i.Template, Predicate: predicate(i.Predicate), DeclaredBy: i.DeclaredBy,
		DeclaredAt: i.DeclaredAt, ConfirmedAt: i.ConfirmedAt, ResolvedAt: i.ResolvedAt, Version: i.Version,
	}
}

func incidentDetail(v incidents.View) contract.IncidentDetail {
	return contract.IncidentDetail{
		Incident: incident(v.Incident), AffectedCount: v.Affected, ReachedCount: v.Reached, TicketCount: v.Tickets, Calls: v.Calls,
	}
}

func predicate(p dispatch.Predicate) contract.Predicate {
	return contract.Predicate{Models: p.Models, OsFrom: given(p.OSFrom), OsBelow: given(p.OSBelow), Sites: p.Sites}
}

func affected(v incidents.AffectedView) contract.Affected {
	a := v.Affected
	return contract.Affected{
		PersonID: a.PersonID, PersonName: v.Person.Name, SiteName: v.Site.Name, ItemID: a.ItemID, Clauses: each(a.Clauses, same[string]),
		MatchedAt: a.MatchedAt, Reached: given(contract.AffectedReached(a.Reached)), ReachedAt: a.ReachedAt, TicketID: a.TicketID,
		Channels: each(v.Usable, same[string]), DeadChannels: each(v.Dead, same[string]),
	}
}
