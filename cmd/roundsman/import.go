package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"roundsman/api/client"
	"roundsman/internal/fault"
	"roundsman/internal/importer"
)

// importCmd is roundsman import.
type importCmd struct {
	signInFlags
	Kind     string `arg:"" enum:"sites,people,technicians,shifts,items,tickets,servicenow" help:"What the rows are: sites, people, technicians, shifts, items, tickets, or servicenow (the log of another desk)."`
	File     string `arg:"" type:"existingfile" help:"CSV in UTF-8, with commas or semicolons; docs/imports.md has the columns."`
	DryRun   bool   `help:"Check every row and keep nothing."`
	Rejects  bool   `help:"Write the rejected rows beside the file, as NAME.rejects.csv, each with the reason: mend them there and send that file."`
	Region   string `help:"Code of the region that the places of a servicenow log are in." placeholder:"CODE"`
	Template string `help:"Code of the template of its tickets." placeholder:"CODE"`
	JSON     bool   `name:"json" help:"Print the import as one line of JSON, as the API gives it."`
}

// Help ends what --help says.
func (c *importCmd) Help() string {
	return `Exit status: 0 when every row was taken (or, in a dry run, would be), 1 when the file could not be read to its end or was cancelled, 2 when the command line is wrong, 3 when it was read to its end and rows were rejected.

Ctrl-C cancels the import at the server; what was kept by then stays. The same file again changes nothing that is kept already.`
}

// rowsRejected is the exit status for a file of which some rows were rejected.
const rowsRejected = 3

// mostShown is how many things that are wrong are printed.
const mostShown = 20

// Run sends the file, follows the import to its end, and says what became of it.
func (c *importCmd) Run(ctx context.Context, o output) error {
	content, err := c.read()
	if err != nil {
		return err
	}
	server, err := c.enter(ctx)
	if err != nil {
		return err
	}
	r, err := server.Send(ctx, importer.File{Kind: client.ImportKind(c.Kind), DryRun: c.DryRun, Region: c.Region, Template: c.Template, Content: content})
	if err != nil {
		return err
	}
	seen := newReading(o, filepath.Base(c.File))
	r, err = server.Follow(ctx, r, seen.show)
	seen.end()
	if err != nil {
		return err
	}
	ctx = context.WithoutCancel(ctx) // what became of it is told also after Ctrl-C
	if err := c.tell(ctx, o, server, r); err != nil {
		return err
	}
	return c.verdict(ctx, server, r, content)
}

// read reads the file, and refuses what can't be sent. Codes: "body_too_large",
// "rejects_there".
func (c *importCmd) read() ([]byte, error) {
	st, err := os.Stat(c.File)
	if err != nil {
		return nil, err
	}
	if st.Size() > importer.Largest {
		return nil, fault.New(fault.TooLarge, "body_too_large", "%s is larger than %d MiB; cut it into several, each with the first line", c.File, importer.Largest>>20)
	}
	if _, err := os.Stat(c.rejects()); c.Rejects && !errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.Conflict, "rejects_there", "%s is there already, from another time; send its mended rows, or take it away", c.rejects())
	}
	return os.ReadFile(c.File)
}

func (c *importCmd) rejects() string {
	return strings.TrimSuffix(c.File, filepath.Ext(c.File)) + ".rejects.csv"
}

func (f signInFlags) enter(ctx context.Context) (*importer.Server, error) {
	login, password, err := f.credentials()
	if err != nil {
		return nil, err
	}
	return importer.SignIn(ctx, f.Server, login, password)
}

// tell prints what became of the file, and what is wrong with its first rows.
func (c *importCmd) tell(ctx context.Context, o output, server *importer.Server, r client.Import) error {
	if c.JSON {
		return json.NewEncoder(o.out).Encode(r)
	}
	name := filepath.Base(c.File)
	fmt.Fprintf(o.out, "%s: %d rows read: %d added, %d changed, %d unchanged, %d rejected\n", name, r.Rows, r.Added, r.Changed, r.Unchanged, r.Rejected)
	if r.DryRun {
		fmt.Fprintln(o.out, "  this was a dry run: nothing was kept")
	}
	if len(r.ExtraColumns) > 0 {
		fmt.Fprintf(o.out, "  columns that mean nothing here: %s\n", strings.Join(r.ExtraColumns, ", "))
	}
	if r.Rejected == 0 {
		return nil
	}
	list, err := server.FirstErrors(ctx, r.ID, mostShown)
	if err != nil {
		return err
	}
	rows := map[int]bool{}
	for _, e := range list {
		column := ""
		if e.Column != nil {
			column = *e.Column
		}
		fmt.Fprintf(o.out, "  line %d: %s (%s)\n", e.Line, importer.Sentence(column, e.Message), e.Code)
		rows[e.Line] = true
	}
	if len(rows) < int(r.Rejected) {
		fmt.Fprintf(o.out, "  and so on; --rejects writes all of them to a table\n")
	}
	return nil
}

// verdict writes the rejected rows if that is wanted, and gives the error that the
// command ends with: nil when every row was taken.
func (c *importCmd) verdict(ctx context.Context, server *importer.Server, r client.Import, content []byte) error {
	advice := "--rejects writes them to a table in which they can be mended"
	if c.Rejects && r.Rejected > 0 {
		if err := c.writeRejects(ctx, server, r, content); err != nil {
			return err
		}
		advice = fmt.Sprintf("they are in %s: mend them there and send that file", c.rejects())
	}
	switch {
	case r.State == client.ImportStateCancelled:
		return fault.New(fault.Conflict, "import_cancelled", "the import was cancelled; the %d rows read by then stay as they were told, and the same file again goes on", r.Rows)
	case r.State == client.ImportStateFailed && r.Error != nil:
		return fault.New(fault.Conflict, *r.ErrorCode, "the file could not be read to its end: %s", *r.Error)
	case r.Rejected > 0:
		return &exit{fault.New(fault.Invalid, "rows_rejected", "%d of %d rows were rejected; %s", r.Rejected, r.Rows, advice), rowsRejected}
	}
	return nil
}

func (c *importCmd) writeRejects(ctx context.Context, server *importer.Server, r client.Import, content []byte) error {
	f, err := os.OpenFile(c.rejects(), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // it has people's data
	if err != nil {
		return fmt.Errorf("writing the rejected rows: %w", err)
	}
	_, err = server.WriteRejects(ctx, r.ID, content, f)
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("writing the rejected rows: %w", err)
	}
	return nil
}

// reading shows how far a file was read: a bar on a terminal, a line for each
// tenth elsewhere.
type reading struct {
	o      output
	name   string
	bar    *progress
	tenths int
}

func newReading(o output, name string) *reading {
	out := &reading{o: o, name: name}
	if isTerminal(o.err) {
		out.bar = newProgress(o, newLog(o))
	}
	return out
}

func (s *reading) show(r client.Import) {
	if s.bar != nil {
		s.bar.show(s.name, int64(r.Progress*1000), 1000)
		return
	}
	if tenths := int(r.Progress * 10); tenths > s.tenths {
		s.tenths = tenths
		fmt.Fprintf(s.o.err, "%s: %d %% read, %d rows\n", s.name, tenths*10, r.Rows)
	}
}

func (s *reading) end() {
	if s.bar != nil {
		s.bar.done()
	}
}
