package stage_test

import (
	"context"
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/desk"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// halting is a store whose first Write waits until it is let go, so that what
// was thought before can be outrun. With blind set it is the twin without locks:
// versions and places are taken for what they were when the day was read.
type halting struct {
	dispatch.Store
	blind   bool
	thought chan struct{}
	proceed chan struct{}
	halted  bool
	days    map[dispatch.DayKey]int64
	rounds  map[ids.ID]int64
	visits  map[ids.ID]dispatch.Visit
}

func halt(s dispatch.Store, blind bool) *halting {
	return &halting{Store: s, blind: blind, thought: make(chan struct{}), proceed: make(chan struct{}),
		days: map[dispatch.DayKey]int64{}, rounds: map[ids.ID]int64{}, visits: map[ids.ID]dispatch.Visit{}}
}

func (h *halting) Read(ctx context.Context, fn func(dispatch.Tx) error) error {
	return h.Store.Read(ctx, func(tx dispatch.Tx) error { return fn(&blindTx{tx, h}) })
}

func (h *halting) Write(ctx context.Context, fn func(dispatch.Tx) error) error {
	if !h.halted {
		h.halted = true
		close(h.thought)
		<-h.proceed
	}
	return h.Store.Write(ctx, func(tx dispatch.Tx) error { return fn(&blindTx{tx, h}) })
}

// blindTx remembers what a day looked like and, where the store is blind, says
// so again instead of locking and looking.
type blindTx struct {
	dispatch.Tx
	h *halting
}

func (b *blindTx) DaySheet(ctx context.Context, k dispatch.DayKey) (dispatch.DaySheet, error) {
	s, err := b.Tx.DaySheet(ctx, k)
	b.h.days[k] = s.Day.Version
	for _, r := range s.Rounds {
		b.h.rounds[r.ID] = r.Version
	}
	for _, list := range [][]dispatch.Visit{s.Visits, s.Waiting} {
		for _, v := range list {
			b.h.visits[v.ID] = v
		}
	}
	return s, err
}

func (b *blindTx) ShareDays(ctx context.Context, keys []dispatch.DayKey) ([]dispatch.RegionDay, error) {
	if !b.h.blind {
		return b.Tx.ShareDays(ctx, keys)
	}
	var out []dispatch.RegionDay
	for _, k := range keys {
		out = append(out, dispatch.RegionDay{RegionID: k.RegionID, Date: k.Date, Version: b.h.days[k]})
	}
	return out, nil
}

func (b *blindTx) LockRounds(ctx context.Context, list []ids.ID) ([]dispatch.Round, error) {
	if !b.h.blind {
		return b.Tx.LockRounds(ctx, list)
	}
	var out []dispatch.Round
	for _, id := range list {
		out = append(out, dispatch.Round{ID: id, Version: b.h.rounds[id]})
	}
	return out, nil
}

func (b *blindTx) LockVisits(ctx context.Context, list []ids.ID) ([]dispatch.Visit, error) {
	if !b.h.blind {
		return b.Tx.LockVisits(ctx, list)
	}
	var out []dispatch.Visit
	for _, id := range list {
		out = append(out, b.h.visits[id])
	}
	return out, nil
}

func (b *blindTx) Place(ctx context.Context, w dispatch.Written) error {
	if b.h.blind {
		for i := range w.Rounds {
			r, err := b.Tx.Round(ctx, w.Rounds[i].ID)
			if err != nil {
				return err
			}
			w.Rounds[i].Version = r.Version
		}
	}
	return b.Tx.Place(ctx, w)
}

// outrun lets second think, then first act from beginning to end, then second
// write. It gives second's error.
func outrun(t *testing.T, s *stage.Stage, blind bool, first func(), second func(slow *stage.Stage) error) error {
	t.Helper()
	h := halt(s.Store, blind)
	slow := stage.Over(s.Pool, s.Setup, s.Accounts)
	slow.Clock.Set(s.Clock.Now())
	slow.Wire(h)
	done := make(chan error, 1)
	go func() { done <- second(slow) }()
	<-h.thought
	first()
	close(h.proceed)
	return <-done
}

func offerFor(t *testing.T, s *stage.Stage, person int) (ids.ID, dispatch.Offer) {
	t.Helper()
	ticket, err := s.Desk.OpenTicket(t.Context(), s.Agent, desk.NewTicket{Template: "printer_fault", KeyField: "it", PersonID: stage.Name("person %d", person)})
	require.NoError(t, err)
	return ticket.Ticket.ID, again(t, s, ticket.Ticket.ID)
}

func again(t *testing.T, s *stage.Stage, ticket ids.ID) dispatch.Offer {
	t.Helper()
	q, err := s.Desk.Quote(t.Context(), s.Agent, desk.NewQuote{TicketID: ticket, Days: 1})
	require.NoError(t, err)
	require.NotEmpty(t, q.Offers)
	return q.Offers[0]
}

func take(t *testing.T, s *stage.Stage, o dispatch.Offer) error {
	_, err := s.Desk.Promise(t.Context(), s.Agent, desk.NewPromise{OutcomeID: o.OutcomeID})
	return err
}

// doubleBooked counts pairs of visits of one technician that overlap.
func doubleBooked(t *testing.T, s *stage.Stage) int {
	t.Helper()
	var n int
	require.NoError(t, s.Pool.QueryRow(t.Context(), `
		select count(*) from visits a join visits b on a.technician_id = b.technician_id and a.id < b.id
		where tstzrange(a.planned_start, a.planned_end) && tstzrange(b.planned_start, b.planned_end)`).Scan(&n))
	return n
}

func drop(t *testing.T, s *stage.Stage, statements ...string) {
	t.Helper()
	for _, sql := range statements {
		_, err := s.Pool.Exec(t.Context(), sql)
		require.NoError(t, err)
	}
}

var oneTechnician = stage.Size{Technicians: 1, People: 6, Days: 1, ShiftMinutes: 240}

// Two agents were offered the same place; the slower finds it taken, and is put
// behind or sent away, never on top.
func TestNobodyIsDoubleBooked(t *testing.T) {
	t.Parallel()
	for name, blind := range map[string]bool{"guarded": false, "twin without locks": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, oneTechnician)
			if blind {
				drop(t, s, `alter table visits drop constraint visits_no_overlap`, `alter table visits drop constraint visits_position_once`)
			}
			_, mine := offerFor(t, s, 0)
			_, theirs := offerFor(t, s, 2)
			err := outrun(t, s, blind, func() { require.NoError(t, take(t, s, mine)) }, func(slow *stage.Stage) error { return take(t, slow, theirs) })
			if blind {
				require.NoError(t, err)
				require.Positive(t, doubleBooked(t, s), "without the locks it happens")
				return
			}
			require.Zero(t, doubleBooked(t, s))
			if err != nil {
				require.Equal(t, "outcome_changed", fault.CodeOf(err))
				require.Contains(t, fault.Of(err).Members, "feasible_windows")
			}
		})
	}
}

// The constraint alone holds too: with the locks gone and it in place, the slower
// is refused.
func TestTheConstraintStandsBehindTheLocks(t *testing.T) {
	t.Parallel()
	s := stage.New(t, oneTechnician)
	_, mine := offerFor(t, s, 0)
	_, theirs := offerFor(t, s, 2)
	err := outrun(t, s, true, func() { require.NoError(t, take(t, s, mine)) }, func(slow *stage.Stage) error { return take(t, slow, theirs) })
	require.Error(t, err)
	require.Zero(t, doubleBooked(t, s))
}

// Two agents promise the same waiting ticket at once: one wins, the other is told.
func TestOneTicketIsPromisedOnce(t *testing.T) {
	t.Parallel()
	for name, blind := range map[string]bool{"guarded": false, "twin without locks": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Size{Technicians: 2, People: 6, Days: 1})
			if blind {
				drop(t, s, `alter table visits drop constraint visits_no_overlap`, `alter table visits drop constraint visits_position_once`,
					`drop index promises_one_open`)
			}
			ticket, mine := offerFor(t, s, 0)
			theirs := again(t, s, ticket)
			err := outrun(t, s, blind, func() { require.NoError(t, take(t, s, mine)) }, func(slow *stage.Stage) error { return take(t, slow, theirs) })
			promises, _, listed := s.Desk.Promises(t.Context(), s.Agent, dispatch.PromiseFilter{TicketID: &ticket}, dispatch.Page{Limit: 10})
			require.NoError(t, listed)
			if blind {
				require.NoError(t, err)
				require.Len(t, promises, 2, "without the locks it happens")
				return
			}
			require.Error(t, err)
			require.Contains(t, []string{"promise_taken", "outcome_changed"}, fault.CodeOf(err))
			require.Len(t, promises, 1)
		})
	}
}

// A technician falls ill while a window of theirs is being promised: nothing is
// promised inside the absence.
func TestNoPromiseInsideAnAbsence(t *testing.T) {
	t.Parallel()
	for name, blind := range map[string]bool{"guarded": false, "twin without locks": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, oneTechnician)
			_, mine := offerFor(t, s, 0)
			ill := func() {
				o, err := s.Control.TryAbsence(t.Context(), s.Dispatcher, control.NewAbsence{TechnicianID: *s.Crew[0].TechnicianID,
					From: stage.At(8, 0), Until: stage.At(18, 0), Reason: "sick"})
				require.NoError(t, err)
				_, err = s.Control.CommitAbsence(t.Context(), s.Dispatcher, "sick", o.ID)
				require.NoError(t, err)
			}
			err := outrun(t, s, blind, ill, func(slow *stage.Stage) error { return take(t, slow, mine) })
			var inside int
			require.NoError(t, s.Pool.QueryRow(t.Context(), `
				select count(*) from visits v join absences a on a.technician_id = v.technician_id
				where tstzrange(v.planned_start, v.planned_end) && tstzrange(a.absent_from, a.absent_until)`).Scan(&inside))
			if blind {
				require.NoError(t, err)
				require.Positive(t, inside, "without the locks it happens")
				return
			}
			require.Equal(t, "outcome_changed", fault.CodeOf(err))
			require.Zero(t, inside)
		})
	}
}
