package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
)

// table says how one kind of standing data is kept. Its queries are put together
// from the columns named here, each of them once.
type table[T any] struct {
	noun    string         // "site"
	name    string         // "sites"
	key     string         // "id", or "code" for what is named by its code
	code    string         // what people call it by, and what lists are in order of
	read    string         // columns as they are selected
	written []string       // columns as they are stored, the key first and the version last
	values  func(T) []any  // of the columns written
	at      func(T) cursor // where a page may end
	// The columns that lists can be narrowed by, "" where there are none.
	region, site, technician string
}

// register is a table in a transaction.
type register[T any, K comparable] struct {
	table[T]
	tx *tx
}

// Get gives one, retired or not.
func (r register[T, K]) Get(ctx context.Context, key K) (T, error) {
	return one[T](ctx, r.tx, r.noun, `select `+r.read+` from `+r.name+` where `+r.key+` = $1`, key)
}

// Lock reads one for change.
func (r register[T, K]) Lock(ctx context.Context, key K) (T, error) {
	return one[T](ctx, r.tx, r.noun, `select `+r.read+` from `+r.name+` where `+r.key+` = $1 for no key update`, key)
}

// ByCode reads for change what people call by this code, if it is there.
func (r register[T, K]) ByCode(ctx context.Context, code string) (T, bool, error) {
	return maybe[T](ctx, r.tx, r.noun, `select `+r.read+` from `+r.name+` where `+r.code+` = $1 for no key update`, code)
}

// ByCodes reads for change those of many that are there, in the order of their codes,
// which is that of the locks. Each is looked up by its code: the rows of a table that
// people import are most of what is there, and would be found by reading all of it.
func (r register[T, K]) ByCodes(ctx context.Context, codes []string) ([]T, error) {
	asked := slices.Compact(slices.Sorted(slices.Values(codes)))
	return list[T](ctx, r.tx, "reading "+r.name, `select found.* from unnest($1::text[]) with ordinality asked(code, place)
		cross join lateral (select `+r.read+` from `+r.name+` where `+r.name+`.`+r.code+` = asked.code for no key update) found
		order by asked.place`, asked)
}

// AddAll stores many new ones.
func (r register[T, K]) AddAll(ctx context.Context, list []T) error {
	_, err := r.tx.CopyFrom(ctx, pgx.Identifier{r.name}, r.written,
		pgx.CopyFromSlice(len(list), func(i int) ([]any, error) { return r.values(list[i]), nil }))
	return failed(err, "adding %s", r.name)
}

// List gives them by code.
func (r register[T, K]) List(ctx context.Context, f dispatch.StandingFilter, p dispatch.Page) ([]T, string, error) {
	c, err := parseCursor(p.After, cursor{})
	if err != nil {
		return nil, "", err
	}
	var w filter
	for _, part := range []struct {
		column string
		id     *ids.ID
	}{{r.region, f.RegionID}, {r.site, f.SiteID}, {r.technician, f.TechnicianID}} {
		if part.column != "" && part.id != nil {
			w.and(part.column+" = $", *part.id)
		}
	}
	if f.Retired != nil {
		w.and("(retired_at is not null) = $", *f.Retired)
	}
	order := r.code
	if r.code == r.key {
		w.and(r.code+" > $", c.Text)
	} else {
		w.and("("+r.code+", "+r.key+") > ($, $)", c.Text, c.ID)
		order += ", " + r.key
	}
	limit := limitOf(p.Limit)
	rows, err := list[T](ctx, r.tx, "listing "+r.name,
		fmt.Sprintf(`select %s from %s%s order by %s limit %d`, r.read, r.name, w.where(), order, limit+1), w.args...)
	rows, next := cut(rows, limit, r.at)
	return rows, next, err
}

// Add stores a new one.
func (r register[T, K]) Add(ctx context.Context, v T) (T, error) {
	marks := make([]string, len(r.written))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	return one[T](ctx, r.tx, r.noun, `insert into `+r.name+` (`+strings.Join(r.written, ", ")+`) values (`+
		strings.Join(marks, ", ")+`) returning `+r.read, r.values(v)...)
}

// Save writes every field and raises the version.
func (r register[T, K]) Save(ctx context.Context, v T) (T, error) {
	last := len(r.written) - 1
	sets := make([]string, 0, last)
	for i := 1; i < last; i++ {
		sets = append(sets, fmt.Sprintf("%s = $%d", r.written[i], i+1))
	}
	return saved[T](ctx, r.tx, r.noun, fmt.Sprintf(`update %s set %s, version = version + 1 where %s = $1 and version = $%d returning %s`,
		r.name, strings.Join(sets, ", "), r.key, last+1, r.read), r.values(v)...)
}

// loadInto copies rows into a table.
func loadInto[T any](l *loader, t table[T], rows []T) { load(l, t.name, t.written, rows, t.values) }

// TemplateVersions gives every version that a template had, the newest first.
func (t *tx) TemplateVersions(ctx context.Context, template ids.ID) ([]dispatch.TemplateVersion, error) {
	type row struct {
		Document  dispatch.Template
		ChangedAt *time.Time
	}
	rows, err := list[row](ctx, t, "reading the versions of a template",
		`select document, changed_at from template_versions where template_id = $1 order by version desc`, template)
	out := make([]dispatch.TemplateVersion, len(rows))
	for i, r := range rows {
		out[i] = dispatch.TemplateVersion{Template: r.Document, ChangedAt: r.ChangedAt}
	}
	return out, err
}

// KeepTemplate keeps a version of a template as it is.
func (t *tx) KeepTemplate(ctx context.Context, v dispatch.TemplateVersion) error {
	return run(ctx, t, "keeping a version of a template",
		`insert into template_versions (template_id, version, document, changed_at) values ($1, $2, $3, $4)
		 on conflict do nothing`, v.Template.ID, v.Template.Version, v.Template, v.ChangedAt)
}

// CountUses tells how often each version of a template was used, the newest first.
func (t *tx) CountUses(ctx context.Context, template ids.ID) ([]dispatch.TemplateUse, error) {
	return list[dispatch.TemplateUse](ctx, t, "counting the uses of a template",
		`select version, sum(uses)::bigint as uses from template_uses where template_id = $1 group by version order by version desc`, template)
}

// countUse counts a ticket for the version that its template has now. Accounts
// are spread over a few rows, so that one who registers seldom waits for another;
// tickets opened at once by one account count on one row and can't get in each
// other's way.
func (t *tx) countUse(ctx context.Context, k dispatch.Ticket) error {
	const shards = 16
	return run(ctx, t, "counting the use of a template",
		`insert into template_uses as u (template_id, version, shard, uses) select id, version, $2::smallint, 1 from templates where id = $1
		 on conflict (template_id, version, shard) do update set uses = u.uses + 1`, k.TemplateID, int16(k.OwnerID[len(k.OwnerID)-1]%shards))
}
