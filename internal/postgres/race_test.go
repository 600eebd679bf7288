package postgres_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/postgres"

	"github.com/stretchr/testify/require"
)

const (
	slots  = 5 // of an hour, in each of the four rounds of two days
	agents = 16
	wanted = 26 // visits: more than there are slots
)

// crowd is many agents on two servers who promise the last slots of a small crew.
type crowd struct {
	w       *world
	servers []*postgres.Store
	blind   bool // the twin: write without looking at versions

	mu       sync.Mutex
	promised map[ids.ID]bool // acknowledged
	faults   map[string]int
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	w := newWorld(t)
	var more dispatch.Setup
	for i := range wanted - 3 {
		k, v := w.setup.Tickets[0], w.setup.Visits[0]
		k.ID, v.ID = name(fmt.Sprint("ticket", i)), name(fmt.Sprint("visit", i))
		v.TicketID = k.ID
		more.Tickets, more.Visits = append(more.Tickets, k), append(more.Visits, v)
	}
	require.NoError(t, w.SetUp(t.Context(), more, nil))
	other, err := postgres.Open(t.Context(), w.pool.Config().ConnString(), 8)
	require.NoError(t, err)
	t.Cleanup(other.Close)
	return &crowd{w: w, servers: []*postgres.Store{w.Store, postgres.NewStore(other)}, promised: map[ids.ID]bool{}, faults: map[string]int{}}
}

var bothDays = []dispatch.DayKey{{RegionID: name("region"), Date: monday}, {RegionID: name("region"), Date: tuesday}}

// agent promises one visit after another until nothing is left to promise.
func (c *crowd) agent(ctx context.Context, n int) error {
	store, dice := c.servers[n%2], rand.New(rand.NewPCG(uint64(n), 1))
	for {
		w, found, err := c.think(ctx, store, dice)
		if err != nil || !found {
			return err
		}
		visit := w.Placements[0].VisitID
		err = store.Write(ctx, func(tx dispatch.Tx) error { return c.commit(ctx, tx, w, visit) })
		c.mu.Lock()
		if err == nil {
			c.promised[visit] = true
		} else {
			c.faults[fault.CodeOf(err)]++
		}
		c.mu.Unlock()
		switch fault.CodeOf(err) {
		case "", "round_moved", "promise_taken", "technician_busy":
		default:
			return err
		}
	}
}

// think finds a waiting visit and a slot for it in one snapshot. The new
// placement is the first of those written.
func (c *crowd) think(ctx context.Context, store *postgres.Store, dice *rand.Rand) (w dispatch.Written, found bool, err error) {
	err = store.Read(ctx, func(tx dispatch.Tx) error {
		waiting := map[ids.ID]dispatch.Visit{}
		type opening struct {
			round dispatch.Round
			slot  int
			there []dispatch.Visit
		}
		var open []opening
		for _, k := range bothDays {
			s, err := tx.DaySheet(ctx, k)
			if err != nil {
				return err
			}
			for _, v := range s.Waiting {
				waiting[v.ID] = v
			}
			for _, r := range s.Rounds {
				o := opening{round: r}
				taken := map[int]bool{}
				for _, v := range s.Visits {
					if *v.RoundID == r.ID {
						o.there = append(o.there, v)
						taken[*v.Position] = true
					}
				}
				for o.slot = range slots {
					if !taken[o.slot] {
						open = append(open, o)
					}
				}
			}
		}
		if len(waiting) == 0 || len(open) == 0 {
			return nil
		}
		found = true
		o := open[dice.IntN(len(open))]
		visits := make([]ids.ID, 0, len(waiting))
		for id := range waiting {
			visits = append(visits, id)
		}
		slices.SortFunc(visits, func(a, b ids.ID) int { return slices.Compare(a[:], b[:]) })
		w = dispatch.Written{At: now, Rounds: []dispatch.RoundVersion{{ID: o.round.ID, Version: o.round.Version}}}
		w.Placements = append(w.Placements, inSlot(o.round, visits[dice.IntN(len(visits))], o.slot))
		for _, v := range o.there {
			w.Placements = append(w.Placements, inSlot(o.round, v.ID, *v.Position))
		}
		return nil
	})
	return w, found, err
}

func inSlot(r dispatch.Round, visit ids.ID, slot int) dispatch.Placement {
	start := clock(9+slot, 0)
	if r.Date == tuesday {
		start = start.Add(24 * time.Hour)
	}
	return dispatch.Placement{VisitID: visit, RoundID: r.ID, ShiftID: r.ShiftID, TechnicianID: r.TechnicianID, Position: slot, Minutes: 45,
		PlannedLeave: start.Add(-10 * time.Minute), PlannedStart: start, PlannedEnd: start.Add(45 * time.Minute), LegSeconds: 600, LegMetres: 9000}
}

// commit writes in the order in which everybody locks.
func (c *crowd) commit(ctx context.Context, tx dispatch.Tx, w dispatch.Written, visit ids.ID) error {
	if _, err := tx.ShareDays(ctx, bothDays); err != nil {
		return err
	}
	rounds, err := tx.LockRounds(ctx, []ids.ID{w.Rounds[0].ID})
	if err != nil {
		return err
	}
	if c.blind {
		w.Rounds = []dispatch.RoundVersion{{ID: rounds[0].ID, Version: rounds[0].Version}}
	}
	if err := tx.Place(ctx, w); err != nil {
		return err
	}
	v, err := tx.LockVisit(ctx, visit)
	if err != nil {
		return err
	}
	p := promise("gil")
	p.TicketID, p.VisitID, p.PersonID, p.TechnicianID = v.TicketID, v.ID, v.PersonID, *v.TechnicianID
	if err := tx.AddPromise(ctx, p); err != nil {
		return err
	}
	e := dispatch.Entry{PromiseID: p.ID, Kind: dispatch.EntryMade, At: now, WindowStart: p.WindowStart, WindowEnd: p.WindowEnd, TechnicianID: p.TechnicianID}
	if _, err := tx.AppendEntry(ctx, e); err != nil {
		return err
	}
	return tx.Emit(ctx, dispatch.Event{Name: "promise.made", SubjectKind: "promise", SubjectID: p.ID, At: now})
}

func (c *crowd) run(t *testing.T) {
	t.Helper()
	done := make(chan error, agents)
	for n := range agents {
		go func() { done <- c.agent(t.Context(), n) }()
	}
	for range agents {
		require.NoError(t, <-done)
	}
}

const overlaps = `select count(*) from visits a join visits b on a.technician_id = b.technician_id and a.id < b.id
	where a.planned_start < b.planned_end and b.planned_start < a.planned_end`

// Nobody is double-booked, every acknowledged promise is there with its entry and
// its event, and every slot is used: no agent gives up while one is left.
func TestManyAgentsPromiseTheLastSlots(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.run(t)
	t.Log("met on the way:", c.faults)
	require.Len(t, c.promised, 4*slots)
	for sql, want := range map[string]int{
		overlaps: 0,
		`select count(*) from visits where state = 'scheduled'`:                                       4 * slots,
		`select count(*) from promises where state = 'open'`:                                          4 * slots,
		`select count(*) from promise_entries`:                                                        4 * slots,
		`select count(*) from events`:                                                                 4 * slots,
		`select count(distinct (round_id, position)) from visits where round_id is not null`:          4 * slots,
		`select max(version) - 1 from rounds`:                                                         slots,
		`select count(*) from promises p join visits v on v.id = p.visit_id where v.round_id is null`: 0,
	} {
		require.Equal(t, want, c.w.count(t, sql), sql)
	}
	for visit := range c.promised {
		require.Equal(t, 1, c.w.count(t, `select count(*) from promises where visit_id = $1`, visit))
	}
}

// The twin: versions are not compared, and the constraints behind are taken away.
func TestManyAgentsWithoutVersionsDoHarm(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.blind = true
	c.w.exec(t, `alter table visits drop constraint visits_no_overlap, drop constraint visits_position_once`)
	c.w.exec(t, `drop index promises_one_open`)
	c.run(t)
	require.Positive(t, c.w.count(t, overlaps)+c.w.count(t, `select count(*) - count(distinct visit_id) from promises`))
}

// Without versions, the constraints alone still let no harm through.
func TestConstraintsAloneStandBehind(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.blind = true
	c.run(t)
	require.Zero(t, c.w.count(t, overlaps))
	require.Zero(t, c.w.count(t, `select count(*) - count(distinct visit_id) from promises`))
}
