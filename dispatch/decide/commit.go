package decide

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Commit is a decision: the outcome that was seen, and what else is written in
// the same transaction.
type Commit struct {
	Who     access.Principal
	Outcome ids.ID
	Kind    day.Kind
	// Inputs says that the change alters inputs of its days (an absence): their
	// versions are raised under FOR UPDATE instead of being shared.
	Inputs bool
	// Before runs once days and rounds are locked and found unmoved, before
	// visits are placed; After when rounds, visits and standing promises are
	// written. Both may run again when the transaction is retried.
	Before func(ctx context.Context, tx dispatch.Tx, d Decision) error
	After  func(ctx context.Context, tx dispatch.Tx, d Decision) error
}

// Decision is what is being committed.
type Decision struct {
	Record  dispatch.OutcomeRecord
	Change  day.Change
	Outcome day.Outcome // as the present gives it; nothing that matters differs from what was seen
	Now     time.Time
}

// errMoved says that the days moved between thinking and writing.
var errMoved = errors.New("the day moved")

// attempts bounds how often a commit thinks again before it gives up.
const attempts = 8

// Commit tries the outcome's change again on the present versions and writes it.
//
// Codes: "outcome_not_found"; "outcome_used" when it was committed before;
// "outcome_expired"; "outcome_kind" when it is the outcome of another operation;
// "outcome_changed", with the new outcome as member "outcome" and what differs as
// "differs"; "day_busy" when the day moved again and again.
func (d *Decider) Commit(ctx context.Context, c Commit) (Decision, error) {
	var dec Decision
	for range attempts {
		var err error
		if dec, err = d.think(ctx, c); err != nil {
			return dec, Repeated(ctx, d.Store, err)
		}
		err = d.Store.Write(ctx, func(tx dispatch.Tx) error { return d.write(ctx, tx, c, dec) })
		if !errors.Is(err, errMoved) {
			return dec, err
		}
	}
	return dec, fault.New(fault.Conflict, "day_busy", "the day is changing too fast to decide on it; ask again in a moment")
}

// think reads one snapshot and tries the change on it. No transaction is open
// while it does.
func (d *Decider) think(ctx context.Context, c Commit) (Decision, error) {
	dec := Decision{Now: d.Clock.Now()}
	var seen day.Outcome
	var h day.Horizon
	err := d.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		if dec.Record, seen, dec.Change, err = Load(ctx, tx, c.Outcome); err != nil {
			return err
		}
		h, err = Horizon(ctx, tx, dec.Record.Days, dec.Now)
		return err
	})
	if err != nil {
		return dec, err
	}
	switch {
	case dec.Record.Kind != string(c.Kind):
		return dec, fault.New(fault.Conflict, "outcome_kind", "outcome %s is of kind %q; commit it where it was asked", c.Outcome, dec.Record.Kind)
	case dec.Record.CommittedAt != nil:
		return dec, fault.New(fault.Conflict, "outcome_used", "this outcome was committed already at %s", dec.Record.CommittedAt.Format(time.RFC3339))
	case dec.Now.After(dec.Record.ExpiresAt):
		return dec, fault.New(fault.Conflict, "outcome_expired", "this outcome was good until %s; ask again", dec.Record.ExpiresAt.Format(time.RFC3339))
	}
	b, err := d.Ready(ctx, h, dec.Now)
	if err != nil {
		return dec, err
	}
	dec.Outcome = b.Try(dec.Change)
	dec.Outcome.ID = dec.Record.ID
	if differs := day.Matters(seen, dec.Outcome); len(differs) > 0 || !dec.Outcome.Feasible {
		return dec, d.changed(ctx, c, dec, differs)
	}
	return dec, nil
}

// changed keeps the new outcome, so that it can be committed in turn, and says so.
func (d *Decider) changed(ctx context.Context, c Commit, dec Decision, differs []string) error {
	now := dec.Outcome
	err := d.Store.Write(ctx, func(tx dispatch.Tx) error {
		return d.Keep(ctx, tx, Question{Who: c.Who, Subject: dec.Record.SubjectID, Days: dec.Record.Days, Change: dec.Change}, &now)
	})
	if err != nil {
		return err
	}
	f := fault.New(fault.Conflict, "outcome_changed", "the day has moved since this was shown; look at the new outcome and decide again").
		With("outcome", now).With("differs", differs)
	if !now.Feasible && len(now.Blocked) > 0 {
		f.Message = "the day has moved since this was shown, and it can't be done any more: " + now.Blocked[0].Text
		if len(differs) == 0 {
			f.Message = "this can't be done, as was shown: " + now.Blocked[0].Text
		}
		f = f.With("blocked", now.Blocked)
	}
	return f
}

// write commits a decision inside a transaction. Locks are taken in one order
// everywhere: region-days, rounds, visits, promises, items, each by id.
func (d *Decider) write(ctx context.Context, tx dispatch.Tx, c Commit, dec Decision) error {
	o := dec.Outcome
	if err := lockDays(ctx, tx, c.Inputs, o); err != nil {
		return err
	}
	rounds, err := lockRounds(ctx, tx, o)
	if err != nil {
		return err
	}
	if c.Before != nil {
		if err := c.Before(ctx, tx, dec); err != nil {
			return err
		}
	}
	if err := lockVisits(ctx, tx, o); err != nil {
		return err
	}
	if dec.Record.ID != ids.Nil {
		if err := tx.CommitOutcome(ctx, o.ID, dec.Now); err != nil {
			return err
		}
	}
	if err := tx.Place(ctx, Written(o, dec.Now)); err != nil {
		return fmt.Errorf("writing the rounds: %w", err)
	}
	if err := standing(ctx, tx, c.Who, dec); err != nil {
		return err
	}
	if err := announce(ctx, tx, c.Who, dec, rounds); err != nil {
		return err
	}
	if c.After != nil {
		return c.After(ctx, tx, dec)
	}
	return nil
}

func lockDays(ctx context.Context, tx dispatch.Tx, inputs bool, o day.Outcome) error {
	var keys []dispatch.DayKey
	want := map[dispatch.DayKey]int64{}
	for _, v := range o.Days {
		k := dispatch.DayKey{RegionID: v.RegionID, Date: v.Date}
		keys = append(keys, k)
		want[k] = v.Version
	}
	if inputs {
		for _, k := range sorted(keys) {
			rd, err := tx.RaiseDay(ctx, k)
			if err != nil {
				return err
			}
			if rd.Version != want[k]+1 {
				return errMoved
			}
		}
		return nil
	}
	list, err := tx.ShareDays(ctx, sorted(keys))
	if err != nil {
		return err
	}
	for _, rd := range list {
		if rd.Version != want[dispatch.DayKey{RegionID: rd.RegionID, Date: rd.Date}] {
			return errMoved
		}
	}
	return nil
}

func lockRounds(ctx context.Context, tx dispatch.Tx, o day.Outcome) ([]dispatch.Round, error) {
	var list []ids.ID
	want := map[ids.ID]int64{}
	for _, r := range o.Rounds {
		list = append(list, r.ID)
		want[r.ID] = r.Version
	}
	slices.SortFunc(list, func(a, b ids.ID) int { return slices.Compare(a[:], b[:]) })
	rounds, err := tx.LockRounds(ctx, list)
	if err != nil {
		return nil, err
	}
	for _, r := range rounds {
		if r.Version != want[r.ID] {
			return nil, errMoved
		}
	}
	return rounds, nil
}

// lockVisits locks what moves and makes sure that it is still where it was seen:
// a visit that waits is under no round's version.
func lockVisits(ctx context.Context, tx dispatch.Tx, o day.Outcome) error {
	from := map[ids.ID]*ids.ID{}
	var list []ids.ID
	for _, m := range o.Moves {
		list = append(list, m.VisitID)
		if m.From != nil {
			from[m.VisitID] = &m.From.RoundID
		}
	}
	slices.SortFunc(list, func(a, b ids.ID) int { return slices.Compare(a[:], b[:]) })
	visits, err := tx.LockVisits(ctx, list)
	if err != nil {
		return err
	}
	if len(visits) != len(list) {
		return errMoved
	}
	for _, v := range visits {
		want := from[v.ID]
		if (want == nil) != (v.RoundID == nil) || want != nil && *want != *v.RoundID {
			return errMoved
		}
		if want == nil && v.State != dispatch.VisitWaiting {
			return errMoved
		}
	}
	return nil
}

// Written is what an outcome changes in the rounds.
func Written(o day.Outcome, now time.Time) dispatch.Written {
	w := dispatch.Written{At: now, Rounds: o.Rounds}
	for _, v := range o.Days {
		w.Days = append(w.Days, dispatch.RegionDay{RegionID: v.RegionID, Date: v.Date, Version: v.Version})
	}
	for _, r := range o.After {
		for i, s := range r.Stops {
			w.Placements = append(w.Placements, dispatch.Placement{
				VisitID: s.VisitID, RoundID: r.RoundID, ShiftID: r.ShiftID, TechnicianID: r.TechnicianID, Position: i + 1,
				Minutes: s.Minutes, PlannedLeave: s.Leave, PlannedStart: s.Start, PlannedEnd: s.End,
				LegSeconds: s.LegSeconds, LegMetres: s.LegMetres,
			})
		}
	}
	for _, m := range o.Moves {
		if m.To == nil {
			w.Unplaced = append(w.Unplaced, m.VisitID)
		}
	}
	return w
}
