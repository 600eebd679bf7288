package stage_test

import (
	"testing"

	"roundsman/dispatch"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

func TestDraftsAreComparedSideBySide(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	planned(t, s, 2)
	opened(t, s, 4, "printer_fault")
	one, two := startRun(t, s, 1), startRun(t, s, 1)
	refused(t, "no_draft", errOf(s.Control.Compare(ctx, s.Dispatcher, one.ID, nil)))
	require.NoError(t, s.Work(ctx))
	drafts, _, err := s.Control.Runs(ctx, s.Dispatcher, stage.Day(), []dispatch.PlanRunState{dispatch.RunDrafted}, dispatch.Page{Limit: 10})
	require.NoError(t, err)
	require.Len(t, drafts, 2, "several live beside one another")

	c, err := s.Control.Compare(ctx, s.Dispatcher, one.ID, nil)
	require.NoError(t, err)
	require.Equal(t, 2, c.From.Assigned)
	require.Equal(t, 3, c.To.Assigned)
	placed := 0
	for _, d := range c.Visits {
		if d.Cause == "placed" {
			placed++
		}
	}
	require.Equal(t, 1, placed)
	c, err = s.Control.Compare(ctx, s.Dispatcher, one.ID, &two.ID)
	require.NoError(t, err)
	require.Equal(t, c.From, c.To, "the same seed on the same day")
	require.Empty(t, c.Visits)
	refused(t, "scope_missing", errOf(s.Control.Compare(ctx, s.Crew[0], one.ID, nil)))
	refused(t, "plan_run_not_found", errOf(s.Control.Compare(ctx, s.Dispatcher, ids.New(), nil)))

	_, err = s.Control.PublishRun(ctx, s.Dispatcher, one.ID)
	require.NoError(t, err)
	refused(t, "no_draft", errOf(s.Control.Compare(ctx, s.Dispatcher, one.ID, nil)))
	c, err = s.Control.Compare(ctx, s.Dispatcher, two.ID, nil)
	require.NoError(t, err)
	require.Zero(t, c.Churn.Moved, "it would change nothing any more")
}
