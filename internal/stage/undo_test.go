package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/field"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// The ten minutes were counted from when the server heard: whose phone was offline
// could take back at noon what they had said at ten, and whose phone lost the network
// between arrival and correction could take nothing back.
func TestTheDevicesClockSaysWhatIsTakenBack(t *testing.T) {
	t.Parallel()
	for name, x := range map[string]struct {
		heard  time.Duration // how long after the arrival we hear of it
		after  time.Duration // how long after the arrival it was taken back
		undone time.Duration // how long after the arrival we hear of that
		want   bool
	}{
		"both offline, in time":     {3 * time.Hour, 10 * time.Minute, 3 * time.Hour, true},
		"both offline, too late":    {3 * time.Hour, 11 * time.Minute, 3 * time.Hour, false},
		"offline between the two":   {0, 5 * time.Minute, 3 * time.Hour, true},
		"offline and too late":      {0, 11 * time.Minute, 3 * time.Hour, false},
		"told late, and seen there": {3 * time.Hour, 3*time.Hour + 4*time.Minute, 3*time.Hour + 4*time.Minute, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			ctx := t.Context()
			_, p := promised(t, s, 0, "printer_fault")
			publish(t, s)
			visit, tess := p.Promise.VisitID, s.Crew[crewOf(t, s, p.Promise.TechnicianID)]
			arrived := p.Promise.WindowStart.Add(time.Minute)
			taken := arrived.Add(x.after)
			s.Clock.Set(arrived.Add(x.heard))
			v, err := s.Field.Arrive(ctx, tess, visit, field.NewFact{HappenedAt: &arrived})
			require.NoError(t, err)
			require.Equal(t, dispatch.PromiseKept, v.Promise.State)
			s.Clock.Set(arrived.Add(x.undone).Add(time.Second))
			v, err = s.Field.UndoArrival(ctx, tess, visit, field.NewFact{HappenedAt: &taken})
			if !x.want {
				strayed(t, "undo_late")(v, err)
				require.Equal(t, dispatch.VisitArrived, stopOf(t, s, visit).State)
				require.Equal(t, dispatch.PromiseKept, promise(t, s, p.Promise.ID).Promise.State)
				return
			}
			require.NoError(t, err)
			require.Nil(t, v.Stray)
			require.Equal(t, dispatch.VisitScheduled, v.Visit.State)
			require.Equal(t, dispatch.PromiseOpen, promise(t, s, p.Promise.ID).Promise.State)
			require.NoError(t, s.Work(ctx))
		})
	}
}

// Who came too late takes the arrival back and says that it was earlier: a device's
// clock alone made a promise kept that was not.
func TestACorrectionMakesNoLateArrivalEarly(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	visit, tess := p.Promise.VisitID, s.Crew[crewOf(t, s, p.Promise.TechnicianID)]
	came, early := p.Promise.WindowEnd.Add(4*time.Minute), p.Promise.WindowEnd.Add(-time.Minute)
	s.Clock.Set(came)
	v, err := s.Field.Arrive(ctx, tess, visit, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseLate, v.Promise.State)
	later(s, time.Minute)
	_, err = s.Field.UndoArrival(ctx, tess, visit, field.NewFact{})
	require.NoError(t, err)
	v, err = s.Field.Arrive(ctx, tess, visit, field.NewFact{HappenedAt: &early})
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseLate, v.Promise.State)
	require.Equal(t, came, v.Visit.ArrivedAt.UTC())
	d, err := s.Field.Visit(ctx, s.Agent, visit)
	require.NoError(t, err)
	require.Equal(t, early.UTC(), last(d.Facts).SaidAt.UTC(), "what was said is kept")
}

// Who came too late takes the arrival back and sends a position of before it: a device's
// clock alone made a promise kept that was not.
func TestAPositionOfBeforeAMistakeIsNoArrival(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	visit, tess, site := p.Promise.VisitID, s.Crew[crewOf(t, s, p.Promise.TechnicianID)], s.Setup.Sites[0].Point
	early := p.Promise.WindowEnd.Add(-time.Minute)
	s.Clock.Set(p.Promise.WindowEnd.Add(14 * time.Minute))
	_, err := s.Field.Arrive(ctx, tess, visit, field.NewFact{})
	require.NoError(t, err)
	later(s, time.Minute)
	_, err = s.Field.UndoArrival(ctx, tess, visit, field.NewFact{})
	require.NoError(t, err)
	e, err := s.Field.Locate(ctx, tess, visit, field.NewFact{HappenedAt: &early, Position: &site})
	require.NoError(t, err)
	require.Len(t, e.List, 1, "it is no evidence")
	require.Equal(t, dispatch.PromiseOpen, promise(t, s, p.Promise.ID).Promise.State)
	e, err = s.Field.Locate(ctx, tess, visit, field.NewFact{Position: &site})
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseLate, e.Promise.State, "they stand there now")
}
