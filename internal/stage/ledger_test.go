package stage_test

import (
	"slices"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/dispatch/desk"
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

// due promises a status update on a new ticket of a person, two hours on.
func due(t *testing.T, s *stage.Stage, person int) desk.PromiseView {
	t.Helper()
	v := opened(t, s, person, "printer_fault")
	p, err := s.Desk.PromiseDue(t.Context(), s.Agent, v.Ticket.ID, desk.NewDue{Kind: dispatch.StatusPromise, Due: s.Clock.Now().Add(2 * time.Hour), Wording: "We tell you by half past nine."})
	require.NoError(t, err)
	return p
}

// A status update is kept by telling: on the phone, by a notice about the ticket, or
// as an agent says by hand; the ticket's next update is not later than promised.
func TestAStatusUpdateIsKeptByTelling(t *testing.T) {
	t.Parallel()
	for name, tell := range map[string]func(t *testing.T, s *stage.Stage, p desk.PromiseView){
		"by phone": func(t *testing.T, s *stage.Stage, p desk.PromiseView) {
			c, err := s.Desk.StartContact(t.Context(), s.Agent, desk.NewContact{PersonID: &p.Promise.PersonID, Channel: "phone", Direction: "out", Reason: "status"})
			require.NoError(t, err)
			require.NoError(t, s.Store.Write(t.Context(), func(tx dispatch.Tx) error {
				return tx.NoteContact(t.Context(), c.Contact.ID, &p.Promise.TicketID, "informed")
			}))
			_, err = s.Desk.EndContact(t.Context(), s.Agent, c.Contact.ID, "informed")
			require.NoError(t, err)
		},
		"by a notice": func(t *testing.T, s *stage.Stage, p desk.PromiseView) {
			require.NoError(t, take(t, s, again(t, s, p.Promise.TicketID)))
			require.Equal(t, dispatch.PromiseOpen, promise(t, s, p.Promise.ID).Promise.State, "queued is not told")
			require.NoError(t, s.Work(t.Context()))
		},
		"by hand": func(t *testing.T, s *stage.Stage, p desk.PromiseView) {
			early := s.Clock.Now().Add(-time.Hour)
			_, err := s.Desk.FulfilPromise(t.Context(), s.Agent, p.Promise.ID, p.Promise.Version, &early, "")
			refused(t, "bad_instants", err)
			_, err = s.Desk.FulfilPromise(t.Context(), s.Agent, p.Promise.ID, p.Promise.Version+1, nil, "")
			refused(t, "version_stale", err)
			_, err = s.Desk.FulfilPromise(t.Context(), s.Agent, p.Promise.ID, p.Promise.Version, nil, "in the corridor")
			require.NoError(t, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			p := due(t, s, 0)
			require.False(t, ticket(t, s, p.Promise.TicketID).Ticket.NextUpdate.After(p.Promise.WindowEnd))
			s.Clock.Set(s.Clock.Now().Add(time.Minute))
			tell(t, s, p)
			require.Equal(t, dispatch.PromiseKept, promise(t, s, p.Promise.ID).Promise.State)
			now := promise(t, s, p.Promise.ID)
			_, err := s.Desk.FulfilPromise(t.Context(), s.Agent, p.Promise.ID, now.Promise.Version, nil, "")
			refused(t, "promise_state", err)
			_, err = s.Desk.WithdrawPromise(t.Context(), desk.Acting{Who: s.Agent}, p.Promise.ID, now.Promise.Version, desk.Withdrawal{})
			refused(t, "promise_kind", err)
		})
	}
}

// What nobody told is marked when it is due, and broken a day later.
func TestAnUpdateThatNobodyGave(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	p := due(t, s, 0)
	s.Clock.Set(p.Promise.WindowEnd)
	sweep(t, s)
	require.NotNil(t, promise(t, s, p.Promise.ID).Promise.AtRiskSince)
	s.Clock.Set(p.Promise.WindowEnd.Add(24 * time.Hour))
	sweep(t, s)
	require.Equal(t, dispatch.PromiseBroken, promise(t, s, p.Promise.ID).Promise.State)
	for kind, code := range map[dispatch.PromiseKind]string{dispatch.ArrivalPromise: "promise_kind", dispatch.LoanReturnPromise: "promise_kind", dispatch.StatusPromise: "promise_past"} {
		_, err := s.Desk.PromiseDue(ctx, s.Agent, p.Promise.TicketID, desk.NewDue{Kind: kind, Due: s.Clock.Now(), Wording: "now"})
		refused(t, code, err)
	}
}

// A promise at risk whose chance comes back is told so, once; and told again should
// it fall a second time.
func TestRecoveredAndAtRiskAgain(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	p := promisedAt(t, s, 0, stage.At(10, 0), stage.At(12, 0))
	round := *stopOf(t, s, p.Promise.VisitID).RoundID
	fall := func() {
		require.NoError(t, s.Store.Write(ctx, func(tx dispatch.Tx) error {
			x, err := tx.LockPromise(ctx, p.Promise.ID)
			require.NoError(t, err)
			x.AtRiskSince, x.Chance = ptr(s.Clock.Now()), ptr(0.4)
			if x, err = tx.SavePromise(ctx, x); err != nil {
				return err
			}
			_, err = tx.AppendEntry(ctx, dispatch.EntryOf(x, dispatch.EntryAtRisk, s.Clock.Now()))
			return err
		}))
	}
	for n := 1; n <= 2; n++ {
		fall()
		for range 2 {
			require.NoError(t, s.Decide.Retime(ctx, round))
		}
		now := promise(t, s, p.Promise.ID)
		require.Nil(t, now.Promise.AtRiskSince)
		require.Equal(t, n, events(t, s, "promise.recovered"))
		require.Equal(t, dispatch.EntryRecovered, last(now.Entries).Kind)
		require.NotNil(t, last(now.Entries).NoticeID)
	}
	require.Equal(t, []string{"promise_made", "recovered", "recovered"}, notices(t, s, p.Promise.ID))
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
