package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/setup"
)

// ListPeople lists people, by employee number.
func (s *server) ListPeople(ctx context.Context, r contract.ListPeopleRequestObject) (contract.ListPeopleResponseObject, error) {
	p := r.Params
	list, next, err := s.setup.People().List(ctx, who(ctx), dispatch.StandingFilter{SiteID: p.SiteID, Retired: chosen(p.Retired)}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListPeople200JSONResponse{
		Body: contract.People{Items: each(list, person)}, Headers: contract.ListPeople200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AddPerson enters a person.
func (s *server) AddPerson(ctx context.Context, r contract.AddPersonRequestObject) (contract.AddPersonResponseObject, error) {
	answer := func(v dispatch.Person) contract.AddPerson201JSONResponse {
		return contract.AddPerson201JSONResponse{Body: person(v), Headers: contract.AddPerson201ResponseHeaders{
			ETag: etag(v.Version), Location: "/v1/people/" + v.ID.String()}}
	}
	ctx = keep(ctx, func(v dispatch.Person) visit { return answer(v).VisitAddPersonResponse })
	v, err := s.setup.People().Add(ctx, who(ctx), personEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetPerson gives a person, retired or not.
func (s *server) GetPerson(ctx context.Context, r contract.GetPersonRequestObject) (contract.GetPersonResponseObject, error) {
	v, err := s.setup.People().Get(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetPerson200JSONResponse{Body: person(v), Headers: contract.GetPerson200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// ChangePerson merges a patch into a person.
func (s *server) ChangePerson(ctx context.Context, r contract.ChangePersonRequestObject) (contract.ChangePersonResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.setup.People().Change(ctx, who(ctx), r.ID, version, personEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return contract.ChangePerson200JSONResponse{Body: person(v), Headers: contract.ChangePerson200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// RetirePerson takes a person out of use.
func (s *server) RetirePerson(ctx context.Context, r contract.RetirePersonRequestObject) (contract.RetirePersonResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Person) contract.RetirePerson200JSONResponse {
		return contract.RetirePerson200JSONResponse{Body: person(v), Headers: contract.RetirePerson200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Person) visit { return answer(v).VisitRetirePersonResponse })
	v, err := s.setup.People().Retire(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func personEntry(b contract.PersonEntry) setup.PersonEntry {
	return setup.PersonEntry{
		EmployeeNumber: b.EmployeeNumber, Name: b.Name, SpokenName: b.SpokenName, Language: b.Language, SiteID: b.SiteID, Building: b.Building,
		Floor: b.Floor, Room: b.Room, Mail: b.Mail, MailOnDeviceOnly: b.MailOnDeviceOnly, Mobile: b.Mobile, DeskPhone: b.DeskPhone, VIP: b.Vip,
		NameForm: named[dispatch.NameForm](b.NameForm), Accessibility: b.Accessibility, Quiet: b.Quiet, PreferredChannel: named[string](b.PreferredChannel),
	}
}
