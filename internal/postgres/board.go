package postgres

import (
	"context"
	"encoding/json"
	"fmt"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
)

// BoardSheet reads in one round trip what a board shows beside its day.
func (t *tx) BoardSheet(ctx context.Context, k dispatch.DayKey) (dispatch.BoardSheet, error) {
	type leftOut struct{ Unassigned json.RawMessage }
	type newest struct{ Position int64 }
	var s dispatch.BoardSheet
	var published []dispatch.PlanRun
	var last []leftOut
	var heads []newest
	b := &pgx.Batch{}
	read(b, &s.Runs, `select `+planRunColumns+` from plan_runs where region_id = $1 and date = $2::text::date
		and state in ('queued', 'running', 'drafted') order by created_at desc, id desc limit 20`, k.RegionID, k.Date)
	read(b, &published, `select `+planRunColumns+` from plan_runs where region_id = $1 and date = $2::text::date
		and state = 'published' order by created_at desc, id desc limit 1`, k.RegionID, k.Date)
	read(b, &last, `select coalesce(o.document -> 'unassigned', '[]'::json) as unassigned from plan_runs r join outcomes o on o.id = r.outcome_id
		where r.region_id = $1 and r.date = $2::text::date order by r.created_at desc, r.id desc limit 1`, k.RegionID, k.Date)
	read(b, &heads, `select coalesce(max(position), 0) as position from events`)
	if err := t.SendBatch(ctx, b).Close(); err != nil {
		return s, failed(err, "reading a board")
	}
	s.Runs, s.Position, s.LeftOut = append(s.Runs, published...), heads[0].Position, map[ids.ID][]dispatch.Clause{}
	for _, l := range last {
		var list []dispatch.UnassignedVisit
		if err := json.Unmarshal(l.Unassigned, &list); err != nil {
			return s, fmt.Errorf("reading what a plan left out: %w", err)
		}
		for _, u := range list {
			s.LeftOut[u.VisitID] = u.Reasons
		}
	}
	return s, nil
}
