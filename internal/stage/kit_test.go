package stage_test

import (
	"slices"
	"testing"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/field"
	"roundsman/dispatch/stock"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// equipped says whether the day knows that work under way takes nothing more out of
// the kit.
func equipped(t *testing.T, s *stage.Stage, visit ids.ID) (yes bool) {
	t.Helper()
	require.NoError(t, s.Store.Read(t.Context(), func(tx dispatch.Tx) error {
		sheet, err := tx.DaySheet(t.Context(), stage.Day())
		yes = slices.Contains(sheet.Equipped, visit)
		return err
	}))
	return yes
}

// A device is in the kit until it is given, and wanted there no longer once it is, or
// once something else was chosen.
func TestAVisitUnderWayWantsItsDeviceUntilItIsGiven(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*testing.T, *stage.Stage, int, ids.ID){
		"swapped": func(t *testing.T, s *stage.Stage, k int, visit ids.ID) { choose(t, s, k, visit, 0) },
		"cleaned": func(t *testing.T, s *stage.Stage, k int, visit ids.ID) { choose(t, s, k, visit, 1) },
		"issued": func(t *testing.T, s *stage.Stage, k int, _ ids.ID) {
			acted(t, s, stage.Name("item kit %d 0", k), stock.Order{Act: assets.Issued,
				To: &assets.Custodian{Kind: assets.Person, ID: stage.Name("person 0")}, Taker: byHand})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			_, p := promised(t, s, 0, "virus_cleanup")
			publish(t, s)
			require.False(t, equipped(t, s, p.Promise.VisitID))
			k := arrived(t, s, promise(t, s, p.Promise.ID))
			require.False(t, equipped(t, s, p.Promise.VisitID))
			end(t, s, k, p.Promise.VisitID)
			require.True(t, equipped(t, s, p.Promise.VisitID))
		})
	}
}

func choose(t *testing.T, s *stage.Stage, k int, visit ids.ID, option int) {
	t.Helper()
	offer, err := s.Field.Offer(t.Context(), s.Crew[k], visit)
	require.NoError(t, err)
	o := offer.Options[option].Option
	_, err = s.Field.Choose(t.Context(), s.Crew[k], offer.Set.ID, field.NewChoice{OptionID: o.ID, ChosenBy: "customer"})
	require.NoError(t, err, o.Blocked)
}

// What was kept for the visit lay behind another laptop in the kit: that one was
// swapped in, and the one that was kept became the customer's too when the visit was
// done, though it was still in the bag.
func TestTheReplacementIsTheOneKeptForTheVisit(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	_, p := promised(t, s, 0, "virus_cleanup")
	publish(t, s)
	k := arrived(t, s, promise(t, s, p.Promise.ID))
	other, kept := stage.Name("item kit %d 0", k), stage.Name("item kit %d 1", k)
	_, err := s.Room.Reserve(t.Context(), s.Stock, kept, 1, p.Promise.VisitID)
	require.NoError(t, err)
	choose(t, s, k, p.Promise.VisitID, 0)
	_, err = s.Field.Done(t.Context(), s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	require.Equal(t, assets.InUse, held(t, s, kept).Held.Item.State)
	require.Equal(t, assets.InKit, held(t, s, other).Held.Item.State)
}

// What was kept for the visit and carried there became the customer's when it was done,
// though they had chosen to keep their own device. It goes on in the bag, free for
// others.
func TestNobodyGetsTheReplacementThatTheyDidNotChoose(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	_, p := promised(t, s, 0, "virus_cleanup")
	publish(t, s)
	k := arrived(t, s, promise(t, s, p.Promise.ID))
	kept := stage.Name("item kit %d 1", k)
	_, err := s.Room.Reserve(t.Context(), s.Stock, kept, 1, p.Promise.VisitID)
	require.NoError(t, err)
	choose(t, s, k, p.Promise.VisitID, 1)
	_, err = s.Field.Done(t.Context(), s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)
	now := held(t, s, kept).Held
	require.Equal(t, []any{assets.InKit, stage.Name("technician %d", k)}, []any{now.Item.State, now.Holder.ID})
	require.Nil(t, now.Reserved)
	require.Equal(t, assets.InUse, held(t, s, stage.Name("item device 0")).Held.Item.State, "theirs")
}

// What lay in the depot of another region was offered, and kept, for a follow-up visit
// to which nobody could have brought it.
func TestAnotherRegionsStockIsNotCountedOn(t *testing.T) {
	t.Parallel()
	for name, moved := range map[string]struct {
		before []int // which of what lies in stock is elsewhere when it is offered
		after  []int // and when it is chosen
		kept   int   // which is kept, none where it is 0
	}{
		"all of it":        {before: []int{0, 1, 2, 3}},
		"all but one":      {before: []int{0, 1, 2}, kept: 3},
		"by now all":       {after: []int{0, 1, 2, 3}},
		"what was offered": {after: []int{0, 1}, kept: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := stage.New(t, stage.Small)
			region, depot := ids.New(), ids.New()
			_, err := s.Pool.Exec(t.Context(), `insert into regions select (jsonb_populate_record(r, jsonb_build_object('id', $1::text, 'code', 'FA'))).*
				from regions r where id = $2`, region, stage.Day().RegionID)
			require.NoError(t, err)
			_, err = s.Pool.Exec(t.Context(), `insert into depots (id, region_id, code, name, lon, lat) values ($1, $2, 'FA', 'Far away', 1, 0)`, depot, region)
			require.NoError(t, err)
			move := func(list []int) {
				for _, i := range list {
					to := assets.Custodian{Kind: assets.Depot, ID: depot}
					acted(t, s, stage.Name("item stock %d", i), stock.Order{Act: assets.Transferred, To: &to})
					acted(t, s, stage.Name("item stock %d", i), stock.Order{Act: assets.Arrived, To: &to})
				}
			}
			move(moved.before)
			_, p := promised(t, s, 0, "virus_cleanup")
			publish(t, s)
			k := arrived(t, s, promise(t, s, p.Promise.ID))
			offer, err := s.Field.Offer(t.Context(), s.Crew[k], p.Promise.VisitID)
			require.NoError(t, err)
			later := offer.Options[1].Option
			if moved.kept == 0 && moved.before != nil {
				require.Equal(t, "no replacement of the right model is in stock for a later visit", later.Blocked)
				return
			}
			move(moved.after)
			choice, err := s.Field.Choose(t.Context(), s.Crew[k], offer.Set.ID, field.NewChoice{OptionID: later.ID, ChosenBy: "customer"})
			if moved.kept == 0 {
				refused(t, "asset_gone", err)
				return
			}
			require.NoError(t, err)
			require.Equal(t, stage.Name("item stock %d", moved.kept), choice.Reserved.ID)
		})
	}
}

// A loaner could be loaded as if it were a spare: the planner sent somebody with it, and
// it was given away for good. One that is in the bag all the same, for its record was
// wrong, is counted on by nobody.
func TestALoanerIsNoSpare(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, p := promised(t, s, 0, "virus_cleanup")
	publish(t, s)
	k := arrived(t, s, promise(t, s, p.Promise.ID))
	pool := pooled(t, s, 1)[0]
	kit := assets.Custodian{Kind: assets.Technician, ID: stage.Name("technician %d", k)}
	before := digest(t, s)
	_, err := act(t, s, pool, stock.Order{Act: assets.Loaded, To: &kit})
	refused(t, "loaner_pooled", err)
	_, err = s.Room.Reserve(ctx, s.Stock, pool, 1, p.Promise.VisitID)
	refused(t, "loaner_pooled", err)
	require.Equal(t, before, digest(t, s))

	carried := func() (n int) {
		require.NoError(t, s.Store.Read(ctx, func(tx dispatch.Tx) error {
			sheet, err := tx.DaySheet(ctx, stage.Day())
			for _, x := range sheet.Kits {
				if x.TechnicianID == kit.ID {
					n++
				}
			}
			return err
		}))
		return n
	}
	acted(t, s, pool, stock.Order{Act: assets.Corrected, To: &kit, Reason: "seen in the bag"})
	require.Equal(t, 2, carried(), "two laptops, and the loaner")
	offer, err := s.Field.Offer(ctx, s.Crew[k], p.Promise.VisitID)
	require.NoError(t, err)
	require.Empty(t, offer.Options[0].Option.Blocked)
	for n := range 2 {
		acted(t, s, stage.Name("item kit %d %d", k, n), stock.Order{Act: assets.Unloaded, To: &home})
	}
	require.Zero(t, carried())
	offer, err = s.Field.Offer(ctx, s.Crew[k], p.Promise.VisitID)
	require.NoError(t, err)
	require.Equal(t, "no replacement of the right model is left in the kit", offer.Options[0].Option.Blocked)
	err = s.Store.Write(ctx, func(tx dispatch.Tx) error {
		_, _, err := assets.Exchange(ctx, tx, assets.Swap{PersonID: stage.Name("person 0"), Technician: kit.ID, VisitID: p.Promise.VisitID,
			ActorID: s.Stock.AccountID, At: s.Clock.Now()}, pool, stage.Name("item device 0"))
		return err
	})
	refused(t, "asset_gone", err)
}

// A loaner that lay in stock was kept for somebody's follow-up visit, for good, and
// somebody else could have booked it between offer and choice.
func TestALoanerIsNotKeptAsAReplacement(t *testing.T) {
	t.Parallel()
	for _, before := range []bool{true, false} {
		s := stage.New(t, stage.Small)
		_, p := promised(t, s, 0, "virus_cleanup")
		publish(t, s)
		k := arrived(t, s, promise(t, s, p.Promise.ID))
		if before {
			pooled(t, s, 1)
		}
		offer, err := s.Field.Offer(t.Context(), s.Crew[k], p.Promise.VisitID)
		require.NoError(t, err)
		pool := pooled(t, s, 1)
		loan := book(t, s, stock.NewLoan{PersonID: stage.Name("person 1"), ItemID: &pool[0], DueAt: s.Clock.Now().Add(time.Hour), Waiver: "it will do"})
		choice, err := s.Field.Choose(t.Context(), s.Crew[k], offer.Set.ID, field.NewChoice{OptionID: offer.Options[1].Option.ID, ChosenBy: "customer"})
		require.NoError(t, err)
		require.NotEqual(t, loan.Item.Item.ID, choice.Reserved.ID)
		if before {
			require.Equal(t, *offer.Options[1].Option.ItemID, choice.Reserved.ID, "as offered")
		}
	}
}
