package api

import (
	"context"
	"errors"
	"io"
	"mime"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/imports"
	"roundsman/internal/fault"
)

// StartImport takes a table in.
func (s *server) StartImport(ctx context.Context, r contract.StartImportRequestObject) (contract.StartImportResponseObject, error) {
	p := r.Params
	content, err := io.ReadAll(r.Body) // it was read already, and is not too large
	if err != nil {
		return nil, fault.New(fault.Invalid, "body_broken", "the body ended too early; send it again").Because(err)
	}
	answer := func(v dispatch.Import) contract.StartImport202JSONResponse {
		return contract.StartImport202JSONResponse{Body: importFile(v), Headers: contract.StartImport202ResponseHeaders{Location: "/v1/imports/" + v.ID.String()}}
	}
	ctx = keep(ctx, func(v dispatch.Import) visit { return answer(v).VisitStartImportResponse })
	v, err := s.files.Start(ctx, who(ctx), imports.NewImport{Kind: dispatch.ImportKind(p.Kind), DryRun: value(p.DryRun), RegionCode: value(p.Region),
		TemplateCode: value(p.Template), Content: content})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ListImports lists the files that were sent.
func (s *server) ListImports(ctx context.Context, r contract.ListImportsRequestObject) (contract.ListImportsResponseObject, error) {
	list, next, err := s.files.Imports(ctx, who(ctx), page(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	return contract.ListImports200JSONResponse{Body: contract.Imports{Items: each(list, importFile)},
		Headers: contract.ListImports200ResponseHeaders{Link: nextLink(ctx, next)}}, nil
}

// GetImport gives a file with its progress.
func (s *server) GetImport(ctx context.Context, r contract.GetImportRequestObject) (contract.GetImportResponseObject, error) {
	v, err := s.files.Import(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetImport200JSONResponse(importFile(v)), nil
}

// CancelImport stops reading a file.
func (s *server) CancelImport(ctx context.Context, r contract.CancelImportRequestObject) (contract.CancelImportResponseObject, error) {
	answer := func(v dispatch.Import) contract.CancelImport200JSONResponse {
		return contract.CancelImport200JSONResponse(importFile(v))
	}
	ctx = keep(ctx, func(v dispatch.Import) visit { return answer(v).VisitCancelImportResponse })
	v, err := s.files.Cancel(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ListRowErrors lists what is wrong with rows.
func (s *server) ListRowErrors(ctx context.Context, r contract.ListRowErrorsRequestObject) (contract.ListRowErrorsResponseObject, error) {
	list, next, err := s.files.RowErrors(ctx, who(ctx), r.ID, page(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	return contract.ListRowErrors200JSONResponse{Body: contract.RowErrors{Items: each(list, func(e dispatch.RowError) contract.RowError {
		return contract.RowError{Line: e.Line, Column: given(e.Column), Code: e.Code, Message: e.Message}
	})}, Headers: contract.ListRowErrors200ResponseHeaders{Link: nextLink(ctx, next)}}, nil
}

// GetRowErrorTable gives them as a table.
func (s *server) GetRowErrorTable(ctx context.Context, r contract.GetRowErrorTableRequestObject) (contract.GetRowErrorTableResponseObject, error) {
	if _, err := s.files.Import(ctx, who(ctx), r.ID); err != nil {
		return nil, err
	}
	return contract.GetRowErrorTable200TextCsvResponse{
		Body:    asWritten(func(to io.Writer) error { return s.files.WriteRowErrors(ctx, who(ctx), r.ID, to) }),
		Headers: contract.GetRowErrorTable200ResponseHeaders{ContentDisposition: attachment("errors.csv")},
	}, nil
}

// ExportTable gives a whole table, while it is read.
func (s *server) ExportTable(ctx context.Context, r contract.ExportTableRequestObject) (contract.ExportTableResponseObject, error) {
	kind := dispatch.ImportKind(r.Kind)
	if err := imports.MayExport(who(ctx), kind); err != nil {
		return nil, err
	}
	return contract.ExportTable200TextCsvResponse{
		Body:    asWritten(func(to io.Writer) error { return s.files.Export(ctx, who(ctx), kind, to) }),
		Headers: contract.ExportTable200ResponseHeaders{ContentDisposition: attachment(string(r.Kind) + ".csv")},
	}, nil
}

func attachment(name string) string {
	return mime.FormatMediaType("attachment", map[string]string{"filename": name})
}

// tableReader is read as it is written. Nothing is written before somebody reads, nor
// after they have gone.
type tableReader struct {
	*io.PipeReader
	begin func()
}

// Read begins writing at the first call.
func (t *tableReader) Read(p []byte) (int, error) {
	if t.begin != nil {
		go t.begin()
		t.begin = nil
	}
	return t.PipeReader.Read(p)
}

// Close ends the writing, too.
func (t *tableReader) Close() error { return t.CloseWithError(errGone) }

var errGone = errors.New("nobody reads the table any more")

func asWritten(write func(io.Writer) error) io.ReadCloser {
	from, to := io.Pipe()
	return &tableReader{PipeReader: from, begin: func() { to.CloseWithError(write(to)) }}
}

func importFile(r dispatch.Import) contract.Import {
	progress := 1.0
	if r.State == dispatch.ImportQueued || r.State == dispatch.ImportRunning {
		progress = float64(r.Offset) / float64(max(1, r.Size))
	}
	return contract.Import{
		ID: r.ID, Kind: contract.ImportKind(r.Kind), State: contract.ImportState(r.State), DryRun: r.DryRun, Region: given(r.RegionCode),
		Template: given(r.TemplateCode), Size: r.Size, Progress: min(1, progress), Rows: r.Rows, Added: r.Added, Changed: r.Changed, Unchanged: r.Unchanged,
		Rejected: r.Rejected, ExtraColumns: r.ExtraColumns, AskedBy: r.AskedBy, CreatedAt: r.CreatedAt, StartedAt: r.StartedAt, EndedAt: r.EndedAt,
		ErrorCode: given(r.ErrorCode), Error: given(r.Error), Errors: "/v1/imports/" + r.ID.String() + "/errors", Version: r.Version,
	}
}
