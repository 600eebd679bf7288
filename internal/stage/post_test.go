package stage_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/dispatch/desk"
	"roundsman/internal/clock"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// courier does what a test tells it to, and counts.
type courier struct {
	carry   func(n int) dispatch.Receipt // of the n-th letter, from 1
	dedupes bool
	mu      sync.Mutex
	letters []dispatch.Letter
}

func (c *courier) Carry(_ context.Context, l dispatch.Letter) dispatch.Receipt {
	c.mu.Lock()
	c.letters = append(c.letters, l)
	n := len(c.letters)
	c.mu.Unlock()
	if c.carry == nil {
		return dispatch.Receipt{Outcome: dispatch.AttemptDelivered, Code: "ok"}
	}
	return c.carry(n)
}

func (c *courier) Dedupes() bool { return c.dedupes }

func always(o dispatch.AttemptOutcome, code string) func(int) dispatch.Receipt {
	return func(int) dispatch.Receipt { return dispatch.Receipt{Outcome: o, Code: code} }
}

// letterTo queues a notice for a person of the stage.
func letterTo(t *testing.T, s *stage.Stage, person int, change func(*dispatch.Notice)) ids.ID {
	t.Helper()
	n := dispatch.NoticeFor(s.Setup.People[person], nil, nil, "incident", "we are coming to you.", s.Clock.Now())
	if change != nil {
		change(&n)
	}
	require.NoError(t, s.Store.Write(t.Context(), func(tx dispatch.Tx) error { return decide.Send(t.Context(), tx, n) }))
	return n.ID
}

// both gives person 0 a mail that they read anywhere, beside their mobile.
func both(t *testing.T, s *stage.Stage) {
	t.Helper()
	_, err := s.Pool.Exec(t.Context(), `update people set mail_on_device_only = false where id = $1`, s.Setup.People[0].ID)
	require.NoError(t, err)
}

func reread(t *testing.T, s *stage.Stage, id ids.ID) (n dispatch.Notice, tries []dispatch.Attempt) {
	t.Helper()
	require.NoError(t, s.Store.Read(t.Context(), func(tx dispatch.Tx) (err error) {
		if n, err = tx.Notice(t.Context(), id); err != nil {
			return err
		}
		tries, err = tx.Attempts(t.Context(), id)
		return err
	}))
	return n, tries
}

func outcomes(tries []dispatch.Attempt) (out []string) {
	for _, a := range tries {
		out = append(out, a.Channel+" "+string(a.Outcome)+" "+a.Code)
	}
	return out
}

func postOf(s *stage.Stage, machine clock.Clock, sms, mail dispatch.Courier) *desk.Post {
	p := &desk.Post{Store: s.Store, Clock: s.Clock, Machine: machine, Couriers: map[string]dispatch.Courier{}}
	if sms != nil {
		p.Couriers["sms"] = sms
	}
	if mail != nil {
		p.Couriers["mail"] = mail
	}
	return p
}

func TestANoticeGoesTheNextWay(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	both(t, s)
	machine := clock.At(stage.At(12, 0))
	sms, mail := &courier{carry: always(dispatch.AttemptRefused, "http_410"), dedupes: true}, &courier{}
	p := postOf(s, machine, sms, mail)
	id := letterTo(t, s, 0, nil)
	require.NoError(t, p.Deliver(t.Context(), id))
	n, tries := reread(t, s, id)
	require.Equal(t, dispatch.NoticeDelivered, n.State)
	require.Equal(t, "mail", n.Channel)
	require.Equal(t, []string{"sms refused http_410", "mail delivered ok"}, outcomes(tries))
	require.Equal(t, "+13025550000", sms.letters[0].To)
	require.Equal(t, "pat0@road.example", mail.letters[0].To)
	require.Equal(t, id, mail.letters[0].NoticeID)

	require.NoError(t, p.Deliver(t.Context(), id), "the job may run twice")
	require.Len(t, mail.letters, 1)

	// Mail that is read on the broken machine alone is no way.
	deviceOnly := letterTo(t, s, 1, nil)
	require.NoError(t, p.Deliver(t.Context(), deviceOnly))
	n, tries = reread(t, s, deviceOnly)
	require.Equal(t, dispatch.NoticeFailed, n.State)
	require.Equal(t, "http_410", n.Failure)
	require.Equal(t, []string{"sms refused http_410"}, outcomes(tries))
	failed, _, err := s.Desk.Notices(t.Context(), s.Agent, dispatch.NoticeFilter{State: dispatch.NoticeFailed}, dispatch.Page{Limit: 50})
	require.NoError(t, err)
	require.Len(t, failed, 1)
	require.Equal(t, deviceOnly, failed[0].ID)
	require.Equal(t, []string{"notice.failed"}, eventsOf(t, s, deviceOnly))
}

func TestANoticeIsTriedAgainLater(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	sms := &courier{dedupes: true, carry: func(n int) dispatch.Receipt {
		if n < 3 {
			return dispatch.Receipt{Outcome: dispatch.AttemptDeferred, Code: "http_503"}
		}
		return dispatch.Receipt{Outcome: dispatch.AttemptDelivered, Code: "http_200"}
	}}
	p := postOf(s, clock.At(stage.At(12, 0)), sms, nil)
	id := letterTo(t, s, 0, nil)
	require.ErrorContains(t, p.Deliver(t.Context(), id), "http_503")
	require.Error(t, p.Deliver(t.Context(), id))
	require.NoError(t, p.Deliver(t.Context(), id))
	n, tries := reread(t, s, id)
	require.Equal(t, dispatch.NoticeDelivered, n.State)
	require.Equal(t, []string{"sms deferred http_503", "sms deferred http_503", "sms delivered http_200"}, outcomes(tries))

	never := postOf(s, clock.At(stage.At(12, 0)), &courier{dedupes: true, carry: always(dispatch.AttemptDeferred, "timeout")}, nil)
	id = letterTo(t, s, 0, nil)
	for range dispatch.TriesAWay - 1 {
		require.Error(t, never.Deliver(t.Context(), id))
	}
	require.NoError(t, never.Deliver(t.Context(), id), "the last try; nothing is left to come back for")
	n, tries = reread(t, s, id)
	require.Equal(t, dispatch.NoticeFailed, n.State)
	require.Equal(t, "timeout", n.Failure)
	require.Len(t, tries, 5)
}

// What may have gone out is sent again only where repeats are told apart.
func TestAnUnclearNoticeIsNotSentTwiceKnowingly(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	both(t, s)
	mail := &courier{carry: always(dispatch.AttemptUnclear, "no_answer_after_data")}
	p := postOf(s, clock.At(stage.At(12, 0)), nil, mail)
	id := letterTo(t, s, 0, nil)
	require.NoError(t, p.Deliver(t.Context(), id))
	require.NoError(t, p.Deliver(t.Context(), id))
	n, tries := reread(t, s, id)
	require.Equal(t, dispatch.NoticeFailed, n.State)
	require.Equal(t, "unclear", n.Failure)
	require.Len(t, tries, 1)
	require.Len(t, mail.letters, 1)

	sms := &courier{dedupes: true, carry: func(n int) dispatch.Receipt {
		if n == 1 {
			return dispatch.Receipt{Outcome: dispatch.AttemptUnclear, Code: "timeout"}
		}
		return dispatch.Receipt{Outcome: dispatch.AttemptDelivered, Code: "http_200"}
	}}
	p = postOf(s, clock.At(stage.At(12, 0)), sms, mail)
	id = letterTo(t, s, 0, nil)
	require.Error(t, p.Deliver(t.Context(), id))
	require.NoError(t, p.Deliver(t.Context(), id))
	require.Len(t, sms.letters, 2)
	require.Equal(t, sms.letters[0].NoticeID, sms.letters[1].NoticeID)
	require.Len(t, mail.letters, 1)
}

// Many workers take the same notice at once: one sends.
func TestWorkersThatRaceSendOnce(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	machine := clock.At(stage.At(12, 0))
	for range 5 {
		id := letterTo(t, s, 0, nil)
		sms := &courier{}
		var group sync.WaitGroup
		var later atomic.Int32
		for range 8 {
			group.Go(func() {
				if postOf(s, machine, sms, nil).Deliver(t.Context(), id) != nil {
					later.Add(1) // in another's hands: to be looked at again
				}
			})
		}
		group.Wait()
		require.Len(t, sms.letters, 1)
		require.Less(t, later.Load(), int32(8))
		n, _ := reread(t, s, id)
		require.Equal(t, dispatch.NoticeDelivered, n.State)
		require.Equal(t, []string{"notice.delivered"}, eventsOf(t, s, id))
	}
}

// A server is killed between sending and noting it. Until the lease is over nobody
// touches the notice; then it is sent once more where repeats are told apart, and
// handed to its owner where they are not.
func TestAServerKilledWhileSending(t *testing.T) {
	t.Parallel()
	for _, dedupes := range []bool{true, false} {
		s := stage.New(t, stage.Small)
		machine := clock.At(stage.At(12, 0))
		id := letterTo(t, s, 0, nil)
		sms := &courier{dedupes: dedupes}
		killed := &courier{dedupes: dedupes, carry: func(int) dispatch.Receipt { panic("killed") }}
		require.Panics(t, func() { _ = postOf(s, machine, killed, nil).Deliver(t.Context(), id) })

		p := postOf(s, machine, sms, nil)
		require.ErrorContains(t, p.Deliver(t.Context(), id), "another worker")
		machine.Set(machine.Now().Add(59 * time.Second))
		require.ErrorContains(t, p.Deliver(t.Context(), id), "another worker")
		machine.Set(machine.Now().Add(time.Second))
		require.NoError(t, p.Deliver(t.Context(), id))
		n, tries := reread(t, s, id)
		require.Equal(t, "sms unclear sender_died", outcomes(tries)[0])
		if dedupes {
			require.Equal(t, dispatch.NoticeDelivered, n.State)
			require.Equal(t, killed.letters[0].NoticeID, sms.letters[0].NoticeID)
		} else {
			require.Equal(t, dispatch.NoticeFailed, n.State)
			require.Equal(t, "unclear", n.Failure)
			require.Empty(t, sms.letters)
		}
	}
}

// A sender that comes back after it was given up for dead changes nothing.
func TestASenderThatWasGivenUp(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	machine := clock.At(stage.At(12, 0))
	id := letterTo(t, s, 0, nil)
	fast := &courier{dedupes: true}
	slow := &courier{dedupes: true, carry: func(int) dispatch.Receipt {
		machine.Set(machine.Now().Add(time.Minute))
		require.NoError(t, postOf(s, machine, fast, nil).Deliver(t.Context(), id))
		return dispatch.Receipt{Outcome: dispatch.AttemptRefused, Code: "http_400"}
	}}
	require.NoError(t, postOf(s, machine, slow, nil).Deliver(t.Context(), id))
	n, tries := reread(t, s, id)
	require.Equal(t, dispatch.NoticeDelivered, n.State)
	require.Equal(t, []string{"sms unclear sender_died", "sms delivered ok"}, outcomes(tries))
}

// Nobody is woken for what can wait; in the morning it is sent.
func TestANoticeWaitsForTheMorning(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	s.Clock.Set(stage.At(22, 30))
	id := letterTo(t, s, 0, nil)
	urgent := letterTo(t, s, 0, func(n *dispatch.Notice) { n.Kind = "on_the_way" })
	require.NoError(t, s.Work(t.Context()))
	n, tries := reread(t, s, id)
	require.Equal(t, dispatch.NoticeQueued, n.State)
	require.Empty(t, tries)
	require.Equal(t, stage.At(31, 0), n.DueAt.UTC(), "07:00 on Tuesday")
	n, _ = reread(t, s, urgent)
	require.Equal(t, dispatch.NoticeDelivered, n.State)

	s.Clock.Set(stage.At(30, 59))
	require.NoError(t, s.Post.Sweep(t.Context()))
	require.NoError(t, s.Work(t.Context()))
	n, _ = reread(t, s, id)
	require.Equal(t, dispatch.NoticeQueued, n.State)
	s.Clock.Set(stage.At(31, 0))
	require.NoError(t, s.Post.Sweep(t.Context()))
	require.NoError(t, s.Work(t.Context()))
	n, _ = reread(t, s, id)
	require.Equal(t, dispatch.NoticeDelivered, n.State)
}

// A queued notice whose job was lost gets another.
func TestANoticeOutlivesItsJob(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	n := dispatch.NoticeFor(s.Setup.People[0], nil, nil, "incident", "we are coming.", s.Clock.Now())
	due := s.Clock.Now().Add(dispatch.NoticePatience)
	n.DueAt = &due
	require.NoError(t, s.Store.Write(t.Context(), func(tx dispatch.Tx) error { return tx.AddNotice(t.Context(), n) }))
	for _, at := range []time.Duration{dispatch.NoticePatience - time.Second, dispatch.NoticePatience} {
		s.Clock.Set(stage.At(7, 30).Add(at))
		require.NoError(t, s.Post.Sweep(t.Context()))
		require.NoError(t, s.Work(t.Context()))
		got, _ := reread(t, s, n.ID)
		require.Equal(t, at == dispatch.NoticePatience, got.State == dispatch.NoticeDelivered)
	}
}

// Without a courier nobody pretends that something was sent.
func TestWithoutCouriersEveryNoticeIsTheOwners(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	id := letterTo(t, s, 0, nil)
	require.NoError(t, postOf(s, clock.System{}, nil, nil).Deliver(t.Context(), id))
	n, _ := reread(t, s, id)
	require.Equal(t, dispatch.NoticeFailed, n.State)
	require.Equal(t, "no_channel", n.Failure)
}

// eventsOf names the events of a subject, in order.
func eventsOf(t *testing.T, s *stage.Stage, subject ids.ID) (out []string) {
	t.Helper()
	rows, err := s.Pool.Query(t.Context(), `select name from events where subject_id = $1 order by subject_seq`, subject)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		out = append(out, name)
	}
	return out
}

// The window of a loan's promise has long begun; that is nothing to wake anybody
// for, other than a visit whose window has.
func TestNobodyIsWokenForALoan(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, arrival := promised(t, s, 0, "printer_fault")
	var loan dispatch.Promise
	require.NoError(t, s.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
		loan, err = decide.MakeDue(ctx, tx, s.Agent, dispatch.DuePromise{Kind: dispatch.LoanReturnPromise, PersonID: s.Setup.People[0].ID,
			SubjectID: stage.Name("loan"), Due: stage.At(24+22, 0), Wording: "Back on Tuesday."}, s.Clock.Now())
		return err
	}))
	s.Clock.Set(stage.At(22, 30))
	for id, state := range map[ids.ID]dispatch.NoticeState{arrival.Promise.ID: dispatch.NoticeDelivered, loan.ID: dispatch.NoticeQueued} {
		notice := letterTo(t, s, 0, func(n *dispatch.Notice) { n.PromiseID = &id })
		require.NoError(t, s.Post.Deliver(ctx, notice))
		n, _ := reread(t, s, notice)
		require.Equal(t, state, n.State)
	}
}
