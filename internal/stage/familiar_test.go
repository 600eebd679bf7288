package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// Whom somebody would rather see is ill. Who comes instead is named, knows whom they
// stand for, and reads what was done before; once the familiar face is back, nobody
// has to tell them.
func TestASubstituteIsToldWhatWasDoneBefore(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	before, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	k := arrived(t, s, promise(t, s, p.Promise.ID))
	s.Clock.Set(s.Clock.Now().Add(30 * time.Minute))
	_, err := s.Field.Done(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	ended := s.Clock.Now()
	familiar := *s.Crew[k].TechnicianID
	_, err = s.Desk.Prefer(ctx, s.Agent, before.Person.ID, &familiar)
	require.NoError(t, err)

	tuesday := stage.At(24+7, 30)
	s.Clock.Set(tuesday)
	again := opened(t, s, 0, "printer_fault")
	quote := func() dispatch.Quote {
		q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: again.Ticket.ID, Days: 1})
		require.NoError(t, err)
		require.NotEmpty(t, q.Offers)
		return q
	}
	require.Nil(t, quote().Preferred.HandedOn, "they know it themselves")
	awayOn(t, s, k, tuesday)
	q := quote()
	require.True(t, q.Preferred.Away)
	require.Equal(t, *s.Crew[1-k].TechnicianID, *q.Preferred.SubstituteID)
	require.Len(t, q.Preferred.HandedOn, 1)
	e := q.Preferred.HandedOn[0]
	require.Equal(t, p.Promise.VisitID, e.VisitID)
	require.Equal(t, familiar, e.TechnicianID)
	require.Equal(t, before.Ticket.Number, e.Number)
	require.Equal(t, before.Ticket.Summary, e.Summary)
	require.Equal(t, ended, e.EndedAt.UTC())

	made, err := s.Desk.Promise(ctx, s.Agent, desk.NewPromise{OutcomeID: q.Offers[0].OutcomeID})
	require.NoError(t, err)
	publishOn(t, s, "2026-03-10")
	round, err := s.Field.OwnRound(ctx, s.Crew[1-k], nil)
	require.NoError(t, err)
	require.Len(t, round.Stops, 1)
	require.Equal(t, made.Promise.VisitID, round.Stops[0].Visit.ID)
	require.Equal(t, familiar, round.Stops[0].Instead.ID)
	require.Equal(t, q.Preferred.HandedOn, round.Stops[0].Earlier)
}
