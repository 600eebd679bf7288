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
	n := desk.NewQuote{TicketID: r.Body.TicketID, From: named[dispatch.Date](r.Body.From), Days: value(r.Body.Days),
		InsteadOf: r.Body.InsteadOf, Preferred: r.Body.PreferredTechnicianID}
	if w := r.Body.Window; w != nil {
		n.WantedStart, n.WantedEnd = &w.Start, &w.End
	}
	q, err := s.desk.Quote(ctx, who(ctx), n)
	if err != nil {
		return nil, err
	}
	return answer(q), nil
}

func quote(q dispatch.Quote) contract.Quote {
	return contract.Quote{ID: q.ID, TicketID: q.TicketID, At: q.At, ExpiresAt: q.ExpiresAt, Offers: each(q.Offers, offer),
		Wanted: some(q.Wanted, offer), Preferred: some(q.Preferred, preferredTechnician), Refused: each(q.Refused, refusal)}
}

func preferredTechnician(p dispatch.PreferredTechnician) contract.PreferredTechnician {
	return contract.PreferredTechnician{TechnicianID: p.TechnicianID, TechnicianName: p.TechnicianName, Offered: p.Offered, Away: p.Away,
		SubstituteID: p.SubstituteID, SubstituteName: given(p.SubstituteName), HandedOn: each(p.HandedOn, earlierVisit)}
}

func offer(o dispatch.Offer) contract.Offer {
	return contract.Offer{
		OutcomeID: o.OutcomeID, Window: window(o.WindowStart, o.WindowEnd), Confidence: o.Confidence, TechnicianID: o.TechnicianID,
		TechnicianName: o.TechnicianName, PlannedStart: o.PlannedStart, Detour: leg(o.DetourSeconds, o.DetourMetres),
		Reason: o.Reason, Sentence: o.Sentence, Preferred: given(o.Preferred),
	}
}

func refusal(r dispatch.Refusal) contract.Refusal {
	return contract.Refusal{Date: string(r.Date), Reasons: each(r.Reasons, clause)}
}

func clause(c dispatch.Clause) contract.Clause {
	return contract.Clause{Code: c.Code, TechnicianID: c.TechnicianID, TechnicianName: given(c.TechnicianName), Text: c.Text}
}
