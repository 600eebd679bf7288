package stage_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

func mail(id, thread, from string) desk.NewRequest {
	return desk.NewRequest{ExternalID: id, ThreadID: thread, Channel: "mail", From: dispatch.CallerQuery{Mail: from}, FromName: "Pat",
		Template: "printer_fault", Summary: "Blank pages", Body: "Since this morning."}
}

func request(t *testing.T, s *stage.Stage, n desk.NewRequest) desk.RequestTaken {
	t.Helper()
	r, err := s.Desk.TakeRequest(t.Context(), s.Gateway, n)
	require.NoError(t, err)
	return r
}

// Whatever the channel: one thread of one person is one ticket while it is open,
// and it is owned from the start.
func TestOneFrontDoor(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	first := request(t, s, mail("m1", "", "PAT0@road.example"))
	require.False(t, first.Request.Joined)
	require.Equal(t, stage.Name("person 0"), first.Person.ID)
	require.Equal(t, s.Agent.AccountID, first.Ticket.OwnerID, "nobody has any: the login decides")
	require.Equal(t, "mail", first.Ticket.Channel)
	require.Len(t, ticket(t, s, first.Ticket.ID).Visits, 1)

	before := digest(t, s)
	again := request(t, s, mail("m1", "", "pat0@road.example"))
	require.True(t, again.Before)
	require.Equal(t, first.Ticket.ID, again.Ticket.ID)
	require.Equal(t, first.Contact.ID, again.Contact.ID)
	require.Equal(t, before, digest(t, s), "the same message is the same request")

	answer := request(t, s, mail("m2", "m1", "pat0@road.example"))
	require.True(t, answer.Request.Joined)
	require.Equal(t, first.Ticket.ID, answer.Ticket.ID)
	require.Equal(t, "status", answer.Contact.Reason)
	other := request(t, s, mail("m3", "m1", "pat1@road.example"))
	require.False(t, other.Request.Joined, "the same subject by somebody else is another's need")
	require.Equal(t, s.Other.AccountID, other.Ticket.OwnerID, "who has least")
	more := request(t, s, mail("m4", "", "pat0@road.example"))
	require.NotEqual(t, first.Ticket.ID, more.Ticket.ID)
	require.Equal(t, s.Agent.AccountID, more.Ticket.OwnerID, "who had to do with them last")
	list, err := s.Desk.RequestsOf(ctx, s.Other, first.Ticket.ID)
	require.NoError(t, err)
	require.Len(t, list, 2)

	// Resolved is resolved: what comes then is a new ticket, and the thread's from then on.
	k := ticket(t, s, first.Ticket.ID).Ticket
	_, err = s.Desk.ResolveTicket(ctx, s.Agent, k.ID, k.Version, "new toner")
	require.NoError(t, err)
	late := request(t, s, mail("m5", "m1", "pat0@road.example"))
	require.False(t, late.Request.Joined)
	require.NotEqual(t, first.Ticket.ID, late.Ticket.ID)
	require.Equal(t, late.Ticket.ID, request(t, s, mail("m6", "m1", "pat0@road.example")).Ticket.ID)

	// Who is unknown is served too.
	unknown := request(t, s, mail("m7", "", "new@elsewhere.example"))
	require.True(t, unknown.Person.Provisional)
	require.Equal(t, "new@elsewhere.example", *unknown.Person.Mail)
	require.Equal(t, unknown.Person.ID, request(t, s, mail("m8", "", "new@elsewhere.example")).Person.ID, "once")
	_, err = s.Desk.TakeRequest(ctx, s.Gateway, desk.NewRequest{ExternalID: "m9", Channel: "mail", Template: "printer_fault", Summary: "?"})
	refused(t, "no_criterion", err)
	_, err = s.Desk.TakeRequest(ctx, s.Agent, mail("m10", "", "pat0@road.example"))
	refused(t, "scope_missing", err)
}

// A request waits until an agent takes it up; only then it was answered, and that
// is how long it took.
func TestAMailIsAnsweredWhenTakenUp(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	r := request(t, s, mail("m1", "", "pat0@road.example"))
	waits := func() int {
		list, err := s.Desk.AnswerTimes(ctx, s.Agent, stage.At(7, 0), stage.At(9, 0), dispatch.AnswerByChannel)
		require.NoError(t, err)
		return list[0].Count
	}
	require.Zero(t, waits(), "nobody has answered yet")
	s.Clock.Set(s.Clock.Now().Add(20 * time.Minute))
	c, err := s.Desk.AnswerContact(ctx, s.Other, r.Contact.ID)
	require.NoError(t, err)
	require.Equal(t, s.Other.AccountID, c.HandlerID)
	list, err := s.Desk.AnswerTimes(ctx, s.Agent, stage.At(7, 0), stage.At(9, 0), dispatch.AnswerByChannel)
	require.NoError(t, err)
	require.Equal(t, 20*time.Minute, list[1].P50)
	_, err = s.Desk.AnswerContact(ctx, s.Agent, r.Contact.ID)
	require.Equal(t, s.Other.AccountID, refused(t, "contact_state", err).Members["handler_id"])
	_, err = s.Desk.AnswerContact(ctx, s.Agent, ids.New())
	refused(t, "contact_not_found", err)
}

// Many messages of one thread at once, some of them twice: one ticket. Without the
// thread's row to meet at there are several.
func TestOneThreadIsOneTicketHoweverManyCome(t *testing.T) {
	t.Parallel()
	flood := func(s *stage.Stage) (tickets int) {
		var wait sync.WaitGroup
		for i := range 16 {
			wait.Go(func() {
				_, err := s.Desk.TakeRequest(context.WithoutCancel(t.Context()), s.Gateway, mail(fmt.Sprint("m", i/2), "thread", "pat0@road.example"))
				if err != nil {
					t.Error(err)
				}
			})
		}
		wait.Wait()
		return count1(t, s, `select count(*) from tickets where person_id = $1`, stage.Name("person 0"))
	}
	s := stage.New(t, stage.Small)
	require.Equal(t, 1, flood(s))
	require.Equal(t, 8, count1(t, s, `select count(*) from requests`))
	require.Equal(t, 8, count1(t, s, `select count(*) from contacts where ticket_id is not null`))

	twin := stage.New(t, stage.Small)
	drop(t, twin, `alter table threads drop constraint threads_pkey`)
	require.Greater(t, flood(twin), 1, "the twin without the row to meet at")
}

// An agent is away: their promises, callbacks, tickets and forgotten calls show
// with whoever stands in, also at second hand, until they are back.
func TestAStandInGetsTheWorkOfWhoIsAway(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	cb := served(t, s) // Anna's ticket, with a callback due
	v, p := promised(t, s, 2, "printer_fault")
	now := s.Clock.Now()
	ring(t, s, "forgotten", s.Agent, now.Add(-time.Hour))
	own := func(who desk.WorklistView) (out []ids.ID) {
		for _, k := range who.Work.Tickets {
			out = append(out, k.ID)
		}
		return out
	}
	list, err := s.Desk.Worklist(ctx, s.Other)
	require.NoError(t, err)
	require.Len(t, list.Covered, 1)
	require.Empty(t, own(list))

	dora, day := s.Dispatcher, now.Add(24*time.Hour)
	_, err = s.Desk.EnterAgentAbsence(ctx, s.Other, desk.NewAgentAbsence{AccountID: s.Agent.AccountID, StandInID: s.Other.AccountID, From: now, Until: day})
	refused(t, "scope_missing", err)
	_, err = s.Desk.EnterAgentAbsence(ctx, s.Agent, desk.NewAgentAbsence{AccountID: s.Agent.AccountID, StandInID: s.Agent.AccountID, From: now, Until: day})
	refused(t, "stand_in_is_absent", err)
	_, err = s.Desk.EnterAgentAbsence(ctx, s.Agent, desk.NewAgentAbsence{AccountID: s.Agent.AccountID, StandInID: s.Other.AccountID, From: day, Until: now})
	refused(t, "bad_window", err)
	a, err := s.Desk.EnterAgentAbsence(ctx, s.Agent, desk.NewAgentAbsence{AccountID: s.Agent.AccountID, StandInID: s.Other.AccountID, From: now, Until: day, Reason: "ill"})
	require.NoError(t, err)
	_, err = s.Desk.EnterAgentAbsence(ctx, s.Lead, desk.NewAgentAbsence{AccountID: s.Agent.AccountID, StandInID: dora.AccountID, From: now.Add(time.Hour), Until: day})
	refused(t, "absence_taken", err)

	list, err = s.Desk.Worklist(ctx, s.Other)
	require.NoError(t, err)
	require.Equal(t, []string{"ben", "anna"}, []string{list.Covered[0].Name, list.Covered[1].Name})
	require.Equal(t, day, list.Covered[1].Until.UTC())
	require.ElementsMatch(t, []ids.ID{v.Ticket.ID, cb.TicketID}, own(list))
	require.Equal(t, cb.ID, list.Work.Callbacks[0].ID)
	require.Len(t, list.Promises, 2, "the visit, and the callback that is a promise too")
	require.Equal(t, p.Promise.ID, list.Promises[0].Promise.ID)
	require.Equal(t, "forgotten", list.Work.Calls[0].ExternalID)
	require.Equal(t, s.Agent.AccountID, list.Work.Tickets[0].OwnerID, "the owner stays the owner")
	// What comes in by itself meanwhile goes to who is there, even of a person that
	// Anna knows.
	require.Equal(t, s.Other.AccountID, request(t, s, mail("m1", "", "pat0@road.example")).Ticket.OwnerID)

	// The stand-in falls ill too; both in a circle change nothing.
	b, err := s.Desk.EnterAgentAbsence(ctx, s.Lead, desk.NewAgentAbsence{AccountID: s.Other.AccountID, StandInID: dora.AccountID, From: now, Until: day})
	require.NoError(t, err)
	list, err = s.Desk.Worklist(ctx, dora)
	require.NoError(t, err)
	require.Len(t, list.Covered, 3)
	require.Contains(t, own(list), v.Ticket.ID)
	_, err = s.Desk.TakeRequest(ctx, s.Gateway, mail("m2", "", "pat0@road.example"))
	refused(t, "no_agent", err)

	s.Clock.Set(now.Add(time.Hour))
	_, err = s.Desk.EndAgentAbsence(ctx, s.Other, a.ID, a.Version)
	refused(t, "scope_missing", err)
	_, err = s.Desk.EndAgentAbsence(ctx, s.Agent, a.ID, a.Version+1)
	refused(t, "version_stale", err)
	back, err := s.Desk.EndAgentAbsence(ctx, s.Agent, a.ID, a.Version)
	require.NoError(t, err)
	require.Equal(t, s.Clock.Now(), back.AbsentUntil.UTC())
	_, err = s.Desk.EndAgentAbsence(ctx, s.Agent, a.ID, back.Version)
	refused(t, "agent_absence_state", err)
	_, err = s.Desk.EndAgentAbsence(ctx, s.Lead, b.ID, b.Version)
	require.NoError(t, err)
	list, err = s.Desk.Worklist(ctx, s.Other)
	require.NoError(t, err)
	require.Len(t, list.Covered, 1)
	require.NotContains(t, own(list), v.Ticket.ID)
	all, _, err := s.Desk.AgentAbsences(ctx, s.Other, s.Agent.AccountID, dispatch.Page{})
	require.NoError(t, err)
	require.Len(t, all, 1)
}
