package stage_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"roundsman/assets"
	"roundsman/dispatch/stock"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// believed is what the model knows of an item: where it must be.
type believed struct {
	state  assets.State
	holder assets.Custodian
}

// Random histories: whatever is tried on whatever item, each has one custodian at
// every moment, none appears or vanishes, what is quarantined is not handed out and
// what is retired never moves; and the record says what a plain model says.
func TestRandomHistoriesOfItems(t *testing.T) {
	t.Parallel()
	const seed = 20260309
	chance := rand.New(rand.NewPCG(seed, 1))
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	annexed(t, s)
	loaners := pooled(t, s, 2)
	var items []ids.ID
	model := map[ids.ID]believed{}
	for _, it := range s.Setup.Items {
		h := held(t, s, it.ID).Held
		items = append(items, it.ID)
		model[it.ID] = believed{h.Item.State, h.Holder}
	}
	tom := assets.Custodian{Kind: assets.Technician, ID: stage.Name("technician 1")}
	targets := map[assets.Act][]assets.Custodian{
		assets.Transferred: {home, annex}, assets.Arrived: {home, annex}, assets.Loaded: {tessKit, tom}, assets.Unloaded: {home, annex},
		assets.Issued: {person(0), person(1)}, assets.Returned: {home, annex}, assets.Found: {home, annex},
	}
	// A swap, a loan and a correction are no orders, or want more than one.
	var acts []assets.Act
	for _, name := range assets.Charts()[0].Acts {
		if a := assets.Act(name); a != assets.Lent && !strings.HasPrefix(name, "swapped_") && !strings.HasPrefix(name, "corrected_") {
			acts = append(acts, a)
		}
	}
	done := map[assets.Act]int{}
	for step := range 700 {
		s.Clock.Set(s.Clock.Now().Add(time.Minute))
		id, a := items[chance.IntN(len(items))], acts[chance.IntN(len(acts))]
		before := model[id]
		if (a == assets.Missed || a == assets.WrittenOff) && chance.IntN(6) > 0 {
			continue // or soon nothing is left to play with
		}
		if slices.Contains(loaners, id) && chance.IntN(3) == 0 {
			lend(t, s, id, model)
			continue
		}
		o := stock.Order{Act: a, Reason: "history", Outcome: "repaired", Repair: &assets.Repair{Vendor: "Acme", RMA: "1"}}
		if to := targets[a]; to != nil {
			o.To = &to[chance.IntN(len(to))]
		}
		h, err := s.Room.Do(ctx, s.Stock, id, held(t, s, id).Held.Item.Version, o)
		want, mayBe := a.From(before.state)
		if mayBe != nil {
			require.Error(t, err, "step %d: %s in %s", step, a, before.state)
		}
		if err != nil {
			require.Contains(t, []string{"item_state", "item_on_loan", "loaner_booked", "wipe_due", "item_not_in_depot", "same_depot"}, fault.CodeOf(err), "step %d", step)
			now := held(t, s, id).Held
			require.Equal(t, before, believed{now.Item.State, now.Holder}, "step %d: a refusal moves nothing", step)
			continue
		}
		done[a]++
		after := believed{want, before.holder}
		if o.To != nil && a != assets.Transferred {
			after.holder = *o.To
		}
		require.Equal(t, after, believed{h.Item.State, h.Holder}, "step %d: %s", step, a)
		require.NotEqual(t, assets.Retired, before.state)
		model[id] = after
	}
	require.Greater(t, len(done), 12, "most acts were done: %v", done)
	holders := map[assets.Custodian]int{}
	for _, id := range items {
		h := held(t, s, id).Held
		require.Equal(t, model[id], believed{h.Item.State, h.Holder})
		holders[h.Holder]++
	}
	sum := 0
	for _, n := range holders {
		sum += n
	}
	require.Equal(t, len(s.Setup.Items), sum, "nothing appeared, nothing vanished")
	var wrong int
	require.NoError(t, s.Pool.QueryRow(ctx, `select count(*) from item_acts a join lateral (
		select act, state from item_acts b where b.item_id = a.item_id and (b.at, b.id) < (a.at, a.id) order by b.at desc, b.id desc limit 1) p on true
		where p.state = 'retired' or p.state = 'quarantined' and a.state in ('in_use', 'in_kit', 'on_loan')`).Scan(&wrong))
	require.Zero(t, wrong)
}

// lend lends a loaner, or takes it back.
func lend(t *testing.T, s *stage.Stage, id ids.ID, model map[ids.ID]believed) {
	t.Helper()
	ctx := t.Context()
	live := held(t, s, id).Loans
	if len(live) > 0 {
		l := live[0]
		if l.State == assets.LoanOut {
			v, err := s.Room.CheckIn(ctx, s.Stock, l.ID, l.Version, stock.Handover{Condition: "good"})
			require.NoError(t, err)
			model[id] = believed{v.Item.Item.State, v.Item.Holder}
		}
		return
	}
	v, err := s.Room.Book(ctx, s.Agent, stock.NewLoan{PersonID: person(2).ID, ItemID: &id, DueAt: s.Clock.Now().Add(aDay)})
	if model[id].state != assets.InStock {
		require.Equal(t, "loaner_taken", fault.CodeOf(err))
		return
	}
	require.NoError(t, err)
	v, err = s.Room.CheckOut(ctx, s.Stock, v.Loan.ID, v.Loan.Version, stock.Handover{Condition: "good"})
	require.NoError(t, err)
	model[id] = believed{v.Item.Item.State, v.Item.Holder}
}
