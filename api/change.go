package api

import (
	"context"
	"fmt"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// ListChanges lists changes by their start.
func (s *server) ListChanges(ctx context.Context, r contract.ListChangesRequestObject) (contract.ListChangesResponseObject, error) {
	p := r.Params
	f := dispatch.ChangeFilter{From: p.From, Until: p.Until,
		States: each(p.State, func(t contract.ChangeState) dispatch.ChangeState { return dispatch.ChangeState(t) })}
	list, next, err := s.incidents.Changes(ctx, who(ctx), f, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListChanges200JSONResponse{
		Body: contract.Changes{Items: each(list, change)}, Headers: contract.ListChanges200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// GetChange gives a change.
func (s *server) GetChange(ctx context.Context, r contract.GetChangeRequestObject) (contract.GetChangeResponseObject, error) {
	c, err := s.incidents.Change(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetChange200JSONResponse{Body: change(c), Headers: contract.GetChange200ResponseHeaders{ETag: etag(c.Version)}}, nil
}

func change(c dispatch.Change) contract.Change {
	return contract.Change{
		ID: c.ID, Number: fmt.Sprintf("C-%d", c.Number), SourceID: c.SourceID, ExternalID: c.ExternalID, Planned: c.Planned,
		State: contract.ChangeState(c.State), Title: c.Title, NoticeText: given(c.NoticeText), StartsAt: c.StartsAt, EndsAt: c.EndsAt,
		Models: each(c.Models, same[string]), Sites: each(c.Sites, same[ids.ID]), Services: each(c.Services, same[string]),
		Approval: contract.ChangeApproval(c.Approval), ToldAt: c.ToldAt, ReportedAt: c.ReportedAt, Version: c.Version,
	}
}
