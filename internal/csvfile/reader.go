package csvfile

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"roundsman/internal/fault"
)

// mostColumns is more than any table has that somebody made on purpose.
const mostColumns = 200

// Row is one row below the header.
type Row struct {
	Line  int      // of the file, on which the row begins; the header is on line 1
	Cells []string // one a column, in the order of the header; nil for a row with a Problem
	// Problem says why the row can't be read, nil for one that can.
	Problem *Problem
}

// Problem is what is wrong with the form of a row.
type Problem struct {
	Column  string // "" when it is the whole row
	Code    string // "broken_quotes", "bad_encoding", "row_shape"
	Message string
}

// Reader reads a table row by row, in the memory of one row.
type Reader struct {
	csv    *csv.Reader
	header []string
}

// NewReader reads the header. Codes: "file_empty", "bad_encoding",
// "broken_quotes", "bad_header" for columns without a name, named twice or too many.
func NewReader(r io.Reader) (*Reader, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	first, err := b.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) && len(first) == 0 {
		return nil, err
	}
	if strings.HasPrefix(string(first), "\xff\xfe") || strings.HasPrefix(string(first), "\xfe\xff") {
		return nil, fault.New(fault.Invalid, "bad_encoding", "the file is UTF-16; save it as CSV UTF-8")
	}
	if strings.HasPrefix(string(first), "\ufeff") {
		_, _ = b.Discard(len("\ufeff"))
		first = first[len("\ufeff"):]
	}
	c := csv.NewReader(b)
	c.FieldsPerRecord, c.ReuseRecord, c.Comma = -1, true, comma(first)
	header, err := c.Read()
	var broken *csv.ParseError
	switch {
	case errors.Is(err, io.EOF):
		return nil, fault.New(fault.Invalid, "file_empty", "the file is empty; its first line names the columns")
	case errors.As(err, &broken):
		return nil, fault.New(fault.Invalid, "broken_quotes", "the quotes of the first line are broken; a quote inside quotes is written twice")
	case err != nil:
		return nil, err
	}
	out := &Reader{csv: c}
	out.header, err = named(header)
	return out, err
}

func named(header []string) ([]string, error) {
	if len(header) > mostColumns {
		return nil, fault.New(fault.Invalid, "bad_header", "the first line names %d columns; %d are too many already", len(header), mostColumns+1)
	}
	out := make([]string, len(header))
	seen := map[string]bool{}
	for i, h := range header {
		name := strings.ToLower(strings.TrimSpace(Plain(h)))
		switch {
		case !utf8.ValidString(h) || strings.ContainsRune(name, 0):
			return nil, fault.New(fault.Invalid, "bad_encoding", "the first line is not UTF-8; save the file as CSV UTF-8")
		case name == "":
			return nil, fault.New(fault.Invalid, "bad_header", "column %d has no name; the first line names the columns", i+1)
		case seen[name]:
			return nil, fault.New(fault.Invalid, "bad_header", "column %q is there twice; leave one out", name)
		}
		seen[name], out[i] = true, name
	}
	return out, nil
}

// comma is what parts the cells of the first line, outside of quotes: a
// semicolon where there are more of them.
func comma(first []byte) rune {
	commas, semicolons, quoted := 0, 0, false
	for _, b := range first {
		switch {
		case b == '"':
			quoted = !quoted
		case quoted:
		case b == ',':
			commas++
		case b == ';':
			semicolons++
		case b == '\n':
			return map[bool]rune{true: ';', false: ','}[semicolons > commas]
		}
	}
	return map[bool]rune{true: ';', false: ','}[semicolons > commas]
}

// Header names the columns, in small letters.
func (r *Reader) Header() []string { return r.header }

// Comma parts the cells.
func (r *Reader) Comma() rune { return r.csv.Comma }

// Offset is how many bytes were read, the mark at the beginning left out.
func (r *Reader) Offset() int64 { return r.csv.InputOffset() }

// Next gives the next row, io.EOF behind the last. Empty lines are no rows.
func (r *Reader) Next() (Row, error) {
	cells, err := r.csv.Read()
	var broken *csv.ParseError
	if errors.As(err, &broken) {
		return Row{Line: broken.StartLine, Problem: &Problem{Code: "broken_quotes",
			Message: "the quotes of this row are broken; a quote inside quotes is written twice"}}, nil
	}
	if err != nil {
		return Row{}, err
	}
	line, _ := r.csv.FieldPos(0)
	row := Row{Line: line}
	if len(cells) != len(r.header) {
		row.Problem = &Problem{Code: "row_shape", Message: "the row has another number of cells than the first line; quote cells that hold commas or semicolons"}
		return row, nil
	}
	out := make([]string, len(cells))
	for i, cell := range cells {
		if !utf8.ValidString(cell) || strings.ContainsRune(cell, 0) {
			row.Problem = &Problem{Column: r.header[i], Code: "bad_encoding", Message: "is not UTF-8 text; save the file as CSV UTF-8"}
			return row, nil
		}
		out[i] = Plain(cell)
	}
	row.Cells = out
	return row, nil
}
