package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/customer"
	"roundsman/dispatch/desk"
)

// GetCustomerTicket shows a link's ticket.
func (s *server) GetCustomerTicket(ctx context.Context, _ contract.GetCustomerTicketRequestObject) (contract.GetCustomerTicketResponseObject, error) {
	v, err := s.customers.View(ctx, linked(ctx))
	if err != nil {
		return nil, toCustomer(err)
	}
	return contract.GetCustomerTicket200JSONResponse(customerTicket(v)), nil
}

// byLink is the customer as the desk's use cases know them.
func byLink(ctx context.Context) desk.Acting {
	ticket := linked(ctx).TicketID
	return desk.Acting{Link: &ticket}
}

// QuoteForCustomer offers windows, instead of the one that is promised if there is one.
func (s *server) QuoteForCustomer(ctx context.Context, r contract.QuoteForCustomerRequestObject) (contract.QuoteForCustomerResponseObject, error) {
	l := linked(ctx)
	if err := s.tryQuote.try(l.ID.String(), s.machine.Now()); err != nil {
		return nil, err
	}
	v, err := s.customers.View(ctx, l)
	if err != nil {
		return nil, toCustomer(err)
	}
	n := desk.NewQuote{TicketID: l.TicketID, From: named[dispatch.Date](r.Body.From), Days: value(r.Body.Days)}
	if v.Promise != nil && v.Promise.State == dispatch.PromiseOpen {
		n.InsteadOf = &v.Promise.ID
	}
	answer := func(q dispatch.Quote) contract.QuoteForCustomer201JSONResponse {
		return contract.QuoteForCustomer201JSONResponse{ExpiresAt: q.ExpiresAt, Offers: each(q.Offers, customerOffer)}
	}
	ctx = keep(ctx, func(q dispatch.Quote) visit { return answer(q).VisitQuoteForCustomerResponse })
	q, err := s.desk.QuoteAs(ctx, byLink(ctx), n)
	if err != nil {
		return nil, toCustomer(err)
	}
	return answer(q), nil
}

// ChooseWindow promises an offered window where none is promised.
func (s *server) ChooseWindow(ctx context.Context, r contract.ChooseWindowRequestObject) (contract.ChooseWindowResponseObject, error) {
	answer := func(v desk.PromiseView) contract.ChooseWindow201JSONResponse {
		return contract.ChooseWindow201JSONResponse{Body: customerPromise(v.Promise), Headers: contract.ChooseWindow201ResponseHeaders{ETag: etag(v.Promise.Version)}}
	}
	ctx = keep(ctx, func(v desk.PromiseView) visit { return answer(v).VisitChooseWindowResponse })
	v, err := s.desk.PromiseAs(ctx, byLink(ctx), desk.NewPromise{OutcomeID: r.Body.OutcomeID})
	if err != nil {
		return nil, toCustomer(err)
	}
	return answer(v), nil
}

// RescheduleByCustomer promises another window by the customer's choice.
func (s *server) RescheduleByCustomer(ctx context.Context, r contract.RescheduleByCustomerRequestObject) (contract.RescheduleByCustomerResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v desk.PromiseView) contract.RescheduleByCustomer200JSONResponse {
		return contract.RescheduleByCustomer200JSONResponse{Body: customerPromise(v.Promise), Headers: contract.RescheduleByCustomer200ResponseHeaders{ETag: etag(v.Promise.Version)}}
	}
	ctx = keep(ctx, func(v desk.PromiseView) visit { return answer(v).VisitRescheduleByCustomerResponse })
	v, err := s.desk.Reschedule(ctx, byLink(ctx), r.ID, version, desk.Reschedule{OutcomeID: r.Body.OutcomeID, Choice: dispatch.CustomerChoice, Note: value(r.Body.Note)})
	if err != nil {
		return nil, toCustomer(err)
	}
	return answer(v), nil
}

// WithdrawByCustomer takes a promise back by the customer's choice.
func (s *server) WithdrawByCustomer(ctx context.Context, r contract.WithdrawByCustomerRequestObject) (contract.WithdrawByCustomerResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v desk.PromiseView) contract.WithdrawByCustomer200JSONResponse {
		return contract.WithdrawByCustomer200JSONResponse{Body: customerPromise(v.Promise), Headers: contract.WithdrawByCustomer200ResponseHeaders{ETag: etag(v.Promise.Version)}}
	}
	ctx = keep(ctx, func(v desk.PromiseView) visit { return answer(v).VisitWithdrawByCustomerResponse })
	v, err := s.desk.WithdrawPromise(ctx, byLink(ctx), r.ID, version, desk.Withdrawal{Choice: dispatch.CustomerChoice,
		Wish: dispatch.PromiseWish(r.Body.Wish), Note: value(r.Body.Note)})
	if err != nil {
		return nil, toCustomer(err)
	}
	return answer(v), nil
}

// TellPresenceByCustomer keeps whether the customer will be there.
func (s *server) TellPresenceByCustomer(ctx context.Context, r contract.TellPresenceByCustomerRequestObject) (contract.TellPresenceByCustomerResponseObject, error) {
	answer := func(v customer.View) contract.TellPresenceByCustomer200JSONResponse {
		return contract.TellPresenceByCustomer200JSONResponse(customerTicket(v))
	}
	ctx = keep(ctx, func(v customer.View) visit { return answer(v).VisitTellPresenceByCustomerResponse })
	v, err := s.customers.TellPresence(ctx, linked(ctx), r.ID, customer.NewPresence{Kind: dispatch.PresenceKind(r.Body.Presence),
		CallNumber: value(r.Body.CallNumber), BackAt: r.Body.BackAt})
	if err != nil {
		return nil, toCustomer(err)
	}
	return answer(v), nil
}

// ConfirmArrival keeps the customer's word that the technician is with them.
func (s *server) ConfirmArrival(ctx context.Context, r contract.ConfirmArrivalRequestObject) (contract.ConfirmArrivalResponseObject, error) {
	answer := func(v customer.View) contract.ConfirmArrival200JSONResponse {
		return contract.ConfirmArrival200JSONResponse(customerTicket(v))
	}
	ctx = keep(ctx, func(v customer.View) visit { return answer(v).VisitConfirmArrivalResponse })
	v, err := s.customers.ConfirmArrival(ctx, linked(ctx), r.ID, r.Body.HappenedAt)
	if err != nil {
		return nil, toCustomer(err)
	}
	return answer(v), nil
}

// StateDutyByCustomer keeps the customer's own word on their part.
func (s *server) StateDutyByCustomer(ctx context.Context, r contract.StateDutyByCustomerRequestObject) (contract.StateDutyByCustomerResponseObject, error) {
	answer := func(v customer.View) contract.StateDutyByCustomer200JSONResponse {
		return contract.StateDutyByCustomer200JSONResponse(customerTicket(v))
	}
	ctx = keep(ctx, func(v customer.View) visit { return answer(v).VisitStateDutyByCustomerResponse })
	v, err := s.customers.StateDuty(ctx, linked(ctx), r.ID, dispatch.DutyKind(r.Body.Duty), r.Body.Statement)
	if err != nil {
		return nil, toCustomer(err)
	}
	return answer(v), nil
}

// AnswerSurvey keeps what the customer says of a visit.
func (s *server) AnswerSurvey(ctx context.Context, r contract.AnswerSurveyRequestObject) (contract.AnswerSurveyResponseObject, error) {
	answer := func(v customer.View) contract.AnswerSurvey200JSONResponse {
		return contract.AnswerSurvey200JSONResponse(customerTicket(v))
	}
	ctx = keep(ctx, func(v customer.View) visit { return answer(v).VisitAnswerSurveyResponse })
	v, err := s.customers.Answer(ctx, linked(ctx), r.ID, answers(*r.Body))
	if err != nil {
		return nil, toCustomer(err)
	}
	return answer(v), nil
}

func customerTicket(v customer.View) contract.CustomerTicket {
	return contract.CustomerTicket{
		PersonName: v.PersonName, About: v.About, Number: ticketNumber(v.Ticket.Number), State: contract.TicketState(v.Ticket.State),
		NextUpdate: v.Ticket.NextUpdate, Language: v.Language, Zone: v.Zone, SiteName: v.SiteName, Where: given(v.Where),
		Visit: some(v.Visit, customerVisit), Promise: some(v.Promise, customerPromise), Survey: some(v.Survey, survey),
		May: each(v.May, func(a customer.Act) contract.CustomerAct { return contract.CustomerAct(a) }),
	}
}

func customerVisit(v customer.VisitView) contract.CustomerVisit {
	return contract.CustomerVisit{
		ID: v.Visit.ID, State: contract.VisitState(v.Visit.State), TechnicianName: given(v.TechnicianName), Eta: v.ETA, StopsBefore: v.StopsBefore,
		ArrivedAt: v.Visit.ArrivedAt, CompletedAt: v.Visit.CompletedAt, Presence: some(v.Presence, presence), Duties: each(v.Duties, duty),
		Expected: each(v.Expected, func(k dispatch.DutyKind) contract.CustomerVisitExpected { return contract.CustomerVisitExpected(k) }),
	}
}

func customerPromise(p dispatch.Promise) contract.CustomerPromise {
	return contract.CustomerPromise{ID: p.ID, State: contract.PromiseState(p.State), Window: window(p.WindowStart, p.WindowEnd),
		AtRisk: p.State == dispatch.PromiseOpen && p.AtRiskSince != nil, Version: p.Version}
}

func customerOffer(o dispatch.Offer) contract.CustomerOffer {
	return contract.CustomerOffer{OutcomeID: o.OutcomeID, Window: window(o.WindowStart, o.WindowEnd), Confidence: o.Confidence}
}
