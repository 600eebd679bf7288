package solve

import (
	"context"
	"math"
	"time"

	"roundsman/internal/clock"
)

// hunt is one run of the annealing.
type hunt struct {
	*state
	ctx        context.Context
	opt        Options
	elapsed    func() time.Duration
	scale      float64       // what a leg to a near neighbour costs
	expected   float64       // iterations until the end, as far as one can tell
	began      time.Duration // when the first plan was there
	done       float64       // share of the bounds that is used up since then
	roof       float64       // what a plan may cost
	iterations int
	gained     int // the iteration that found the best plan
	told       float64
	total      int // iterations of all threads
	ration     int // iterations until the next meeting at most; see team.go

	cycle  int     // see elite.go
	cycles int     // how many there will be; 0 before that is known
	elites []elite // rounds of the plans that earlier cycles ended with
	varied bool    // most technicians differ
	mixing bool    // rounds of theirs are put in
	pool   pool    // see pool.go

	present [][]int32 // of all parts together, when threads share the rounds
	away    []int32   // in no part

	best   tally
	rounds [][]int32 // of the best plan
	stale  []bool    // rounds that changed since

	fleet   *fleet     // of problems that it can stand for
	trial   bool       // it begins with an annealing in a hurry
	staff   *staff     // of days that it can stand for while nobody is late
	squad   *squad     // of technicians who are paid by working time
	lists   [2][]int32 // visits of rounds that are exchanged or put in
	mending bool       // only who is left out and late matters, see mend.go
	settled bool       // who is left out stays so, unless in time
	renewed bool       // the tracks hold what these don't know yet
}

func newHunt(ctx context.Context, s *state, opt Options) *hunt {
	if opt.Iterations == 0 && opt.Time == 0 {
		opt.Iterations = 20_000
	}
	h := &hunt{state: s, ctx: ctx, opt: opt, elapsed: opt.Elapsed, ration: math.MaxInt}
	if h.elapsed == nil {
		began := clock.System{}.Now()
		h.elapsed = func() time.Duration { return clock.System{}.Now().Sub(began) }
	}
	for v := range s.visits {
		if !s.frozen[v] {
			s.loose = append(s.loose, int32(v))
			s.all = append(s.all, int32(v))
		}
	}
	h.roof = math.Inf(1)
	h.rounds, h.stale = make([][]int32, len(s.tracks)), make([]bool, len(s.tracks))
	for r := range h.stale {
		h.stale[r] = true
	}
	h.record()
	return h
}

// record notes the present state as the best.
func (h *hunt) record() {
	h.best = h.tally
	for r, changed := range h.stale {
		if changed {
			h.rounds[r] = append(h.rounds[r][:0], h.tracks[r].visits...)
			h.stale[r] = false
		}
	}
}

// changed marks the rounds that the last change touched.
func (h *hunt) changed() {
	for _, r := range h.touch {
		h.stale[r] = true
	}
}

// prepare finds the neighbours. It says whether there is anything to search.
func (h *hunt) prepare() bool {
	if len(h.loose) == 0 || len(h.tracks) == 0 || h.ctx.Err() != nil || h.opt.Time > 0 && h.elapsed() >= h.opt.Time {
		return false
	}
	h.near = h.neighbours()
	if h.isUniform() {
		h.fleet = newFleet(h)
	} else if h.isSquad() {
		h.squad = newSquad(h)
	} else if h.large() && (h.known == nil || len(h.lanes) > fewLanes) {
		h.beside = newBeside(h.core, mostSides)
		for r := range h.tracks {
			h.index(r)
		}
	}
	if h.fleet == nil && h.squad == nil && h.isStaff() {
		h.staff = newStaff(h)
	}
	h.setScale()
	h.pool.open = h.poolable()
	h.varied = 2*len(h.empties) > len(h.lanes) && len(h.lanes) > 1 && !h.tied
	return true
}

// mover is a plan under search as the annealing sees it.
type mover interface {
	store() // gives the tracks what it holds
	open()
	ruin(near [][]int32) bool  // false: to be undone
	exchange() bool            // the same
	inject(e elite) bool       // the same
	recreate(blind bool) bool  // false: it costs more than roof, and is to be undone
	confirm(roof float64) bool // makes the cost exact; false: it costs more, or is not possible
	undo()
	changed() // for good
	record()
	remember()
}

// mover gives the quickest that can stand for the plan as it is, and loads it.
func (h *hunt) mover() mover {
	h.renewed = false
	switch {
	case h.fleet != nil:
		h.fleet.load()
		return h.fleet
	case h.squad != nil:
		h.squad.load()
		return h.squad
	case h.staff != nil && h.staff.load():
		return h.staff
	}
	return h
}

func (h *hunt) store()               {}
func (h *hunt) confirm(float64) bool { return true }

// until searches until that share of the bounds is used up.
func (h *hunt) until(share float64) {
	m := h.mover()
	for h.more(share) {
		h.iterations++
		t := h.temperature()
		if h.budgeted && h.weighMoves() {
			if !h.renewed {
				m.store()
			}
			m = h.mover()
		}
		if h.renewed || m == mover(h) && h.staff != nil && h.staff.stands() {
			m = h.mover()
		}
		if h.fleet != nil {
			h.fleet.stir(t)
		}
		m.open()
		if !h.tear(m) {
			m.undo()
			continue
		}
		slack := -t * math.Log(1-h.chance())
		h.roof = math.Inf(1)
		if len(h.wasOut) == 0 && h.visits > fewVisits {
			h.roof = float64(h.was.energy()) + slack
		}
		whole := m.recreate(true)
		h.barred = -1
		if !whole {
			m.undo()
			continue
		}
		m.remember()
		// Nobody gets late so that somebody without a promise can be served.
		broken := h.lateness > h.was.lateness && h.waiting >= h.was.waiting
		bound := float64(h.was.energy()) + slack
		if broken || h.missing > h.was.missing || float64(h.energy()) >= bound || !m.confirm(bound) {
			m.undo()
			continue
		}
		m.changed()
		if h.tally.less(&h.best) {
			if !h.mending || h.tally.unserved != h.best.unserved || h.tally.late != h.best.late {
				h.gained = h.iterations
			}
			m.record()
		}
	}
	if h.renewed {
		m = h.mover()
	}
	m.store()
}

// tear takes visits out of the plan, one way or another. When that leads nowhere
// it gives false.
func (h *hunt) tear(m mover) bool {
	switch {
	case h.varied && h.chance() < exchangeShare:
		return m.exchange()
	case h.mixing && h.chance() < injectShare:
		return m.inject(h.elites[h.n(len(h.elites))])
	}
	return m.ruin(h.near)
}

// The annealing begins and ends at these shares of a leg to a near neighbour.
// With fewer than patience iterations a visit it begins colder: there is no time
// to wander, and better rounds come of improving the first ones. A fleet begins
// colder, too: its cheap changes see to who works; and so does staff, which has more
// iterations to spend on what is decided late.
const hot, fleetHot, staffHot, cold, patience = 16.0, 6.0, 3.0, 0.08, 100.0

// temperature falls from hot to cold as the bounds are used up.
func (h *hunt) temperature() float64 {
	begin := hot
	switch {
	case h.fleet != nil:
		begin = fleetHot
	case h.staff != nil:
		begin = staffHot
	}
	if h.expected > 0 {
		share := min(1, h.expected/float64(len(h.loose))/patience)
		begin = max(0.5, begin*share*share)
	}
	if h.cycles == 0 && h.done > 0.01 {
		h.cycles = h.worthCycles()
		h.trial = h.fleet != nil && h.fleet.worthTrial()
	}
	if h.cycles > 1 {
		return h.scale * h.inCycles()
	}
	h.recombineNowAndThen()
	at := h.done
	switch {
	case !h.trial:
	case at < trialShare:
		at /= trialShare
	default:
		h.fleet.restrain()
		at = (at - trialShare) / (1 - trialShare)
	}
	return h.scale * begin * math.Pow(cold/begin, at)
}

// setScale measures what a leg to a near neighbour costs.
func (h *hunt) setScale() {
	l := &h.lanes[0]
	sum, n := 0.0, 0
	for v, near := range h.near {
		for _, u := range near[min(1, len(near)):min(6, len(near))] {
			if d := l.leg(h.core.place[v], h.core.place[u]); d != never {
				sum += float64(d)
				n++
			}
		}
	}
	price := float64(max(h.p.Prices.TravelSecond+h.p.Prices.DutySecond, h.p.Prices.WaitSecond, 1))
	scale := price
	if n > 0 && sum > 0 {
		scale = price * sum / float64(n)
	}
	h.scale = scale
}

// more says whether to go on, and how far along the search is.
func (h *hunt) more(share float64) bool {
	if h.impatient() {
		return false
	}
	if h.opt.Iterations > 0 {
		if h.iterations >= h.opt.Iterations {
			return false
		}
		h.done = max(h.done, float64(h.iterations)/float64(h.opt.Iterations))
		if h.opt.Time == 0 || h.expected == 0 {
			h.expected = float64(h.opt.Iterations)
		}
		if h.done >= share {
			return false
		}
	}
	if h.iterations >= h.ration {
		return false
	}
	if h.iterations%16 != 0 {
		return true
	}
	if h.ctx.Err() != nil {
		return false
	}
	if h.opt.Time > 0 {
		spent := h.elapsed()
		if h.iterations == 0 {
			h.began = min(spent, h.opt.Time-1)
		}
		h.done = max(h.done, float64(spent-h.began)/float64(h.opt.Time-h.began))
		if h.done >= share {
			return false
		}
		if h.done > 0 && h.iterations > 0 {
			h.expected = float64(h.iterations) / h.done
		}
	}
	if h.opt.Progress != nil && h.done >= h.told {
		h.told = h.done + 0.02
		h.opt.Progress(Progress{Done: h.done, Iterations: h.iterations, Score: h.best.score(), Unassigned: len(h.left())})
	}
	return true
}
