package stage_test

import (
	"sync"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

func nightRuns(t *testing.T, s *stage.Stage, d dispatch.Date) []dispatch.PlanRun {
	t.Helper()
	list, _, err := s.Control.Runs(t.Context(), s.Dispatcher, dispatch.DayKey{RegionID: stage.Day().RegionID, Date: d}, nil, dispatch.Page{Limit: 50})
	require.NoError(t, err)
	return list
}

// Set to 2:00 for two days: at 1:59 on Monday nothing is done, at 2:00 Monday and
// Tuesday are planned, once though four servers sweep at once, and again the night
// after.
func TestTheNightIsPlannedOnce(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	region := stage.Day().RegionID
	usual, err := s.Control.Schedule(ctx, s.Dispatcher, region)
	require.NoError(t, err)
	require.False(t, usual.Enabled)
	set := usual
	set.Enabled, set.Days, set.Seconds = true, 2, 1
	refused(t, "scope_missing", errOf(s.Control.SetSchedule(ctx, s.Agent, set)))
	refused(t, "bad_schedule", errOf(s.Control.SetSchedule(ctx, s.Dispatcher, dispatch.PlanSchedule{RegionID: region, At: 24 * 60, Days: 1, Seconds: 1, Version: 1})))
	stale := set
	stale.Version = 7
	refused(t, "version_stale", errOf(s.Control.SetSchedule(ctx, s.Dispatcher, stale)))
	saved, err := s.Control.SetSchedule(ctx, s.Dispatcher, set)
	require.NoError(t, err)
	require.EqualValues(t, 2, saved.Version)
	refused(t, "version_stale", errOf(s.Control.SetSchedule(ctx, s.Dispatcher, set)))
	require.Equal(t, 1, events(t, s, "plan_schedule.changed"))

	s.Clock.Set(stage.At(1, 59))
	require.NoError(t, s.Control.Sweep(ctx))
	require.Empty(t, nightRuns(t, s, stage.Monday))
	s.Clock.Set(stage.At(2, 0))
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() { errs[i] = s.Control.Sweep(ctx) })
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	for d, want := range map[dispatch.Date]int{stage.Monday: 1, stage.Monday.Add(1): 1, stage.Monday.Add(2): 0} {
		require.Len(t, nightRuns(t, s, d), want, d)
	}
	r := nightRuns(t, s, stage.Monday)[0]
	require.Equal(t, s.Dispatcher.AccountID, r.AskedBy, "who set it")
	require.NoError(t, s.Work(ctx))
	require.Equal(t, dispatch.RunDrafted, runNow(t, s, r.ID).State, "a draft waits for the morning")

	s.Clock.Set(stage.At(2, 0).Add(24 * time.Hour))
	require.NoError(t, s.Control.Sweep(ctx))
	require.Len(t, nightRuns(t, s, stage.Monday.Add(1)), 2)
	require.Len(t, nightRuns(t, s, stage.Monday.Add(2)), 1)
}

// A server that was down at 2:00 makes up for it until 8:00, not in the afternoon.
func TestAMissedNightIsMadeUpFor(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	set := dispatch.UsualSchedule(stage.Day().RegionID)
	set.Enabled, set.Seconds = true, 1
	_, err := s.Control.SetSchedule(ctx, s.Dispatcher, set)
	require.NoError(t, err)
	s.Clock.Set(stage.At(8, 0))
	require.NoError(t, s.Control.Sweep(ctx))
	require.Empty(t, nightRuns(t, s, stage.Monday))
	s.Clock.Set(stage.At(7, 59))
	require.NoError(t, s.Control.Sweep(ctx))
	require.Len(t, nightRuns(t, s, stage.Monday), 1)
}

// In New York clocks go from 2:00 to 3:00 on 8 March 2026, 07:00 UTC, and from 2:00
// back to 1:00 on 1 November, 06:00 UTC; in Berlin from 2:00 to 3:00 on 29 March,
// 01:00 UTC; in Lord Howe from 2:00 to 2:30 on 4 October, 15:30 UTC the day before.
func TestNightsOnWhichClocksChange(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone  string
		at    int // minutes
		begin time.Time
		first time.Time // due
		night dispatch.Date
	}{
		{"America/New_York", 2*60 + 30, time.Date(2026, 3, 8, 5, 0, 0, 0, time.UTC), time.Date(2026, 3, 8, 7, 0, 0, 0, time.UTC), "2026-03-08"},
		{"America/New_York", 90, time.Date(2026, 11, 1, 4, 0, 0, 0, time.UTC), time.Date(2026, 11, 1, 5, 30, 0, 0, time.UTC), "2026-11-01"},
		{"Europe/Berlin", 2*60 + 30, time.Date(2026, 3, 28, 23, 0, 0, 0, time.UTC), time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC), "2026-03-29"},
		{"Australia/Lord_Howe", 2*60 + 15, time.Date(2026, 10, 3, 13, 30, 0, 0, time.UTC), time.Date(2026, 10, 3, 15, 30, 0, 0, time.UTC), "2026-10-04"},
	} {
		loc, err := time.LoadLocation(c.zone)
		require.NoError(t, err)
		s := dispatch.PlanSchedule{Enabled: true, At: c.at}
		nights := map[dispatch.Date]time.Time{}
		for now := c.begin; now.Before(c.begin.Add(20 * time.Hour)); now = now.Add(time.Minute) {
			if night, due := s.Night(now, loc); due && nights[night].IsZero() {
				nights[night] = now
			}
		}
		require.Equal(t, map[dispatch.Date]time.Time{c.night: c.first}, nights, c.zone)
		s.Enabled = false
		_, due := s.Night(c.first, loc)
		require.False(t, due)
	}
}
