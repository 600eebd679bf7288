package solve

import "slices"

// fleetSides is how many others a visit may be put before, and how many behind,
// without looking everywhere.
const fleetSides = 30

// fleetWait of the seconds of waiting count as much as one of travel when neighbours
// are chosen: a fleet pays nothing for it, and where windows are narrow and rounds
// long it waits at most stops.
const fleetWait = 40

// fleetVisits bounds the memory of a fleet, which has the ways between all visits
// twice.
const fleetVisits = 4000

// A large fleet whose rounds are short spends a share of a long search on an annealing
// in a hurry, to see how many rounds it should have. The one that follows may have no
// more: while it is hot there would be too many, and few of them go before it is cold.
// Long rounds cost little each, and in a hurry there are too few of them.
const (
	trialShare  = 1.0 / 8
	trialEach   = 1000 // iterations a visit that such a search has at least
	trialDay    = 150  // visits it has at least
	trialVisits = 15   // in a round of the first plan, on average and at most
)

// fleet is the plan under search where all lanes are alike and nothing counts but
// travel, rounds, one window a visit and load: vehicle routing with time windows,
// as the textbooks have it. Rounds are chained stops. What hangs on a change is
// renewed up and down the chain only as far as it goes, and taken back from a log,
// so that an iteration's price does not grow with the rounds' length or the day.
//
// Beside the visits there is a stop where each lane begins and one where it ends.
type fleet struct {
	*hunt
	way, back []int32 // by visit, then stop: seconds from it, and to it; the last column is home
	hours     []hours
	stops     []stop
	loads     []burden // by lane
	units     []int32  // lane*items + item: used
	free      []int32  // lanes that may be empty
	spare     []bool   // by lane: is in free
	most      int      // rounds that it may have
	brief     bool     // the first plan's are short, and many
	able      []bool   // by visit: some lane may do it
	after     [][]side // by visit: whom it goes well after, best first
	ahead     [][]side // whom it goes well before

	log      []loggedStop
	logged   []uint32 // by stop: the change it was logged in
	laneLog  []loggedLane
	unitsLog []int32
	broken   bool // no way home but by way of what was taken out

	// The cheapest place found for a visit: behind which stop, and its detour.
	bound    int64
	behind   int32
	detours  [fleetSides]int32
	blinking uint64 // of 65536 places, so many are not seen
}

// stop is one stop of a chain, half a cache line.
type stop struct {
	prev, next    int32
	legIn, legOut int32
	done          int32 // earliest end of its service
	late          int32 // latest at its door
	lane          int32 // -1 when it is absent
	_             int32
}

// hours are what doesn't change of a stop.
type hours struct{ first, last, service int32 }

// burden is what is known of a lane's round as a whole.
type burden struct {
	visits int32
	key    uint64 // of its set of visits, see pool
	travel int64
}

type loggedStop struct {
	id int32
	stop
}

type loggedLane struct {
	lane int32
	burden
}

// isUniform says whether a fleet can stand for the problem, and is not too large.
func (s *state) isUniform() bool {
	if !s.simple || s.mixed || len(s.empties) != 1 || s.visits > fleetVisits {
		return false
	}
	for v := range s.p.Visits {
		if s.p.Visits[v].Pin != nil || s.prize[v] >= 0 {
			return false
		}
	}
	return true
}

func newFleet(h *hunt) *fleet {
	n, lanes := h.visits, len(h.lanes)
	l := &h.lanes[0]
	f := &fleet{hunt: h, way: make([]int32, n*(n+1)), back: make([]int32, n*(n+1)), hours: make([]hours, n+2*lanes), able: make([]bool, n)}
	for v := range n {
		p := h.core.place[v]
		row, col := f.way[v*(n+1):(v+1)*(n+1)], f.back[v*(n+1):(v+1)*(n+1)]
		for u := range n {
			q := h.core.place[u]
			row[u], col[u] = min(farOff, l.leg(p, q)), min(farOff, l.leg(q, p))
		}
		row[n], col[n] = min(farOff, l.leg(p, l.end)), min(farOff, l.leg(int32(l.Place), p))
		f.hours[v] = hours{h.first[v], h.last[v], l.service[v]}
		f.able[v] = h.suits[v]
	}
	if slices.Equal(f.way, f.back) {
		f.back = f.way // half the memory to look into
	}
	f.after = f.sides(fleetSides, func(v, u int32) (int32, int64) { return f.back[v*int32(n+1)+u], h.core.proximity(l, u, v, fleetWait) })
	f.ahead = f.sides(fleetSides, func(v, u int32) (int32, int64) { return f.way[v*int32(n+1)+u], h.core.proximity(l, v, u, fleetWait) })
	for r := range int32(lanes) {
		f.hours[f.end(r)] = hours{0, int32(l.Limit), 0}
	}
	f.brief = n >= trialDay && len(h.loose) <= trialVisits*h.busy
	f.furnish()
	return f
}

// twin is a fleet of another thread: it shares what doesn't change.
func (f *fleet) twin(h *hunt) *fleet {
	t := &fleet{hunt: h, brief: f.brief, way: f.way, back: f.back, hours: f.hours, able: f.able, after: f.after, ahead: f.ahead}
	t.furnish()
	return t
}

// furnish makes room for what changes.
func (f *fleet) furnish() {
	l, lanes := &f.lanes[0], len(f.lanes)
	f.most = lanes
	f.stops, f.logged = make([]stop, len(f.hours)), make([]uint32, len(f.hours))
	f.loads, f.units, f.spare = make([]burden, lanes), make([]int32, lanes*f.items), make([]bool, lanes)
	for r := range int32(lanes) {
		begin, end := f.begin(r), f.end(r)
		f.stops[begin] = stop{next: end, done: int32(l.Clock), lane: r}
		f.stops[end] = stop{prev: begin, late: int32(l.Limit), lane: r}
	}
}

func (f *fleet) begin(lane int32) int32 { return int32(f.visits) + lane }
func (f *fleet) end(lane int32) int32   { return int32(f.visits+len(f.lanes)) + lane }

// leg gives the seconds between two stops of which one at least is a visit.
func (f *fleet) leg(from, to int32) int32 {
	n := int32(f.visits)
	if from < n {
		return f.way[int(from)*int(n+1)+int(min(to, n))]
	}
	return f.back[int(to)*int(n+1)+int(n)]
}

// load takes the rounds over that the tracks hold now.
func (f *fleet) load() {
	f.names()
	f.free = f.free[:0]
	for v := range f.visits {
		f.stops[v].leave()
	}
	for r := range f.tracks {
		lane := int32(r)
		f.spare[r] = false
		f.loads[r] = burden{key: f.pool.names[f.visits]}
		clear(f.units[r*f.items : (r+1)*f.items])
		begin, end := f.begin(lane), f.end(lane)
		f.stops[begin].next, f.stops[end].prev = end, begin
		f.stops[begin].legOut, f.stops[end].legIn = 0, 0
		if f.closed != nil && f.closed[r] {
			continue
		}
		at := begin
		for _, v := range f.tracks[r].visits {
			f.chain(v, at, lane)
			at = v
		}
		f.renew(f.stops[begin].next, end)
		f.vacate(lane)
	}
	f.log, f.laneLog, f.unitsLog = f.log[:0], f.laneLog[:0], f.unitsLog[:0]
}

// store gives the tracks the visits that the rounds have now.
func (f *fleet) store() {
	for r, t := range f.tracks {
		if f.closed == nil || !f.closed[r] {
			t.visits = f.listed(int32(r), t.visits)
		}
	}
}

// listed writes a round's visits into buf.
func (f *fleet) listed(lane int32, buf []int32) []int32 {
	buf = buf[:0]
	for v := f.stops[f.begin(lane)].next; v < int32(f.visits); v = f.stops[v].next {
		buf = append(buf, v)
	}
	return buf
}

// vacate lists a lane among the free ones when it has no visits.
func (f *fleet) vacate(lane int32) {
	if f.loads[lane].visits == 0 && !f.spare[lane] {
		f.spare[lane] = true
		f.free = append(f.free, lane)
	}
}

// worthTrial says whether there is something to find out in an annealing in a hurry,
// and time for it.
func (f *fleet) worthTrial() bool {
	return f.brief && f.expected >= trialEach*float64(len(f.loose))
}

// restrain lets a fleet have no more rounds than the best plan from now on, if that
// leaves nobody out. For the parts of threads share does it.
func (f *fleet) restrain() {
	if f.most == len(f.lanes) && f.closed == nil && f.best.out() == 0 {
		f.most = f.best.busy
	}
}

// vacant gives an empty lane, -1 when there is none or as many rounds as may be.
func (f *fleet) vacant() int32 {
	if f.busy >= f.most {
		return -1
	}
	for n := len(f.free); n > 0; n-- {
		r := f.free[n-1]
		if f.loads[r].visits == 0 {
			return r
		}
		f.spare[r] = false
		f.free = f.free[:n-1]
	}
	return -1
}

// keep logs a stop before its first change.
func (f *fleet) keep(id int32) *stop {
	x := &f.stops[id]
	if f.logged[id] != f.change {
		f.logged[id] = f.change
		f.log = append(f.log, loggedStop{id, *x})
	}
	return x
}

// keepLane logs a lane before its first change.
func (f *fleet) keepLane(lane int32) *burden {
	b := &f.loads[lane]
	if f.stamp[lane] != f.change {
		f.stamp[lane] = f.change
		f.laneLog = append(f.laneLog, loggedLane{lane, *b})
		f.unitsLog = append(f.unitsLog, f.units[int(lane)*f.items:int(lane+1)*f.items]...)
	}
	return b
}

func (f *fleet) open() {
	f.state.open()
	f.log, f.laneLog, f.unitsLog = f.log[:0], f.laneLog[:0], f.unitsLog[:0]
	f.broken = false
}

// undo takes back everything since open.
func (f *fleet) undo() {
	for i := range f.log {
		f.stops[f.log[i].id] = f.log[i].stop
	}
	for i := range f.laneLog {
		x := &f.laneLog[i]
		f.loads[x.lane] = x.burden
		copy(f.units[int(x.lane)*f.items:int(x.lane+1)*f.items], f.unitsLog[i*f.items:])
		f.vacate(x.lane)
	}
	f.absent = append(f.absent[:0], f.wasOut...)
	f.tally = f.was
}

func (f *fleet) changed() {
	for i := range f.laneLog {
		f.stale[f.laneLog[i].lane] = true
		f.vacate(f.laneLog[i].lane)
	}
}

func (f *fleet) record() {
	f.best = f.tally
	for r, changed := range f.stale {
		if changed {
			f.rounds[r] = f.listed(int32(r), f.rounds[r])
			f.stale[r] = false
		}
	}
}

func (f *fleet) remember() {
	if !f.memorable() {
		return
	}
	worth := f.energy()
	for i := range f.laneLog {
		r := f.laneLog[i].lane
		if b := &f.loads[r]; b.visits > 0 {
			cost := b.travel*int64(f.p.Prices.TravelSecond) + int64(f.p.Prices.Round)
			f.pool.take(b.key, f.lanes[r].class, cost, worth, func(buf []int32) []int32 { return f.listed(r, buf) })
		}
	}
	f.pool.bound()
}
