package api

import (
	"context"
	"encoding/hex"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// ListPromises lists promises.
func (s *server) ListPromises(ctx context.Context, r contract.ListPromisesRequestObject) (contract.ListPromisesResponseObject, error) {
	p := r.Params
	list, next, err := s.desk.Promises(ctx, who(ctx), dispatch.PromiseFilter{
		Kinds:    each(p.Kind, func(k contract.PromiseKind) dispatch.PromiseKind { return dispatch.PromiseKind(k) }),
		PersonID: p.PersonID, TicketID: p.TicketID, TechnicianID: p.TechnicianID, From: p.From, Until: p.Until,
		States: each(p.State, func(t contract.PromiseState) dispatch.PromiseState { return dispatch.PromiseState(t) }),
	}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListPromises200JSONResponse{
		Body: contract.Promises{Items: each(list, promise)}, Headers: contract.ListPromises200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// MakePromise commits the outcome of an offer.
func (s *server) MakePromise(ctx context.Context, r contract.MakePromiseRequestObject) (contract.MakePromiseResponseObject, error) {
	answer := func(v desk.PromiseView) contract.MakePromise201JSONResponse {
		return contract.MakePromise201JSONResponse{Body: promise(v), Headers: contract.MakePromise201ResponseHeaders{
			ETag: etag(v.Promise.Version), Location: "/v1/promises/" + v.Promise.ID.String()}}
	}
	ctx = keep(ctx, func(v desk.PromiseView) visit { return answer(v).VisitMakePromiseResponse })
	v, err := s.desk.Promise(ctx, who(ctx), desk.NewPromise{OutcomeID: r.Body.OutcomeID, ContactID: r.Body.ContactID, Wording: value(r.Body.Wording),
		Force: value(r.Body.Force)})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetPromise gives a promise with its ledger.
func (s *server) GetPromise(ctx context.Context, r contract.GetPromiseRequestObject) (contract.GetPromiseResponseObject, error) {
	v, err := s.desk.PromiseByID(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetPromise200JSONResponse{
		Body:    contract.PromiseDetail{Promise: promise(v), Entries: each(v.Entries, ledgerEntry)},
		Headers: contract.GetPromise200ResponseHeaders{ETag: etag(v.Promise.Version)},
	}, nil
}

// WithdrawPromise takes a promise of arrival back.
func (s *server) WithdrawPromise(ctx context.Context, r contract.WithdrawPromiseRequestObject) (contract.WithdrawPromiseResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v desk.PromiseView) contract.WithdrawPromise200JSONResponse {
		return contract.WithdrawPromise200JSONResponse{Body: promise(v), Headers: contract.WithdrawPromise200ResponseHeaders{ETag: etag(v.Promise.Version)}}
	}
	ctx = keep(ctx, func(v desk.PromiseView) visit { return answer(v).VisitWithdrawPromiseResponse })
	v, err := s.desk.WithdrawPromise(ctx, desk.Acting{Who: who(ctx)}, r.ID, version, desk.Withdrawal{
		Choice: dispatch.Choice(value(r.Body.Choice)), Wish: dispatch.PromiseWish(value(r.Body.Wish)), Note: r.Body.Reason})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func promise(v desk.PromiseView) contract.Promise {
	p := v.Promise
	return contract.Promise{
		ID: p.ID, Kind: contract.PromiseKind(p.Kind), PersonID: p.PersonID, PersonName: v.PersonName, TicketID: given(p.TicketID),
		VisitID: given(p.VisitID), SubjectID: p.SubjectID, FollowsID: p.FollowsID, State: contract.PromiseState(p.State),
		Window: window(p.WindowStart, p.WindowEnd), FirstWindow: window(p.FirstStart, p.FirstEnd), Confidence: given(p.Confidence),
		TechnicianID: given(p.TechnicianID), TechnicianName: given(v.TechnicianName), Forced: p.Forced, Wording: p.Wording, Note: given(p.Note),
		MadeBy: given(p.MadeBy), MadeAt: p.MadeAt, Eta: v.ETA, Chance: p.Chance, AtRiskSince: p.AtRiskSince, MetAt: p.MetAt,
		SettledAt: p.SettledAt, Version: p.Version,
	}
}

// promiseBrief is for those who need no names: they know whom they visit.
func promiseBrief(p dispatch.Promise) contract.PromiseBrief {
	return contract.PromiseBrief{
		ID: p.ID, State: contract.PromiseState(p.State), Window: window(p.WindowStart, p.WindowEnd), Confidence: p.Confidence,
		TechnicianID: p.TechnicianID, Chance: p.Chance, AtRiskSince: p.AtRiskSince, SettledAt: p.SettledAt,
	}
}

func ledgerEntry(e dispatch.Entry) contract.LedgerEntry {
	return contract.LedgerEntry{
		Seq: e.Seq, Kind: contract.LedgerEntryKind(e.Kind), At: e.At, ActorID: e.ActorID,
		Choice: given(contract.WhoseChoice(e.Choice)), Window: window(e.WindowStart, e.WindowEnd),
		TechnicianID: given(e.TechnicianID), Confidence: given(e.Confidence), Reason: given(e.Reason), NoticeID: e.NoticeID,
		Previous: given(hex.EncodeToString(e.Previous)), Hash: hex.EncodeToString(e.Hash),
	}
}
