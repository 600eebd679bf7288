package solve

// settle walks the way that forward chose, writes the times of each stop and
// prices the round. k breaks are taken after the last service.
func (c *core) settle(lane int, t *track, k int) {
	l, pr := &c.lanes[lane], &c.p.Prices
	width := l.Owed + 1
	stops := len(t.visits) - len(l.head)
	for r := stops; r > 0; r-- {
		t.taken[r-1] = int8(k)
		k = int(t.from[r*width+k])
	}
	c.walk(lane, t, int32(l.Clock), false)
	if pr.DutySecond > 0 && !l.Out {
		c.walk(lane, t, c.latestBegin(lane, t), true)
	}
}

// latestBegin is how late the round may begin so that it ends no later, with the
// same breaks in the same gaps.
func (c *core) latestBegin(lane int, t *track) int32 {
	l := &c.lanes[lane]
	stops := t.visits[len(l.head):]
	n := len(stops)
	taken := func(i int) int {
		switch {
		case i < 0:
			return 0
		case i == n:
			return t.home
		}
		return int(t.taken[i])
	}
	leg := t.legs[n]
	_, rest := l.cross(0, leg, taken(n-1), taken(n))
	latest := min(t.back-leg-rest, l.chain(taken(n-1), taken(n)))
	for i := n - 1; i >= 0; i-- {
		v, prev := stops[i], int32(-1)
		if i > 0 {
			prev = stops[i-1]
		}
		arrive := min(c.closes(v, min(latest-l.service[v], c.unpriced(v, t.start[i])))-c.accessTo(prev, v), t.due[i])
		leg := t.legs[i]
		_, rest := l.cross(0, leg, taken(i-1), taken(i))
		latest = min(arrive-leg-rest, l.chain(taken(i-1), taken(i)))
	}
	return max(int32(l.Clock), latest)
}

// walk computes the times of a round that begins at from. Unless that is fixed,
// it waits at home for what it would wait at the first door.
func (c *core) walk(lane int, t *track, from int32, fixed bool) {
	l, pr := &c.lanes[lane], &c.p.Prices
	head := len(l.head)
	stops := len(t.visits) - head
	t.late = 0
	began := from
	var travel, waiting, extra int64
	clock, prev, taken := from, int32(-1), 0
	if head > 0 {
		prev = t.visits[head-1]
	}
	for i := 0; i < stops; i++ {
		v, leg := t.visits[head+i], t.legs[i]
		to := int(t.taken[i])
		door, rest := l.cross(clock, leg, taken, to)
		arrive := max(door, c.asks[v].promiseStart)
		access := c.accessTo(prev, v)
		start := c.opens(v, arrive+access)
		if i == 0 && !l.Out && !fixed {
			latest := start - access
			if c.promised[v] {
				latest = min(latest, max(arrive, c.asks[v].promiseEnd))
			}
			clock = max(clock, min(latest-leg-rest, l.chain(taken, to)))
			door, _ = l.cross(clock, leg, taken, to)
			arrive = max(door, c.asks[v].promiseStart)
		}
		if i == 0 && !l.Out {
			began = clock
			if to > 0 {
				began = l.leaves(clock, 0, to)
			}
		}
		t.arrive[i], t.early[i], t.start[i] = arrive, arrive-door, start
		t.idle[i] = start - arrive - access
		t.due[i] = c.asks[v].promiseEnd
		if arrive > c.asks[v].promiseEnd {
			t.late += arrive - c.asks[v].promiseEnd
			t.due[i] = arrive
		}
		travel += int64(leg)
		waiting += int64(start - clock - leg - rest - access)
		if c.preferring {
			extra += c.extra(lane, v)
		}
		if c.told {
			extra += c.churn(lane, v, start)
		}
		clock, prev, taken = start+l.service[v], v, to
	}
	leg := t.legs[stops]
	// The breaks on the way home are those that homecoming takes.
	door, rest := clock+leg, int32(0)
	for door != t.back {
		taken++
		door, rest = l.cross(clock, leg, int(lastTaken(t, stops)), taken)
	}
	t.home = taken
	homeIdle := door - clock - leg - rest
	travel += int64(leg)
	waiting += int64(homeIdle)
	t.idle[stops] = homeIdle
	for i := stops - 1; i >= 0; i-- {
		t.idle[i] += t.idle[i+1]
		if i+1 < stops {
			t.idle[i] += t.early[i+1]
		}
	}
	t.travel = travel
	over := int64(max(0, t.back-l.workEnd))
	t.cost = travel*int64(pr.TravelSecond) + waiting*int64(pr.WaitSecond) + over*int64(pr.OvertimeSecond) + int64(t.back-began)*int64(pr.DutySecond) +
		int64(t.late)*int64(pr.LateSecond) + extra
	if len(t.visits) > 0 {
		t.cost += int64(pr.Round)
	}
}

func lastTaken(t *track, stops int) int8 {
	if stops == 0 {
		return 0
	}
	return t.taken[stops-1]
}

// leaves is when somebody at home at clock leaves, after those of the breaks
// from..to-1 that begin at once.
func (l *lane) leaves(clock int32, from, to int) int32 {
	since := clock
	for k := from; k < to; k++ {
		b := &l.Breaks[k]
		if max(since, int32(b.Window.Start)) == clock {
			clock += int32(b.Duration)
		}
		since = max(since, int32(b.Window.Start)) + int32(b.Duration)
	}
	return clock
}

// cross goes through a gap, taking breaks from..to-1.
func (l *lane) cross(clock, leg int32, from, to int) (door, rest int32) {
	door = clock + leg
	for k := from; k < to; k++ {
		b := &l.Breaks[k]
		door = max(door, int32(b.Window.Start)) + int32(b.Duration)
		rest += int32(b.Duration)
	}
	return door, rest
}

// chain is the latest instant at which breaks from..to-1 can begin in a row.
func (l *lane) chain(from, to int) int32 {
	last := int32(never)
	for k := to - 1; k >= from; k-- {
		b := &l.Breaks[k]
		last = min(int32(b.Window.End)-1, last-int32(b.Duration))
	}
	return last
}

// backward fills begin: how late each service may be ready to start so that all
// that follows is still possible and nothing gets later than it is already.
func (c *core) backward(l *lane, t *track) {
	head, width := len(l.head), l.Owed+1
	stops := len(t.visits) - head
	for i := stops - 1; i >= 0; i-- {
		v := t.visits[head+i]
		for k := 0; k < width; k++ {
			end := c.latestEnd(l, t, i, k)
			if end < 0 {
				t.begin[i*width+k] = -1
				continue
			}
			t.begin[i*width+k] = c.closes(v, end-l.service[v])
		}
	}
}

// latestEnd is how late the service of stop i may end with k breaks taken.
func (c *core) latestEnd(l *lane, t *track, i, k int) int32 {
	head, width := len(l.head), l.Owed+1
	v := t.visits[head+i]
	last := i+1 == len(t.visits)-head
	leg, earliest, access := t.legs[i+1], int32(0), int32(0)
	if !last {
		n := t.visits[head+i+1]
		earliest, access = c.asks[n].promiseStart, c.accessTo(v, n)
	}
	best := int32(-1)
	rest, floor := int32(0), int32(0) // of the breaks in the gap: their sum, and the door at the earliest
	for to := k; ; to++ {
		var limit int32 // the latest instant at the door
		if last {
			limit = int32(min(int64(l.Limit), int64(l.Last[to])))
		} else {
			limit = min(t.due[i+1], t.begin[(i+1)*width+to]-access)
			if limit < earliest {
				limit = -1
			}
		}
		if limit >= floor {
			best = max(best, min(limit-leg-rest, l.chain(k, to)))
		}
		if to == l.Owed {
			return min(best, int32(min(int64(never), int64(l.Last[k]))))
		}
		b := &l.Breaks[to]
		floor = max(floor, int32(b.Window.Start)) + int32(b.Duration)
		rest += int32(b.Duration)
	}
}
