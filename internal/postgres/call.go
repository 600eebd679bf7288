package postgres

import (
	"context"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const callColumns = `id, source_id, external_id, direction, number, handler_id, queued_at, answered_at, ended_at, state,
	contact_id, registered_at, dismissal`

// oneHandler lets one transaction at a time look for which call and which contact
// of an agent are the same: two that meet would both find nothing.
func (t *tx) oneHandler(ctx context.Context, handler ids.ID) error {
	return run(ctx, t, "matching calls of an agent",
		`select pg_advisory_xact_lock(hashtextextended('calls of ' || $1::text, 0))`, handler)
}

// SeeCall stores a call or adds to the one that is known, and ties it to its contact.
func (t *tx) SeeCall(ctx context.Context, c dispatch.Call) (dispatch.Call, dispatch.CallNews, error) {
	type row struct {
		dispatch.Call
		First bool
	}
	r, found, err := maybe[row](ctx, t, "call",
		`insert into calls as k (id, source_id, external_id, direction, number, handler_id, queued_at, answered_at, ended_at, state)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'seen')
		 on conflict (source_id, external_id) do update set
		     number = case when k.number = '' then excluded.number else k.number end,
		     handler_id = coalesce(k.handler_id, excluded.handler_id),
		     answered_at = coalesce(k.answered_at, excluded.answered_at), ended_at = coalesce(k.ended_at, excluded.ended_at)
		 where k.number = '' and excluded.number <> '' or k.handler_id is null and excluded.handler_id is not null
		     or k.answered_at is null and excluded.answered_at is not null or k.ended_at is null and excluded.ended_at is not null
		 returning `+callColumns+`, xmax = 0 as first`,
		c.ID, c.SourceID, c.ExternalID, c.Direction, c.Number, c.HandlerID, c.QueuedAt, c.AnsweredAt, c.EndedAt)
	if err != nil {
		return c, "", err
	}
	if !found { // it brought nothing
		c, err = one[dispatch.Call](ctx, t, "call", `select `+callColumns+` from calls where source_id = $1 and external_id = $2`, c.SourceID, c.ExternalID)
		return c, dispatch.SameCall, err
	}
	news := dispatch.MoreCall
	if r.First {
		news = dispatch.NewCall
	}
	if r.State != dispatch.CallSeen || r.ContactID != nil || r.HandlerID == nil || r.AnsweredAt == nil {
		return r.Call, news, nil
	}
	c, err = t.tieContact(ctx, r.Call)
	return c, news, err
}

// tieContact finds the phone contact that the taker of a call opened for it, and
// ties them.
func (t *tx) tieContact(ctx context.Context, c dispatch.Call) (dispatch.Call, error) {
	if err := t.oneHandler(ctx, *c.HandlerID); err != nil {
		return c, err
	}
	contact, found, err := maybe[dispatch.Contact](ctx, t, "contact",
		`select `+contactColumns+` from contacts k where handler_id = $1 and channel = 'phone' and direction = $2
		     and answered_at between $3 and $4 and not exists (select from calls c where c.contact_id = k.id)
		 order by abs(extract(epoch from answered_at - $5)), id limit 1`,
		*c.HandlerID, c.Direction, c.AnsweredAt.Add(-dispatch.CallDrift), c.AnsweredAt.Add(dispatch.CallDrift), *c.AnsweredAt)
	if err != nil || !found {
		return c, err
	}
	return t.tie(ctx, c.ID, contact, contact.AnsweredAt)
}

// tie gives a call its contact; with a ticket or an outcome it is registered.
func (t *tx) tie(ctx context.Context, call ids.ID, c dispatch.Contact, at time.Time) (dispatch.Call, error) {
	registered := c.TicketID != nil || c.Outcome != ""
	return one[dispatch.Call](ctx, t, "call",
		`update calls set contact_id = $2, state = case when $3 then 'registered' else state end,
		     registered_at = case when $3 then $4::timestamptz else registered_at end
		 where id = $1 and contact_id is null and state = 'seen' returning `+callColumns, call, c.ID, registered, at)
}

// TieCall finds the call that a phone contact is about, and ties them.
func (t *tx) TieCall(ctx context.Context, c dispatch.Contact, at time.Time) (*dispatch.Call, error) {
	if err := t.oneHandler(ctx, c.HandlerID); err != nil {
		return nil, err
	}
	call, found, err := maybe[dispatch.Call](ctx, t, "call",
		`select `+callColumns+` from calls where handler_id = $1 and direction = $2 and state = 'seen' and contact_id is null
		     and answered_at between $3 and $4
		 order by abs(extract(epoch from answered_at - $5)), id limit 1 for no key update`,
		c.HandlerID, c.Direction, c.AnsweredAt.Add(-dispatch.CallDrift), c.AnsweredAt.Add(dispatch.CallDrift), c.AnsweredAt)
	if err != nil || !found {
		return nil, err
	}
	if call, err = t.tie(ctx, call.ID, c, at); err != nil {
		return nil, err
	}
	return &call, nil
}

// LockCall reads a call for change.
func (t *tx) LockCall(ctx context.Context, id ids.ID) (dispatch.Call, error) {
	return one[dispatch.Call](ctx, t, "call", `select `+callColumns+` from calls where id = $1 for no key update`, id)
}

// SaveCall writes state, contact, registration and dismissal of a locked call.
func (t *tx) SaveCall(ctx context.Context, c dispatch.Call) error {
	return run(ctx, t, "saving a call",
		`update calls set state = $2, contact_id = $3, registered_at = $4, dismissal = $5 where id = $1`,
		c.ID, c.State, c.ContactID, c.RegisteredAt, c.Dismissal)
}

// RegisterCall marks the call of a contact as registered; the first time counts.
func (t *tx) RegisterCall(ctx context.Context, contact ids.ID, at time.Time) error {
	return run(ctx, t, "registering a call",
		`update calls set state = 'registered', registered_at = $2 where contact_id = $1 and state = 'seen'`, contact, at)
}

// UnregisteredCalls lists answered calls that nobody has registered, newest first.
func (t *tx) UnregisteredCalls(ctx context.Context, f dispatch.CallFilter, p dispatch.Page) ([]dispatch.Call, string, error) {
	var w filter
	w.and("state = 'seen'")
	if f.HandlerID != nil {
		w.and("handler_id = $", *f.HandlerID)
	}
	w.and("answered_at < $", f.Before)
	tail, limit, err := w.page(p, "answered_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Call](ctx, t, "listing unregistered calls", `select `+callColumns+` from calls`+tail, w.args...)
	rows, next := cut(rows, limit, func(c dispatch.Call) cursor { return cursor{At: *c.AnsweredAt, ID: c.ID} })
	return rows, next, err
}

// CountCalls counts the inbound calls queued in a while.
func (t *tx) CountCalls(ctx context.Context, from, until time.Time, byHandler bool) ([]dispatch.CallCount, error) {
	handler, groups := "null::uuid", ""
	if byHandler {
		handler, groups = "handler_id", "group by grouping sets ((), (handler_id)) order by grouping(handler_id) desc, handler_id"
	}
	return list[dispatch.CallCount](ctx, t, "counting calls", fmt.Sprintf(
		`select %s as handler_id, count(*) as seen, count(answered_at) as answered,
		     count(*) filter (where state = 'registered') as registered,
		     count(*) filter (where state = 'registered' and registered_at <= answered_at + $3::interval) as in_time,
		     count(*) filter (where state = 'dismissed') as dismissed,
		     count(*) filter (where state = 'seen' and answered_at is not null) as unregistered
		 from calls where direction = 'in' and queued_at >= $1 and queued_at < $2 %s`, handler, groups),
		from, until, dispatch.RegisterWithin)
}
