package solve

import (
	"math/rand/v2"

	"roundsman/routing"
)

// tally is what a state is worth, kept up to date with every change.
type tally struct {
	missing  int       // protected visits that are absent
	unserved [10]int32 // by priority
	late     [10]int64 // seconds, by priority
	cost     int64
	busy     int   // rounds that have a visit to come
	waiting  int   // promised visits that are absent
	weight   int64 // what absence weighs in the energy
	lateness int64 // what lateness weighs
}

// energy is the single number that annealing compares.
func (y *tally) energy() int64 { return y.cost + y.weight + y.lateness }

func (y *tally) anyLate() bool { return y.late != [10]int64{} }

// less is Score's order, behind the protected visits.
func (y *tally) less(o *tally) bool {
	if y.missing != o.missing {
		return y.missing < o.missing
	}
	for p := 1; p < len(y.unserved); p++ {
		if y.unserved[p] != o.unserved[p] {
			return y.unserved[p] < o.unserved[p]
		}
		if y.late[p] != o.late[p] {
			return y.late[p] < o.late[p]
		}
	}
	return y.cost < o.cost
}

// state is a plan under search. A change first keeps the tracks that it touches,
// so that undo is a swap.
type state struct {
	*core
	rng    *rand.PCG
	tracks []*track
	kept   []*track
	stamp  []uint32 // per track: the change it was kept in
	change uint32
	touch  []int32 // tracks kept in this change

	where  []int32 // track of a visit, -1 when absent
	at     []int32 // its index there
	absent []int32
	wasOut []int32 // absent at the start of the change
	tally
	was tally

	guarded    []bool  // protected: present at the start and promised or pinned
	absence    []int64 // weight of a visit's absence
	lateWeight [10]int64
	all        []int32           // visits that aren't frozen
	loose      []int32           // those of them that this thread may move
	bunch      map[int32][]int32 // visits that go together, by their number
	closed     []bool            // lanes that are another thread's; nil when all are ours
	queue      []keyed           // of recreate
	blink      float64           // share of places that recreate does not see this time
	fits       [][]int32
	beside     [][]beside // the same with the ways, of simple problems
	spots      []spot     // of simple problems
	size       []int32    // visits of each track
	loads      []int32    // lane*items + item: units used
	empties    [][]int32  // lanes by class
	look       uint32
	classLook  []uint32 // by class: the look in which an empty round of it was scanned
	scratch    track
	before     []int32
	rest       []int32
	lifted     []int32 // what the last cut took out
	picked     []uint32
	pick       uint32
}

func newState(c *core, seed uint64) *state {
	s := &state{
		core: c, rng: rand.NewPCG(seed, 0x526f756e64736d61),
		tracks: make([]*track, len(c.lanes)), kept: make([]*track, len(c.lanes)), stamp: make([]uint32, len(c.lanes)),
		where: make([]int32, c.nodes), at: make([]int32, c.nodes), guarded: make([]bool, c.nodes),
		change: 1,
	}
	for r := range c.lanes {
		k := int(c.lanes[r].class)
		for len(s.empties) <= k {
			s.empties = append(s.empties, nil)
		}
		s.empties[k] = append(s.empties[k], int32(r))
	}
	s.spots, s.size, s.loads = make([]spot, c.nodes), make([]int32, len(c.lanes)), make([]int32, len(c.lanes)*c.items)
	s.picked = make([]uint32, c.nodes)
	s.classLook = make([]uint32, len(s.empties))
	s.weigh()
	for v := range s.where {
		s.where[v], s.spots[v].lane = -1, -1
		if v < c.visits && !c.frozen[v] {
			s.gone(int32(v))
		}
		if v < c.visits && c.tie[v] != 0 {
			if s.bunch == nil {
				s.bunch = map[int32][]int32{}
			}
			s.bunch[c.tie[v]] = append(s.bunch[c.tie[v]], int32(v))
		}
	}
	for i := range s.tracks {
		s.tracks[i], s.kept[i] = &track{}, &track{}
		s.tracks[i].visits = append([]int32(nil), c.lanes[i].head...)
		s.add(i)
	}
	return s
}

func (c *core) priority(v int32) uint8 { return c.p.Visits[v].Priority }

// weigh finds what absence must weigh so that no sum of costs and lower
// priorities outweighs a visit of a higher one, as far as integers reach.
func (s *state) weigh() {
	const roof = int64(1) << 44
	pr := &s.p.Prices
	var far int64
	for _, t := range s.p.Tables {
		for _, sec := range t.Seconds {
			if sec != routing.Unreachable {
				far = max(far, int64(sec))
			}
		}
	}
	var longest int64 // a whole shift
	for i := range s.p.Shifts {
		w := &s.p.Shifts[i]
		longest = max(longest, int64(w.Work.End+w.Overtime-w.Work.Start))
	}
	base := 4*far*int64(pr.TravelSecond) + longest*int64(pr.WaitSecond+pr.DutySecond) + 3600*int64(pr.OvertimeSecond) +
		int64(pr.NotPreferred+pr.Churn+pr.Round) + 1000
	var count [10]int64
	for v := range s.p.Visits {
		count[s.p.Visits[v].Priority]++
	}
	below := int64(0)
	s.absence = make([]int64, s.visits)
	var each [10]int64
	for p := 9; p >= 1; p-- {
		each[p] = min(roof, below+base)
		s.lateWeight[p] = max(1, each[p]/1800)
		below = min(roof, below+count[p]*each[p])
	}
	for v := range s.p.Visits {
		s.absence[v] = each[s.p.Visits[v].Priority]
	}
}

// n gives a random number below n.
func (s *state) n(n int) int { return int(s.rng.Uint64() >> 33 % uint64(n)) }

// chance gives a random number in [0, 1).
func (s *state) chance() float64 { return float64(s.rng.Uint64()>>11) / (1 << 53) }

// open begins a change.
func (s *state) open() {
	s.change++
	s.touch = s.touch[:0]
	s.wasOut = append(s.wasOut[:0], s.absent...)
	s.was = s.tally
}

// undo takes back everything since open.
func (s *state) undo() {
	for _, v := range s.absent {
		s.where[v] = -1
	}
	for _, r := range s.touch {
		s.tracks[r], s.kept[r] = s.kept[r], s.tracks[r]
		s.index(int(r))
	}
	s.absent = append(s.absent[:0], s.wasOut...)
	for _, v := range s.absent {
		s.where[v] = -1
		s.spots[v].lane = -1
	}
	s.tally = s.was
}

// keep saves a track before its first change. Its visits are copied; the rest
// is recomputed anyway.
func (s *state) keep(r int) {
	if s.stamp[r] == s.change {
		return
	}
	s.stamp[r] = s.change
	s.touch = append(s.touch, int32(r))
	s.tracks[r], s.kept[r] = s.kept[r], s.tracks[r]
	s.tracks[r].visits = append(s.tracks[r].visits[:0], s.kept[r].visits...)
	s.tracks[r].cost, s.tracks[r].late = s.kept[r].cost, s.kept[r].late
	if s.tracks[r].late > 0 {
		// Until it is refreshed, count must see the lateness that was counted.
		s.tracks[r].arrive = append(s.tracks[r].arrive[:0], s.kept[r].arrive...)
	}
}

// spot is what a look beside a visit needs to know, in one cache line.
type spot struct {
	lane, row         int32 // lane is -1 when the visit is absent
	before, after     int32 // places of the stops beside it
	legIn, legOut     int32
	ready, done       int32 // earliest end of the stop before, and of this one
	limit, limitAfter int32 // latest at the door, here and at the next stop
}

// index writes down where the visits of a track stand.
func (s *state) index(r int) {
	t := s.tracks[r]
	for i, v := range t.visits {
		s.where[v], s.at[v] = int32(r), int32(i)
	}
	s.size[r] = int32(len(t.visits))
	copy(s.loads[r*s.items:(r+1)*s.items], t.used)
	if s.beside != nil {
		for i, v := range t.visits {
			s.spots[v] = spot{
				int32(r), int32(i), t.places[i], t.places[i+2], t.legs[i], t.legs[i+1],
				t.end[i], t.end[i+1], t.limit[i], t.limit[i+1],
			}
		}
	}
}

// add refreshes a track and counts it.
func (s *state) add(r int) bool {
	t := s.tracks[r]
	if !s.refresh(r, t) {
		return false
	}
	s.count(r, 1)
	s.index(r)
	return true
}

// count adds (sign 1) or takes away (sign -1) a track's share of the tally.
func (s *state) count(r int, sign int64) {
	t := s.tracks[r]
	s.cost += sign * t.cost
	if len(t.visits) > len(s.lanes[r].head) {
		s.busy += int(sign)
	}
	if t.late == 0 {
		return
	}
	head := len(s.lanes[r].head)
	for i, v := range t.visits[head:] {
		if d := t.arrive[i] - s.promiseEnd[v]; d > 0 {
			p := s.priority(v)
			s.late[p] += sign * int64(d)
			s.lateness += sign * int64(d) * s.lateWeight[p]
		}
	}
}

// gone books a visit out of its track, which the caller has emptied of it.
func (s *state) gone(v int32) {
	s.where[v] = -1
	s.spots[v].lane = -1
	s.absent = append(s.absent, v)
	if s.prize[v] >= 0 {
		s.cost += s.prize[v]
	} else {
		s.unserved[s.priority(v)]++
		s.weight += s.absence[v]
	}
	if s.promised[v] {
		s.waiting++
	}
	if s.guarded[v] {
		s.missing++
	}
}

// come books a visit in. It must stand in the absent list.
func (s *state) come(v int32) {
	for i, u := range s.absent {
		if u == v {
			s.absent[i] = s.absent[len(s.absent)-1]
			s.absent = s.absent[:len(s.absent)-1]
			break
		}
	}
	if s.prize[v] >= 0 {
		s.cost -= s.prize[v]
	} else {
		s.unserved[s.priority(v)]--
		s.weight -= s.absence[v]
	}
	if s.promised[v] {
		s.waiting--
	}
	if s.guarded[v] {
		s.missing--
	}
}

// cut takes the stops from..to-1 out of a track, save those from keepFrom to
// keepTo-1. Where a way is missing or longer than two others, the rest of a round
// may not be possible by itself; then it gives false and changes nothing.
func (s *state) cut(r, from, to, keepFrom, keepTo int) bool {
	s.keep(r)
	s.count(r, -1)
	t := s.tracks[r]
	s.before = append(s.before[:0], t.visits...)
	w := from
	s.lifted = s.lifted[:0]
	for i := from; i < len(t.visits); i++ {
		if i < to && (i < keepFrom || i >= keepTo) && t.visits[i] < int32(s.visits) {
			s.lifted = append(s.lifted, t.visits[i])
			continue
		}
		t.visits[w] = t.visits[i]
		w++
	}
	t.visits = t.visits[:w]
	if t.depot >= 0 {
		// The call may not be needed any more, or be better elsewhere.
		s.rest = s.real(r, t, s.rest)
		if s.resupply(r, s.rest, &s.scratch) {
			t.visits = append(t.visits[:0], s.scratch.visits...)
		} else {
			t.visits = append(t.visits[:0], s.before...)
			s.lifted = s.lifted[:0]
		}
	}
	if !s.add(r) {
		t.visits = append(t.visits[:0], s.before...)
		s.add(r)
		return false
	}
	for _, v := range s.lifted {
		s.gone(v)
	}
	return len(s.lifted) > 0
}

// put inserts a visit before index i, into the supplied track of that number if
// call isn't negative. It gives false, and changes nothing, when the round turns
// out not to be possible.
func (s *state) put(r, i, call int, v int32) bool {
	if call >= 0 {
		s.before = append(s.before[:0], s.tracks[r].variants[call].visits...)
	}
	s.keep(r)
	s.count(r, -1)
	t := s.tracks[r]
	if call >= 0 {
		t.visits, s.before = s.before, t.visits
	}
	t.visits = append(t.visits, 0)
	copy(t.visits[i+1:], t.visits[i:])
	t.visits[i] = v
	if s.add(r) {
		s.come(v)
		return true
	}
	if call >= 0 {
		t.visits, s.before = s.before, t.visits
	} else {
		copy(t.visits[i:], t.visits[i+1:])
		t.visits = t.visits[:len(t.visits)-1]
	}
	s.add(r)
	return false
}

func (y *tally) score() (s routing.Score) {
	for p := range y.unserved {
		s.Unserved[p] = int(y.unserved[p])
		s.Late[p] = routing.Seconds(y.late[p])
	}
	s.Cost = routing.Cost(y.cost)
	return s
}

func (y *tally) out() (n int) {
	for _, k := range y.unserved {
		n += int(k)
	}
	return n
}
