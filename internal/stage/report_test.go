package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// A month begins and ends by the region's clock, also where the clocks change in it,
// and one that has not ended is measured until now.
func TestAScorecardIsOfTheRegionsMonth(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	region := stage.Name("region")
	opened(t, s, 0, "printer_fault")

	card, err := s.Reports.Scorecard(ctx, s.Agent, region, "2026-03")
	require.NoError(t, err)
	require.Equal(t, stage.Zone, card.Region.Zone)
	require.Equal(t, time.Date(2026, 3, 1, 5, 0, 0, 0, time.UTC), card.From.UTC(), "winter time")
	require.Equal(t, time.Date(2026, 4, 1, 4, 0, 0, 0, time.UTC), card.Until.UTC(), "summer time")
	require.Equal(t, s.Clock.Now(), card.MeasuredUntil)
	require.Len(t, card.Readings, len(dispatch.Indicators))
	shown := map[dispatch.Manner]bool{}
	for _, r := range card.Readings {
		require.Equal(t, r.Code, r.Reading.Measure)
		shown[r.Manner] = true
	}
	require.Len(t, shown, len(dispatch.Manners), "every manner is measured")

	later, err := s.Reports.Scorecard(ctx, s.Agent, region, "2026-02")
	require.NoError(t, err)
	require.Equal(t, later.Until, later.MeasuredUntil)
	for _, r := range later.Readings {
		if _, ok := r.Value(r.Reading); r.Kind == dispatch.ShareMeasure || r.Kind == dispatch.RatioMeasure {
			require.False(t, ok, "nothing to measure is not 0: %s", r.Code)
		}
	}
	// A month that is still to come has nothing in it, and is no mistake.
	_, err = s.Reports.Scorecard(ctx, s.Agent, region, "2026-05")
	require.NoError(t, err)

	_, err = s.Reports.Scorecard(ctx, s.Agent, region, "2026-13")
	refused(t, "bad_month", err)
	_, err = s.Reports.Scorecard(ctx, s.Agent, ids.New(), "2026-03")
	refused(t, "region_not_found", err)
	_, err = s.Reports.Scorecard(ctx, s.Crew[0], region, "2026-03")
	refused(t, "scope_missing", err)
}

func TestMeasuresOfAManner(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	r, err := s.Reports.Measures(ctx, s.Agent, stage.At(0, 0), stage.At(23, 0), dispatch.Respected)
	require.NoError(t, err)
	require.Len(t, r.Readings, 2)
	require.Equal(t, "leader_reached", r.Readings[0].Code)
	_, err = s.Reports.Measures(ctx, s.Agent, stage.At(9, 0), stage.At(8, 0), "")
	refused(t, "bad_window", err)
	_, err = s.Reports.Measures(ctx, s.Agent, stage.At(0, 0), stage.At(0, 0).AddDate(0, 0, 36), "")
	refused(t, "period_too_long", err)
	_, err = s.Reports.Measures(ctx, s.Agent, stage.At(0, 0), stage.At(0, 0).AddDate(0, 0, 35), "")
	require.NoError(t, err)
}
