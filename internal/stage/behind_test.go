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

// A technician of whom nothing is heard is late as well: who waits is told before
// their window is over, whether the technician stays too long with somebody before
// them or has never set out at all. The window stays what was said.
func TestSilenceIsToldBeforeTheMiss(t *testing.T) {
	t.Parallel()
	for name, arrives := range map[string]bool{"stays with the first": true, "never sets out": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 1})
			ctx := t.Context()
			_, p := promised(t, s, 0, "printer_fault")
			_, q := promised(t, s, 2, "printer_fault")
			publish(t, s)
			first, second := promise(t, s, p.Promise.ID), promise(t, s, q.Promise.ID)
			if second.ETA.Before(*first.ETA) {
				first, second = second, first
			}
			s.Clock.Set(*first.ETA)
			if arrives {
				_, err := s.Field.Arrive(ctx, s.Crew[0], first.Promise.VisitID, field.NewFact{})
				require.NoError(t, err)
				require.NoError(t, s.Work(ctx))
			}
			told := silence(t, s, second, dispatch.EntryAtRisk)
			require.NotNil(t, told, "somebody told them")
			require.True(t, told.At.Before(second.Promise.WindowEnd), "%s is before the end, %s", told.At, second.Promise.WindowEnd)
			require.NotNil(t, told.NoticeID)
			now := promise(t, s, second.Promise.ID)
			require.True(t, now.ETA.After(*second.ETA), "the estimate moves")
			require.Equal(t, second.Promise.WindowEnd, now.Promise.WindowEnd, "the promise does not")
			require.Equal(t, 1, events(t, s, "promise.at_risk")-events(t, s, "promise.recovered")-atRisk(t, s, first))
		})
	}
}

// silence lets the clock run to the end of a promise's window, with a sweep every
// minute and nothing heard, until the promise has an entry of a kind.
func silence(t *testing.T, s *stage.Stage, p desk.PromiseView, kind dispatch.EntryKind) *dispatch.Entry {
	t.Helper()
	for s.Clock.Now().Before(p.Promise.WindowEnd) {
		sweep(t, s)
		require.NoError(t, s.Work(t.Context()))
		for _, e := range promise(t, s, p.Promise.ID).Entries {
			if e.Kind == kind {
				return &e
			}
		}
		s.Clock.Set(s.Clock.Now().Add(time.Minute))
	}
	return nil
}

// atRisk counts how often a promise was at risk.
func atRisk(t *testing.T, s *stage.Stage, p desk.PromiseView) (n int) {
	t.Helper()
	for _, e := range promise(t, s, p.Promise.ID).Entries {
		if e.Kind == dispatch.EntryAtRisk {
			n++
		}
	}
	return n
}

// Once computed, times are the present ones: a round is looked at again only after
// another while, and one in which nobody waits for anything is left alone.
func TestARoundIsLookedAtAnewOnceAWhile(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 1})
	ctx := t.Context()
	_, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	behind := func() (n int) {
		require.NoError(t, s.Store.Read(ctx, func(tx dispatch.Tx) error {
			list, err := tx.RoundsBehind(ctx, s.Clock.Now().Add(-12*time.Hour), s.Clock.Now().Add(-dispatch.BehindBy), 10)
			n = len(list)
			return err
		}))
		return n
	}
	leave := stopOf(t, s, p.Promise.VisitID).PlannedLeave
	s.Clock.Set(leave.Add(dispatch.BehindBy - time.Second))
	require.Zero(t, behind())
	s.Clock.Set(leave.Add(dispatch.BehindBy))
	require.Equal(t, 1, behind())
	sweep(t, s)
	require.NoError(t, s.Work(ctx))
	require.Zero(t, behind(), "it is as late as it is")
	s.Clock.Set(s.Clock.Now().Add(dispatch.BehindBy))
	require.Equal(t, 1, behind())
	now := promise(t, s, p.Promise.ID)
	_, err := s.Desk.WithdrawPromise(ctx, desk.Acting{Who: s.Agent}, p.Promise.ID, now.Promise.Version, desk.Withdrawal{Note: "customer"})
	require.NoError(t, err)
	require.Zero(t, behind(), "nobody waits")
}
