package routing

import (
	"math"
	"slices"
)

// Pace is how fast one gets on from an instant on, until the next one's From, in
// thousandths of what a table says: at 500 a leg of ten minutes takes twenty.
//
// A leg is driven at the pace of each instant it lasts, not at that of its
// departure. So whoever leaves later never arrives earlier. Breaks on the way
// stop the driving.
type Pace struct {
	From  Seconds
	Share uint16
}

const plainPace = 1000

// slot gives the pace at an instant, and when it ends.
func (t *Table) slot(at Seconds) (share int64, until Seconds) {
	share, until = plainPace, math.MaxInt32
	for _, p := range t.Paces {
		if p.From > at {
			return share, p.From
		}
		share = int64(p.Share)
	}
	return share, until
}

// drive gives when a way is behind one that begins at an instant. The way is in
// thousandths of a second at the table's pace.
func (t *Table) drive(at Seconds, way int64) Seconds {
	for {
		share, until := t.slot(at)
		need := (way + share - 1) / share
		if room := int64(until) - int64(at); until < math.MaxInt32 && need > room {
			way -= room * share
			at = until
			continue
		}
		return at + Seconds(need)
	}
}

// covered is what is driven between two instants.
func (t *Table) covered(from, to Seconds) (way int64) {
	for from < to {
		share, until := t.slot(from)
		until = min(until, to)
		way += int64(until-from) * share
		from = until
	}
	return way
}

// ByHour says whether travel depends on the hour.
func ByHour(p *Problem) bool {
	return slices.ContainsFunc(p.Tables, func(t *Table) bool { return t != nil && len(t.Paces) > 0 })
}

// Steady gives the problem with travel that doesn't depend on the hour: each leg
// takes as long as it does from where the plan has the visit that it leads away
// from. Legs away from visits that are left out, and all legs without a plan (nil),
// take as long as they can between that visit's first and last hour; so without
// a plan every round of the steady problem can be driven in the given one, too.
//
// Every visit gets a place of its own, for two of one place may be left at
// different hours.
func Steady(p *Problem, plan *Plan, tts []Timetable) *Problem {
	if !ByHour(p) {
		return p
	}
	q := *p
	q.Visits, q.Shifts = slices.Clone(p.Visits), slices.Clone(p.Shifts)
	s := steady{p: p}
	for i := range p.Shifts {
		var rest Seconds
		for _, b := range p.Shifts[i].Breaks {
			rest += b.Duration
		}
		s.rest = max(s.rest, rest)
	}
	for v := range p.Visits {
		q.Visits[v].Place = s.row(p.Visits[v].Place, p.hours(v))
	}
	for i := range p.Shifts {
		x := &q.Shifts[i]
		out := Begin(p, i)
		day := Window{out.Clock, max(out.Clock+1, out.Limit)}
		x.Start, x.From, x.End = s.row(x.Start, day), s.row(x.From, day), s.row(x.End, day)
		if x.Restock != nil {
			x.Restock = &Restock{Place: s.row(x.Restock.Place, day), Service: x.Restock.Service}
		}
		if plan == nil || len(tts[i].Stops) == 0 && !out.Out {
			continue
		}
		s.hours[x.Start] = Window{tts[i].Leave, tts[i].Leave + 1}
		s.hours[x.From] = Window{out.Clock, out.Clock + 1}
		for _, st := range tts[i].Stops {
			s.hours[q.Visits[st.Visit].Place] = Window{st.End, st.End + 1}
		}
	}
	q.Tables = nil
	for _, t := range p.Tables {
		q.Tables = append(q.Tables, s.table(t))
	}
	if plan != nil {
		s.driven(&q, tts)
	}
	return &q
}

type steady struct {
	p      *Problem
	places []int    // by row of the steady tables
	hours  []Window // when legs away from it begin
	rest   Seconds  // the most that breaks may hold up a leg
}

func (s *steady) row(place int, hours Window) int {
	s.places, s.hours = append(s.places, place), append(s.hours, hours)
	return len(s.places) - 1
}

func (s *steady) table(t *Table) *Table {
	out := NewTable(len(s.places), len(s.places))
	for i, from := range s.places {
		for j, to := range s.places {
			if leg, ok := t.At(from, to); ok {
				out.Set(i, j, Leg{t.slowest(leg.Seconds, s.hours[i], s.rest), leg.Metres})
			}
		}
	}
	return out
}

// driven writes the legs of the plan as they are driven, breaks and all.
func (s *steady) driven(q *Problem, tts []Timetable) {
	for i := range tts {
		x, t := &q.Shifts[i], q.Tables[q.Shifts[i].Table]
		at := x.Start
		if x.HasLeft || len(x.Frozen) > 0 {
			at = x.From
		}
		for k, st := range tts[i].Stops {
			if k < len(x.Frozen) {
				continue
			}
			for _, c := range tts[i].Calls {
				if c.Before == k {
					t.Set(at, x.Restock.Place, c.Leg)
					at = x.Restock.Place
				}
			}
			t.Set(at, q.Visits[st.Visit].Place, st.Leg)
			at = q.Visits[st.Visit].Place
		}
		if len(tts[i].Stops) > len(x.Frozen) {
			t.Set(at, x.End, tts[i].Home)
		}
	}
}

// hours are when a visit may be left, as far as it says itself.
func (p *Problem) hours(visit int) Window {
	v := &p.Visits[visit]
	first, last := v.Release, Seconds(maxInstant)
	if n := len(v.Windows); n > 0 {
		first, last = max(first, v.Windows[0].Start), v.Windows[n-1].End
	}
	if v.Promise != nil {
		first = max(first, v.Promise.Start)
	}
	if v.Soft != nil {
		last = min(last, v.Soft.End+v.Soft.Cap+1)
	}
	if v.Pin != nil && v.Pin.Start != nil {
		first, last = *v.Pin.Start, *v.Pin.Start+1
	}
	shortest, longest := v.Service, v.Service
	for i := range p.Shifts {
		shortest, longest = min(shortest, ServiceTime(&p.Shifts[i], v)), max(longest, ServiceTime(&p.Shifts[i], v))
	}
	first += shortest
	return Window{first, max(first+1, last+longest)}
}

// slowest is the longest that a leg takes of those that begin in a window, with
// that long of breaks on the way: all of it at the slowest pace that it may meet.
func (t *Table) slowest(leg Seconds, w Window, rest Seconds) Seconds {
	longest := leg
	for {
		// The longer it takes, the more hours it meets.
		last := int64(w.End) + int64(rest) + int64(longest)
		share, until := t.slot(w.Start)
		for int64(until) < last {
			var next int64
			next, until = t.slot(until)
			share = min(share, next)
		}
		takes := Seconds((int64(leg)*plainPace + share - 1) / share)
		if takes <= longest {
			return longest
		}
		longest = takes
	}
}
