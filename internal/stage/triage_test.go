package stage_test

import (
	"strings"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// Somebody says what they see and chooses nothing. What it may be is suggested; when an
// agent confirms it, what was said, when, and the first contact are what they were, and
// the visit that it needs is made.
func TestATicketIsOpenedByItsSymptoms(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	person := stage.Name("person 0")
	_, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{PersonID: person, Symptoms: "  "})
	refused(t, "template_or_symptoms", err)

	told := "The printing is blank since this morning.\nThe reset did not help."
	v, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{PersonID: person, Symptoms: told, Contact: &desk.NewContact{Reason: "new"}})
	require.NoError(t, err)
	require.False(t, v.Ticket.Classified())
	require.Equal(t, told, v.Ticket.Symptoms)
	require.Equal(t, "The printing is blank since this morning.", v.Ticket.Summary)
	require.Empty(t, v.Visits, "nobody is sent before somebody says what it is")
	require.Equal(t, []string{"password_reset", "printer_fault"}, codesOf(v.Suggested), "one word each: the code decides")
	require.Equal(t, []string{"printing"}, v.Suggested[1].Words)
	_, err = s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID, Days: 1})
	refused(t, "ticket_not_on_site", err)
	require.Equal(t, []ids.ID{v.Ticket.ID}, unclassified(t, s))
	opened, number, first := v.Ticket.OpenedAt, v.Ticket.Number, contactsOf(t, s, v.Ticket.ID)
	require.Len(t, first, 1)

	s.Clock.Set(s.Clock.Now().Add(10 * time.Minute))
	_, err = s.Desk.Classify(ctx, s.Other, v.Ticket.ID, v.Ticket.Version, desk.Classification{Template: "printer_fault"})
	require.NoError(t, err)
	now := ticket(t, s, v.Ticket.ID)
	require.True(t, now.Ticket.Classified())
	require.Empty(t, now.Suggested)
	require.Equal(t, "printer_fault", now.Template.Code)
	require.Equal(t, now.Template.Priority, now.Ticket.Priority)
	require.Len(t, now.Visits, 1)
	require.Equal(t, told, now.Ticket.Symptoms, "nobody asked again")
	require.Equal(t, opened.UTC(), now.Ticket.OpenedAt.UTC())
	require.Equal(t, number, now.Ticket.Number)
	require.Equal(t, first, contactsOf(t, s, v.Ticket.ID), "the first contact is the first contact")
	require.Empty(t, unclassified(t, s))
}

// What a mail says is enough at the front door too, and the words that a template was
// given for it weigh more than its name.
func TestAMailNeedsNoTemplate(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	n := mail("m1", "", "pat0@road.example")
	n.Template = ""
	r := request(t, s, n)
	require.False(t, r.Ticket.Classified())
	require.Equal(t, "Blank pages", r.Ticket.Summary)
	require.Equal(t, "Blank pages\nSince this morning.", r.Ticket.Symptoms)
	suggested := func() []string {
		v, err := s.Desk.Ticket(ctx, s.Agent, r.Ticket.ID)
		require.NoError(t, err)
		return codesOf(v.Suggested)
	}
	require.Empty(t, suggested(), "no template knows these words")
	_, err := s.Pool.Exec(ctx, `update templates set symptoms = '{"blank pages", "paper jam"}' where code = 'printer_fault'`)
	require.NoError(t, err)
	require.Equal(t, []string{"printer_fault"}, suggested())

	// Where a company wants a template at once, it retires the one that is none.
	_, err = s.Pool.Exec(ctx, `update templates set retired_at = $1 where code = 'unclassified'`, s.Clock.Now())
	require.NoError(t, err)
	_, err = s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{PersonID: stage.Name("person 0"), Symptoms: "blank pages"})
	refused(t, "template_state", err)
}

func TestSymptomsAreNotKeptWithoutEnd(t *testing.T) {
	t.Parallel()
	var k dispatch.Ticket
	k.TemplateID = dispatch.UnclassifiedID
	k.Tell(strings.Repeat("é", dispatch.SymptomsMost+5))
	require.Len(t, []rune(k.Symptoms), dispatch.SymptomsMost)
	require.Len(t, []rune(k.Summary), 120)
	require.True(t, strings.HasSuffix(k.Summary, "…"))
}

func codesOf(list []dispatch.Suggestion) (out []string) {
	for _, s := range list {
		out = append(out, s.Template.Code)
	}
	return out
}

func unclassified(t *testing.T, s *stage.Stage) (out []ids.ID) {
	t.Helper()
	list, _, err := s.Desk.Tickets(t.Context(), s.Agent, dispatch.TicketFilter{Unclassified: true}, dispatch.Page{Limit: 10})
	require.NoError(t, err)
	for _, k := range list {
		out = append(out, k.ID)
	}
	return out
}

// contactsOf gives the contacts of a ticket with the instants at which they began.
func contactsOf(t *testing.T, s *stage.Stage, ticket ids.ID) map[ids.ID]time.Time {
	t.Helper()
	rows, err := s.Pool.Query(t.Context(), `select id, answered_at from contacts where ticket_id = $1`, ticket)
	require.NoError(t, err)
	defer rows.Close()
	out := map[ids.ID]time.Time{}
	for rows.Next() {
		var id ids.ID
		var at time.Time
		require.NoError(t, rows.Scan(&id, &at))
		out[id] = at.UTC()
	}
	require.NoError(t, rows.Err())
	return out
}
