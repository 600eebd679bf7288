package dispatch

import (
	"testing"
	"time"

	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

var visitStates = []VisitState{VisitWaiting, VisitScheduled, VisitEnRoute, VisitArrived, VisitInProgress, VisitCompleted, VisitCannotComplete, VisitCancelled}

// Rows become columns: x where it may.
func TestVisitMoves(t *testing.T) {
	t.Parallel()
	for i, row := range []string{
		".x.....x", // waiting
		"xxxx...x", // scheduled: moved within its round, taken out, left for, found at once, cancelled
		".x.x..x.", // en route, and back when that was a mistake
		".xx.xxx.", // arrived, and back when that was a mistake
		".....xx.", // in progress
		"........", // completed
		"........", // cannot complete
		"........", // cancelled
	} {
		for j, allowed := range row {
			from, to := visitStates[i], visitStates[j]
			err := from.MayBecome(to)
			if allowed == 'x' {
				require.NoError(t, err, "%s to %s", from, to)
				continue
			}
			f := requireCode(t, "visit_state", err)
			require.Equal(t, from, f.Members["state"])
			require.Contains(t, f.Members, "allowed")
		}
	}
	require.Error(t, VisitState("nonsense").MayBecome(VisitWaiting))
}

func TestVisitsStartedAndOver(t *testing.T) {
	t.Parallel()
	for i, want := range []string{"", "", "started", "started", "started", "over", "over", "over"} {
		s := visitStates[i]
		require.Equal(t, want == "started", s.Started(), s)
		require.Equal(t, want == "over", s.Over(), s)
		if s.Over() {
			require.Empty(t, visitTable.Next(s), "nothing more happens")
		}
	}
}

func TestTickets(t *testing.T) {
	t.Parallel()
	onSite, remote := Template{Code: "virus", OnSite: true}, Template{Code: "password"}
	for _, s := range []TicketState{TicketOpen, TicketPlanned, TicketRestored} {
		require.NoError(t, Ticket{State: s}.May(DeskResolve))
		require.NoError(t, Ticket{State: s}.MayVisit(onSite))
		requireCode(t, "ticket_not_on_site", Ticket{State: s}.MayVisit(remote))
	}
	f := requireCode(t, "ticket_resolved", Ticket{State: TicketResolved, Number: 2041}.May(DeskResolve))
	require.Contains(t, f.Message, "T-2041")
	requireCode(t, "ticket_resolved", Ticket{State: TicketResolved}.MayVisit(onSite))
	requireCode(t, "ticket_resolved", Ticket{State: TicketResolved}.MayVisit(remote))
}

func TestTicketOfATemplate(t *testing.T) {
	t.Parallel()
	model, owner := ids.From(ids.Nil, "dock"), ids.From(ids.Nil, "owner")
	tpl := Template{ID: ids.From(ids.Nil, "template"), Name: "Virus cleanup", Priority: 2, Minutes: 45, Spread: 0.4, SkillCode: "pc", SkillLevel: 2, KitModel: &model}
	person := Person{ID: ids.From(ids.Nil, "person"), SiteID: here}
	k := TicketOf(tpl, person, owner, nine)
	require.Equal(t, owner, k.OwnerID, "owned from the start")
	require.Equal(t, TicketOpen, k.State)
	require.Equal(t, nine.Add(2*time.Hour), k.NextUpdate)
	require.Equal(t, []any{person.ID, here, tpl.ID, 2, "Virus cleanup"}, []any{k.PersonID, k.SiteID, k.TemplateID, k.Priority, k.Summary})
	k.Priority = 1 // raised since
	v := VisitOf(k, tpl, Site{ID: here, RegionID: there})
	require.Equal(t, VisitWaiting, v.State)
	require.Equal(t, 1, v.Priority, "the ticket's, not the template's")
	require.Equal(t, []any{k.ID, person.ID, here, there, 45, 0.4, "pc", 2, &model},
		[]any{v.TicketID, v.PersonID, v.SiteID, v.RegionID, v.Minutes, v.Spread, v.SkillCode, v.SkillLevel, v.KitModel})
	require.NotEqual(t, ids.Nil, v.ID)
	require.Nil(t, v.RoundID)
}

func TestOptionSets(t *testing.T) {
	t.Parallel()
	outcome := ids.From(ids.Nil, "outcome")
	can, cannot := Option{OutcomeID: &outcome}, Option{Blocked: "no laptop is left in the kit"}
	require.NoError(t, OptionSet{State: OptionsOffered}.MayChoose(can))
	f := requireCode(t, "option_blocked", OptionSet{State: OptionsOffered}.MayChoose(cannot))
	require.Contains(t, f.Message, "no laptop is left in the kit")
	for _, s := range []OptionSetState{OptionsChosen, OptionsLapsed, OptionsWithdrawn} {
		requireCode(t, "options_state", OptionSet{State: s}.MayChoose(can))
		requireCode(t, "options_state", OptionSet{State: s}.MayChoose(cannot))
	}
}
