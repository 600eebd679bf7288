package importer

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"roundsman/api/client"
	"roundsman/internal/csvfile"
	"roundsman/internal/fault"
)

// because is the column that says why a row was rejected. The server does not know
// it, and passes it over when the mended rows are sent.
const because = "rejected_because"

// WriteRejects writes the rejected rows of a file that was sent as a table like it,
// each with why it was rejected, and gives how many there are. What could not be
// read as a row stands in the first column as it stood in the file.
func (s *Server) WriteRejects(ctx context.Context, id client.ID, content []byte, to io.Writer) (int, error) {
	const doing = "reading what is wrong with rows"
	res, err := s.api.GetRowErrorTable(ctx, id)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return 0, refused(doing, res)
	}
	reasons, err := newReasons(res.Body)
	if err != nil {
		return 0, err
	}
	return rejects(content, reasons, to)
}

// rejects copies the rows of a file for which there are reasons.
func rejects(content []byte, why *reasons, to io.Writer) (n int, err error) {
	in, err := csvfile.NewReader(bytes.NewReader(content))
	if err != nil {
		return 0, err
	}
	width := len(in.Header())
	out, err := csvfile.NewWriterWith(to, in.Comma(), append(append([]string{}, in.Header()...), because)...)
	if err != nil {
		return 0, err
	}
	rows := bytes.TrimPrefix(content, []byte("\ufeff"))
	for !why.over() {
		from := in.Offset()
		row, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return n, err
		}
		reason, err := why.of(row.Line)
		if err != nil {
			return n, err
		}
		if reason == "" {
			continue
		}
		cells := row.Cells
		if cells == nil {
			cells = make([]string, width)
			cells[0] = strings.ToValidUTF8(strings.TrimSpace(string(rows[from:in.Offset()])), "\ufffd")
		}
		if err := out.Row(append(cells, reason)...); err != nil {
			return n, err
		}
		n++
	}
	return n, out.Flush()
}

// reasons reads the server's table of what is wrong with rows, which is in the
// order of the file.
type reasons struct {
	table *csvfile.Reader
	line  int // of the next reason; 0 behind the last
	text  string
}

func newReasons(r io.Reader) (*reasons, error) {
	table, err := csvfile.NewReader(r)
	if err != nil {
		return nil, err
	}
	out := &reasons{table: table}
	return out, out.next()
}

func (w *reasons) over() bool { return w.line == 0 }

// of gives why the row of a line was rejected, "" when it was not. It is asked for
// each line of the file in turn.
func (w *reasons) of(line int) (string, error) {
	var all []string
	for w.line == line {
		all = append(all, w.text)
		if err := w.next(); err != nil {
			return "", err
		}
	}
	return strings.Join(all, ", "), nil
}

func (w *reasons) next() error {
	row, err := w.table.Next()
	if errors.Is(err, io.EOF) {
		w.line = 0
		return nil
	}
	if err != nil {
		return err
	}
	broken := fault.New(fault.Unavailable, "answer_unexpected", "the server's table of what is wrong with rows can't be read")
	if len(row.Cells) != 4 { // line, column, code, message
		return broken
	}
	if w.line, err = strconv.Atoi(row.Cells[0]); err != nil {
		return broken.Because(err)
	}
	w.text = Sentence(row.Cells[1], row.Cells[3])
	return nil
}

// Sentence says what is wrong with a column, or with the whole row.
func Sentence(column, message string) string {
	if column == "" {
		return message
	}
	return column + " " + message
}
