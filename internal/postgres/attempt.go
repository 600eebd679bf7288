package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const attemptColumns = `notice_id, number, channel, at, lease_until, outcome, code, millis`

// LockNotice reads a notice for change.
func (t *tx) LockNotice(ctx context.Context, id ids.ID) (dispatch.Notice, error) {
	return one[dispatch.Notice](ctx, t, "notice", `select `+noticeColumns+` from notices where id = $1 for no key update`, id)
}

// Attempts gives the tries of a notice, oldest first.
func (t *tx) Attempts(ctx context.Context, notice ids.ID) ([]dispatch.Attempt, error) {
	return list[dispatch.Attempt](ctx, t, "reading tries of a notice",
		`select `+attemptColumns+` from notice_attempts where notice_id = $1 order by number`, notice)
}

// BeginAttempt stores an open try; code "notice_in_hand" when there is one.
func (t *tx) BeginAttempt(ctx context.Context, a dispatch.Attempt) error {
	return run(ctx, t, "beginning to send a notice",
		`insert into notice_attempts (notice_id, number, channel, at, lease_until, outcome) values ($1, $2, $3, $4, $5, 'open')`,
		a.NoticeID, a.Number, a.Channel, a.At, a.LeaseUntil)
}

// EndAttempt writes how an open try ended; false when it had ended already.
func (t *tx) EndAttempt(ctx context.Context, a dispatch.Attempt) (bool, error) {
	n, err := exec(ctx, t, "recording a try",
		`update notice_attempts set outcome = $3, code = $4, millis = $5 where notice_id = $1 and number = $2 and outcome = 'open'`,
		a.NoticeID, a.Number, a.Outcome, a.Code, a.Millis)
	return n == 1, err
}

// SettleNotice ends a queued notice as delivered, failed or lapsed; false when it
// had been ended.
func (t *tx) SettleNotice(ctx context.Context, n dispatch.Notice) (bool, error) {
	rows, err := exec(ctx, t, "settling a notice",
		`update notices set state = $2, channel = $3, delivered_at = $4, failure = $5 where id = $1 and state = 'queued'`,
		n.ID, n.State, n.Channel, n.DeliveredAt, n.Failure)
	return rows == 1, err
}

// PutOffNotice has a queued notice looked at again later.
func (t *tx) PutOffNotice(ctx context.Context, id ids.ID, until time.Time) error {
	return run(ctx, t, "putting off a notice", `update notices set due_at = $2 where id = $1 and state = 'queued'`, id, until)
}

// DueNotices locks queued notices that are due, skipping those in use.
func (t *tx) DueNotices(ctx context.Context, before time.Time, limit int) ([]ids.ID, error) {
	type row struct{ ID ids.ID }
	rows, err := list[row](ctx, t, "listing due notices",
		`select id from notices where state = 'queued' and due_at <= $1 order by due_at, id limit $2 for no key update skip locked`, before, limit)
	out := make([]ids.ID, len(rows))
	for i, r := range rows {
		out[i] = r.ID
	}
	return out, err
}
