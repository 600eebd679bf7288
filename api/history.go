package api

import (
	"context"
	"encoding/json"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// GetTicketHistory gives what happened to a ticket and to all that hangs on it.
func (s *server) GetTicketHistory(ctx context.Context, r contract.GetTicketHistoryRequestObject) (contract.GetTicketHistoryResponseObject, error) {
	list, next, err := s.desk.History(ctx, who(ctx), r.ID, page(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	items := make([]contract.HistoryEntry, 0, len(list))
	for _, e := range list {
		entry, err := historyEntry(e)
		if err != nil {
			return nil, err
		}
		items = append(items, entry)
	}
	return contract.GetTicketHistory200JSONResponse{Body: contract.History{Items: items},
		Headers: contract.GetTicketHistory200ResponseHeaders{Link: nextLink(ctx, next)}}, nil
}

func historyEntry(e dispatch.Event) (contract.HistoryEntry, error) {
	out := contract.HistoryEntry{ID: e.ID, Name: e.Name, SubjectKind: e.SubjectKind, SubjectID: e.SubjectID, At: e.At, ActorID: e.ActorID,
		Data: map[string]any{}}
	return out, json.Unmarshal(e.Data, &out.Data)
}

// ListUpdatesDue gives tickets whose person should have heard from us.
func (s *server) ListUpdatesDue(ctx context.Context, r contract.ListUpdatesDueRequestObject) (contract.ListUpdatesDueResponseObject, error) {
	p := r.Params
	list, next, err := s.desk.UpdatesDue(ctx, who(ctx), p.OwnerID, p.Before, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListUpdatesDue200JSONResponse{Body: contract.Tickets{Items: each(list, ticket)},
		Headers: contract.ListUpdatesDue200ResponseHeaders{Link: nextLink(ctx, next)}}, nil
}
