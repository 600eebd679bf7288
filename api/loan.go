package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/stock"
)

// ListLoans lists loans.
func (s *server) ListLoans(ctx context.Context, r contract.ListLoansRequestObject) (contract.ListLoansResponseObject, error) {
	p := r.Params
	f := assets.LoanFilter{PersonID: p.PersonID, DepotID: p.DepotID, ItemID: p.ItemID,
		States: each(p.State, func(t contract.LoanState) assets.LoanState { return assets.LoanState(t) })}
	read := s.stock.Loans
	if value(p.Overdue) {
		read = s.stock.Overdue
	}
	list, next, err := read(ctx, who(ctx), f, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListLoans200JSONResponse{
		Body: contract.Loans{Items: each(list, loan)}, Headers: contract.ListLoans200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// GetLoan gives a loan.
func (s *server) GetLoan(ctx context.Context, r contract.GetLoanRequestObject) (contract.GetLoanResponseObject, error) {
	v, err := s.stock.Loan(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetLoan200JSONResponse{Body: loan(v), Headers: contract.GetLoan200ResponseHeaders{ETag: etag(v.Loan.Version)}}, nil
}

// BookLoan books a loaner.
func (s *server) BookLoan(ctx context.Context, r contract.BookLoanRequestObject) (contract.BookLoanResponseObject, error) {
	b := r.Body
	answer := func(v dispatch.LoanView) contract.BookLoan201JSONResponse {
		return contract.BookLoan201JSONResponse{Body: loan(v), Headers: contract.BookLoan201ResponseHeaders{
			ETag: etag(v.Loan.Version), Location: "/v1/loans/" + v.Loan.ID.String()}}
	}
	ctx = keep(ctx, func(v dispatch.LoanView) visit { return answer(v).VisitBookLoanResponse })
	v, err := s.stock.Book(ctx, who(ctx), stock.NewLoan{ID: b.ID, PersonID: b.PersonID, ItemID: b.ItemID, DepotID: b.DepotID, TicketID: b.TicketID,
		StartsAt: b.StartsAt, DueAt: b.DueAt, Need: some(b.Need, need), Waiver: value(b.Waiver), Note: value(b.Note)})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// CheckOutLoan hands a loaner out.
func (s *server) CheckOutLoan(ctx context.Context, r contract.CheckOutLoanRequestObject) (contract.CheckOutLoanResponseObject, error) {
	b := r.Body
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.LoanView) contract.CheckOutLoan200JSONResponse {
		return contract.CheckOutLoan200JSONResponse{Body: loan(v), Headers: contract.CheckOutLoan200ResponseHeaders{ETag: etag(v.Loan.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.LoanView) visit { return answer(v).VisitCheckOutLoanResponse })
	v, err := s.stock.CheckOut(ctx, who(ctx), r.ID, version, stock.Handover{Condition: string(b.Condition), Accessories: b.Accessories,
		Note: value(b.Note), Giver: evidence(b.Giver), Taker: evidence(b.Taker)})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// CheckInLoan takes a loaner back.
func (s *server) CheckInLoan(ctx context.Context, r contract.CheckInLoanRequestObject) (contract.CheckInLoanResponseObject, error) {
	b := r.Body
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.LoanView) contract.CheckInLoan200JSONResponse {
		return contract.CheckInLoan200JSONResponse{Body: loan(v), Headers: contract.CheckInLoan200ResponseHeaders{ETag: etag(v.Loan.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.LoanView) visit { return answer(v).VisitCheckInLoanResponse })
	v, err := s.stock.CheckIn(ctx, who(ctx), r.ID, version, stock.Handover{DepotID: b.DepotID, Condition: string(b.Condition),
		Accessories: b.Accessories, Note: value(b.Note), Giver: evidence(b.Giver), Taker: evidence(b.Taker)})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ExtendLoan changes the day on which a loan is due.
func (s *server) ExtendLoan(ctx context.Context, r contract.ExtendLoanRequestObject) (contract.ExtendLoanResponseObject, error) {
	b := r.Body
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.LoanView) contract.ExtendLoan200JSONResponse {
		return contract.ExtendLoan200JSONResponse{Body: loan(v), Headers: contract.ExtendLoan200ResponseHeaders{ETag: etag(v.Loan.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.LoanView) visit { return answer(v).VisitExtendLoanResponse })
	v, err := s.stock.Extend(ctx, who(ctx), r.ID, version, b.DueAt, b.Reason)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// CancelLoan gives a booking up.
func (s *server) CancelLoan(ctx context.Context, r contract.CancelLoanRequestObject) (contract.CancelLoanResponseObject, error) {
	b := r.Body
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.LoanView) contract.CancelLoan200JSONResponse {
		return contract.CancelLoan200JSONResponse{Body: loan(v), Headers: contract.CancelLoan200ResponseHeaders{ETag: etag(v.Loan.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.LoanView) visit { return answer(v).VisitCancelLoanResponse })
	v, err := s.stock.Cancel(ctx, who(ctx), r.ID, version, b.Reason)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetAvailability says which loaners are to be had.
func (s *server) GetAvailability(ctx context.Context, r contract.GetAvailabilityRequestObject) (contract.GetAvailabilityResponseObject, error) {
	p := r.Params
	list, err := s.stock.Availability(ctx, who(ctx), stock.PoolQuery{DepotID: p.DepotID, SiteID: p.SiteID, From: p.From, Until: p.Until,
		PersonID: p.PersonID, Kind: assets.Kind(value(p.Kind)), Class: value(p.Class)})
	if err != nil {
		return nil, err
	}
	return contract.GetAvailability200JSONResponse{Items: each(list, available)}, nil
}

func loan(v dispatch.LoanView) contract.Loan {
	l := v.Loan
	return contract.Loan{
		ID: l.ID, State: contract.LoanState(l.State), Item: item(v.Item), PersonID: l.PersonID, DepotID: l.DepotID, TicketID: l.TicketID,
		PromiseID: l.PromiseID, StartsAt: l.StartsAt, DueAt: l.DueAt, FirstDueAt: l.FirstDueAt, Overdue: v.Overdue, BookedBy: l.BookedBy,
		BookedAt: l.BookedAt, OutAt: l.OutAt, EndedAt: l.EndedAt, ConditionOut: given(contract.Condition(l.ConditionOut)),
		ConditionIn: given(contract.Condition(l.ConditionIn)), Accessories: each(l.Accessories, same), Missing: each(l.Missing, same),
		FailedClauses: each(l.FailedClauses, same), Waiver: given(l.Waiver), Note: l.Note, Version: l.Version,
	}
}

func need(n contract.Need) assets.Need {
	return assets.Need{Kind: assets.Kind(value(n.Kind)), Class: value(n.Class), OSName: value(n.OsName), OSVersion: value(n.OsVersion)}
}

func available(a stock.Available) contract.Available {
	return contract.Available{Item: item(a.Held), DepotID: a.DepotID, Free: a.Free,
		Busy: each(a.Busy, func(s assets.Span) contract.BusyTime {
			return contract.BusyTime{From: s.From, Until: s.Until, LoanID: s.Loan}
		}),
		Unmet: each(a.Unmet, func(c assets.Clause) contract.NeedClause {
			return contract.NeedClause{Code: contract.NeedClauseCode(c.Code), Text: c.Text}
		})}
}
