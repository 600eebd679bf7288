package stage_test

import (
	"context"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/customer"
	"roundsman/dispatch/field"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// A call that was answered came with the id of one that was not: it was acknowledged
// and lost, and the other way round the customer was no no-show.
func TestAFactThatSaysOtherwiseIsNotLost(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p, tess := atTheDoor(t, s, "printer_fault")
	visit, id, stray := p.Promise.VisitID, ids.New(), ids.New()
	for range 2 {
		_, err := s.Field.Call(ctx, tess, visit, field.NewFact{ID: &id, Note: "it rang"}, false)
		require.NoError(t, err)
	}
	_, err := s.Field.Call(ctx, tess, visit, field.NewFact{ID: &id, Note: "it rang"}, true)
	refused(t, "id_taken", err)
	_, err = s.Field.Call(ctx, tess, visit, field.NewFact{ID: &id}, false)
	refused(t, "id_taken", err)

	// So it is with what is kept without effect.
	for range 2 {
		v, err := s.Field.Call(ctx, tess, stage.Name("no visit"), field.NewFact{ID: &stray, Note: "it rang"}, false)
		require.NoError(t, err)
		require.NotNil(t, v.Stray)
	}
	_, err = s.Field.Call(ctx, tess, stage.Name("no visit"), field.NewFact{ID: &stray, Note: "it rang"}, true)
	refused(t, "id_taken", err)
}

// The customer said at ten that they stay, and at half past, by their own link, that
// they leave. The phone tells of the first when it is online again, and did away with
// the second: nobody called them on the number they gave.
func TestAnOldPresenceIsNotTheLastWord(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	c := mailbox(s)
	_, p, tess := atTheDoor(t, s, "printer_fault")
	l := opens(t, s, lastKey(t, s, c))
	visit, said := p.Promise.VisitID, s.Clock.Now().Add(time.Minute)
	later(s, 30*time.Minute)
	_, err := s.Customers.TellPresence(ctx, l, visit, customer.NewPresence{Kind: dispatch.PresenceLeaves, CallNumber: "+13025550123"})
	require.NoError(t, err)
	later(s, 30*time.Minute)
	v, err := s.Field.Presence(ctx, tess, visit, field.NewFact{HappenedAt: &said}, field.NewPresence{Kind: dispatch.PresenceStays})
	require.NoError(t, err)
	require.Equal(t, dispatch.PresenceLeaves, v.Presence.Kind, "the phone is shown what stands")
	d, err := s.Field.Visit(ctx, s.Agent, visit)
	require.NoError(t, err)
	require.Equal(t, dispatch.PresenceLeaves, d.Presence.Kind)
	require.Equal(t, "+13025550123", d.Presence.CallNumber)
	require.Equal(t, dispatch.FactPresence, d.Facts[len(d.Facts)-1].Kind, "what was said before is kept as a fact")

	// What is said after it counts, as of when it was said.
	said = s.Clock.Now().Add(-10 * time.Minute)
	v, err = s.Field.Presence(ctx, tess, visit, field.NewFact{HappenedAt: &said}, field.NewPresence{Kind: dispatch.PresenceStays})
	require.NoError(t, err)
	require.Equal(t, dispatch.PresenceStays, v.Presence.Kind)
	require.Equal(t, said.UTC(), v.Presence.ToldAt.UTC())
}

// Two servers' clocks differ by a blink: the correction is heard before what it
// corrects, and took itself for the arrival.
func TestACorrectionIsNotWhatItCorrects(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	_, p, tess := atTheDoor(t, s, "printer_fault")
	s.Clock.Set(s.Clock.Now().Add(-time.Millisecond))
	v, err := s.Field.UndoArrival(t.Context(), tess, p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, dispatch.VisitEnRoute, v.Visit.State)
}

// The phone sends the morning at noon: a pause under an arrival that was a mistake ends
// when that is taken back, not when it is heard of, and eats no work after it.
func TestAMistakenArrivalEndsItsPauseThen(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	p = promise(t, s, p.Promise.ID)
	tess, visit := s.Crew[crewOf(t, s, p.Promise.TechnicianID)], p.Promise.VisitID
	begun := *p.ETA
	s.Clock.Set(begun.Add(2 * time.Hour))
	at := func(minutes int) field.NewFact {
		later(s, time.Second)
		x := begun.Add(time.Duration(minutes) * time.Minute)
		return field.NewFact{HappenedAt: &x}
	}
	_, err := s.Field.Arrive(ctx, tess, visit, at(0))
	require.NoError(t, err)
	_, err = s.Field.Pause(ctx, tess, visit, at(2), "waiting")
	require.NoError(t, err)
	_, err = s.Field.UndoArrival(ctx, tess, visit, at(5))
	require.NoError(t, err)
	_, err = s.Field.Arrive(ctx, tess, visit, at(20))
	require.NoError(t, err)
	v, err := s.Field.Done(ctx, tess, visit, at(50))
	require.NoError(t, err)
	require.Equal(t, 30*time.Minute, v.Worked)
}

// The estimate of ten past, heard after that of half past, says nothing new.
func TestAnOldEstimateIsNotTheLastWord(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p, tess := atTheDoor(t, s, "printer_fault")
	visit, old := p.Promise.VisitID, s.Clock.Now().Add(10*time.Minute)
	later(s, 30*time.Minute)
	v, err := s.Field.Estimate(ctx, tess, visit, field.NewFact{}, 10*time.Minute)
	require.NoError(t, err)
	require.Equal(t, 40, v.Visit.Minutes)
	later(s, time.Minute)
	v, err = s.Field.Estimate(ctx, tess, visit, field.NewFact{HappenedAt: &old}, 3*time.Hour)
	require.NoError(t, err)
	require.Equal(t, 40, v.Visit.Minutes)
}

// between does something before the next write.
type between struct {
	dispatch.Store
	do func()
}

func (b *between) Write(ctx context.Context, f func(dispatch.Tx) error) error {
	if do := b.do; do != nil {
		b.do = nil
		do()
	}
	return b.Store.Write(ctx, f)
}

// While the options were computed the visit was completed: they stayed on offer for
// ever, for work that was over.
func TestNothingIsOfferedWhenTheWorkIsOver(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p, tess := atTheDoor(t, s, "virus_cleanup")
	slow := *s.Field
	slow.Store = &between{Store: s.Store, do: func() {
		_, err := s.Field.Done(ctx, tess, p.Promise.VisitID, field.NewFact{})
		require.NoError(t, err)
	}}
	_, err := slow.Offer(ctx, tess, p.Promise.VisitID)
	refused(t, "visit_state", err)
	require.Equal(t, 0, count1(t, s, `select count(*) from option_sets`))
}

// A technician at the site the day before, whose phone says so of tomorrow's visit, or
// a slip in what an agent wrote down kept a promise that nobody had kept yet.
func TestNobodyArrivesOnAnotherDay(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	visit, tess, site := p.Promise.VisitID, s.Crew[crewOf(t, s, p.Promise.TechnicianID)], s.Setup.Sites[0].Point
	s.Clock.Set(stage.At(12, 0).AddDate(0, 0, -1))
	e, err := s.Field.Locate(ctx, tess, visit, field.NewFact{Position: &site})
	require.NoError(t, err)
	require.Empty(t, e.List, "no evidence of tomorrow's visit")
	_, err = s.Field.WitnessArrival(ctx, s.Agent, visit, field.Witness{HappenedAt: s.Clock.Now()})
	refused(t, "bad_instants", err)
	require.Equal(t, dispatch.PromiseOpen, promise(t, s, p.Promise.ID).Promise.State)

	s.Clock.Set(p.Promise.WindowStart)
	e, err = s.Field.Locate(ctx, tess, visit, field.NewFact{Position: &site})
	require.NoError(t, err)
	require.Len(t, e.List, 1)
	require.Equal(t, dispatch.PromiseKept, e.Promise.State)
}
