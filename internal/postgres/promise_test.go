package postgres_test

import (
	"context"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

// chained makes a promise with three entries, with instants finer than what the
// database keeps.
func chained(t *testing.T, w *world) (p dispatch.Promise) {
	t.Helper()
	p = promise("gil")
	p.Salt = []byte("pepper")
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		require.NoError(t, tx.AddPromise(ctx, p))
		for i, kind := range []dispatch.EntryKind{dispatch.EntryMade, dispatch.EntryAtRisk, dispatch.EntryRevised} {
			e := dispatch.Entry{PromiseID: p.ID, Kind: kind, At: now.Add(time.Duration(i)*time.Minute + 123456789*time.Nanosecond),
				WindowStart: p.WindowStart, WindowEnd: p.WindowEnd.Add(17 * time.Nanosecond), TechnicianID: p.TechnicianID, Confidence: 0.1 + 0.2}
			if i == 2 {
				e.ActorID, e.NoticeID, e.Reason, e.WordingHash = to(name("anna")), to(ids.New()), "overrun", []byte{1, 2, 3}
			}
			sealed, err := tx.AppendEntry(ctx, e)
			require.NoError(t, err)
			require.Equal(t, int64(i+1), sealed.Seq)
		}
	})
	return p
}

func TestTheLedgerVerifiesWhenReadBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := chained(t, w)
	entries := func() (list []dispatch.Entry) {
		w.read(t, func(ctx context.Context, tx dispatch.Tx) {
			var err error
			list, err = tx.Entries(ctx, p.ID)
			require.NoError(t, err)
		})
		return list
	}
	require.Len(t, entries(), 3)
	require.NoError(t, dispatch.VerifyChain(entries()))
	require.Equal(t, time.Date(2026, 3, 9, 11, 30, 0, 123456000, time.UTC), entries()[0].At)

	// Whoever gets past the trigger is found out, whatever they touch.
	w.exec(t, `alter table promise_entries disable trigger ledger_append_only`)
	for _, tamper := range []string{
		`update promise_entries set confidence = 0.99 where seq = 2`,
		`update promise_entries set window_end = window_end + interval '1 microsecond' where seq = 1`,
		`update promise_entries set wording_hash = set_byte(wording_hash, 0, 9) where seq = 3`,
		`update promise_entries set hash = set_byte(hash, 0, (get_byte(hash, 0) + 1) % 256) where seq = 1`,
		`delete from promise_entries where seq = 1`,
	} {
		w.exec(t, `create table if not exists before as select * from promise_entries`)
		w.exec(t, tamper)
		require.ErrorContains(t, dispatch.VerifyChain(entries()), "ledger_broken", tamper)
		w.exec(t, `delete from promise_entries`)
		w.exec(t, `insert into promise_entries select * from before`)
		require.NoError(t, dispatch.VerifyChain(entries()), "as it was")
	}
}

func TestTheLedgerIsOnlyEverAddedTo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	chained(t, w)
	statements := []string{`update promise_entries set reason = 'x'`, `delete from promise_entries`, `truncate promise_entries`,
		`truncate promises cascade`}
	for _, sql := range statements {
		_, err := w.pool.Exec(t.Context(), sql)
		require.ErrorContains(t, err, "only ever added to", sql)
	}
	w.exec(t, `drop trigger ledger_append_only on promise_entries`)
	w.exec(t, `drop trigger ledger_never_emptied on promise_entries`)
	for _, sql := range statements {
		w.exec(t, sql)
	}
}

func TestEntriesOfOnePromiseNeverForkTheChain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := chained(t, w)
	const more = 12
	errs := make(chan error, more)
	for range more {
		go func() {
			errs <- w.Write(t.Context(), func(tx dispatch.Tx) error {
				_, err := tx.AppendEntry(t.Context(), dispatch.Entry{PromiseID: p.ID, Kind: dispatch.EntryAtRisk, At: now,
					WindowStart: p.WindowStart, WindowEnd: p.WindowEnd, TechnicianID: p.TechnicianID, Confidence: 0.5})
				return err
			})
		}()
	}
	for range more {
		require.NoError(t, <-errs)
	}
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		list, err := tx.Entries(ctx, p.ID)
		require.NoError(t, err)
		require.Len(t, list, 3+more)
		require.NoError(t, dispatch.VerifyChain(list))
	})
}

func TestPromisesAreReadListedAndCounted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a, b, c := promise("gil"), promise("mia"), promise("raj")
	b.MadeAt, c.MadeAt = now.Add(time.Minute), now.Add(2*time.Minute)
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		for _, p := range []dispatch.Promise{a, b, c} {
			p.Salt = []byte{}
			require.NoError(t, tx.AddPromise(ctx, p))
		}
		open, err := tx.OpenPromiseOf(ctx, a.VisitID)
		require.NoError(t, err)
		open.Salt = nil
		require.Equal(t, a, *open)
	})
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		p, err := tx.LockPromise(ctx, a.ID)
		require.NoError(t, err)
		p.MetAt, p.State, p.SettledAt, p.Chance, p.AtRiskSince = to(clock(10, 0)), dispatch.PromiseKept, to(clock(10, 0)), to(0.7), to(clock(9, 30))
		kept, err := tx.SavePromise(ctx, p)
		require.NoError(t, err)
		p.Version = 2
		require.Equal(t, p, kept)
		b, err := tx.Promise(ctx, b.ID)
		require.NoError(t, err)
		b.WindowEnd = clock(12, 0) // revised
		_, err = tx.SavePromise(ctx, b)
		require.NoError(t, err)
		none, err := tx.OpenPromiseOf(ctx, a.VisitID)
		require.NoError(t, err)
		require.Nil(t, none)
	})
	require.Equal(t, "version_stale", fault.CodeOf(w.Write(t.Context(), func(tx dispatch.Tx) error {
		_, err := tx.SavePromise(t.Context(), a) // read before it was kept
		return err
	})))
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		first, next, err := tx.ListPromises(ctx, dispatch.PromiseFilter{}, dispatch.Page{Limit: 2})
		require.NoError(t, err)
		require.Equal(t, []ids.ID{c.ID, b.ID}, []ids.ID{first[0].ID, first[1].ID}, "last made first")
		rest, end, err := tx.ListPromises(ctx, dispatch.PromiseFilter{}, dispatch.Page{Limit: 2, After: next})
		require.NoError(t, err)
		require.Len(t, rest, 1)
		require.Empty(t, end)
		open, _, err := tx.ListPromises(ctx, dispatch.PromiseFilter{States: []dispatch.PromiseState{dispatch.PromiseOpen}, PersonID: to(name("mia")),
			TicketID: to(name("mia ticket")), TechnicianID: to(name("tess")), From: to(clock(9, 0)), Until: to(clock(9, 1))}, dispatch.Page{})
		require.NoError(t, err)
		require.Len(t, open, 1)
		_, _, err = tx.ListPromises(ctx, dispatch.PromiseFilter{}, dispatch.Page{After: "made up"})
		require.Equal(t, "bad_cursor", fault.CodeOf(err))
		n, err := tx.CountPromises(ctx, now, now.Add(2*time.Minute))
		require.NoError(t, err)
		require.Equal(t, []dispatch.PromiseCount{{Kind: dispatch.ArrivalPromise, Made: 2, Open: 1, Kept: 1, KeptFirst: 1, Revised: 1}}, n)
		for before, want := range map[time.Time]int{clock(10, 59): 0, clock(11, 0): 1, clock(12, 0): 2} {
			late, err := tx.Overdue(ctx, before, 10)
			require.NoError(t, err)
			require.Len(t, late, want)
		}
	})
}
