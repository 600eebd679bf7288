package stage_test

import (
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/day"
	"roundsman/dispatch/desk"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// fullDay is a published day of so many technicians and ten visits each at sites
// within an hour, of which the first few are promised.
func fullDay(t testing.TB, technicians, promises int) (*stage.Stage, []ids.ID) {
	t.Helper()
	s := stage.New(t, stage.Size{Technicians: technicians, People: 80, Days: 1})
	ctx := t.Context()
	var visits []ids.ID
	for i := range 10 * technicians {
		v, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "printer_fault", KeyField: "it", PersonID: stage.Name("person %d", i%80)})
		require.NoError(t, err)
		visits = append(visits, v.Visits[0].ID)
		if i >= promises {
			continue
		}
		q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: v.Ticket.ID, Days: 1})
		require.NoError(t, err)
		require.NotEmpty(t, q.Offers)
		_, err = s.Desk.Promise(ctx, s.Agent, desk.NewPromise{OutcomeID: q.Offers[len(q.Offers)-1].OutcomeID})
		require.NoError(t, err)
	}
	r, err := s.Control.StartRun(ctx, s.Dispatcher, control.NewRun{RegionID: stage.Day().RegionID, Date: stage.Monday, Seconds: 1})
	require.NoError(t, err)
	require.NoError(t, s.Work(ctx))
	_, err = s.Control.PublishRun(ctx, s.Dispatcher, r.ID)
	require.NoError(t, err)
	require.NoError(t, s.Work(ctx))
	return s, visits
}

// One of forty technicians with four hundred visits is ill. One act shows where
// each of their visits goes and does it: nothing is dropped, every promise keeps its
// window and has somebody who comes, and those behind are told of.
func TestASickTechnicianOnAFullDay(t *testing.T) {
	t.Parallel()
	s, visits := fullDay(t, 40, 40)
	ctx := t.Context()
	ill, theirs := 0, []ids.ID{}
	for k := range s.Crew { // who has most to hand over
		if list := inOrder(t, s, k); len(list) > len(theirs) {
			ill, theirs = k, list
		}
	}
	require.NotEmpty(t, theirs)
	o, err := s.Control.TryAbsence(ctx, s.Dispatcher, control.NewAbsence{TechnicianID: *s.Crew[ill].TechnicianID, From: stage.At(7, 0), Until: stage.At(18, 0)})
	require.NoError(t, err)
	require.True(t, o.Feasible, "%v", o.Blocked)
	goes, waits := map[ids.ID]*day.Spot{}, map[ids.ID]bool{}
	for _, m := range o.Moves {
		goes[m.VisitID] = m.To
	}
	for _, w := range o.Waiting {
		waits[w.VisitID] = true
		require.NotEmpty(t, w.Reasons, "why it finds no place")
	}
	for _, v := range theirs {
		to, shown := goes[v]
		require.True(t, shown, "where each visit goes")
		require.Equal(t, to == nil, waits[v])
	}
	done, err := s.Control.CommitAbsence(ctx, s.Dispatcher, "sick", o.ID)
	require.NoError(t, err)
	require.Empty(t, day.Matters(o, done), "what was shown is what was done")
	require.Empty(t, inOrder(t, s, ill))
	for _, v := range theirs {
		now := stopOf(t, s, v)
		if to := goes[v]; to != nil {
			require.Equal(t, to.TechnicianID, *now.TechnicianID)
		} else {
			require.Equal(t, dispatch.VisitWaiting, now.State)
		}
	}
	placed := 0
	for _, v := range visits {
		now := stopOf(t, s, v)
		if now.RoundID != nil {
			placed++
		}
	}
	require.Positive(t, placed)
	require.NoError(t, s.Store.Read(ctx, func(tx dispatch.Tx) error {
		list, _, err := tx.ListPromises(ctx, dispatch.PromiseFilter{States: []dispatch.PromiseState{dispatch.PromiseOpen}}, dispatch.Page{Limit: 200})
		require.Len(t, list, 40)
		for _, p := range list {
			require.Equal(t, p.FirstStart, p.WindowStart)
			require.Equal(t, p.FirstEnd, p.WindowEnd)
			v, err := tx.Visit(ctx, p.VisitID)
			require.NoError(t, err)
			require.NotNil(t, v.RoundID, "a promised visit has somebody who comes")
			require.Equal(t, p.TechnicianID, *v.TechnicianID)
		}
		return err
	}))
}

// BenchmarkBoardOfAFullDay reads the board of fifty technicians with five hundred
// visits out of the database.
func BenchmarkBoardOfAFullDay(b *testing.B) {
	s, _ := fullDay(b, 50, 0)
	for b.Loop() {
		_, err := s.Control.Board(b.Context(), s.Dispatcher, stage.Day().RegionID, nil)
		require.NoError(b, err)
	}
}

// BenchmarkAbsenceOfAFullDay tries a sick technician of forty, with everything that
// a request does.
func BenchmarkAbsenceOfAFullDay(b *testing.B) {
	s, _ := fullDay(b, 40, 40)
	n := control.NewAbsence{TechnicianID: *s.Crew[0].TechnicianID, From: stage.At(7, 0), Until: stage.At(18, 0)}
	b.ResetTimer()
	for b.Loop() {
		_, err := s.Control.TryAbsence(b.Context(), s.Dispatcher, n)
		require.NoError(b, err)
	}
}
