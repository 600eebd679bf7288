package postgres_test

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTicketsAreKeptAndListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := incident("")
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		_, _, err := tx.AddIncident(ctx, i)
		require.NoError(t, err)
		k := w.setup.Tickets[0]
		k.ID, k.IncidentID, k.KeyField = ids.New(), &i.ID, "a skull"
		k.State, k.ResolvedAt, k.Resolution = dispatch.TicketResolved, &now, to("told how")
		added, err := tx.AddTicket(ctx, k)
		require.NoError(t, err)
		require.Equal(t, int64(2004), added.Number)
		k.Number = added.Number
		require.Equal(t, k, added)

		locked, err := tx.LockTicket(ctx, name("gil ticket"))
		require.NoError(t, err)
		locked.OwnerID, locked.State, locked.Priority, locked.NextUpdate = name("dora"), dispatch.TicketPlanned, 1, now.Add(2*time.Hour)
		saved, err := tx.SaveTicket(ctx, locked)
		require.NoError(t, err)
		locked.Version = 2
		require.Equal(t, locked, saved)
		_, err = tx.SaveTicket(ctx, w.setup.Tickets[0])
		require.Equal(t, "version_stale", fault.CodeOf(err))
		require.Equal(t, fault.Stale, fault.Of(err).Kind)
	})
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		for want, f := range map[int]dispatch.TicketFilter{
			4: {},
			2: {PersonID: to(name("gil"))},
			3: {States: []dispatch.TicketState{dispatch.TicketOpen, dispatch.TicketPlanned}},
			1: {OwnerID: to(name("dora"))},
		} {
			var all []dispatch.Ticket
			for p := (dispatch.Page{Limit: 1}); ; {
				list, next, err := tx.ListTickets(ctx, f, p)
				require.NoError(t, err)
				all = append(all, list...)
				if p.After = next; next == "" {
					break
				}
			}
			require.Len(t, all, want, "one by one, each once")
			for n := 1; n < len(all); n++ {
				require.False(t, all[n].OpenedAt.After(all[n-1].OpenedAt), "newest first")
			}
		}
		list, _, err := tx.ListTickets(ctx, dispatch.TicketFilter{IncidentID: &i.ID}, dispatch.Page{})
		require.NoError(t, err)
		require.Len(t, list, 1)
	})
}

func TestContactsEndOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := dispatch.Contact{ID: ids.New(), HandlerID: name("anna"), Channel: "phone", Direction: "in", QueuedAt: now, AnsweredAt: now.Add(8 * time.Second), Reason: "new"}
	known := c
	known.ID, known.PersonID, known.AnsweredAt = ids.New(), to(name("gil")), now.Add(time.Minute)
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		require.NoError(t, tx.AddContact(ctx, c))
		require.NoError(t, tx.AddContact(ctx, known))
		require.NoError(t, tx.NoteContact(ctx, known.ID, to(name("gil ticket")), "ticket"))
		require.Equal(t, "contact_not_found", fault.CodeOf(tx.NoteContact(ctx, name("x"), nil, "")))
		ended, err := tx.EndContact(ctx, known.ID, now.Add(2*time.Minute), "")
		require.NoError(t, err)
		known.TicketID, known.Outcome, known.EndedAt = to(name("gil ticket")), "ticket", to(now.Add(2*time.Minute))
		require.Equal(t, known, ended)
		_, err = tx.EndContact(ctx, known.ID, now.Add(3*time.Minute), "resolved")
		require.Equal(t, "contact_ended", fault.CodeOf(err))
		last, err := tx.LastContacts(ctx, name("gil"), 5)
		require.NoError(t, err)
		require.Equal(t, []dispatch.Contact{known}, last)
		got, err := tx.Contact(ctx, c.ID)
		require.NoError(t, err)
		require.Equal(t, c, got)
	})
}

func TestVisitsAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	v := w.setup.Visits[0]
	v.ID, v.FollowsID, v.EarliestDate, v.PinTime, v.Reason = ids.New(), to(name("gil visit")), to(tuesday), true, "follow_up"
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		require.NoError(t, tx.AddVisit(ctx, v))
		got, err := tx.LockVisit(ctx, v.ID)
		require.NoError(t, err)
		require.Equal(t, v, got)
		require.NoError(t, tx.Place(ctx, place("tess", 1, "gil", "mia")))
		both, err := tx.VisitsByID(ctx, []ids.ID{v.ID, name("gil visit"), name("x")})
		require.NoError(t, err)
		require.Len(t, both, 2)
		for before, want := range map[time.Time]int{clock(9, 44): 0, clock(9, 45): 1, clock(12, 0): 2} {
			late, err := tx.Unserved(ctx, before, 9)
			require.NoError(t, err)
			require.Len(t, late, want)
		}
	})
}

func TestAnIncidentIsDeclaredOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := incident("mon-7")
	errs := make(chan error, 6)
	var mu sync.Mutex
	numbers, added := map[int64]int{}, 0
	for range 6 {
		go func() {
			errs <- w.Write(t.Context(), func(tx dispatch.Tx) error {
				again := first
				again.ID = ids.New()
				i, isNew, err := tx.AddIncident(t.Context(), again)
				mu.Lock()
				defer mu.Unlock()
				numbers[i.Number]++
				if isNew {
					added++
				}
				return err
			})
		}()
	}
	for range 6 {
		require.NoError(t, <-errs)
	}
	require.Len(t, numbers, 1, "all were given the same one")
	require.Equal(t, 1, added)
	require.Equal(t, 1, w.count(t, `select count(*) from incidents`))
}

func TestAnIncidentFindsAndReachesPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	i := incident("mon-7")
	i.Template, i.Cause = "virus_cleanup", "a worm"
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		added, isNew, err := tx.AddIncident(ctx, i)
		require.NoError(t, err)
		require.True(t, isNew)
		i.Number = added.Number
		require.Equal(t, i, added)
		devices, err := tx.Devices(ctx)
		require.NoError(t, err)
		require.Len(t, devices, 3, "what a technician carries is nobody's device")
		var affected []dispatch.Affected
		for _, d := range devices {
			if clauses, ok := i.Predicate.Match(d); ok && d.PersonID != name("raj") {
				affected = append(affected, dispatch.Affected{IncidentID: i.ID, PersonID: d.PersonID, ItemID: d.ItemID, Clauses: clauses, MatchedAt: now})
			}
		}
		require.NoError(t, tx.AddAffected(ctx, affected))
		require.NoError(t, tx.AddAffected(ctx, affected), "matching again adds nobody twice")
		got, err := tx.AffectedBy(ctx, i.ID)
		require.NoError(t, err)
		require.ElementsMatch(t, affected, got)
		require.Equal(t, []string{"model is OPTI-3020", "OS 10.0.14393 is earlier than 10.0.15063"}, got[0].Clauses)
		require.NoError(t, tx.LinkAffected(ctx, i.ID, name("gil"), name("gil ticket")))
		require.Equal(t, "affected_not_found", fault.CodeOf(tx.LinkAffected(ctx, i.ID, name("raj"), name("raj ticket"))))
	})
	var ways [3]bool
	var wg sync.WaitGroup
	for n, how := range []string{"customer_called", "call", "message"} {
		wg.Go(func() {
			_ = w.Write(t.Context(), func(tx dispatch.Tx) (err error) {
				ways[n], err = tx.Reach(t.Context(), i.ID, name("gil"), how, now)
				return err
			})
		})
	}
	wg.Wait()
	require.Equal(t, 1, trues(ways[:]), "the first way counts, and no other")
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		incidents, affected, err := tx.IncidentsTouching(ctx, name("gil"))
		require.NoError(t, err)
		require.Equal(t, []dispatch.Incident{i}, incidents)
		require.Len(t, affected, 1)
		require.NotEmpty(t, affected[0].Reached)
		require.Equal(t, name("gil ticket"), *affected[0].TicketID)
		locked, err := tx.LockIncident(ctx, i.ID)
		require.NoError(t, err)
		locked.State, locked.ResolvedAt = dispatch.IncidentResolved, &now
		locked, err = tx.SaveIncident(ctx, locked)
		require.NoError(t, err)
		require.Equal(t, int64(2), locked.Version)
		incidents, affected, err = tx.IncidentsTouching(ctx, name("gil"))
		require.NoError(t, err)
		require.Empty(t, incidents)
		require.Empty(t, affected)
		list, _, err := tx.ListIncidents(ctx, []dispatch.IncidentState{dispatch.IncidentResolved}, dispatch.Page{})
		require.NoError(t, err)
		require.Equal(t, []dispatch.Incident{locked}, list)
	})
}

func trues(list []bool) (n int) {
	for _, b := range list {
		if b {
			n++
		}
	}
	return n
}

// A person calls while three agents take calls and another contact of theirs
// comes in: each task is cancelled once, and then nobody can take it.
func TestACallTaskGoesToExactlyOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one, two := incident("a"), incident("b")
	contact := dispatch.Contact{ID: ids.New(), PersonID: to(name("gil")), HandlerID: name("anna"), Channel: "phone", Direction: "in",
		QueuedAt: now, AnsweredAt: now, Reason: "incident"}
	tasks := []dispatch.CallTask{callTask(one.ID, "gil"), callTask(two.ID, "gil"), callTask(one.ID, "mia")}
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		for _, i := range []dispatch.Incident{one, two} {
			_, _, err := tx.AddIncident(ctx, i)
			require.NoError(t, err)
		}
		require.NoError(t, tx.AddContact(ctx, contact))
		require.NoError(t, tx.AddCallTasks(ctx, tasks))
		list, err := tx.CallTasks(ctx, one.ID)
		require.NoError(t, err)
		require.ElementsMatch(t, []dispatch.CallTask{tasks[0], tasks[2]}, list)
	})

	var wg sync.WaitGroup
	var took [3]bool
	for n := range took { // three take Mia's
		wg.Go(func() {
			err := w.Write(t.Context(), func(tx dispatch.Tx) error {
				_, err := tx.TakeCallTask(t.Context(), tasks[2].ID, name("anna"), now)
				return err
			})
			took[n] = err == nil
			if err != nil {
				assert.Equal(t, "call_task_state", fault.CodeOf(err))
			}
		})
	}
	cancelled := make([][]dispatch.CallTask, 4)
	for n := range cancelled { // four take Gil off
		wg.Go(func() {
			assert.NoError(t, w.Write(t.Context(), func(tx dispatch.Tx) (err error) {
				cancelled[n], err = tx.CancelCallTasks(t.Context(), name("gil"), contact.ID, "customer called first", now)
				return err
			}))
		})
	}
	wg.Wait()
	require.Equal(t, 1, trues(took[:]))
	given := map[ids.ID]int{}
	for _, list := range cancelled {
		for _, k := range list {
			require.Equal(t, dispatch.CallCancelled, k.State)
			require.Equal(t, contact.ID, *k.ContactID)
			given[k.ID]++
		}
	}
	require.Equal(t, map[ids.ID]int{tasks[0].ID: 1, tasks[1].ID: 1}, given)

	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		_, err := tx.TakeCallTask(ctx, tasks[0].ID, name("anna"), now)
		require.Equal(t, "call_task_state", fault.CodeOf(err))
		_, err = tx.SettleCallTask(ctx, tasks[2].ID, name("dora"), dispatch.CallReach, "", now)
		require.Equal(t, "call_task_state", fault.CodeOf(err), "Anna took it")
		back, err := tx.SettleCallTask(ctx, tasks[2].ID, name("anna"), dispatch.CallRelease, "busy", now)
		require.NoError(t, err)
		require.Nil(t, back.TakenBy)
		_, err = tx.TakeCallTask(ctx, tasks[2].ID, name("dora"), now)
		require.NoError(t, err)
		done, err := tx.SettleCallTask(ctx, tasks[2].ID, name("dora"), dispatch.CallMiss, "no answer", now)
		require.NoError(t, err)
		require.Equal(t, now, *done.SettledAt)
		_, err = tx.TakeCallTask(ctx, name("x"), name("dora"), now)
		require.Equal(t, "call_task_not_found", fault.CodeOf(err))
	})
}

func TestCallbacksComeByWhenTheyAreDue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all []dispatch.Callback
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		for n, p := range []string{"gil", "mia", "raj"} {
			c := dispatch.Callback{ID: ids.New(), TicketID: name(p + " ticket"), VisitID: name(p + " visit"), PersonID: name(p), OwnerID: name("anna"),
				DueAt: clock(12-n, 0), State: dispatch.CallbackDue, CreatedAt: now, Version: 1}
			added, err := tx.AddCallback(ctx, c)
			require.NoError(t, err)
			require.True(t, added)
			all = append(all, c)
		}
		again := all[0]
		again.ID = ids.New()
		added, err := tx.AddCallback(ctx, again)
		require.NoError(t, err)
		require.False(t, added, "one a visit")

		c, err := tx.LockCallback(ctx, all[0].ID)
		require.NoError(t, err)
		require.Equal(t, all[0], c)
		c.State, c.Outcome, c.SettledAt, c.Attempts = dispatch.CallbackSettled, to(dispatch.CallbackConfirmed), &now, 1
		saved, err := tx.SaveCallback(ctx, c)
		require.NoError(t, err)
		c.Version = 2
		require.Equal(t, c, saved)
		first, next, err := tx.ListCallbacks(ctx, dispatch.CallbackFilter{OwnerID: to(name("anna"))}, dispatch.Page{Limit: 2})
		require.NoError(t, err)
		require.Equal(t, []dispatch.Callback{all[2], all[1]}, first, "the earliest due first")
		rest, _, err := tx.ListCallbacks(ctx, dispatch.CallbackFilter{OwnerID: to(name("anna"))}, dispatch.Page{Limit: 2, After: next})
		require.NoError(t, err)
		require.Equal(t, []dispatch.Callback{c}, rest)
		due, _, err := tx.ListCallbacks(ctx, dispatch.CallbackFilter{State: dispatch.CallbackDue, TicketID: to(name("gil ticket"))}, dispatch.Page{})
		require.NoError(t, err)
		require.Empty(t, due)
	})
}

func TestANoticeIsDeliveredOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	n := dispatch.Notice{ID: ids.New(), PersonID: name("gil"), TicketID: to(name("gil ticket")), Kind: "on_the_way", Channel: "sms",
		Body: "Gil, Tess is on the way", State: dispatch.NoticeQueued, CreatedAt: now}
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		require.NoError(t, tx.AddNotice(ctx, n))
		got, err := tx.Notice(ctx, n.ID)
		require.NoError(t, err)
		require.Equal(t, n, got)
		n.State, n.DeliveredAt = dispatch.NoticeDelivered, &now
		for _, want := range []bool{true, false} {
			did, err := tx.SettleNotice(ctx, n)
			require.NoError(t, err)
			require.Equal(t, want, did)
		}
		_, err = tx.LockNotice(ctx, name("x"))
		require.Equal(t, "notice_not_found", fault.CodeOf(err))
		list, _, err := tx.ListNotices(ctx, dispatch.NoticeFilter{PersonID: to(name("gil")), TicketID: to(name("gil ticket"))}, dispatch.Page{})
		require.NoError(t, err)
		require.Len(t, list, 1)
		list, _, err = tx.ListNotices(ctx, dispatch.NoticeFilter{PromiseID: to(ids.New())}, dispatch.Page{})
		require.NoError(t, err)
		require.Empty(t, list)
	})
}

func TestPlanRunsAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := dispatch.PlanRun{ID: ids.New(), RegionID: name("region"), Date: monday, State: dispatch.RunQueued, Seed: 7, Seconds: 10, AskedBy: name("dora"),
		CreatedAt: now, Version: 1}
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		require.NoError(t, tx.AddPlanRun(ctx, r))
		got, err := tx.LockPlanRun(ctx, r.ID)
		require.NoError(t, err)
		require.Equal(t, r, got)
		got.State, got.Progress, got.ScoreBefore, got.OutcomeID, got.StartedAt = dispatch.RunDrafted, 1, to("12 late"), to(ids.New()), &now
		saved, err := tx.SavePlanRun(ctx, got)
		require.NoError(t, err)
		got.Version = 2
		require.Equal(t, got, saved)
		_, err = tx.SavePlanRun(ctx, r)
		require.Equal(t, "version_stale", fault.CodeOf(err))
		list, _, err := tx.ListPlanRuns(ctx, dispatch.DayKey{RegionID: r.RegionID, Date: monday}, nil, dispatch.Page{})
		require.NoError(t, err)
		require.Equal(t, []dispatch.PlanRun{saved}, list)
	})
}

func TestAnOutcomeIsCommittedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	o := dispatch.OutcomeRecord{ID: ids.New(), Kind: "promise", AskedBy: name("anna"), SubjectID: to(name("gil ticket")), At: now,
		ExpiresAt: now.Add(dispatch.OutcomeLife), Seed: -5, Days: []dispatch.DayKey{{RegionID: name("region"), Date: monday}},
		Change: json.RawMessage(`{"b": 1,  "a": 2}`), Document: json.RawMessage(`{"feasible":true}`)}
	old := o
	old.ID = ids.New()
	q := dispatch.Quote{ID: ids.New(), TicketID: name("gil ticket"), AskedBy: name("anna"), At: now, ExpiresAt: o.ExpiresAt,
		Offers:  []dispatch.Offer{{OutcomeID: ids.New()}, {OutcomeID: o.ID, WindowStart: clock(9, 0), WindowEnd: clock(11, 0), Confidence: 0.93, TechnicianID: name("tess")}},
		Refused: []dispatch.Refusal{{Date: tuesday, Reasons: []dispatch.Clause{{Code: "no_gap", Text: "no gap"}}}}}
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		require.NoError(t, tx.AddOutcome(ctx, o))
		require.NoError(t, tx.AddOutcome(ctx, old))
		require.NoError(t, tx.AddQuote(ctx, q))
		got, err := tx.Outcome(ctx, o.ID)
		require.NoError(t, err)
		require.JSONEq(t, string(o.Change), string(got.Change))
		got.Change = o.Change
		require.Equal(t, o, got)
	})
	errs := make(chan error, 3)
	for range 3 {
		go func() {
			errs <- w.Write(t.Context(), func(tx dispatch.Tx) error { return tx.CommitOutcome(t.Context(), o.ID, now) })
		}()
	}
	codes := map[string]int{}
	for range 3 {
		codes[fault.CodeOf(<-errs)]++
	}
	require.Equal(t, map[string]int{"": 1, "outcome_used": 2}, codes)
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		require.Equal(t, "outcome_not_found", fault.CodeOf(tx.CommitOutcome(ctx, name("x"), now)))
		drop := func(expired, committed time.Time, limit int) int64 {
			n, err := tx.DropOutcomes(ctx, expired, committed, limit)
			require.NoError(t, err)
			return n
		}
		require.Zero(t, drop(o.ExpiresAt, now, 10), "neither is older than that")
		require.Zero(t, drop(o.ExpiresAt.Add(time.Second), now, 0))
		require.Equal(t, int64(1), drop(o.ExpiresAt.Add(time.Second), now, 10), "what was committed stays")
		require.Equal(t, int64(1), drop(now, now.Add(time.Second), 10), "until it is old, too")
		for n := range int64(2) { // not yet; then, a second later
			dropped, err := tx.DropQuotes(ctx, q.ExpiresAt.Add(time.Duration(n)*time.Second), 10)
			require.NoError(t, err)
			require.Equal(t, n, dropped)
		}
	})
}

func TestOptionsAreChosenOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	set := dispatch.OptionSet{ID: ids.New(), VisitID: name("gil visit"), State: dispatch.OptionsOffered, OfferedBy: name("anna"), OfferedAt: now}
	options := []dispatch.Option{
		{ID: ids.New(), SetID: set.ID, Position: 1, Code: "replace_now", Name: "Take this one", Minutes: 20, EndState: "working", OutcomeID: to(ids.New()), ItemID: to(name("loaner"))},
		{ID: ids.New(), SetID: set.ID, Position: 2, Code: "replace_now", Name: "Later", Minutes: 5, EndState: "working_for_now", Blocked: "no gap",
			FollowUpDate: to(tuesday), FollowUpFrom: to(clock(9, 0)), FollowUpTo: to(clock(11, 0))},
	}
	other := set
	other.ID, other.VisitID = ids.New(), name("mia visit")
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		require.NoError(t, tx.AddOptionSet(ctx, set, options))
		require.NoError(t, tx.AddOptionSet(ctx, other, nil))
		got, list, err := tx.LockOptionSet(ctx, set.ID)
		require.NoError(t, err)
		require.Equal(t, set, got)
		require.Equal(t, options, list)
	})
	require.Equal(t, "option_not_in_set", fault.CodeOf(w.Write(t.Context(), func(tx dispatch.Tx) error {
		return tx.ChooseOption(t.Context(), other.ID, options[0].ID, "customer", now)
	})), "an option of somebody else's set")
	errs := make(chan error, 2)
	for n := range 2 {
		go func() {
			errs <- w.Write(t.Context(), func(tx dispatch.Tx) error {
				return tx.ChooseOption(t.Context(), set.ID, options[n].ID, "customer", now)
			})
		}()
	}
	codes := map[string]int{fault.CodeOf(<-errs): 1}
	codes[fault.CodeOf(<-errs)]++
	require.Equal(t, map[string]int{"": 1, "options_state": 1}, codes)
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		require.NoError(t, tx.WithdrawOptions(ctx, name("gil visit")))
		require.NoError(t, tx.WithdrawOptions(ctx, name("mia visit")))
		require.NoError(t, tx.LapseOptions(ctx, name("gil visit")))
		chosen, _, err := tx.OptionSet(ctx, set.ID)
		require.NoError(t, err)
		require.Equal(t, dispatch.OptionsChosen, chosen.State, "what is chosen stays")
		s, _, err := tx.OptionSet(ctx, other.ID)
		require.NoError(t, err)
		require.Equal(t, dispatch.OptionsWithdrawn, s.State)
		require.Equal(t, "options_state", fault.CodeOf(tx.ChooseOption(ctx, other.ID, options[0].ID, "customer", now)))
	})
}

func TestItemsAreListedAndReleased(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		r := assets.Reservation{ID: ids.New(), ItemID: name("loaner"), VisitID: name("gil visit"), CreatedAt: now}
		require.NoError(t, tx.Reserve(ctx, r))
		held, err := tx.LockItem(ctx, name("loaner"))
		require.NoError(t, err)
		require.Equal(t, name("gil visit"), *held.Reserved)
		free := assets.Filter{Free: true, Loaner: to(true), ModelID: to(name("lat")), States: []assets.State{assets.InKit},
			Holder: &assets.Custodian{Kind: assets.Technician, ID: name("tess")}}
		list, _, err := tx.ListItems(ctx, free, 5, "")
		require.NoError(t, err)
		require.Empty(t, list)
		require.NoError(t, tx.Release(ctx, name("gil visit"), now))
		list, _, err = tx.ListItems(ctx, free, 5, "")
		require.NoError(t, err)
		require.Len(t, list, 1)
		r.ID, r.VisitID = ids.New(), name("mia visit")
		require.NoError(t, tx.Reserve(ctx, r), "it may be kept for another now")
		first, next, err := tx.ListItems(ctx, assets.Filter{}, 3, "")
		require.NoError(t, err)
		require.Equal(t, "RM-10001", first[0].Item.Tag)
		rest, end, err := tx.ListItems(ctx, assets.Filter{}, 3, next)
		require.NoError(t, err)
		require.Len(t, rest, 1)
		require.Empty(t, end)
	})
}

func TestFactsAreAddedOnceAndKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	f := dispatch.Fact{ID: ids.New(), Kind: dispatch.FactLeft, VisitID: name("gil visit"), TechnicianID: name("tess"), AccountID: name("anna"),
		HappenedAt: now, ReceivedAt: now.Add(time.Second)}
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		for _, want := range []bool{false, true} {
			heard, kept, err := tx.HeardFact(ctx, f)
			require.NoError(t, err)
			require.Equal(t, want, heard)
			require.Nil(t, kept)
			if !heard {
				require.NoError(t, tx.AddFact(ctx, f))
			}
		}
		other := f
		other.Kind = dispatch.FactArrived
		_, _, err := tx.HeardFact(ctx, other)
		require.Equal(t, "id_taken", fault.CodeOf(err))
	})
	require.Equal(t, "id_taken", fault.CodeOf(w.Write(t.Context(), func(tx dispatch.Tx) error { return tx.AddFact(t.Context(), f) })))
	for _, sql := range []string{`update facts set kind = 'done'`, `delete from facts`, `truncate facts`} {
		_, err := w.pool.Exec(t.Context(), sql)
		require.ErrorContains(t, err, "only ever added to")
	}
}

// Events of one subject are numbered without gap in the order in which it was
// changed, whoever emits them.
func TestEventsOfASubjectAreInOrder(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n = 20
	errs := make(chan error, n)
	var mu sync.Mutex
	var changed []ids.ID // as seen from inside, under the visit's lock
	for k := range n {
		go func() {
			errs <- w.Write(t.Context(), func(tx dispatch.Tx) error {
				e := dispatch.Event{ID: ids.New(), Name: "visit.moved", SubjectKind: "visit", SubjectID: name("gil visit"), At: now}
				if k%2 == 1 {
					e.ActorID, e.TechnicianID, e.RegionID, e.Data = to(name("anna")), to(name("tess")), to(name("region")), json.RawMessage(`{"k":1}`)
				}
				if _, err := tx.LockVisit(t.Context(), e.SubjectID); err != nil {
					return err
				}
				mu.Lock()
				defer mu.Unlock()
				changed = append(changed, e.ID)
				return tx.Emit(t.Context(), e)
			})
		}()
	}
	for range n {
		require.NoError(t, <-errs)
	}
	var stored []ids.ID
	rows, err := w.pool.Query(t.Context(), `select id from events where subject_id = $1 order by subject_seq`, name("gil visit"))
	require.NoError(t, err)
	for rows.Next() {
		var id ids.ID
		require.NoError(t, rows.Scan(&id))
		stored = append(stored, id)
	}
	require.NoError(t, rows.Err())
	require.Equal(t, changed, stored)
	require.Equal(t, n, w.count(t, `select max(subject_seq) from events`))
}
