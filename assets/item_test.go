package assets

import (
	"bytes"
	"context"
	"testing"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

var (
	xu, zoe     = ids.From(ids.Nil, "Xu"), ids.From(ids.Nil, "Zoe")
	anna, bela  = ids.From(ids.Nil, "Anna"), ids.From(ids.Nil, "Bela")
	desk        = ids.From(ids.Nil, "desk account")
	visit       = ids.From(ids.Nil, "visit")
	laptops     = ids.From(ids.Nil, "laptops")
	nine        = time.Date(2026, 6, 15, 9, 0, 0, 0, time.UTC)
	annasKit    = Custodian{Technician, anna}
	swapAtNine  = Swap{PersonID: xu, Technician: anna, VisitID: visit, ActorID: desk, At: nine}
	given       = ids.From(ids.Nil, "given")
	taken       = ids.From(ids.Nil, "taken")
	somewhereIn = Custodian{Depot, ids.From(ids.Nil, "depot")}
	here        = []ids.ID{somewhereIn.ID}
)

func requireCode(t *testing.T, code string, err error) {
	t.Helper()
	var f *fault.Error
	require.ErrorAs(t, err, &f)
	require.Equal(t, code, f.Code)
}

func TestSwapCheck(t *testing.T) {
	t.Parallel()
	s := Swap{New: Item{Tag: "RM-1", State: InKit}, Old: Item{Tag: "RM-2", State: InUse}, PersonID: xu, Technician: anna}
	theirs := Custodian{Person, xu}
	require.NoError(t, s.Check(annasKit, theirs))
	for _, c := range []struct {
		state    State
		new, old Custodian
		code     string
	}{
		{InKit, Custodian{Technician, bela}, theirs, "asset_gone"},
		{InKit, Custodian{Person, anna}, theirs, "asset_gone"}, // the kind counts, not the id alone
		{InKit, somewhereIn, theirs, "asset_gone"},
		{InStock, annasKit, theirs, "asset_gone"},
		{Quarantined, annasKit, theirs, "asset_gone"}, // taken from the customer before
		{Retired, annasKit, theirs, "asset_gone"},
		{InKit, annasKit, Custodian{Person, zoe}, "asset_not_theirs"},
		{InKit, annasKit, Custodian{Technician, xu}, "asset_not_theirs"},
		{InKit, annasKit, annasKit, "asset_not_theirs"}, // swapped already
	} {
		s.New.State = c.state
		requireCode(t, c.code, s.Check(c.new, c.old))
	}
}

// shelf is what a transaction knows of items, kept in memory.
type shelf struct {
	Tx
	items    map[ids.ID]Held
	locked   []ids.ID
	moves    []Custody
	reserved []Reservation
}

func (s *shelf) LockItem(_ context.Context, id ids.ID) (Held, error) {
	s.locked = append(s.locked, id)
	h, ok := s.items[id]
	if !ok {
		return h, fault.New(fault.NotFound, "item_not_found", "no item %s", id)
	}
	return h, nil
}

func (s *shelf) Move(_ context.Context, it Item, from Custodian, to Custody) (Item, error) {
	if s.items[it.ID].Holder != from {
		return it, fault.New(fault.Conflict, "custody_moved", "somebody else has it")
	}
	s.items[it.ID] = Held{Item: it, Holder: Custodian{to.CustodianKind, to.CustodianID}, Since: to.Since}
	s.moves = append(s.moves, to)
	return it, nil
}

func (s *shelf) ListItems(_ context.Context, f Filter, limit int, _ string) (list []Held, next string, err error) {
	for _, h := range s.items {
		if h.Item.State == f.States[0] && h.Item.ModelID == *f.ModelID && (!f.Free || h.Reserved == nil) && len(list) < limit {
			list = append(list, h)
		}
	}
	return list, "", nil
}

func (s *shelf) Reserve(_ context.Context, r Reservation) error {
	s.reserved = append(s.reserved, r)
	return nil
}

func shelfOf() *shelf {
	return &shelf{items: map[ids.ID]Held{
		given: {Item: Item{ID: given, ModelID: laptops, Tag: "RM-1", State: InKit}, Holder: annasKit},
		taken: {Item: Item{ID: taken, ModelID: laptops, Tag: "RM-2", State: InUse}, Holder: Custodian{Person, xu}},
	}}
}

func TestExchange(t *testing.T) {
	t.Parallel()
	s := shelfOf()
	in, out, err := Exchange(context.Background(), s, swapAtNine, given, taken)
	require.NoError(t, err)
	require.Equal(t, []any{given, InUse}, []any{in.ID, in.State})
	require.Equal(t, []any{taken, Quarantined}, []any{out.ID, out.State})
	require.Equal(t, Custodian{Person, xu}, s.items[given].Holder)
	require.Equal(t, annasKit, s.items[taken].Holder)
	require.Len(t, s.moves, 2)
	for i, reason := range []string{"swapped_in", "swapped_out"} {
		m := s.moves[i]
		require.Equal(t, reason, m.Reason)
		require.Equal(t, []any{nine, visit, desk}, []any{m.Since, *m.VisitID, *m.ActorID})
		require.Nil(t, m.Until)
	}
	_, _, err = Exchange(context.Background(), s, swapAtNine, given, taken)
	requireCode(t, "asset_gone", err) // twice is refused, not done twice
	require.Len(t, s.moves, 2)
}

// Whichever is given and taken, two swaps of the same items lock them in one order.
func TestExchangeLocksInOneOrder(t *testing.T) {
	t.Parallel()
	there, back := shelfOf(), shelfOf()
	_, _, _ = Exchange(context.Background(), there, swapAtNine, given, taken)
	_, _, err := Exchange(context.Background(), back, swapAtNine, taken, given)
	requireCode(t, "asset_gone", err) // what is with the person isn't in the kit
	require.Equal(t, there.locked, back.locked)
	require.Negative(t, bytes.Compare(there.locked[0][:], there.locked[1][:]))
	require.Empty(t, back.moves)
}

func TestExchangeOfWhatIsNotThere(t *testing.T) {
	t.Parallel()
	s := shelfOf()
	_, _, err := Exchange(context.Background(), s, swapAtNine, given, ids.From(ids.Nil, "nothing"))
	requireCode(t, "item_not_found", err)
	require.Empty(t, s.moves)
}

func TestKeep(t *testing.T) {
	t.Parallel()
	first, second := ids.From(ids.Nil, "first"), ids.From(ids.Nil, "second")
	other := ids.From(ids.Nil, "other visit")
	stock := func(firstReserved, secondReserved *ids.ID) *shelf {
		return &shelf{items: map[ids.ID]Held{
			first:  {Item: Item{ID: first, ModelID: laptops, State: InStock}, Holder: somewhereIn, Reserved: firstReserved},
			second: {Item: Item{ID: second, ModelID: laptops, State: InStock}, Holder: somewhereIn, Reserved: secondReserved},
		}}
	}
	s := stock(nil, nil)
	h, err := Keep(context.Background(), s, first, visit, here, nine)
	require.NoError(t, err)
	require.Equal(t, first, h.Item.ID)
	require.Equal(t, []any{first, visit, nine}, []any{s.reserved[0].ItemID, s.reserved[0].VisitID, s.reserved[0].CreatedAt})

	s = stock(&other, nil)
	h, err = Keep(context.Background(), s, first, visit, here, nine)
	require.NoError(t, err)
	require.Equal(t, second, h.Item.ID, "another of the model")
	require.Equal(t, second, s.reserved[0].ItemID)

	// Kept once more, it took a second item for the same visit.
	mine := visit
	s = stock(&mine, nil)
	h, err = Keep(context.Background(), s, first, visit, here, nine)
	require.NoError(t, err)
	require.Equal(t, first, h.Item.ID)
	require.Empty(t, s.reserved)

	// What lies in a depot of another region is not brought.
	s = stock(nil, nil)
	h = s.items[first]
	h.Holder = Custodian{Depot, ids.From(ids.Nil, "far away")}
	s.items[first] = h
	h, err = Keep(context.Background(), s, first, visit, here, nine)
	require.NoError(t, err)
	require.Equal(t, second, h.Item.ID)

	s = stock(&other, &other)
	_, err = Keep(context.Background(), s, first, visit, here, nine)
	requireCode(t, "asset_gone", err)
	require.Empty(t, s.reserved)
}

// Between being listed as free and being locked, the substitute is taken too.
type rushed struct {
	*shelf
	taken ids.ID
}

func (r rushed) ListItems(ctx context.Context, f Filter, limit int, after string) ([]Held, string, error) {
	list, next, err := r.shelf.ListItems(ctx, f, limit, after)
	h := r.items[r.taken]
	h.Reserved = &xu
	r.items[r.taken] = h
	return list, next, err
}

func TestKeepLooksAtTheSubstituteAgain(t *testing.T) {
	t.Parallel()
	first, second, third := ids.From(ids.Nil, "first"), ids.From(ids.Nil, "second"), ids.From(ids.Nil, "third")
	other := ids.From(ids.Nil, "other visit")
	s := &shelf{items: map[ids.ID]Held{
		first:  {Item: Item{ID: first, ModelID: laptops, State: InStock}, Holder: somewhereIn, Reserved: &other},
		second: {Item: Item{ID: second, ModelID: laptops, State: InStock}, Holder: somewhereIn},
	}}
	_, err := Keep(context.Background(), rushed{s, second}, first, visit, here, nine)
	requireCode(t, "asset_gone", err)
	require.Empty(t, s.reserved, "it was taken by somebody else meanwhile")

	h := s.items[second]
	h.Reserved = nil
	s.items[second], s.items[third] = h, Held{Item: Item{ID: third, ModelID: laptops, State: InStock}, Holder: somewhereIn}
	h, err = Keep(context.Background(), rushed{s, second}, first, visit, here, nine)
	require.NoError(t, err)
	require.Equal(t, third, h.Item.ID, "the next that is still free")
}
