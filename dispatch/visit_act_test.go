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
		ActPlace: "ws", ActUnplace: "s", ActCancel: "ws", ActPromise: "ws", ActDivert: "ws", ActReserve: "wseai",
		ActMove: "ws", ActPin: "s", ActUnassign: "s", ActSplit: "s", ActJoin: "seai", ActHasten: "ws",
		ActDepart: "s", ActUndoDeparture: "e", ActArrive: "se", ActUndoArrival: "a", ActWitness: "seaidx",
		ActOffer: "a", ActChoose: "a", ActPause: "ai", ActResume: "ai", ActEstimate: "ai", ActCall: "seai", ActMiss: "a",
		ActPresence: "ai", ActFollowUp: "ai", ActSecond: "eai", ActComplete: "ai", ActGiveUp: "eai", ActNeverReported: "eai", ActForetell: "wseai", ActDuty: "dx",
	}
	require.Len(t, visitTable.Names(), len(want))
	for act, fits := range want {
		got := ""
		for _, s := range allVisitStates {
			err := s.Allows(act)
			if err == nil {
				got += letters[s]
				continue
			}
			f := fault.Of(err)
			require.Equal(t, s, f.Members["state"])
			require.NotEmpty(t, f.Members["allowed"])
		}
		require.Equal(t, fits, got, "%s", act)
	}
}
