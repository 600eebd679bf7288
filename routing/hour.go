package routing

import "slices"

// Hour says how long the ways take of those who set out from an instant on, until
// the next hour's From.
//
// Who sets out later may be there sooner by it, when a road is opened or the rush
// is over. Then they wait: nobody who leaves later ever arrives earlier. A break on
// the way stops the driving; what is left of the way then takes as long as the same
// share of it takes for those who set out when the break ends.
type Hour struct {
	From Seconds
	// Seconds, as Table.Seconds, is for who sets out at From, Later for who sets out
	// just before the next hour; between the two it is in between, rounded up. Nil is
	// Seconds all along. The last hour has none.
	Seconds, Later []Seconds
}

const (
	// never is later than every instant there is.
	never = 2 * maxInstant
	// whole is all of a way; a part is counted in these, so that what has been driven
	// by a break is known to less than a second.
	whole     = int64(1) << wholeBits
	wholeBits = 32
)

// raw is how long the kth way takes that is begun in hour h at an instant.
func (t *Table) raw(h, k int, at Seconds) Seconds {
	x := &t.Hours[h]
	a := x.Seconds[k]
	if a == Unreachable {
		return never
	}
	if x.Later == nil || at <= x.From {
		return a
	}
	length, since := int64(t.Hours[h+1].From-x.From), int64(at-x.From)
	return Seconds((int64(a)*(length-since) + int64(x.Later[k])*since + length - 1) / length)
}

// hour is the one in which an instant is; before the first it is -1.
func (t *Table) hour(at Seconds) int {
	h := len(t.Hours) - 1
	for h >= 0 && t.Hours[h].From > at {
		h--
	}
	return h
}

// takes is how long the kth way takes those who set out at an instant, waiting for
// better roads included; never where there will be none.
func (t *Table) takes(k int, at Seconds) Seconds {
	best := t.Seconds[k]
	if len(t.Hours) == 0 {
		return best
	}
	h := t.hour(at)
	if h >= 0 {
		best = t.raw(h, k, at)
	}
	best = min(best, never)
	for h++; h < len(t.Hours) && int64(t.Hours[h].From) < int64(at)+int64(best); h++ {
		if s := t.Hours[h].Seconds[k]; s != Unreachable {
			best = min(best, t.Hours[h].From-at+s)
		}
	}
	return best
}

// metres is how long the way is that those take who set out at an instant, after they
// have waited where that is faster.
func (t *Table) metres(k int, at Seconds) Metres {
	if len(t.Lengths) == 0 {
		return t.Metres[k]
	}
	h, takes, now := t.hour(at), t.takes(k, at), t.Seconds[k]
	if h >= 0 {
		now = t.raw(h, k, at)
	}
	if min(now, never) > takes {
		for h++; t.Hours[h].Seconds[k] == Unreachable || t.Hours[h].From-at+t.Hours[h].Seconds[k] > takes; h++ {
		}
		at = t.Hours[h].From
	}
	m := t.Metres
	for i := range t.Lengths {
		if t.Lengths[i].From <= at {
			m = t.Lengths[i].Metres
		}
	}
	return m[k]
}

// drive gives when a part of the kth way is behind one who sets out at an instant.
func (t *Table) drive(k int, at Seconds, way int64) Seconds {
	takes := t.takes(k, at)
	if takes >= never {
		return never
	}
	return at + Seconds((way*int64(takes)+whole/2)>>wholeBits)
}

// left is what is left of a part of the kth way for one who drives between two
// instants.
func (t *Table) left(k int, from, to Seconds, way int64) int64 {
	takes := t.takes(k, from)
	switch {
	case takes >= never || to <= from:
		return way
	case to-from >= takes:
		return 0
	}
	return max(0, way-int64(to-from)<<wholeBits/int64(takes))
}

// ByHour says whether travel depends on the hour: how long it takes, or how far it is.
func ByHour(p *Problem) bool {
	return slices.ContainsFunc(p.Tables, func(t *Table) bool { return t != nil && len(t.Hours)+len(t.Lengths) > 0 })
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
	for i := range p.Shifts {
		s.straightHome(&q, i)
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
				if leg.Seconds = t.slowest(t.leg(from, to), s.hours[i], s.rest); leg.Seconds < never {
					out.Set(i, j, leg)
				}
			}
		}
	}
	return out
}

// straightHome keeps the bounds of a shift that is out as they are: they hang on its
// way home, if nothing more is planned. That way is entered as at the best hour, so
// that it makes no other bounds.
func (s *steady) straightHome(q *Problem, shift int) {
	x, out, t := &q.Shifts[shift], Begin(s.p, shift), s.p.Tables[s.p.Shifts[shift].Table]
	if _, ok := t.At(out.Place, s.p.Shifts[shift].End); !ok || !out.Out || len(t.Hours) == 0 {
		return
	}
	k := t.leg(out.Place, s.p.Shifts[shift].End)
	x.Overtime = out.Limit - x.Work.End
	now := t.takes(k, out.Clock)
	if now >= never {
		return
	}
	if x.MaxTravel > 0 {
		x.MaxTravel = max(x.MaxTravel, now)
	}
	best := now
	for h := range t.Hours {
		best = min(best, t.Hours[h].Seconds[k])
	}
	q.Tables[x.Table].Set(x.From, x.End, Leg{best, t.Metres[k]})
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

// slowest is the longest that the kth way takes of those who set out in a window,
// with that long of breaks on the way: no part of it is driven slower than that.
func (t *Table) slowest(k int, w Window, rest Seconds) Seconds {
	longest := t.takes(k, w.Start)
	for longest < never {
		// The longer it takes, the more hours it meets.
		last, takes := w.End+rest+longest, longest
		if len(t.Hours) > 0 && w.Start < t.Hours[0].From {
			takes = max(takes, min(t.Seconds[k], t.takes(k, w.Start)))
		}
		for h := max(0, t.hour(w.Start)); h < len(t.Hours) && t.Hours[h].From < last; h++ {
			begin, end := max(t.Hours[h].From, w.Start), last
			if h+1 < len(t.Hours) {
				end = min(end, t.Hours[h+1].From)
			}
			if slow := max(t.raw(h, k, begin), t.raw(h, k, end)); slow < never {
				takes = max(takes, slow)
			} else { // who can't get through waits from the beginning
				takes = max(takes, t.takes(k, begin))
			}
		}
		if takes <= longest {
			break
		}
		longest = takes
	}
	return longest
}
