package stage_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/dispatch/desk"
	"roundsman/internal/ids"
	"roundsman/internal/stage"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// detour is the stage's road, on which every way takes five hours longer while
// anything is closed.
type detour struct {
	stage.Road
	mu       sync.Mutex
	closures []dispatch.Closure
}

func (d *detour) Heed(_ context.Context, _ time.Time, closures []dispatch.Closure) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.closures = closures
	return nil
}

// Stages are one before, one during and one after each closure.
func (d *detour) Stages(_ routing.Mode, from, until time.Time) []routing.Stage {
	d.mu.Lock()
	defer d.mu.Unlock()
	marks := []time.Time{from}
	for _, c := range d.closures {
		marks = append(marks, c.From)
		if c.Until != nil {
			marks = append(marks, *c.Until)
		}
	}
	slices.SortFunc(marks, time.Time.Compare)
	var out []routing.Stage
	for _, at := range marks {
		if !at.Before(from) && at.Before(until) {
			on := d.closed(at)
			out = append(out, routing.Stage{From: at, Hour: at, Here: on, Next: on})
		}
	}
	return out
}

func (d *detour) closed(at time.Time) bool {
	return slices.ContainsFunc(d.closures, func(c dispatch.Closure) bool {
		return !at.Before(c.From) && (c.Until == nil || at.Before(*c.Until))
	})
}

func (d *detour) TableOn(ctx context.Context, from, to []orb.Point, mode routing.Mode, on routing.Roads) (*routing.Table, error) {
	t, err := d.Road.Table(ctx, from, to, mode, time.Time{})
	if on == true {
		for i := range t.Seconds {
			t.Seconds[i] += 5 * 3600
		}
	}
	return t, err
}

// A dispatcher closes the bridge: what is quoted from then on knows it, and promises
// of today are seen to be in danger; when it is open again, they are not. Another
// process, which begins with an empty head, knows it as well.
func TestWhatIsClosedIsKnownToQuotesAndPromises(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	s.Decide.Ways = decide.NewWays(&detour{})
	_, p := promised(t, s, 2, "printer_fault")
	ticket := opened(t, s, 3, "printer_fault")
	require.NoError(t, s.Work(ctx))
	offers := func() int {
		q, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: ticket.Ticket.ID, Days: 1})
		require.NoError(t, err)
		return len(q.Offers)
	}
	chance := func() float64 {
		require.NoError(t, s.Work(ctx))
		return *promise(t, s, p.Promise.ID).Promise.Chance
	}
	require.Positive(t, offers())
	good := *p.Promise.Chance
	require.Greater(t, good, 0.8)

	bridge := dispatch.Closure{Area: dispatch.ClosureArea{Center: &orb.Point{0, 0}, Metres: 100}, Reason: "bridge stuck open"}
	c, err := s.Control.EnterClosure(ctx, s.Dispatcher, bridge)
	require.NoError(t, err)
	require.Equal(t, s.Clock.Now(), c.From)
	require.Zero(t, offers())
	require.Less(t, chance(), 0.1)

	again := stage.Over(s.Pool, s.Setup, s.Accounts)
	again.Decide.Ways = decide.NewWays(&detour{})
	q, err := again.Desk.Quote(ctx, again.Agent, desk.NewQuote{TicketID: ticket.Ticket.ID, Days: 1})
	require.NoError(t, err)
	require.Empty(t, q.Offers)

	c, err = s.Control.EndClosure(ctx, s.Dispatcher, c.ID, c.Version)
	require.NoError(t, err)
	require.Positive(t, offers())
	require.InDelta(t, good, chance(), 0.05)
	require.Equal(t, dispatch.ClosureEnded, c.State)

	// One of tomorrow is nothing to today.
	tomorrow := s.Clock.Now().Add(24 * time.Hour)
	bridge.From = tomorrow
	_, err = s.Control.EnterClosure(ctx, s.Dispatcher, bridge)
	require.NoError(t, err)
	require.Positive(t, offers())
}

func TestClosuresAreEnteredOnceEndedOnceAndListed(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	n := dispatch.Closure{ID: ids.New(), Area: dispatch.ClosureArea{Polygon: orb.Polygon{{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}},
		Streets: []string{"Long Lane"}, Reason: "flood"}
	_, err := s.Control.EnterClosure(ctx, s.Agent, n)
	refused(t, "scope_missing", err)
	c, err := s.Control.EnterClosure(ctx, s.Dispatcher, n)
	require.NoError(t, err)
	_, err = s.Control.EnterClosure(ctx, s.Dispatcher, n)
	refused(t, "id_taken", err)
	for pointer, change := range map[string]func(*dispatch.Closure){
		"/until":   func(c *dispatch.Closure) { c.Until = &c.From },
		"/center":  func(c *dispatch.Closure) { c.Area = dispatch.ClosureArea{} },
		"/metres":  func(c *dispatch.Closure) { c.Area = dispatch.ClosureArea{Center: &orb.Point{}} },
		"/polygon": func(c *dispatch.Closure) { c.Area.Polygon = orb.Polygon{{{0, 0}, {1, 0}, {0, 0}}} },
	} {
		bad := n
		bad.ID, bad.From = ids.Nil, s.Clock.Now()
		change(&bad)
		_, err = s.Control.EnterClosure(ctx, s.Dispatcher, bad)
		require.Equal(t, pointer, refused(t, "bad_closure", err).Fields[0].Pointer)
	}

	read, err := s.Control.Closure(ctx, s.Agent, c.ID)
	require.NoError(t, err)
	require.Equal(t, n.Area, read.Area)
	require.Equal(t, n.Streets, read.Streets)
	_, err = s.Control.EndClosure(ctx, s.Dispatcher, c.ID, c.Version+1)
	refused(t, "version_stale", err)
	_, err = s.Control.EndClosure(ctx, s.Dispatcher, ids.New(), 1)
	refused(t, "closure_not_found", err)
	ended, err := s.Control.EndClosure(ctx, s.Dispatcher, c.ID, c.Version)
	require.NoError(t, err)
	require.Equal(t, s.Dispatcher.AccountID, *ended.EndedBy)
	_, err = s.Control.EndClosure(ctx, s.Dispatcher, c.ID, ended.Version)
	refused(t, "closure_state", err)

	standing, _, err := s.Control.Closures(ctx, s.Agent, dispatch.ClosureStanding, dispatch.Page{Limit: 10})
	require.NoError(t, err)
	require.Empty(t, standing)
	all, _, err := s.Control.Closures(ctx, s.Agent, "", dispatch.Page{Limit: 10})
	require.NoError(t, err)
	require.Len(t, all, 1)
}
