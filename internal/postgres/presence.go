package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const presenceColumns = `visit_id, kind, call_number, back_at, told_at, coalesce(told_by, ` + noID + `) as told_by`

// PutPresence keeps what the customer says; what they said before is over. What they
// have said later stays: a phone may have been offline.
func (t *tx) PutPresence(ctx context.Context, p dispatch.Presence) error {
	return run(ctx, t, "recording a presence",
		`insert into presences (visit_id, kind, call_number, back_at, told_at, told_by) values ($1, $2, $3, $4, $5, $6)
		 on conflict (visit_id) do update set kind = excluded.kind, call_number = excluded.call_number,
		     back_at = excluded.back_at, told_at = excluded.told_at, told_by = excluded.told_by
		     where presences.told_at <= excluded.told_at`,
		p.VisitID, p.Kind, p.CallNumber, p.BackAt, p.ToldAt, optional(p.ToldBy))
}

// PresenceOf gives what was said for a visit, nil when nothing was.
func (t *tx) PresenceOf(ctx context.Context, visit ids.ID) (*dispatch.Presence, error) {
	p, found, err := maybe[dispatch.Presence](ctx, t, "presence", `select `+presenceColumns+` from presences where visit_id = $1`, visit)
	if err != nil || !found {
		return nil, err
	}
	return &p, nil
}
