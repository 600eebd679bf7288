package stage_test

import (
	"strings"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/customer"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// mailbox has the post carry letters to a courier that keeps them, with links.
func mailbox(s *stage.Stage) *courier {
	c := &courier{dedupes: true}
	s.Post.Couriers = map[string]dispatch.Courier{"sms": c, "mail": c}
	s.Post.Page = "https://support.example/c"
	return c
}

// keyIn reads the key of a letter's link, "" where it carries none.
func keyIn(l dispatch.Letter) string {
	_, key, _ := strings.Cut(l.Body, "https://support.example/c#")
	return key
}

// lastKey delivers what is queued and reads the newest letter's key.
func lastKey(t *testing.T, s *stage.Stage, c *courier) string {
	t.Helper()
	require.NoError(t, s.Work(t.Context()))
	require.NotEmpty(t, c.letters)
	key := keyIn(c.letters[len(c.letters)-1])
	require.NotEmpty(t, key)
	return key
}

// opens gives the link that a key opens.
func opens(t *testing.T, s *stage.Stage, key string) dispatch.CustomerLink {
	t.Helper()
	l, err := s.Customers.Open(t.Context(), key)
	require.NoError(t, err)
	return l
}

// customer shows what a link shows.
func shown(t *testing.T, s *stage.Stage, l dispatch.CustomerLink) customer.View {
	t.Helper()
	v, err := s.Customers.View(t.Context(), l)
	require.NoError(t, err)
	return v
}

// everything the database holds, as text: a key must not be in it.
func dump(t *testing.T, s *stage.Stage) string {
	t.Helper()
	rows, err := s.Pool.Query(t.Context(), `select tablename from pg_tables where schemaname = 'public'`)
	require.NoError(t, err)
	var tables []string
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		tables = append(tables, name)
	}
	require.NoError(t, rows.Err())
	var all strings.Builder
	for _, name := range tables {
		var text *string
		require.NoError(t, s.Pool.QueryRow(t.Context(), `select string_agg(x::text, E'\n') from "`+name+`" x`).Scan(&text))
		if text != nil {
			all.WriteString(*text)
		}
	}
	return all.String()
}

// A promise is told with a link. Its key is in the letter, and nowhere in the
// database; it opens the one ticket.
func TestAPromiseComesWithALink(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	c := mailbox(s)
	p := promisedAt(t, s, 0, stage.At(13, 0), stage.At(15, 0))
	key := lastKey(t, s, c)
	require.Len(t, key, 22, "128 bits in base64")
	l := opens(t, s, key)
	require.Equal(t, p.Promise.TicketID, l.TicketID)
	require.Equal(t, p.Promise.WindowEnd.Add(7*24*time.Hour), l.ExpiresAt, "a week after the visit")

	held := dump(t, s)
	require.NotContains(t, held, key)
	require.Contains(t, held, "comes to you", "the dump sees the notice's text")

	v := shown(t, s, l)
	require.Equal(t, "Pat", v.PersonName)
	require.Equal(t, "Tess", v.Visit.TechnicianName)
	require.Equal(t, p.Promise.ID, v.Promise.ID)
	require.Equal(t, []customer.Act{customer.ActReschedule, customer.ActWithdraw, customer.ActPresence}, v.May)
	require.Equal(t, []dispatch.DutyKind{dispatch.DutyBeThere, dispatch.DutyGiveAccess}, v.Visit.Expected)
}

// How long until they are there is told in stops, on the day itself.
func TestStopsBefore(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 2})
	c := mailbox(s)
	keys := map[ids.ID]string{}
	var list []desk.PromiseView
	for _, person := range []int{0, 1, 3} {
		_, p := promised(t, s, person, "printer_fault")
		keys[p.Promise.VisitID] = lastKey(t, s, c)
		list = append(list, p)
	}
	publish(t, s)
	round := stopsOf(t, s, list[0].Promise.VisitID)
	require.Len(t, round, 3)
	for i, stop := range round {
		v := shown(t, s, opens(t, s, keys[stop]))
		require.NotNil(t, v.Visit.StopsBefore)
		require.Equal(t, i, *v.Visit.StopsBefore)
		require.NotNil(t, v.Visit.ETA)
	}
	s.Clock.Set(s.Clock.Now().Add(-24 * time.Hour)) // the day before
	require.Nil(t, shown(t, s, opens(t, s, keys[round[2]])).Visit.StopsBefore)
}

// stopsOf lists the visits of the round that a visit is in, in order.
func stopsOf(t *testing.T, s *stage.Stage, visit ids.ID) (out []ids.ID) {
	t.Helper()
	require.NoError(t, s.Store.Read(t.Context(), func(tx dispatch.Tx) error {
		v, err := tx.Visit(t.Context(), visit)
		if err != nil {
			return err
		}
		list, err := tx.VisitsOfRound(t.Context(), *v.RoundID)
		for _, x := range list {
			out = append(out, x.ID)
		}
		return err
	}))
	return out
}

// Expired, revoked, another person's by now, and never made: all answer the same.
func TestALinkThatOpensNothing(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	c := mailbox(s)
	_, p := promised(t, s, 0, "printer_fault")
	first := lastKey(t, s, c)
	made, err := s.Customers.MakeLink(ctx, s.Agent, p.Promise.TicketID, false)
	require.NoError(t, err)
	second := lastKey(t, s, c)
	require.NotEqual(t, first, second)
	require.Equal(t, made.Link.ID, opens(t, s, second).ID)
	opens(t, s, first)

	said := map[string]bool{}
	refusedKey := func(key string) {
		_, err := s.Customers.Open(ctx, key)
		said[refused(t, "link_refused", err).Error()] = true
	}
	refusedKey("")
	refusedKey("AAAAAAAAAAAAAAAAAAAAAA")
	ended, err := s.Customers.Revoke(ctx, s.Agent, made.Link.ID)
	require.NoError(t, err)
	require.Equal(t, dispatch.CustomerLinkRevoked, ended.State)
	refusedKey(second)
	_, err = s.Customers.Revoke(ctx, s.Agent, made.Link.ID)
	refused(t, "customer_link_state", err)
	opens(t, s, first)

	_, err = s.Customers.MakeLink(ctx, s.Agent, p.Promise.TicketID, true)
	require.NoError(t, err)
	third := lastKey(t, s, c)
	refusedKey(first)
	l := opens(t, s, third)

	_, err = s.Pool.Exec(ctx, `update tickets set person_id = $2 where id = $1`, p.Promise.TicketID, s.Setup.People[1].ID)
	require.NoError(t, err)
	refusedKey(third)
	_, err = s.Pool.Exec(ctx, `update tickets set person_id = $2 where id = $1`, p.Promise.TicketID, s.Setup.People[0].ID)
	require.NoError(t, err)
	s.Clock.Set(l.ExpiresAt.Add(-time.Second))
	opens(t, s, third)
	s.Clock.Set(l.ExpiresAt)
	refusedKey(third)
	require.Len(t, said, 1, "nobody learns which it was")

	list, _, err := s.Customers.Links(ctx, s.Agent, p.Promise.TicketID, dispatch.Page{Limit: 10})
	require.NoError(t, err)
	states := map[dispatch.CustomerLinkState]int{}
	for _, x := range list {
		states[x.State]++
	}
	require.Equal(t, map[dispatch.CustomerLinkState]int{dispatch.CustomerLinkRevoked: 2, dispatch.CustomerLinkExpired: 1}, states)
	require.Equal(t, 3, events(t, s, "customer_link.made"))
	require.Equal(t, 2, events(t, s, "customer_link.revoked"))
}

// Whom nothing gets to is sent no link: the agent is told to say it by phone.
func TestALinkThatCannotBeSent(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	mailbox(s)
	v := opened(t, s, 2, "printer_fault") // reached by the broken machine's mail alone
	_, err := s.Customers.MakeLink(t.Context(), s.Agent, v.Ticket.ID, false)
	refused(t, "link_unsent", err)
	_, err = s.Customers.MakeLink(t.Context(), s.Crew[0], v.Ticket.ID, false)
	refused(t, "scope_missing", err)
}

// A letter that may have been lost is sent again with a key of its own, and whichever
// arrived opens the link.
func TestEachTryHasItsKey(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	c := mailbox(s)
	c.carry = func(n int) dispatch.Receipt {
		if n == 1 {
			return dispatch.Receipt{Outcome: dispatch.AttemptUnclear, Code: "timeout"}
		}
		return dispatch.Receipt{Outcome: dispatch.AttemptDelivered, Code: "ok"}
	}
	_, p := promised(t, s, 0, "printer_fault")
	require.Error(t, s.Work(t.Context()), "to be tried again")
	n := noticeOf(t, s, p.Promise.ID)
	require.NoError(t, s.Post.Deliver(t.Context(), n))
	require.Len(t, c.letters, 2)
	a, b := keyIn(c.letters[0]), keyIn(c.letters[1])
	require.NotEqual(t, a, b)
	require.Equal(t, opens(t, s, a).ID, opens(t, s, b).ID)
}

func noticeOf(t *testing.T, s *stage.Stage, promise ids.ID) (id ids.ID) {
	t.Helper()
	require.NoError(t, s.Store.Read(t.Context(), func(tx dispatch.Tx) error {
		list, _, err := tx.ListNotices(t.Context(), dispatch.NoticeFilter{PromiseID: &promise}, dispatch.Page{Limit: 1})
		if err == nil {
			id = list[0].ID
		}
		return err
	}))
	return id
}

// Whether they will be there is told before the visit, and their own part is theirs
// to comment on afterwards. Nothing of another ticket can be touched.
func TestTheCustomersPart(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 2})
	ctx := t.Context()
	c := mailbox(s)
	_, p := promised(t, s, 0, "printer_fault")
	l := opens(t, s, lastKey(t, s, c))
	_, other := promised(t, s, 3, "printer_fault")
	publish(t, s)

	v, err := s.Customers.TellPresence(ctx, l, p.Promise.VisitID, customer.NewPresence{Kind: dispatch.PresenceLeaves, CallNumber: "+13025550123"})
	require.NoError(t, err)
	require.Equal(t, dispatch.PresenceLeaves, v.Visit.Presence.Kind)
	require.Equal(t, ids.Nil, v.Visit.Presence.ToldBy, "the customer")
	_, err = s.Customers.TellPresence(ctx, l, other.Promise.VisitID, customer.NewPresence{Kind: dispatch.PresenceStays})
	refused(t, "visit_not_found", err)
	_, err = s.Customers.ConfirmArrival(ctx, l, other.Promise.VisitID, nil)
	refused(t, "visit_not_found", err)
	_, err = s.Customers.StateDuty(ctx, l, p.Promise.VisitID, dispatch.DutyBeThere, "I was there")
	refused(t, "visit_state", err)
	_, err = s.Customers.Answer(ctx, l, p.Promise.VisitID, customer.Answers{Treatment: 5, Outcome: 5})
	refused(t, "survey_not_found", err)

	crew := s.Crew[crewOf(t, s, p.Promise.TechnicianID)]
	s.Clock.Set(p.Promise.WindowStart)
	_, err = s.Field.Arrive(ctx, crew, p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	_, err = s.Field.Done(ctx, crew, p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	v, err = s.Customers.StateDuty(ctx, l, p.Promise.VisitID, dispatch.DutyBeThere, "I waited at the door")
	require.NoError(t, err)
	require.Equal(t, "I waited at the door", v.Visit.Duties[0].Statement)
	require.Equal(t, dispatch.DutyMet, v.Visit.Duties[0].Outcome, "what we recorded stays")
}

// The customer's word on an arrival counts for the promise, as told by them; days
// before anybody was to come it is not taken.
func TestTheCustomerConfirmsTheArrival(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	c := mailbox(s)
	p := promisedAt(t, s, 0, stage.At(13, 0), stage.At(15, 0))
	l := opens(t, s, lastKey(t, s, c))
	publish(t, s)
	s.Clock.Set(stage.At(11, 59))
	require.NotContains(t, shown(t, s, l).May, customer.ActArrival)
	_, err := s.Customers.ConfirmArrival(ctx, l, p.Promise.VisitID, nil)
	refused(t, "arrival_too_early", err)
	require.Equal(t, dispatch.PromiseOpen, promise(t, s, p.Promise.ID).Promise.State)

	s.Clock.Set(stage.At(14, 0))
	_, err = s.Customers.ConfirmArrival(ctx, l, p.Promise.VisitID, ptr(stage.At(14, 1)))
	refused(t, "bad_instants", err)
	v, err := s.Customers.ConfirmArrival(ctx, l, p.Promise.VisitID, ptr(stage.At(13, 55)))
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseKept, v.Promise.State)
	kept := promise(t, s, p.Promise.ID)
	require.Equal(t, stage.At(13, 55), kept.Promise.MetAt.UTC())
	require.Nil(t, last(kept.Entries).ActorID, "nobody of ours said so")
	require.Equal(t, 1, events(t, s, "visit.arrival_witnessed"))
}

// How they were treated and what came of it are asked apart, an hour after the visit,
// answered once, and set beside whether the promise was kept.
func TestTreatmentAndOutcomeAreRatedApart(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 2})
	ctx := t.Context()
	c := mailbox(s)
	visit := func(person int, late bool, a *customer.Answers) {
		start := stage.At(9, 0)
		if late {
			start = stage.At(9, 30)
		}
		p := promisedAt(t, s, person, start, start.Add(2*time.Hour))
		publish(t, s)
		require.NoError(t, s.Work(ctx))
		crew := s.Crew[crewOf(t, s, p.Promise.TechnicianID)]
		at := p.Promise.WindowStart
		if late {
			at = p.Promise.WindowEnd
		}
		s.Clock.Set(at)
		_, err := s.Field.Arrive(ctx, crew, p.Promise.VisitID, field.NewFact{})
		require.NoError(t, err)
		_, err = s.Field.Done(ctx, crew, p.Promise.VisitID, field.NewFact{})
		require.NoError(t, err)
		require.NoError(t, s.Work(ctx))
		before := len(c.letters)
		require.NoError(t, s.Post.Sweep(ctx))
		require.NoError(t, s.Work(ctx))
		require.Len(t, c.letters, before, "not at the door yet")
		s.Clock.Set(at.Add(dispatch.SurveyAfter))
		require.NoError(t, s.Post.Sweep(ctx))
		require.NoError(t, s.Work(ctx))
		reached := s.Setup.People[person].Mobile != nil
		if a == nil {
			return
		}
		if !reached {
			require.Len(t, c.letters, before, "nothing gets to them: they are asked when they are called back")
			x, err := s.Customers.AnswerFor(ctx, s.Agent, p.Promise.VisitID, *a)
			require.NoError(t, err)
			require.Equal(t, s.Agent.AccountID, *x.AnsweredBy)
			return
		}
		l := opens(t, s, keyIn(c.letters[len(c.letters)-1]))
		require.Contains(t, shown(t, s, l).May, customer.ActAnswer)
		v, err := s.Customers.Answer(ctx, l, p.Promise.VisitID, *a)
		require.NoError(t, err)
		require.NotContains(t, v.May, customer.ActAnswer)
		_, err = s.Customers.Answer(ctx, l, p.Promise.VisitID, customer.Answers{Treatment: 1, Outcome: 1})
		refused(t, "survey_answered", err)
	}
	visit(0, false, &customer.Answers{Treatment: 5, Outcome: 2, Comment: "kind, but it jams again"}) // kept, and not content
	s.Clock.Set(stage.At(7, 30))
	visit(3, true, &customer.Answers{Treatment: 4, Outcome: 5}) // late, and content all the same
	s.Clock.Set(stage.At(7, 30))
	visit(4, false, nil) // says nothing
	s.Clock.Set(stage.At(7, 30))
	visit(2, false, &customer.Answers{Treatment: 5, Outcome: 4})

	got, err := s.Reports.Satisfaction(ctx, s.Lead, stage.At(0, 0), stage.At(23, 0))
	require.NoError(t, err)
	require.Equal(t, dispatch.Satisfaction{Asked: 4, Answered: 3, Treatment: dispatch.Marks{0, 0, 0, 1, 2}, Outcome: dispatch.Marks{0, 1, 0, 1, 1},
		KeptContent: 1, KeptNot: 1, MissedContent: 1}, got)
	mean, _ := got.Outcome.Mean()
	require.InDelta(t, 11.0/3, mean, 1e-9)
	share, _ := got.Treatment.ContentShare()
	require.Equal(t, 1.0, share)
	_, err = s.Reports.Satisfaction(ctx, s.Lead, stage.At(1, 0), stage.At(1, 0))
	refused(t, "bad_instants", err)
	require.Equal(t, 3, events(t, s, "survey.answered"))
	require.NotContains(t, eventData(t, s), "jams", "words stay out of events")
}

func eventData(t *testing.T, s *stage.Stage) (all string) {
	t.Helper()
	require.NoError(t, s.Pool.QueryRow(t.Context(), `select string_agg(data::text, ' ') from events`).Scan(&all))
	return all
}
