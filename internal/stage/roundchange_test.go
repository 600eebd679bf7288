package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/field"
	"roundsman/dispatch/setup"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// reordered puts the last stop of a round first.
func reordered(t *testing.T, s *stage.Stage, k int) {
	t.Helper()
	was := inOrder(t, s, k)
	wanted := append([]ids.ID{was[len(was)-1]}, was[:len(was)-1]...)
	round := roundOf(t, s, k).Round.ID
	o, err := s.Control.TryOrder(t.Context(), s.Dispatcher, round, wanted)
	require.NoError(t, err)
	require.True(t, o.Feasible, "%v", o.Blocked)
	_, err = s.Control.CommitOrder(t.Context(), s.Dispatcher, round, o.ID)
	require.NoError(t, err)
}

func ownChanges(t *testing.T, s *stage.Stage, k int) []dispatch.RoundChange {
	t.Helper()
	v, err := s.Field.OwnRound(t.Context(), s.Crew[k], nil)
	require.NoError(t, err)
	return v.Changes
}

// Three visits of half an hour from 8 on. At 7:30 the last is put first: all three
// start at another time, but only what is due before 8:30 waits for the technician.
func TestWhatIsDueSoonWaitsForTheTechnician(t *testing.T) {
	t.Parallel()
	s, was := oneRound(t, 3)
	ctx := t.Context()
	require.Empty(t, ownChanges(t, s, 0), "the plan itself is seen by being published")
	reordered(t, s, 0)
	list := ownChanges(t, s, 0)
	soon := map[ids.ID]bool{}
	for _, c := range list {
		soon[c.VisitID] = true
		require.Equal(t, dispatch.ChangePending, c.State)
		require.Equal(t, dispatch.ChangeMoved, c.Kind)
		require.Equal(t, stage.At(7, 40), c.DueAt.UTC(), "ten minutes")
		require.Equal(t, s.Dispatcher.AccountID, *c.MadeBy)
		require.True(t, c.FromStart.Before(stage.At(8, 30)) || c.ToStart.Before(stage.At(8, 30)))
	}
	require.True(t, soon[was[0]] && soon[was[2]])
	require.False(t, soon[was[1]], "planned after 8:30, before and after")
	require.Equal(t, len(list), events(t, s, "round_change.announced"))

	c, err := s.Field.AcknowledgeChange(ctx, s.Crew[0], list[0].ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.ChangeAcknowledged, c.State)
	again, err := s.Field.AcknowledgeChange(ctx, s.Crew[0], list[0].ID)
	require.NoError(t, err, "twice is once")
	require.Equal(t, c, again)
	require.Equal(t, 1, events(t, s, "round_change.acknowledged"))
	f := refused(t, "round_change_state", errOf(s.Field.ObjectToChange(ctx, s.Crew[0], list[0].ID, "no")))
	require.Contains(t, f.Members, "allowed")

	_, err = s.Field.ObjectToChange(ctx, s.Crew[0], list[1].ID, "the laptop is not in my car")
	require.NoError(t, err)
	left := ownChanges(t, s, 0)
	require.Len(t, left, len(list)-1, "an objection stands until it is dealt with")
	require.Equal(t, "the laptop is not in my car", left[0].Reason)
	reordered(t, s, 0)
	for _, c := range ownChanges(t, s, 0) {
		require.Equal(t, dispatch.ChangePending, c.State, "a later change supersedes what was open")
	}
	refused(t, "round_change_not_found", errOf(s.Field.AcknowledgeChange(ctx, s.Crew[0], ids.New())))
	refused(t, "scope_missing", errOf(s.Field.AcknowledgeChange(ctx, s.Dispatcher, list[1].ID)))
}

func TestOnlyTheirOwnChangesAreAnswered(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 1})
	k := crewOf(t, s, *stopOf(t, s, planned(t, s, 2)[0]).TechnicianID)
	visits := inOrder(t, s, k)
	o, err := s.Control.TryMove(t.Context(), s.Dispatcher, visits[0], control.MoveTo{RoundID: roundOf(t, s, 1-k).Round.ID, Position: 1})
	require.NoError(t, err)
	_, err = s.Control.CommitMove(t.Context(), s.Dispatcher, visits[0], o.ID)
	require.NoError(t, err)
	kinds := func(k int) map[ids.ID]dispatch.RoundChangeKind {
		m := map[ids.ID]dispatch.RoundChangeKind{}
		for _, c := range ownChanges(t, s, k) {
			m[c.VisitID] = c.Kind
		}
		return m
	}
	require.Equal(t, dispatch.ChangeRemoved, kinds(k)[visits[0]], "who loses it hears of it")
	require.Equal(t, dispatch.ChangeAdded, kinds(1 - k)[visits[0]], "and so does who gets it")
	refused(t, "round_change_not_found", errOf(s.Field.AcknowledgeChange(t.Context(), s.Crew[k], ownChanges(t, s, 1-k)[0].ID)))
}

// At 7:40 nobody has answered: the dispatcher is told, once. The twin that was
// acknowledged is not told of.
func TestWhatNobodyAnswersIsFlagged(t *testing.T) {
	t.Parallel()
	s, _ := oneRound(t, 3)
	ctx := t.Context()
	reordered(t, s, 0)
	list := ownChanges(t, s, 0)
	require.Len(t, list, 2)
	_, err := s.Field.AcknowledgeChange(ctx, s.Crew[0], list[0].ID)
	require.NoError(t, err)
	s.Clock.Set(stage.At(7, 39))
	require.NoError(t, s.Control.Sweep(ctx))
	require.Zero(t, events(t, s, "round_change.unanswered"))
	s.Clock.Set(stage.At(7, 40))
	require.NoError(t, s.Control.Sweep(ctx))
	require.NoError(t, s.Control.Sweep(ctx))
	require.Equal(t, 1, events(t, s, "round_change.unanswered"))
	left := ownChanges(t, s, 0)
	require.Equal(t, list[1].ID, left[0].ID)
	require.Equal(t, s.Clock.Now(), left[0].FlaggedAt.UTC())
	_, err = s.Field.AcknowledgeChange(ctx, s.Crew[0], list[1].ID)
	require.NoError(t, err, "late is better than never")
}

// What technicians do themselves, what is far off and what is not published asks
// nobody.
func TestNobodyAcknowledgesTheirOwnActs(t *testing.T) {
	t.Parallel()
	s, was := oneRound(t, 2)
	ctx := t.Context()
	s.Clock.Set(stage.At(8, 0))
	_, err := s.Field.Leave(ctx, s.Crew[0], was[0], field.NewFact{})
	require.NoError(t, err)
	s.Clock.Set(stage.At(9, 0)) // an hour late: the times of the rest move
	_, err = s.Field.Arrive(ctx, s.Crew[0], was[0], field.NewFact{})
	require.NoError(t, err)
	require.NoError(t, s.Work(ctx))
	require.Empty(t, ownChanges(t, s, 0), "that time passes is no change")

	early, _ := oneRound(t, 3)
	early.Clock.Set(stage.At(5, 0).Add(-time.Hour))
	reordered(t, early, 0)
	require.Empty(t, ownChanges(t, early, 0), "three hours ahead")
}

// How far ahead a round is frozen, how long an answer may take and how far a start
// has to move are the region's to say.
func TestARegionSaysHowSteadyItsRoundsAre(t *testing.T) {
	t.Parallel()
	s, was := oneRound(t, 3)
	ctx := t.Context()
	region, err := s.Entering.Regions().Get(ctx, s.Admin, stage.Name("region"))
	require.NoError(t, err)
	require.Equal(t, dispatch.UsualRoundRules(), region.RoundRules)
	_, err = s.Entering.Regions().Change(ctx, s.Admin, region.ID, region.Version, setup.RegionEntry{FreezeMinutes: ptr(0)})
	refused(t, "bad_entry", err)
	region, err = s.Entering.Regions().Change(ctx, s.Admin, region.ID, region.Version, setup.RegionEntry{FreezeMinutes: ptr(120), AnswerMinutes: ptr(5), MovedMinutes: ptr(45)})
	require.NoError(t, err)
	reordered(t, s, 0)
	list := ownChanges(t, s, 0)
	changed := map[ids.ID]bool{}
	for _, c := range list {
		changed[c.VisitID] = true
		require.Equal(t, stage.At(7, 35), c.DueAt.UTC(), "five minutes")
		require.Greater(t, c.FromStart.Sub(*c.ToStart).Abs(), 45*time.Minute)
	}
	require.True(t, changed[was[2]], "from the last to the first: more than an hour")
	require.False(t, changed[was[0]], "one place further: less than three quarters of one")

	// Nothing begins within a minute: with that, nobody has to be asked.
	_, err = s.Entering.Regions().Change(ctx, s.Admin, region.ID, region.Version, setup.RegionEntry{FreezeMinutes: ptr(1), MovedMinutes: ptr(15)})
	require.NoError(t, err)
	before := events(t, s, "round_change.announced")
	reordered(t, s, 0)
	require.Equal(t, before, events(t, s, "round_change.announced"))
}
