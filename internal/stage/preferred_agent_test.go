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

// Nobody has any ticket, so that Anna would get what comes in by itself, by her login.
// Pat would rather speak to Ben; while Ben is away, to whoever stands in for him.
func TestWhatComesInGoesToThePreferredAgentOrTheirStandIn(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	pat, other := stage.Name("person 0"), stage.Name("person 1")
	anna, ben := s.Agent.AccountID, s.Other.AccountID
	_, err := s.Desk.PreferAgent(ctx, s.Agent, pat, ptr(s.Crew[0].AccountID))
	refused(t, "agent_not_found", err)
	wanted, err := s.Desk.PreferAgent(ctx, s.Agent, pat, &ben)
	require.NoError(t, err)
	require.Equal(t, dispatch.PreferredAgent{SubjectKind: "person", AgentID: ben, Name: "ben", SetBy: anna, SetAt: s.Clock.Now()}, utc(*wanted))

	first := request(t, s, mail("m1", "", "pat0@road.example"))
	require.Equal(t, ben, first.Ticket.OwnerID)
	require.Equal(t, ben, first.Contact.HandlerID)
	require.Equal(t, anna, request(t, s, mail("m2", "", "pat1@road.example")).Ticket.OwnerID, "a preference is one person's")

	// The word for one ticket goes before the person's, and its owner stays the owner.
	_, err = s.Desk.PreferAgentForTicket(ctx, s.Agent, first.Ticket.ID, &anna)
	require.NoError(t, err)
	joined := request(t, s, mail("m3", "m1", "pat0@road.example"))
	require.Equal(t, anna, joined.Contact.HandlerID)
	require.Equal(t, ben, joined.Ticket.OwnerID)
	v, err := s.Desk.Ticket(ctx, s.Agent, first.Ticket.ID)
	require.NoError(t, err)
	require.Equal(t, "ticket", v.Agent.SubjectKind)
	require.Equal(t, anna, v.Agent.AgentID)
	_, err = s.Desk.PreferAgentForTicket(ctx, s.Agent, first.Ticket.ID, nil)
	require.NoError(t, err)

	// Ben is away, and Lena stands in for him, who is no agent: the ticket's owner has to
	// be one, and what waits is hers meanwhile.
	now := s.Clock.Now()
	a, err := s.Desk.EnterAgentAbsence(ctx, s.Lead, desk.NewAgentAbsence{AccountID: ben, StandInID: s.Lead.AccountID, From: now, Until: now.Add(time.Hour)})
	require.NoError(t, err)
	card, err := s.Desk.Card(ctx, s.Agent, pat)
	require.NoError(t, err)
	require.Equal(t, ben, card.Agent.AgentID)
	require.Equal(t, s.Lead.AccountID, *card.Agent.StandInID)
	require.Equal(t, "lena", card.Agent.StandInName)
	require.Equal(t, s.Lead.AccountID, request(t, s, mail("m4", "m1", "pat0@road.example")).Contact.HandlerID)
	require.Equal(t, anna, request(t, s, mail("m5", "", "pat0@road.example")).Ticket.OwnerID)
	_, err = s.Desk.EndAgentAbsence(ctx, s.Lead, a.ID, a.Version)
	require.NoError(t, err)
	_, err = s.Desk.EnterAgentAbsence(ctx, s.Lead, desk.NewAgentAbsence{AccountID: anna, StandInID: ben, From: now, Until: now.Add(time.Hour)})
	require.NoError(t, err)
	_, err = s.Desk.PreferAgent(ctx, s.Other, other, &anna)
	require.NoError(t, err)
	require.Equal(t, ben, request(t, s, mail("m6", "", "pat1@road.example")).Ticket.OwnerID, "who stands in for her")

	_, err = s.Desk.PreferAgent(ctx, s.Agent, pat, nil)
	require.NoError(t, err)
	card, err = s.Desk.Card(ctx, s.Agent, pat)
	require.NoError(t, err)
	require.Nil(t, card.Agent)
}

// An agent who left the desk is preferred by nobody any more, and who is merged into
// another record brings along whom they prefer, where that one says nothing.
func TestAPreferredAgentWhoLeftIsNobody(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	ben := s.Other.AccountID
	_, err := s.Desk.PreferAgent(ctx, s.Agent, stage.Name("person 0"), &ben)
	require.NoError(t, err)
	_, err = s.Desk.MergePeople(ctx, s.Lead, stage.Name("person 0"), stage.Name("person 1"), "the same person")
	require.NoError(t, err)
	require.Equal(t, ben, request(t, s, mail("m1", "", "pat1@road.example")).Ticket.OwnerID)
	_, err = s.Pool.Exec(ctx, `update accounts set disabled = true where id = $1`, ben)
	require.NoError(t, err)
	require.Equal(t, s.Agent.AccountID, request(t, s, mail("m2", "", "pat1@road.example")).Ticket.OwnerID)
}

// The callback is due from whom the customer would rather hear, or from who stands in
// for them by then.
func TestThePreferredAgentCallsBack(t *testing.T) {
	t.Parallel()
	for name, away := range map[string]bool{"there": false, "away": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			ctx := t.Context()
			_, p := promised(t, s, 0, "printer_fault")
			publish(t, s)
			k := arrived(t, s, promise(t, s, p.Promise.ID))
			ben := s.Other.AccountID
			_, err := s.Desk.PreferAgent(ctx, s.Agent, stage.Name("person 0"), &ben)
			require.NoError(t, err)
			caller, instead := ben, (*ids.ID)(nil)
			if away {
				now := s.Clock.Now()
				_, err := s.Desk.EnterAgentAbsence(ctx, s.Lead, desk.NewAgentAbsence{AccountID: ben, StandInID: s.Lead.AccountID, From: now, Until: now.Add(9 * time.Hour)})
				require.NoError(t, err)
				caller, instead = s.Lead.AccountID, &ben
			}
			v, err := s.Field.Done(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})
			require.NoError(t, err)
			require.Equal(t, caller, v.Callback.OwnerID)
			require.Equal(t, instead, v.Callback.InsteadOf)
			require.Equal(t, s.Agent.AccountID, ticket(t, s, p.Promise.TicketID).Ticket.OwnerID, "the owner stays the owner")
		})
	}
}

func utc(p dispatch.PreferredAgent) dispatch.PreferredAgent {
	p.SetAt = p.SetAt.UTC()
	return p
}
