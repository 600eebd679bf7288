package stage_test

import (
	"slices"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// countOf gives the report's line of one kind.
func countOf(t *testing.T, s *stage.Stage, k dispatch.PromiseKind) dispatch.PromiseCount {
	t.Helper()
	list, err := s.Desk.PromiseReport(t.Context(), s.Agent, stage.At(0, 0), stage.At(23, 0).AddDate(0, 0, 14))
	require.NoError(t, err)
	require.Len(t, list, len(dispatch.PromiseKinds), "a line for every kind")
	return list[slices.IndexFunc(list, func(c dispatch.PromiseCount) bool { return c.Kind == k })]
}

// retold moves the window of a promise, with its notice and entry.
func retold(t *testing.T, s *stage.Stage, id ids.ID, by time.Duration) {
	t.Helper()
	ctx := t.Context()
	require.NoError(t, s.Store.Write(ctx, func(tx dispatch.Tx) error {
		p, err := tx.LockPromise(ctx, id)
		require.NoError(t, err)
		person, err := tx.Person(ctx, p.PersonID)
		require.NoError(t, err)
		p.WindowStart, p.WindowEnd = p.WindowStart.Add(by), p.WindowEnd.Add(by)
		p, err = tx.SavePromise(ctx, p)
		require.NoError(t, err)
		n := dispatch.NoticeFor(person, nil, &p.ID, "promise_moved", "later.", s.Clock.Now())
		require.NoError(t, decide.Send(ctx, tx, n))
		e := dispatch.EntryOf(p, dispatch.EntryRevised, s.Clock.Now())
		e.NoticeID = &n.ID
		_, err = tx.AppendEntry(ctx, e)
		return err
	}))
}

// lent makes a loan-return promise that is due after a while.
func lent(t *testing.T, s *stage.Stage, loan ids.ID, due time.Duration) (p dispatch.Promise) {
	t.Helper()
	ctx := t.Context()
	require.NoError(t, s.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
		p, err = decide.MakeDue(ctx, tx, s.Agent, dispatch.DuePromise{Kind: dispatch.LoanReturnPromise, PersonID: stage.Name("person 0"),
			SubjectID: loan, Due: s.Clock.Now().Add(due), Wording: "back by then"}, s.Clock.Now())
		return err
	}))
	return p
}

// What was lent is promised back: in time it is kept, after it late, never it is
// broken; and one loan is promised once.
func TestALoanIsPromisedBack(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	back := func(loan ids.ID) (p *dispatch.Promise, err error) {
		err = s.Store.Write(ctx, func(tx dispatch.Tx) error {
			p, err = decide.SettleDue(ctx, tx, s.Agent, dispatch.LoanReturnPromise, loan, s.Clock.Now(), "returned", s.Clock.Now())
			return err
		})
		return p, err
	}
	kept, late, broken := ids.New(), ids.New(), ids.New()
	for _, loan := range []ids.ID{kept, late, broken} {
		lent(t, s, loan, time.Hour)
	}
	err := s.Store.Write(ctx, func(tx dispatch.Tx) error {
		_, err := decide.MakeDue(ctx, tx, s.Agent, dispatch.DuePromise{Kind: dispatch.LoanReturnPromise, PersonID: stage.Name("person 0"),
			SubjectID: kept, Due: s.Clock.Now().Add(time.Hour), Wording: "again"}, s.Clock.Now())
		return err
	})
	refused(t, "promise_taken", err)
	due := s.Clock.Now().Add(time.Hour)
	s.Clock.Set(due.Add(-time.Second))
	p, err := back(kept)
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseKept, p.State)
	p, err = back(kept)
	require.NoError(t, err)
	require.Nil(t, p, "given back once")

	s.Clock.Set(due)
	sweep(t, s)
	before := digest(t, s)
	sweep(t, s)
	require.Equal(t, before, digest(t, s), "marked once")
	p, err = back(late)
	require.NoError(t, err)
	require.Equal(t, dispatch.PromiseLate, p.State)
	require.Equal(t, []dispatch.EntryKind{dispatch.EntryMade, dispatch.EntryAtRisk, dispatch.EntryLate}, kinds(promise(t, s, p.ID)))

	s.Clock.Set(due.Add(30*24*time.Hour - time.Second))
	sweep(t, s)
	require.Equal(t, 1, countOf(t, s, dispatch.LoanReturnPromise).Open)
	s.Clock.Set(due.Add(30 * 24 * time.Hour))
	sweep(t, s)
	c := countOf(t, s, dispatch.LoanReturnPromise)
	require.Equal(t, dispatch.PromiseCount{Kind: dispatch.LoanReturnPromise, Made: 3, Kept: 1, KeptFirst: 1, Late: 1, Broken: 1}, c)
	last, first, ok := c.KeptRate()
	require.True(t, ok)
	require.InDelta(t, 1.0/3, last, 1e-9)
	require.InDelta(t, 1.0/3, first, 1e-9)
}

// The callback after a visit is a promise to the customer like any other.
func TestACallbackIsAPromise(t *testing.T) {
	t.Parallel()
	for name, play := range map[string]struct {
		wait    time.Duration
		outcome dispatch.CallbackOutcome
		want    dispatch.PromiseCount
	}{
		"in time":     {time.Hour, dispatch.CallbackConfirmed, dispatch.PromiseCount{Kept: 1, KeptFirst: 1}},
		"at last":     {3 * time.Hour, dispatch.CallbackReopened, dispatch.PromiseCount{Late: 1}},
		"no calls":    {time.Hour, dispatch.CallbackDeclined, dispatch.PromiseCount{Withdrawn: 1}},
		"not reached": {time.Hour, dispatch.CallbackNotReached, dispatch.PromiseCount{Open: 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			c := served(t, s)
			require.Equal(t, dispatch.PromiseCount{Kind: dispatch.CallbackPromise, Made: 1, Open: 1}, countOf(t, s, dispatch.CallbackPromise))
			s.Clock.Set(s.Clock.Now().Add(play.wait))
			_, err := s.Desk.SettleCallback(t.Context(), s.Agent, c.ID, c.Version, play.outcome, "")
			require.NoError(t, err)
			play.want.Kind, play.want.Made = dispatch.CallbackPromise, 1
			require.Equal(t, play.want, countOf(t, s, dispatch.CallbackPromise))
			require.Equal(t, 1, countOf(t, s, dispatch.ArrivalPromise).Made, "each kind is counted apart")
		})
	}
}
