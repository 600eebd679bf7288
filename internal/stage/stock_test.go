package stage_test

import (
	"testing"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/stock"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

var (
	home    = assets.Custodian{Kind: assets.Depot, ID: stage.Name("depot")}
	annex   = assets.Custodian{Kind: assets.Depot, ID: stage.Name("annex")}
	byHand  = &assets.Evidence{Method: assets.BySignature, MediaType: "image/png", Content: []byte("a squiggle")}
	tessKit = assets.Custodian{Kind: assets.Technician, ID: stage.Name("technician 0")}
)

// annexed adds a second depot, to send things to.
func annexed(t *testing.T, s *stage.Stage) {
	t.Helper()
	_, err := s.Pool.Exec(t.Context(), `insert into depots (id, region_id, code, name, lon, lat) select $1, region_id, 'D2', 'Annex', 0.05, 0 from depots where id = $2`, annex.ID, home.ID)
	require.NoError(t, err)
}

// held reads an item.
func held(t *testing.T, s *stage.Stage, id ids.ID) stock.Record {
	t.Helper()
	v, err := s.Room.Item(t.Context(), s.Stock, id)
	require.NoError(t, err)
	return v
}

// act does one on an item as it is now.
func act(t *testing.T, s *stage.Stage, id ids.ID, o stock.Order) (assets.Held, error) {
	t.Helper()
	return s.Room.Do(t.Context(), s.Stock, id, held(t, s, id).Held.Item.Version, o)
}

func acted(t *testing.T, s *stage.Stage, id ids.ID, o stock.Order) assets.Held {
	t.Helper()
	h, err := act(t, s, id, o)
	require.NoError(t, err)
	return h
}

func person(i int) assets.Custodian {
	return assets.Custodian{Kind: assets.Person, ID: stage.Name("person %d", i)}
}

// The life of a laptop: each act is in the journal, each handover in the chain,
// with what both sides left as proof.
func TestALaptopsLife(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	annexed(t, s)
	list, err := s.Room.Receive(ctx, s.Stock, stock.Delivery{DepotID: home.ID, Reference: "DN-1", Items: []stock.NewItem{
		{ModelID: stage.Name("new"), Tag: "RM-20001", Serial: "S1", OSName: ptr("Windows"), OSVersion: ptr("10.0.19045")},
		{ModelID: stage.Name("new"), Tag: "RM-20002", Serial: "S2"},
	}})
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.Equal(t, assets.Clean, list[0].Item.Wipe)
	id := list[0].Item.ID

	h := acted(t, s, id, stock.Order{Act: assets.Transferred, To: &annex})
	require.Equal(t, []any{assets.InTransit, home}, []any{h.Item.State, h.Holder}, "the sender answers for it until it has arrived")
	due, err := s.Room.Expected(ctx, s.Stock, annex.ID)
	require.NoError(t, err)
	require.Len(t, due, 1)
	h = acted(t, s, id, stock.Order{Act: assets.Arrived, To: &annex})
	require.Equal(t, []any{assets.InStock, annex}, []any{h.Item.State, h.Holder})
	h = acted(t, s, id, stock.Order{Act: assets.Loaded, To: &tessKit})
	require.Equal(t, []any{assets.InKit, tessKit}, []any{h.Item.State, h.Holder})
	to := person(1)
	h = acted(t, s, id, stock.Order{Act: assets.Issued, To: &to, Taker: byHand})
	require.Equal(t, []any{assets.InUse, to}, []any{h.Item.State, h.Holder})
	h = acted(t, s, id, stock.Order{Act: assets.Returned, To: &home, Reason: "new job", Giver: byHand})
	require.Equal(t, []any{assets.Quarantined, assets.WipeDue}, []any{h.Item.State, h.Item.Wipe})
	_, err = act(t, s, id, stock.Order{Act: assets.Cleared})
	refused(t, "wipe_due", err)
	_, err = act(t, s, id, stock.Order{Act: assets.WrittenOff, Reason: "old"})
	refused(t, "wipe_due", err)
	h = acted(t, s, id, stock.Order{Act: assets.SentOff, Reason: "hinge", Repair: &assets.Repair{Vendor: "Acme", RMA: "A-17"}})
	require.Equal(t, []any{assets.InRepair, home}, []any{h.Item.State, h.Holder}, "the depot answers for what is at a vendor's")
	acted(t, s, id, stock.Order{Act: assets.CameBack, Outcome: "repaired"})
	acted(t, s, id, stock.Order{Act: assets.Wiped, Reason: "three passes"})
	acted(t, s, id, stock.Order{Act: assets.Cleared})
	h = acted(t, s, id, stock.Order{Act: assets.WrittenOff, Reason: "sold"})
	require.Equal(t, assets.Retired, h.Item.State)
	_, err = act(t, s, id, stock.Order{Act: assets.Loaded, To: &tessKit})
	f := refused(t, "item_state", err)
	require.Equal(t, []assets.State{assets.InStock}, f.Members["allowed"])

	v := held(t, s, id)
	var acts []assets.Act
	for _, e := range v.Journal {
		acts = append(acts, e.Act)
	}
	require.Equal(t, []assets.Act{assets.Received, assets.Transferred, assets.Arrived, assets.Loaded, assets.Issued, assets.Returned, assets.SentOff,
		assets.CameBack, assets.Wiped, assets.Cleared, assets.WrittenOff}, acts)
	require.Len(t, v.Chain, 5, "home, annex, Tess, the person, home")
	require.Equal(t, "A-17", v.Repairs[0].RMA)
	require.Equal(t, annex.ID, *v.Transfers[0].EndedIn)
	sides := map[string]assets.Method{}
	for _, p := range v.Proofs {
		for i, c := range v.Chain {
			if c.ID == p.CustodyID {
				sides[string(rune('0'+i))+string(p.Side)] = p.Method
			}
		}
	}
	require.Equal(t, map[string]assets.Method{"0taker": "account", "1giver": "account", "1taker": "account", "2giver": "account",
		"3taker": "signature", "4giver": "signature", "4taker": "account"}, sides, "Tess has not confirmed yet that she had it")
	for name, n := range map[string]int{"item.received": 2, "item.transferred": 1, "item.loaded": 1, "item.retired": 1} {
		require.Equal(t, n, events(t, s, name), name)
	}
}

func TestRefusedInTheStockRoom(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	device, inStock := stage.Name("item device 0"), stage.Name("item stock 0")
	before := digest(t, s)
	to := person(1)
	for name, c := range map[string]struct {
		item ids.ID
		code string
		do   stock.Order
	}{
		"what somebody works with is not loaded": {device, "item_state", stock.Order{Act: assets.Loaded, To: &tessKit}},
		"not sent to where it lies":              {inStock, "same_depot", stock.Order{Act: assets.Transferred, To: &home}},
		"not to nobody":                          {inStock, "reference_missing", stock.Order{Act: assets.Issued, To: &assets.Custodian{Kind: assets.Person, ID: ids.New()}}},
		"no correction of nothing":               {inStock, "nothing_to_correct", stock.Order{Act: assets.Corrected, Reason: "?"}},
		"a tag is of one item":                   {inStock, "tag_taken", stock.Order{Act: assets.Corrected, Reason: "label", Tag: ptr("rm-10000")}},
		"a signature shows something":            {inStock, "proof_incomplete", stock.Order{Act: assets.Issued, To: &to, Taker: &assets.Evidence{Method: assets.BySignature}}},
		"nothing is found that is not lost":      {inStock, "item_state", stock.Order{Act: assets.Found, To: &home}},
		"there is no such item":                  {ids.New(), "item_not_found", stock.Order{Act: assets.Wiped}},
	} {
		_, err := s.Room.Do(ctx, s.Stock, c.item, 1, c.do)
		require.Equal(t, c.code, refused(t, c.code, err).Code, name)
	}
	_, err := s.Room.Do(ctx, s.Stock, inStock, 7, stock.Order{Act: assets.Loaded, To: &tessKit})
	refused(t, "version_stale", err)
	_, err = s.Room.Do(ctx, s.Agent, inStock, 1, stock.Order{Act: assets.Loaded, To: &tessKit})
	refused(t, "scope_missing", err)
	for code, d := range map[string]stock.Delivery{
		"depot_not_found": {DepotID: ids.New()},
		"model_not_found": {DepotID: home.ID, Items: []stock.NewItem{{ModelID: ids.New(), Tag: "RM-3", Serial: "3"}}},
		"tag_taken":       {DepotID: home.ID, Items: []stock.NewItem{{ModelID: stage.Name("new"), Tag: "RM-3", Serial: "3"}, {ModelID: stage.Name("new"), Tag: "rm-3", Serial: "4"}}},
		"bad_version":     {DepotID: home.ID, Items: []stock.NewItem{{ModelID: stage.Name("new"), Tag: "RM-3", Serial: "3", OSVersion: ptr("ten")}}},
	} {
		_, err := s.Room.Receive(ctx, s.Stock, d)
		refused(t, code, err)
	}
	require.Equal(t, before, digest(t, s), "nothing is half-written")
}

// What is kept for a visit goes to that visit's people and to nobody else.
func TestWhatIsKeptForAVisit(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := opened(t, s, 0, "printer_fault")
	visit, id := v.Visits[0].ID, stage.Name("item stock 0")
	h, err := s.Room.Reserve(ctx, s.Stock, id, 1, visit)
	require.NoError(t, err)
	require.Equal(t, visit, *h.Reserved)
	_, err = s.Room.Reserve(ctx, s.Stock, id, h.Item.Version, visit)
	refused(t, "asset_gone", err)
	other, theirs := person(1), person(0)
	_, err = act(t, s, id, stock.Order{Act: assets.Issued, To: &other})
	refused(t, "item_reserved", err)
	_, err = act(t, s, id, stock.Order{Act: assets.WrittenOff})
	refused(t, "item_reserved", err)
	acted(t, s, id, stock.Order{Act: assets.Loaded, To: &tessKit})
	h = acted(t, s, id, stock.Order{Act: assets.Issued, To: &theirs, VisitID: &visit})
	require.Nil(t, h.Reserved, "it is handed over")
	require.Equal(t, 1, events(t, s, "item.released"))

	// What happens to an item nobody is asked about; whoever counted on it is let go.
	lost := stage.Name("item stock 1")
	_, err = s.Room.Reserve(ctx, s.Stock, lost, 1, visit)
	require.NoError(t, err)
	h = acted(t, s, lost, stock.Order{Act: assets.Missed, Reason: "not on the shelf"})
	require.Nil(t, h.Reserved)
	_, err = s.Room.Reserve(ctx, s.Stock, lost, h.Item.Version, visit)
	refused(t, "item_state", err)
	_, err = s.Room.Release(ctx, s.Stock, lost, h.Item.Version, "x")
	refused(t, "not_reserved", err)
}

// A count that differs from the record changes it, with the reason; a dry run
// changes nothing.
func TestCount(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	annexed(t, s)
	tag := func(name string) string { return held(t, s, stage.Name("item %s", name)).Held.Item.Tag }
	acted(t, s, stage.Name("item stock 0"), stock.Order{Act: assets.Transferred, To: &annex})
	acted(t, s, stage.Name("item stock 1"), stock.Order{Act: assets.Missed, Reason: "gone"})
	c := stock.Count{DepotID: home.ID, Reason: "spring count", DryRun: true,
		Tags: []string{tag("stock 0"), tag("stock 1"), tag("stock 2"), tag("kit 0 0"), "RM-NONE"}}
	before := digest(t, s)
	v, err := s.Room.Count(ctx, s.Stock, c)
	require.NoError(t, err)
	require.Equal(t, before, digest(t, s))
	found := func(v stock.CountView) map[string]string {
		out := map[string]string{}
		for _, d := range v.Differences {
			out[d.Item.Item.Serial] = d.Kind
			require.Equal(t, !c.DryRun && d.Kind != "elsewhere", d.Settled, d.Kind)
		}
		return out
	}
	want := map[string]string{"stock 0": "arrived", "stock 1": "found", "stock 3": "missing", "kit 0 0": "elsewhere"}
	require.Equal(t, want, found(v))
	require.Equal(t, []string{"RM-NONE"}, v.Take.Unknown)
	c.DryRun = false
	v, err = s.Room.Count(ctx, s.Stock, c)
	require.NoError(t, err)
	require.Equal(t, want, found(v))
	require.Equal(t, assets.InStock, held(t, s, stage.Name("item stock 0")).Held.Item.State, "back at home")
	require.Equal(t, assets.Quarantined, held(t, s, stage.Name("item stock 1")).Held.Item.State)
	lost := held(t, s, stage.Name("item stock 3"))
	require.Equal(t, assets.Lost, lost.Held.Item.State)
	require.Equal(t, "spring count", lost.Journal[0].Reason)
	require.Equal(t, tessKit, held(t, s, stage.Name("item kit 0 0")).Held.Holder, "only named: somebody has to say where it is")
}

// A technician confirms what is in their own kit, once, and sees no other's.
func TestTechniciansConfirmTheirKit(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	tess, tom := s.Crew[0], s.Crew[1]
	acted(t, s, stage.Name("item stock 0"), stock.Order{Act: assets.Loaded, To: &tessKit})
	list, err := s.Room.OwnKit(ctx, tess)
	require.NoError(t, err)
	require.Len(t, list, 3)
	_, err = s.Room.Confirm(ctx, tom, stage.Name("item stock 0"), assets.Evidence{Method: assets.ByAccount})
	refused(t, "item_not_found", err)
	v, err := s.Room.Confirm(ctx, tess, stage.Name("item stock 0"), assets.Evidence{Method: assets.ByAccount})
	require.NoError(t, err)
	require.True(t, v.Confirmed())
	require.Len(t, v.Proofs, 2, "giver and taker")
	_, err = s.Room.Confirm(ctx, tess, stage.Name("item stock 0"), *byHand)
	refused(t, "proof_taken", err)
	_, err = s.Room.OwnKit(ctx, s.Stock)
	refused(t, "scope_missing", err)
	all, _, err := s.Room.Holdings(ctx, s.Stock, tessKit, dispatch.Page{Limit: 50})
	require.NoError(t, err)
	require.Len(t, all, 3)
}

// Another kit is another day: what was tried on the old one is not committed.
func TestAChangedKitRaisesTheDays(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	version := func() (n int64) {
		require.NoError(t, s.Pool.QueryRow(t.Context(), `select coalesce(sum(version), 0) from region_days`).Scan(&n))
		return n
	}
	before := version()
	acted(t, s, stage.Name("item stock 0"), stock.Order{Act: assets.Loaded, To: &tessKit})
	require.Equal(t, before+10, version(), "the ten days on which Tess works")
	acted(t, s, stage.Name("item stock 1"), stock.Order{Act: assets.Missed})
	require.Equal(t, before+10, version(), "what lies in the depot is in no kit")
}

// Nothing is brought to a depot that is retired; what lies there all the same may be
// said to.
func TestARetiredDepotTakesNothing(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	annexed(t, s)
	id := stage.Name("item stock 0")
	onTheWay, carried := stage.Name("item stock 1"), stage.Name("item kit 0 0")
	acted(t, s, onTheWay, stock.Order{Act: assets.Transferred, To: &annex})
	item := pooled(t, s, 3)[2]
	l := book(t, s, stock.NewLoan{PersonID: person(0).ID, ItemID: &item, DueAt: stage.At(9, 0).Add(aDay)})
	out, err := s.Room.CheckOut(ctx, s.Stock, l.Loan.ID, l.Loan.Version, stock.Handover{Condition: "good"})
	require.NoError(t, err)
	d, err := s.Entering.Depots().Retire(ctx, s.Admin, annex.ID, 1)
	require.NoError(t, err)
	require.NotNil(t, d.RetiredAt)
	for of, o := range map[string]struct {
		item ids.ID
		act  assets.Act
	}{"a transfer": {id, assets.Transferred}, "an arrival": {onTheWay, assets.Arrived}, "an unloading": {carried, assets.Unloaded},
		"a return": {stage.Name("item device 0"), assets.Returned}} {
		_, err := act(t, s, o.item, stock.Order{Act: o.act, To: &annex, Giver: byHand})
		require.Equal(t, "depot_state", fault.CodeOf(err), of)
	}
	_, err = s.Room.Receive(ctx, s.Stock, stock.Delivery{DepotID: annex.ID, Reference: "DN-1", Items: []stock.NewItem{{ModelID: stage.Name("new"), Tag: "RM-3", Serial: "S"}}})
	refused(t, "depot_state", err)
	_, err = s.Room.CheckIn(ctx, s.Stock, l.Loan.ID, out.Loan.Version, stock.Handover{DepotID: &annex.ID, Condition: "good"})
	refused(t, "depot_state", err)
	_, err = s.Room.Book(ctx, s.Agent, stock.NewLoan{PersonID: person(1).ID, DepotID: &annex.ID, DueAt: stage.At(9, 0).Add(aDay)})
	refused(t, "depot_state", err)
	acted(t, s, onTheWay, stock.Order{Act: assets.Arrived, To: &home})
	h := acted(t, s, carried, stock.Order{Act: assets.Corrected, To: &annex, Reason: "it lies there"})
	require.Equal(t, annex, h.Holder)
}

// Whose kit holds what a visit needs is who is sent: the nearer one without it is not.
func TestWhoCarriesItIsSent(t *testing.T) {
	t.Parallel()
	for k := range 2 {
		s := stage.New(t, stage.Small)
		for n := range 2 {
			acted(t, s, stage.Name("item kit %d %d", 1-k, n), stock.Order{Act: assets.Unloaded, To: &home})
		}
		for i := range 2 {
			_, p := promised(t, s, i, "virus_cleanup")
			require.Equal(t, k, crewOf(t, s, p.Promise.TechnicianID), "two laptops, two visits")
		}
		publish(t, s)
		require.Len(t, roundOf(t, s, k).Stops, 2)
		require.Empty(t, roundOf(t, s, 1-k).Stops)
		third := opened(t, s, 2, "virus_cleanup")
		q, err := s.Desk.Quote(t.Context(), s.Agent, desk.NewQuote{TicketID: third.Ticket.ID, Days: 1})
		require.NoError(t, err)
		require.Empty(t, q.Offers, "nobody carries a third, so nothing is offered")
	}
}
