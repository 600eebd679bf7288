package stage_test

import (
	"sync"
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/dispatch/incidents"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// virus is what monitoring says of the morning.
func virus() incidents.NewIncident {
	return incidents.NewIncident{ExternalID: "mon-1", Title: "Encryption virus", Cause: "A virus encrypts old desktops.", State: dispatch.IncidentSuspected,
		Impairs: []string{"mail"}, Template: "virus_cleanup",
		Predicate: dispatch.Predicate{Models: []string{"OLD-1"}, OSBelow: "10.0.15063", Sites: []ids.ID{stage.Name("site 0"), stage.Name("site 1")}}}
}

func declared(t *testing.T, s *stage.Stage) incidents.View {
	t.Helper()
	v, created, err := s.Incidents.Declare(t.Context(), s.Monitor, virus())
	require.NoError(t, err)
	require.True(t, created)
	return v
}

func TestAnIncidentFindsWhomItTouches(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	// Person 1 works on a patched machine, person 3 is a VIP.
	_, err := s.Pool.Exec(ctx, `update items set os_version = '10.0.15063' where id = $1`, stage.Name("item device 1"))
	require.NoError(t, err)
	_, err = s.Pool.Exec(ctx, `update people set vip = true where id = $1`, stage.Name("person 3"))
	require.NoError(t, err)
	v := declared(t, s)
	require.Equal(t, 3, v.Affected)
	require.Zero(t, v.Reached, "a message that was sent is not one that was read")

	list, _, err := s.Incidents.Affected(ctx, s.Agent, v.Incident.ID, dispatch.Page{})
	require.NoError(t, err)
	who := map[ids.ID]incidents.AffectedView{}
	for _, a := range list {
		who[a.Person.ID] = a
		require.Equal(t, []string{"model is OLD-1", "OS 10.0.14393 is earlier than 10.0.15063", "site is named"}, a.Affected.Clauses)
		require.Equal(t, []string{"mail"}, a.Dead, "it is read on the broken machine and nowhere else")
	}
	require.Len(t, who, 3)
	require.NotContains(t, who, stage.Name("person 1"))
	require.Equal(t, []string{"phone", "sms"}, who[stage.Name("person 0")].Usable)
	require.Empty(t, who[stage.Name("person 2")].Usable)

	calls, _, err := s.Incidents.Calls(ctx, s.Agent, v.Incident.ID, dispatch.Page{})
	require.NoError(t, err)
	require.Len(t, calls, 3)
	require.Equal(t, stage.Name("person 3"), calls[0].Person.ID, "VIPs first")
	require.Equal(t, stage.Name("person 2"), calls[1].Person.ID, "then whom no message reaches")
	require.Equal(t, "floor", calls[1].Task.Channel)
	require.Equal(t, "A, floor 0, room 102", calls[1].Task.Address)
	require.Equal(t, stage.Name("person 0"), calls[2].Person.ID)
	require.Equal(t, "phone", calls[2].Task.Channel)
	for i, c := range calls {
		require.Equal(t, i+1, c.Task.Rank)
	}
	told, _, err := s.Desk.Notices(ctx, s.Agent, dispatch.NoticeFilter{}, dispatch.Page{Limit: 50})
	require.NoError(t, err)
	require.Empty(t, told, "a suspicion is for the desk, not for everybody's phone")
	_, err = s.Incidents.Confirm(ctx, s.Dispatcher, v.Incident.ID, v.Incident.Version)
	require.NoError(t, err)
	told, _, err = s.Desk.Notices(ctx, s.Agent, dispatch.NoticeFilter{}, dispatch.Page{Limit: 50})
	require.NoError(t, err)
	require.Len(t, told, 2)
	for _, n := range told {
		require.Equal(t, "sms", n.Channel)
	}
}

// Monitoring repeats itself, also at once: it is one incident.
func TestDeclaredTwiceIsOneIncident(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	var mu sync.Mutex
	created, seen := 0, map[ids.ID]bool{}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			v, fresh, err := s.Incidents.Declare(ctx, s.Monitor, virus())
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if fresh {
				created++
			}
			seen[v.Incident.ID] = true
		})
	}
	wg.Wait()
	require.Equal(t, 1, created)
	require.Len(t, seen, 1)
	require.Equal(t, 1, events(t, s, "incident.declared"))
	before := digest(t, s)
	v, fresh, err := s.Incidents.Declare(ctx, s.Monitor, virus())
	require.NoError(t, err)
	require.False(t, fresh)
	require.Equal(t, 4, v.Affected)
	require.Equal(t, before, digest(t, s))
}

func TestAnIncidentThatCannotBe(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	for code, change := range map[string]func(*incidents.NewIncident){
		"bad_predicate":      func(n *incidents.NewIncident) { n.Predicate = dispatch.Predicate{} },
		"template_not_found": func(n *incidents.NewIncident) { n.Template = "no_such" },
	} {
		n := virus()
		change(&n)
		_, _, err := s.Incidents.Declare(ctx, s.Monitor, n)
		refused(t, code, err)
	}
	n := virus()
	n.Predicate.OSBelow = "ten"
	_, _, err := s.Incidents.Declare(ctx, s.Monitor, n)
	refused(t, "bad_predicate", err)
	_, _, err = s.Incidents.Declare(ctx, s.Agent, virus())
	refused(t, "scope_missing", err)

	v := declared(t, s)
	_, err = s.Incidents.Confirm(ctx, s.Dispatcher, v.Incident.ID, v.Incident.Version+1)
	refused(t, "version_stale", err)
	_, err = s.Incidents.Confirm(ctx, s.Agent, v.Incident.ID, v.Incident.Version)
	refused(t, "scope_missing", err)
	v, err = s.Incidents.Confirm(ctx, s.Dispatcher, v.Incident.ID, v.Incident.Version)
	require.NoError(t, err)
	_, err = s.Incidents.Confirm(ctx, s.Dispatcher, v.Incident.ID, v.Incident.Version)
	refused(t, "incident_state", err)
	v, err = s.Incidents.Resolve(ctx, s.Dispatcher, v.Incident.ID, v.Incident.Version)
	require.NoError(t, err)
	require.Equal(t, dispatch.IncidentResolved, v.Incident.State)
	_, err = s.Incidents.Resolve(ctx, s.Dispatcher, v.Incident.ID, v.Incident.Version)
	refused(t, "incident_state", err)
	calls, _, err := s.Incidents.Calls(ctx, s.Agent, v.Incident.ID, dispatch.Page{})
	require.NoError(t, err)
	for _, c := range calls {
		require.Equal(t, dispatch.CallCancelled, c.Task.State, "nobody is called about what is over")
	}
	_, err = s.Incidents.OpenTickets(ctx, s.Dispatcher, v.Incident.ID)
	refused(t, "incident_state", err)
	for _, err := range []error{
		errOf(s.Incidents.Incident(ctx, s.Agent, ids.New())), errOfPage(s.Incidents.Affected(ctx, s.Agent, ids.New(), dispatch.Page{})),
		errOfPage(s.Incidents.Calls(ctx, s.Agent, ids.New(), dispatch.Page{})), errOf(s.Incidents.OpenTickets(ctx, s.Dispatcher, ids.New())),
		errOf(s.Incidents.Confirm(ctx, s.Dispatcher, ids.New(), 1)),
	} {
		refused(t, "incident_not_found", err)
	}
}

// Somebody on the call list calls us, and two agents take the call at once, as when
// a line is doubled: their task is cancelled once in all.
func TestAnInboundCallTakesAPersonOnce(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := declared(t, s)
	person := stage.Name("person 0")
	var mu sync.Mutex
	var cancelled []dispatch.CallTask
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			c, err := s.Desk.StartContact(ctx, s.Agent, desk.NewContact{PersonID: &person, Channel: "phone", Direction: "in", Reason: "incident"})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			cancelled = append(cancelled, c.CallsCancelled...)
		})
	}
	wg.Wait()
	require.Len(t, cancelled, 1)
	require.Equal(t, dispatch.CallCancelled, cancelled[0].State)
	require.Equal(t, desk.CustomerFirst, cancelled[0].Note)
	require.NotNil(t, cancelled[0].ContactID)
	require.Equal(t, 1, events(t, s, "call.cancelled"))
	now, err := s.Incidents.Incident(ctx, s.Agent, v.Incident.ID)
	require.NoError(t, err)
	require.Equal(t, 1, now.Reached)
	require.Equal(t, map[string]int{"queued": 3, "cancelled": 1}, now.Calls)
	_, err = s.Incidents.TakeCall(ctx, s.Agent, cancelled[0].ID)
	require.Equal(t, dispatch.CallCancelled, refused(t, "call_task_state", err).Members["state"])
	card, err := s.Desk.Card(ctx, s.Agent, person)
	require.NoError(t, err)
	require.Len(t, card.Incidents, 1)
	require.Equal(t, "customer_called", card.Incidents[0].Affected.Reached)
	require.Contains(t, card.Say[0].Text, "still making sure")

	// An outbound contact takes nobody off the list.
	other := stage.Name("person 1")
	out, err := s.Desk.StartContact(ctx, s.Agent, desk.NewContact{PersonID: &other, Channel: "phone", Direction: "out", Reason: "incident"})
	require.NoError(t, err)
	require.Empty(t, out.CallsCancelled)
}

func TestTwoAgentsTakeOneCall(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := declared(t, s)
	calls, _, err := s.Incidents.Calls(ctx, s.Agent, v.Incident.ID, dispatch.Page{})
	require.NoError(t, err)
	task := calls[0].Task.ID
	won := make(chan error, 2)
	go func() { won <- errOf(s.Incidents.TakeCall(ctx, s.Agent, task)) }()
	go func() { won <- errOf(s.Incidents.TakeCall(ctx, s.Other, task)) }()
	a, b := <-won, <-won
	if a == nil {
		a, b = b, a
	}
	require.NoError(t, b)
	refused(t, "call_task_state", a)
	require.Equal(t, 1, events(t, s, "call.taken"))
	calls, _, err = s.Incidents.Calls(ctx, s.Agent, v.Incident.ID, dispatch.Page{})
	require.NoError(t, err)
	winner, loser := s.Agent, s.Other
	if *calls[0].Task.TakenBy == s.Other.AccountID {
		winner, loser = loser, winner
	}
	_, err = s.Incidents.SettleCall(ctx, loser, task, true, "")
	refused(t, "call_task_state", err)
	done, err := s.Incidents.SettleCall(ctx, winner, task, true, "knows")
	require.NoError(t, err)
	require.Equal(t, dispatch.CallDone, done.State)
	_, err = s.Incidents.SettleCall(ctx, winner, task, true, "")
	refused(t, "call_task_state", err)
	_, err = s.Incidents.SettleCall(ctx, winner, ids.New(), true, "")
	refused(t, "call_task_not_found", err)
	_, err = s.Incidents.TakeCall(ctx, s.Monitor, calls[1].Task.ID)
	refused(t, "scope_missing", err)
	_, err = s.Incidents.SettleCall(ctx, winner, calls[1].Task.ID, true, "never taken")
	refused(t, "call_task_state", err)
	now, err := s.Incidents.Incident(ctx, s.Agent, v.Incident.ID)
	require.NoError(t, err)
	require.Equal(t, 1, now.Reached)
}

// Nobody was reached on a call; then the customer calls by themselves. Nobody goes
// to the floor for somebody who knows.
func TestUnreachedAndThenTheCustomerCalls(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := declared(t, s)
	calls, _, err := s.Incidents.Calls(ctx, s.Agent, v.Incident.ID, dispatch.Page{})
	require.NoError(t, err)
	c := calls[0]
	_, err = s.Incidents.TakeCall(ctx, s.Agent, c.Task.ID)
	require.NoError(t, err)
	_, err = s.Incidents.SettleCall(ctx, s.Agent, c.Task.ID, false, "no answer")
	require.NoError(t, err)
	got, err := s.Desk.StartContact(ctx, s.Other, desk.NewContact{PersonID: &c.Person.ID, Channel: "phone", Direction: "in", Reason: "incident"})
	require.NoError(t, err)
	require.Len(t, got.CallsCancelled, 1)
	got, err = s.Desk.StartContact(ctx, s.Other, desk.NewContact{PersonID: &c.Person.ID, Channel: "phone", Direction: "in", Reason: "incident"})
	require.NoError(t, err)
	require.Empty(t, got.CallsCancelled)
}

func TestTicketsOfAnIncidentAreOpenedOnce(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := declared(t, s)
	// One of the four calls before, and has a ticket.
	device := stage.Name("item device 0")
	mine, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "virus_cleanup", PersonID: stage.Name("person 0"), ItemID: &device, IncidentID: &v.Incident.ID})
	require.NoError(t, err)
	_, err = s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "virus_cleanup", PersonID: stage.Name("person 4"), IncidentID: &v.Incident.ID})
	refused(t, "affected_not_found", err)
	_, err = s.Incidents.OpenTickets(ctx, s.Agent, v.Incident.ID)
	refused(t, "scope_missing", err)
	counts := make(chan int, 3)
	for range 3 {
		go func() {
			n, err := s.Incidents.OpenTickets(ctx, s.Dispatcher, v.Incident.ID)
			if err != nil {
				t.Errorf("%s: %v", fault.CodeOf(err), err)
			}
			counts <- n
		}()
	}
	require.Equal(t, 3, <-counts+<-counts+<-counts, "three of four had none")
	now, err := s.Incidents.Incident(ctx, s.Agent, v.Incident.ID)
	require.NoError(t, err)
	require.Equal(t, 4, now.Tickets)
	list, _, err := s.Desk.Tickets(ctx, s.Agent, dispatch.TicketFilter{IncidentID: &v.Incident.ID}, dispatch.Page{Limit: 50})
	require.NoError(t, err)
	require.Len(t, list, 4)
	for _, x := range list {
		require.NotZero(t, x.OwnerID)
		if x.ID == mine.Ticket.ID {
			continue
		}
		full := ticket(t, s, x.ID)
		require.Len(t, full.Visits, 1)
		require.Equal(t, dispatch.VisitWaiting, full.Visits[0].State)
		require.NotNil(t, x.ItemID)
	}
	require.Equal(t, 1, count1(t, s, `select count(*) from events where name = 'incident.tickets_opened' and data->>'opened' <> '0'`))
}

// An agent registers somebody's ticket while the dispatcher opens everybody's: none
// is opened for whom the agent has one already.
func TestATicketIsOpenedBesideTheDispatcher(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := declared(t, s)
	done := make(chan error, 2)
	go func() {
		done <- errOf(s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "virus_cleanup", PersonID: stage.Name("person 0"), IncidentID: &v.Incident.ID}))
	}()
	go func() { done <- errOf(s.Incidents.OpenTickets(ctx, s.Dispatcher, v.Incident.ID)) }()
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	require.Zero(t, count1(t, s, `select count(*) from tickets a join tickets b on a.person_id = b.person_id and b.number > a.number
		where a.owner_id = $1 and b.owner_id = $2`, s.Agent.AccountID, s.Dispatcher.AccountID))
}

func count1(t *testing.T, s *stage.Stage, sql string, args ...any) (n int) {
	t.Helper()
	require.NoError(t, s.Pool.QueryRow(t.Context(), sql, args...).Scan(&n))
	return n
}

// A false alarm is dismissed, and nobody has heard of it.
func TestASuspicionIsDismissed(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := declared(t, s)
	v, err := s.Incidents.Resolve(ctx, s.Dispatcher, v.Incident.ID, v.Incident.Version)
	require.NoError(t, err)
	require.Equal(t, dispatch.IncidentResolved, v.Incident.State)
	told, _, err := s.Desk.Notices(ctx, s.Agent, dispatch.NoticeFilter{}, dispatch.Page{Limit: 50})
	require.NoError(t, err)
	require.Empty(t, told)
}

// A second incident over the same devices opened a second ticket for everybody, with
// a second visit and a second laptop. Who is being helped already stays so.
func TestAnotherIncidentLinksTheTicketThatIsOpen(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	first := declared(t, s) // persons 0 to 3
	n, err := s.Incidents.OpenTickets(ctx, s.Dispatcher, first.Incident.ID)
	require.NoError(t, err)
	require.Equal(t, 4, n)
	// One of them was on another visit meanwhile, which could not be completed.
	publish(t, s)
	visit := scheduledOf(t, s, stage.Name("person 0"))
	tess := s.Crew[crewOf(t, s, *visit.TechnicianID)]
	s.Clock.Set(*visit.PlannedLeave)
	_, err = s.Field.Leave(ctx, tess, visit.ID, field.NewFact{})
	require.NoError(t, err)
	_, err = s.Field.GiveUp(ctx, tess, visit.ID, field.NewFact{}, dispatch.GaveUpPartMissing)
	require.NoError(t, err)
	before := count1(t, s, `select count(*) from visits where state not in ('completed', 'cannot_complete', 'cancelled')`)
	require.Equal(t, 3, before)

	again := virus()
	again.ExternalID = "mon-2"
	again.Predicate.Sites = append(again.Predicate.Sites, stage.Name("site 2")) // and persons 4 and 5
	v, created, err := s.Incidents.Declare(ctx, s.Monitor, again)
	require.NoError(t, err)
	require.True(t, created)
	n, err = s.Incidents.OpenTickets(ctx, s.Dispatcher, v.Incident.ID)
	require.NoError(t, err)
	require.Equal(t, 2, n, "the two who had none")
	now, err := s.Incidents.Incident(ctx, s.Agent, v.Incident.ID)
	require.NoError(t, err)
	require.Equal(t, 6, now.Tickets)
	require.Equal(t, 6, count1(t, s, `select count(*) from tickets`))
	require.Equal(t, 6, count1(t, s, `select count(*) from visits where state not in ('completed', 'cannot_complete', 'cancelled')`), "one each, also for whom it could not be completed")
	require.Equal(t, 4, events(t, s, "ticket.linked"))
	n, err = s.Incidents.OpenTickets(ctx, s.Dispatcher, v.Incident.ID)
	require.NoError(t, err)
	require.Zero(t, n)
	require.Equal(t, 4, events(t, s, "ticket.linked"))
	require.NoError(t, s.Work(ctx))
}

// scheduledOf gives the scheduled visit of a person.
func scheduledOf(t *testing.T, s *stage.Stage, person ids.ID) (v dispatch.Visit) {
	t.Helper()
	var id ids.ID
	require.NoError(t, s.Pool.QueryRow(t.Context(), `select id from visits where person_id = $1 and state = 'scheduled'`, person).Scan(&id))
	return stopOf(t, s, id)
}

// Who was told of an incident is told that it is over, without having to ask, and so is
// who called about it; whom nothing gets to hears it with the next call. Once.
func TestTheEndOfAnIncidentIsTold(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := declared(t, s)
	caller := stage.Name("person 2") // reached by the broken machine's mail alone
	_, err := s.Desk.StartContact(ctx, s.Agent, desk.NewContact{PersonID: &caller, Channel: "phone", Direction: "in", Reason: "incident"})
	require.NoError(t, err)
	v, err = s.Incidents.Confirm(ctx, s.Dispatcher, v.Incident.ID, v.Incident.Version)
	require.NoError(t, err)
	told := func(kind string) (people []ids.ID) {
		list, _, err := s.Desk.Notices(ctx, s.Agent, dispatch.NoticeFilter{}, dispatch.Page{Limit: 50})
		require.NoError(t, err)
		for _, n := range list {
			if n.Kind == kind {
				people = append(people, n.PersonID)
				require.Equal(t, dispatch.NoticeQueued, n.State)
			}
		}
		return people
	}
	heard := told("incident")
	require.Len(t, heard, 3, "of the four at the two sites, the caller has no mobile")
	_, err = s.Incidents.Resolve(ctx, s.Dispatcher, v.Incident.ID, v.Incident.Version)
	require.NoError(t, err)
	require.ElementsMatch(t, heard, told("incident_over"))
	require.NotContains(t, told("incident_over"), caller)

	// The one who called and can be written to by now hears it, too.
	w, _, err := s.Incidents.Declare(ctx, s.Monitor, func() incidents.NewIncident { n := virus(); n.ExternalID = "again"; return n }())
	require.NoError(t, err)
	_, err = s.Desk.StartContact(ctx, s.Agent, desk.NewContact{PersonID: &caller, Channel: "phone", Direction: "in", Reason: "incident"})
	require.NoError(t, err)
	w, err = s.Incidents.Confirm(ctx, s.Dispatcher, w.Incident.ID, w.Incident.Version)
	require.NoError(t, err)
	_, err = s.Pool.Exec(ctx, `update people set mail_on_device_only = false where id = $1`, caller)
	require.NoError(t, err)
	_, err = s.Incidents.Resolve(ctx, s.Dispatcher, w.Incident.ID, w.Incident.Version)
	require.NoError(t, err)
	require.Contains(t, told("incident_over"), caller)
}
