package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// EnterCaller makes an unknown caller a provisional person.
func (s *server) EnterCaller(ctx context.Context, r contract.EnterCallerRequestObject) (contract.EnterCallerResponseObject, error) {
	b := r.Body
	answer := func(c desk.CallerKnown) contract.EnterCaller201JSONResponse {
		return contract.EnterCaller201JSONResponse(callerKnown(c))
	}
	ctx = keep(ctx, func(c desk.CallerKnown) visit { return answer(c).VisitEnterCallerResponse })
	c, err := s.desk.EnterCaller(ctx, who(ctx), r.ID, desk.NewCaller{
		Name: b.Name, SpokenName: value(b.SpokenName), Phone: value(b.Phone), Mail: value(b.Mail), SiteID: b.SiteID,
		Building: value(b.Building), Floor: value(b.Floor), Room: value(b.Room),
	})
	if err != nil {
		return nil, err
	}
	return answer(c), nil
}

// CorrectCaller says whom a contact was really with.
func (s *server) CorrectCaller(ctx context.Context, r contract.CorrectCallerRequestObject) (contract.CorrectCallerResponseObject, error) {
	answer := func(c desk.CallerKnown) contract.CorrectCaller200JSONResponse {
		return contract.CorrectCaller200JSONResponse(callerKnown(c))
	}
	ctx = keep(ctx, func(c desk.CallerKnown) visit { return answer(c).VisitCorrectCallerResponse })
	c, err := s.desk.CorrectCaller(ctx, who(ctx), r.ID, r.Body.PersonID)
	if err != nil {
		return nil, err
	}
	return answer(c), nil
}

// CompletePerson gives a provisional person their real number.
func (s *server) CompletePerson(ctx context.Context, r contract.CompletePersonRequestObject) (contract.CompletePersonResponseObject, error) {
	b := r.Body
	answer := func(p dispatch.Person) contract.CompletePerson200JSONResponse {
		return contract.CompletePerson200JSONResponse(person(p))
	}
	ctx = keep(ctx, func(p dispatch.Person) visit { return answer(p).VisitCompletePersonResponse })
	p, err := s.desk.CompletePerson(ctx, who(ctx), r.ID, desk.Completion{EmployeeNumber: b.EmployeeNumber, Name: b.Name, SpokenName: b.SpokenName, Mail: b.Mail, SiteID: b.SiteID})
	if err != nil {
		return nil, err
	}
	return answer(p), nil
}

// MergePeople folds a record into another one of the same person.
func (s *server) MergePeople(ctx context.Context, r contract.MergePeopleRequestObject) (contract.MergePeopleResponseObject, error) {
	answer := func(p dispatch.Person) contract.MergePeople200JSONResponse {
		return contract.MergePeople200JSONResponse(person(p))
	}
	ctx = keep(ctx, func(p dispatch.Person) visit { return answer(p).VisitMergePeopleResponse })
	p, err := s.desk.MergePeople(ctx, who(ctx), r.ID, r.Body.IntoPersonID, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return answer(p), nil
}

func callerKnown(c desk.CallerKnown) contract.CallerKnown {
	return contract.CallerKnown{Contact: contact(c.Contact), Person: person(c.Person), CallsCancelled: each(c.CallsCancelled, callTask), CallsRestored: each(c.CallsRestored, callTask)}
}
