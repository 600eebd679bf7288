package imports

import (
	"context"
	"io"
	"slices"
	"strings"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/csvfile"
	"roundsman/internal/fault"
)

// kind says how the rows of one kind of file are read and kept.
type kind struct {
	columns []string // those that mean something
	must    []string // those without which no row can be read
	needs   []access.Scope
	// key is what a row is known by, "" when it says none.
	key func(*row) string
	// places are where in a file stands what a use case calls otherwise.
	places map[string]string
	// often: the rows of one key may be many.
	often bool
	// put keeps the rows that are still good, and says of each what became of it. An
	// error is of all of them.
	put func(ctx context.Context, tx dispatch.Tx, b *batch) error
}

// kinds are filled in by the files of their nouns.
var kinds = map[dispatch.ImportKind]kind{
	dispatch.ImportSites:       siteKind,
	dispatch.ImportPeople:      personKind,
	dispatch.ImportTechnicians: technicianKind,
	dispatch.ImportShifts:      shiftKind,
	dispatch.ImportItems:       itemKind,
	dispatch.ImportTickets:     ticketKind,
	dispatch.ImportServiceNow:  serviceNowKind,
}

func kindOf(k dispatch.ImportKind) (kind, error) {
	known, ok := kinds[k]
	if !ok {
		return known, fault.New(fault.Invalid, "kind_unknown", "files of kind %q are not read here; the contract lists those that are", k)
	}
	return known, nil
}

// table is a file with the places of its columns.
type table struct {
	*csvfile.Reader
	at    map[string]int
	extra []string
}

// open reads the header of a file.
func open(k kind, from io.Reader) (*table, error) {
	r, err := csvfile.NewReader(from)
	if err != nil {
		return nil, err
	}
	t := &table{Reader: r, at: map[string]int{}}
	for i, name := range r.Header() {
		// Spreadsheets have "Employee number" where we write employee_number.
		if name = strings.ReplaceAll(strings.ReplaceAll(name, " ", "_"), "-", "_"); slices.Contains(k.columns, name) {
			t.at[name] = i
		} else {
			t.extra = append(t.extra, r.Header()[i])
		}
	}
	var missing []string
	for _, name := range k.must {
		if _, ok := t.at[name]; !ok {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return nil, fault.New(fault.Invalid, "column_missing", "the first line does not name: %s; it names: %s",
			strings.Join(missing, ", "), strings.Join(r.Header(), ", ")).With("missing_columns", missing)
	}
	return t, nil
}

func missing(noun, code string) error {
	return fault.New(fault.Invalid, "reference_missing", "there is no %s %q; read the list and choose one of it", noun, code)
}
