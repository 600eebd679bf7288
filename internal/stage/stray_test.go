package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/field"
	"roundsman/internal/ids"
	"roundsman/internal/stage"
	"roundsman/internal/states"

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
	moved, err := s.Field.Leave(ctx, s.Crew[k], visit, field.NewFact{ID: &left, Note: "off"})
	require.NoError(t, err)
	_, err = s.Field.Leave(ctx, s.Crew[1-k], visit, field.NewFact{})
	require.NoError(t, err)
	_, err = s.Field.Arrive(ctx, s.Crew[1-k], visit, field.NewFact{})
	require.NoError(t, err)
	_, err = s.Field.Estimate(ctx, s.Crew[1-k], visit, field.NewFact{}, 2*time.Hour)
	require.NoError(t, err)

	before := digest(t, s)
	v, err := s.Field.Leave(ctx, s.Crew[k], visit, field.NewFact{ID: &left, Note: "off"})
	require.NoError(t, err)
	require.Nil(t, v.Stray, "it was applied, and is not kept a second time")
	require.Equal(t, visit, v.Visit.ID)
	require.Nil(t, v.Visit.RoundID, "where it is by now is not theirs to see")
	require.Nil(t, v.Visit.TechnicianID)
	require.Equal(t, moved, v, "nor what another technician reports of it")
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

// The phone was in a drawer until the visit had been given up as never reported. That
// the work was done was refused, and nobody heard of it.
func TestALateWordOfAVisitThatWasGivenUpIsNotLost(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v, p, tess := atTheDoor(t, s, "printer_fault")
	visit, id, done := p.Promise.VisitID, ids.New(), s.Clock.Now().Add(25*time.Minute)
	s.Clock.Set(stage.At(16, 30).Add(14 * time.Hour))
	sweep(t, s)
	require.Equal(t, "never_reported", stopOf(t, s, visit).Reason)
	before := digest(t, s, "stray_facts", "events", "event_subjects")
	n := field.NewFact{ID: &id, HappenedAt: &done, Note: "a new drum"}
	first, err := s.Field.Done(ctx, tess, visit, n)
	strayed(t, "visit_state")(first, err)
	later(s, time.Minute)
	again, err := s.Field.Done(ctx, tess, visit, n)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Equal(t, before, digest(t, s, "stray_facts", "events", "event_subjects"), "it has no effect")
	require.Equal(t, 1, events(t, s, "fact.strayed"))
	require.Equal(t, dispatch.TicketOpen, ticket(t, s, v.Ticket.ID).Ticket.State)

	list, _, err := s.Field.Strays(ctx, s.Dispatcher, false, dispatch.Page{Limit: 5})
	require.NoError(t, err)
	require.Equal(t, []dispatch.StrayFact{*first.Stray}, list, "the dispatcher sees it")
	require.Equal(t, done.UTC(), list[0].HappenedAt.UTC())
	require.JSONEq(t, `{"note": "a new drum"}`, string(list[0].Data))
	d, err := s.Field.Visit(ctx, s.Agent, visit)
	require.NoError(t, err)
	require.Equal(t, list, d.Strays, "and so does who calls the customer back")
}

// Whatever a technician reports, and whatever state the visit is in: what does not fit
// is kept once, and does nothing.
func TestWhatDoesNotFitIsKept(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 2})
	ctx := t.Context()
	_, v, tess := onSite(t, s)
	id, into, chart := v.ID, intoStates(t, s, v.ID), chartOf(t, "dispatch.VisitState")
	reports := map[dispatch.VisitAct]func(n field.NewFact) (field.VisitView, error){
		dispatch.ActDepart:        func(n field.NewFact) (field.VisitView, error) { return s.Field.Leave(ctx, tess, id, n) },
		dispatch.ActUndoDeparture: func(n field.NewFact) (field.VisitView, error) { return s.Field.UndoDeparture(ctx, tess, id, n) },
		dispatch.ActArrive:        func(n field.NewFact) (field.VisitView, error) { return s.Field.Arrive(ctx, tess, id, n) },
		dispatch.ActUndoArrival:   func(n field.NewFact) (field.VisitView, error) { return s.Field.UndoArrival(ctx, tess, id, n) },
		dispatch.ActCall:          func(n field.NewFact) (field.VisitView, error) { return s.Field.Call(ctx, tess, id, n, false) },
		dispatch.ActMiss:          func(n field.NewFact) (field.VisitView, error) { return s.Field.Miss(ctx, tess, id, n) },
		dispatch.ActPause:         func(n field.NewFact) (field.VisitView, error) { return s.Field.Pause(ctx, tess, id, n, "lunch") },
		dispatch.ActResume:        func(n field.NewFact) (field.VisitView, error) { return s.Field.Resume(ctx, tess, id, n) },
		dispatch.ActEstimate:      func(n field.NewFact) (field.VisitView, error) { return s.Field.Estimate(ctx, tess, id, n, time.Hour) },
		dispatch.ActPresence: func(n field.NewFact) (field.VisitView, error) {
			return s.Field.Presence(ctx, tess, id, n, field.NewPresence{Kind: dispatch.PresenceStays})
		},
		dispatch.ActFollowUp: func(n field.NewFact) (field.VisitView, error) {
			return s.Field.FollowUp(ctx, tess, id, n, field.NewFollowUp{Minutes: 30})
		},
		dispatch.ActSecond: func(n field.NewFact) (field.VisitView, error) {
			return s.Field.WantSecond(ctx, tess, id, n, field.NewAssist{Minutes: 30})
		},
		dispatch.ActComplete: func(n field.NewFact) (field.VisitView, error) { return s.Field.Done(ctx, tess, id, n) },
		dispatch.ActGiveUp: func(n field.NewFact) (field.VisitView, error) {
			return s.Field.GiveUp(ctx, tess, id, n, dispatch.GaveUpUnsafe)
		},
	}
	kept := 0
	for _, state := range chart.States {
		into(t, state)
		before := digest(t, s, "stray_facts", "events", "event_subjects")
		for act, report := range reports {
			if chart.Pairs[states.Pair{Act: string(act), State: state}].Allowed {
				continue
			}
			n := field.NewFact{ID: new(ids.ID), Note: "as it was"}
			*n.ID = ids.New()
			first, err := report(n)
			require.NoError(t, err, "%s while %s", act, state)
			again, err := report(n)
			require.NoError(t, err)
			require.Equal(t, first, again)
			why, code := dispatch.StrayState, "visit_state"
			if state == string(dispatch.VisitWaiting) || state == string(dispatch.VisitCancelled) {
				why, code = dispatch.StrayNotYours, ""
			}
			require.Equal(t, []string{why, code}, []string{first.Stray.Why, first.Stray.Code}, "%s while %s", act, state)
			kept++
		}
		require.Equal(t, before, digest(t, s, "stray_facts", "events", "event_subjects"), "while %s", state)
		require.Equal(t, kept, count1(t, s, `select count(*) from stray_facts`), "while %s", state)
	}
	into(t, string(dispatch.VisitArrived))
	require.Equal(t, kept, events(t, s, "fact.strayed"))
}

// A technician at the door is told what a no-show still wants. One who says in the
// evening that they left at ten can do nothing any more: their word was lost.
func TestANoShowThatIsHeardOfLateIsKept(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p, tess := atTheDoor(t, s, "printer_fault")
	visit, id := p.Promise.VisitID, ids.New()
	at := s.Clock.Now().Add(2 * time.Minute)
	s.Clock.Set(at.Add(5 * time.Minute))
	_, err := s.Field.GiveUp(ctx, tess, visit, field.NewFact{ID: &id, HappenedAt: &at}, dispatch.GaveUpNoShow)
	refused(t, "no_show_early", err)
	require.Equal(t, 0, count1(t, s, `select count(*) from stray_facts`))
	later(s, time.Second)
	strayed(t, "no_show_early")(s.Field.GiveUp(ctx, tess, visit, field.NewFact{ID: &id, HappenedAt: &at}, dispatch.GaveUpNoShow))
	at = at.Add(30 * time.Minute)
	s.Clock.Set(at.Add(time.Hour))
	strayed(t, "no_show_uncalled")(s.Field.GiveUp(ctx, tess, visit, field.NewFact{HappenedAt: &at}, dispatch.GaveUpNoShow))
	require.Equal(t, dispatch.VisitArrived, stopOf(t, s, visit).State)
}

// strayed wants a fact to be kept without effect, by the code of what speaks against it.
func strayed(t *testing.T, code string) func(field.VisitView, error) {
	return func(v field.VisitView, err error) {
		t.Helper()
		require.NoError(t, err)
		require.NotNil(t, v.Stray, "it was done")
		require.Equal(t, []string{dispatch.StrayState, code}, []string{v.Stray.Why, v.Stray.Code})
		require.Equal(t, field.VisitView{Stray: v.Stray}, v, "and nothing else is answered")
	}
}

// Two departures were reported and are taken back. The second visit would stand where
// the first is planned again, which is only found when it is saved: the word was lost.
func TestWhatThePlanSpeaksAgainstIsKept(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	for i := range 3 {
		promised(t, s, i, "printer_fault")
	}
	publish(t, s)
	k := 0
	if len(roundOf(t, s, k).Stops) < 2 {
		k = 1
	}
	stops, tess, id := roundOf(t, s, k).Stops, s.Crew[k], ids.New()
	one, two := stops[0].Visit, stops[1].Visit
	s.Clock.Set(*one.PlannedStart)
	for _, visit := range []ids.ID{two.ID, one.ID} {
		_, err := s.Field.Leave(ctx, tess, visit, field.NewFact{})
		require.NoError(t, err)
		require.NoError(t, s.Work(ctx))
	}
	_, err := s.Field.UndoDeparture(ctx, tess, two.ID, field.NewFact{})
	require.NoError(t, err)
	before := digest(t, s, "stray_facts", "events", "event_subjects")
	first, err := s.Field.UndoDeparture(ctx, tess, one.ID, field.NewFact{ID: &id, Note: "not yet"})
	strayed(t, "technician_busy")(first, err)
	again, err := s.Field.UndoDeparture(ctx, tess, one.ID, field.NewFact{ID: &id, Note: "not yet"})
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Equal(t, before, digest(t, s, "stray_facts", "events", "event_subjects"))
	require.Equal(t, 1, events(t, s, "fact.strayed"))
}
