package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/customer"
)

// ListCustomerLinks lists the links of a ticket, newest first.
func (s *server) ListCustomerLinks(ctx context.Context, r contract.ListCustomerLinksRequestObject) (contract.ListCustomerLinksResponseObject, error) {
	list, next, err := s.customers.Links(ctx, who(ctx), r.ID, page(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	return contract.ListCustomerLinks200JSONResponse{Body: contract.CustomerLinks{Items: each(list, customerLink)},
		Headers: contract.ListCustomerLinks200ResponseHeaders{Link: nextLink(ctx, next)}}, nil
}

// MakeCustomerLink sends a link to the person of a ticket.
func (s *server) MakeCustomerLink(ctx context.Context, r contract.MakeCustomerLinkRequestObject) (contract.MakeCustomerLinkResponseObject, error) {
	answer := func(v customer.LinkView) contract.MakeCustomerLink201JSONResponse {
		return contract.MakeCustomerLink201JSONResponse(customerLink(v))
	}
	ctx = keep(ctx, func(v customer.LinkView) visit { return answer(v).VisitMakeCustomerLinkResponse })
	v, err := s.customers.MakeLink(ctx, who(ctx), r.ID, value(r.Body.Replace))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// RevokeCustomerLink ends a link.
func (s *server) RevokeCustomerLink(ctx context.Context, r contract.RevokeCustomerLinkRequestObject) (contract.RevokeCustomerLinkResponseObject, error) {
	answer := func(v customer.LinkView) contract.RevokeCustomerLink200JSONResponse {
		return contract.RevokeCustomerLink200JSONResponse(customerLink(v))
	}
	ctx = keep(ctx, func(v customer.LinkView) visit { return answer(v).VisitRevokeCustomerLinkResponse })
	v, err := s.customers.Revoke(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func customerLink(v customer.LinkView) contract.CustomerLink {
	l := v.Link
	return contract.CustomerLink{ID: l.ID, TicketID: l.TicketID, State: contract.CustomerLinkState(v.State), MadeBy: l.MadeBy, MadeAt: l.MadeAt,
		ExpiresAt: l.ExpiresAt, RevokedAt: l.RevokedAt, RevokedBy: l.RevokedBy}
}

// AnswerSurveyFor writes down what a person told an agent of a visit.
func (s *server) AnswerSurveyFor(ctx context.Context, r contract.AnswerSurveyForRequestObject) (contract.AnswerSurveyForResponseObject, error) {
	answer := func(x dispatch.Survey) contract.AnswerSurveyFor200JSONResponse {
		return contract.AnswerSurveyFor200JSONResponse(survey(x))
	}
	ctx = keep(ctx, func(x dispatch.Survey) visit { return answer(x).VisitAnswerSurveyForResponse })
	x, err := s.customers.AnswerFor(ctx, who(ctx), r.ID, answers(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(x), nil
}

// ReportSatisfaction sets what people said beside whether we kept our word.
func (s *server) ReportSatisfaction(ctx context.Context, r contract.ReportSatisfactionRequestObject) (contract.ReportSatisfactionResponseObject, error) {
	x, err := s.reports.Satisfaction(ctx, who(ctx), r.Params.From, r.Params.Until)
	if err != nil {
		return nil, err
	}
	out := contract.SatisfactionReport{From: r.Params.From, Until: r.Params.Until, Asked: x.Asked, Answered: x.Answered,
		Treatment: markCount(x.Treatment), Outcome: markCount(x.Outcome)}
	out.Service.KeptContent, out.Service.KeptDiscontent = x.KeptContent, x.KeptNot
	out.Service.MissedContent, out.Service.MissedDiscontent = x.MissedContent, x.MissedNot
	return contract.ReportSatisfaction200JSONResponse(out), nil
}

func markCount(m dispatch.Marks) contract.MarkCount {
	out := contract.MarkCount{Marks: m[:]}
	if mean, ok := m.Mean(); ok {
		share, _ := m.ContentShare()
		out.Mean, out.Content = &mean, &share
	}
	return out
}

func answers(a contract.SurveyAnswer) customer.Answers {
	return customer.Answers{Treatment: a.Treatment, Outcome: a.Outcome, Comment: value(a.Comment)}
}

func survey(x dispatch.Survey) contract.Survey {
	return contract.Survey{VisitID: x.VisitID, AskedAt: x.AskedAt, AnsweredAt: x.AnsweredAt, Treatment: x.Treatment, Outcome: x.Outcome, Comment: given(x.Comment)}
}
