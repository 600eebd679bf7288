package csvfile

import (
	"encoding/csv"
	"io"
)

// Writer writes a table that no spreadsheet computes.
type Writer struct {
	csv   *csv.Writer
	cells []string
}

// NewWriter begins a table with its header.
func NewWriter(w io.Writer, header ...string) (*Writer, error) {
	return NewWriterWith(w, ',', header...)
}

// NewWriterWith begins one whose cells are parted by another comma.
func NewWriterWith(w io.Writer, comma rune, header ...string) (*Writer, error) {
	out := &Writer{csv: csv.NewWriter(w)}
	out.csv.UseCRLF, out.csv.Comma = true, comma
	return out, out.Row(header...)
}

// Row writes one row.
func (w *Writer) Row(cells ...string) error {
	w.cells = w.cells[:0]
	for _, c := range cells {
		w.cells = append(w.cells, Neutral(c))
	}
	return w.csv.Write(w.cells)
}

// Flush writes out what is held back.
func (w *Writer) Flush() error {
	w.csv.Flush()
	return w.csv.Error()
}
