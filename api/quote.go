package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// MakeQuote offers arrival windows for a ticket.
func (s *server) MakeQuote(ctx context.Context, r contract.MakeQuoteRequestObject) (contract.MakeQuoteResponseObject, error) {
	answer := func(q dispatch.Quote) contract.MakeQuote201JSONResponse {
		return contract.MakeQuote201JSONResponse(quote(q))
	}
	ctx = keep(ctx, func(q dispatch.Quote) visit { return answer(q).VisitMakeQuoteResponse })
	q, err := s.desk.Quote(ctx, who(ctx), desk.NewQuote{
		TicketID: r.Body.TicketID, From: named[dispatch.Date](r.Body.From), Days: value(r.Body.Days),
	})
	if err != nil {
		return nil, err
	}
	return answer(q), nil
}

func quote(q dispatch.Quote) contract.Quote {
	return contract.Quote{ID: q.ID, TicketID: q.TicketID, At: q.At, ExpiresAt: q.ExpiresAt, Offers: each(q.Offers, offer), Refused: each(q.Refused, refusal)}
}

func offer(o dispatch.Offer) contract.Offer {
	return contract.Offer{
		OutcomeID: o.OutcomeID, Window: window(o.WindowStart, o.WindowEnd), Confidence: o.Confidence, TechnicianID: o.TechnicianID,
		TechnicianName: o.TechnicianName, PlannedStart: o.PlannedStart, Detour: leg(o.DetourSeconds, o.DetourMetres),
		Reason: o.Reason, Sentence: o.Sentence,
	}
}

func refusal(r dispatch.Refusal) contract.Refusal {
	return contract.Refusal{Date: string(r.Date), Reasons: each(r.Reasons, clause)}
}

func clause(c dispatch.Clause) contract.Clause {
	return contract.Clause{Code: c.Code, TechnicianID: c.TechnicianID, TechnicianName: given(c.TechnicianName), Text: c.Text}
}
