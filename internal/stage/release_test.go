package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// A call that somebody took and can't make goes back: by hand, or by itself when
// their half hour is over. Then the next one may take it.
func TestATakenCallComesBack(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := declared(t, s)
	calls, _, err := s.Incidents.Calls(ctx, s.Agent, v.Incident.ID, dispatch.Page{})
	require.NoError(t, err)
	one, two := calls[0].Task.ID, calls[1].Task.ID
	_, err = s.Incidents.ReleaseCall(ctx, s.Agent, one)
	refused(t, "call_task_state", err)
	taken, err := s.Incidents.TakeCall(ctx, s.Agent, one)
	require.NoError(t, err)
	require.Equal(t, s.Clock.Now(), taken.TakenAt.UTC())
	_, err = s.Incidents.ReleaseCall(ctx, s.Other, one)
	refused(t, "call_task_state", err)
	back, err := s.Incidents.ReleaseCall(ctx, s.Agent, one)
	require.NoError(t, err)
	require.Equal(t, dispatch.CallQueued, back.State)
	require.Nil(t, back.TakenBy)
	require.Nil(t, back.TakenAt)
	_, err = s.Incidents.TakeCall(ctx, s.Other, one)
	require.NoError(t, err)

	s.Clock.Set(s.Clock.Now().Add(time.Minute))
	_, err = s.Incidents.TakeCall(ctx, s.Agent, two)
	require.NoError(t, err)
	s.Clock.Set(s.Clock.Now().Add(dispatch.CallLease - time.Minute))
	before := digest(t, s)
	require.NoError(t, s.Incidents.Sweep(ctx))
	require.Equal(t, before, digest(t, s), "half an hour to the second is not over")
	s.Clock.Set(s.Clock.Now().Add(time.Second))
	require.NoError(t, s.Incidents.Sweep(ctx))
	require.NoError(t, s.Incidents.Sweep(ctx))
	_, err = s.Incidents.SettleCall(ctx, s.Other, one, true, "")
	refused(t, "call_task_state", err)
	_, err = s.Incidents.TakeCall(ctx, s.Agent, one)
	require.NoError(t, err)
	_, err = s.Incidents.SettleCall(ctx, s.Agent, two, true, "")
	require.NoError(t, err, "the second was taken a minute later")
	require.Equal(t, 2, events(t, s, "call.released"))
}

// Long lists come in pages that together are the whole, each row once.
func TestCallListsComeInPages(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := declared(t, s)
	all, next, err := s.Incidents.Calls(ctx, s.Agent, v.Incident.ID, dispatch.Page{})
	require.NoError(t, err)
	require.Empty(t, next)
	require.Len(t, all, 4)
	p := dispatch.Page{Limit: 3}
	first, next, err := s.Incidents.Calls(ctx, s.Agent, v.Incident.ID, p)
	require.NoError(t, err)
	p.After = next
	rest, next, err := s.Incidents.Calls(ctx, s.Agent, v.Incident.ID, p)
	require.NoError(t, err)
	require.Empty(t, next)
	require.Equal(t, all, append(first, rest...))

	whole, _, err := s.Incidents.Affected(ctx, s.Agent, v.Incident.ID, dispatch.Page{})
	require.NoError(t, err)
	require.Len(t, whole, 4)
	p.After = ""
	some, next, err := s.Incidents.Affected(ctx, s.Agent, v.Incident.ID, p)
	require.NoError(t, err)
	p.After = next
	others, next, err := s.Incidents.Affected(ctx, s.Agent, v.Incident.ID, p)
	require.NoError(t, err)
	require.Empty(t, next)
	require.Equal(t, whole, append(some, others...))
	_, _, err = s.Incidents.Affected(ctx, s.Agent, v.Incident.ID, dispatch.Page{After: "e30"})
	refused(t, "bad_cursor", err)
}
