package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const exceptionColumns = `id, state, ticket_id, person_id, site_id, template_id, respond_minutes, restore_minutes,
	resolve_minutes, priority, reason, asked_by, asked_at, decided_by, decided_at, refusal, expires_at, version`

// AddException stores a request.
func (t *tx) AddException(ctx context.Context, x dispatch.Exception) error {
	return run(ctx, t, "asking for an exception",
		`insert into service_exceptions (`+exceptionColumns+`)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
		x.ID, x.State, x.TicketID, x.PersonID, x.SiteID, x.TemplateID, x.RespondMinutes, x.RestoreMinutes,
		x.ResolveMinutes, x.Priority, x.Reason, x.AskedBy, x.AskedAt, x.DecidedBy, x.DecidedAt, x.Refusal, x.ExpiresAt, x.Version)
}

// Exception gives one.
func (t *tx) Exception(ctx context.Context, id ids.ID) (dispatch.Exception, error) {
	return one[dispatch.Exception](ctx, t, "exception", `select `+exceptionColumns+` from service_exceptions where id = $1`, id)
}

// LockException reads one for change.
func (t *tx) LockException(ctx context.Context, id ids.ID) (dispatch.Exception, error) {
	return one[dispatch.Exception](ctx, t, "exception",
		`select `+exceptionColumns+` from service_exceptions where id = $1 for no key update`, id)
}

// SaveException writes what was decided and raises the version.
func (t *tx) SaveException(ctx context.Context, x dispatch.Exception) (dispatch.Exception, error) {
	return saved[dispatch.Exception](ctx, t, "exception",
		`update service_exceptions set state = $3, decided_by = $4, decided_at = $5, refusal = $6, version = version + 1
		 where id = $1 and version = $2 and state = 'requested' returning `+exceptionColumns,
		x.ID, x.Version, x.State, x.DecidedBy, x.DecidedAt, x.Refusal)
}

// ListExceptions gives them newest first, those of one state or all.
func (t *tx) ListExceptions(ctx context.Context, state dispatch.ExceptionState, p dispatch.Page) ([]dispatch.Exception, string, error) {
	var w filter
	if state != "" {
		w.and("state = $", state)
	}
	tail, limit, err := w.page(p, "asked_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Exception](ctx, t, "listing exceptions", `select `+exceptionColumns+` from service_exceptions`+tail, w.args...)
	rows, next := cut(rows, limit, func(x dispatch.Exception) cursor { return cursor{At: x.AskedAt, ID: x.ID} })
	return rows, next, err
}

// ExceptionsFor gives the approved ones that cover a ticket.
func (t *tx) ExceptionsFor(ctx context.Context, k dispatch.Ticket) ([]dispatch.Exception, error) {
	return list[dispatch.Exception](ctx, t, "reading a ticket's exceptions",
		`select `+exceptionColumns+` from service_exceptions where state = 'approved' and expires_at > $5
		     and (ticket_id = $1 or person_id = $2 or site_id = $3 or template_id = $4)
		 order by decided_at`, k.ID, k.PersonID, k.SiteID, k.TemplateID, k.OpenedAt)
}
