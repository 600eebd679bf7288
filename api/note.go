package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// ListNotes gives a ticket's notes, newest first.
func (s *server) ListNotes(ctx context.Context, r contract.ListNotesRequestObject) (contract.ListNotesResponseObject, error) {
	list, next, err := s.desk.Notes(ctx, who(ctx), r.ID, page(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	return contract.ListNotes200JSONResponse{Body: contract.Notes{Items: each(list, note)},
		Headers: contract.ListNotes200ResponseHeaders{Link: nextLink(ctx, next)}}, nil
}

// AddNote writes something down about a ticket.
func (s *server) AddNote(ctx context.Context, r contract.AddNoteRequestObject) (contract.AddNoteResponseObject, error) {
	answer := func(n dispatch.Note) contract.AddNote201JSONResponse { return contract.AddNote201JSONResponse(note(n)) }
	ctx = keep(ctx, func(n dispatch.Note) visit { return answer(n).VisitAddNoteResponse })
	n, err := s.desk.AddNote(ctx, who(ctx), r.ID, desk.NewNote{ID: r.Body.ID, Audience: dispatch.Audience(r.Body.Audience), Body: r.Body.Body})
	if err != nil {
		return nil, err
	}
	return answer(n), nil
}

func note(n dispatch.Note) contract.Note {
	return contract.Note{ID: n.ID, TicketID: n.TicketID, Audience: contract.Audience(n.Audience), Body: n.Body, Reason: given(n.Reason),
		AuthorID: n.AuthorID, At: n.At}
}
