package stage_test

import (
	"fmt"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// ring lets telephony see an inbound call of a quarter of a minute's ringing,
// answered at the given time by the agent.
func ring(t *testing.T, s *stage.Stage, external string, by access.Principal, answered time.Time) dispatch.Call {
	t.Helper()
	c, err := s.Desk.SeeCall(t.Context(), s.Gateway, desk.SeenCall{ExternalID: external, Direction: "in", Number: "+13025550000", HandlerID: &by.AccountID,
		QueuedAt: answered.Add(-15 * time.Second), AnsweredAt: &answered, EndedAt: ptr(answered.Add(3 * time.Minute))})
	require.NoError(t, err)
	return c.Call
}

func forgotten(t *testing.T, s *stage.Stage, of *ids.ID) (external []string) {
	t.Helper()
	list, _, err := s.Desk.UnregisteredCalls(t.Context(), s.Agent, of, dispatch.Page{})
	require.NoError(t, err)
	for _, c := range list {
		external = append(external, c.ExternalID)
	}
	return external
}

// Telephony reports a call as it goes on; each report adds, none takes away, and
// a repeat changes nothing at all.
func TestACallIsSeenOnce(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	rings := desk.SeenCall{ExternalID: "pbx-1", Direction: "in", Number: "+13025550000", QueuedAt: stage.At(8, 0)}
	first, err := s.Desk.SeeCall(ctx, s.Gateway, rings)
	require.NoError(t, err)
	require.Equal(t, dispatch.NewCall, first.News)
	require.Nil(t, first.Call.AnsweredAt)

	taken := rings
	taken.HandlerID, taken.AnsweredAt = &s.Agent.AccountID, ptr(stage.At(8, 1))
	second, err := s.Desk.SeeCall(ctx, s.Gateway, taken)
	require.NoError(t, err)
	require.Equal(t, dispatch.MoreCall, second.News)
	require.Equal(t, first.Call.ID, second.Call.ID)
	require.Equal(t, stage.At(8, 1), second.Call.AnsweredAt.UTC())

	before := digest(t, s)
	for _, again := range []desk.SeenCall{rings, taken} {
		same, err := s.Desk.SeeCall(ctx, s.Gateway, again)
		require.NoError(t, err)
		require.Equal(t, dispatch.SameCall, same.News)
		require.Equal(t, second.Call, same.Call)
	}
	require.Equal(t, before, digest(t, s), "what is known stays")

	_, err = s.Desk.SeeCall(ctx, s.Gateway, desk.SeenCall{ExternalID: "pbx-2", Direction: "in", QueuedAt: stage.At(8, 1), AnsweredAt: ptr(stage.At(8, 0))})
	refused(t, "bad_instants", err)
	_, err = s.Desk.SeeCall(ctx, s.Agent, rings)
	refused(t, "scope_missing", err)
}

// A call that nobody has registered ten minutes later shows in its taker's list,
// and in the rate; registering it late takes it from the list, and the rate knows
// that it was late.
func TestForgottenCallsAreSeen(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	person := stage.Name("person 0")
	nine := stage.At(9, 0)

	// In time: the agent opens the contact half a minute after the answer.
	s.Clock.Set(nine.Add(30 * time.Second))
	inTime := ring(t, s, "in-time", s.Agent, nine)
	c, err := s.Desk.StartContact(ctx, s.Agent, desk.NewContact{PersonID: &person, Channel: "phone", Direction: "in", Reason: "new"})
	require.NoError(t, err)
	word := "set a new password"
	_, err = s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "password_reset", PersonID: person, ContactID: &c.Contact.ID, Resolution: &word, HandledSeconds: 120})
	require.NoError(t, err)
	// The other way round: the contact is there before telephony tells of the call.
	c, err = s.Desk.StartContact(ctx, s.Other, desk.NewContact{PersonID: &person, Channel: "phone", Direction: "in", Reason: "status"})
	require.NoError(t, err)
	ring(t, s, "before", s.Other, nine)
	_, err = s.Desk.EndContact(ctx, s.Other, c.Contact.ID, "informed")
	require.NoError(t, err)
	// Forgotten by one and the other, not worth a word, and given up before an answer.
	late := ring(t, s, "late", s.Agent, nine.Add(5*time.Minute))
	ring(t, s, "never", s.Other, nine.Add(6*time.Minute))
	nothing := ring(t, s, "nothing", s.Agent, nine.Add(7*time.Minute))
	_, err = s.Desk.SeeCall(ctx, s.Gateway, desk.SeenCall{ExternalID: "given up", Direction: "in", QueuedAt: nine, EndedAt: ptr(nine.Add(time.Minute))})
	require.NoError(t, err)

	s.Clock.Set(nine.Add(15 * time.Minute))
	require.Empty(t, forgotten(t, s, nil), "ten minutes to the second are not over")
	s.Clock.Set(nine.Add(17*time.Minute + time.Second))
	require.Equal(t, []string{"nothing", "never", "late"}, forgotten(t, s, nil))
	require.Equal(t, []string{"nothing", "late"}, forgotten(t, s, &s.Agent.AccountID))

	dismissed, err := s.Desk.DismissCall(ctx, s.Agent, nothing.ID, "wrong_number")
	require.NoError(t, err)
	require.Equal(t, dispatch.CallDismissed, dismissed.State)
	v := opened(t, s, 0, "printer_fault")
	done, err := s.Desk.RegisterCall(ctx, s.Agent, late.ID, desk.Registration{TicketID: &v.Ticket.ID, Reason: "new"})
	require.NoError(t, err)
	require.Equal(t, person, *done.Contact.PersonID, "the ticket says who called")
	require.Equal(t, *late.AnsweredAt, done.Contact.AnsweredAt, "the instants are telephony's")
	require.Equal(t, late.QueuedAt, done.Contact.QueuedAt)
	require.Equal(t, "ticket", done.Contact.Outcome)
	require.Equal(t, []string{"never"}, forgotten(t, s, nil))

	all, of, err := s.Desk.RegistrationReport(ctx, s.Lead, stage.At(8, 0), stage.At(10, 0), true)
	require.NoError(t, err)
	require.Equal(t, dispatch.CallCount{Seen: 6, Answered: 5, Registered: 3, InTime: 2, Dismissed: 1, Unregistered: 1}, all)
	share, ok := all.Coverage()
	require.True(t, ok)
	require.InDelta(t, 0.75, share, 1e-9, "3 of the 4 that had something to register")
	require.Len(t, of, 2)
	for _, row := range of {
		if *row.HandlerID == s.Agent.AccountID {
			require.Equal(t, 2, row.Registered)
			require.Equal(t, 1, row.InTime)
		}
	}
	_, _, err = s.Desk.RegistrationReport(ctx, s.Agent, stage.At(8, 0), stage.At(10, 0), true)
	refused(t, "scope_missing", err)

	// What is in the books stays there.
	for _, id := range []ids.ID{inTime.ID, late.ID} {
		_, err = s.Desk.RegisterCall(ctx, s.Agent, id, desk.Registration{Reason: "other", Outcome: "informed"})
		require.Equal(t, []dispatch.CallState{dispatch.CallSeen, dispatch.CallDismissed}, refused(t, "call_state", err).Members["allowed"])
		_, err = s.Desk.DismissCall(ctx, s.Agent, id, "test")
		refused(t, "call_state", err)
	}
	// A dismissed one may be registered after all.
	_, err = s.Desk.RegisterCall(ctx, s.Agent, nothing.ID, desk.Registration{PersonID: &person, Reason: "other", Outcome: "informed"})
	require.NoError(t, err)
}

func TestCallsThatCannotBeRegistered(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	s.Clock.Set(stage.At(9, 0))
	call := ring(t, s, "pbx-1", s.Agent, stage.At(8, 30))
	up, err := s.Desk.SeeCall(ctx, s.Gateway, desk.SeenCall{ExternalID: "given up", Direction: "in", QueuedAt: stage.At(8, 0)})
	require.NoError(t, err)
	before := digest(t, s)
	_, err = s.Desk.RegisterCall(ctx, s.Agent, call.ID, desk.Registration{Reason: "new"})
	refused(t, "registration_incomplete", err)
	_, err = s.Desk.RegisterCall(ctx, s.Agent, ids.New(), desk.Registration{Reason: "new", Outcome: "informed"})
	refused(t, "call_not_found", err)
	_, err = s.Desk.RegisterCall(ctx, s.Agent, up.Call.ID, desk.Registration{Reason: "new", Outcome: "informed"})
	refused(t, "call_not_answered", err)
	_, err = s.Desk.RegisterCall(ctx, s.Agent, call.ID, desk.Registration{Reason: "new", TicketID: ptr(ids.New())})
	refused(t, "ticket_not_found", err)
	_, err = s.Desk.DismissCall(ctx, s.Agent, call.ID, "no_time")
	refused(t, "dismissal_unknown", err)
	require.Equal(t, before, digest(t, s))
}

// Answer times with known instants: ten calls that waited 1, 2, … 10 seconds, and
// a mail that waited an hour.
func TestAnswerTimesAreExact(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	person := stage.Name("person 0")
	contact := func(who access.Principal, channel, direction string, answered time.Time, wait time.Duration) {
		_, err := s.Desk.StartContact(ctx, who, desk.NewContact{PersonID: &person, Channel: channel, Direction: direction, Reason: "new",
			QueuedAt: ptr(answered.Add(-wait)), AnsweredAt: &answered})
		require.NoError(t, err)
	}
	for i := range 10 {
		who := s.Agent
		if i >= 6 {
			who = s.Other
		}
		contact(who, "phone", "in", stage.At(9, i*5), time.Duration(10-i)*time.Second)
	}
	contact(s.Agent, "mail", "in", stage.At(9, 30), time.Hour)
	contact(s.Agent, "phone", "out", stage.At(9, 31), time.Minute)   // we called: nobody waited
	contact(s.Agent, "phone", "in", stage.At(10, 0), 30*time.Minute) // in the next hour
	contact(s.Agent, "phone", "in", stage.At(8, 59), 20*time.Minute) // in the one before
	s0, s1 := time.Second, 10*time.Second
	list, err := s.Desk.AnswerTimes(ctx, s.Agent, stage.At(9, 0), stage.At(10, 0), dispatch.AnswerByChannel)
	require.NoError(t, err)
	require.Len(t, list, 3)
	// Nearest rank of 10: the 5th, the 9th, the 10th.
	phone := dispatch.Spread{Count: 10, Mean: 5500 * time.Millisecond, P50: 5 * s0, P90: 9 * s0, P95: s1, P99: s1, Most: s1}
	require.Equal(t, dispatch.AnswerTimes{Channel: "phone", Spread: phone}, list[2])
	require.Equal(t, "mail", list[1].Channel)
	require.Equal(t, time.Hour, list[1].P50)
	// Of all 11: the 6th is 6 s, the 10th 10 s, the 11th an hour; 3655 s in all.
	require.Equal(t, dispatch.Spread{Count: 11, Mean: 332272727 * time.Microsecond, P50: 6 * s0, P90: s1, P95: time.Hour, P99: time.Hour, Most: time.Hour}, list[0].Spread)

	list, err = s.Desk.AnswerTimes(ctx, s.Lead, stage.At(9, 0), stage.At(10, 0), dispatch.AnswerByHandler)
	require.NoError(t, err)
	require.Len(t, list, 3)
	for _, row := range list[1:] {
		if *row.HandlerID == s.Other.AccountID {
			require.Equal(t, dispatch.Spread{Count: 4, Mean: 2500 * time.Millisecond, P50: 2 * s0, P90: 4 * s0, P95: 4 * s0, P99: 4 * s0, Most: 4 * s0}, row.Spread)
		}
	}
	_, err = s.Desk.AnswerTimes(ctx, s.Agent, stage.At(9, 0), stage.At(10, 0), dispatch.AnswerByHandler)
	refused(t, "scope_missing", err)
	_, err = s.Desk.AnswerTimes(ctx, s.Agent, stage.At(10, 0), stage.At(9, 0), dispatch.AnswerByChannel)
	refused(t, "bad_window", err)
	list, err = s.Desk.AnswerTimes(ctx, s.Agent, stage.At(3, 0), stage.At(4, 0), dispatch.AnswerByChannel)
	require.NoError(t, err)
	require.Equal(t, []dispatch.AnswerTimes{{}}, list, "nobody waited then")
}

// Nine resets of a minute each, registered in one step, and one printer that took
// an hour: the mean without the short ones would be ten times too long.
func TestStatisticsAreNotSkewed(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	word := "done"
	v := opened(t, s, 0, "printer_fault")
	s.Clock.Set(s.Clock.Now().Add(time.Hour))
	for range 9 {
		_, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "password_reset", PersonID: stage.Name("person 1"), Resolution: &word, HandledSeconds: 60})
		require.NoError(t, err)
	}
	_, err := s.Desk.ResolveTicket(ctx, s.Agent, v.Ticket.ID, v.Ticket.Version, word)
	require.NoError(t, err)
	r, err := s.Desk.ResolveReport(ctx, s.Agent, stage.At(7, 0), stage.At(12, 0))
	require.NoError(t, err)
	all, oneStep, later := r.Times[0], r.Times[1], r.Times[2]
	require.Equal(t, 10, all.Count)
	require.Equal(t, 414*time.Second, all.Mean, "(9 × 60 + 3600) / 10")
	require.Equal(t, time.Minute, all.P50)
	require.Equal(t, 9, oneStep.Count)
	require.Equal(t, time.Minute, oneStep.Mean)
	require.Equal(t, 1, later.Count)
	require.Equal(t, time.Hour, later.Mean)

	// Ten calls, of which telephony knows; one of eleven stands in no books.
	at := stage.At(8, 0)
	for i := range 11 {
		ring(t, s, fmt.Sprint("call ", i), s.Agent, at)
	}
	calls, _, err := s.Desk.UnregisteredCalls(ctx, s.Agent, nil, dispatch.Page{})
	require.NoError(t, err)
	for _, c := range calls[1:] {
		_, err := s.Desk.RegisterCall(ctx, s.Agent, c.ID, desk.Registration{PersonID: ptr(stage.Name("person 1")), Reason: "new", Outcome: "answered"})
		require.NoError(t, err)
	}
	s.Clock.Set(stage.At(9, 0))
	r, err = s.Desk.ResolveReport(ctx, s.Agent, stage.At(7, 0), stage.At(12, 0))
	require.NoError(t, err)
	covered, ok := r.Calls.Coverage()
	require.True(t, ok)
	require.InDelta(t, 10.0/11, covered, 1e-9, "beside the figures stands what they are about")
}
