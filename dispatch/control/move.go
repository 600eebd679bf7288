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

// MoveTo is where a visit is dragged: a round, and its place among the stops
// there, counted from 1.
type MoveTo struct {
	RoundID  ids.ID
	Position int
}

// TryMove says what a drag would do to everyone; nothing is written but the
// outcome. Codes: "visit_not_found", "round_not_found", "visit_begun".
func (c *Control) TryMove(ctx context.Context, who access.Principal, visit ids.ID, to MoveTo) (day.Outcome, error) {
	if err := who.Require(access.PlansWrite); err != nil {
		return day.Outcome{}, err
	}
	q := decide.Question{Who: who, Subject: &visit, Change: day.Change{Kind: day.KindMove}}
	err := c.Store.Read(ctx, func(tx dispatch.Tx) error {
		v, err := tx.Visit(ctx, visit)
		if err != nil {
			return err
		}
		if err := v.State.Allows(dispatch.ActMove); err != nil {
			return err
		}
		r, err := tx.Round(ctx, to.RoundID)
		if err != nil {
			return err
		}
		if q.Days, err = touched(ctx, tx, v, r); err != nil {
			return err
		}
		after, err := before(ctx, tx, r.ID, visit, to.Position)
		if err != nil {
			return err
		}
		q.Change.Acts = []day.Act{{Put: &day.Put{VisitID: visit, Day: dispatch.DayKey{RegionID: r.RegionID, Date: r.Date}, RoundID: r.ID, After: after}}}
		return nil
	})
	if err != nil {
		return day.Outcome{}, err
	}
	return c.Decide.Ask(ctx, q)
}

// touched names the days that a move touches: where the visit goes, and where it
// comes from.
func touched(ctx context.Context, tx dispatch.Tx, v dispatch.Visit, to dispatch.Round) ([]dispatch.DayKey, error) {
	days := []dispatch.DayKey{{RegionID: to.RegionID, Date: to.Date}}
	if v.RoundID != nil && *v.RoundID != to.ID {
		from, err := tx.Round(ctx, *v.RoundID)
		if err != nil {
			return nil, err
		}
		days = append(days, dispatch.DayKey{RegionID: from.RegionID, Date: from.Date})
	}
	return days, nil
}

// before finds the visit that stands in front of a position, not counting the
// visit that is being moved; nil for the first.
func before(ctx context.Context, tx dispatch.Tx, round, moving ids.ID, position int) (*ids.ID, error) {
	list, err := tx.VisitsOfRound(ctx, round)
	if err != nil {
		return nil, err
	}
	var last *ids.ID
	n := 1
	for i := range list {
		if list[i].ID == moving {
			continue
		}
		if n >= position && !list[i].State.Started() && !list[i].State.Over() {
			break
		}
		last = &list[i].ID
		n++
	}
	return last, nil
}

// CommitMove does what TryMove showed. Codes as decide.Commit.
func (c *Control) CommitMove(ctx context.Context, who access.Principal, visit, outcome ids.ID) (day.Outcome, error) {
	return c.commit(ctx, decide.Commit{Who: who, Outcome: outcome, Kind: day.KindMove}, visit)
}

// sameSubject refuses an outcome that was asked about something else.
func sameSubject(dec decide.Decision, want ids.ID) error {
	if dec.Record.SubjectID == nil || *dec.Record.SubjectID != want {
		return fault.New(fault.Conflict, "outcome_kind", "this outcome was asked about something else; commit it where it was asked")
	}
	return nil
}
