package stage_test

import (
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/field"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

func TestTheBoardShowsTheDay(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 1})
	ctx := t.Context()
	day := stage.Day()
	refused(t, "region_not_found", errOf(s.Control.Board(ctx, s.Dispatcher, ids.New(), nil)))
	refused(t, "scope_missing", errOf(s.Control.Board(ctx, s.Crew[0], day.RegionID, nil)))
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	waits := opened(t, s, 4, "printer_fault").Visits[0].ID
	v, err := s.Control.Board(ctx, s.Dispatcher, day.RegionID, nil)
	require.NoError(t, err)
	require.Equal(t, stage.Monday, v.Date, "the present day")
	require.Len(t, v.Rounds, 2)
	require.Len(t, v.Runs, 1)
	require.Equal(t, dispatch.RunPublished, v.Runs[0].State)
	require.Len(t, v.Waiting, 1)
	require.Equal(t, waits, v.Waiting[0].Visit.ID)
	require.Equal(t, "not_planned", v.Waiting[0].Reasons[0].Code)
	for _, r := range v.Rounds {
		require.Equal(t, dispatch.NotLeft, r.Whereabouts.State)
	}

	k := crewOf(t, s, promise(t, s, p.Promise.ID).Promise.TechnicianID)
	whereabouts := func() dispatch.Whereabouts {
		v, err := s.Control.Board(ctx, s.Dispatcher, day.RegionID, &day.Date)
		require.NoError(t, err)
		for _, r := range v.Rounds {
			if r.Technician.ID == *s.Crew[k].TechnicianID {
				return r.Whereabouts
			}
		}
		t.Fatal("no round")
		return dispatch.Whereabouts{}
	}
	s.Clock.Set(stage.At(8, 0))
	for _, step := range []struct {
		do    func() error
		state dispatch.WhereaboutsKind
	}{
		{func() error { return errOf(s.Field.Leave(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})) }, dispatch.OnTheWay},
		{func() error { return errOf(s.Field.Arrive(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})) }, dispatch.WithThem},
		{func() error { return errOf(s.Field.Done(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})) }, dispatch.InBetween},
	} {
		require.NoError(t, step.do())
		at := whereabouts()
		require.Equal(t, step.state, at.State)
		require.Equal(t, p.Promise.VisitID, at.Stop.Visit.ID)
		require.Equal(t, s.Clock.Now(), at.Since.UTC())
		s.Clock.Set(s.Clock.Now().Add(60e9))
	}

	o, err := s.Control.TryAbsence(ctx, s.Dispatcher, control.NewAbsence{TechnicianID: *s.Crew[k].TechnicianID, From: stage.At(12, 0), Until: stage.At(18, 0)})
	require.NoError(t, err)
	_, err = s.Control.CommitAbsence(ctx, s.Dispatcher, "sick", o.ID)
	require.NoError(t, err)
	v, err = s.Control.Board(ctx, s.Dispatcher, day.RegionID, nil)
	require.NoError(t, err)
	n := 0
	for _, r := range v.Rounds {
		n += len(r.Absences)
	}
	require.Equal(t, 1, n)
}

// What the newest plan left out waits with the plan's reasons.
func TestTheBoardSaysWhyAVisitWaits(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 1})
	for i := range 3 { // two laptops in the kit
		opened(t, s, i, "virus_cleanup")
	}
	publish(t, s)
	v, err := s.Control.Board(t.Context(), s.Dispatcher, stage.Day().RegionID, nil)
	require.NoError(t, err)
	require.Len(t, v.Waiting, 1)
	require.Equal(t, "kit_used", v.Waiting[0].Reasons[0].Code)
}
