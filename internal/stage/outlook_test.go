package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// answers are the four of a case that is open: each says something, and nothing that
// has passed is told as to come.
func answers(t *testing.T, s *stage.Stage, id ids.ID) desk.Outlook {
	t.Helper()
	o, err := s.Desk.Outlook(t.Context(), s.Agent, id)
	require.NoError(t, err)
	require.False(t, o.NextNews.IsZero(), "when next news comes")
	require.Equal(t, o.Overdue, o.NextNews.Before(s.Clock.Now()), "and whether it is late")
	require.True(t, (o.Arrival != nil) != (o.NoArrival != ""), "when somebody comes, or why nobody is said to")
	if o.Arrival != nil {
		require.NotZero(t, o.Arrival.Promise.Confidence, "with how sure it is")
	}
	require.NotEmpty(t, o.FixBy)
	require.False(t, o.FixedAt.Before(s.Clock.Now()), "when it will be fixed is not in the past: %s", o.FixBy)
	return o
}

// A case is followed from its opening to its end.
func TestEveryOpenCaseAnswersFourQuestions(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	phone, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "password_reset", PersonID: stage.Name("person 4")})
	require.NoError(t, err)
	require.Equal(t, "not_on_site", answers(t, s, phone.Ticket.ID).NoArrival)
	v := opened(t, s, 0, "virus_cleanup")
	require.Equal(t, "not_promised", answers(t, s, v.Ticket.ID).NoArrival)
	q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID, Days: 1})
	require.NoError(t, err)
	p, err := s.Desk.Promise(ctx, s.Agent, desk.NewPromise{OutcomeID: q.Offers[0].OutcomeID})
	require.NoError(t, err)
	o := answers(t, s, v.Ticket.ID)
	require.Equal(t, "visit", o.FixBy)
	require.Equal(t, p.Promise.WindowEnd, o.NextNews.UTC(), "by the window's end at the latest")
	publish(t, s)
	k := crewOf(t, s, promise(t, s, p.Promise.ID).Promise.TechnicianID)
	s.Clock.Set(*promise(t, s, p.Promise.ID).ETA)
	_, err = s.Field.Leave(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.NotNil(t, answers(t, s, v.Ticket.ID).Arrival, "on the way")
	_, err = s.Field.Arrive(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, "technician_there", answers(t, s, v.Ticket.ID).NoArrival)
	offer, err := s.Field.Offer(ctx, s.Crew[k], p.Promise.VisitID)
	require.NoError(t, err)
	_, err = s.Field.Choose(ctx, s.Crew[k], offer.Set.ID, field.NewChoice{OptionID: offer.Options[1].Option.ID, ChosenBy: "customer"})
	require.NoError(t, err)
	answers(t, s, v.Ticket.ID)
	s.Clock.Set(s.Clock.Now().Add(30 * time.Minute))
	_, err = s.Field.Done(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	o = answers(t, s, v.Ticket.ID)
	require.Equal(t, dispatch.TicketRestored, ticket(t, s, v.Ticket.ID).Ticket.State)
	require.NotNil(t, o.Arrival, "the laptop comes next week")
	require.Equal(t, "visit", o.FixBy)

	// Nothing was done about the other for a day: what was said of it is not said again.
	now := ticket(t, s, phone.Ticket.ID).Ticket
	soon := s.Clock.Now().Add(time.Hour)
	_, err = s.Desk.ChangeTicket(ctx, s.Agent, now.ID, now.Version, desk.TicketChange{FixExpectedAt: &soon})
	require.NoError(t, err)
	require.Equal(t, "told", answers(t, s, now.ID).FixBy)
	s.Clock.Set(s.Clock.Now().Add(24 * time.Hour))
	o = answers(t, s, now.ID)
	require.True(t, o.Overdue)
	require.Equal(t, "next_news", o.FixBy)
	require.Equal(t, s.Clock.Now(), o.FixedAt, "it is for the owner to say, now")
}
