package solve

import (
	"cmp"
	"slices"

	"roundsman/routing"
)

// staff is the plan under search where technicians differ, owe one break at most
// and nobody is late: a day of field support. As in a fleet, rounds are chained
// stops, so that a look beside a visit's neighbours asks the stops themselves, and
// a change is taken back from a log. What a round costs is left to refresh, and only
// asked for where its ways alone don't rule the change out.
//
// Beside the visits there is a stop where each lane begins and one where it ends.
type staff struct {
	*hunt
	stops    []halt
	times    []moment
	asks     []ask // by visit, with instants short of farOff
	rests    []rest
	rounds   []round
	units    []int32   // lane*items + item: used
	waitRate float64   // what a second of it costs in seconds of travel
	able     []bool    // lane*visits + visit
	quick    []int32   // by visit: how long its service takes whoever is fastest
	after    [][]side  // by visit: whom it goes well after, best first
	ahead    [][]side  // whom it goes well before
	begins   [][]int32 // by visit: lanes that begin near it, nearest first

	log      []loggedHalt
	logged   []uint32 // by stop: the change it was logged in
	roundLog []loggedRound
	unitsLog []int32
	broken   bool // no way home but by way of what was taken out

	found    berth
	detours  [staffSides]int32
	blinking uint64 // of 65536 places, so many are not seen
}

// halt is one stop of a chain.
type halt struct {
	prev, next    int32
	legIn, legOut int32
	lane          int32 // -1 when it is absent
	place         int32
	back, onward  int32 // places of the stops around it
	// What a new stop behind this one, or ahead of it, could save at most: the way
	// there and waiting, in seconds of travel.
	slackOut, slackIn int32
	soon, due         int32 // the earliest end of its service, the latest at its door
}

// moment is when things happen at a stop.
type moment struct {
	access int32 // paid here
	// The earliest ends of its service and the latest instants to be ready for it,
	// before the break and after it; farOff and -1 for never.
	ends, latest [2]int32
	arrive       int32 // shows up, on the way that was chosen
	early        int32 // at the door that long before
	idle         int32 // waiting from the arrival on, up to the end of the round
	taken        int8  // breaks taken before the service, on that way
	from         int8  // what was taken one stop before, on the way to the state after the break
}

// rest is the break that a lane owes, and its bounds.
type rest struct {
	opens, shuts int32 // when it may begin: not before, and before
	lasts        int32
	last         [2]int32 // the latest end of a service, before the break and after it
	home         [2]int32 // the latest return
}

// round is what is known of a lane's round as a whole.
type round struct {
	visits int32
	travel int64
	cost   int64 // as of the last change that was kept
	moved  int32 // likewise
}

type loggedHalt struct {
	id int32
	halt
	moment
}

type loggedRound struct {
	lane int32
	round
}

// staffSides is how many others a visit may be put before, and how many behind,
// without looking everywhere; staffBegins how many rounds it may be the first of.
const staffSides, staffBegins = 45, 12

// staffWait of the seconds of waiting count as much as one of travel when neighbours
// are chosen.
const staffWait = 20

// isStaff says whether staff can stand for the problem.
func (h *hunt) isStaff() bool {
	c := h.core
	if c.simple || c.short || c.tied || c.bounded || c.p.Prices.DutySecond > 0 || c.p.Prices.TravelSecond == 0 {
		return false
	}
	for i := range c.lanes {
		if l := &c.lanes[i]; l.Owed > 1 || l.depot >= 0 || c.p.Shifts[i].Table != c.p.Shifts[0].Table {
			return false
		}
	}
	return true
}

func newStaff(h *hunt) *staff {
	n, lanes := h.visits, len(h.lanes)
	s := &staff{hunt: h, asks: slices.Clone(h.core.asks[:n]), rests: make([]rest, lanes), able: make([]bool, n*lanes)}
	for v := range s.asks {
		a := &s.asks[v]
		a.promiseEnd, a.last = min(a.promiseEnd, farOff-1), min(a.last, farOff-1)
	}
	s.quick = slices.Clone(h.lanes[0].service[:n])
	for r := range s.rests {
		l := &h.lanes[r]
		for v := range s.quick {
			s.quick[v] = min(s.quick[v], l.service[v])
		}
		x := &s.rests[r]
		*x = rest{shuts: -farOff}
		x.last = [2]int32{int32(min(l.Last[0], farOff-1)), farOff - 1}
		limit := int32(l.Limit)
		x.home = [2]int32{min(limit, x.last[0]), limit}
		if l.Owed > 0 {
			b := &l.Breaks[0]
			x.opens, x.shuts, x.lasts = int32(b.Window.Start), int32(b.Window.End), int32(b.Duration)
		}
		for v := range n {
			s.able[r*n+v] = h.suits[r*n+v] && h.core.tools[v]&^l.tools == 0
		}
	}
	l := &h.lanes[0]
	leg := func(v, u int32) int32 { return l.leg(h.core.place[v], h.core.place[u]) }
	s.after = h.core.sides(staffSides, func(v, u int32) (int32, int64) { return leg(u, v), h.core.proximity(l, u, v, staffWait) })
	s.ahead = h.core.sides(staffSides, func(v, u int32) (int32, int64) { return leg(v, u), h.core.proximity(l, v, u, staffWait) })
	s.begins = s.nearBegins()
	s.furnish()
	return s
}

// nearBegins lists for each visit the lanes that may have it and begin nearest.
func (s *staff) nearBegins() [][]int32 {
	near := make([][]int32, s.visits)
	order := make([]int32, 0, len(s.lanes))
	for v := range near {
		order = order[:0]
		for r := range s.lanes {
			if s.able[r*s.visits+v] {
				order = append(order, int32(r))
			}
		}
		far := func(r int32) routing.Seconds {
			l := &s.lanes[r]
			return routing.Seconds(l.leg(int32(l.Place), s.core.place[v]))
		}
		slices.SortFunc(order, func(a, b int32) int { return cmp.Or(cmp.Compare(far(a), far(b)), cmp.Compare(a, b)) })
		near[v] = slices.Clone(order[:min(len(order), staffBegins)])
	}
	return near
}

// twin is a staff of another thread: it shares what doesn't change.
func (s *staff) twin(h *hunt) *staff {
	t := &staff{hunt: h, asks: s.asks, rests: s.rests, able: s.able, quick: s.quick, after: s.after, ahead: s.ahead, begins: s.begins}
	t.furnish()
	return t
}

// furnish makes room for what changes.
func (s *staff) furnish() {
	s.waitRate = float64(s.p.Prices.WaitSecond) / float64(s.p.Prices.TravelSecond)
	n, lanes := s.visits, len(s.lanes)
	s.stops, s.times, s.logged = make([]halt, n+2*lanes), make([]moment, n+2*lanes), make([]uint32, n+2*lanes)
	s.rounds, s.units = make([]round, lanes), make([]int32, lanes*s.items)
	for v := range n {
		s.stops[v] = halt{place: s.core.place[v]}
		s.leave(int32(v))
	}
	for r := range int32(lanes) {
		l := &s.lanes[r]
		s.stops[s.begin(r)] = halt{lane: r, place: int32(l.Place), soon: int32(l.Clock)}
		s.times[s.begin(r)].ends = [2]int32{int32(l.Clock), farOff}
		s.stops[s.end(r)] = halt{lane: r, place: l.end, due: int32(l.Limit)}
		s.times[s.end(r)].latest = s.rests[r].home
	}
}

func (s *staff) begin(lane int32) int32 { return int32(s.visits) + lane }
func (s *staff) end(lane int32) int32   { return int32(s.visits+len(s.lanes)) + lane }

// stands says whether nobody is late, and nobody left out who could only be late, and
// more may be moved.
func (s *staff) stands() bool { return !s.anyLate() && (s.waiting == 0 || s.settled) && !s.spent }

// load takes the rounds over that the tracks hold now.
func (s *staff) load() bool {
	if !s.stands() {
		return false
	}
	s.names()
	for v := range s.visits {
		s.leave(int32(v))
	}
	for r, t := range s.tracks {
		lane, begin, end := int32(r), s.begin(int32(r)), s.end(int32(r))
		s.rounds[r] = round{cost: t.cost, moved: t.moved}
		clear(s.units[r*s.items : (r+1)*s.items])
		s.stops[begin].next, s.stops[end].prev = end, begin
		s.join(begin, end)
		s.rounds[r].travel = int64(s.stops[begin].legOut)
		if s.closed != nil && s.closed[r] {
			continue
		}
		at := begin
		for _, v := range t.visits[len(s.lanes[r].head):] {
			s.chain(v, at, lane)
			at = v
		}
		s.renew(lane, s.stops[begin].next, s.stops[end].prev)
	}
	s.log, s.roundLog, s.unitsLog = s.log[:0], s.roundLog[:0], s.unitsLog[:0]
	return true
}

// store gives the tracks the visits that the rounds have now.
func (s *staff) store() {
	for r, t := range s.tracks {
		if s.closed == nil || !s.closed[r] {
			t.visits = s.listed(int32(r), t.visits)
			s.refresh(r, t)
			s.states++
			t.state = s.states
			s.index(r)
		}
	}
}

// listed writes a round's visits into buf, those that are frozen, too.
func (s *staff) listed(lane int32, buf []int32) []int32 {
	buf = append(buf[:0], s.lanes[lane].head...)
	for v := s.stops[s.begin(lane)].next; v < int32(s.visits); v = s.stops[v].next {
		buf = append(buf, v)
	}
	return buf
}

// keep logs a visit's stop before its first change.
func (s *staff) keep(id int32) {
	if s.logged[id] != s.change {
		s.logged[id] = s.change
		s.log = append(s.log, loggedHalt{id, s.stops[id], s.times[id]})
	}
}

// keepRound logs a round before its first change.
func (s *staff) keepRound(lane int32) *round {
	b := &s.rounds[lane]
	if s.stamp[lane] != s.change {
		s.stamp[lane] = s.change
		s.roundLog = append(s.roundLog, loggedRound{lane, *b})
		s.unitsLog = append(s.unitsLog, s.units[int(lane)*s.items:int(lane+1)*s.items]...)
		for id := s.begin(lane); ; id = s.stops[id].next {
			s.keep(id)
			if id >= int32(s.visits+len(s.lanes)) {
				break
			}
		}
	}
	return b
}

func (s *staff) open() {
	s.state.open()
	s.log, s.roundLog, s.unitsLog = s.log[:0], s.roundLog[:0], s.unitsLog[:0]
	s.broken = false
}

// undo takes back everything since open.
func (s *staff) undo() {
	for i := range s.log {
		x := &s.log[i]
		s.stops[x.id], s.times[x.id] = x.halt, x.moment
	}
	for i := range s.roundLog {
		x := &s.roundLog[i]
		s.rounds[x.lane] = x.round
		copy(s.units[int(x.lane)*s.items:int(x.lane+1)*s.items], s.unitsLog[i*s.items:])
	}
	s.absent = append(s.absent[:0], s.wasOut...)
	s.tally = s.was
}

// changed keeps the change, and remembers the rounds that came of it.
func (s *staff) changed() {
	keen := s.memorable()
	worth := s.energy()
	for i := range s.roundLog {
		r := s.roundLog[i].lane
		s.stale[r] = true
		if b := &s.rounds[r]; keen && b.visits > 0 {
			key := s.pool.names[s.visits+int(s.lanes[r].class)]
			for v := s.stops[s.begin(r)].next; v < int32(s.visits); v = s.stops[v].next {
				key += s.pool.names[v]
			}
			s.pool.take(key, s.lanes[r].class, b.cost, worth, func(buf []int32) []int32 { return s.listed(r, buf) })
		}
	}
	if keen {
		s.pool.bound()
	}
}

// remember is done by changed.
func (s *staff) remember() {}

func (s *staff) record() {
	s.best = s.tally
	for r, changed := range s.stale {
		if changed {
			s.hunt.rounds[r] = s.listed(int32(r), s.hunt.rounds[r])
			s.stale[r] = false
		}
	}
}
