package imports

import (
	"bytes"
	"context"
	"io"
	"strconv"
	"strings"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/setup"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/paulmach/orb"
)

// row is one row of a file on its way.
type row struct {
	line   int
	cells  []string
	at     map[string]int
	broken []dispatch.RowError // what was wrong before it was looked at
	wrong  []dispatch.RowError // what is wrong with what it says
	did    setup.Done
}

// batch is rows that are kept in one transaction.
type batch struct {
	run  dispatch.Import
	who  access.Principal
	now  time.Time
	rows []*row
}

// good gives the rows with which nothing is wrong so far.
func (b *batch) good() []*row {
	var out []*row
	for _, r := range b.rows {
		if r.fine() {
			out = append(out, r)
		}
	}
	return out
}

func (r *row) fine() bool { return len(r.broken) == 0 && len(r.wrong) == 0 }

func (r *row) bad(column, code, message string) {
	r.wrong = append(r.wrong, dispatch.RowError{Line: r.line, Column: column, Code: code, Message: message})
}

// refused says of a row what a use case said.
func (r *row) refused(f *fault.Error, columns map[string]string) {
	for _, x := range f.Fields {
		name, _, _ := strings.Cut(strings.TrimPrefix(x.Pointer, "/"), "/")
		if c, ok := columns[name]; ok {
			name = c
		}
		r.bad(name, f.Code, x.Message)
	}
	if len(f.Fields) == 0 {
		r.bad("", f.Code, f.Message)
	}
}

// cell gives what stands in a column, nil where the file has no such column.
func (r *row) cell(column string) *string {
	i, ok := r.at[column]
	if !ok || r.cells == nil {
		return nil
	}
	s := r.cells[i]
	return &s
}

// name gives a cell without blanks around it, "" for none.
func (r *row) name(column string) string {
	if s := r.cell(column); s != nil {
		return strings.TrimSpace(*s)
	}
	return ""
}

// given is name where there is one.
func (r *row) given(column string) *string {
	if s := r.name(column); s != "" {
		return &s
	}
	return nil
}

// must wants a cell that says something.
func (r *row) must(column string) string {
	s := r.name(column)
	if s == "" {
		r.bad(column, "value_missing", "is missing")
	}
	return s
}

func (r *row) number(column string) *int {
	s := r.name(column)
	if s == "" {
		return nil
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		r.bad(column, "bad_number", "must be a whole number")
		return nil
	}
	return &n
}

func (r *row) float(column string) *float64 {
	s := r.name(column)
	if s == "" {
		return nil
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		r.bad(column, "bad_number", "must be a number with a point, such as -75.5464")
		return nil
	}
	return &n
}

var yesNo = map[string]bool{"true": true, "yes": true, "y": true, "1": true, "x": true, "false": false, "no": false, "n": false, "0": false}

func (r *row) yes(column string) *bool {
	s := strings.ToLower(r.name(column))
	if s == "" {
		return nil
	}
	v, ok := yesNo[s]
	if !ok {
		r.bad(column, "bad_value", "must be true or false")
		return nil
	}
	return &v
}

// point reads a place, of which both parts are there or none.
func (r *row) point(lon, lat string) *orb.Point {
	x, y := r.float(lon), r.float(lat)
	switch {
	case x == nil && y == nil:
		return nil
	case x == nil:
		r.bad(lon, "value_missing", "is missing beside "+lat)
		return nil
	case y == nil:
		r.bad(lat, "value_missing", "is missing beside "+lon)
		return nil
	}
	return &orb.Point{*x, *y}
}

// clock reads HH:MM as minutes after midnight; 24:00 and later are of the night
// after, up to 48:00.
func (r *row) clock(column string) *int {
	s := r.name(column)
	if s == "" {
		return nil
	}
	n, ok := minutes(s)
	if !ok {
		r.bad(column, "bad_time", "must be a time such as 08:30")
		return nil
	}
	return &n
}

func minutes(s string) (int, bool) {
	h, m, ok := strings.Cut(s, ":")
	hours, err1 := strconv.Atoi(h)
	mins, err2 := strconv.Atoi(m)
	if !ok || err1 != nil || err2 != nil || len(m) != 2 || hours < 0 || hours > 48 || mins < 0 || mins > 59 {
		return 0, false
	}
	return hours*60 + mins, true
}

func (r *row) date(column string) *dispatch.Date {
	s := r.name(column)
	if s == "" {
		return nil
	}
	d, err := dispatch.ParseDate(s)
	if err != nil {
		r.bad(column, "bad_date", "must be a date such as 2026-03-09")
		return nil
	}
	return &d
}

func (r *row) instant(column string) *time.Time {
	s := r.name(column)
	if s == "" {
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || t.Year() < 1900 || t.Year() > 2999 {
		r.bad(column, "bad_date", "must be an instant such as 2026-03-09T08:30:00-05:00")
		return nil
	}
	return &t
}

// look finds what the rows name in a column, and says of the rows that name what
// is not there. Empty cells name nothing.
func look(ctx context.Context, tx dispatch.Tx, rows []*row, noun, column string) (map[string]ids.ID, error) {
	var codes []string
	seen := map[string]bool{}
	for _, r := range rows {
		if c := r.name(column); c != "" && !seen[c] {
			seen[c] = true
			codes = append(codes, c)
		}
	}
	if len(codes) == 0 {
		return map[string]ids.ID{}, nil
	}
	found, err := tx.IDsByCode(ctx, noun, codes)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if c := r.name(column); c != "" {
			if _, ok := found[c]; !ok {
				r.bad(column, "reference_missing", "there is no "+noun+" "+strconv.Quote(c)+"; bring it in first, or correct the cell")
			}
		}
	}
	return found, nil
}

// named gives the id that a row's cell names, nil for an empty one.
func named(found map[string]ids.ID, r *row, column string) *ids.ID {
	if id, ok := found[r.name(column)]; ok {
		return &id
	}
	return nil
}

func whole(n int) string { return strconv.Itoa(n) }

func newBytes(b []byte) io.Reader { return bytes.NewReader(b) }
