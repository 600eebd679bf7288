package stage_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/stock"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

const aDay = 24 * time.Hour

// pooled makes the first n of what lies in stock loaners.
func pooled(t *testing.T, s *stage.Stage, n int) []ids.ID {
	t.Helper()
	out := make([]ids.ID, n)
	for i := range n {
		out[i] = stage.Name("item stock %d", i)
		_, err := s.Pool.Exec(t.Context(), `update items set loaner = true where id = $1`, out[i])
		require.NoError(t, err)
	}
	return out
}

func book(t *testing.T, s *stage.Stage, n stock.NewLoan) dispatch.LoanView {
	t.Helper()
	v, err := s.Room.Book(t.Context(), s.Agent, n)
	require.NoError(t, err)
	return v
}

func stockRoomTold(t *testing.T, s *stage.Stage, person ids.ID) (kinds []string) {
	t.Helper()
	list, _, err := s.Desk.Notices(t.Context(), s.Agent, dispatch.NoticeFilter{PersonID: &person}, dispatch.Page{Limit: 50})
	require.NoError(t, err)
	for i := len(list) - 1; i >= 0; i-- {
		kinds = append(kinds, list[i].Kind)
	}
	return kinds
}

// A loan from the booking to the check-in: reminded once before it is due and once
// when it is, back with what is missing, and quarantined until it is wiped.
func TestALoan(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	pooled(t, s, 1)
	who, start := person(0), stage.At(9, 0)
	l := book(t, s, stock.NewLoan{PersonID: who.ID, DepotID: &home.ID, StartsAt: &start, DueAt: start.Add(7 * aDay)})
	require.Equal(t, []any{assets.LoanBooked, assets.InStock}, []any{l.Loan.State, l.Item.Item.State})
	require.Empty(t, l.Loan.FailedClauses, "class 3 for somebody who has class 1")
	_, err := act(t, s, l.Loan.ItemID, stock.Order{Act: assets.Loaded, To: &tessKit})
	refused(t, "loaner_booked", err)

	s.Clock.Set(start)
	out, err := s.Room.CheckOut(ctx, s.Stock, l.Loan.ID, l.Loan.Version, stock.Handover{Condition: "good", Accessories: []string{"charger", "bag"}, Taker: byHand})
	require.NoError(t, err)
	require.Equal(t, []any{assets.LoanOut, assets.OnLoan, who}, []any{out.Loan.State, out.Item.Item.State, out.Item.Holder})
	_, err = s.Room.CheckOut(ctx, s.Stock, l.Loan.ID, out.Loan.Version, stock.Handover{Condition: "good"})
	refused(t, "loan_state", err)
	_, err = act(t, s, l.Loan.ItemID, stock.Order{Act: assets.Returned, To: &home})
	refused(t, "item_on_loan", err)

	require.NoError(t, s.Room.Sweep(ctx))
	require.Empty(t, stockRoomTold(t, s, who.ID), "six days to go")
	s.Clock.Set(start.Add(6*aDay + time.Hour))
	for range 2 {
		require.NoError(t, s.Room.Sweep(ctx))
	}
	require.Equal(t, []string{"loan_due_soon"}, stockRoomTold(t, s, who.ID))
	longer, err := s.Room.Extend(ctx, s.Agent, l.Loan.ID, out.Loan.Version, start.Add(9*aDay), "repair takes longer")
	require.NoError(t, err)
	require.Equal(t, start.Add(7*aDay), longer.Loan.FirstDueAt.UTC())
	late, _, err := s.Room.Overdue(ctx, s.Agent, assets.LoanFilter{}, dispatch.Page{})
	require.NoError(t, err)
	require.Empty(t, late)
	s.Clock.Set(start.Add(9 * aDay)) // due now: the interval is half-open
	for range 2 {
		require.NoError(t, s.Room.Sweep(ctx))
	}
	require.Equal(t, []string{"loan_due_soon", "loan_due"}, stockRoomTold(t, s, who.ID))
	late, _, err = s.Room.Overdue(ctx, s.Agent, assets.LoanFilter{DepotID: &home.ID}, dispatch.Page{Limit: 5})
	require.NoError(t, err)
	require.Len(t, late, 1)
	require.True(t, late[0].Overdue)

	now, err := s.Room.Loan(ctx, s.Agent, l.Loan.ID)
	require.NoError(t, err)
	back, err := s.Room.CheckIn(ctx, s.Stock, l.Loan.ID, now.Loan.Version, stock.Handover{Condition: "worn", Accessories: []string{"charger"}})
	require.NoError(t, err)
	require.Equal(t, assets.LoanReturned, back.Loan.State)
	require.Equal(t, []string{"bag"}, back.Loan.Missing)
	require.Equal(t, []any{assets.Quarantined, assets.WipeDue, home}, []any{back.Item.Item.State, back.Item.Item.Wipe, back.Item.Holder})
	require.Equal(t, dispatch.PromiseWithdrawn, promise(t, s, *out.Loan.PromiseID).Promise.State, "they asked for a later day")
	p := promise(t, s, *back.Loan.PromiseID)
	require.Equal(t, dispatch.LoanReturnPromise, p.Promise.Kind)
	require.Equal(t, dispatch.PromiseLate, p.Promise.State, "the day was over in the instant it was due")
	for _, name := range []string{"loan.booked", "loan.checked_out", "loan.reminded", "loan.extended", "loan.fell_due", "loan.checked_in"} {
		require.Equal(t, 1, events(t, s, name), name)
	}
}

// Of all who ask at once for the only loaner, one gets it; of all who hand it out
// at once, one does.
func TestOneLoanerOneWinner(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	item := pooled(t, s, 1)[0]
	race := func(try func(i int) error) (won int, codes map[string]int) {
		var mu sync.Mutex
		var wg sync.WaitGroup
		codes = map[string]int{}
		for i := range 6 {
			wg.Go(func() {
				err := try(i)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else {
					codes[fault.CodeOf(err)]++
				}
			})
		}
		wg.Wait()
		return won, codes
	}
	var l dispatch.LoanView
	won, codes := race(func(i int) error {
		n := stock.NewLoan{PersonID: person(i).ID, ItemID: &item, DueAt: stage.At(7, 30).Add(aDay)}
		v, err := s.Room.Book(t.Context(), s.Agent, n)
		if err == nil {
			l = v
		}
		return err
	})
	require.Equal(t, 1, won)
	require.Equal(t, map[string]int{"loaner_taken": 5}, codes)
	won, codes = race(func(int) error {
		_, err := s.Room.CheckOut(t.Context(), s.Stock, l.Loan.ID, l.Loan.Version, stock.Handover{Condition: "good"})
		return err
	})
	require.Equal(t, 1, won)
	require.Equal(t, map[string]int{"version_stale": 5}, codes)
	require.Len(t, held(t, s, item).Chain, 2)
}

// Bookings follow on one another, and never overlap.
func TestBookingsAhead(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	item := pooled(t, s, 1)[0]
	at := func(d int) *time.Time { x := stage.At(9, 0).Add(time.Duration(d) * aDay); return &x }
	first := book(t, s, stock.NewLoan{PersonID: person(0).ID, ItemID: &item, StartsAt: at(1), DueAt: *at(3)})
	book(t, s, stock.NewLoan{PersonID: person(1).ID, ItemID: &item, StartsAt: at(3), DueAt: *at(5)})
	for _, n := range []stock.NewLoan{
		{ItemID: &item, StartsAt: at(2), DueAt: *at(4)},
		{ItemID: &item, StartsAt: at(0), DueAt: *at(9)},
		{ItemID: &item, StartsAt: at(4), DueAt: *at(6)},
	} {
		n.PersonID = person(2).ID
		_, err := s.Room.Book(ctx, s.Agent, n)
		refused(t, "loaner_taken", err)
	}
	_, err := s.Room.Extend(ctx, s.Agent, first.Loan.ID, first.Loan.Version, *at(4), "longer")
	refused(t, "loaner_taken", err)
	for code, n := range map[string]stock.NewLoan{
		"loaner_none":      {DepotID: &home.ID, StartsAt: at(2), DueAt: *at(4)},
		"bad_window":       {ItemID: &item, StartsAt: at(3), DueAt: *at(2)},
		"pool_missing":     {DueAt: *at(9)},
		"not_a_loaner":     {ItemID: ptr(stage.Name("item stock 1")), DueAt: *at(9)},
		"item_not_found":   {ItemID: ptr(ids.New()), DueAt: *at(9)},
		"depot_not_found":  {DepotID: ptr(ids.New()), DueAt: *at(9)},
		"ticket_not_found": {ItemID: &item, StartsAt: at(6), DueAt: *at(9), TicketID: ptr(ids.New())},
	} {
		n.PersonID = person(2).ID
		_, err := s.Room.Book(ctx, s.Agent, n)
		refused(t, code, err)
	}
	q := stock.PoolQuery{SiteID: ptr(stage.Name("site 0")), From: *at(4), Until: *at(6)}
	list, err := s.Room.Availability(ctx, s.Agent, q)
	require.NoError(t, err)
	require.Len(t, list, 1)
	require.Len(t, list[0].Busy, 2)
	require.False(t, list[0].Free)
	q.From = *at(5)
	list, err = s.Room.Availability(ctx, s.Agent, q)
	require.NoError(t, err)
	require.True(t, list[0].Free)
	_, err = s.Room.Cancel(ctx, s.Agent, first.Loan.ID, first.Loan.Version, "not needed")
	require.NoError(t, err)
	book(t, s, stock.NewLoan{PersonID: person(2).ID, ItemID: &item, StartsAt: at(1), DueAt: *at(3)})

	// An overdue loaner is not to be had until somebody knows when it comes.
	_, err = s.Pool.Exec(ctx, `update loans set state = 'cancelled', ended_at = now() where state = 'booked'`)
	require.NoError(t, err)
	l := book(t, s, stock.NewLoan{PersonID: person(0).ID, ItemID: &item, DueAt: *at(1)})
	_, err = s.Room.CheckOut(ctx, s.Stock, l.Loan.ID, l.Loan.Version, stock.Handover{Condition: "good"})
	require.NoError(t, err)
	s.Clock.Set(*at(2))
	_, err = s.Room.Book(ctx, s.Agent, stock.NewLoan{PersonID: person(1).ID, ItemID: &item, StartsAt: at(7), DueAt: *at(8)})
	refused(t, "loaner_taken", err)

	// Lost while it was out: so is the loan.
	acted(t, s, item, stock.Order{Act: assets.Missed, Reason: "stolen"})
	now, err := s.Room.Loan(ctx, s.Agent, l.Loan.ID)
	require.NoError(t, err)
	require.Equal(t, assets.LoanLost, now.Loan.State)
	require.Equal(t, assets.WipeDue, now.Item.Item.Wipe, "should it be found")
}

// Nobody gets less than they need without being asked.
func TestALoanerIsGoodEnough(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	item := pooled(t, s, 1)[0]
	n := stock.NewLoan{PersonID: person(0).ID, DepotID: &home.ID, DueAt: stage.At(9, 0).Add(aDay), Need: &assets.Need{Kind: assets.Laptop, Class: 5, OSVersion: "10.0.19041"}}
	_, err := s.Room.Book(ctx, s.Agent, n)
	f := refused(t, "loaner_unsuitable", err)
	clauses, ok := f.Members["failed_clauses"].([]assets.Clause)
	require.True(t, ok)
	require.Equal(t, []string{"class", "os_version"}, []string{clauses[0].Code, clauses[1].Code})
	n.Waiver = "Fine for two days, says Pat."
	l := book(t, s, n)
	require.Equal(t, item, l.Loan.ItemID)
	require.Equal(t, []string{"class", "os_version"}, l.Loan.FailedClauses)
	require.Equal(t, n.Waiver, l.Loan.Waiver)
	_, err = s.Pool.Exec(ctx, `update loans set waiver = '' where id = $1`, l.Loan.ID)
	require.ErrorContains(t, err, "loans_waived", "the database asks for it too")
}

// A loaner that was lost or put into quarantine stayed booked for whoever counted on it,
// and nobody heard of it. Another like it takes its place; where none is free the booking
// ends, and customer and owner hear of it at once.
func TestABookingOutlivesItsLoaner(t *testing.T) {
	t.Parallel()
	gone := map[string]func(*testing.T, *stage.Stage, ids.ID){
		"lost": func(t *testing.T, s *stage.Stage, id ids.ID) {
			acted(t, s, id, stock.Order{Act: assets.Missed, Reason: "not there"})
		},
		"quarantined": func(t *testing.T, s *stage.Stage, id ids.ID) {
			acted(t, s, id, stock.Order{Act: assets.Isolated, Reason: "hinge"})
		},
		"not counted": func(t *testing.T, s *stage.Stage, id ids.ID) {
			var tags []string
			for i := range 4 {
				if h := held(t, s, stage.Name("item stock %d", i)).Held; h.Item.ID != id {
					tags = append(tags, h.Item.Tag)
				}
			}
			_, err := s.Room.Count(t.Context(), s.Stock, stock.Count{DepotID: home.ID, Reason: "spring count", Tags: tags})
			require.NoError(t, err)
		},
		"lost while out before": func(t *testing.T, s *stage.Stage, id ids.ID) {
			l := book(t, s, stock.NewLoan{PersonID: person(3).ID, ItemID: &id, DueAt: s.Clock.Now().Add(time.Hour)})
			_, err := s.Room.CheckOut(t.Context(), s.Stock, l.Loan.ID, l.Loan.Version, stock.Handover{Condition: "good"})
			require.NoError(t, err)
			acted(t, s, id, stock.Order{Act: assets.Missed, Reason: "stolen"})
		},
	}
	for name, leave := range gone {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			pool := pooled(t, s, 2)
			ticket := opened(t, s, 0, "virus_cleanup").Ticket
			start := stage.At(9, 0).Add(2 * aDay)
			l := book(t, s, stock.NewLoan{PersonID: person(0).ID, ItemID: &pool[0], StartsAt: &start, DueAt: start.Add(aDay), TicketID: &ticket.ID})

			leave(t, s, pool[0])
			now, err := s.Room.Loan(t.Context(), s.Agent, l.Loan.ID)
			require.NoError(t, err)
			require.Equal(t, []any{assets.LoanBooked, pool[1]}, []any{now.Loan.State, now.Loan.ItemID})
			require.Equal(t, 1, events(t, s, "loan.reassigned"))
			require.Empty(t, stockRoomTold(t, s, person(0).ID), "they get one all the same")

			s.Clock.Set(s.Clock.Now().Add(time.Minute))
			leave(t, s, pool[1])
			now, err = s.Room.Loan(t.Context(), s.Agent, l.Loan.ID)
			require.NoError(t, err)
			require.Equal(t, assets.LoanCancelled, now.Loan.State)
			require.Equal(t, 1, events(t, s, "loan.cancelled"))
			require.Equal(t, []string{"loan_cancelled"}, stockRoomTold(t, s, person(0).ID))
			due, err := s.Desk.Ticket(t.Context(), s.Agent, ticket.ID)
			require.NoError(t, err)
			require.Equal(t, s.Clock.Now(), due.Ticket.NextUpdate.UTC(), "the owner acts now")
			notes, _, err := s.Desk.Notes(t.Context(), s.Agent, ticket.ID, dispatch.Page{Limit: 5})
			require.NoError(t, err)
			require.Len(t, notes, 1)
			require.Contains(t, notes[0].Body, now.Item.Item.Tag)
		})
	}
}

// Nobody came for a booking whose time is over, and its loaner is free. It stood in the
// way of another booking that began before it was over: the loss itself was refused.
func TestALoanerIsLostBesideABookingThatIsOver(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	pool := pooled(t, s, 2)
	start := stage.At(9, 0)
	l := book(t, s, stock.NewLoan{PersonID: person(0).ID, ItemID: &pool[0], StartsAt: &start, DueAt: start.Add(aDay)})
	book(t, s, stock.NewLoan{PersonID: person(1).ID, ItemID: &pool[1], StartsAt: &start, DueAt: start.Add(time.Hour)})

	s.Clock.Set(start.Add(2 * time.Hour))
	acted(t, s, pool[0], stock.Order{Act: assets.Missed, Reason: "not there"})
	now, err := s.Room.Loan(t.Context(), s.Agent, l.Loan.ID)
	require.NoError(t, err)
	require.Equal(t, []any{assets.LoanBooked, pool[1], s.Clock.Now()}, []any{now.Loan.State, now.Loan.ItemID, now.Loan.StartsAt.UTC()})
	require.Empty(t, stockRoomTold(t, s, person(0).ID))
}

// A loan that was extended while its loaner was being given to somebody whose own was
// lost ran into their time, and the loss was refused: whoever extends waits for the item.
func TestExtendingWaitsForTheLoaner(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	item := pooled(t, s, 1)[0]
	l := book(t, s, stock.NewLoan{PersonID: person(0).ID, ItemID: &item, DueAt: stage.At(9, 0).Add(aDay)})
	other, err := s.Pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = other.Exec(t.Context(), `select from items where id = $1 for no key update`, item)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = s.Room.Extend(ctx, s.Agent, l.Loan.ID, l.Loan.Version, l.Loan.DueAt.Add(aDay), "x")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, other.Rollback(t.Context()))
	_, err = s.Room.Extend(t.Context(), s.Agent, l.Loan.ID, l.Loan.Version, l.Loan.DueAt.Add(aDay), "x")
	require.NoError(t, err)
}

// Of two that are lost at once and booked both, one is made good and no other is given
// to two.
func TestLoanersThatAreLostAtOnce(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	pool := pooled(t, s, 3)
	start := stage.At(9, 0).Add(2 * aDay)
	var loans []ids.ID
	for i, id := range pool[:2] {
		l := book(t, s, stock.NewLoan{PersonID: person(i).ID, ItemID: &id, StartsAt: &start, DueAt: start.Add(aDay)})
		loans = append(loans, l.Loan.ID)
	}
	var wg sync.WaitGroup
	errs := make([]error, 2)
	for i := range errs {
		wg.Go(func() {
			_, errs[i] = s.Room.Do(t.Context(), s.Stock, pool[i], 1, stock.Order{Act: assets.Missed, Reason: "not there"})
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs...))
	got := map[assets.LoanState]ids.ID{}
	for _, id := range loans {
		l, err := s.Room.Loan(t.Context(), s.Agent, id)
		require.NoError(t, err)
		got[l.Loan.State] = l.Loan.ItemID
	}
	require.Len(t, got, 2, "one has the third, the other none")
	require.Equal(t, pool[2], got[assets.LoanBooked])
}

// What to load is what the planned rounds need and the kits don't have.
func TestKitList(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Size{Technicians: 1, People: 6, Days: 10})
	ctx := t.Context()
	list := func() stock.KitPlan {
		v, err := s.Room.KitList(ctx, s.Stock, stage.Day())
		require.NoError(t, err)
		require.Len(t, v.Kits, 1)
		return v.Kits[0]
	}
	for i := range 3 {
		opened(t, s, i, "virus_cleanup")
	}
	acted(t, s, stage.Name("item kit 0 0"), stock.Order{Act: assets.Unloaded, To: &home})
	acted(t, s, stage.Name("item kit 0 1"), stock.Order{Act: assets.Unloaded, To: &home})
	v, err := s.Room.KitList(ctx, s.Stock, stage.Day())
	require.NoError(t, err)
	require.Len(t, v.Uncarried, 3, "nobody carries what the three wait for")
	acted(t, s, stage.Name("item kit 0 0"), stock.Order{Act: assets.Loaded, To: &tessKit})
	v, err = s.Room.KitList(ctx, s.Stock, stage.Day())
	require.NoError(t, err)
	require.Empty(t, v.Uncarried)
	publish(t, s)
	require.Empty(t, list().Load, "one laptop, one visit of the three: the planner sends nobody without")
	acted(t, s, stage.Name("item kit 0 0"), stock.Order{Act: assets.Unloaded, To: &home})
	x := list()
	require.Len(t, x.Load, 1)
	require.Equal(t, 1, x.Load[0].Units)
	require.Equal(t, stage.Name("new"), x.Load[0].Model.ID)
	visit := x.Load[0].Visits[0]
	_, err = s.Room.Reserve(ctx, s.Stock, stage.Name("item stock 3"), 1, visit)
	require.NoError(t, err)
	x = list()
	require.Equal(t, 1, x.Load[0].Units)
	require.Equal(t, stage.Name("item stock 3"), x.Load[0].Items[0].Item.ID, "that one, by name")
	acted(t, s, stage.Name("item stock 3"), stock.Order{Act: assets.Loaded, To: &tessKit})
	require.Empty(t, list().Load)
}
