package solve

import (
	"cmp"
	"slices"
)

// squad is the plan under search where technicians are paid by their working time:
// they differ in home, shift, skills, speed, tools and kit, may call at a depot once,
// and nothing but way and duty has a price (isBrief). As in a fleet, rounds are
// chained stops, and a change is taken back from a log. A call at the depot is a stop
// like any other, one node a lane, and the same node as in the tracks.
//
// Beside the visits and the calls there is a stop where each lane begins and one where
// it ends.
type squad struct {
	*hunt
	stops  []post
	rounds []paid
	units  []int32   // lane*items + item: used up to the call at the depot
	able   []bearing // lane*visits + visit
	hours  [][]hours // by lane, then visit or call
	quick  []int32   // by visit: how long its service takes whoever is fastest
	after  [][]side
	ahead  [][]side  // as staff has them
	alone  [][]alone // by visit: classes of lanes that can have it alone, cheapest first

	log      []loggedPost
	logged   []uint32 // by stop: the change it was logged in
	roundLog []loggedPaid
	unitsLog []int32
	broken   bool // no way home but by way of what was taken out

	spent    []int32
	found    perch
	wanting  []wanting // lanes that would have to call at the depot for the visit
	asked    []uint32  // by lane: the look that it became wanting in
	blinking uint64    // of 65536 places, so many are not seen
}

// post is one stop of a chain, a cache line. The part of the round from its beginning up
// to this stop, and the one from here to its end, are segments of which the ends that
// face each other are kept: what a part lasts follows from them and from the waiting.
type post struct {
	prev, next    int32
	legIn, legOut int32
	lane          int32 // -1 when it is absent
	place         int32
	back, onward  int32 // places of the stops around it
	// What a new stop behind this one, or ahead of it, saves at most: the way there,
	// and what is waited between the two parts.
	slackOut, slackIn int32
	soon, late        int32 // the part up to it: its earliest end, and the latest that makes nobody wait longer
	early, due        int32 // the part from it on: the earliest begin that makes nobody wait longer, and its latest
	idle              int32 // waiting before it, when the part up to it lasts least
	supplied          bool  // at the depot, or behind it
}

// paid is what is known of a lane's round as a whole.
type paid struct {
	visits int32
	idle   int32 // waiting, when the round lasts least
	work   int64 // services
	travel int64
	cost   int64
	key    uint64 // of its set of visits, see pool
	called bool   // calls at the depot
	busy   bool   // is counted as busy
	noted  bool   // the pool knows it
}

type loggedPost struct {
	id int32
	post
}

type loggedPaid struct {
	lane int32
	paid
}

// alone is what a visit costs alone in a round of a class of lanes, behind a call at the
// depot where it needs one.
type alone struct {
	class  int32
	called bool
	cost   int64
}

// bearing says whether a lane may have a visit.
type bearing uint8

const (
	cannot      bearing = iota
	can                 // as long as there is kit enough
	canSupplied         // behind the call at the depot only
)

// squadSides is how many others a visit may be put before, and how many behind,
// without looking everywhere.
const squadSides = 30

// squadAlone bounds the memory of what visits cost alone: so many classes of lanes each.
const squadAlone = 40

// squadWait of the seconds of waiting count as much as one of travel when neighbours
// are chosen.
const squadWait = 5

// isSquad says whether a squad can stand for the problem.
func (h *hunt) isSquad() bool {
	if !h.short || h.tied {
		return false
	}
	for i := range h.p.Shifts {
		if h.p.Shifts[i].Table != h.p.Shifts[0].Table {
			return false
		}
	}
	return true
}

func newSquad(h *hunt) *squad {
	n, lanes := h.visits, len(h.lanes)
	s := &squad{hunt: h, able: make([]bearing, n*lanes), quick: slices.Clone(h.lanes[0].service[:n])}
	s.hours = make([][]hours, lanes)
	for r := range h.lanes {
		s.hours[r] = s.hoursOf(r)
		for v := range n {
			s.quick[v] = min(s.quick[v], h.lanes[r].service[v])
			s.able[r*n+v] = s.bearing(int32(r), int32(v))
		}
	}
	l := &h.lanes[0]
	leg := func(v, u int32) int32 { return l.leg(h.core.place[v], h.core.place[u]) }
	s.after = h.core.sides(squadSides, func(v, u int32) (int32, int64) { return leg(u, v), h.core.proximity(l, u, v, squadWait) })
	s.ahead = h.core.sides(squadSides, func(v, u int32) (int32, int64) { return leg(v, u), h.core.proximity(l, v, u, squadWait) })
	s.listAlone()
	s.furnish()
	return s
}

// bearing says whether a lane may have a visit, by all but time.
func (s *squad) bearing(r, v int32) bearing {
	l := &s.lanes[r]
	if !s.suits[int(r)*s.visits+int(v)] {
		return cannot
	}
	lacks := s.core.tools[v]&^l.tools != 0
	for k, n := range s.core.needs[int(v)*s.items : (int(v)+1)*s.items] {
		lacks = lacks || n > s.carried[int(r)*s.items+k]
	}
	switch {
	case !lacks:
		return can
	case l.depot >= 0:
		return canSupplied
	}
	return cannot
}

// hoursOf gives the hours of visits and calls at a lane's speed, those of an earlier
// lane where that is the same.
func (s *squad) hoursOf(r int) []hours {
	service := s.lanes[r].service
	for k := range r {
		if &s.lanes[k].service[0] == &service[0] {
			return s.hours[k]
		}
	}
	list := make([]hours, s.nodes)
	for v := range list {
		list[v] = hours{s.first[v], s.core.last[v], service[v]}
	}
	return list
}

// listAlone finds for each visit what it would cost alone in a round.
func (s *squad) listAlone() {
	s.alone = make([][]alone, s.visits)
	list := make([]alone, 0, len(s.empties))
	for v := range int32(s.visits) {
		list = list[:0]
		for k, lanes := range s.empties {
			able := s.able[int(lanes[0])*s.visits+int(v)]
			if able == cannot {
				continue
			}
			t := &s.scratch
			t.visits = append(t.visits[:0], v)
			if able == canSupplied {
				t.visits = append(t.visits[:0], s.lanes[lanes[0]].depot, v)
			}
			if s.refresh(int(lanes[0]), t) {
				list = append(list, alone{int32(k), able == canSupplied, t.cost})
			}
		}
		slices.SortStableFunc(list, func(a, b alone) int { return cmp.Compare(a.cost, b.cost) })
		s.alone[v] = slices.Clone(list[:min(len(list), squadAlone)])
	}
}

// twin is a squad of another thread: it shares what doesn't change.
func (s *squad) twin(h *hunt) *squad {
	t := &squad{hunt: h, able: s.able, hours: s.hours, quick: s.quick, after: s.after, ahead: s.ahead, alone: s.alone}
	t.furnish()
	return t
}

// furnish makes room for what changes.
func (s *squad) furnish() {
	nodes, lanes := s.nodes, len(s.lanes)
	s.stops, s.logged = make([]post, nodes+2*lanes), make([]uint32, nodes+2*lanes)
	s.rounds, s.units, s.asked = make([]paid, lanes), make([]int32, lanes*s.items), make([]uint32, lanes)
	for v := range nodes {
		s.stops[v] = post{place: s.core.place[v]}
		s.leave(int32(v))
	}
	for r := range int32(lanes) {
		l := &s.lanes[r]
		s.stops[s.begin(r)] = post{lane: r, place: int32(l.Place), soon: int32(l.Clock), late: farOff}
		s.stops[s.end(r)] = post{lane: r, place: l.end, due: int32(l.Limit)}
	}
}

func (s *squad) call(lane int32) int32  { return int32(s.visits) + lane }
func (s *squad) begin(lane int32) int32 { return int32(s.nodes) + lane }
func (s *squad) end(lane int32) int32   { return int32(s.nodes+len(s.lanes)) + lane }

// load takes the rounds over that the tracks hold now.
func (s *squad) load() {
	s.names()
	for v := range s.nodes {
		s.leave(int32(v))
	}
	for r, t := range s.tracks {
		lane, begin, end := int32(r), s.begin(int32(r)), s.end(int32(r))
		s.clearRound(lane)
		if s.closed != nil && s.closed[r] {
			continue
		}
		for _, v := range t.visits {
			if int(v) < s.visits {
				s.chain(v, s.stops[end].prev, lane)
			} else {
				s.chainCall(lane, s.stops[end].prev)
			}
		}
		s.renew(lane, begin, end)
		b := &s.rounds[r]
		b.cost, b.busy = s.worthOf(lane), b.visits > 0
	}
	s.log, s.roundLog, s.unitsLog = s.log[:0], s.roundLog[:0], s.unitsLog[:0]
}

// clearRound leaves nothing between the ends of a round.
func (s *squad) clearRound(lane int32) {
	s.rounds[lane] = paid{key: s.pool.names[s.visits+int(s.lanes[lane].class)], cost: s.rounds[lane].cost, busy: s.rounds[lane].busy}
	clear(s.units[int(lane)*s.items : int(lane+1)*s.items])
	s.join(s.begin(lane), s.end(lane))
}

// store gives the tracks the visits that the rounds have now.
func (s *squad) store() {
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

// listed writes a round's visits and its call at the depot into buf.
func (s *squad) listed(lane int32, buf []int32) []int32 {
	buf = buf[:0]
	for v := s.stops[s.begin(lane)].next; v < int32(s.nodes); v = s.stops[v].next {
		buf = append(buf, v)
	}
	return buf
}

// bare writes a round's visits into buf.
func (s *squad) bare(lane int32, buf []int32) []int32 { return s.visitsIn(s, lane, buf) }

// keep logs a stop before its first change.
func (s *squad) keep(id int32) {
	if s.logged[id] != s.change {
		s.logged[id] = s.change
		s.log = append(s.log, loggedPost{id, s.stops[id]})
	}
}

// keepRound logs a round before its first change.
func (s *squad) keepRound(lane int32) *paid {
	b := &s.rounds[lane]
	if s.stamp[lane] != s.change {
		s.stamp[lane] = s.change
		s.roundLog = append(s.roundLog, loggedPaid{lane, *b})
		s.unitsLog = append(s.unitsLog, s.units[int(lane)*s.items:int(lane+1)*s.items]...)
		last := s.end(lane)
		for id := s.begin(lane); ; id = s.stops[id].next {
			s.keep(id)
			if id == last {
				break
			}
		}
	}
	return b
}

func (s *squad) open() {
	s.state.open()
	s.log, s.roundLog, s.unitsLog = s.log[:0], s.roundLog[:0], s.unitsLog[:0]
	s.broken = false
}

// undo takes back everything since open.
func (s *squad) undo() {
	for i := range s.log {
		s.stops[s.log[i].id] = s.log[i].post
	}
	for i := range s.roundLog {
		x := &s.roundLog[i]
		s.rounds[x.lane] = x.paid
		copy(s.units[int(x.lane)*s.items:int(x.lane+1)*s.items], s.unitsLog[i*s.items:])
	}
	s.absent = append(s.absent[:0], s.wasOut...)
	s.tally = s.was
}

func (s *squad) changed() {
	for i := range s.roundLog {
		s.stale[s.roundLog[i].lane] = true
	}
}

// record notes the present state as the best, and that its rounds are in so good a plan.
func (s *squad) record() {
	s.best = s.tally
	for r, changed := range s.stale {
		if changed {
			s.hunt.rounds[r] = s.listed(int32(r), s.hunt.rounds[r])
			s.stale[r] = false
		}
	}
	if s.memorable() {
		s.note(true)
	}
}

// remember takes the rounds of the present plan that the pool does not know.
func (s *squad) remember() {
	if !s.memorable() {
		return
	}
	s.note(false)
}

// note tells the pool of the rounds that it does not know, or of all.
func (s *squad) note(all bool) {
	worth := s.energy()
	for r := range s.rounds {
		b := &s.rounds[r]
		if b.visits == 0 || b.noted && !all {
			continue
		}
		b.noted = true
		s.pool.take(b.key, s.lanes[r].class, b.cost, worth, func(buf []int32) []int32 { return s.bare(int32(r), buf) })
	}
	s.pool.bound()
}
