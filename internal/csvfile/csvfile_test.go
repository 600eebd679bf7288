package csvfile_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"

	"roundsman/internal/csvfile"
	"roundsman/internal/fault"

	"github.com/stretchr/testify/require"
)

func read(t *testing.T, file string) (header []string, rows []csvfile.Row) {
	t.Helper()
	r, err := csvfile.NewReader(strings.NewReader(file))
	require.NoError(t, err)
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r.Header(), rows
		}
		require.NoError(t, err)
		rows = append(rows, row)
	}
}

func TestEveryDialectIsOneTable(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"commas":             "Code,Name\nA,\"Two, one\"\nB,x\n",
		"semicolons":         "code;name\r\nA;Two, one\r\nB;x",
		"a mark, and quotes": "\ufeff\"code\",\" NAME \"\nA,\"Two, one\"\n\nB,x\n",
	} {
		header, rows := read(t, file)
		require.Equal(t, []string{"code", "name"}, header, name)
		require.Len(t, rows, 2, name)
		require.Equal(t, []string{"A", "Two, one"}, rows[0].Cells, name)
		require.Equal(t, 2, rows[0].Line, name)
		require.Equal(t, []string{"B", "x"}, rows[1].Cells, name)
	}
}

func TestABrokenRowIsSaidAndTheNextIsRead(t *testing.T) {
	t.Parallel()
	_, rows := read(t, "code,name\n"+ // 1
		"A,\"two\nlines\"\n"+ // 2 and 3
		"B,bro\"ken\n"+ // 4
		"C,\"x\"y\n"+ // 5
		"D\n"+ // 6
		"E,a,b\n"+ // 7
		"F,\xff\n"+ // 8
		"G,nul\x00\n"+ // 9
		"H,good\n"+ // 10
		"I,\"never closed\nJ,x\n") // 11
	type said struct {
		line   int
		code   string
		column string
	}
	var got []said
	for _, r := range rows {
		if r.Problem == nil {
			got = append(got, said{r.Line, r.Cells[1], ""})
			continue
		}
		got = append(got, said{r.Line, r.Problem.Code, r.Problem.Column})
	}
	require.Equal(t, []said{{2, "two\nlines", ""}, {4, "broken_quotes", ""}, {5, "broken_quotes", ""}, {6, "row_shape", ""}, {7, "row_shape", ""},
		{8, "bad_encoding", "name"}, {9, "bad_encoding", "name"}, {10, "good", ""}, {11, "broken_quotes", ""}}, got)
}

func TestAFileThatIsNoTableIsRefused(t *testing.T) {
	t.Parallel()
	for file, code := range map[string]string{
		"": "file_empty", "\n\n": "file_empty", "\xff\xfea\x00": "bad_encoding", "a\xff,b\n": "bad_encoding",
		"a,,c\n": "bad_header", "a,A\n": "bad_header", "\"a\n": "broken_quotes", strings.Repeat("c,", 300) + "d\n": "bad_header",
	} {
		_, err := csvfile.NewReader(strings.NewReader(file))
		require.Equal(t, code, fault.CodeOf(err), "%q", file)
	}
}

// What stands in the left column is a formula to a spreadsheet, or looks like one
// of ours; in the file it stands as on the right.
func TestFormulasAreNeutral(t *testing.T) {
	t.Parallel()
	for cell, neutral := range map[string]string{
		"=1+1": "'=1+1", "+13025550123": "'+13025550123", "-cmd|x": "'-cmd|x", "@sum": "'@sum", "\t=1": "'\t=1", "\r=1": "'\r=1",
		"'=1": "''=1", "-75.5": "-75.5", "plain": "plain", "'quoted'": "'quoted'", "": "", "'": "'",
	} {
		require.Equal(t, neutral, csvfile.Neutral(cell))
		require.Equal(t, cell, csvfile.Plain(neutral), "and back")
	}
}

// Whatever is written is read again as it was, but for line ends, which are kept
// as line feeds; and no cell begins a formula.
func FuzzWhatIsWrittenIsReadAgain(f *testing.F) {
	f.Add("=1+1", "'=x", "a,b;c\"d\n")
	f.Add("-75.5", "\t@", "''+")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		var file bytes.Buffer
		w, err := csvfile.NewWriter(&file, "a", "b", "c")
		require.NoError(t, err)
		require.NoError(t, w.Row(a, b, c))
		require.NoError(t, w.Flush())
		r, err := csvfile.NewReader(&file)
		require.NoError(t, err)
		row, err := r.Next()
		require.NoError(t, err)
		if row.Problem != nil {
			require.Equal(t, "bad_encoding", row.Problem.Code)
			return
		}
		lines := strings.NewReplacer("\r\n", "\n").Replace
		require.Equal(t, []string{lines(a), lines(b), lines(c)}, row.Cells)
		for _, cell := range []string{a, b, c} {
			n := csvfile.Neutral(cell)
			require.False(t, n != "" && strings.ContainsRune("=+@\t\r", rune(n[0])), "%q", n)
		}
	})
}

// Whatever is read ends, and every row is whole or says what is wrong.
func FuzzReader(f *testing.F) {
	f.Add([]byte("a,b\n1,\"2\n3\"\n\"x"))
	f.Add([]byte("\ufeffa;b\r\n=1;\xff\r\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := csvfile.NewReader(bytes.NewReader(file))
		if err != nil {
			require.NotEmpty(t, fault.CodeOf(err))
			return
		}
		for last := 1; ; {
			row, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			require.NoError(t, err)
			require.Greater(t, row.Line, last)
			last = row.Line
			require.Equal(t, row.Problem == nil, len(row.Cells) == len(r.Header()))
		}
	})
}
