package imports

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/csvfile"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Imports takes files in and hands tables out.
type Imports struct {
	Store    dispatch.Store
	Clock    clock.Clock
	Accounts Accounts
	Most     int // rows of a file; MostRows when 0
}

// Accounts tells what whoever sent a file may do at the time at which it is read.
type Accounts interface {
	Account(ctx context.Context, id ids.ID) (access.Account, error)
}

// MostRows is how many rows a file may have.
const MostRows = 1_000_000

// partSize is in which pieces a file is kept.
const partSize = 256 << 10

// NewImport is a file that was sent.
type NewImport struct {
	Kind         dispatch.ImportKind
	DryRun       bool
	RegionCode   string // for rows that name none; the servicenow kind wants both
	TemplateCode string
	Content      []byte
}

// Start takes a file to be read by a worker. What is wrong with the file as a
// whole, such as a column that is missing, is said at once.
//
// Codes: "kind_unknown", "import_incomplete", "column_missing", "too_many_rows",
// "reference_missing" for a region or template that is not there, and those of
// csvfile.NewReader.
func (m *Imports) Start(ctx context.Context, who access.Principal, n NewImport) (dispatch.Import, error) {
	k, err := kindOf(n.Kind)
	if err != nil {
		return dispatch.Import{}, err
	}
	if err := who.Require(access.ImportsWrite); err != nil {
		return dispatch.Import{}, err
	}
	for _, s := range k.needs {
		if err := who.Require(s); err != nil {
			return dispatch.Import{}, err
		}
	}
	if n.Kind == dispatch.ImportServiceNow && (n.RegionCode == "" || n.TemplateCode == "") {
		return dispatch.Import{}, fault.New(fault.Invalid, "import_incomplete", "say in which region the places of this log are, and of which template its tickets are to be")
	}
	t, err := open(k, newBytes(n.Content))
	if err != nil {
		return dispatch.Import{}, err
	}
	if err := m.fits(t, n.Content); err != nil {
		return dispatch.Import{}, err
	}
	now := m.Clock.Now()
	r := dispatch.Import{ID: ids.New(), Kind: n.Kind, State: dispatch.ImportQueued, DryRun: n.DryRun, RegionCode: n.RegionCode,
		TemplateCode: n.TemplateCode, Size: int64(len(n.Content)), AskedBy: who.AccountID, CreatedAt: now, Version: 1}
	err = m.Store.Write(ctx, func(tx dispatch.Tx) error {
		if n.Kind == dispatch.ImportServiceNow {
			if _, _, _, err := logOf(ctx, tx, r); err != nil {
				return err
			}
		}
		if err := tx.AddImport(ctx, r); err != nil {
			return err
		}
		for i, at := 0, 0; at < len(n.Content); i, at = i+1, at+partSize {
			if err := tx.AddImportPart(ctx, r.ID, i, n.Content[at:min(at+partSize, len(n.Content))]); err != nil {
				return err
			}
		}
		if err := tell(ctx, tx, who, r, "import.asked", now); err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, dispatch.Job{Kind: "import", ID: r.ID}); err != nil {
			return err
		}
		return tx.Answer(ctx, r)
	})
	return r, err
}

// fits refuses a file of too many rows: half of it would not help anybody.
func (m *Imports) fits(t *table, content []byte) error {
	most := m.Most
	if most == 0 {
		most = MostRows
	}
	if bytes.Count(content, []byte("\n")) <= most {
		return nil // no row is without a line of its own
	}
	for rows := 0; ; rows++ {
		if _, err := t.Next(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		if rows == most {
			return fault.New(fault.Invalid, "too_many_rows", "a file has at most %d rows; cut it into several, each under the same first line", most)
		}
	}
}

// Import gives one with its progress. Code: "import_not_found".
func (m *Imports) Import(ctx context.Context, who access.Principal, id ids.ID) (r dispatch.Import, err error) {
	err = m.read(ctx, who, access.ImportsRead, func(tx dispatch.Tx) (err error) {
		r, err = tx.Import(ctx, id)
		return err
	})
	return r, err
}

// Imports lists them, newest first.
func (m *Imports) Imports(ctx context.Context, who access.Principal, p dispatch.Page) (list []dispatch.Import, next string, err error) {
	err = m.read(ctx, who, access.ImportsRead, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListImports(ctx, p)
		return err
	})
	return list, next, err
}

// RowErrors lists what is wrong with rows, in the order of the file. Code: "import_not_found".
func (m *Imports) RowErrors(ctx context.Context, who access.Principal, id ids.ID, p dispatch.Page) (list []dispatch.RowError, next string, err error) {
	err = m.read(ctx, who, access.ImportsRead, func(tx dispatch.Tx) error {
		if _, err := tx.Import(ctx, id); err != nil {
			return err
		}
		list, next, err = tx.ListRowErrors(ctx, id, p)
		return err
	})
	return list, next, err
}

// WriteRowErrors writes all of them as a table.
func (m *Imports) WriteRowErrors(ctx context.Context, who access.Principal, id ids.ID, to io.Writer) error {
	w, err := csvfile.NewWriter(to, "line", "column", "code", "message")
	if err != nil {
		return err
	}
	for p := (dispatch.Page{Limit: pageSize}); ; {
		list, next, err := m.RowErrors(ctx, who, id, p)
		if err != nil {
			return err
		}
		for _, e := range list {
			if err := w.Row(whole(e.Line), e.Column, e.Code, e.Message); err != nil {
				return err
			}
		}
		if p.After = next; next == "" {
			return w.Flush()
		}
	}
}

// Cancel asks for the end of one that is queued or running: what it kept by then
// stays. Codes: "import_not_found", "import_state".
func (m *Imports) Cancel(ctx context.Context, who access.Principal, id ids.ID) (r dispatch.Import, err error) {
	if err := who.Require(access.ImportsWrite); err != nil {
		return r, err
	}
	now := m.Clock.Now()
	err = m.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
		if r, err = tx.LockImport(ctx, id); err != nil {
			return err
		}
		if _, err := r.State.After(dispatch.ImportCancel); err != nil {
			return err
		}
		r.Cancel = true
		if r.State == dispatch.ImportQueued {
			err = end(ctx, tx, who, &r, dispatch.ImportCancelled, now)
		} else {
			// Whoever reads it may be dead, or waiting to try again: another ends it.
			err = tx.Enqueue(ctx, dispatch.Job{Kind: "import", ID: r.ID})
		}
		if err != nil {
			return err
		}
		if r, err = tx.SaveImport(ctx, r); err != nil {
			return err
		}
		return tx.Answer(ctx, r)
	})
	return r, err
}

// end forgets the file and tells of the end; the import is to be saved after.
func end(ctx context.Context, tx dispatch.Tx, who access.Principal, r *dispatch.Import, to dispatch.ImportState, now time.Time) error {
	r.State, r.EndedAt = to, &now
	if err := tx.DropImportParts(ctx, r.ID); err != nil {
		return err
	}
	return tell(ctx, tx, who, *r, "import."+map[dispatch.ImportState]string{dispatch.ImportDone: "finished",
		dispatch.ImportCancelled: "cancelled", dispatch.ImportFailed: "failed"}[to], now)
}

func tell(ctx context.Context, tx dispatch.Tx, who access.Principal, r dispatch.Import, name string, now time.Time) error {
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: name, Kind: "import", Subject: r.ID, Data: map[string]any{
		"kind": r.Kind, "dry_run": r.DryRun, "added": r.Added, "changed": r.Changed, "unchanged": r.Unchanged, "rejected": r.Rejected}})
}

func (m *Imports) read(ctx context.Context, who access.Principal, s access.Scope, fn func(dispatch.Tx) error) error {
	if err := who.Require(s); err != nil {
		return err
	}
	return m.Store.Read(ctx, fn)
}
