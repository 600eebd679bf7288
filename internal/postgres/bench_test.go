package postgres_test

import (
	"context"
	"fmt"
	"testing"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

// fullDay is a region-day of 12 technicians with 8 visits each and 34 waiting.
func fullDay(b *testing.B) (w *world, rounds []dispatch.Written) {
	b.Helper()
	w = newWorld(b)
	var more dispatch.Setup
	for n := range 10 {
		tech, shift := w.setup.Technicians[0], w.setup.Shifts[0]
		tech.ID, tech.Code = name(fmt.Sprint("tech", n)), fmt.Sprint("X", n)
		shift.ID, shift.TechnicianID = name(fmt.Sprint("tech", n, monday)), tech.ID
		more.Technicians, more.Shifts = append(more.Technicians, tech), append(more.Shifts, shift)
	}
	for i := range 127 {
		k, v := w.setup.Tickets[i%3], w.setup.Visits[i%2]
		k.ID, v.ID = name(fmt.Sprint("ticket", i)), name(fmt.Sprint(i, " visit"))
		v.TicketID = k.ID
		more.Tickets, more.Visits = append(more.Tickets, k), append(more.Visits, v)
	}
	for i := range more.Shifts {
		w.exec(b, `delete from region_days where region_id = $1 and date = '2026-03-09'`, more.Shifts[i].RegionID)
	}
	require.NoError(b, w.SetUp(b.Context(), more, nil))
	for n := range 12 {
		tech := []string{"tess", "theo"}[n%2]
		if n >= 2 {
			tech = fmt.Sprint("tech", n-2)
		}
		var visits []string
		for i := range 8 {
			visits = append(visits, fmt.Sprint(n*8+i))
		}
		p := place(tech, 1, visits...)
		w.write(b, func(ctx context.Context, tx dispatch.Tx) { require.NoError(b, tx.Place(ctx, p)) })
		rounds = append(rounds, p)
	}
	return w, rounds
}

func BenchmarkDaySheet(b *testing.B) {
	w, _ := fullDay(b)
	for b.Loop() {
		w.read(b, func(ctx context.Context, tx dispatch.Tx) {
			s, err := tx.DaySheet(ctx, dispatch.DayKey{RegionID: name("region"), Date: monday})
			require.NoError(b, err)
			require.Len(b, s.Visits, 96)
		})
	}
}

// A commit: the day shared, a round locked and rewritten, a promise with its
// entry, an event.
func BenchmarkCommit(b *testing.B) {
	w, rounds := fullDay(b)
	version := int64(2)
	for b.Loop() {
		w.write(b, func(ctx context.Context, tx dispatch.Tx) {
			_, err := tx.ShareDays(ctx, bothDays[:1])
			require.NoError(b, err)
			r := rounds[0]
			_, err = tx.LockRounds(ctx, []ids.ID{r.Rounds[0].ID})
			require.NoError(b, err)
			r.Rounds = []dispatch.RoundVersion{{ID: r.Rounds[0].ID, Version: version}}
			require.NoError(b, tx.Place(ctx, r))
			p := promise("gil")
			p.State, p.SettledAt = dispatch.PromiseKept, &now
			require.NoError(b, tx.AddPromise(ctx, p))
			_, err = tx.AppendEntry(ctx, dispatch.Entry{PromiseID: p.ID, Kind: dispatch.EntryMade, At: now, WindowStart: p.WindowStart, WindowEnd: p.WindowEnd})
			require.NoError(b, err)
			require.NoError(b, tx.Emit(ctx, dispatch.Event{Name: "promise.made", SubjectKind: "promise", SubjectID: p.ID, At: now}))
		})
		version++
	}
}
