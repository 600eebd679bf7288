package solve

import "slices"

// kit lays needs and stock out flat. Items that visits need are numbered anew, in
// order, since anybody may call an item by any number.
func (c *core) kit() {
	c.kitted = make([]bool, c.nodes)
	var items []int
	for v := range c.p.Visits {
		for _, n := range c.p.Visits[v].Kit {
			items = append(items, n.Item)
		}
	}
	slices.Sort(items)
	items = slices.Compact(items)
	c.items = len(items)
	c.needs = make([]int32, c.nodes*c.items)
	for v := range c.p.Visits {
		c.kitted[v] = c.tools[v] != 0
		for _, n := range c.p.Visits[v].Kit {
			c.kitted[v] = true
			k, _ := slices.BinarySearch(items, n.Item)
			c.needs[v*c.items+k] += int32(n.Units)
		}
		c.stock = c.stock || c.kitted[v]
	}
	c.carried = make([]int32, len(c.lanes)*c.items)
	for i := range c.p.Shifts {
		for k, item := range items {
			if held := c.p.Shifts[i].Kit; item < len(held) {
				c.carried[i*c.items+k] = int32(held[item])
			}
		}
	}
}

// uses sums the kit that the visits of a track use which aren't frozen, up to
// the call at the depot. It notes where that call is, and says whether what is
// carried from the start suffices until then.
func (c *core) uses(lane int, t *track) bool {
	t.used = sized(t.used, c.items)
	clear(t.used)
	l := &c.lanes[lane]
	t.depot = -1
	var tools uint64
	for i, v := range t.visits[len(l.head):] {
		if v == l.depot {
			t.depot = int32(i)
			break
		}
		if c.kitted[v] {
			tools |= c.tools[v]
			for k, n := range c.needs[int(v)*c.items : (int(v)+1)*c.items] {
				t.used[k] += n
			}
		}
	}
	if tools&^l.tools != 0 {
		return false
	}
	carried := c.carried[lane*c.items : (lane+1)*c.items]
	for k, n := range t.used {
		if n > carried[k] {
			return false
		}
	}
	return true
}

// carries says whether a lane has what a visit needs from the start.
func (c *core) carries(lane int, t *track, v int32) bool {
	if !c.kitted[v] {
		return true
	}
	if c.tools[v]&^c.lanes[lane].tools != 0 {
		return false
	}
	carried := c.carried[lane*c.items : (lane+1)*c.items]
	for k, n := range c.needs[int(v)*c.items : (int(v)+1)*c.items] {
		if n > 0 && t.used[k]+n > carried[k] {
			return false
		}
	}
	return true
}

// firstRow is the first row before which a visit may be put as far as kit and
// tools go; false when the track would have to call at the depot for it first.
func (c *core) firstRow(lane int, t *track, v int32) (int, bool) {
	if c.carries(lane, t, v) {
		return 0, true
	}
	if t.depot >= 0 {
		return int(t.depot) + 1, true
	}
	return 0, false
}

// supplied gives the tracks that a lane becomes with the call at the depot at
// each place that is possible. They are kept with the track.
func (c *core) supplied(lane int, t *track) []track {
	if t.fresh {
		return t.variants[:t.number]
	}
	t.fresh, t.number = true, 0
	head := len(c.lanes[lane].head)
	if t.depot >= 0 {
		t.bare = c.real(lane, t, t.bare)
	} else {
		t.bare = append(t.bare[:0], t.visits...)
	}
	for i := head; i <= len(t.bare); i++ {
		if t.number == len(t.variants) {
			t.variants = append(t.variants, track{})
		}
		x := &t.variants[t.number]
		x.visits = append(append(append(x.visits[:0], t.bare[:i]...), c.lanes[lane].depot), t.bare[i:]...)
		if c.times(lane, x) && x.late <= t.late {
			t.number++
		}
	}
	return t.variants[:t.number]
}

// resupply puts the call at the depot of a list of visits without one where the
// round scores best, if one is needed at all, and leaves the result in x. It
// says whether the round is possible.
func (c *core) resupply(lane int, visits []int32, x *track) bool {
	ok := c.supply(lane, visits, x)
	if x.moved = 0; ok && c.budgeted {
		x.moved = c.moved(lane, x)
	}
	return ok
}

// supply is resupply without a count of those moved.
func (c *core) supply(lane int, visits []int32, x *track) bool {
	x.visits = append(x.visits[:0], visits...)
	if c.times(lane, x) {
		return true
	}
	l := &c.lanes[lane]
	if l.depot < 0 || !x.lacking {
		return false
	}
	best, late, cost := -1, [10]int32{}, int64(0)
	try := func(i int) bool {
		x.visits = append(append(append(x.visits[:0], visits[:i]...), l.depot), visits[i:]...)
		return c.times(lane, x)
	}
	for i := len(l.head); i <= len(visits); i++ {
		if !try(i) {
			if x.lacking {
				break
			}
			continue
		}
		lates := c.lates(lane, x)
		if order := slices.Compare(lates[:], late[:]); best < 0 || order < 0 || order == 0 && x.cost < cost {
			best, late, cost = i, lates, x.cost
		}
	}
	return best >= 0 && try(best)
}

// lates sums by how much a track is late for promises, priority by priority.
func (c *core) lates(lane int, t *track) (sum [10]int32) {
	if t.late == 0 {
		return sum
	}
	for i, v := range t.visits[len(c.lanes[lane].head):] {
		if d := t.arrive[i] - c.asks[v].promiseEnd; d > 0 {
			sum[c.priority(v)] += d
		}
	}
	return sum
}

// real gives the visits of a track without the call at the depot.
func (c *core) real(lane int, t *track, buf []int32) []int32 {
	buf = buf[:0]
	for _, v := range t.visits {
		if v != c.lanes[lane].depot {
			buf = append(buf, v)
		}
	}
	return buf
}
