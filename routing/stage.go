package routing

import (
	"slices"
	"time"
)

// Roads is a state of the roads: how fast they are driven, and which are shut. Equal
// values are equal roads, and they can be keys of a map; what they say is known to
// who gave them.
type Roads any

// Stage is a time in which the roads change evenly. Who sets out from From on,
// until the next stage's From, drives on roads that are Here at Hour and Next an
// hour later, and in between as far between the two.
type Stage struct {
	From, Hour time.Time
	Here, Next Roads
}

// Steady says whether the roads are the same in all of a stage.
func (s *Stage) Steady() bool { return s.Here == s.Next }

// ByStage gives travel by the hour from travel on each state of the roads; on gives
// tables of the same places, which are neither changed nor copied where they can be
// shared. The instants of the table count from the zero. There is at least one stage.
func ByStage(zero time.Time, stages []Stage, on func(Roads) *Table) *Table {
	first := on(stages[0].Here)
	out := &Table{Rows: first.Rows, Cols: first.Cols, Metres: first.Metres}
	for i := range stages {
		s := &stages[i]
		from, end := max(0, counted(zero, s.From)), counted(zero, s.Hour)+hour
		if i+1 < len(stages) {
			end = counted(zero, stages[i+1].From)
		}
		if end <= from && i+1 < len(stages) {
			continue // over before the zero
		}
		h := Hour{From: from, Seconds: s.between(zero, from, on)}
		if !s.Steady() {
			h.Later = follow(h.Seconds, s.between(zero, end, on), end-from)
		}
		out.Hours = append(out.Hours, h)
		if i == len(stages)-1 && !s.Steady() {
			out.Hours = append(out.Hours, Hour{From: end, Seconds: s.between(zero, end, on)})
		}
		out.lengthen(from, end, counted(zero, s.Hour)+hour/2, on(s.Here), on(s.Next))
	}
	out.Seconds = out.Hours[0].Seconds
	if len(out.Hours) == 1 {
		out.Hours = nil
	}
	return out
}

// lengthen says how long the ways are from an instant to an end: those of one table up
// to the half of the hour, then those of the next.
func (t *Table) lengthen(from, end, half Seconds, here, next *Table) {
	add := func(from Seconds, m []Metres) {
		last := t.Metres
		if n := len(t.Lengths); n > 0 {
			last = t.Lengths[n-1].Metres
		}
		if len(m) > 0 && &m[0] != &last[0] {
			t.Lengths = append(t.Lengths, Length{from, m})
		}
	}
	if from < half || here == next {
		add(from, here.Metres)
	}
	if end > half && here != next {
		add(max(from, half), next.Metres)
	}
}

const hour Seconds = 3600

func counted(zero, t time.Time) Seconds { return Seconds(t.Sub(zero) / time.Second) }

// between gives how long the ways take of who sets out at an instant of the stage,
// rounded up.
func (s *Stage) between(zero time.Time, at Seconds, on func(Roads) *Table) []Seconds {
	since := min(max(0, int64(at-counted(zero, s.Hour))), int64(hour))
	switch {
	case s.Steady() || since == 0:
		return on(s.Here).Seconds
	case since == int64(hour):
		return on(s.Next).Seconds
	}
	here, next := on(s.Here).Seconds, on(s.Next).Seconds
	out := make([]Seconds, len(here))
	for k, a := range here {
		if out[k] = Unreachable; a != Unreachable && next[k] != Unreachable {
			out[k] = Seconds((int64(a)*(int64(hour)-since) + int64(next[k])*since + int64(hour) - 1) / int64(hour))
		}
	}
	return out
}

// follow gives what a way may take at a stage's end after it took so long at its
// begin: a way in both or in none, and nobody overtakes who set out before.
func follow(begin, end []Seconds, length Seconds) []Seconds {
	wrong := func(k int) bool {
		return (begin[k] == Unreachable) != (end[k] == Unreachable) || begin[k] != Unreachable && end[k] < begin[k]-length
	}
	out := end
	for k := range end {
		if !wrong(k) {
			continue
		}
		if &out[0] == &end[0] {
			out = slices.Clone(end)
		}
		if out[k] = begin[k]; begin[k] != Unreachable && end[k] != Unreachable {
			out[k] = begin[k] - length
		}
	}
	return out
}
