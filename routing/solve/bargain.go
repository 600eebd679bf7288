package solve

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"roundsman/internal/clock"
	"roundsman/routing"
)

// A bargain is the search for plans in which rounds can't be judged one by one, or
// not in constant time: with visits in company (routing.Visit.After and Meet),
// where a round that changes moves others, and with travel by the hour.
//
// The search goes in turns. Before each, terms are agreed upon: instants for those
// in company, after where they stand or where they fit cheapest (routing.Apart),
// and how long legs take (routing.Steady), in turn as long as they can and as long
// as they do where the best plan has them; and promises end sooner by what scenarios
// have shown to be wise. By these terms rounds know nothing of
// each other, and that is searched like any other problem. Between the turns some
// of those in company are taken out, to bargain for other instants. What counts is
// routing.Evaluate by the true rules, where nobody waits longer than they must.
type bargain struct {
	ctx     context.Context
	time    time.Duration
	elapsed func() time.Duration
	begun   bool          // the first plan has whom it has room for
	setUp   time.Duration // of the last turn: all but iterations
	core    *core         // of the terms asked for first; see stand
	p       *routing.Problem
	rng     *rand.Rand
	units   [][]int // visits in company that come together: who meets, or one in order
	frozen  []bool
	guarded []bool // promised or pinned in the plan to start from: never left out
	best    Result
	margins []routing.Seconds // by visit: how much sooner than promised to plan for
}

const (
	fewestTurns, mostTurns = 4, 40
	turnVisits             = 10  // iterations a visit that a turn should have
	timedTurns             = 10  // turns of a search that only time bounds, at most
	setUpWorth             = 5   // times as long as its set-up a turn should last
	hourTurns              = 2   // times that travel by the hour is taken at its slowest, and as planned
	carefulShare           = 900 // of the scenarios, in thousandths, in which to be in time where lateness only has a price
	clearShare             = 0.3 // visits taken out with those in company, every other time
	boldness               = 0.5 // how often a place is drawn rather than the cheapest taken
	places                 = 40  // insertions looked at for each of those who meet
	attempts               = 8   // instants tried for those who meet
)

// inTerms searches a problem by terms agreed upon.
func inTerms(ctx context.Context, p *routing.Problem, start *routing.Plan, opt Options) (Result, error) {
	b := &bargain{ctx: ctx, p: p, rng: rand.New(rand.NewPCG(opt.Seed, 0x6d656574)), frozen: make([]bool, len(p.Visits)), guarded: make([]bool, len(p.Visits))}
	empty := b.survey()
	tts, score, err := routing.Evaluate(p, empty)
	if err != nil {
		return Result{}, err
	}
	b.best = Result{Plan: empty, Timetables: tts, Score: score, Seed: opt.Seed}
	trial, base := empty.Clone(), empty
	if start != nil {
		if err := newState(newCore(routing.Steady(routing.Apart(routing.Certain(p), empty, tts, nil), nil, nil)), 0).load(start); err != nil {
			return Result{}, err
		}
		trial = b.adopt(start)
	}
	b.time = opt.Time
	if b.elapsed = opt.Elapsed; b.elapsed == nil {
		began := clock.System{}.Now()
		b.elapsed = func() time.Duration { return clock.System{}.Now().Sub(began) }
	}
	turns, iterations := b.turns(opt)
	gained := 0
	for turn := 0; turn < turns; turn++ {
		begun := time.Duration(0)
		if b.time > 0 {
			begun = b.elapsed()
		}
		if turn > 0 && b.late() {
			break
		}
		b.place(trial)
		b.begun = true
		sub := opt
		sub.Patience, sub.Seed = 0, opt.Seed+uint64(turn)
		if b.time > 0 {
			placed := b.elapsed()
			turns = turn + worthTurns(b.time-placed, max(b.setUp, placed-begun), turns-turn)
			sub.Time = max(1, (b.time-placed)/time.Duration(turns-turn))
			sub.Elapsed = func() time.Duration { return b.elapsed() - placed }
		}
		if iterations > 0 {
			sub.Iterations = max(1, (iterations-b.best.Iterations)/(turns-turn))
		}
		if opt.Progress != nil {
			total, best, many := b.best.Iterations, b.best, turns
			sub.Progress = func(g Progress) {
				done := (float64(turn) + g.Done) / float64(many)
				if b.time > 0 && iterations == 0 {
					done = float64(b.elapsed()) / float64(b.time)
				}
				opt.Progress(Progress{Done: done, Iterations: total + g.Iterations, Score: best.Score, Unassigned: len(best.Plan.Unassigned)})
			}
		}
		better, searched, err := b.turn(ctx, trial, base, turn%2 == 1, sub)
		if err != nil {
			return b.best, err
		}
		if b.time > 0 {
			b.setUp = b.elapsed() - begun - searched
		}
		if better {
			gained = b.best.Iterations
		}
		if opt.Patience > 0 && b.best.Iterations-gained >= opt.Patience {
			b.best.Stopped = StopPatience
		}
		if b.best.Stopped == StopPatience || ctx.Err() != nil {
			break
		}
		trial, base = b.best.Plan.Clone(), b.best.Plan
		if len(b.units) > 0 {
			b.free(trial)
		}
	}
	b.conclude(ctx, opt, iterations)
	return b.best, nil
}

// late says whether the time is over.
func (b *bargain) late() bool { return b.time > 0 && b.elapsed() >= b.time }

// worthTurns is how many of so many turns there is time for, when what comes before
// and after the iterations of each takes so long: it shall be a small part of them.
func worthTurns(left, setUp time.Duration, turns int) int {
	return max(1, min(turns, int(left/max(1, setUp*setUpWorth))))
}

// conclude says what ended the turns.
func (b *bargain) conclude(ctx context.Context, opt Options, iterations int) {
	switch {
	case b.best.Stopped == StopPatience || b.best.Stopped == StopNothing:
	case ctx.Err() != nil:
		b.best.Stopped = StopCancelled
	case opt.Time > 0 && (iterations == 0 || b.best.Iterations < iterations):
		b.best.Stopped = StopTime
	default:
		b.best.Stopped = StopIterations
	}
}

// survey lists the units and gives the plan that has nothing but what is frozen.
func (b *bargain) survey() *routing.Plan {
	plan := &routing.Plan{Rounds: make([]routing.Round, len(b.p.Shifts))}
	for i := range b.p.Shifts {
		for _, f := range b.p.Shifts[i].Frozen {
			b.frozen[f.Visit] = true
			plan.Rounds[i].Visits = append(plan.Rounds[i].Visits, f.Visit)
		}
	}
	group := map[int]int{}
	for v := range b.p.Visits {
		x := &b.p.Visits[v]
		if b.frozen[v] {
			continue
		}
		plan.Unassigned = append(plan.Unassigned, v)
		k, ok := group[x.Meet]
		switch {
		case x.Meet != 0 && ok:
			b.units[k] = append(b.units[k], v)
		case x.Meet != 0 || len(x.After) > 0:
			group[x.Meet] = len(b.units)
			b.units = append(b.units, []int{v})
		}
	}
	return plan
}

// adopt takes over a plan to start from. When it can't be, those in company leave
// it, and the first turn repairs the rest.
func (b *bargain) adopt(start *routing.Plan) *routing.Plan {
	plan := complete(b.p, start)
	for _, r := range plan.Rounds {
		for _, v := range r.Visits {
			if x := &b.p.Visits[v]; !b.frozen[v] && (x.Promise != nil || x.Pin != nil) {
				b.guarded[v] = true
			}
		}
	}
	if tts, score, err := routing.Evaluate(b.p, plan); err == nil {
		b.best.Plan, b.best.Timetables, b.best.Score = plan.Clone(), tts, score
		return plan
	}
	for _, unit := range b.units {
		b.takeOut(plan, unit)
	}
	b.guarded = make([]bool, len(b.p.Visits))
	return plan
}

// complete is a copy of a plan that lists everybody who is in no round, whatever
// the plan says: routing.Evaluate counts only who is listed as left out.
func complete(p *routing.Problem, plan *routing.Plan) *routing.Plan {
	out := plan.Clone()
	in := make([]bool, len(p.Visits))
	for _, r := range out.Rounds {
		for _, v := range r.Visits {
			in[v] = true
		}
	}
	out.Unassigned = out.Unassigned[:0]
	for v, ok := range in {
		if !ok {
			out.Unassigned = append(out.Unassigned, v)
		}
	}
	return out
}

// turns says how many turns there are, and what they may use together: 0 iterations
// are any number of them.
func (b *bargain) turns(opt Options) (turns, iterations int) {
	if opt.Iterations == 0 && opt.Time == 0 {
		opt.Iterations = 20_000
		if opt.Patience > 0 {
			opt.Iterations = opt.Patience * mostTurns
		}
	}
	if len(b.units) == 0 {
		turns = 2 * hourTurns
	} else {
		turns = timedTurns
	}
	if opt.Iterations == 0 {
		return turns, 0
	}
	if len(b.units) > 0 {
		turns = max(fewestTurns, min(mostTurns, opt.Iterations/(turnVisits*max(1, len(b.p.Visits)))))
	}
	return max(1, min(turns, opt.Iterations)), opt.Iterations
}

// turn searches from a plan with instants agreed upon, and says whether that gave
// a better plan than the best, and how long its iterations took. base is a plan that
// can be: the trial itself can't where a start is to be repaired. With planned, legs
// take as long as base has them.
func (b *bargain) turn(ctx context.Context, trial, base *routing.Plan, planned bool, opt Options) (better bool, searched time.Duration, err error) {
	tts, score, err := routing.Evaluate(b.p, trial)
	better = err == nil && b.keep(trial, tts, score)
	if ctx.Err() != nil {
		return better, 0, nil
	}
	if err == nil {
		base = trial
	} else if tts, _, err = routing.Evaluate(b.p, base); err != nil {
		return false, 0, err
	}
	q := routing.Apart(b.wary(), base, tts, func(from, to routing.Seconds) routing.Seconds {
		return from + routing.Seconds(b.rng.IntN(int(to-from)+1))
	})
	if planned {
		q = routing.Steady(q, base, tts)
	} else {
		q = routing.Steady(q, nil, nil)
	}
	res, err := search(ctx, q, trial, opt)
	if err != nil {
		return false, 0, err
	}
	b.best.Iterations += res.Iterations
	b.learn(res)
	if res.Stopped == StopNothing {
		b.best.Stopped = StopNothing
	}
	b.clean(res.Plan)
	better = b.consider(res.Plan) || better
	b.place(res.Plan)
	return b.consider(res.Plan) || better, res.searched, nil
}

// wary is the problem without chances, with promises that end sooner by as much as
// the turns before have shown to be wise.
func (b *bargain) wary() *routing.Problem {
	if b.margins == nil {
		return routing.Certain(b.p)
	}
	q := *routing.Certain(b.p)
	q.Visits = slices.Clone(q.Visits)
	for v, m := range b.margins {
		if w := q.Visits[v].Promise; w != nil && m > 0 {
			q.Visits[v].Promise = &routing.Window{Start: w.Start, End: max(w.Start+1, w.End-m)}
		}
	}
	return &q
}

// learn widens the margins to the delays that the scenarios have for a plan.
func (b *bargain) learn(res Result) {
	if !routing.Risky(b.p) {
		return
	}
	share := int(b.p.Floor)
	if share == 0 {
		share = carefulShare
	}
	if b.margins == nil {
		b.margins = make([]routing.Seconds, len(b.p.Visits))
	}
	for v, d := range routing.Delays(b.p, res.Timetables, share) {
		b.margins[v] = max(b.margins[v], d)
	}
}

// consider keeps a plan that is possible and better than the best.
func (b *bargain) consider(plan *routing.Plan) bool {
	tts, score, err := routing.Evaluate(b.p, plan)
	return err == nil && b.keep(plan, tts, score)
}

// keep keeps a plan that is better than the best.
func (b *bargain) keep(plan *routing.Plan, tts []routing.Timetable, score routing.Score) bool {
	for _, v := range plan.Unassigned {
		if b.guarded[v] {
			return false
		}
	}
	if !score.Less(b.best.Score) {
		return false
	}
	b.best.Plan, b.best.Timetables, b.best.Score = plan.Clone(), tts, score
	return true
}

// free takes one unit out of a plan, with all who come after it; every other time
// some of the others, too, to make room.
func (b *bargain) free(plan *routing.Plan) {
	b.takeOut(plan, b.units[b.rng.IntN(len(b.units))])
	if b.rng.IntN(2) == 0 {
		var some []int
		for v := range b.p.Visits {
			if b.rng.Float64() < clearShare {
				some = append(some, v)
			}
		}
		b.takeOut(plan, some)
	}
	b.clean(plan)
}

// takeOut makes visits unassigned, but for frozen ones.
func (b *bargain) takeOut(plan *routing.Plan, visits []int) {
	for i := range plan.Rounds {
		plan.Rounds[i].Visits = slices.DeleteFunc(plan.Rounds[i].Visits, func(v int) bool {
			out := !b.frozen[v] && slices.Contains(visits, v)
			if out {
				plan.Unassigned = append(plan.Unassigned, v)
			}
			return out
		})
	}
	slices.Sort(plan.Unassigned)
}

// clean takes out whoever stands alone: without those they meet or come after.
func (b *bargain) clean(plan *routing.Plan) {
	for again := true; again; {
		again = false
		for _, unit := range b.units {
			in, whole := false, b.ready(plan, unit)
			for _, v := range unit {
				out := slices.Contains(plan.Unassigned, v)
				in, whole = in || !out, whole && !out
			}
			if in && !whole {
				b.takeOut(plan, unit)
				again = true
			}
		}
	}
}

// ready says whether all are in the plan that come before a unit.
func (b *bargain) ready(plan *routing.Plan, unit []int) bool {
	for _, v := range unit {
		for _, u := range b.p.Visits[v].After {
			if slices.Contains(plan.Unassigned, u) {
				return false
			}
		}
	}
	return true
}
