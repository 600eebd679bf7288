package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// FindCallers looks up who is calling.
func (s *server) FindCallers(ctx context.Context, r contract.FindCallersRequestObject) (contract.FindCallersResponseObject, error) {
	b := r.Body
	found, err := s.desk.Lookup(ctx, who(ctx), dispatch.CallerQuery{
		Phone: value(b.Phone), Mail: value(b.Mail), EmployeeNumber: value(b.EmployeeNumber),
		Name: value(b.Name), AssetTag: value(b.AssetTag), Limit: value(b.Limit),
	})
	if err != nil {
		return nil, err
	}
	return contract.FindCallers200JSONResponse{Items: each(found.Hits, callerMatch), Card: some(found.Card, card)}, nil
}

// GetCard gives the caller card.
func (s *server) GetCard(ctx context.Context, r contract.GetCardRequestObject) (contract.GetCardResponseObject, error) {
	c, err := s.desk.Card(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetCard200JSONResponse(card(c)), nil
}

func card(c desk.Card) contract.Card {
	return contract.Card{
		Person: person(c.Person), BeforeContact: each(c.Before, same), Site: site(c.Site), Devices: each(c.Devices, item), OpenTickets: each(c.OpenTickets, ticket),
		LastContacts: each(c.LastContacts, func(k dispatch.Contact) contract.Contact {
			out := contact(k)
			out.HandlerName = given(c.Handlers[k.HandlerID])
			return out
		}),
		Changes: each(c.Changes, change), PreferredTechnician: some(c.Preferred, cardPreference), PreferredAgent: some(c.Agent, preferredAgent), Promises: each(c.Promises, promise), Incidents: each(c.Incidents, touch),
		Loans: each(c.Loans, loan),
		Say: each(c.Say, func(l desk.Line) contract.SayLine {
			return contract.SayLine{Text: l.Text, SourceKind: l.SourceKind, SourceID: l.SourceID}
		}),
	}
}

func cardPreference(p desk.Preferred) contract.CardPreference {
	return contract.CardPreference{TechnicianID: p.Technician.ID, TechnicianName: p.Technician.Name, SetAt: p.SetAt}
}

func callerMatch(h dispatch.CallerHit) contract.CallerMatch {
	return contract.CallerMatch{Person: person(h.Person), Site: site(h.Site), MatchedBy: contract.CallerMatchMatchedBy(h.MatchedBy), Sure: h.Sure}
}

func person(p dispatch.Person) contract.Person {
	return contract.Person{
		ID: p.ID, EmployeeNumber: p.EmployeeNumber, Name: p.Name, SpokenName: p.SpokenName, Language: p.Language, SiteID: p.SiteID,
		Building: p.Building, Floor: p.Floor, Room: p.Room, Mail: p.Mail, MailOnDeviceOnly: p.MailOnDeviceOnly,
		Mobile: p.Mobile, DeskPhone: p.DeskPhone, Vip: p.VIP,
		NameForm: given(contract.PersonNameForm(p.NameForm)), Accessibility: given(p.Accessibility), Quiet: given(p.Quiet),
		PreferredChannel: given(contract.PersonPreferredChannel(p.PreferredChannel)), Provisional: given(p.Provisional), MergedInto: p.MergedInto,
		PhoneRaw: given(p.PhoneRaw), State: state(p.RetiredAt), Version: &p.Version,
	}
}

func touch(t desk.Touch) contract.Touch {
	return contract.Touch{
		Incident: incidentBrief(t.Incident), ItemID: t.Affected.ItemID, Clauses: each(t.Affected.Clauses, same[string]),
		Reached: given(contract.TouchReached(t.Affected.Reached)), ReachedAt: t.Affected.ReachedAt, TicketID: t.Affected.TicketID,
	}
}

func incidentBrief(i dispatch.Incident) contract.IncidentBrief {
	return contract.IncidentBrief{ID: i.ID, Number: incidentNumber(i.Number), Title: i.Title, Cause: i.Cause, State: contract.IncidentState(i.State)}
}
