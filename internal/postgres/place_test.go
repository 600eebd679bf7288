package postgres_test

import (
	"context"
	"testing"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

func (w *world) place(t *testing.T, p dispatch.Written) error {
	t.Helper()
	return w.Write(t.Context(), func(tx dispatch.Tx) error { return tx.Place(t.Context(), p) })
}

func (w *world) version(t *testing.T, technician string) int64 {
	t.Helper()
	return int64(w.count(t, `select version from rounds where id = $1`, round(technician, monday)))
}

func TestPlaceWritesRoundsAndRaisesThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := place("tess", 1, "gil", "mia")
	p.Rounds = append(p.Rounds, dispatch.RoundVersion{ID: round("theo", monday), Version: 1}) // looked at, not changed
	require.NoError(t, w.place(t, p))
	require.Equal(t, int64(2), w.version(t, "tess"))
	require.Equal(t, int64(1), w.version(t, "theo"))
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		list, err := tx.VisitsOfRound(ctx, round("tess", monday))
		require.NoError(t, err)
		require.Len(t, list, 2)
		want := w.setup.Visits[1]
		want.State, want.Version = dispatch.VisitScheduled, 2
		want.RoundID, want.ShiftID, want.TechnicianID = to(round("tess", monday)), to(name("tess"+string(monday))), to(name("tess"))
		want.Position, want.LegSeconds, want.LegMetres = to(1), to(900), to(12000)
		want.PlannedLeave, want.PlannedStart, want.PlannedEnd = to(clock(9, 45)), to(clock(10, 0)), to(clock(10, 45))
		require.Equal(t, want, list[1])
	})

	// The two change places: no order of single rows could be right in between.
	require.NoError(t, w.place(t, place("tess", 2, "mia", "gil")))

	// Gil goes to Theo, Mia out of every round.
	p = place("theo", 1, "gil")
	p.Unplaced = []ids.ID{name("mia visit")}
	p.Rounds = append(p.Rounds, dispatch.RoundVersion{ID: round("tess", monday), Version: 3})
	require.NoError(t, w.place(t, p))
	require.Equal(t, int64(4), w.version(t, "tess"), "an emptied round is a changed one")
	require.Equal(t, int64(2), w.version(t, "theo"))
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		v, err := tx.Visit(ctx, name("mia visit"))
		require.NoError(t, err)
		want := w.setup.Visits[1]
		want.Version = v.Version
		require.Equal(t, want, v, "as if it had never been in a round")
	})
}

func TestPlaceNeverOverwritesWhatOthersDid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.place(t, place("tess", 1, "gil")))
	stale := place("tess", 1, "mia")
	require.Equal(t, "round_moved", fault.CodeOf(w.place(t, stale)), "computed before Gil was placed")

	// Somebody places Gil with Theo and does not know that Tess has him.
	require.Equal(t, "round_moved", fault.CodeOf(w.place(t, place("theo", 1, "gil"))))
	unknown := place("theo", 1, "mia")
	unknown.Rounds = nil
	require.Equal(t, "round_moved", fault.CodeOf(w.place(t, unknown)), "no version was named")
	// A round that was only looked at, but moved since.
	looked := place("theo", 1, "mia")
	looked.Rounds = append(looked.Rounds, dispatch.RoundVersion{ID: round("tess", monday), Version: 1})
	require.Equal(t, "round_moved", fault.CodeOf(w.place(t, looked)))

	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		v, err := tx.LockVisit(ctx, name("gil visit"))
		require.NoError(t, err)
		v.DepartedAt = to(clock(8, 45))
		_, err = tx.SetVisitState(ctx, v, dispatch.VisitEnRoute)
		require.NoError(t, err)
		_, err = tx.SetVisitState(ctx, v, dispatch.VisitEnRoute)
		require.Equal(t, "visit_state", fault.CodeOf(err), "no longer what v holds")
	})
	out := dispatch.Written{Unplaced: []ids.ID{name("gil visit")}, Rounds: []dispatch.RoundVersion{{ID: round("tess", monday), Version: 2}}}
	require.Equal(t, "visit_state", fault.CodeOf(w.place(t, out)), "on the way already")
	require.Equal(t, int64(2), w.version(t, "tess"))
}

func TestACancelledVisitLeavesItsRoundAndStaysOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.NoError(t, w.place(t, place("tess", 1, "gil")))
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		v, err := tx.LockVisit(ctx, name("gil visit"))
		require.NoError(t, err)
		v.Reason = "customer_solved_it"
		v, err = tx.SetVisitState(ctx, v, dispatch.VisitCancelled)
		require.NoError(t, err)
		require.Nil(t, v.RoundID)
		require.Equal(t, "customer_solved_it", v.Reason)
		require.NoError(t, tx.RaiseRound(ctx, round("tess", monday)))
	})
	require.Equal(t, int64(3), w.version(t, "tess"))
	require.Equal(t, "visit_state", fault.CodeOf(w.place(t, place("tess", 3, "gil"))))
}

// Eight agents have computed on the same version of the same round. One commits.
func TestOfManyWhoChangeOneRoundOneWins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	outcomes := make(chan error, 8)
	for i := range 8 {
		visit := []string{"gil", "mia"}[i%2]
		go func() { outcomes <- w.place(t, place("tess", 1, visit)) }()
	}
	won := 0
	for range 8 {
		switch err := <-outcomes; fault.CodeOf(err) {
		case "":
			require.NoError(t, err)
			won++
		default:
			require.Equal(t, "round_moved", fault.CodeOf(err))
		}
	}
	require.Equal(t, 1, won)
	require.Equal(t, 1, w.count(t, `select count(*) from visits where state = 'scheduled'`))
}

func TestLocksAreGivenInTheOrderOfIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		visits, err := tx.LockVisits(ctx, []ids.ID{name("raj visit"), name("gil visit"), name("mia visit"), name("gil visit")})
		require.NoError(t, err)
		require.Len(t, visits, 3)
		require.Less(t, visits[0].ID.String(), visits[1].ID.String())
		require.Less(t, visits[1].ID.String(), visits[2].ID.String())
		rounds, err := tx.LockRounds(ctx, []ids.ID{round("theo", monday), round("tess", monday)})
		require.NoError(t, err)
		require.Less(t, rounds[0].ID.String(), rounds[1].ID.String())
		_, err = tx.LockVisits(ctx, []ids.ID{name("gil visit"), name("x")})
		require.Equal(t, "visit_not_found", fault.CodeOf(err))
		_, err = tx.LockRounds(ctx, []ids.ID{name("x")})
		require.Equal(t, "round_not_found", fault.CodeOf(err))
	})
}

// A change of a day's inputs waits for the commits that share the day, and a
// commit afterwards sees the raised version.
func TestADayIsSharedByCommitsAndRaisedByInputs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	key := dispatch.DayKey{RegionID: name("region"), Date: monday}
	far := dispatch.DayKey{RegionID: name("region"), Date: "2026-05-01"}
	raised := make(chan int64)
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		days, err := tx.ShareDays(ctx, []dispatch.DayKey{far, key})
		require.NoError(t, err)
		require.Equal(t, []dispatch.RegionDay{{RegionID: name("region"), Date: monday}, {RegionID: name("region"), Date: far.Date}}, days)
		w.write(t, func(ctx context.Context, tx dispatch.Tx) { // a second commit does not wait
			_, err := tx.ShareDays(ctx, []dispatch.DayKey{key})
			require.NoError(t, err)
		})
		_, err = w.pool.Exec(ctx, `set lock_timeout = '100ms'; update region_days set version = version + 1 where date = '2026-03-09'; reset lock_timeout`)
		require.ErrorContains(t, err, "lock timeout", "a change of inputs does wait")
		go func() {
			_ = w.Write(context.WithoutCancel(ctx), func(tx dispatch.Tx) error {
				d, err := tx.RaiseDay(context.WithoutCancel(ctx), key)
				raised <- d.Version
				return err
			})
		}()
	})
	require.Equal(t, int64(1), <-raised)
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		d, err := tx.RaiseDay(ctx, dispatch.DayKey{RegionID: name("region"), Date: "2026-06-01"})
		require.NoError(t, err)
		require.Equal(t, int64(1), d.Version, "a day begins when it is first raised")
	})
}

func TestRoundsAreFoundAndPublished(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		require.NoError(t, tx.PublishRounds(ctx, []ids.ID{round("tess", monday)}, now))
	})
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		want := dispatch.Round{ID: round("tess", monday), ShiftID: name("tess" + string(monday)), TechnicianID: name("tess"),
			RegionID: name("region"), Date: monday, Version: 1, PublishedAt: &now}
		r, err := tx.Round(ctx, want.ID)
		require.NoError(t, err)
		require.Equal(t, want, r)
		r, err = tx.RoundOfShift(ctx, want.ShiftID)
		require.NoError(t, err)
		require.Equal(t, want, r)
		list, err := tx.RoundsOn(ctx, dispatch.DayKey{RegionID: name("region"), Date: monday})
		require.NoError(t, err)
		require.Len(t, list, 2)
		s, err := tx.Shift(ctx, want.ShiftID)
		require.NoError(t, err)
		require.Equal(t, w.setup.Shifts[0], s)
	})
}
