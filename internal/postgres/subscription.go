package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
)

const subscriptionColumns = `id, url, names, state, secret, old_secret, old_until, position, tries, failing_since, failure, next_try,
	lease_until, created_at, version`

// AddSubscription stores a subscription.
func (t *tx) AddSubscription(ctx context.Context, s dispatch.Subscription) error {
	return run(ctx, t, "adding a subscription",
		`insert into event_subscriptions (id, url, names, state, secret, position, next_try, lease_until, created_at)
		 values ($1, $2, coalesce($3, '{}'::text[]), $4, $5, $6, $7, $8, $9)`,
		s.ID, s.URL, s.Names, s.State, string(s.Secret), s.Position, s.NextTry, s.LeaseUntil, s.CreatedAt)
}

// Subscription gives a subscription.
func (t *tx) Subscription(ctx context.Context, id ids.ID) (dispatch.Subscription, error) {
	return one[dispatch.Subscription](ctx, t, "event_subscription", `select `+subscriptionColumns+` from event_subscriptions where id = $1`, id)
}

// ListSubscriptions gives subscriptions, newest first.
func (t *tx) ListSubscriptions(ctx context.Context, p dispatch.Page) ([]dispatch.Subscription, string, error) {
	var w filter
	tail, limit, err := w.page(p, "created_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Subscription](ctx, t, "listing subscriptions", `select `+subscriptionColumns+` from event_subscriptions`+tail, w.args...)
	rows, next := cut(rows, limit, func(s dispatch.Subscription) cursor { return cursor{At: s.CreatedAt, ID: s.ID} })
	return rows, next, err
}

// SaveSubscription writes every mutable field and raises the version.
func (t *tx) SaveSubscription(ctx context.Context, s dispatch.Subscription) (dispatch.Subscription, error) {
	return saved[dispatch.Subscription](ctx, t, "event_subscription",
		`update event_subscriptions set state = $3, secret = $4, old_secret = $5, old_until = $6, tries = $7, failing_since = $8, failure = $9,
		     next_try = $10, version = version + 1
		 where id = $1 and version = $2 returning `+subscriptionColumns,
		s.ID, s.Version, s.State, string(s.Secret), (*string)(s.OldSecret), s.OldUntil, s.Tries, s.FailingSince, s.Failure, s.NextTry)
}

// ClaimSubscription leases an active subscription that is due and behind the
// newest event; nil when there is none.
func (t *tx) ClaimSubscription(ctx context.Context, machine, until time.Time) (*dispatch.Subscription, error) {
	s, found, err := maybe[dispatch.Subscription](ctx, t, "event_subscription",
		`update event_subscriptions set lease_until = $2 where id = (
		     select id from event_subscriptions where state = 'active' and next_try <= $1 and lease_until <= $1
		     and position < (select coalesce(max(position), 0) from events)
		     order by next_try, id limit 1 for no key update skip locked)
		 returning `+subscriptionColumns, machine, until)
	if err != nil || !found {
		return nil, err
	}
	return &s, nil
}

// PassOn writes how far a claimed subscription has come, and gives its lease back;
// false when the lease was lost or the subscription is no longer active.
func (t *tx) PassOn(ctx context.Context, s dispatch.Subscription, released time.Time) (bool, error) {
	n, err := exec(ctx, t, "passing a subscription on",
		`update event_subscriptions set state = $3, position = $4, tries = $5, failing_since = $6, failure = $7, next_try = $8,
		     lease_until = $9
		 where id = $1 and state = 'active' and lease_until = $2`,
		s.ID, s.LeaseUntil, s.State, s.Position, s.Tries, s.FailingSince, s.Failure, s.NextTry, released)
	return n == 1, err
}

// EventsAfter gives stamped events after a position, in order.
func (t *tx) EventsAfter(ctx context.Context, position int64, limit int) ([]dispatch.Event, error) {
	rows, err := t.Query(ctx, `
		select id, position, name, subject_kind, subject_id, at, actor_id, technician_id, region_id, data
		  from events where position > $1 order by position limit $2`, position, limit)
	if err != nil {
		return nil, failed(err, "reading events after %d", position)
	}
	out, err := pgx.CollectRows(rows, scanEvent)
	return out, failed(err, "reading events after %d", position)
}

// NewestEvent gives the position of the newest event, 0 when there is none.
func (t *tx) NewestEvent(ctx context.Context) (position int64, err error) {
	if err := t.QueryRow(ctx, `select coalesce(max(position), 0) from events`).Scan(&position); err != nil {
		return 0, failed(err, "reading the newest event")
	}
	return position, nil
}
