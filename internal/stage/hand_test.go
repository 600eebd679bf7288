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

// inOrder gives the visits of a crew member's round.
func inOrder(t *testing.T, s *stage.Stage, k int) (out []ids.ID) {
	t.Helper()
	for _, stop := range roundOf(t, s, k).Stops {
		out = append(out, stop.Visit.ID)
	}
	return out
}

// oneRound is one technician with n visits of half an hour, published.
func oneRound(t *testing.T, n int) (*stage.Stage, []ids.ID) {
	t.Helper()
	s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 1})
	planned(t, s, n)
	return s, inOrder(t, s, 0)
}

func TestARoundIsPutInAnotherOrder(t *testing.T) {
	t.Parallel()
	s, was := oneRound(t, 3)
	ctx := t.Context()
	round := roundOf(t, s, 0).Round
	wanted := []ids.ID{was[2], was[0], was[1]}
	refused(t, "scope_missing", errOf(s.Control.TryOrder(ctx, s.Agent, round.ID, wanted)))
	refused(t, "round_not_found", errOf(s.Control.TryOrder(ctx, s.Dispatcher, ids.New(), wanted)))
	o, err := s.Control.TryOrder(ctx, s.Dispatcher, round.ID, wanted)
	require.NoError(t, err)
	require.Equal(t, wanted, stopsAfter(o, round.ID))
	require.Equal(t, was, inOrder(t, s, 0), "trying writes nothing")
	refused(t, "outcome_kind", errOf(s.Control.CommitOrder(ctx, s.Dispatcher, ids.New(), o.ID)))
	refused(t, "scope_missing", errOf(s.Control.CommitOrder(ctx, s.Agent, round.ID, o.ID)))
	_, err = s.Control.CommitOrder(ctx, s.Dispatcher, round.ID, o.ID)
	require.NoError(t, err)
	require.Equal(t, wanted, inOrder(t, s, 0))
	refused(t, "outcome_used", errOf(s.Control.CommitOrder(ctx, s.Dispatcher, round.ID, o.ID)))
}

// A pinned visit stays when the planner searches anew and when others are moved;
// let go, it may move again.
func TestAPinHoldsAgainstPlannerAndRepair(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 1})
	ctx := t.Context()
	visits := planned(t, s, 3)
	pin := func(clock, technician bool) {
		o, err := s.Control.TryPin(ctx, s.Dispatcher, visits[0], clock, technician)
		require.NoError(t, err)
		require.True(t, o.Feasible, "%v", o.Blocked)
		_, err = s.Control.CommitPin(ctx, s.Dispatcher, visits[0], o.ID)
		require.NoError(t, err)
	}
	pin(true, true)
	was := stopOf(t, s, visits[0])
	require.True(t, was.PinTime && was.PinShift)
	require.Equal(t, *was.PlannedStart, *was.PinnedStart)
	require.Equal(t, 1, events(t, s, "visit.pinned"))

	other := 1 - crewOf(t, s, *was.TechnicianID)
	o, err := s.Control.TryMove(ctx, s.Dispatcher, visits[0], control.MoveTo{RoundID: roundOf(t, s, other).Round.ID, Position: 1})
	require.NoError(t, err)
	require.False(t, o.Feasible, "it is held with its technician")
	publish(t, s)
	now := stopOf(t, s, visits[0])
	require.Equal(t, *was.PlannedStart, *now.PlannedStart)
	require.Equal(t, *was.TechnicianID, *now.TechnicianID)

	pin(false, false)
	free := stopOf(t, s, visits[0])
	require.False(t, free.PinTime || free.PinShift)
	require.Nil(t, free.PinnedStart)
	require.Equal(t, 1, events(t, s, "visit.unpinned"))
	o, err = s.Control.TryMove(ctx, s.Dispatcher, visits[0], control.MoveTo{RoundID: roundOf(t, s, other).Round.ID, Position: 1})
	require.NoError(t, err)
	require.True(t, o.Feasible, "the twin without the pin")
}

// Held at seven, which nobody who begins at eight can keep. When its technician is held
// too the time stays seven: before, it became that at which they are there at best.
func TestAHeldTimeThatCannotBeMetStaysHeld(t *testing.T) {
	t.Parallel()
	s, visits := oneRound(t, 1)
	ctx := t.Context()
	pin := func(clock, technician bool) {
		o, err := s.Control.TryPin(ctx, s.Dispatcher, visits[0], clock, technician)
		require.NoError(t, err)
		require.True(t, o.Feasible, "%v", o.Blocked)
		_, err = s.Control.CommitPin(ctx, s.Dispatcher, visits[0], o.ID)
		require.NoError(t, err)
	}
	pin(true, false)
	seven := stage.At(7, 0)
	_, err := s.Pool.Exec(ctx, `update visits set pinned_start = $2 where id = $1`, visits[0], seven)
	require.NoError(t, err)
	pin(true, true)
	now := stopOf(t, s, visits[0])
	require.True(t, now.PinShift)
	require.True(t, now.PlannedStart.After(seven))
	require.Equal(t, seven, now.PinnedStart.UTC())
}

// A sick technician's pinned visit is not moved on the side: the absence says that
// it stands in the way, and nothing is written.
func TestAnAbsenceSaysWhatIsPinned(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 1})
	ctx := t.Context()
	visits := planned(t, s, 1)
	o, err := s.Control.TryPin(ctx, s.Dispatcher, visits[0], false, true)
	require.NoError(t, err)
	_, err = s.Control.CommitPin(ctx, s.Dispatcher, visits[0], o.ID)
	require.NoError(t, err)
	o, err = s.Control.TryAbsence(ctx, s.Dispatcher, control.NewAbsence{TechnicianID: *stopOf(t, s, visits[0]).TechnicianID, From: stage.At(7, 0), Until: stage.At(18, 0)})
	require.NoError(t, err)
	require.False(t, o.Feasible)
	require.NotEmpty(t, o.Flags)
}

func TestAVisitWaitsAgain(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 1})
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	plain := opened(t, s, 2, "printer_fault")
	publish(t, s)
	o, err := s.Control.TryUnassign(ctx, s.Dispatcher, p.Promise.VisitID)
	require.NoError(t, err)
	require.False(t, o.Feasible)
	require.Equal(t, "visit_promised", o.Blocked[0].Code)
	before := digest(t, s, "outcomes")
	refused(t, "outcome_changed", errOf(s.Control.CommitUnassign(ctx, s.Dispatcher, p.Promise.VisitID, o.ID)))
	require.Equal(t, before, digest(t, s, "outcomes"), "a promised visit is never unassigned")

	visit := plain.Visits[0].ID
	o, err = s.Control.TryUnassign(ctx, s.Dispatcher, visit)
	require.NoError(t, err)
	require.True(t, o.Feasible, "%v", o.Blocked)
	_, err = s.Control.CommitUnassign(ctx, s.Dispatcher, visit, o.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.VisitWaiting, stopOf(t, s, visit).State)
	require.Equal(t, dispatch.TicketOpen, ticket(t, s, plain.Ticket.ID).Ticket.State)
	require.Equal(t, 1, events(t, s, "visit.unassigned"))
	f := refused(t, "visit_state", errOf(s.Control.TryUnassign(ctx, s.Dispatcher, visit)))
	require.Equal(t, []dispatch.VisitState{dispatch.VisitScheduled}, f.Members["allowed"])
}

func TestAVisitIsSplit(t *testing.T) {
	t.Parallel()
	s, was := oneRound(t, 2)
	ctx := t.Context()
	refused(t, "bad_duration", errOf(s.Control.TrySplit(ctx, s.Dispatcher, was[0], 28)))
	o, err := s.Control.TrySplit(ctx, s.Dispatcher, was[0], 10)
	require.NoError(t, err)
	require.True(t, o.Feasible, "%v", o.Blocked)
	_, err = s.Control.CommitSplit(ctx, s.Dispatcher, was[0], o.ID)
	require.NoError(t, err)
	stops := roundOf(t, s, 0).Stops
	require.Len(t, stops, 3)
	first, rest := stops[0].Visit, stops[1].Visit
	require.Equal(t, was[0], first.ID)
	require.Equal(t, []int{10, 20}, []int{first.Minutes, rest.Minutes})
	require.Equal(t, was[0], *rest.FollowsID)
	require.Equal(t, first.TicketID, rest.TicketID)
	require.Equal(t, dispatch.VisitScheduled, rest.State)
	require.Equal(t, 1, events(t, s, "visit.split"))
}

// A visit is cut in two. Neither is the rest put on a day before the first part, nor the
// first on one behind the rest.
func TestTheRestStaysBehindTheFirstFromDayToDay(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 3})
	ctx := t.Context()
	first := planned(t, s, 1)[0]
	o, err := s.Control.TrySplit(ctx, s.Dispatcher, first, 10)
	require.NoError(t, err)
	_, err = s.Control.CommitSplit(ctx, s.Dispatcher, first, o.ID)
	require.NoError(t, err)
	rest := roundOf(t, s, 0).Stops[1].Visit.ID
	try := func(visit ids.ID, date dispatch.Date) day.Outcome {
		var to control.MoveTo
		require.NoError(t, s.Pool.QueryRow(ctx, `select id from rounds where date = $1::text::date`, date).Scan(&to.RoundID))
		to.Position = 1
		o, err := s.Control.TryMove(ctx, s.Dispatcher, visit, to)
		require.NoError(t, err)
		return o
	}
	move := func(visit ids.ID, date dispatch.Date) {
		o := try(visit, date)
		require.True(t, o.Feasible, "%v", o.Blocked)
		_, err = s.Control.CommitMove(ctx, s.Dispatcher, visit, o.ID)
		require.NoError(t, err)
	}
	blocked := func(visit ids.ID, date dispatch.Date) {
		o := try(visit, date)
		require.False(t, o.Feasible)
		require.Equal(t, "out_of_order", o.Blocked[0].Code)
	}
	tuesday, wednesday := stage.Monday.Add(1), stage.Monday.Add(2)
	blocked(first, tuesday)
	move(rest, wednesday)
	move(first, tuesday)
	blocked(rest, stage.Monday)
	move(first, stage.Monday)
	move(rest, tuesday)
	blocked(first, wednesday)
}

func TestASecondTechnicianIsSent(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 1})
	ctx := t.Context()
	visit := planned(t, s, 1)[0]
	v := stopOf(t, s, visit)
	o, err := s.Control.TryJoin(ctx, s.Dispatcher, visit)
	require.NoError(t, err)
	require.True(t, o.Feasible, "%v", o.Blocked)
	_, err = s.Control.CommitJoin(ctx, s.Dispatcher, visit, o.ID)
	require.NoError(t, err)
	other := roundOf(t, s, 1-crewOf(t, s, *v.TechnicianID)).Stops
	require.Len(t, other, 1)
	second := other[0].Visit
	require.Equal(t, visit, *second.FollowsID)
	require.Equal(t, *v.PlannedStart, *second.PlannedStart, "both at once")
	require.True(t, second.PinTime)
	require.Equal(t, 1, events(t, s, "visit.joined"))

	alone, was := oneRound(t, 1)
	f := refused(t, "nobody_joins", errOf(alone.Control.TryJoin(ctx, alone.Dispatcher, was[0])))
	require.Contains(t, f.Members, "reasons")
}

// Whoever is sent to help with a visit that has begun comes at once, and does not wait
// until it is over.
func TestASecondTechnicianIsSentToWorkUnderWay(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 1})
	ctx := t.Context()
	visit := planned(t, s, 1)[0]
	one := crewOf(t, s, *stopOf(t, s, visit).TechnicianID)
	s.Clock.Set(stage.At(8, 5))
	_, err := s.Field.Leave(ctx, s.Crew[one], visit, field.NewFact{})
	require.NoError(t, err)
	o, err := s.Control.TryJoin(ctx, s.Dispatcher, visit)
	require.NoError(t, err)
	require.True(t, o.Feasible, "%v", o.Blocked)
	_, err = s.Control.CommitJoin(ctx, s.Dispatcher, visit, o.ID)
	require.NoError(t, err)
	second := roundOf(t, s, 1-one).Stops[0].Visit
	require.True(t, second.PlannedStart.Before(*stopOf(t, s, visit).PlannedEnd), "%s", second.PlannedStart)
	require.NoError(t, s.Decide.Retime(ctx, *second.RoundID))
	require.WithinDuration(t, *second.PlannedStart, *stopOf(t, s, second.ID).PlannedStart, time.Minute, "and stays there")
}

// At 8:05 Tess is on the way to the first; the urgent one comes next, before the
// others, and they are shown to be moved.
func TestTheUrgentGoesBeforeAllOthers(t *testing.T) {
	t.Parallel()
	s, was := oneRound(t, 3)
	ctx := t.Context()
	urgent := opened(t, s, 4, "printer_fault").Visits[0].ID
	s.Clock.Set(stage.At(8, 5))
	_, err := s.Field.Leave(ctx, s.Crew[0], was[0], field.NewFact{})
	require.NoError(t, err)
	o, err := s.Control.TryUrgent(ctx, s.Dispatcher, urgent)
	require.NoError(t, err)
	require.True(t, o.Feasible, "%v", o.Blocked)
	_, err = s.Control.CommitUrgent(ctx, s.Dispatcher, urgent, o.ID)
	require.NoError(t, err)
	require.Equal(t, []ids.ID{was[0], urgent, was[1], was[2]}, inOrder(t, s, 0))
	require.Equal(t, day.FirstOfAll, stopOf(t, s, urgent).Priority)
	require.Equal(t, 1, events(t, s, "visit.hastened"))
	refused(t, "visit_state", errOf(s.Control.TryUrgent(ctx, s.Dispatcher, was[0])))
}

func TestOvertimeAndBreaks(t *testing.T) {
	t.Parallel()
	s, was := oneRound(t, 2)
	ctx := t.Context()
	shift := roundOf(t, s, 0).Shift
	refused(t, "bad_duration", errOf(s.Control.TryOvertime(ctx, s.Dispatcher, shift.ID, 241)))
	refused(t, "shift_not_found", errOf(s.Control.TryOvertime(ctx, s.Dispatcher, ids.New(), 60)))
	version := func() int64 {
		v, err := s.Control.Day(ctx, s.Dispatcher, stage.Day())
		require.NoError(t, err)
		return v.Version
	}
	seen := version()
	for name, minutes := range map[string]int{"overtime.granted": 60, "overtime.ended": 0} {
		o, err := s.Control.TryOvertime(ctx, s.Dispatcher, shift.ID, minutes)
		require.NoError(t, err)
		_, err = s.Control.CommitOvertime(ctx, s.Dispatcher, shift.ID, o.ID)
		require.NoError(t, err)
		require.Equal(t, minutes, roundOf(t, s, 0).Shift.OvertimeMinutes)
		require.Equal(t, 1, events(t, s, name))
		require.Equal(t, seen+1, version(), "an input of the day")
		seen++
	}

	refused(t, "bad_instants", errOf(s.Control.TryBreak(ctx, s.Dispatcher, shift.ID, stage.At(7, 0), stage.At(9, 0))))
	refused(t, "bad_instants", errOf(s.Control.TryBreak(ctx, s.Dispatcher, shift.ID, stage.At(10, 0), stage.At(10, 0))))
	o, err := s.Control.TryBreak(ctx, s.Dispatcher, shift.ID, stage.At(10, 0), stage.At(10, 30))
	require.NoError(t, err)
	_, err = s.Control.CommitBreak(ctx, s.Dispatcher, shift.ID, o.ID)
	require.NoError(t, err)
	require.True(t, stage.At(10, 0).Equal(roundOf(t, s, 0).Shift.BreakFrom))
	require.Equal(t, 1, events(t, s, "break.moved"))
	require.Equal(t, was, inOrder(t, s, 0))
	o, err = s.Control.TryOvertime(ctx, s.Dispatcher, shift.ID, 30)
	require.NoError(t, err)
	s.Clock.Set(s.Clock.Now().Add(time.Hour))
	refused(t, "outcome_expired", errOf(s.Control.CommitOvertime(ctx, s.Dispatcher, shift.ID, o.ID)))
}
