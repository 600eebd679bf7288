package solve

import (
	"context"
	"math"
	"slices"
	"time"

	"roundsman/routing"
)

// A mending is the search of a day on which promises can't all be kept. Staff can't stand
// for it, and the general rules take several times as long, so it is searched in turns of
// two parts. The first sees to who is left out and who is late, until that gets no better;
// the second takes both as they are then: nobody comes later, and whoever is left out is
// served in time or not at all. By these terms nobody is late, and staff can stand for the
// day. The next turn finds room that the last one has made.
type mending struct {
	ctx     context.Context
	p       *routing.Problem
	start   *routing.Plan // whose promised and pinned visits are not left out
	opt     Options
	elapsed func() time.Duration
	done    float64 // share of the bounds used up
	best    Result
}

const (
	mendTurns    = 2
	mendShare    = 0.4 // of a turn at most is the first part
	mendPatience = 2   // iterations a visit with nobody less late, or left out less, that end it
	mendLeast    = 50  // iterations that are worth it
)

// toMend says whether the first plan leaves staff nothing to stand for.
func (h *hunt) toMend() bool {
	return (h.anyLate() || h.waiting > 0) && (h.opt.Iterations == 0 || h.opt.Iterations >= mendLeast) && h.isStaff()
}

// mend searches on from the first plan, with nobody left out whom start has.
func (h *hunt) mend(start *routing.Plan) (Result, error) {
	m := mending{ctx: h.ctx, p: h.p, start: start, opt: h.opt, elapsed: h.elapsed}
	began := time.Duration(0) // when the first plan was there
	for turn := range mendTurns {
		if turn > 0 {
			var err error
			if h, err = m.hunt(m.p); err != nil {
				return m.best, err
			}
		}
		h.mending = true
		until := m.done + (1-m.done)/float64(mendTurns-turn)
		begun := m.elapsed()
		if err := m.search(h, m.done+mendShare*(until-m.done)); err != nil {
			return m.best, err
		}
		if turn == 0 {
			began = begun + h.began
		}
		mended := h.mended()
		if mended {
			until = 1
		}
		if m.done >= 1 || m.ctx.Err() != nil {
			m.best.Stopped = m.ended()
			break
		}
		h, err := m.hunt(settled(m.p, m.best))
		if err != nil {
			return m.best, err
		}
		h.settled = true
		if err := m.search(h, until); err != nil {
			return m.best, err
		}
		if mended || m.done >= 1 || m.best.Stopped != StopIterations && m.best.Stopped != StopTime {
			break
		}
	}
	if m.opt.Time > 0 {
		m.best.searched = m.elapsed() - began
	}
	return m.best, nil
}

// mended says whether the best plan keeps all promises that somebody could keep.
func (h *hunt) mended() bool { return !h.best.anyLate() && h.best.waiting == 0 }

// hunt begins at the best plan, by the terms of a problem.
func (m *mending) hunt(p *routing.Problem) (*hunt, error) {
	s := newState(newCore(p), m.opt.Seed)
	if err := s.load(m.best.Plan); err != nil {
		return nil, err
	}
	s.protect(m.start)
	return newHunt(m.ctx, s, m.opt), nil
}

// ended says what ended the search before its second part: not the patience of the first,
// which nobody asked for.
func (m *mending) ended() Stop {
	switch {
	case m.opt.Iterations > 0 && m.best.Iterations >= m.opt.Iterations:
		return StopIterations
	case m.ctx.Err() != nil:
		return StopCancelled
	}
	return StopTime
}

// search goes on until that share of the bounds is used up, and keeps what is better by
// the true promises. It divides what is left of each bound, for the first plan takes time,
// too, and the parts differ in how long an iteration takes.
func (m *mending) search(h *hunt, until float64) error {
	begun, before, total := m.elapsed(), m.done, m.best.Iterations
	share := until - before
	part := share / (1 - before)
	h.opt = m.opt
	if m.opt.Iterations > 0 {
		h.opt.Iterations = max(1, int(math.Round(part*float64(m.opt.Iterations-total))))
	}
	if m.opt.Time > 0 {
		begun = min(begun, m.opt.Time-1)
		h.opt.Time = max(1, time.Duration(part*float64(m.opt.Time-begun)))
	}
	if h.mending {
		h.opt.Threads, h.opt.Patience = 1, mendPatience*len(h.loose)
	}
	h.elapsed = func() time.Duration { return m.elapsed() - begun }
	if tell := m.opt.Progress; tell != nil {
		h.opt.Progress = func(g Progress) {
			g.Done, g.Iterations = before+share*g.Done, g.Iterations+total
			if h.settled {
				g.Score, g.Unassigned = m.best.Score, len(m.best.Plan.Unassigned)
			}
			tell(g)
		}
	}
	h.search()
	if m.opt.Iterations > 0 {
		m.done = float64(total+h.total) / float64(m.opt.Iterations)
	}
	if m.opt.Time > 0 {
		m.done = max(m.done, float64(m.elapsed())/float64(m.opt.Time))
	}
	plan := h.plan()
	tts, score, err := routing.Evaluate(m.p, plan)
	if err != nil {
		return confused(err)
	}
	if m.best.Plan == nil || score.Less(m.best.Score) {
		m.best = Result{Plan: plan, Timetables: tts, Score: score, Iterations: total, Seed: m.opt.Seed}
	}
	m.best.Iterations += h.total
	m.best.Stopped = h.stopped()
	return nil
}

// settled is the problem with promises that end when a plan keeps them, where that is
// later.
func settled(p *routing.Problem, res Result) *routing.Problem {
	q := *p
	q.Visits = slices.Clone(p.Visits)
	for i := range res.Timetables {
		for _, st := range res.Timetables[i].Stops {
			if w := q.Visits[st.Visit].Promise; w != nil && st.Arrive >= w.End {
				q.Visits[st.Visit].Promise = &routing.Window{Start: w.Start, End: st.Arrive + 1}
			}
		}
	}
	return &q
}

// protect guards the promised and pinned visits of a plan, and nobody else's.
func (s *state) protect(plan *routing.Plan) {
	clear(s.guarded)
	s.missing = 0
	if plan == nil {
		return
	}
	for _, round := range plan.Rounds {
		for _, v := range round.Visits {
			if x := &s.p.Visits[v]; !s.frozen[v] && (x.Promise != nil || x.Pin != nil) {
				s.guarded[v] = true
				if s.where[v] < 0 {
					s.missing++
				}
			}
		}
	}
}
