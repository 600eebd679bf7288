package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/day"
	"roundsman/dispatch/field"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// planned opens tickets for the first n people and publishes a plan: visits are
// in rounds and nobody was promised anything.
func planned(t *testing.T, s *stage.Stage, n int) []ids.ID {
	t.Helper()
	var out []ids.ID
	for i := range n {
		out = append(out, opened(t, s, i, "printer_fault").Visits[0].ID)
	}
	publish(t, s)
	return out
}

func TestADragIsShownAndThenDone(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	visits := planned(t, s, 3)
	to := roundOf(t, s, 1).Round.ID
	if v := stopOf(t, s, visits[0]); v.RoundID != nil && *v.RoundID == to {
		to = roundOf(t, s, 0).Round.ID
	}
	_, err := s.Control.TryMove(ctx, s.Agent, visits[0], control.MoveTo{RoundID: to, Position: 1})
	refused(t, "scope_missing", err)
	_, err = s.Control.TryMove(ctx, s.Dispatcher, ids.New(), control.MoveTo{RoundID: to, Position: 1})
	refused(t, "visit_not_found", err)
	_, err = s.Control.TryMove(ctx, s.Dispatcher, visits[0], control.MoveTo{RoundID: ids.New(), Position: 1})
	refused(t, "round_not_found", err)

	o, err := s.Control.TryMove(ctx, s.Dispatcher, visits[0], control.MoveTo{RoundID: to, Position: 1})
	require.NoError(t, err)
	require.True(t, o.Feasible)
	require.NotEqual(t, to, *stopOf(t, s, visits[0]).RoundID, "trying writes nothing")
	_, err = s.Control.CommitMove(ctx, s.Dispatcher, visits[1], o.ID)
	refused(t, "outcome_kind", err)
	_, err = s.Control.CommitAbsence(ctx, s.Dispatcher, "sick", o.ID)
	refused(t, "outcome_kind", err)
	_, err = s.Control.CommitMove(ctx, s.Dispatcher, visits[0], ids.New())
	refused(t, "outcome_not_found", err)

	done, err := s.Control.CommitMove(ctx, s.Dispatcher, visits[0], o.ID)
	require.NoError(t, err)
	require.Empty(t, day.Matters(o, done))
	v := stopOf(t, s, visits[0])
	require.Equal(t, to, *v.RoundID)
	require.Equal(t, 1, *v.Position)
	_, err = s.Control.CommitMove(ctx, s.Dispatcher, visits[0], o.ID)
	refused(t, "outcome_used", err)
	kept, err := s.Control.Outcome(ctx, s.Dispatcher, o.ID)
	require.NoError(t, err)
	require.Equal(t, o.ID, kept.ID)
}

// stopOf reads a visit.
func stopOf(t *testing.T, s *stage.Stage, visit ids.ID) dispatch.Visit {
	t.Helper()
	var v dispatch.Visit
	require.NoError(t, s.Store.Read(t.Context(), func(tx dispatch.Tx) (err error) {
		v, err = tx.Visit(t.Context(), visit)
		return err
	}))
	return v
}

func TestWhatWasShownGrowsOld(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	visits := planned(t, s, 3)
	o, err := s.Control.TryMove(ctx, s.Dispatcher, visits[0], control.MoveTo{RoundID: roundOf(t, s, 1).Round.ID, Position: 1})
	require.NoError(t, err)
	s.Clock.Set(s.Clock.Now().Add(dispatch.OutcomeLife))
	before := digest(t, s)
	s.Clock.Set(s.Clock.Now().Add(time.Minute))
	_, err = s.Control.CommitMove(ctx, s.Dispatcher, visits[0], o.ID)
	refused(t, "outcome_expired", err)
	require.Equal(t, before, digest(t, s))
}

// A drag behind which the round has changed is shown anew, and what is shown anew
// can be committed in turn.
func TestADragOfAMovedRoundIsShownAnew(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 1})
	ctx := t.Context()
	a, b := opened(t, s, 0, "printer_fault").Visits[0].ID, opened(t, s, 2, "printer_fault").Visits[0].ID
	first := control.MoveTo{RoundID: roundOf(t, s, 0).Round.ID, Position: 1}
	mine, err := s.Control.TryMove(ctx, s.Dispatcher, a, first)
	require.NoError(t, err)
	require.Equal(t, []ids.ID{a}, stopsAfter(mine, first.RoundID))
	theirs, err := s.Control.TryMove(ctx, s.Dispatcher, b, first)
	require.NoError(t, err)
	_, err = s.Control.CommitMove(ctx, s.Dispatcher, b, theirs.ID)
	require.NoError(t, err)

	_, err = s.Control.CommitMove(ctx, s.Dispatcher, a, mine.ID)
	f := refused(t, "outcome_changed", err)
	require.Equal(t, []string{"also_moved"}, f.Members["differs"], "somebody else would start half an hour later")
	fresh := f.Members["outcome"].(day.Outcome)
	require.NotEqual(t, mine.ID, fresh.ID)
	require.Equal(t, []ids.ID{a, b}, stopsAfter(fresh, first.RoundID))
	require.Nil(t, stopOf(t, s, a).RoundID)
	done, err := s.Control.CommitMove(ctx, s.Dispatcher, a, fresh.ID)
	require.NoError(t, err)
	require.Equal(t, []ids.ID{a, b}, stopsAfter(done, first.RoundID))
	var order []ids.ID
	for _, stop := range roundOf(t, s, 0).Stops {
		order = append(order, stop.Visit.ID)
	}
	require.Equal(t, []ids.ID{a, b}, order)
}

func stopsAfter(o day.Outcome, round ids.ID) (out []ids.ID) {
	for _, r := range o.After {
		if r.RoundID != round {
			continue
		}
		for _, s := range r.Stops {
			out = append(out, s.VisitID)
		}
	}
	return out
}

func TestWhatHasBegunIsNotDragged(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	visits := planned(t, s, 2)
	v := stopOf(t, s, visits[0])
	k := crewOf(t, s, *v.TechnicianID)
	to := control.MoveTo{RoundID: roundOf(t, s, 1-k).Round.ID, Position: 1}
	seen, err := s.Control.TryMove(ctx, s.Dispatcher, visits[0], to)
	require.NoError(t, err)
	s.Clock.Set(stage.At(7, 40))
	_, err = s.Field.Leave(ctx, s.Crew[k], visits[0], field.NewFact{})
	require.NoError(t, err)
	_, err = s.Control.TryMove(ctx, s.Dispatcher, visits[0], to)
	refused(t, "visit_begun", err)
	_, err = s.Control.CommitMove(ctx, s.Dispatcher, visits[0], seen.ID)
	f := refused(t, "outcome_changed", err)
	require.Contains(t, f.Members, "blocked")
}
