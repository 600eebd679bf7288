package postgres

import (
	"context"
	"time"
)

// What is dropped is named by `any(array(…))`, not by `in (…)`: that would be joined,
// and thousands of rows are joined by reading the whole table.

// DropOutcomes deletes what was never committed and expired before one instant, and
// what was committed before the other.
func (t *tx) DropOutcomes(ctx context.Context, expired, committed time.Time, limit int) (int64, error) {
	never, err := exec(ctx, t, "dropping outcomes that nobody committed",
		`delete from outcomes where id = any(array(
		     select id from outcomes where committed_at is null and expires_at < $1 order by expires_at limit $2))`, expired, limit)
	if err != nil {
		return never, err
	}
	old, err := exec(ctx, t, "dropping old decisions",
		`delete from outcomes where id = any(array(
		     select id from outcomes where committed_at < $1 order by committed_at limit $2))`, committed, limit)
	return never + old, err
}

// DropQuotes deletes quotes that expired before then.
func (t *tx) DropQuotes(ctx context.Context, expired time.Time, limit int) (int64, error) {
	return exec(ctx, t, "dropping old quotes",
		`delete from quotes where id = any(array(select id from quotes where expires_at < $1 order by expires_at limit $2))`, expired, limit)
}

// DropLinkKeys deletes the hashes of keys whose link was over by then, of at most limit
// links. Each link is looked at once: there are more and more of them, and no key is
// made for one that is over.
func (t *tx) DropLinkKeys(ctx context.Context, over time.Time, limit int) (int64, error) {
	return exec(ctx, t, "dropping keys of links that are over",
		`with over as (
		     (select id from customer_links where not swept and expires_at < $1 order by expires_at limit $2)
		     union (select id from customer_links where not swept and revoked_at < $1 order by revoked_at limit $2)),
		 marked as (update customer_links set swept = true where id = any(array(select id from over)) returning id)
		 delete from customer_link_keys where link_id = any(array(select id from marked))`, over, limit)
}
