package day

import (
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
	"roundsman/routing"
)

// Board is a horizon made ready to be asked at one instant: its problems, the
// timetables of its rounds as they stand, and every promise's chance. Asking
// never changes it; it serves one goroutine after another, or many at once.
type Board struct {
	horizon Horizon
	now     time.Time
	seed    uint64
	luck    luck
	travel  Travel
	floors  dispatch.Floors
	days    []*sheet
}

// sheet is one day of a board.
type sheet struct {
	day    *Day
	p      *routing.Problem
	words  *vocabulary // of the problem; only read once it is made
	rounds []round
	chance []float64 // by visit; 1 where nothing is promised
}

// round is a round as it is evaluated.
type round struct {
	visits  []int
	tt      routing.Timetable
	refusal routing.Refusal
}

// NewBoard prepares a horizon.
func NewBoard(h Horizon, now time.Time, seed uint64, travel Travel, floors dispatch.Floors) *Board {
	b := &Board{horizon: h, now: now, seed: seed, luck: luck{seed}, travel: travel, floors: floors}
	for i := range h.Days {
		b.days = append(b.days, b.prepare(&h.Days[i]))
	}
	return b
}

func (b *Board) prepare(d *Day) *sheet {
	p, w, order := problem(d, b.now, b.luck, b.travel)
	s := &sheet{day: d, p: p, words: w, rounds: make([]round, len(order)), chance: make([]float64, len(d.Visits))}
	for i := range s.chance {
		s.chance[i] = 1
	}
	for i, visits := range order {
		s.rounds[i] = evaluate(p, i, visits)
		s.judge(p, &s.rounds[i], s.chance)
	}
	s.wait(func(shift int) {
		s.rounds[shift] = evaluate(p, shift, s.rounds[shift].visits)
		s.judge(p, &s.rounds[shift], s.chance)
	})
	for i := range d.Visits {
		if d.Visits[i].Promise != nil && !s.placed(i) {
			s.chance[i] = 0
		}
	}
	return s
}

func (s *sheet) placed(visit int) bool {
	return slices.ContainsFunc(s.rounds, func(r round) bool { return slices.Contains(r.visits, visit) })
}

func (s *sheet) shiftOf(roundID ids.ID) (int, bool) {
	i := slices.IndexFunc(s.day.Shifts, func(x Shift) bool { return x.RoundID == roundID })
	return i, i >= 0
}

// evaluate gives a round its times. One that breaks a hard rule gets them all
// the same, with that rule left aside, so that it can be said how bad it is.
func evaluate(p *routing.Problem, shift int, visits []int) round {
	r := round{visits: visits}
	r.refusal = routing.EvaluateRound(p, shift, visits, &r.tt)
	if r.refusal.Refused() {
		routing.EvaluateRound(lenient(p, shift, visits), shift, visits, &r.tt)
	} else {
		r.refusal = disorder(p, visits)
	}
	return r
}

// lenient is the problem without the hard rules that a round may have broken.
func lenient(p *routing.Problem, shift int, visits []int) *routing.Problem {
	q := *p
	q.Shifts, q.Visits = slices.Clone(p.Shifts), slices.Clone(p.Visits)
	s := &q.Shifts[shift]
	s.Overtime += 24 * 3600
	s.Breaks = nil
	for _, v := range visits {
		x := &q.Visits[v]
		x.Windows, x.Skills, x.Kit, x.Allowed, x.Pin = nil, nil, nil, nil, nil
	}
	return &q
}

// judge writes the chance of every promise of a round. What has arrived is
// judged by its arrival.
func (s *sheet) judge(p *routing.Problem, r *round, chance []float64) {
	var stops []int // those with a promise
	for i, st := range r.tt.Stops {
		if p.Visits[st.Visit].Promise != nil {
			stops = append(stops, i)
		}
	}
	if len(stops) > 0 {
		kept := make([]int, len(stops))
		line := make([]routing.Seconds, len(r.tt.Stops))
		for k := range p.Scenarios {
			routing.Simulate(p, &r.tt, k, line)
			for n, i := range stops {
				if line[i] < p.Visits[r.tt.Stops[i].Visit].Promise.End {
					kept[n]++
				}
			}
		}
		for n, i := range stops {
			chance[r.tt.Stops[i].Visit] = share(kept[n], len(p.Scenarios))
		}
	}
	if len(r.tt.Stops) == 0 {
		for _, v := range r.visits { // no way leads through it
			if p.Visits[v].Promise != nil {
				chance[v] = 0
			}
		}
	}
	for i, f := range p.Shifts[r.tt.Shift].Frozen {
		if v := &s.day.Visits[f.Visit]; v.Promise != nil && v.ArrivedAt != nil && i < len(r.tt.Stops) {
			chance[f.Visit] = 0
			if v.ArrivedAt.Before(v.Promise.End) {
				chance[f.Visit] = 1
			}
		}
	}
}

// share estimates a chance by samples as (kept+1)/(n+2): what has not happened yet
// is never certain, nor hopeless, because all of some samples say so.
func share(kept, n int) float64 { return float64(kept+1) / float64(n+2) }

// arrivals plays a round through every scenario and gives one stop's arrivals, in order.
func (s *sheet) arrivals(tt *routing.Timetable, stop int) []routing.Seconds {
	out := make([]routing.Seconds, len(s.p.Scenarios))
	line := make([]routing.Seconds, len(tt.Stops))
	for k := range out {
		routing.Simulate(s.p, tt, k, line)
		out[k] = line[stop]
	}
	slices.Sort(out)
	return out
}
