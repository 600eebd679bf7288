package importer

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"roundsman/api/client"
	"roundsman/internal/fault"

	"github.com/google/uuid"
)

// Largest is how many bytes the server takes; see x-largest-body in the contract.
const Largest = 64 << 20

// How often progress is asked for, and how long an end that was asked for may take.
const (
	often    = 100 * time.Millisecond
	seldom   = 2 * time.Second
	stopping = 30 * time.Second
	// grace is how much longer sending goes on when it is interrupted: long enough
	// to hear which import is to be cancelled.
	grace = 5 * time.Second
)

// File is a table to be sent.
type File struct {
	Kind             client.ImportKind
	DryRun           bool
	Region, Template string // of a servicenow log, by code
	Content          []byte
}

// Send sends a table; the server reads it behind the answer. Codes: those of the
// contract, and "server_away".
func (s *Server) Send(ctx context.Context, f File) (client.Import, error) {
	ctx, cancel := graced(ctx)
	defer cancel()
	p := client.StartImportParams{Kind: f.Kind, DryRun: &f.DryRun, Region: given(f.Region), Template: given(f.Template), IdempotencyKey: key()}
	return answer[client.Import]("sending the file", http.StatusAccepted)(s.api.StartImportWithBody(ctx, &p, "text/csv", bytes.NewReader(f.Content)))
}

// Follow asks how far an import is until it is over, and shows each answer. When
// ctx ends first the import is cancelled at the server, and given as it ended.
func (s *Server) Follow(ctx context.Context, r client.Import, show func(client.Import)) (client.Import, error) {
	asking, interrupted := ctx, ctx.Done()
	for every := often; ; every = min(2*every, seldom) {
		show(r)
		if r.EndedAt != nil {
			return r, nil
		}
		t := time.NewTimer(every)
		var next client.Import
		var err error
		select {
		case <-interrupted:
			var end context.CancelFunc
			asking, end = context.WithTimeout(context.WithoutCancel(ctx), stopping)
			defer end()
			interrupted, every = nil, often
			next, err = s.cancel(asking, r.ID)
		case <-t.C:
			next, err = s.Import(asking, r.ID)
		}
		t.Stop()
		switch {
		case err == nil:
			r = next
		case interrupted == nil || ctx.Err() == nil:
			return r, err
		}
	}
}

// Import reads one with its progress.
func (s *Server) Import(ctx context.Context, id client.ID) (client.Import, error) {
	return answer[client.Import]("asking how far the import is", http.StatusOK)(s.api.GetImport(ctx, id))
}

// cancel asks for an end. An import that is over by then is given as it ended.
func (s *Server) cancel(ctx context.Context, id client.ID) (client.Import, error) {
	r, err := answer[client.Import]("cancelling the import", http.StatusOK)(s.api.CancelImport(ctx, id, &client.CancelImportParams{IdempotencyKey: key()}))
	if fault.Is(err, "import_state") {
		return s.Import(ctx, id)
	}
	return r, err
}

// FirstErrors are what is wrong with the first rows, so many at most.
func (s *Server) FirstErrors(ctx context.Context, id client.ID, limit int) ([]client.RowError, error) {
	list, err := answer[client.RowErrors]("reading what is wrong with rows", http.StatusOK)(s.api.ListRowErrors(ctx, id, &client.ListRowErrorsParams{Limit: &limit}))
	return list.Items, err
}

// Export writes a whole table, as the server gives it.
func (s *Server) Export(ctx context.Context, kind client.ExportKind, to io.Writer) error {
	const doing = "fetching the table"
	res, err := s.api.ExportTable(ctx, kind)
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return refused(doing, res)
	}
	if _, err := io.Copy(to, res.Body); err != nil {
		return fmt.Errorf("%s: it ended before its end; fetch it again: %w", doing, err)
	}
	return nil
}

// graced ends a little after ctx.
func graced(ctx context.Context) (context.Context, context.CancelFunc) {
	out, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cancel) })
	return out, func() {
		stop()
		cancel()
	}
}

func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// key makes a new idempotency key.
func key() *client.IdempotencyKey { return new(uuid.NewString()) }
