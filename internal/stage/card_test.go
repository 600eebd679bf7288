package stage_test

import (
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/incidents"
	"roundsman/dispatch/stock"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// The card names who spoke with the caller, whom they would rather see, and the
// changes ahead of their site or device; what is for others, over or not approved
// is not said.
func TestTheCardNamesHandlersPreferenceAndChangesAhead(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	src := source(t, s, "changes")
	report := func(id string, c incidents.ChangeReport) {
		c.ExternalID, c.Planned, c.Title, c.NoticeText = id, true, id, id+" is changed."
		c.State = dispatch.ChangePlanned
		_, err := tellUs(t, s, src, "m "+id, incidents.Report{Change: &c})
		require.NoError(t, err)
	}
	soon := incidents.ChangeReport{StartsAt: stage.At(24+9, 0), EndsAt: stage.At(24+11, 0), Approval: "approved"}
	site, device, elsewhere, later, asked := soon, soon, soon, soon, soon
	site.Sites = []ids.ID{stage.Name("site 0")}
	device.Models = []string{"OLD-1"}
	elsewhere.Sites = []ids.ID{stage.Name("site 1")}
	later.Sites, later.StartsAt, later.EndsAt = site.Sites, stage.At(15*24+9, 0), stage.At(15*24+11, 0)
	asked.Sites, asked.Approval, asked.StartsAt = site.Sites, "pending", stage.At(24+10, 0)
	for id, c := range map[string]incidents.ChangeReport{"site": site, "device": device, "elsewhere": elsewhere, "later": later, "asked": asked} {
		report(id, c)
	}
	person := stage.Name("person 0")
	for _, who := range []access.Principal{s.Agent, s.Other, s.Agent} {
		_, err := s.Desk.StartContact(ctx, who, desk.NewContact{PersonID: &person, Channel: "phone", Direction: "in", Reason: "status"})
		require.NoError(t, err)
	}
	_, err := s.Desk.Prefer(ctx, s.Agent, person, ptr(stage.Name("technician 1")))
	require.NoError(t, err)

	card, err := s.Desk.Card(ctx, s.Agent, person)
	require.NoError(t, err)
	require.Equal(t, map[ids.ID]string{s.Agent.AccountID: "anna", s.Other.AccountID: "ben"}, card.Handlers)
	require.Equal(t, "Tess B", card.Preferred.Technician.Name)
	var titles, said []string
	for _, c := range card.Changes {
		titles = append(titles, c.Title)
	}
	require.ElementsMatch(t, []string{"site", "device", "asked"}, titles)
	for _, l := range card.Say {
		if l.SourceKind == "change" {
			said = append(said, l.Text)
		}
	}
	require.ElementsMatch(t, []string{"Planned tomorrow between 09:00 and 11:00: site is changed.", "Planned tomorrow between 09:00 and 11:00: device is changed."}, said)

	other, err := s.Desk.Card(ctx, s.Agent, stage.Name("person 2"))
	require.NoError(t, err)
	require.Nil(t, other.Preferred)
	require.Empty(t, other.Handlers)
	require.Len(t, other.Changes, 2, "of their site, and of the device that they have too")
}

// One look finds who is calling and all that is known of them: what another agent
// heard a month ago, what they were lent and what is late of it, what is open and
// promised. Where several may be calling, nobody's record is shown.
func TestOneLookShowsTheWholeCaller(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	person, number := stage.Name("person 0"), "0302/555 0000"
	month := s.Clock.Now().AddDate(0, 0, -30)
	old, err := s.Desk.StartContact(ctx, s.Other, desk.NewContact{PersonID: &person, Channel: "chat", Direction: "in", Reason: "other", QueuedAt: &month, AnsweredAt: &month})
	require.NoError(t, err)
	_, err = s.Desk.EndContact(ctx, s.Other, old.Contact.ID, "resolved")
	require.NoError(t, err)
	item := pooled(t, s, 1)[0]
	l := book(t, s, stock.NewLoan{PersonID: person, ItemID: &item, DueAt: stage.At(9, 0)})
	_, err = s.Room.CheckOut(ctx, s.Stock, l.Loan.ID, l.Loan.Version, stock.Handover{Condition: "good"})
	require.NoError(t, err)
	_, p := promised(t, s, 0, "printer_fault")
	_, err = s.Pool.Exec(ctx, `update people set vip = true, accessibility = 'Hard of hearing.' where id = $1`, person)
	require.NoError(t, err)
	s.Clock.Set(stage.At(9, 0))

	for _, q := range []dispatch.CallerQuery{{Phone: number}, {EmployeeNumber: "e0000"}, {AssetTag: held(t, s, stage.Name("item device 0")).Held.Item.Tag}, {Mail: "PAT0@road.example"}} {
		found, err := s.Desk.Lookup(ctx, s.Agent, q)
		require.NoError(t, err)
		require.NotNil(t, found.Card, "%+v", q)
		c := found.Card
		require.Equal(t, person, c.Person.ID)
		require.Equal(t, "S0", c.Site.Code)
		require.Subset(t, c.Before, []string{"VIP.", "Hard of hearing."})
		require.Len(t, c.Devices, 2, "their own and the loaner")
		require.Equal(t, []any{item, true}, []any{c.Loans[0].Item.Item.ID, c.Loans[0].Overdue})
		require.Equal(t, p.Promise.TicketID, c.OpenTickets[0].ID)
		require.Len(t, c.Promises, 2, "the visit, and that the loaner comes back")
		require.Equal(t, []any{"chat", "resolved", "ben"}, []any{c.LastContacts[0].Channel, c.LastContacts[0].Outcome, c.Handlers[c.LastContacts[0].HandlerID]})
	}
	both, err := s.Desk.Lookup(ctx, s.Agent, dispatch.CallerQuery{Name: "Pat"})
	require.NoError(t, err)
	require.Greater(t, len(both.Hits), 1)
	require.Nil(t, both.Card)
	none, err := s.Desk.Lookup(ctx, s.Agent, dispatch.CallerQuery{Phone: "+4930123456"})
	require.NoError(t, err)
	require.Empty(t, none.Hits)
	require.Nil(t, none.Card)
}
