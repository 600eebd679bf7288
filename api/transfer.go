package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// ListTicketTransfers gives a ticket's transfers, newest first.
func (s *server) ListTicketTransfers(ctx context.Context, r contract.ListTicketTransfersRequestObject) (contract.ListTicketTransfersResponseObject, error) {
	list, next, err := s.desk.Transfers(ctx, who(ctx), dispatch.TransferFilter{TicketID: &r.ID}, page(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	return contract.ListTicketTransfers200JSONResponse{Body: contract.Transfers{Items: each(list, s.transfer)},
		Headers: contract.ListTicketTransfers200ResponseHeaders{Link: nextLink(ctx, next)}}, nil
}

// ListTransfers gives the transfers that wait for an answer.
func (s *server) ListTransfers(ctx context.Context, r contract.ListTransfersRequestObject) (contract.ListTransfersResponseObject, error) {
	p := r.Params
	list, next, err := s.desk.Transfers(ctx, who(ctx), dispatch.TransferFilter{ToTeam: p.TeamID, ToAccount: p.AccountID, Offered: true}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListTransfers200JSONResponse{Body: contract.Transfers{Items: each(list, s.transfer)},
		Headers: contract.ListTransfers200ResponseHeaders{Link: nextLink(ctx, next)}}, nil
}

// GetTransfer gives one transfer.
func (s *server) GetTransfer(ctx context.Context, r contract.GetTransferRequestObject) (contract.GetTransferResponseObject, error) {
	x, err := s.desk.Transfer(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetTransfer200JSONResponse{Body: s.transfer(x), Headers: contract.GetTransfer200ResponseHeaders{ETag: etag(x.Version)}}, nil
}

// OfferTransfer offers a ticket to a team or an account.
func (s *server) OfferTransfer(ctx context.Context, r contract.OfferTransferRequestObject) (contract.OfferTransferResponseObject, error) {
	b := r.Body
	answer := func(x dispatch.Transfer) contract.OfferTransfer201JSONResponse {
		return contract.OfferTransfer201JSONResponse{Body: s.transfer(x), Headers: contract.OfferTransfer201ResponseHeaders{
			ETag: etag(x.Version), Location: "/v1/transfers/" + x.ID.String()}}
	}
	ctx = keep(ctx, func(x dispatch.Transfer) visit { return answer(x).VisitOfferTransferResponse })
	x, err := s.desk.OfferTransfer(ctx, who(ctx), r.ID, desk.NewTransfer{ID: b.ID, ToTeam: b.TeamID, ToAccount: b.AccountID,
		Reason: string(b.Reason), Context: b.Context})
	if err != nil {
		return nil, err
	}
	return answer(x), nil
}

// AcceptTransfer makes whoever asks the owner.
func (s *server) AcceptTransfer(ctx context.Context, r contract.AcceptTransferRequestObject) (contract.AcceptTransferResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(x dispatch.Transfer) contract.AcceptTransfer200JSONResponse {
		return contract.AcceptTransfer200JSONResponse{Body: s.transfer(x), Headers: contract.AcceptTransfer200ResponseHeaders{ETag: etag(x.Version)}}
	}
	ctx = keep(ctx, func(x dispatch.Transfer) visit { return answer(x).VisitAcceptTransferResponse })
	x, err := s.desk.AcceptTransfer(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(x), nil
}

// RefuseTransfer says no, and why.
func (s *server) RefuseTransfer(ctx context.Context, r contract.RefuseTransferRequestObject) (contract.RefuseTransferResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(x dispatch.Transfer) contract.RefuseTransfer200JSONResponse {
		return contract.RefuseTransfer200JSONResponse{Body: s.transfer(x), Headers: contract.RefuseTransfer200ResponseHeaders{ETag: etag(x.Version)}}
	}
	ctx = keep(ctx, func(x dispatch.Transfer) visit { return answer(x).VisitRefuseTransferResponse })
	x, err := s.desk.RefuseTransfer(ctx, who(ctx), r.ID, version, r.Body.Reason)
	if err != nil {
		return nil, err
	}
	return answer(x), nil
}

// WithdrawTransfer takes an offer back.
func (s *server) WithdrawTransfer(ctx context.Context, r contract.WithdrawTransferRequestObject) (contract.WithdrawTransferResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(x dispatch.Transfer) contract.WithdrawTransfer200JSONResponse {
		return contract.WithdrawTransfer200JSONResponse{Body: s.transfer(x), Headers: contract.WithdrawTransfer200ResponseHeaders{ETag: etag(x.Version)}}
	}
	ctx = keep(ctx, func(x dispatch.Transfer) visit { return answer(x).VisitWithdrawTransferResponse })
	x, err := s.desk.WithdrawTransfer(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(x), nil
}

func (s *server) transfer(x dispatch.Transfer) contract.Transfer {
	return contract.Transfer{ID: x.ID, TicketID: x.TicketID, FromID: x.FromID, TeamID: x.ToTeam, AccountID: x.ToAccount,
		State: contract.TransferState(x.State), Reason: x.Reason, Context: x.Context, AskedBy: x.AskedBy, AskedAt: x.AskedAt, DueAt: x.DueAt,
		Overdue:   x.State == dispatch.TransferOffered && s.desk.Clock.Now().After(x.DueAt),
		SettledBy: x.SettledBy, SettledAt: x.SettledAt, Refusal: given(x.Refusal), FlaggedAt: x.FlaggedAt, Version: x.Version}
}
