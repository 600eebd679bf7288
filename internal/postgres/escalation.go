package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const escalationColumns = `id, ticket_id, contact_id, state, reason, context, leader_id, passed, asked_by, asked_at,
	called_at, taken_at, version`

// Leaders gives the chain in its order.
func (t *tx) Leaders(ctx context.Context) ([]dispatch.Leader, error) {
	return list[dispatch.Leader](ctx, t, "reading the chain of leaders",
		`select position, account_id, zone, from_min, until_min, away_until from leaders order by position`)
}

// SaveLeaders replaces the chain.
func (t *tx) SaveLeaders(ctx context.Context, chain []dispatch.Leader) error {
	if err := run(ctx, t, "clearing the chain of leaders", `delete from leaders`); err != nil {
		return err
	}
	for _, l := range chain {
		if err := run(ctx, t, "writing the chain of leaders",
			`insert into leaders (position, account_id, zone, from_min, until_min, away_until) values ($1, $2, $3, $4, $5, $6)`,
			l.Position, l.AccountID, l.Zone, l.FromMin, l.UntilMin, l.AwayUntil); err != nil {
			return err
		}
	}
	return nil
}

// AddEscalation stores one; code "escalation_called" when a leader is being called.
func (t *tx) AddEscalation(ctx context.Context, e dispatch.Escalation) error {
	return run(ctx, t, "escalating",
		`insert into escalations (id, ticket_id, contact_id, state, reason, context, leader_id, asked_by, asked_at, called_at)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		e.ID, e.TicketID, e.ContactID, e.State, e.Reason, e.Context, e.LeaderID, e.AskedBy, e.AskedAt, e.CalledAt)
}

// LockEscalation reads one for change.
func (t *tx) LockEscalation(ctx context.Context, id ids.ID) (dispatch.Escalation, error) {
	return one[dispatch.Escalation](ctx, t, "escalation",
		`select `+escalationColumns+` from escalations where id = $1 for no key update`, id)
}

// SaveEscalation writes whose turn it is and raises the version.
func (t *tx) SaveEscalation(ctx context.Context, e dispatch.Escalation) (dispatch.Escalation, error) {
	return saved[dispatch.Escalation](ctx, t, "escalation",
		`update escalations set state = $3, leader_id = $4, passed = $5, called_at = $6, taken_at = $7, version = version + 1
		 where id = $1 and version = $2 and state = 'called' returning `+escalationColumns,
		e.ID, e.Version, e.State, e.LeaderID, e.Passed, e.CalledAt, e.TakenAt)
}

// ListEscalations gives those that call a leader, or all; newest first.
func (t *tx) ListEscalations(ctx context.Context, leader *ids.ID, p dispatch.Page) ([]dispatch.Escalation, string, error) {
	var w filter
	if leader != nil {
		w.and("leader_id = $ and state = 'called'", *leader)
	}
	tail, limit, err := w.page(p, "asked_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Escalation](ctx, t, "listing escalations", `select `+escalationColumns+` from escalations`+tail, w.args...)
	rows, next := cut(rows, limit, func(e dispatch.Escalation) cursor { return cursor{At: e.AskedAt, ID: e.ID} })
	return rows, next, err
}
