package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
)

// CountPromises counts the promises made in [from, until) by kind and by how they
// stand. Kept first means kept in the window first told, whatever was told later;
// withdrawn at risk, that we had warned of a risk before the customer gave up.
//
// A change is unlinked when no notice stands beside it in the ledger, or when the
// row says something that the last entry does not: both are never so.
func (t *tx) CountPromises(ctx context.Context, from, until time.Time) ([]dispatch.PromiseCount, error) {
	return list[dispatch.PromiseCount](ctx, t, "counting promises",
		`with made as (
		     select id, kind, state, window_start, window_end, first_start, first_end, technician_id, met_at, at_risk_since, forced
		     from promises where made_at >= $1 and made_at < $2),
		 changed as (
		     select p.kind, e.notice_id, n.state as told
		     from made p join promise_entries e on e.promise_id = p.id and e.kind = 'revised'
		     left join notices n on n.id = e.notice_id),
		 last as (
		     select p.kind, (p.window_start, p.window_end, p.technician_id) is distinct from (e.window_start, e.window_end, e.technician_id) as silent
		     from made p join lateral (
		         select x.window_start, x.window_end, x.technician_id from promise_entries x
		         where x.promise_id = p.id order by x.seq desc limit 1) e on true)
		 select p.kind, count(*) as made,
		     count(*) filter (where state = 'open') as open,
		     count(*) filter (where state = 'kept') as kept,
		     count(*) filter (where state in ('kept', 'late') and met_at < first_end and (kind <> 'arrival' or met_at >= first_start)) as kept_first,
		     count(*) filter (where state = 'late') as late,
		     count(*) filter (where state = 'broken') as broken,
		     count(*) filter (where state = 'withdrawn') as withdrawn,
		     count(*) filter (where state = 'withdrawn' and at_risk_since is not null) as withdrawn_at_risk,
		     count(*) filter (where (window_start, window_end) <> (first_start, first_end)) as revised,
		     count(*) filter (where forced) as forced,
		     (select count(*) from changed c where c.kind = p.kind and notice_id is null)
		       + (select count(*) from last l where l.kind = p.kind and silent) as unlinked,
		     (select count(*) from changed c where c.kind = p.kind and told = 'failed') as untold
		 from made p group by p.kind`, from, until)
}
