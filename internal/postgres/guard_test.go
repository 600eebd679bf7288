package postgres_test

import (
	"context"
	"testing"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

// Each guard is tried twice: as it is, where the wrong thing is refused by its
// code, and taken away, where the same thing goes through and does harm. So it
// is this guard and nothing else that stands between.
var guards = []struct {
	name string
	away string // takes the guard away
	code string
	do   func(ctx context.Context, tx dispatch.Tx) error
	harm string // counts the harm done
}{
	{
		name: "a technician is at two visits at once",
		away: `alter table visits drop constraint visits_no_overlap`,
		code: "technician_busy",
		do: func(ctx context.Context, tx dispatch.Tx) error {
			w := place("tess", 1, "gil", "mia")
			w.Placements[1].PlannedLeave, w.Placements[1].PlannedStart = clock(9, 44), clock(9, 44)
			return tx.Place(ctx, w)
		},
		harm: `select count(*) from visits a join visits b on a.technician_id = b.technician_id and a.id < b.id
			and a.planned_start < b.planned_end and b.planned_start < a.planned_end`,
	},
	{
		name: "two visits have one place in a round",
		away: `alter table visits drop constraint visits_position_once`,
		code: "round_moved",
		do: func(ctx context.Context, tx dispatch.Tx) error {
			w := place("tess", 1, "gil", "mia")
			w.Placements[1].Position = 0
			return tx.Place(ctx, w)
		},
		harm: `select count(*) - count(distinct position) from visits where round_id is not null`,
	},
	{
		name: "a visit is promised twice",
		away: `drop index promises_one_open`,
		code: "promise_taken",
		do: func(ctx context.Context, tx dispatch.Tx) error {
			if err := tx.AddPromise(ctx, promise("gil")); err != nil {
				return err
			}
			return tx.AddPromise(ctx, promise("gil"))
		},
		harm: `select count(*) - 1 from promises where state = 'open'`,
	},
	{
		name: "a loan is promised back twice",
		away: `drop index promises_one_open_subject`,
		code: "promise_taken",
		do: func(ctx context.Context, tx dispatch.Tx) error {
			loan := ids.New()
			for range 2 {
				p := dispatch.Promise{ID: ids.New(), Kind: dispatch.LoanReturnPromise, PersonID: name("gil"), SubjectID: &loan, State: dispatch.PromiseOpen,
					WindowStart: now, WindowEnd: clock(17, 0), FirstStart: now, FirstEnd: clock(17, 0), Wording: "back by five", MadeBy: name("anna"), MadeAt: now}
				if err := tx.AddPromise(ctx, p); err != nil {
					return err
				}
			}
			return nil
		},
		harm: `select count(*) - 1 from promises where kind = 'loan_return'`,
	},
	{
		name: "a promise is revised and nobody told",
		away: `alter table promise_entries drop constraint promise_entries_revision_told`,
		code: "revision_untold",
		do: func(ctx context.Context, tx dispatch.Tx) error {
			p := promise("gil")
			if err := tx.AddPromise(ctx, p); err != nil {
				return err
			}
			_, err := tx.AppendEntry(ctx, dispatch.EntryOf(p, dispatch.EntryRevised, now))
			return err
		},
		harm: `select count(*) from promise_entries where kind = 'revised' and notice_id is null`,
	},
	{
		name: "an item is kept for two visits",
		away: `drop index reservations_one_live`,
		code: "asset_gone",
		do: func(ctx context.Context, tx dispatch.Tx) error {
			for _, visit := range []string{"gil visit", "mia visit"} {
				if err := tx.Reserve(ctx, assets.Reservation{ID: ids.New(), ItemID: name("loaner"), VisitID: name(visit), CreatedAt: now}); err != nil {
					return err
				}
			}
			return nil
		},
		harm: `select count(*) - 1 from reservations where released_at is null`,
	},
	{
		name: "a loaner is booked for two at once",
		away: `alter table loans drop constraint loans_no_overlap`,
		code: "loaner_taken",
		do: func(ctx context.Context, tx dispatch.Tx) error {
			for k, person := range []string{"gil", "mia"} {
				from := clock(9+k, 0)
				l := assets.Loan{ID: ids.New(), ItemID: name("loaner"), PersonID: name(person), DepotID: name("depot"), State: assets.LoanBooked, StartsAt: from,
					DueAt: from.Add(2 * time.Hour), FirstDueAt: from.Add(2 * time.Hour), BookedBy: name("anna"), BookedAt: now, Version: 1}
				if err := tx.AddLoan(ctx, l); err != nil {
					return err
				}
			}
			return nil
		},
		harm: `select count(*) from loans a join loans b on a.item_id = b.item_id and a.id < b.id and tstzrange(a.starts_at, a.due_at) && tstzrange(b.starts_at, b.due_at)`,
	},
	{
		name: "somebody is on a call list twice",
		away: `drop index call_tasks_one_live`,
		code: "call_task_taken",
		do: func(ctx context.Context, tx dispatch.Tx) error {
			i, _, err := tx.AddIncident(ctx, incident(""))
			if err != nil {
				return err
			}
			return tx.AddCallTasks(ctx, []dispatch.CallTask{callTask(i.ID, "gil"), callTask(i.ID, "gil")})
		},
		harm: `select count(*) - 1 from call_tasks where state = 'queued'`,
	},
	{
		name: "a visit is paused twice",
		away: `drop index pauses_one_open`,
		code: "visit_paused",
		do: func(ctx context.Context, tx dispatch.Tx) error {
			for range 2 {
				if err := tx.AddPause(ctx, dispatch.Pause{ID: ids.New(), VisitID: name("gil visit"), Reason: "lunch", StartedAt: now}); err != nil {
					return err
				}
			}
			return nil
		},
		harm: `select count(*) - 1 from pauses where ended_at is null`,
	},
	{
		name: "two second technicians are asked for",
		away: `drop index assists_one_wanted`,
		code: "assist_wanted",
		do: func(ctx context.Context, tx dispatch.Tx) error {
			v, err := tx.Visit(ctx, name("gil visit"))
			if err != nil {
				return err
			}
			for range 2 {
				if err := tx.AddAssist(ctx, dispatch.Assist{ID: ids.New(), VisitID: v.ID, TechnicianID: name("tess"), RegionID: v.RegionID, Minutes: 30,
					State: dispatch.AssistWanted, AskedAt: now}); err != nil {
					return err
				}
			}
			return nil
		},
		harm: `select count(*) - 1 from assists where state = 'wanted'`,
	},
	{
		name: "a visit offers two sets of options",
		away: `drop index option_sets_one_offered`,
		code: "options_state",
		do: func(ctx context.Context, tx dispatch.Tx) error {
			for range 2 {
				set := dispatch.OptionSet{ID: ids.New(), VisitID: name("gil visit"), State: dispatch.OptionsOffered, OfferedBy: name("anna"), OfferedAt: now}
				if err := tx.AddOptionSet(ctx, set, nil); err != nil {
					return err
				}
			}
			return nil
		},
		harm: `select count(*) - 1 from option_sets where state = 'offered'`,
	},
}

func TestGuards(t *testing.T) {
	t.Parallel()
	for _, g := range guards {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			do := func() error {
				return w.Write(t.Context(), func(tx dispatch.Tx) error { return g.do(t.Context(), tx) })
			}
			require.Equal(t, g.code, fault.CodeOf(do()))
			require.Zero(t, w.count(t, g.harm+" having count(*) > 0"), "nothing of it is left")
			w.exec(t, g.away)
			require.NoError(t, do())
			require.Positive(t, w.count(t, g.harm), "the twin without the guard")
		})
	}
}

// count runs a query that gives one number; no row is 0.
func (w *world) count(t *testing.T, sql string, args ...any) (n int) {
	t.Helper()
	rows, err := w.pool.Query(t.Context(), sql, args...)
	require.NoError(t, err)
	for rows.Next() {
		require.NoError(t, rows.Scan(&n))
	}
	require.NoError(t, rows.Err())
	return n
}

func incident(external string) dispatch.Incident {
	return dispatch.Incident{ID: ids.New(), ExternalID: external, Title: "Virus", State: dispatch.IncidentSuspected, Impairs: []string{"mail"},
		Predicate: dispatch.Predicate{Models: []string{"OPTI-3020"}, OSBelow: "10.0.15063"}, DeclaredBy: name("dora"), DeclaredAt: now, Version: 1}
}

func callTask(incident ids.ID, person string) dispatch.CallTask {
	return dispatch.CallTask{ID: ids.New(), IncidentID: incident, PersonID: name(person), Channel: "phone", Address: "+13025550142",
		State: dispatch.CallQueued, Rank: 1, CreatedAt: now}
}

// A visit under way may overlap whatever is planned: what happened is never
// refused for the sake of the plan.
func TestFieldFactsAreNotRefusedByThePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		require.NoError(t, tx.Place(ctx, place("tess", 1, "gil", "mia")))
	})
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		v, err := tx.LockVisit(ctx, name("gil visit"))
		require.NoError(t, err)
		v.DepartedAt = to(clock(9, 20))
		v, err = tx.SetVisitState(ctx, v, dispatch.VisitEnRoute)
		require.NoError(t, err)
		v.ArrivedAt = to(clock(9, 50))
		_, err = tx.SetVisitState(ctx, v, dispatch.VisitArrived)
		require.NoError(t, err)
		// It will last until 10:40, into the next visit's time, and the plan says so.
		p := place("tess", 2, "gil", "mia")
		p.Placements[0].PlannedEnd = clock(10, 40)
		require.NoError(t, tx.Place(ctx, p))
	})
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		v, err := tx.Visit(ctx, name("gil visit"))
		require.NoError(t, err)
		require.Equal(t, dispatch.VisitArrived, v.State, "placing does not change the state of what has begun")
		require.Equal(t, clock(10, 40), *v.PlannedEnd)
		require.Equal(t, clock(9, 50), *v.ArrivedAt)
	})
}

func TestAnItemHasExactlyOneCustodian(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	tess, gil := assets.Custodian{Kind: assets.Technician, ID: name("tess")}, assets.Custodian{Kind: assets.Person, ID: name("gil")}
	hand := func(from assets.Custodian, at time.Time) error {
		return w.Write(t.Context(), func(tx dispatch.Tx) error {
			held, err := tx.LockItem(t.Context(), name("loaner"))
			if err != nil {
				return err
			}
			held.Item.State, held.Item.OSVersion = assets.InUse, to("10.0.19046")
			_, err = tx.Move(t.Context(), held.Item, from, assets.Custody{ID: ids.New(), CustodianKind: assets.Person, CustodianID: gil.ID,
				Since: at, Reason: "swapped_in", VisitID: to(name("gil visit")), ActorID: to(name("anna"))})
			return err
		})
	}
	require.NoError(t, hand(tess, clock(9, 30)))
	require.Equal(t, "custody_moved", fault.CodeOf(hand(tess, clock(9, 31))), "Tess has it no more")
	// Gil's clock is wrong: the handover counts from when he got it.
	require.NoError(t, hand(gil, clock(7, 0)))
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		chain, err := tx.Chain(ctx, name("loaner"))
		require.NoError(t, err)
		require.Len(t, chain, 3)
		require.Equal(t, clock(9, 30), *chain[0].Until)
		require.Equal(t, clock(9, 30), chain[1].Since)
		require.Equal(t, clock(9, 30), chain[2].Since)
		require.Nil(t, chain[2].Until)
		held, err := tx.Item(ctx, name("loaner"))
		require.NoError(t, err)
		require.Equal(t, gil, held.Holder)
		require.Equal(t, int64(3), held.Item.Version)
		require.Equal(t, "10.0.19046", *held.Item.OSVersion)
	})

	// Past the store: neither none nor two, nor somebody who is not there.
	for sql, constraint := range map[string]string{
		`update custodies set until = since + interval '1 year' where item_id = $1 and until is null`: "items_have_custodian",
		`delete from custodies where item_id = $1`:                                                    "items_have_custodian",
		`insert into custodies (id, item_id, custodian_kind, custodian_id, since, reason)
			select gen_random_uuid(), $1, 'technician', id, '2030-01-01', 'loaded' from technicians limit 1`: "custodies_no_overlap",
		`insert into custodies (id, item_id, custodian_kind, custodian_id, since, until, reason)
			select gen_random_uuid(), $1, 'technician', id, '2026-03-09 10:40Z', '2026-03-09 13:00Z', 'loaded' from technicians limit 1`: "custodies_no_overlap",
		`update custodies set custodian_kind = 'depot' where item_id = $1`: "custodies_depot_id_fkey",
	} {
		_, err := w.pool.Exec(t.Context(), sql, name("loaner"))
		var refusal *pgconn.PgError
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, constraint, refusal.ConstraintName)
	}
	w.exec(t, `drop trigger items_keep_custodian on custodies`)
	w.exec(t, `delete from custodies where item_id = $1`, name("loaner"))
	require.Zero(t, w.count(t, `select count(*) from custodies where item_id = $1`, name("loaner")), "the twin without the guard loses it")
}

func TestLoginsAreTakenWithoutRegardToCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	err := w.AddAccount(t.Context(), access.Account{ID: ids.New(), Login: "ANNA", Name: "Another", CreatedAt: now})
	require.Equal(t, "login_taken", fault.CodeOf(err))
}
