package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/field"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/paulmach/orb"
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

// A follow-up that is reported of a visit that is over was kept without what it needs,
// and a second number under the id of the first was acknowledged and lost.
func TestAllThatAFactSaysIsKept(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p, tess := atTheDoor(t, s, "printer_fault")
	visit, part, site, id := p.Promise.VisitID, stage.Name("new"), s.Setup.Sites[0].Point, ids.New()
	back, tuesday := s.Clock.Now().Add(3*time.Hour), dispatch.Date("2026-03-10")
	first := field.NewPresence{Kind: dispatch.PresenceLeaves, CallNumber: "+13025550199", BackAt: &back}
	for range 2 {
		_, err := s.Field.Presence(ctx, tess, visit, field.NewFact{ID: &id}, first)
		require.NoError(t, err)
	}
	_, err := s.Field.Presence(ctx, tess, visit, field.NewFact{ID: &id}, field.NewPresence{Kind: dispatch.PresenceLeaves, CallNumber: "+13025550100", BackAt: &back})
	refused(t, "id_taken", err)
	_, err = s.Field.Done(ctx, tess, visit, field.NewFact{})
	require.NoError(t, err)

	for _, x := range []struct {
		want string
		do   func() (field.VisitView, error)
	}{
		{`{"note": "the drum", "minutes": 45, "skill_code": "hardware", "skill_level": 2, "kit_model_id": "` + part.String() + `", "earliest_date": "2026-03-10"}`, func() (field.VisitView, error) {
			return s.Field.FollowUp(ctx, tess, visit, field.NewFact{Note: "the drum"},
				field.NewFollowUp{Minutes: 45, SkillCode: "hardware", SkillLevel: 2, KitModel: &part, Earliest: &tuesday})
		}},
		{`{"minutes": 30}`, func() (field.VisitView, error) {
			return s.Field.WantSecond(ctx, tess, visit, field.NewFact{}, field.NewAssist{Minutes: 30})
		}},
		{`{"presence": "leaves", "call_number": "+13025550199", "back_at": "` + back.UTC().Format(time.RFC3339) + `"}`, func() (field.VisitView, error) {
			return s.Field.Presence(ctx, tess, visit, field.NewFact{}, first)
		}},
		{`{"reason": "unsafe"}`, func() (field.VisitView, error) {
			return s.Field.GiveUp(ctx, tess, visit, field.NewFact{}, dispatch.GaveUpUnsafe)
		}},
		{`{"position": [0.01, 0]}`, func() (field.VisitView, error) {
			return s.Field.Arrive(ctx, tess, visit, field.NewFact{Position: &site})
		}},
	} {
		v, err := x.do()
		strayed(t, "visit_state")(v, err)
		require.JSONEq(t, x.want, string(v.Stray.Data))
	}
	require.Equal(t, 0, count1(t, s, `select count(*) from events where data::text like '%302555%'`), "no event holds a number")

	// A device that sends its arrival again stands elsewhere by then.
	again, far := ids.New(), orb.Point{site.Lon() + 1, site.Lat()}
	for _, at := range []*orb.Point{&site, &far, nil} {
		_, err := s.Field.Arrive(ctx, tess, visit, field.NewFact{ID: &again, Position: at})
		require.NoError(t, err)
	}
}
