package control

import (
	"context"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// shortest is the least time that a part of a visit lasts, in minutes.
const shortest = 5

// TrySplit shows a visit as two: the first as long as said, the rest as a visit of
// its own behind it. Drag that one elsewhere afterwards. The promise stays with the
// first. Codes: "visit_not_found", "visit_state", "bad_duration".
func (c *Control) TrySplit(ctx context.Context, who access.Principal, visit ids.ID, minutes int) (day.Outcome, error) {
	return c.try(ctx, who, visit, func(tx dispatch.Tx, q *decide.Question) error {
		v, k, err := handled(ctx, tx, visit, dispatch.ActSplit)
		if err != nil {
			return err
		}
		if minutes < shortest || v.Minutes-minutes < shortest {
			return fault.New(fault.Invalid, "bad_duration", "the visit lasts %d minutes; each part lasts %d at least", v.Minutes, shortest).At("/first", "leaves a part too short")
		}
		rest := further(v)
		rest.Minutes = v.Minutes - minutes
		described, err := describe(ctx, tx, rest)
		if err != nil {
			return err
		}
		q.Days = []dispatch.DayKey{k}
		q.Change = day.Change{Kind: day.KindSplit, Acts: []day.Act{
			{Last: &day.Last{VisitID: visit, Minutes: minutes}},
			{Put: &day.Put{VisitID: rest.ID, New: &described, Day: k, RoundID: *v.RoundID, After: &visit}},
		}}
		return nil
	})
}

// CommitSplit does what TrySplit showed. Codes as decide.Commit.
func (c *Control) CommitSplit(ctx context.Context, who access.Principal, visit, outcome ids.ID) (day.Outcome, error) {
	return c.commit(ctx, decide.Commit{Who: who, Outcome: outcome, Kind: day.KindSplit,
		Before: addFurther(visit), After: tellFurther(who, visit, "visit.split")}, visit)
}

// TryJoin shows a second technician at a visit: with the first from its planned
// start, or as soon as possible where the first has begun. Codes:
// "visit_not_found", "visit_state", "nobody_joins" with the reasons.
func (c *Control) TryJoin(ctx context.Context, who access.Principal, visit ids.ID) (day.Outcome, error) {
	now := c.Clock.Now()
	q := decide.Question{Who: who, Subject: &visit}
	var second day.Visit
	err := c.read(ctx, who, access.PlansWrite, func(tx dispatch.Tx) error {
		v, k, err := handled(ctx, tx, visit, dispatch.ActJoin)
		if err != nil {
			return err
		}
		more := further(v)
		more.KitModel = nil // the first brings it
		if v.State == dispatch.VisitScheduled {
			more.PinTime, more.PinnedStart = true, v.PlannedStart
		} else {
			more.FollowsID = nil // what has no time in common would wait until the first is over
		}
		q.Days = []dispatch.DayKey{k}
		second, err = describe(ctx, tx, more)
		return err
	})
	if err != nil {
		return day.Outcome{}, err
	}
	b, _, err := c.Decide.Board(ctx, q.Days, now)
	if err != nil {
		return day.Outcome{}, err
	}
	change, why, ok := b.Join(visit, second)
	if !ok {
		return day.Outcome{}, fault.New(fault.Conflict, "nobody_joins", "nobody else can be there then; the reasons are in `reasons`").With("reasons", why)
	}
	q.Change = change
	o := b.Try(change)
	return o, c.keep(ctx, q, &o)
}

// CommitJoin does what TryJoin showed. Codes as decide.Commit.
func (c *Control) CommitJoin(ctx context.Context, who access.Principal, visit, outcome ids.ID) (day.Outcome, error) {
	return c.commit(ctx, decide.Commit{Who: who, Outcome: outcome, Kind: day.KindJoin,
		Before: addFurther(visit), After: tellFurther(who, visit, "visit.joined")}, visit)
}

// further is another visit for the same ticket, which follows up this one.
func further(v dispatch.Visit) dispatch.Visit {
	follows := v.ID
	return dispatch.Visit{ID: ids.New(), TicketID: v.TicketID, PersonID: v.PersonID, SiteID: v.SiteID, RegionID: v.RegionID,
		State: dispatch.VisitWaiting, Minutes: v.Minutes, Spread: v.Spread, SkillCode: v.SkillCode, SkillLevel: v.SkillLevel,
		Priority: v.Priority, EarliestDate: v.EarliestDate, FollowsID: &follows, Version: 1}
}

// describe says of a visit that is not stored yet what planning wants to know.
func describe(ctx context.Context, tx dispatch.Tx, v dispatch.Visit) (day.Visit, error) {
	t, err := tx.Ticket(ctx, v.TicketID)
	if err != nil {
		return day.Visit{}, err
	}
	p, err := tx.Person(ctx, v.PersonID)
	if err != nil {
		return day.Visit{}, err
	}
	s, err := tx.Site(ctx, v.SiteID)
	return day.FromVisit(v, t, p, s, nil), err
}

// furtherOf finds the visit that a change adds.
func furtherOf(c day.Change) *day.Visit {
	for _, a := range c.Acts {
		if a.Put != nil && a.Put.New != nil {
			return a.Put.New
		}
	}
	return nil
}

// addFurther stores the visit that a change adds, so that the commit can place it.
func addFurther(visit ids.ID) func(context.Context, dispatch.Tx, decide.Decision) error {
	return func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) error {
		v, err := tx.Visit(ctx, visit)
		if err != nil {
			return err
		}
		x, more := furtherOf(dec.Change), further(v)
		more.ID, more.Minutes, more.KitModel, more.FollowsID = x.ID, x.Minutes, x.KitModel, x.Follows
		return tx.AddVisit(ctx, more)
	}
}

// tellFurther holds the new visit where it was shown, and tells of it.
func tellFurther(who access.Principal, visit ids.ID, name string) func(context.Context, dispatch.Tx, decide.Decision) error {
	return func(ctx context.Context, tx dispatch.Tx, dec decide.Decision) error {
		x := furtherOf(dec.Change)
		if x.PinTime {
			if err := tx.PinVisit(ctx, x.ID, x.PinnedStart, false); err != nil {
				return err
			}
		}
		return decide.Emit(ctx, tx, dec.Now, who, decide.Event{Name: name, Kind: "visit", Subject: visit, Data: map[string]any{"further_id": x.ID}})
	}
}
