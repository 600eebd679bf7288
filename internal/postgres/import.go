package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
)

const importColumns = `id, kind, state, dry_run, region_code, template_code, size, "offset", rows, added, changed, unchanged,
	rejected, extra_columns, asked_by, created_at, started_at, ended_at, cancel, error_code, error, tries, version`

// AddImport stores a file that is to be read.
func (t *tx) AddImport(ctx context.Context, i dispatch.Import) error {
	return run(ctx, t, "adding an import",
		`insert into imports (id, kind, state, dry_run, region_code, template_code, size, asked_by, created_at)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
		i.ID, i.Kind, i.State, i.DryRun, i.RegionCode, i.TemplateCode, i.Size, i.AskedBy, i.CreatedAt)
}

// Import gives one.
func (t *tx) Import(ctx context.Context, id ids.ID) (dispatch.Import, error) {
	return one[dispatch.Import](ctx, t, "import", `select `+importColumns+` from imports where id = $1`, id)
}

// LockImport reads one for change.
func (t *tx) LockImport(ctx context.Context, id ids.ID) (dispatch.Import, error) {
	return one[dispatch.Import](ctx, t, "import", `select `+importColumns+` from imports where id = $1 for no key update`, id)
}

// SaveImport writes every mutable field and raises the version.
func (t *tx) SaveImport(ctx context.Context, i dispatch.Import) (dispatch.Import, error) {
	return saved[dispatch.Import](ctx, t, "import",
		`update imports set state = $3, "offset" = $4, rows = $5, added = $6, changed = $7, unchanged = $8, rejected = $9,
		     extra_columns = $10, started_at = $11, ended_at = $12, cancel = $13, error_code = $14, error = $15, tries = $16, version = version + 1
		 where id = $1 and version = $2 returning `+importColumns,
		i.ID, i.Version, i.State, i.Offset, i.Rows, i.Added, i.Changed, i.Unchanged, i.Rejected,
		append([]string{}, i.ExtraColumns...), i.StartedAt, i.EndedAt, i.Cancel, i.ErrorCode, i.Error, i.Tries)
}

// ListImports gives them newest first.
func (t *tx) ListImports(ctx context.Context, p dispatch.Page) ([]dispatch.Import, string, error) {
	var w filter
	tail, limit, err := w.page(p, "created_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Import](ctx, t, "listing imports", `select `+importColumns+` from imports`+tail, w.args...)
	rows, next := cut(rows, limit, func(i dispatch.Import) cursor { return cursor{At: i.CreatedAt, ID: i.ID} })
	return rows, next, err
}

// AddImportPart keeps the n-th part of a file.
func (t *tx) AddImportPart(ctx context.Context, id ids.ID, n int, content []byte) error {
	return run(ctx, t, "keeping a part of a file", `insert into import_parts (import_id, n, content) values ($1, $2, $3)`, id, n, content)
}

// ImportPart gives it, nil behind the last.
func (t *tx) ImportPart(ctx context.Context, id ids.ID, n int) ([]byte, error) {
	type row struct{ Content []byte }
	part, _, err := maybe[row](ctx, t, "part of a file", `select content from import_parts where import_id = $1 and n = $2`, id, n)
	return part.Content, err
}

// DropImportParts forgets a file.
func (t *tx) DropImportParts(ctx context.Context, id ids.ID) error {
	return run(ctx, t, "forgetting a file", `delete from import_parts where import_id = $1`, id)
}

// AddRowErrors stores what is wrong with rows.
func (t *tx) AddRowErrors(ctx context.Context, list []dispatch.RowError) error {
	_, err := t.CopyFrom(ctx, pgx.Identifier{"import_errors"}, []string{"import_id", "n", "line", "column", "code", "message"},
		pgx.CopyFromSlice(len(list), func(i int) ([]any, error) {
			e := list[i]
			return []any{e.ImportID, e.N, e.Line, e.Column, e.Code, e.Message}, nil
		}))
	return failed(err, "keeping what is wrong with rows")
}

// ListRowErrors gives them in the order of the file.
func (t *tx) ListRowErrors(ctx context.Context, id ids.ID, p dispatch.Page) ([]dispatch.RowError, string, error) {
	after, err := parseOrdinal(p.After)
	if err != nil {
		return nil, "", err
	}
	limit := limitOf(p.Limit)
	rows, err := list[dispatch.RowError](ctx, t, "listing what is wrong with rows",
		`select import_id, n, line, "column", code, message from import_errors where import_id = $1 and n > $2 order by n limit $3`,
		id, after, limit+1)
	if err != nil || len(rows) <= limit {
		return rows, "", err
	}
	return rows[:limit], ordinal(rows[limit-1].N), nil
}

// filled are the tables that a file of each kind fills.
var filled = map[dispatch.ImportKind]string{
	dispatch.ImportSites:       "sites",
	dispatch.ImportPeople:      "people",
	dispatch.ImportTechnicians: "technicians, technician_skills",
	dispatch.ImportShifts:      "shifts, rounds, region_days",
	dispatch.ImportItems:       "items, custodies",
	dispatch.ImportTickets:     "tickets, visits, brought",
	dispatch.ImportServiceNow:  "sites, people, tickets, brought, past_events",
}

// MeasureTables makes the statistics of the tables that such a file fills anew. Foreign
// keys are checked by plans that were made when a table was small, and read all of
// it for each row until then.
func (t *tx) MeasureTables(ctx context.Context, kind dispatch.ImportKind) error {
	return run(ctx, t, "measuring tables", `analyze `+filled[kind])
}

// coded says how nouns are called by people.
var coded = map[string]string{
	"region":     `select id, code from regions where `,
	"site":       `select id, code from sites where `,
	"depot":      `select id, code from depots where `,
	"technician": `select id, code from technicians where `,
	"model":      `select id, code from models where `,
	"template":   `select id, code from templates where `,
	"person":     `select id, employee_number as code from people where `,
	"account":    `select id, login as code from accounts where `,
}

type codedRow struct {
	ID   ids.ID
	Code string
}

// IDsByCode gives the ids of those that exist.
func (t *tx) IDsByCode(ctx context.Context, noun string, codes []string) (map[string]ids.ID, error) {
	column := map[string]string{"person": "employee_number", "account": "login"}[noun]
	if column == "" {
		column = "code"
	}
	if coded[noun] == "" {
		return nil, fault.New(fault.Internal, "noun_unknown", "nothing is known of a %s's code", noun)
	}
	match := column + ` = any($1)`
	if noun == "account" {
		match = `lower(login) = any($1)`
	}
	rows, err := list[codedRow](ctx, t, "looking codes up", coded[noun]+match, codes)
	out := make(map[string]ids.ID, len(rows))
	for _, r := range rows {
		out[r.Code] = r.ID
	}
	return out, err
}

// CodesByID is the way back.
func (t *tx) CodesByID(ctx context.Context, noun string, wanted []ids.ID) (map[ids.ID]string, error) {
	if coded[noun] == "" {
		return nil, fault.New(fault.Internal, "noun_unknown", "nothing is known of a %s's code", noun)
	}
	rows, err := list[codedRow](ctx, t, "looking codes up", coded[noun]+`id = any($1)`, wanted)
	out := make(map[ids.ID]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Code
	}
	return out, err
}
