package stage_test

import (
	"testing"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/dispatch/stock"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// A promise that an item is with somebody is kept by handing it to them; handed to
// somebody else it keeps nothing.
func TestADeliveryIsKeptByTheHandover(t *testing.T) {
	t.Parallel()
	for person, want := range map[string]dispatch.PromiseState{"person 0": dispatch.PromiseKept, "person 1": dispatch.PromiseOpen} {
		s := stage.New(t, stage.Small)
		v := opened(t, s, 0, "printer_fault")
		item := stage.Name("item stock 0")
		p, err := s.Desk.PromiseDue(t.Context(), s.Agent, v.Ticket.ID, desk.NewDue{Kind: dispatch.DeliveryPromise, ItemID: &item,
			Due: s.Clock.Now().Add(2 * time.Hour), Wording: "You have it by half past nine."})
		require.NoError(t, err)
		to := assets.Custodian{Kind: assets.Person, ID: stage.Name("%s", person)}
		acted(t, s, item, stock.Order{Act: assets.Issued, To: &to, Taker: byHand})
		require.Equal(t, want, promise(t, s, p.Promise.ID).Promise.State, person)
	}
}

// What the technician carries for a visit is the customer's when the visit is done,
// and keeps what was promised of it; what still lies in the depot is only let go of.
func TestWhatWasBroughtForAVisitIsHandedOverWhenItIsDone(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	ticket, p := promised(t, s, 0, "printer_fault")
	publish(t, s)
	p, err := s.Desk.PromiseByID(ctx, s.Agent, p.Promise.ID)
	require.NoError(t, err)
	k := crewOf(t, s, p.Promise.TechnicianID)
	brought, left := stage.Name("item kit %d 0", k), stage.Name("item stock 0")
	require.NoError(t, s.Store.Write(ctx, func(tx dispatch.Tx) error {
		for _, item := range []ids.ID{brought, left} {
			if err := tx.Reserve(ctx, assets.Reservation{ID: ids.New(), ItemID: item, VisitID: p.Promise.VisitID, CreatedAt: s.Clock.Now()}); err != nil {
				return err
			}
		}
		return nil
	}))
	d, err := s.Desk.PromiseDue(ctx, s.Agent, ticket.Ticket.ID, desk.NewDue{Kind: dispatch.DeliveryPromise, ItemID: &brought,
		Due: stage.At(18, 0), Wording: "You have it today."})
	require.NoError(t, err)
	arrived(t, s, p)
	_, err = s.Field.Done(ctx, s.Crew[k], p.Promise.VisitID, field.NewFact{})
	require.NoError(t, err)

	got := held(t, s, brought)
	require.Equal(t, assets.Custodian{Kind: assets.Person, ID: stage.Name("person 0")}, got.Held.Holder)
	require.Equal(t, assets.InUse, got.Held.Item.State)
	require.Nil(t, got.Held.Reserved)
	require.Equal(t, p.Promise.VisitID, *got.Chain[len(got.Chain)-1].VisitID)
	require.Equal(t, dispatch.PromiseKept, promise(t, s, d.Promise.ID).Promise.State)
	stays := held(t, s, left)
	require.Equal(t, assets.InStock, stays.Held.Item.State)
	require.Nil(t, stays.Held.Reserved)
}
