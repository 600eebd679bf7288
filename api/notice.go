package api

import (
	"context"
	"time"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// ListNotices lists what people were told.
func (s *server) ListNotices(ctx context.Context, r contract.ListNoticesRequestObject) (contract.ListNoticesResponseObject, error) {
	p := r.Params
	f := dispatch.NoticeFilter{PersonID: p.PersonID, TicketID: p.TicketID, PromiseID: p.PromiseID, OwnerID: p.OwnerID}
	if p.State != nil {
		f.State = dispatch.NoticeState(*p.State)
	}
	list, next, err := s.desk.Notices(ctx, who(ctx), f, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListNotices200JSONResponse{
		Body: contract.Notices{Items: each(list, notice)}, Headers: contract.ListNotices200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

func notice(n dispatch.Notice) contract.Notice {
	return contract.Notice{
		ID: n.ID, PersonID: n.PersonID, TicketID: n.TicketID, PromiseID: n.PromiseID, Kind: n.Kind, Channel: n.Channel, Body: n.Body,
		State: contract.NoticeState(n.State), CreatedAt: n.CreatedAt, DeliveredAt: n.DeliveredAt, Failure: given(n.Failure),
		DueAt: dueAt(n), LinkID: n.LinkID,
	}
}

// dueAt is of interest while the notice is queued.
func dueAt(n dispatch.Notice) *time.Time {
	if n.State != dispatch.NoticeQueued {
		return nil
	}
	return n.DueAt
}

// ListNoticeAttempts lists the tries of a notice, oldest first.
func (s *server) ListNoticeAttempts(ctx context.Context, r contract.ListNoticeAttemptsRequestObject) (contract.ListNoticeAttemptsResponseObject, error) {
	list, err := s.desk.NoticeAttempts(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.ListNoticeAttempts200JSONResponse{Items: each(list, func(a dispatch.Attempt) contract.NoticeAttempt {
		return contract.NoticeAttempt{Number: a.Number, Channel: a.Channel, At: a.At, Outcome: contract.NoticeAttemptOutcome(a.Outcome),
			Code: given(a.Code), Milliseconds: a.Millis}
	})}, nil
}
