package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/field"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// A phone's clock is ahead, or behind what was heard before: another instant counts
// than it said, and what it said was lost.
func TestWhatADeviceSaidIsKeptAsSaid(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	visit, k, site := p.Promise.VisitID, crewOf(t, s, p.Promise.TechnicianID), s.Setup.Sites[0].Point
	s.Clock.Set(p.Promise.WindowStart.Add(20 * time.Minute))
	now := s.Clock.Now()
	early, ahead, nextYear := now.Add(-10*time.Minute), now.Add(5*time.Hour), now.AddDate(1, 0, 0)
	_, err := s.Field.Leave(ctx, s.Crew[k], visit, field.NewFact{})
	require.NoError(t, err)
	v, err := s.Field.Arrive(ctx, s.Crew[k], visit, field.NewFact{HappenedAt: &early, Position: &site})
	require.NoError(t, err)
	require.Equal(t, now, v.Visit.ArrivedAt.UTC(), "not before they left")
	_, err = s.Field.Locate(ctx, s.Crew[k], visit, field.NewFact{HappenedAt: &ahead, Position: &site})
	require.NoError(t, err)
	_, err = s.Field.WitnessArrival(ctx, s.Agent, visit, field.Witness{HappenedAt: ahead})
	require.NoError(t, err)
	v, err = s.Field.Done(ctx, s.Crew[k], visit, field.NewFact{HappenedAt: &ahead})
	require.NoError(t, err)
	require.Equal(t, now, v.Visit.CompletedAt.UTC(), "not later than now")
	strayed(t, "visit_state")(s.Field.Done(ctx, s.Crew[k], visit, field.NewFact{HappenedAt: &nextYear}))

	d, err := s.Field.Visit(ctx, s.Agent, visit)
	require.NoError(t, err)
	var said []*time.Time
	for _, x := range d.Facts {
		require.Equal(t, now, x.HappenedAt.UTC())
		said = append(said, x.SaidAt)
	}
	for _, x := range d.Arrivals.List {
		require.Equal(t, now, x.HappenedAt.UTC())
		said = append(said, x.SaidAt)
	}
	require.Equal(t, dispatch.ByCustomer, last(d.Arrivals.List).Source)
	said = append(said, d.Strays[0].SaidAt)
	for i, want := range []*time.Time{nil, &early, &ahead, &early, &early, &ahead, &ahead, &nextYear} {
		if want == nil {
			require.Nil(t, said[i], "it named none")
			continue
		}
		require.NotNil(t, said[i], "%d", i)
		require.Equal(t, want.UTC(), said[i].UTC(), "%d", i)
	}
	require.Len(t, said, 8)
}
