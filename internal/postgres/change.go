package postgres

import (
	"context"
	"strconv"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const changeColumns = `id, number, source_id, external_id, planned, state, title, notice_text, starts_at, ends_at,
	models, sites, services, approval, told_at, reported_at, version`

// AddChange stores a change and gives it with its number.
func (t *tx) AddChange(ctx context.Context, c dispatch.Change) (dispatch.Change, error) {
	return one[dispatch.Change](ctx, t, "change",
		`insert into changes (id, source_id, external_id, planned, state, title, notice_text, starts_at, ends_at, models, sites, services,
		     approval, told_at, reported_at)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, coalesce($10, '{}'::text[]), coalesce($11, '{}'::uuid[]), coalesce($12, '{}'::text[]),
		     $13, $14, $15) returning `+changeColumns,
		c.ID, c.SourceID, c.ExternalID, c.Planned, c.State, c.Title, c.NoticeText, c.StartsAt, c.EndsAt, c.Models, c.Sites, c.Services,
		c.Approval, c.ToldAt, c.ReportedAt)
}

// Change gives a change.
func (t *tx) Change(ctx context.Context, id ids.ID) (dispatch.Change, error) {
	return one[dispatch.Change](ctx, t, "change", `select `+changeColumns+` from changes where id = $1`, id)
}

// LockChangeOf gives the change of a source's own id, nil when there is none.
func (t *tx) LockChangeOf(ctx context.Context, source ids.ID, externalID string) (*dispatch.Change, error) {
	c, found, err := maybe[dispatch.Change](ctx, t, "change",
		`select `+changeColumns+` from changes where source_id = $1 and external_id = $2 for no key update`, source, externalID)
	if err != nil || !found {
		return nil, err
	}
	return &c, nil
}

// SaveChange writes every mutable field and raises the version.
func (t *tx) SaveChange(ctx context.Context, c dispatch.Change) (dispatch.Change, error) {
	return saved[dispatch.Change](ctx, t, "change",
		`update changes set planned = $3, state = $4, title = $5, notice_text = $6, starts_at = $7, ends_at = $8,
		     models = coalesce($9, '{}'::text[]), sites = coalesce($10, '{}'::uuid[]), services = coalesce($11, '{}'::text[]),
		     approval = $12, told_at = $13, reported_at = $14, version = version + 1
		 where id = $1 and version = $2 returning `+changeColumns,
		c.ID, c.Version, c.Planned, c.State, c.Title, c.NoticeText, c.StartsAt, c.EndsAt, c.Models, c.Sites, c.Services,
		c.Approval, c.ToldAt, c.ReportedAt)
}

// ListChanges gives changes by their start, the earliest first.
func (t *tx) ListChanges(ctx context.Context, f dispatch.ChangeFilter, p dispatch.Page) ([]dispatch.Change, string, error) {
	after, err := parseCursor(p.After, oldest)
	if err != nil {
		return nil, "", err
	}
	var w filter
	w.and("(starts_at, id) > ($, $)", after.At, after.ID)
	if f.From != nil || f.Until != nil {
		w.and("tstzrange(starts_at, ends_at) && tstzrange($, $)", f.From, f.Until)
	}
	if len(f.States) > 0 {
		w.and("state = any($)", f.States)
	}
	limit := limitOf(p.Limit)
	w.args = append(w.args, limit+1)
	rows, err := list[dispatch.Change](ctx, t, "listing changes",
		`select `+changeColumns+` from changes`+w.where()+` order by starts_at, id limit $`+strconv.Itoa(len(w.args)), w.args...)
	rows, next := cut(rows, limit, func(c dispatch.Change) cursor { return cursor{At: c.StartsAt, ID: c.ID} })
	return rows, next, err
}
