package routing

import "math"

// mark is one thing done on the round: a visit, the call at the depot, or being
// home again.
type mark struct {
	visit           *Visit // nil for the depot and for home
	place, index    int    // index of the stop it is or precedes
	leg             Leg
	way             int // the leg's place in the table
	access, service Seconds
	taken           int // breaks over when it begins

	leave, door, arrive, start, end, rest, driven Seconds
}

// write goes forward once more, now that it is known how many breaks each gap
// holds, and fills the timetable.
func (e *evaluation) write(lastK, homeK, home int) {
	e.mark(lastK, homeK, home)
	marks := e.tt.marks
	from := e.Clock
	e.forward(from)
	if !e.Out {
		if e.p.Prices.DutySecond > 0 {
			from = e.latest()
		} else {
			from = max(from, e.latestFor(&marks[0], marks[0].start, 0))
		}
		e.forward(from)
	}
	e.fill(from)
}

// mark lays out what is done in which order.
func (e *evaluation) mark(lastK, homeK, home int) {
	tt, table := e.tt, e.table
	place := e.Place
	for i := len(e.s.Frozen); i < len(e.visits); i++ {
		if i == e.call {
			way := table.leg(place, e.s.Restock.Place)
			tt.marks = append(tt.marks, mark{place: e.s.Restock.Place, index: i, way: way, service: e.s.Restock.Service})
			place = e.s.Restock.Place
		}
		v := &e.p.Visits[e.visits[i]]
		way := table.leg(place, v.Place)
		tt.marks = append(tt.marks, mark{visit: v, place: v.Place, index: i, way: way, access: e.access(i), service: ServiceTime(e.s, v)})
		place = v.Place
	}
	tt.marks = append(tt.marks, mark{place: e.s.End, index: len(e.visits), way: home, taken: homeK})
	k := lastK
	for i := len(tt.rows) - 1; i > 0; i-- {
		tt.marks[i-1].taken = k
		k = int(tt.rows[i][k].from)
	}
}

// forward computes all times when the round begins at from.
func (e *evaluation) forward(from Seconds) {
	now, taken := from, 0
	for i := range e.tt.marks {
		m := &e.tt.marks[i]
		m.leave, m.door, m.rest, m.driven = e.cross(now, m.way, taken, m.taken)
		m.arrive, m.start = m.door, m.door
		if m.visit != nil {
			m.arrive, m.start, _ = meet(m.visit, m.door, m.access)
		}
		m.end = m.start + m.service
		now, taken = m.end, m.taken
	}
}

// latest is how late the round may begin so that it ends no later, and nobody is
// met later than in time or than now.
func (e *evaluation) latest() Seconds {
	marks := e.tt.marks
	limit := marks[len(marks)-1].door
	for i := len(marks) - 1; ; i-- {
		taken := 0
		if i > 0 {
			taken = marks[i-1].taken
		}
		m := &marks[i]
		if i == len(marks)-1 {
			limit = e.latestGap(m, limit, taken)
		} else {
			limit = e.latestFor(m, limit-m.service, taken)
		}
		if i == 0 {
			return max(e.Clock, limit)
		}
	}
}

// latestFor is how late the gap before a mark may begin so that its service
// starts at start at the latest and a promise gets no later than it is.
func (e *evaluation) latestFor(m *mark, start Seconds, taken int) Seconds {
	arrive := start
	if m.visit != nil {
		if m.visit.Soft != nil {
			start = min(start, max(m.start, m.visit.Soft.End))
		}
		arrive = closes(m.visit, start) - m.access
		if m.visit.Promise != nil {
			arrive = min(arrive, max(m.arrive, m.visit.Promise.End-1))
		}
	}
	return e.latestGap(m, arrive, taken)
}

// latestGap is how late the gap before a mark may begin so that it ends at the
// door by then.
func (e *evaluation) latestGap(m *mark, by Seconds, taken int) Seconds {
	last := e.chain(taken, m.taken)
	if len(e.table.Hours) == 0 {
		return min(by-e.table.Seconds[m.way]-m.rest, last)
	}
	lo, hi := Seconds(-1), min(by, last)
	for lo < hi {
		at := lo + (hi-lo+1)/2
		if _, door, _, _ := e.cross(at, m.way, taken, m.taken); door <= by {
			lo = at
		} else {
			hi = at - 1
		}
	}
	return lo
}

// closes is the latest start of service up to t.
func closes(v *Visit, t Seconds) Seconds {
	if v.Pin != nil && v.Pin.Start != nil {
		return min(t, *v.Pin.Start)
	}
	for i := len(v.Windows) - 1; i >= 0; i-- {
		if w := v.Windows[i]; t >= w.Start {
			return min(t, w.End-1)
		}
	}
	return t
}

// cross goes through one gap, taking breaks from..to-1. A break that begins when
// the gap begins is taken before leaving.
func (e *evaluation) cross(now Seconds, leg, from, to int) (leave, door, rest, driven Seconds) {
	g := e.gap(now, leg)
	leave = now
	for k := from; k < to; k++ {
		b := &e.Breaks[k]
		begin := max(g.clock, b.Window.Start)
		if begin == leave {
			leave += b.Duration
		}
		rest += b.Duration
		driven += min(begin, g.arrive) - g.clock
		g, _ = e.rest(g, k)
	}
	return leave, g.arrive, rest, driven + g.arrive - g.clock
}

// fill writes the timetable from the marks.
func (e *evaluation) fill(from Seconds) {
	tt := e.tt
	for _, f := range e.s.Frozen {
		tt.Stops = append(tt.Stops, Stop{Visit: f.Visit, Leave: f.Start, Arrive: f.Start, Start: f.Start, End: f.End})
	}
	now, taken := from, 0
	for i := range tt.marks {
		m := &tt.marks[i]
		clock := now
		for ; taken < m.taken; taken++ {
			b := &e.Breaks[taken]
			begin := max(clock, b.Window.Start)
			clock = begin + b.Duration
			tt.Breaks = append(tt.Breaks, TakenBreak{begin, clock, m.index})
		}
		m.leg = Leg{m.driven, e.table.metres(m.way, m.leave)}
		tt.Travel += m.leg.Seconds
		tt.Metres += m.leg.Metres
		tt.Waiting += m.start - now - m.leg.Seconds - m.rest - m.access
		switch {
		case m.visit != nil:
			late := lateness(m.visit, m.arrive)
			tt.Stops = append(tt.Stops, Stop{e.visits[m.index], m.leave, m.arrive, m.start, m.end, m.leg, late})
			tt.Late += late
		case i < len(tt.marks)-1:
			tt.Calls = append(tt.Calls, Call{m.leave, m.door, m.end, m.leg, m.index})
		}
		now = m.end
	}
	tt.Leave = tt.marks[0].leave
	if e.Out {
		tt.Leave = e.Clock
	}
	tt.Home, tt.Return = tt.marks[len(tt.marks)-1].leg, now
	tt.Overtime = max(0, now-e.s.Work.End)
	tt.Duty = now - tt.Leave
	if head := e.s.Frozen; len(head) > 0 {
		tt.Leave = min(tt.Leave, head[0].Start)
	}
	for ; taken < e.Owed; taken++ {
		b := &e.Breaks[taken]
		begin := max(now, b.Window.Start)
		now = begin + b.Duration
		tt.Breaks = append(tt.Breaks, TakenBreak{begin, now, len(tt.Stops)})
	}
}

// chain is the latest instant at which breaks from..to-1 can begin one after
// the other, each inside its window.
func (e *evaluation) chain(from, to int) Seconds {
	last := Seconds(math.MaxInt32)
	for k := to - 1; k >= from; k-- {
		last = min(e.Breaks[k].Window.End-1, last-e.Breaks[k].Duration)
	}
	return last
}
