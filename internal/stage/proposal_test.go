package stage_test

import (
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// The only technician of a Monday is ill. Whoever was promised a window is proposed
// those of Tuesday, takes one, and is told of nothing but what they agreed to.
func TestAnAbsenceProposesOtherWindows(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 2})
	ctx := t.Context()
	first := promisedAt(t, s, 0, stage.At(10, 0), stage.At(12, 0))
	second := promisedAt(t, s, 2, stage.At(10, 0), stage.At(12, 0))
	ask := func(limit int) dispatch.Proposals {
		list, err := s.Desk.Propose(ctx, s.Agent, desk.NewProposals{RegionID: stage.Day().RegionID, Date: stage.Monday, Limit: limit})
		require.NoError(t, err)
		return list
	}
	require.Empty(t, ask(0).List, "nothing is endangered")
	publish(t, s)
	require.Equal(t, []string{"late", "late"}, away(t, s, 0))

	list := ask(0)
	require.Zero(t, list.Left)
	require.ElementsMatch(t, []ids.ID{first.Promise.ID, second.Promise.ID}, []ids.ID{list.List[0].PromiseID, list.List[1].PromiseID})
	for _, p := range list.List {
		require.True(t, p.Unplaced)
		require.NotEmpty(t, p.Offers)
		for _, o := range p.Offers {
			require.Equal(t, 10, o.WindowStart.UTC().Day(), "Tuesday")
			require.GreaterOrEqual(t, o.Confidence, dispatch.DefaultFloors().Quote)
		}
		require.Equal(t, stage.Monday, p.Refused[0].Date)
		require.Equal(t, "absent", p.Refused[0].Reasons[0].Code)
	}
	one := ask(1)
	require.Len(t, one.List, 1)
	require.Equal(t, 1, one.Left)

	// Both like the same window best. The first has it, and the second is offered
	// another in the same answer that says so.
	agree := func(p dispatch.Proposal) (desk.PromiseView, error) {
		now := promise(t, s, p.PromiseID)
		return s.Desk.Reschedule(ctx, desk.Acting{Who: s.Agent}, p.PromiseID, now.Promise.Version,
			desk.Reschedule{OutcomeID: p.Offers[0].OutcomeID, Choice: dispatch.OurChoice, Wish: dispatch.WishOtherWindow})
	}
	got, err := agree(list.List[0])
	require.NoError(t, err)
	require.Equal(t, list.List[0].PromiseID, got.Promise.ID, "the same promise, told anew")
	require.Equal(t, list.List[0].Offers[0].WindowStart, got.Promise.WindowStart.UTC())
	require.Nil(t, got.Promise.AtRiskSince, "it is sure again")
	require.Zero(t, count(t, s).Unlinked, "no change without its notice")
	left := ask(0)
	require.Len(t, left.List, 1)
	require.Equal(t, list.List[1].PromiseID, left.List[0].PromiseID)
	_, err = agree(left.List[0])
	require.NoError(t, err)
	require.Empty(t, ask(0).List)

	_, err = s.Desk.Propose(ctx, s.Stock, desk.NewProposals{RegionID: stage.Day().RegionID, Date: stage.Monday})
	refused(t, "scope_missing", err)
	_, err = s.Desk.Propose(ctx, s.Agent, desk.NewProposals{RegionID: ids.New(), Date: stage.Monday})
	refused(t, "region_not_found", err)
}
