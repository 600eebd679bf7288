package solve

// track is one round under construction. Row 0 of end is the outset, row r the
// state after the r-th stop that isn't frozen; each row has one entry for each
// number of breaks taken. The other slices have one row a stop, not counting
// frozen ones.
type track struct {
	visits []int32 // frozen head included

	end, lost []int32 // rows x width: earliest end (never: not possible), lateness so far
	from      []int8  // rows x width: breaks taken one row earlier

	arrive []int32 // shows up, on the way that was chosen
	early  []int32 // at the door that long before showing up
	start  []int32 // service starts
	taken  []int8  // breaks taken before the service
	idle   []int32 // waiting from the arrival on, up to the end of the round
	due    []int32 // the arrival must not be later: promise's end, or what is late already
	begin  []int32 // stops x width: the latest instant ready for service

	places []int32 // rows+1: where each leg begins, and the end
	legs   []int32 // rows: seconds of the legs, the way home last; 0 where none is paid yet
	limit  []int32 // rows: door no later than this, for a visitor from another site; the way home last
	soon   []int32 // rows, with breaks: the earliest end of the stop before
	saving []int64 // rows: what waiting a new stop before this one could save at most

	used     []int32  // kit items used up to the call at the depot
	depot    int32    // the row of that call, -1 without one
	lacking  bool     // refresh failed for want of kit or tools
	variants []track  // see supplied
	called   []called // see calls
	bare     []int32  // the visits they are made of
	truly    *track   // see asEvaluated
	number   int
	fresh    bool // variants or called are up to date

	before, behind []segment // with a price on duty: the blocks before and behind each row
	lasts          int32     // the whole round as one block

	state    uint64 // a number of what it holds, no two the same in one search
	travel   int64
	back     int32 // return
	home     int   // breaks taken when back
	late     int32
	moved    int32 // how many are otherwise than told, where that is bounded
	cost     int64
	feasible bool
}

func (t *track) size(rows, width int, lean bool) {
	t.places, t.legs = sized(t.places, rows+1), sized(t.legs, rows)
	t.limit, t.saving = sized(t.limit, rows), sized(t.saving, rows)
	if lean {
		t.end = sized(t.end, rows)
		return
	}
	t.end, t.lost, t.from = sized(t.end, rows*width), sized(t.lost, rows*width), sized(t.from, rows*width)
	t.arrive, t.early, t.start = sized(t.arrive, rows), sized(t.early, rows), sized(t.start, rows)
	t.taken, t.idle, t.due = sized(t.taken, rows), sized(t.idle, rows), sized(t.due, rows)
	t.begin = sized(t.begin, rows*width)
}

func sized[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/2+8)
	}
	return s[:n]
}

// refresh recomputes everything from t.visits and says whether the round can be.
func (c *core) refresh(lane int, t *track) bool {
	ok := c.times(lane, t)
	if t.moved = 0; ok && c.budgeted {
		t.moved = c.moved(lane, c.asEvaluated(lane, t))
	}
	return ok
}

// asEvaluated is a round with the call at the depot where evaluation has it. The search may
// have it elsewhere, which at most costs more; but others may be moved.
func (c *core) asEvaluated(lane int, t *track) *track {
	if t.depot < 0 {
		return t
	}
	if t.truly == nil {
		t.truly = &track{}
	}
	t.bare = c.real(lane, t, t.bare)
	if !c.supply(lane, t.bare, t.truly) {
		return t
	}
	return t.truly
}

// times computes the times of a round and what follows from them.
func (c *core) times(lane int, t *track) bool {
	l := &c.lanes[lane]
	rows := len(t.visits) - len(l.head) + 1
	t.size(rows, l.Owed+1, c.simple || c.short)
	t.fresh, t.depot, t.lacking = false, -1, false
	t.late, t.cost, t.back, t.travel = 0, 0, int32(l.Clock), 0
	t.feasible = true
	if c.stock && !c.uses(lane, t) {
		t.feasible, t.lacking = false, true
		return false
	}
	if rows == 1 && !l.Out {
		if c.simple || c.short {
			t.end[0] = int32(l.Clock)
		} else {
			c.outset(l, t)
		}
		t.places[0], t.places[1], t.legs[0], t.saving[0], t.lasts = int32(l.Place), l.end, 0, 0, 0
		if c.short || c.p.Prices.DutySecond > 0 && l.Owed == 0 {
			t.before, t.behind = sized(t.before, 1), sized(t.behind, 1)
			t.before[0], t.behind[0] = segment{0, int32(l.Clock), farOff}, segment{0, 0, int32(l.Limit)}
		}
		t.limit[0] = int32(min(int64(l.Limit), int64(l.Last[0])))
		if l.Owed > 0 {
			t.soon = sized(t.soon, 1)
			t.soon[0], t.limit[0] = int32(l.Clock), int32(l.Limit)
		}
		return true
	}
	if c.simple {
		t.feasible = c.lean(lane, t)
		return t.feasible
	}
	if c.short {
		t.feasible = c.brief(lane, t)
		return t.feasible
	}
	if l.Owed == 0 {
		t.feasible = c.plain(lane, t)
		return t.feasible
	}
	if t.feasible = l.Owed == 1 && c.once(lane, t) || c.several(lane, t); t.feasible && t.travel > l.travel {
		t.feasible = false
	}
	return t.feasible
}

// several is refresh for lanes that owe breaks: each row has a state for each
// number of breaks taken.
func (c *core) several(lane int, t *track) bool {
	l := &c.lanes[lane]
	k, late, ok := c.forward(l, t, false)
	if !ok && late {
		k, _, ok = c.forward(l, t, true)
	}
	if ok {
		c.settle(lane, t, k)
		c.backward(l, t)
		c.outline(l, t)
	}
	return ok
}

// laterLeaving is the bound on what a later leaving saves where breaks are owed: it
// is not bounded by what follows.
const laterLeaving = 1 << 40

// outline fills what the quick look of scan needs, for lanes with breaks. The
// limits are those of the most breaks taken, which leave most time.
func (c *core) outline(l *lane, t *track) {
	rows, width := len(t.visits)-len(l.head)+1, l.Owed+1
	t.soon = sized(t.soon, rows)
	duty := int64(0)
	if c.p.Prices.DutySecond > 0 {
		duty = laterLeaving
	}
	for i := range rows {
		idle := t.idle[i]
		if i < rows-1 {
			idle += t.early[i]
		}
		t.saving[i] = int64(idle)*int64(c.p.Prices.WaitSecond) + duty
		// The earliest and the latest over all numbers of breaks taken.
		t.soon[i], t.limit[i] = never, -1
		for k := range width {
			t.soon[i] = min(t.soon[i], t.end[i*width+k])
			if i < rows-1 {
				t.limit[i] = max(t.limit[i], min(t.due[i], t.begin[i*width+k]))
			}
		}
		if i == rows-1 {
			t.limit[i] = int32(l.Limit)
		}
	}
}

func (c *core) outset(l *lane, t *track) {
	for k := 0; k <= l.Owed; k++ {
		t.end[k], t.lost[k], t.from[k] = never, 0, 0
	}
	t.end[0] = int32(l.Clock)
}

// forward fills end, lost, from, places and legs. It gives the breaks taken after
// the last service on the best way home, and whether lateness was met on any way.
// With hurry only ends count.
func (c *core) forward(l *lane, t *track, hurry bool) (best int, sawLate, ok bool) {
	c.outset(l, t)
	width := l.Owed + 1
	head := len(l.head)
	at, prev := int32(l.Place), int32(-1)
	if head > 0 {
		prev = t.visits[head-1]
	}
	t.places[0] = at
	for r := 1; r <= len(t.visits)-head; r++ {
		v := t.visits[head+r-1]
		leg := l.leg(at, c.place[v])
		if leg == never {
			return 0, sawLate, false
		}
		t.places[r], t.legs[r-1] = c.place[v], leg
		access, service := c.accessTo(prev, v), l.service[v]
		was, is := t.end[(r-1)*width:r*width], t.end[r*width:(r+1)*width]
		lost, from := t.lost[r*width:(r+1)*width], t.from[r*width:(r+1)*width]
		for k := range is {
			is[k] = never
		}
		any := false
		for k, clock := range was {
			if clock > int32(l.Limit) {
				continue // never, or too late for any way home
			}
			door := clock + leg
			lostBefore := t.lost[(r-1)*width+k]
			for to := k; ; to++ {
				arrive := max(door, c.asks[v].promiseStart)
				if start := c.opens(v, arrive+access); start != never {
					late := lostBefore
					if arrive > c.asks[v].promiseEnd {
						late += arrive - c.asks[v].promiseEnd
						sawLate = true
					} else if late > 0 {
						sawLate = true
					}
					end := start + service
					if int64(end) <= int64(l.Last[to]) &&
						(is[to] == never || (!hurry && late != lost[to] && late < lost[to]) || ((hurry || late == lost[to]) && end < is[to])) {
						is[to], lost[to], from[to] = end, late, int8(k)
						any = true
					}
				}
				if to == l.Owed {
					break
				}
				b := &l.Breaks[to]
				if clock >= int32(b.Window.End) {
					break
				}
				clock = max(clock, int32(b.Window.Start)) + int32(b.Duration)
				door = max(door, int32(b.Window.Start)) + int32(b.Duration)
			}
		}
		if !any {
			return 0, sawLate, false
		}
		at, prev = c.place[v], v
	}
	return c.closing(l, t, at, hurry, sawLate)
}

func (c *core) closing(l *lane, t *track, at int32, hurry, sawLate bool) (int, bool, bool) {
	width := l.Owed + 1
	r := len(t.visits) - len(l.head)
	leg := l.leg(at, l.end)
	if leg == never {
		return 0, sawLate, false
	}
	t.places[r+1], t.legs[r] = l.end, leg
	best, bestEnd, bestLost := -1, int32(never), int32(0)
	for k := 0; k < width; k++ {
		if t.end[r*width+k] == never {
			continue
		}
		door, ok := l.homecoming(t.end[r*width+k], leg, k)
		if !ok {
			continue
		}
		lost := t.lost[r*width+k]
		if best < 0 || (!hurry && lost < bestLost) || ((hurry || lost == bestLost) && door < bestEnd) {
			best, bestEnd, bestLost = k, door, lost
		}
	}
	t.back = bestEnd
	return best, sawLate, best >= 0
}

// homecoming is the earliest return when the last service ends at clock with k
// breaks taken.
func (l *lane) homecoming(clock, leg int32, k int) (int32, bool) {
	door := clock + leg
	for ; ; k++ {
		if int64(door) <= int64(l.Last[k]) && door <= int32(l.Limit) {
			return door, true
		}
		if k == l.Owed || clock >= int32(l.Breaks[k].Window.End) {
			return never, false
		}
		b := &l.Breaks[k]
		clock = max(clock, int32(b.Window.Start)) + int32(b.Duration)
		door = max(door, int32(b.Window.Start)) + int32(b.Duration)
	}
}
