package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// endangered chooses the promises of a region and a while that somebody has to be
// called about.
const endangered = ` from promises p join visits v on v.id = p.visit_id and v.region_id = $1 and v.state in ('waiting', 'scheduled')
	where p.kind = 'arrival' and p.state = 'open' and p.window_start >= $2 and p.window_start < $3
		and (p.at_risk_since is not null or p.chance < $4)`

// Endangered gives promises that are not likely to be kept, the least likely first.
func (t *tx) Endangered(ctx context.Context, region ids.ID, from, until time.Time, floor float64, limit int) ([]dispatch.Promise, int, error) {
	type count struct{ Count int }
	all, err := one[count](ctx, t, "promise", `select count(*)`+endangered, region, from, until, floor)
	if err != nil || all.Count == 0 {
		return nil, 0, err
	}
	rows, err := list[dispatch.Promise](ctx, t, "reading endangered promises",
		`with first as (select p.id as promise_id, row_number() over (order by coalesce(p.chance, 0), v.priority, p.window_end, p.id) as rank`+endangered+`
		 order by rank limit $5)
		 select `+promiseColumns+` from first join promises on promises.id = first.promise_id order by rank`, region, from, until, floor, limit)
	return rows, all.Count, err
}
