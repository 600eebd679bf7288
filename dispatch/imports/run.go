package imports

import (
	"context"
	"errors"
	"io"

	"roundsman/dispatch"
	"roundsman/dispatch/setup"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// batchRows is how many rows one transaction keeps.
const batchRows = 500

// mostTries is how often reading a file may begin without a row being kept.
const mostTries = 20

// Why reading ends before the last row.
var (
	errCancelled = errors.New("the import was cancelled")
	errElsewhere = errors.New("another worker reads this file")
	errDry       = errors.New("a dry run keeps nothing")
)

// Execute is the worker's part: it reads a file to its end. It may run twice for
// one file, and goes on behind the last row that was kept.
func (m *Imports) Execute(ctx context.Context, id ids.ID) error {
	r, who, err := m.begin(ctx, id)
	if err != nil || r.State != dispatch.ImportRunning {
		return err
	}
	switch {
	case r.Cancel:
		err = errCancelled
	case r.Tries > mostTries:
		err = fault.New(fault.Conflict, "import_stuck", "reading was begun %d times behind row %d without getting further; the server's log says why. Send the file again once that is mended: what is kept stays as it is", mostTries, r.Rows)
	default:
		err = m.readAll(ctx, r, who)
	}
	switch f := fault.Of(err); {
	case errors.Is(err, errElsewhere):
		return nil
	case err == nil:
		return m.finish(ctx, id, who, dispatch.ImportDone, nil)
	case errors.Is(err, errCancelled):
		return m.finish(ctx, id, who, dispatch.ImportCancelled, nil)
	case f != nil && ofTheFile(f):
		return m.finish(ctx, id, who, dispatch.ImportFailed, f)
	}
	return err // the job is done again, and goes on where this one ended
}

// ofTheFile says whether a fault would be the same the next time.
func ofTheFile(f *fault.Error) bool {
	return f.Kind == fault.Invalid || f.Kind == fault.Conflict || f.Kind == fault.NotFound || f.Kind == fault.Forbidden
}

// begin takes an import with what whoever sent it may do today. One found running
// was left by a worker that died, or that failed in a way that may pass.
func (m *Imports) begin(ctx context.Context, id ids.ID) (r dispatch.Import, who access.Principal, err error) {
	now := m.Clock.Now()
	err = m.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
		if r, err = tx.LockImport(ctx, id); err != nil {
			return err
		}
		to, over := r.State.After(dispatch.ImportStart)
		if over != nil {
			return nil
		}
		if r.State != to {
			r.State, r.StartedAt = to, &now
		}
		r.Tries++
		r, err = tx.SaveImport(ctx, r)
		return err
	})
	if err != nil {
		return r, who, err
	}
	account, err := m.Accounts.Account(ctx, r.AskedBy)
	if err != nil {
		return r, who, err
	}
	if who = account.Principal(); account.Disabled {
		who.Roles = nil
	}
	return r, who, nil
}

// readAll keeps the rows that are not kept yet, batch by batch.
func (m *Imports) readAll(ctx context.Context, r dispatch.Import, who access.Principal) error {
	k, err := kindOf(r.Kind)
	if err != nil {
		return err
	}
	for _, s := range append([]access.Scope{access.ImportsWrite}, k.needs...) {
		if err := who.Require(s); err != nil {
			return err
		}
	}
	t, err := open(k, &parts{ctx: ctx, store: m.Store, id: r.ID})
	if err != nil {
		return err
	}
	r.ExtraColumns = t.extra
	first := map[string]int{} // the line of each key
	var rows []*row
	for n := int64(0); ; n++ {
		row, err := next(k, t, first)
		if errors.Is(err, io.EOF) {
			return m.keep(ctx, k, &r, who, rows, t.Offset())
		}
		if err != nil {
			return err
		}
		if n < r.Rows {
			continue // kept before
		}
		if rows = append(rows, row); len(rows) == batchRows {
			if err := m.keep(ctx, k, &r, who, rows, t.Offset()); err != nil {
				return err
			}
			rows = rows[:0]
		}
	}
}

// next reads a row, and says what is wrong with its form.
func next(k kind, t *table, first map[string]int) (*row, error) {
	in, err := t.Next()
	if err != nil {
		return nil, err
	}
	r := &row{line: in.Line, cells: in.Cells, at: t.at}
	if p := in.Problem; p != nil {
		r.broken = []dispatch.RowError{{Line: in.Line, Column: p.Column, Code: p.Code, Message: p.Message}}
		return r, nil
	}
	if k.often {
		return r, nil
	}
	if key := k.key(r); key != "" {
		if line, twice := first[key]; twice {
			r.broken = []dispatch.RowError{{Line: in.Line, Column: k.must[0], Code: "duplicate_row", Message: "is in line " + whole(line) + " already; only the first counts"}}
			return r, nil
		}
		first[key] = in.Line
	}
	return r, nil
}

// keep keeps a batch together with how far the file was read. Rows that can't be
// kept together are halved until what is wrong stands alone, so that one row never
// spoils the others.
func (m *Imports) keep(ctx context.Context, k kind, r *dispatch.Import, who access.Principal, rows []*row, offset int64) error {
	if len(rows) == 0 && len(r.ExtraColumns) == 0 {
		return nil
	}
	err := m.write(ctx, k, r, who, rows, offset)
	f := fault.Of(err)
	if f == nil || !ofTheFile(f) {
		return err
	}
	switch len(rows) {
	case 0:
		return err
	case 1:
		one := rows[0]
		one.wrong = nil
		one.refused(f, k.places)
		one.broken = one.wrong
		return m.write(ctx, k, r, who, rows, offset)
	}
	half := len(rows) / 2
	if err := m.keep(ctx, k, r, who, rows[:half], r.Offset); err != nil {
		return err
	}
	return m.keep(ctx, k, r, who, rows[half:], offset)
}

// measureAt is the number of added rows at which the tables are measured first; after
// that whenever it has doubled.
const measureAt = 1000

// measure keeps a file quick that fills tables which were empty before. It goes on
// without, when that fails.
func (m *Imports) measure(ctx context.Context, r dispatch.Import, before int64) {
	for at := int64(measureAt); at <= r.Added; at *= 2 {
		if before < at {
			_ = m.Store.Write(ctx, func(tx dispatch.Tx) error { return tx.MeasureTables(ctx, r.Kind) })
			return
		}
	}
}

// write is one transaction: rows, what is wrong with them, and the progress. A dry
// run tries the rows in a transaction of their own, which is rolled back.
func (m *Imports) write(ctx context.Context, k kind, r *dispatch.Import, who access.Principal, rows []*row, offset int64) error {
	now := m.Clock.Now()
	put := func(tx dispatch.Tx) error {
		for _, x := range rows {
			x.wrong, x.did = nil, ""
		}
		return k.put(ctx, tx, &batch{run: *r, who: who, now: now, rows: rows})
	}
	if r.DryRun {
		err := m.Store.Write(ctx, func(tx dispatch.Tx) error {
			if err := put(tx); err != nil {
				return err
			}
			return errDry
		})
		if !errors.Is(err, errDry) {
			return err
		}
		put = func(dispatch.Tx) error { return nil }
	}
	var saved dispatch.Import
	err := m.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
		now, err := tx.LockImport(ctx, r.ID)
		switch {
		case err != nil:
			return err
		case now.State != dispatch.ImportRunning || now.Rows != r.Rows:
			return errElsewhere
		case now.Cancel:
			return errCancelled
		}
		if err := put(tx); err != nil {
			return err
		}
		now.ExtraColumns, now.Offset, now.Tries = r.ExtraColumns, offset, 0
		if err := count(ctx, tx, &now, rows); err != nil {
			return err
		}
		saved, err = tx.SaveImport(ctx, now)
		return err
	})
	if err != nil {
		return err
	}
	before := r.Added
	if *r = saved; !r.DryRun {
		m.measure(ctx, *r, before)
	}
	return nil
}

// count says what became of the rows.
func count(ctx context.Context, tx dispatch.Tx, r *dispatch.Import, rows []*row) error {
	var wrong []dispatch.RowError
	for _, x := range rows {
		r.Rows++
		switch {
		case !x.fine():
			r.Rejected++
			for i, e := range append(x.broken, x.wrong...) {
				e.ImportID, e.N = r.ID, int64(x.line)*1000+int64(i)
				wrong = append(wrong, e)
			}
		case x.did == setup.Added:
			r.Added++
		case x.did == setup.Changed:
			r.Changed++
		default:
			r.Unchanged++
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	return tx.AddRowErrors(ctx, wrong)
}

// finish ends an import, also when its time is up.
func (m *Imports) finish(ctx context.Context, id ids.ID, who access.Principal, to dispatch.ImportState, why *fault.Error) error {
	ctx = context.WithoutCancel(ctx)
	now := m.Clock.Now()
	return m.Store.Write(ctx, func(tx dispatch.Tx) error {
		r, err := tx.LockImport(ctx, id)
		if err != nil || r.State.Over() {
			return err
		}
		if why != nil {
			r.ErrorCode, r.Error = why.Code, why.Message
		}
		if err := end(ctx, tx, who, &r, to, now); err != nil {
			return err
		}
		_, err = tx.SaveImport(ctx, r)
		return err
	})
}

// parts reads a file that is kept in parts, one at a time.
type parts struct {
	ctx   context.Context
	store dispatch.Store
	id    ids.ID
	n     int
	rest  []byte
}

// Read gives what is left of a part, or reads the next.
func (p *parts) Read(to []byte) (int, error) {
	if len(p.rest) == 0 {
		if err := p.store.Read(p.ctx, func(tx dispatch.Tx) (err error) {
			p.rest, err = tx.ImportPart(p.ctx, p.id, p.n)
			return err
		}); err != nil {
			return 0, err
		}
		if p.n++; len(p.rest) == 0 {
			return 0, io.EOF
		}
	}
	n := copy(to, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}
