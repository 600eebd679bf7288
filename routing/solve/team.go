package solve

import (
	"math"
	"slices"
	"sync"

	"roundsman/routing"
)

const (
	manyVisits = 300 // from here on threads share the rounds, below they race

	// Threads that race meet now and then, and from a third of the search on those that are
	// behind take over the best plan. Threads that share the rounds meet more often: no
	// visit can go to another part before they do.
	fewMeetings, raceAlone = 24, 1.0 / 3
	mostMeetings           = 2000
	dealEach               = 1.0 // iterations a visit between them
)

// search runs the annealing on as many threads as asked for.
//
// Few visits: each thread anneals the whole day by itself; when they meet, those
// that are behind take over the best plan. Many visits: each thread anneals its
// part of the rounds, near each other; when they meet, the parts are put together
// and cut anew.
func (h *hunt) search() {
	if !h.prepare() {
		return
	}
	threads := crewOf(len(h.loose), h.opt)
	if threads == 1 {
		h.until(1)
		if !h.impatient() && h.cycles <= 1 && h.ctx.Err() == nil {
			h.recombineWithin(0)
		}
		h.total = h.iterations
		return
	}
	if h.opt.Time > 0 {
		h.began = h.elapsed()
	}
	crew := make([]*hunt, threads)
	for k := range crew {
		crew[k] = h.recruit(uint64(k), threads)
	}
	for k := range h.opt.Iterations % threads {
		crew[k].opt.Iterations++
	}
	divide := len(h.loose) >= manyVisits && !h.tied && !h.budgeted // parts don't know where others' visits are
	for done := 0.0; done < 1 && h.ctx.Err() == nil && !h.impatient(); {
		was := h.best
		if divide {
			if crew[0].trial && done >= trialShare {
				h.fleet.restrain()
			}
			h.deal(crew)
		}
		done = h.meetingAfter(done, divide, crew[0])
		h.bound(crew)
		var wait sync.WaitGroup
		for _, x := range crew {
			wait.Add(1)
			go func() {
				defer wait.Done()
				x.until(done)
			}()
		}
		wait.Wait()
		for _, x := range crew {
			if x.iterations >= x.ration {
				done = min(done, x.done) // it would have gone on
			}
		}
		if divide {
			h.gather(crew)
		} else {
			h.compare(crew, done > raceAlone)
		}
		h.iterations = 0
		for _, x := range crew {
			h.iterations += x.iterations
		}
		if h.best.less(&was) {
			h.gained = h.iterations
		}
		if h.opt.Progress != nil && (done >= h.told || done == 1) {
			h.told = done + 0.02
			h.opt.Progress(Progress{Done: crew[0].done, Iterations: h.iterations, Score: h.best.score(), Unassigned: len(h.left())})
		}
	}
	h.total = h.iterations
}

// Threads is how many threads a search of a problem uses when its options ask for
// so many: one for each ten visits that may be moved, and one for each iteration, at most.
// Who counts the time of all threads together divides it by this.
func Threads(p *routing.Problem, opt Options) int {
	loose := len(p.Visits)
	for i := range p.Shifts {
		loose -= len(p.Shifts[i].Frozen)
	}
	return crewOf(loose, opt)
}

func crewOf(loose int, opt Options) int {
	threads := min(max(1, opt.Threads), max(1, loose/10))
	if opt.Iterations > 0 {
		threads = min(threads, opt.Iterations)
	}
	return threads
}

// bound limits what threads search by themselves by what is left of their
// patience together, so that it is not used up many times over before they meet.
func (h *hunt) bound(crew []*hunt) {
	for _, x := range crew {
		x.ration = math.MaxInt
		if h.opt.Patience > 0 {
			left := h.opt.Patience - (h.iterations - h.gained)
			x.ration = x.iterations + (left+len(crew)-1)/len(crew)
		}
	}
}

// meetingAfter says up to which share of the bounds threads search by themselves next.
// The last time may have taken one of them, x, further than it should have.
func (h *hunt) meetingAfter(done float64, divide bool, x *hunt) float64 {
	stint := 1.0 / fewMeetings
	if divide && x.expected > 0 {
		stint = min(stint, max(1.0/mostMeetings, dealEach*float64(len(h.loose))/x.expected))
	}
	next := max(done, x.done) + stint
	if next > 1-stint/2 {
		return 1
	}
	return next
}

// recruit makes the hunt of one more thread, at the same plan.
func (h *hunt) recruit(k uint64, threads int) *hunt {
	opt := h.opt
	opt.Seed += k * 0x9e3779b97f4a7c15
	if opt.Iterations > 0 {
		opt.Iterations /= threads
	}
	opt.Progress, opt.Patience = nil, 0 // these are the whole crew's
	x := newHunt(h.ctx, newState(h.core, opt.Seed), opt)
	x.elapsed = h.elapsed
	x.near, x.beside, x.scale, x.varied = h.near, h.beside, h.scale, h.varied
	x.guarded, x.settled = h.guarded, h.settled
	if h.fleet != nil {
		x.fleet = h.fleet.twin(x)
	}
	if h.staff != nil {
		x.staff = h.staff.twin(x)
	}
	if h.squad != nil {
		x.squad = h.squad.twin(x)
	}
	x.pool.open = h.pool.open && len(h.loose) < manyVisits
	x.become(h.rounds, nil, h.left())
	return x
}

// left lists who is in no round of the best plan.
func (h *hunt) left() []int32 { return h.outside(h.rounds) }

// outside lists who is in none of these rounds.
func (h *hunt) outside(rounds [][]int32) []int32 {
	in := make([]bool, h.nodes)
	for _, round := range rounds {
		for _, v := range round {
			in[v] = true
		}
	}
	var out []int32
	for _, v := range h.all {
		if !in[v] {
			out = append(out, v)
		}
	}
	return out
}

// become takes over rounds. Lanes that are closed stay empty, and whoever stands
// in them is no concern of this thread.
func (h *hunt) become(rounds [][]int32, closed []bool, absent []int32) {
	h.change++
	h.renewed = true
	for v := range h.where {
		h.where[v] = -1
		h.unmark(int32(v))
	}
	h.closed = closed
	h.tally = tally{}
	h.absent, h.loose = h.absent[:0], h.loose[:0]
	for _, v := range absent {
		h.loose = append(h.loose, v)
		h.gone(v)
	}
	for r, t := range h.tracks {
		visits := h.lanes[r].head
		if closed == nil || !closed[r] {
			visits = rounds[r]
			for _, v := range visits {
				if int(v) < h.visits && !h.frozen[v] {
					h.loose = append(h.loose, v)
				}
			}
		}
		t.visits = append(t.visits[:0], visits...)
		h.stale[r] = true
		if closed != nil && closed[r] {
			h.refresh(r, t) // counted by whose it is
			h.index(r)
			continue
		}
		h.add(r)
	}
	h.record()
}

// compare takes the best plan of all threads; with adopt the others go on from it.
func (h *hunt) compare(crew []*hunt, adopt bool) {
	lead := crew[0]
	for _, x := range crew[1:] {
		if x.best.less(&lead.best) {
			lead = x
		}
	}
	if lead.best.less(&h.best) {
		h.adoptBest(lead)
	}
	for _, x := range crew {
		if adopt && x != lead && lead.best.less(&x.best) {
			x.become(lead.rounds, nil, lead.left())
		}
	}
}

func (h *hunt) adoptBest(x *hunt) {
	h.best = x.best
	for r := range h.rounds {
		h.rounds[r] = append(h.rounds[r][:0], x.rounds[r]...)
	}
}

// deal cuts the present rounds into parts of about as many visits, each near a
// visit drawn for it, and gives each thread one. Empty rounds go around.
func (h *hunt) deal(crew []*hunt) {
	if h.present == nil {
		h.present = make([][]int32, len(h.rounds))
		for r := range h.rounds {
			h.present[r] = slices.Clone(h.rounds[r])
		}
		h.away = h.left()
	}
	l := &h.lanes[0]
	seed := h.core.place[h.all[h.n(len(h.all))]]
	var order []keyed
	visits := 0
	for r, round := range h.present {
		sum, n := int64(0), int64(0)
		for _, v := range round {
			if d := l.leg(seed, h.core.place[v]); d != never {
				sum += int64(d)
				n++
			}
		}
		if n > 0 {
			order = append(order, keyed{sum/n<<20 | int64(r), int32(r)})
			visits += len(round)
		}
	}
	least(order, len(order))
	owner := make([]int, len(h.present))
	for r := range owner {
		owner[r] = r % len(crew)
	}
	so := 0
	for _, o := range order {
		owner[o.visit] = min(len(crew)-1, so*len(crew)/max(1, visits))
		so += len(h.present[o.visit])
	}
	for k, x := range crew {
		closed := make([]bool, len(owner))
		for r := range owner {
			closed[r] = owner[r] != k
		}
		var absent []int32
		if k == 0 {
			absent = h.away
		}
		x.become(h.present, closed, absent)
	}
	if h.fleet != nil {
		h.fleet.share(crew)
	}
}

// share lets all parts together have as many rounds as the whole fleet may have.
func (f *fleet) share(crew []*hunt) {
	spare := f.most
	for _, x := range crew {
		spare -= x.busy
	}
	for k, x := range crew {
		x.fleet.most = x.busy + (max(0, spare)+k)/len(crew)
	}
}

// gather puts the parts together: what they hold now, to go on with, and the
// best of each, which together may be the best there was.
func (h *hunt) gather(crew []*hunt) {
	best := h.best
	sum := tally{}
	for _, x := range crew {
		sum.plus(&x.best)
	}
	better := sum.less(&best)
	if better {
		h.best = sum
	}
	for _, x := range crew {
		for r, t := range x.tracks {
			if x.closed[r] {
				continue
			}
			h.present[r] = append(h.present[r][:0], t.visits...)
			if better {
				h.rounds[r] = append(h.rounds[r][:0], x.rounds[r]...)
			}
		}
	}
	h.away = append(h.away[:0], crew[0].absent...)
	for _, x := range crew[1:] {
		h.away = append(h.away, x.absent...)
	}
}

func (y *tally) plus(o *tally) {
	y.missing += o.missing
	y.busy += o.busy
	y.waiting += o.waiting
	y.weight += o.weight
	y.lateness += o.lateness
	y.cost += o.cost
	for p := range y.unserved {
		y.unserved[p] += o.unserved[p]
		y.late[p] += o.late[p]
	}
}
