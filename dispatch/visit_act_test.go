package dispatch

import (
	"testing"

	"roundsman/internal/fault"

	"github.com/stretchr/testify/require"
)

var allVisitStates = []VisitState{VisitWaiting, VisitScheduled, VisitEnRoute, VisitArrived, VisitInProgress, VisitCompleted, VisitCannotComplete, VisitCancelled}

// Every act against every state it may meet, as a table to read: w(aiting),
// s(cheduled), e(n route), a(rrived), i(n progress), d(one: completed), x (cannot
// complete), c(ancelled).
func TestEveryActInEveryState(t *testing.T) {
	t.Parallel()
	letters := map[VisitState]string{VisitWaiting: "w", VisitScheduled: "s", VisitEnRoute: "e", VisitArrived: "a", VisitInProgress: "i",
		VisitCompleted: "d", VisitCannotComplete: "x", VisitCancelled: "c"}
	want := map[VisitAct]string{
		ActPlace: "ws", ActUnplace: "s", ActCancel: "ws",
		ActDepart: "s", ActUndoDeparture: "e", ActArrive: "se", ActUndoArrival: "a", ActWitness: "seaidx",
		ActOffer: "a", ActChoose: "a", ActPause: "ai", ActResume: "ai", ActEstimate: "ai", ActCall: "seai", ActMiss: "a",
		ActPresence: "ai", ActFollowUp: "ai", ActSecond: "eai", ActComplete: "ai", ActGiveUp: "eai", ActNeverReported: "eai", ActForetell: "wseai", ActDuty: "dx",
	}
	require.Len(t, visitActs, len(want))
	for act, fits := range want {
		got := ""
		for _, s := range allVisitStates {
			err := s.Allows(act)
			if err == nil {
				got += letters[s]
				continue
			}
			f := fault.Of(err)
			require.Equal(t, "visit_state", f.Code, "%s in %s", act, s)
			require.Equal(t, s, f.Members["state"])
			require.NotEmpty(t, f.Members["allowed"])
		}
		require.Equal(t, fits, got, "%s", act)
	}
}

// The states that a visit may become are those that some act makes of it.
func TestMovesAreWhatActsDo(t *testing.T) {
	t.Parallel()
	moves := map[VisitState]map[VisitState]bool{}
	for _, a := range visitActs {
		for _, from := range a.from {
			for _, to := range a.to {
				if moves[from] == nil {
					moves[from] = map[VisitState]bool{}
				}
				moves[from][to] = true
			}
		}
	}
	for _, from := range allVisitStates {
		require.Len(t, visitMoves[from], len(moves[from]), "%s", from)
		for _, to := range visitMoves[from] {
			require.True(t, moves[from][to], "%s to %s", from, to)
		}
	}
}
