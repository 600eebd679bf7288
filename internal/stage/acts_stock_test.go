package stage_test

import (
	"context"
	"testing"
	"time"

	"roundsman/assets"
	"roundsman/dispatch/stock"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// lies brings an item into a state, with whoever has it then.
func lies(s *stage.Stage, id ids.ID) func(*testing.T, string) {
	holders := map[assets.State]assets.Custodian{assets.InKit: tessKit, assets.InUse: person(0), assets.OnLoan: person(0)}
	return func(t *testing.T, state string) {
		t.Helper()
		holder, ok := holders[assets.State(state)]
		if !ok {
			holder = home
		}
		_, err := s.Pool.Exec(t.Context(), `update custodies set custodian_kind = $2, custodian_id = $3 where item_id = $1 and until is null`, id, holder.Kind, holder.ID)
		require.NoError(t, err)
		forced(s, id, `update items set state = $2, wipe = 'wiped' where id = $1`)(t, state)
	}
}

func anItem(t *testing.T, s, u *stage.Stage) actor {
	annexed(t, s)
	id, to := stage.Name("item stock 0"), person(1)
	do := func(o stock.Order) func(context.Context) error {
		return func(ctx context.Context) error { return errOf(u.Room.Do(ctx, s.Stock, id, 1, o)) }
	}
	a := actor{into: lies(s, id), acts: doing{}, beyond: map[string]string{"returned": "item_on_loan"}, elsewhere: map[string]string{
		"swapped_in": "TestReplacementIsOneStep", "swapped_out": "TestReplacementIsOneStep", "lent": "TestALoan"}}
	for act, o := range map[assets.Act]stock.Order{
		assets.Transferred: {To: &annex}, assets.Arrived: {To: &home}, assets.Loaded: {To: &tessKit}, assets.Unloaded: {To: &home},
		assets.Issued: {To: &to}, assets.Returned: {To: &home}, assets.Isolated: {}, assets.Wiped: {}, assets.Cleared: {},
		assets.SentOff: {Repair: &assets.Repair{Vendor: "Acme", RMA: "1"}}, assets.CameBack: {Outcome: "repaired"}, assets.Missed: {},
		assets.Found: {To: &home}, assets.WrittenOff: {},
	} {
		o.Act, o.Reason = act, "x"
		a.acts[string(act)] = do(o)
	}
	for act, holder := range map[assets.Act]assets.Custodian{assets.ToDepot: annex, assets.ToTechnician: tessKit, assets.ToPerson: to} {
		a.acts[string(act)] = do(stock.Order{Act: assets.Corrected, To: &holder, Reason: "x"})
	}
	return a
}

func aLoan(t *testing.T, s, u *stage.Stage) actor {
	pooled(t, s, 1)
	start := stage.At(9, 0)
	l := book(t, s, stock.NewLoan{PersonID: person(0).ID, DepotID: &home.ID, StartsAt: &start, DueAt: start.Add(7 * aDay)})
	s.Clock.Set(start)
	id, v, item := l.Loan.ID, l.Loan.Version, l.Loan.ItemID
	where := lies(s, item)
	return actor{
		into: func(t *testing.T, state string) {
			forced(s, id, `update loans set state = $2, out_at = case when $2 not in ('booked', 'cancelled') then starts_at end,
				ended_at = case when $2 not in ('booked', 'out') then starts_at end where id = $1`)(t, state)
			at := map[assets.LoanState]assets.State{assets.LoanOut: assets.OnLoan, assets.LoanReturned: assets.Quarantined, assets.LoanLost: assets.Lost}[assets.LoanState(state)]
			if at == "" {
				at = assets.InStock
			}
			where(t, string(at))
		},
		acts: doing{
			"check_out": func(ctx context.Context) error {
				return errOf(u.Room.CheckOut(ctx, s.Stock, id, v, stock.Handover{Condition: "good", Taker: byHand}))
			},
			"check_in": func(ctx context.Context) error {
				return errOf(u.Room.CheckIn(ctx, s.Stock, id, v, stock.Handover{Condition: "good"}))
			},
			"extend": func(ctx context.Context) error {
				return errOf(u.Room.Extend(ctx, s.Stock, id, v, start.Add(9*24*time.Hour), "x"))
			},
			"cancel": func(ctx context.Context) error { return errOf(u.Room.Cancel(ctx, s.Stock, id, v, "x")) },
		},
		elsewhere: map[string]string{"lose": "TestBookingsAhead", "reassign": "TestABookingOutlivesItsLoaner"},
	}
}
