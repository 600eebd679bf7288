package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/field"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// handedOver gives a visit that has not begun into another round, as a morning of
// changes leaves it.
func handedOver(t *testing.T, s *stage.Stage, visit, to ids.ID) {
	t.Helper()
	_, err := s.Pool.Exec(t.Context(), `update visits set (round_id, shift_id, technician_id, position) = (select id, shift_id, technician_id, 9 from rounds where id = $2) where id = $1`, visit, to)
	require.NoError(t, err)
}

// A departure was taken back and its visit given to another technician. The phone never
// heard that its departure was, sends it again, and was told that another fact has the id.
func TestARepeatIsAnsweredWhereverTheVisitIs(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	visit, k := p.Promise.VisitID, crewOf(t, s, p.Promise.TechnicianID)
	left, undone := ids.New(), ids.New()
	_, err := s.Field.Leave(ctx, s.Crew[k], visit, field.NewFact{ID: &left, Note: "off"})
	require.NoError(t, err)
	_, err = s.Field.UndoDeparture(ctx, s.Crew[k], visit, field.NewFact{ID: &undone})
	require.NoError(t, err)
	other := roundOf(t, s, 1-k).Round.ID
	handedOver(t, s, visit, other)
	_, err = s.Field.Leave(ctx, s.Crew[1-k], visit, field.NewFact{})
	require.NoError(t, err)

	before := digest(t, s)
	v, err := s.Field.Leave(ctx, s.Crew[k], visit, field.NewFact{ID: &left, Note: "off"})
	require.NoError(t, err)
	require.Nil(t, v.Stray, "it was applied, and is not kept a second time")
	require.Equal(t, visit, v.Visit.ID)
	require.Nil(t, v.Visit.RoundID, "where it is by now is not theirs to see")
	require.Nil(t, v.Visit.TechnicianID)
	require.Nil(t, v.Visit.DepartedAt)
	_, err = s.Field.UndoDeparture(ctx, s.Crew[k], visit, field.NewFact{ID: &undone})
	require.NoError(t, err)
	require.Equal(t, before, digest(t, s), "a repeat changes nothing")

	// What says otherwise is another fact all the same, and so is another's.
	_, err = s.Field.Leave(ctx, s.Crew[k], visit, field.NewFact{ID: &left, Note: "on"})
	refused(t, "id_taken", err)
	_, err = s.Field.Leave(ctx, s.Crew[1-k], visit, field.NewFact{ID: &left, Note: "off"})
	refused(t, "id_taken", err)
	v, err = s.Field.Leave(ctx, s.Crew[k], visit, field.NewFact{Note: "off"})
	require.NoError(t, err)
	require.Equal(t, dispatch.StrayNotYours, v.Stray.Why, "with an id of its own it is news")
}

// The departure for a visit of a draft was kept without effect. Sent again after the
// plan was published it had one, and was in two places.
func TestAStrayFactIsNotAppliedLater(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	who := s.Crew[crewOf(t, s, p.Promise.TechnicianID)]
	id, at := ids.New(), s.Clock.Now()
	first, err := s.Field.Leave(ctx, who, p.Promise.VisitID, field.NewFact{ID: &id, HappenedAt: &at, Note: "off"})
	require.NoError(t, err)
	require.Equal(t, dispatch.StrayNotYours, first.Stray.Why)
	publish(t, s)
	before := digest(t, s)
	later(s, time.Minute)
	again, err := s.Field.Leave(ctx, who, p.Promise.VisitID, field.NewFact{ID: &id, HappenedAt: &at, Note: "off"})
	require.NoError(t, err)
	require.Equal(t, first, again, "the same answer")
	require.Equal(t, before, digest(t, s))
	require.Equal(t, 0, count1(t, s, `select count(*) from facts`))
	require.Equal(t, 1, count1(t, s, `select count(*) from stray_facts`))

	// The technician sees the round now and says so anew.
	v, err := s.Field.Leave(ctx, who, p.Promise.VisitID, field.NewFact{Note: "off"})
	require.NoError(t, err)
	require.Equal(t, dispatch.VisitEnRoute, v.Visit.State)
}

// A phone that doubts sends a fact many times at once: one of them is it.
func TestTheSameFactAtOnceIsOne(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	_, p := promised(t, s, 0, "printer_fault")
	who := s.Crew[crewOf(t, s, p.Promise.TechnicianID)]
	publish(t, s)
	const n = 8
	applied, kept := ids.New(), ids.New()
	errs := make(chan error, 2*n)
	for range n {
		go func() {
			_, err := s.Field.Leave(t.Context(), who, p.Promise.VisitID, field.NewFact{ID: &applied})
			errs <- err
		}()
		go func() {
			_, err := s.Field.Leave(t.Context(), who, stage.Name("no visit"), field.NewFact{ID: &kept})
			errs <- err
		}()
	}
	for range 2 * n {
		require.NoError(t, <-errs)
	}
	require.Equal(t, 1, count1(t, s, `select count(*) from facts`))
	require.Equal(t, 1, count1(t, s, `select count(*) from stray_facts`))
	require.Equal(t, 1, events(t, s, "fact.strayed"))
	require.Equal(t, 1, events(t, s, "visit.en_route"))
}
