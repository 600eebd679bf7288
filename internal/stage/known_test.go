package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// called starts an inbound contact; no person: an unknown caller.
func called(t *testing.T, s *stage.Stage, person *ids.ID) desk.ContactStarted {
	t.Helper()
	c, err := s.Desk.StartContact(t.Context(), s.Agent, desk.NewContact{PersonID: person, Channel: "phone", Direction: "in", Reason: "new"})
	require.NoError(t, err)
	return c
}

// stranger is an unknown caller entered in passing.
func stranger(t *testing.T, s *stage.Stage) desk.CallerKnown {
	t.Helper()
	c, err := s.Desk.EnterCaller(t.Context(), s.Agent, called(t, s, nil).Contact.ID,
		desk.NewCaller{Name: "Ines Vega", Phone: "(302) 555-0188", SiteID: stage.Name("site 1"), Room: "7"})
	require.NoError(t, err)
	return c
}

// Nobody knows the caller: two fields make a person who is served like everybody
// else, found by what they said, and completed when their number is known.
func TestAnUnknownCallerIsServed(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	hits, err := s.Desk.FindCallers(ctx, s.Agent, dispatch.CallerQuery{Phone: "302 555 0188"})
	require.NoError(t, err)
	require.Empty(t, hits, "nobody found is an answer")

	k := stranger(t, s)
	require.True(t, k.Person.Provisional)
	require.Regexp(t, `^NEW-\d+$`, k.Person.EmployeeNumber)
	require.Equal(t, "+13025550188", *k.Person.Mobile)
	require.Equal(t, k.Person.ID, *k.Contact.PersonID)
	hits, err = s.Desk.FindCallers(ctx, s.Agent, dispatch.CallerQuery{Phone: "302/555 0188"})
	require.NoError(t, err)
	require.Len(t, hits, 1)
	require.True(t, hits[0].Sure)
	card, err := s.Desk.Card(ctx, s.Other, k.Person.ID)
	require.NoError(t, err)
	require.Len(t, card.LastContacts, 1)
	require.Contains(t, card.Before, "Entered in passing: ask for the employee number.")
	_, err = s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "printer_fault", KeyField: "by the door", PersonID: k.Person.ID, ContactID: &k.Contact.ID})
	require.NoError(t, err)

	_, err = s.Desk.EnterCaller(ctx, s.Agent, k.Contact.ID, desk.NewCaller{Name: "Again", SiteID: stage.Name("site 1")})
	require.Equal(t, k.Person.ID, refused(t, "contact_state", err).Members["person_id"])
	unknown := called(t, s, nil).Contact.ID
	before := digest(t, s)
	_, err = s.Desk.EnterCaller(ctx, s.Agent, unknown, desk.NewCaller{Name: "X", SiteID: ids.New()})
	refused(t, "site_not_found", err)
	_, err = s.Desk.EnterCaller(ctx, s.Agent, unknown, desk.NewCaller{Name: "X", SiteID: stage.Name("site 1"), Phone: "call me"})
	refused(t, "bad_phone", err)
	_, err = s.Desk.CompletePerson(ctx, s.Agent, k.Person.ID, desk.Completion{EmployeeNumber: "e0003"})
	require.Equal(t, stage.Name("person 3"), refused(t, "employee_number_taken", err).Members["person_id"], "merge into that one")
	_, err = s.Desk.CompletePerson(ctx, s.Agent, stage.Name("person 3"), desk.Completion{EmployeeNumber: "E9"})
	refused(t, "person_state", err)
	require.Equal(t, before, digest(t, s))

	done, err := s.Desk.CompletePerson(ctx, s.Agent, k.Person.ID, desk.Completion{EmployeeNumber: "E0990", Name: ptr("Inés Vega")})
	require.NoError(t, err)
	require.False(t, done.Provisional)
	require.Equal(t, "E0990", done.EmployeeNumber)
	require.Equal(t, "Inés Vega", done.Name)
	_, err = s.Desk.CompletePerson(ctx, s.Agent, k.Person.ID, desk.Completion{EmployeeNumber: "E0991"})
	refused(t, "person_state", err)
}

// Two records of one person: everything is the other's afterwards, whoever asks
// under whichever of the two, and no table that names people is forgotten.
func TestMergedPeopleKeepTheirHistory(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	from, into := stage.Name("person 0"), stage.Name("person 3")
	v, p := promised(t, s, 0, "printer_fault")
	called(t, s, &from)
	called(t, s, &into)
	_, err := s.Desk.MergePeople(ctx, s.Agent, from, from, "self")
	refused(t, "merge_into_self", err)
	_, err = s.Desk.MergePeople(ctx, s.Agent, from, ids.New(), "nobody")
	refused(t, "person_not_found", err)

	m, err := s.Desk.MergePeople(ctx, s.Agent, from, into, "the same voice")
	require.NoError(t, err)
	require.Equal(t, into, m.ID)
	rows, err := s.Pool.Query(ctx, `select c.table_name, c.column_name from information_schema.columns c
		join information_schema.tables t on t.table_name = c.table_name and t.table_schema = c.table_schema and t.table_type = 'BASE TABLE'
		where c.table_schema = 'public' and c.data_type = 'uuid' and c.table_name not in ('people', 'person_merges', 'contact_corrections', 'events', 'event_subjects')`)
	require.NoError(t, err)
	type column struct{ table, name string }
	var columns []column
	for rows.Next() {
		var c column
		require.NoError(t, rows.Scan(&c.table, &c.name))
		columns = append(columns, c)
	}
	require.NoError(t, rows.Err())
	require.Greater(t, len(columns), 40)
	for _, c := range columns {
		require.Zero(t, count1(t, s, `select count(*) from `+c.table+` where `+c.name+` = $1`, from), "%s.%s still names the merged person", c.table, c.name)
	}
	for _, id := range []ids.ID{from, into} {
		card, err := s.Desk.Card(ctx, s.Other, id)
		require.NoError(t, err)
		require.Equal(t, into, card.Person.ID)
		require.Len(t, card.LastContacts, 2)
		require.Len(t, card.Devices, 2)
		require.Len(t, card.OpenTickets, 1)
		require.Equal(t, v.Ticket.ID, card.OpenTickets[0].ID)
		require.Len(t, card.Promises, 1)
		require.Equal(t, p.Promise.ID, card.Promises[0].Promise.ID)
	}
	hits, err := s.Desk.FindCallers(ctx, s.Agent, dispatch.CallerQuery{EmployeeNumber: "E0000"})
	require.NoError(t, err)
	require.Empty(t, hits, "the merged record is found no more")
	// Whoever still holds the old id writes to the one that counts.
	require.Equal(t, into, *called(t, s, &from).Contact.PersonID)
	_, err = s.Desk.MergePeople(ctx, s.Agent, from, into, "again")
	require.Equal(t, into, refused(t, "person_state", err).Members["person_id"])
	_, err = s.Desk.MergePeople(ctx, s.Agent, into, from, "back")
	refused(t, "person_state", err)
	require.Equal(t, 1, events(t, s, "person.merged"))
}

// Both stand on one call list: one call is enough.
func TestMergedPeopleAreCalledOnce(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := declared(t, s)
	_, err := s.Desk.MergePeople(ctx, s.Agent, stage.Name("person 0"), stage.Name("person 3"), "one and the same")
	require.NoError(t, err)
	require.Equal(t, 1, count1(t, s, `select count(*) from call_tasks where incident_id = $1 and person_id = $2 and state in ('queued', 'taken')`, v.Incident.ID, stage.Name("person 3")))
	require.Zero(t, count1(t, s, `select count(*) from call_tasks where person_id = $1`, stage.Name("person 0")))
	require.Equal(t, 2, count1(t, s, `select count(*) from affected where person_id = $1`, stage.Name("person 3")), "with both their devices")
}

// The wrong person was picked: their call is on the list again, they are not
// reached, and the right one's call is needless.
func TestTheWrongPersonIsCorrected(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	inc := declared(t, s)
	wrong, right := stage.Name("person 0"), stage.Name("person 3")
	state := func(person ids.ID) (state, reached string) {
		require.NoError(t, s.Pool.QueryRow(ctx, `select k.state, a.reached from call_tasks k join affected a using (incident_id, person_id)
			where incident_id = $1 and person_id = $2`, inc.Incident.ID, person).Scan(&state, &reached))
		return state, reached
	}
	s.Clock.Set(s.Clock.Now().Add(time.Minute))
	c := called(t, s, &wrong)
	require.Len(t, c.CallsCancelled, 1)
	s.Clock.Set(s.Clock.Now().Add(time.Minute))
	k, err := s.Desk.CorrectCaller(ctx, s.Other, c.Contact.ID, right)
	require.NoError(t, err)
	require.Equal(t, right, *k.Contact.PersonID)
	require.Len(t, k.CallsRestored, 1)
	require.Equal(t, wrong, k.CallsRestored[0].PersonID)
	require.Len(t, k.CallsCancelled, 1)
	is, reached := state(wrong)
	require.Equal(t, []string{"queued", ""}, []string{is, reached})
	is, reached = state(right)
	require.Equal(t, []string{"cancelled", "customer_called"}, []string{is, reached})
	_, err = s.Desk.CorrectCaller(ctx, s.Agent, c.Contact.ID, right)
	refused(t, "contact_state", err)
	require.Equal(t, 1, count1(t, s, `select count(*) from contact_corrections where contact_id = $1 and from_id = $2 and to_id = $3`, c.Contact.ID, wrong, right))

	// With a ticket of theirs the ticket is corrected first.
	v, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "virus_cleanup", PersonID: right, ContactID: &c.Contact.ID})
	require.NoError(t, err)
	_, err = s.Desk.CorrectCaller(ctx, s.Agent, c.Contact.ID, wrong)
	require.Equal(t, v.Ticket.ID, refused(t, "ticket_of_another", err).Members["ticket_id"])
	_, err = s.Desk.CorrectCaller(ctx, s.Agent, ids.New(), wrong)
	refused(t, "contact_not_found", err)
}
