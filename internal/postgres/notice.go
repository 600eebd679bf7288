package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const noticeColumns = `id, person_id, ticket_id, promise_id, kind, channel, body, state, created_at, delivered_at, due_at, failure, link_id`

// AddNotice stores a notice.
func (t *tx) AddNotice(ctx context.Context, n dispatch.Notice) error {
	return run(ctx, t, "adding a notice",
		`insert into notices (id, person_id, ticket_id, promise_id, kind, channel, body, state, created_at, delivered_at, due_at, failure, link_id)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
		n.ID, n.PersonID, n.TicketID, n.PromiseID, n.Kind, n.Channel, n.Body, n.State, n.CreatedAt, n.DeliveredAt, n.DueAt, n.Failure, n.LinkID)
}

// Notice gives a notice.
func (t *tx) Notice(ctx context.Context, id ids.ID) (dispatch.Notice, error) {
	return one[dispatch.Notice](ctx, t, "notice", `select `+noticeColumns+` from notices where id = $1`, id)
}

// ListNotices gives notices, newest first.
func (t *tx) ListNotices(ctx context.Context, f dispatch.NoticeFilter, p dispatch.Page) ([]dispatch.Notice, string, error) {
	var w filter
	if f.PersonID != nil {
		w.and("person_id = $", *f.PersonID)
	}
	if f.TicketID != nil {
		w.and("ticket_id = $", *f.TicketID)
	}
	if f.PromiseID != nil {
		w.and("promise_id = $", *f.PromiseID)
	}
	if f.OwnerID != nil {
		w.and("ticket_id in (select id from tickets where owner_id = $)", *f.OwnerID)
	}
	if f.State != "" {
		w.and("state = $", f.State)
	}
	tail, limit, err := w.page(p, "created_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Notice](ctx, t, "listing notices", `select `+noticeColumns+` from notices`+tail, w.args...)
	rows, next := cut(rows, limit, func(n dispatch.Notice) cursor { return cursor{At: n.CreatedAt, ID: n.ID} })
	return rows, next, err
}
