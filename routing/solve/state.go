package solve

import (
	"math/rand/v2"

	"roundsman/routing"
)

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
	most       int32             // of those told that may be moved
	overWeight int64             // of each more, so far
	overMost   int64             // and in the end
	loyal      []uint32          // by visit: the last change in which it was to go where it was told; see budget.go
	spent      bool              // no more may be moved
	calm       bool              // this recreate counts whom each place moves
	counted    []uint32          // by lane: the last look into it
	all        []int32           // visits that aren't frozen
	loose      []int32           // those of them that this thread may move
	bunch      map[int32][]int32 // visits that go together, by their number
	near       [][]int32         // by visit: its neighbours
	closed     []bool            // lanes that are another thread's; nil when all are ours
	queue      []keyed           // of recreate
	blink      float64           // share of places that recreate does not see this time
	beside     *beside           // of days with many visits
	gaps       [2][]gap          // ahead of each visit, and behind it
	size       []int32           // visits of each track
	empties    [][]int32         // lanes by class
	tardy      []uint32          // by visit: the last change before which it was late
	barred     int32             // the round that this recreate leaves alone, -1 for none
	look       uint32
	states     uint64     // numbers what tracks hold
	known      []recalled // by visit and lane; nil where there are too many
	tooLate    []recalled // the same of places where somebody is late
	unknown    []int32    // rounds that this look has to scan
	vague      []int32    // rounds that it may have to scan
	classLook  []uint32   // by class: the look in which an empty round of it was scanned
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
		change: 1, barred: -1,
	}
	for r := range c.lanes {
		k := int(c.lanes[r].class)
		for len(s.empties) <= k {
			s.empties = append(s.empties, nil)
		}
		s.empties[k] = append(s.empties[k], int32(r))
	}
	s.gaps, s.size = [2][]gap{make([]gap, c.nodes), make([]gap, c.nodes)}, make([]int32, len(c.lanes))
	s.picked = make([]uint32, c.nodes)
	if c.budgeted {
		s.loyal, s.counted = make([]uint32, c.visits), make([]uint32, len(c.lanes))
	}
	s.classLook = make([]uint32, len(s.empties))
	if !c.simple && len(c.lanes)*c.visits <= recallCells {
		s.known = make([]recalled, len(c.lanes)*c.visits)
	}
	s.weigh()
	for v := range s.where {
		s.where[v] = -1
		s.unmark(int32(v))
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
		s.tracks[i].state = impossible
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
	if s.budgeted {
		told := int64(0)
		for v := range s.p.Visits {
			if s.p.Visits[v].Told != nil {
				told++
			}
		}
		s.most, s.overWeight, s.overMost = int32(min(int64(*s.p.MostMoved), told)), base, base
		below = min(roof, told*base)
	}
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
