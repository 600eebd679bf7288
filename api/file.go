package api

import (
	"bytes"
	"context"
	"encoding/hex"
	"mime"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// ListFiles gives a ticket's files, newest first.
func (s *server) ListFiles(ctx context.Context, r contract.ListFilesRequestObject) (contract.ListFilesResponseObject, error) {
	list, next, err := s.desk.Files(ctx, who(ctx), r.ID, page(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	return contract.ListFiles200JSONResponse{Body: contract.Files{Items: each(list, file)},
		Headers: contract.ListFiles200ResponseHeaders{Link: nextLink(ctx, next)}}, nil
}

// AddFile attaches a file to a ticket.
func (s *server) AddFile(ctx context.Context, r contract.AddFileRequestObject) (contract.AddFileResponseObject, error) {
	answer := func(f dispatch.File) contract.AddFile201JSONResponse {
		v := file(f)
		return contract.AddFile201JSONResponse{Body: v, Headers: contract.AddFile201ResponseHeaders{Location: v.Content}}
	}
	ctx = keep(ctx, func(f dispatch.File) visit { return answer(f).VisitAddFileResponse })
	f, err := s.desk.AddFile(ctx, who(ctx), r.ID, desk.NewFile{ID: r.Body.ID, Name: r.Body.Name, Content: r.Body.Content})
	if err != nil {
		return nil, err
	}
	return answer(f), nil
}

// GetFileContent gives the bytes of a file, to be kept and not to be run.
func (s *server) GetFileContent(ctx context.Context, r contract.GetFileContentRequestObject) (contract.GetFileContentResponseObject, error) {
	f, content, err := s.desk.File(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetFileContent200ApplicationOctetStreamResponse{Body: bytes.NewReader(content), ContentLength: f.Size,
		Headers: contract.GetFileContent200ResponseHeaders{ContentDisposition: mime.FormatMediaType("attachment", map[string]string{"filename": f.Name})}}, nil
}

func file(f dispatch.File) contract.File {
	return contract.File{ID: f.ID, TicketID: f.TicketID, Name: f.Name, MediaType: f.MediaType, Size: f.Size, Sha256: hex.EncodeToString(f.SHA256),
		AddedBy: f.AddedBy, At: f.At, Content: "/v1/files/" + f.ID.String() + "/content"}
}
