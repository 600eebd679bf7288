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

func TestArrivalAfterTheWindowIsLate(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	k := crewOf(t, s, p.Promise.TechnicianID)
	strayed(t, "visit_state")(s.Field.Done(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{}))
	_, err := s.Field.Offer(ctx, s.Crew[k], p.Promise.VisitID)
	refused(t, "visit_state", err)
	_, err = s.Field.Leave(ctx, s.Agent, p.Promise.VisitID, field.NewFact{})
	refused(t, "scope_missing", err)
	v, err := s.Field.Leave(ctx, s.Crew[k], ids.New(), field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, dispatch.StrayNotYours, v.Stray.Why)

	s.Clock.Set(p.Promise.WindowEnd.Add(-10 * time.Minute))
	_, err = s.Field.Leave(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	s.Clock.Set(p.Promise.WindowEnd) // the window does not hold its end
	v, err = s.Field.Arrive(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseLate, v.Promise.State)
	require.Equal(t, dispatch.EntryLate, last(kinds(promise(t, s, p.Promise.ID))))
	c := count(t, s)
	require.Equal(t, dispatch.PromiseCount{Kind: dispatch.ArrivalPromise, Made: 1, Late: 1}, c)
	strayed(t, "visit_state")(s.Field.Arrive(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{}))
	strayed(t, "visit_state")(s.Field.Leave(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{}))
	require.NoError(t, s.Work(ctx))
	require.Equal(t, []string{"promise_made", "on_the_way"}, notices(t, s, p.Promise.ID)[:2])
	_, err = s.Desk.PromiseReport(ctx, s.Agent, stage.At(9, 0), stage.At(9, 0))
	refused(t, "bad_instants", err)
}

func last[T any](list []T) T { return list[len(list)-1] }

// A promise that was told anew and kept in its second window is kept, but not
// kept as first told.
func TestKeptAsFirstToldIsCountedApart(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 1})
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	_, q := promised(t, s, 2, "printer_fault")
	retold(t, s, p.Promise.ID, 2*time.Hour)
	publish(t, s)
	s.Clock.Set(q.Promise.WindowStart.Add(time.Minute))
	_, err := s.Field.Arrive(ctx, s.Crew[crewOf(t, s, q.Promise.TechnicianID)], q.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	s.Clock.Set(p.Promise.WindowEnd.Add(time.Hour))
	v, err := s.Field.Arrive(ctx, s.Crew[crewOf(t, s, p.Promise.TechnicianID)], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseKept, v.Promise.State)
	c := count(t, s)
	require.Equal(t, 2, c.Kept)
	require.Equal(t, 1, c.KeptFirst)
}

// A device says when it happened: what it says of the past counts, what it says
// of the future is cut to the present, and who is early waits for the window.
func TestADevicesClockCounts(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	k := crewOf(t, s, p.Promise.TechnicianID)
	s.Clock.Set(p.Promise.WindowEnd.Add(time.Hour)) // the phone was offline
	ahead, early := p.Promise.WindowEnd.Add(5*time.Hour), p.Promise.WindowStart.Add(-time.Minute)
	id := ids.New()
	v, err := s.Field.Arrive(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{ID: &id, HappenedAt: &early})
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseKept, v.Promise.State)
	require.Equal(t, early, v.Visit.ArrivedAt.UTC())
	entries := promise(t, s, p.Promise.ID).Entries

	again, err := s.Field.Arrive(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{ID: &id, HappenedAt: &early})
	require.NoError(t, err, "the same fact twice is one fact")
	require.Equal(t, v.Visit.Version, again.Visit.Version)
	require.Equal(t, entries, promise(t, s, p.Promise.ID).Entries)

	done, err := s.Field.Done(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{HappenedAt: &ahead})
	require.NoError(t, err)
	require.Equal(t, s.Clock.Now(), done.Visit.CompletedAt.UTC())
}

// An arrival that came with the id of the departure was acknowledged and lost.
func TestAFactWithAnothersIdIsNotLost(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	who := s.Crew[crewOf(t, s, p.Promise.TechnicianID)]
	id := ids.New()
	_, err := s.Field.Leave(ctx, who, p.Promise.VisitID, field.NewFact{ID: &id})
	require.NoError(t, err)
	_, err = s.Field.Arrive(ctx, who, p.Promise.VisitID, field.NewFact{ID: &id})
	refused(t, "id_taken", err)
	_, err = s.Field.Arrive(ctx, who, p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
}

// An arrival days ahead is no arrival; facts are never refused, so it is kept for the
// dispatcher and does nothing.
func TestAFactOfAnotherDayDoesNothing(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	k := crewOf(t, s, p.Promise.TechnicianID)
	s.Clock.Set(stage.At(0, 0).AddDate(0, 0, -2))
	before := digest(t, s, "stray_facts", "events", "event_subjects")
	id := ids.New()
	for range 2 {
		v, err := s.Field.Arrive(t.Context(), s.Crew[k], p.Promise.VisitID, field.NewFact{ID: &id})
		require.NoError(t, err)
		require.Equal(t, dispatch.StrayOtherDay, v.Stray.Why)
		require.Equal(t, id, v.Stray.ID)
		require.Equal(t, ids.Nil, v.Visit.ID)
		later(s, time.Second)
	}
	s.Clock.Set(stage.At(12, 0).AddDate(0, 0, 2))
	v, err := s.Field.Leave(t.Context(), s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, dispatch.StrayOtherDay, v.Stray.Why)
	_, err = s.Field.Leave(t.Context(), s.Crew[k], p.Promise.VisitID, field.NewFact{ID: &id})
	refused(t, "id_taken", err)
	require.Equal(t, before, digest(t, s, "stray_facts", "events", "event_subjects"))
	require.Equal(t, 2, events(t, s, "fact.strayed"))

	// Late is not of another day: the phone was off for two days, and says so.
	at := p.Promise.WindowStart
	v, err = s.Field.Arrive(t.Context(), s.Crew[k], p.Promise.VisitID, field.NewFact{HappenedAt: &at})
	require.NoError(t, err)
	require.Nil(t, v.Stray)
	require.Equal(t, dispatch.VisitArrived, v.Visit.State)
}

// A phone whose clock is behind can't arrive before it left.
func TestAPhoneBehindTimeArrivesAfterItLeft(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	k := crewOf(t, s, p.Promise.TechnicianID)
	s.Clock.Set(p.Promise.WindowEnd.Add(10 * time.Minute))
	_, err := s.Field.Leave(t.Context(), s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	early := p.Promise.WindowStart
	v, err := s.Field.Arrive(t.Context(), s.Crew[k], p.Promise.VisitID, field.NewFact{HappenedAt: &early})
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseLate, v.Promise.State)
}

// A visit of a draft was hidden from the technician, who could drive there all the same.
func TestWhatIsNotPublishedIsNobodysToDrive(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	_, p := promised(t, s, 0, "printer_fault")
	who := s.Crew[crewOf(t, s, p.Promise.TechnicianID)]
	v, err := s.Field.Leave(t.Context(), who, p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, dispatch.StrayNotYours, v.Stray.Why)
	publish(t, s)
	v, err = s.Field.Leave(t.Context(), who, p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, dispatch.VisitEnRoute, v.Visit.State)
}
