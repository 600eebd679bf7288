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

// The caller sits at another desk today: the technician goes there and calls the
// number there, and the record says what it said.
func TestTheVisitGoesWhereTheyAre(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	was := v.Person
	there := stage.Name("site 2")
	now := ticket(t, s, v.Ticket.ID).Ticket
	k, err := s.Desk.PlaceTicket(ctx, s.Agent, now.ID, now.Version, desk.NewPlace{SiteID: &there, Building: "C", Floor: 4, Room: "4.01", Callback: "302 555 0177"})
	require.NoError(t, err)
	require.Equal(t, there, k.SiteID)
	require.Equal(t, &dispatch.Place{Building: "C", Floor: 4, Room: "4.01", Callback: "+13025550177"}, k.Place)
	require.NoError(t, s.Work(ctx))

	crew := crewOf(t, s, promise(t, s, p.Promise.ID).Promise.TechnicianID)
	round := roundOf(t, s, crew)
	require.Len(t, round.Stops, 1)
	require.Equal(t, there, round.Stops[0].Site.ID)
	require.Equal(t, 3000, *round.Stops[0].Visit.LegMetres, "the way is that to the third site")
	require.Equal(t, "C, floor 4, room 4.01", round.Stops[0].Person.Where())
	require.Equal(t, "+13025550177", *round.Stops[0].Person.Mobile)
	card, err := s.Desk.Card(ctx, s.Agent, was.ID)
	require.NoError(t, err)
	require.Equal(t, was.SiteID, card.Person.SiteID, "the record is as it was")
	require.Equal(t, was.Room, card.Person.Room)
	require.Equal(t, was.Mobile, card.Person.Mobile)
	list, _, err := s.Desk.PlaceChanges(ctx, s.Other, was.ID, dispatch.Page{})
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Equal(t, v.Ticket.ID, *list[0].TicketID)
	require.Equal(t, dispatch.Place{Building: "A", Room: "100"}, list[0].FromPlace)
	require.Equal(t, "C", list[0].ToPlace.Building)

	_, err = s.Desk.PlaceTicket(ctx, s.Agent, now.ID, now.Version, desk.NewPlace{Room: "1"})
	refused(t, "version_stale", err)
	_, err = s.Desk.PlaceTicket(ctx, s.Agent, k.ID, k.Version, desk.NewPlace{Callback: "none"})
	refused(t, "bad_phone", err)

	// On the way: another room may be told, another site may not.
	s.Clock.Set(*round.Stops[0].Visit.PlannedLeave)
	_, err = s.Field.Leave(ctx, s.Crew[crew], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	k = ticket(t, s, v.Ticket.ID).Ticket
	back := stage.Name("site 0")
	_, err = s.Desk.PlaceTicket(ctx, s.Agent, k.ID, k.Version, desk.NewPlace{SiteID: &back, Room: "1"})
	refused(t, "visit_under_way", err)
	k, err = s.Desk.PlaceTicket(ctx, s.Agent, k.ID, k.Version, desk.NewPlace{Building: "C", Floor: 5, Room: "5.02"})
	require.NoError(t, err)
	require.Equal(t, "C, floor 5, room 5.02", roundOf(t, s, crew).Stops[0].Person.Where())
}

// They have moved for good: the record changes and keeps where they were, and what
// was to be served there goes along, but for what has begun and what they said
// themselves.
func TestTheyAreSomewhereElseNow(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	person := stage.Name("person 0")
	waits := opened(t, s, 0, "printer_fault")
	elsewhere := opened(t, s, 0, "virus_cleanup").Ticket
	elsewhere, err := s.Desk.PlaceTicket(ctx, s.Agent, elsewhere.ID, elsewhere.Version, desk.NewPlace{Building: "B", Room: "9"})
	require.NoError(t, err)
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	begun := promise(t, s, p.Promise.ID)
	s.Clock.Set(*stopOf(t, s, p.Promise.VisitID).PlannedLeave)
	_, err = s.Field.Leave(ctx, s.Crew[crewOf(t, s, begun.Promise.TechnicianID)], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)

	card, err := s.Desk.Card(ctx, s.Agent, person)
	require.NoError(t, err)
	there := stage.Name("site 2")
	_, err = s.Desk.Relocate(ctx, s.Agent, person, card.Person.Version+1, desk.NewPlace{SiteID: &there, Room: "200"})
	refused(t, "version_stale", err)
	out, err := s.Desk.Relocate(ctx, s.Agent, person, card.Person.Version, desk.NewPlace{SiteID: &there, Building: "D", Floor: 2, Room: "200"})
	require.NoError(t, err)
	require.Equal(t, there, out.Person.SiteID)
	require.Equal(t, "200", out.Person.Room)
	require.Contains(t, out.Moved, waits.Ticket.ID)
	require.NotContains(t, out.Moved, elsewhere.ID, "they said where they are for this one")
	require.Len(t, out.Stayed, 1)
	require.Equal(t, begun.Promise.TicketID, out.Stayed[0].TicketID)
	require.Equal(t, "visit_under_way", out.Stayed[0].Code)
	require.Equal(t, there, ticket(t, s, waits.Ticket.ID).Visits[0].SiteID)
	require.Equal(t, stage.Name("site 0"), stopOf(t, s, p.Promise.VisitID).SiteID)
	require.Equal(t, stage.Name("site 0"), ticket(t, s, elsewhere.ID).Ticket.SiteID)
	s.Clock.Set(s.Clock.Now().Add(time.Minute))
	list, _, err := s.Desk.PlaceChanges(ctx, s.Agent, person, dispatch.Page{Limit: 10})
	require.NoError(t, err)
	require.Len(t, list, 3)
	require.Equal(t, 1, events(t, s, "person.relocated"))
}
