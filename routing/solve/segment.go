package solve

// segment is a part of a round as one block: it lasts least when it begins
// between early and late, and then it lasts lasts. Two segments join in constant
// time (Vidal and others, "A unified solution framework for multi-attribute
// vehicle routing problems", 2014, without the time warp), so that the duration
// of a round with one more stop is known from the parts before and after it.
//
// Visits with several windows are taken for one window from the first to the
// last second; the estimate is then too low and the exact cost comes after.
type segment struct {
	lasts, early, late int32
}

// farOff is later than any instant, and small enough to add and subtract.
const farOff = 1 << 29

// join appends b behind a, with the way between them.
func join(a segment, way int32, b segment) segment {
	between := a.lasts + way
	wait := max(0, b.early-between-a.late)
	return segment{
		lasts: a.lasts + b.lasts + way + wait,
		early: max(b.early-between, a.early) - wait,
		late:  min(b.late-between, a.late),
	}
}

// single is one visit, its service alone; access is paid on the way to it and
// due is the latest arrival.
func (c *core) single(l *lane, v, access, due int32) segment {
	early, late := c.asks[v].promiseStart+access, int32(farOff)
	if due != never {
		late = due + access
	}
	early, late = max(early, c.asks[v].first), min(late, c.asks[v].last)
	if early > late {
		// Who has to be there before the window opens waits at the door.
		return segment{l.service[v] + early - late, late, late}
	}
	return segment{l.service[v], early, late}
}

// segments fills the blocks before and behind each row.
func (c *core) segments(l *lane, t *track, stops []int32) {
	n := len(stops)
	t.before, t.behind = sized(t.before, n+1), sized(t.behind, n+1)
	t.before[0] = segment{0, int32(l.Clock), farOff}
	prev := int32(-1)
	for i, v := range stops {
		access := c.accessTo(prev, v)
		t.before[i+1] = join(t.before[i], t.legs[i]+access, c.single(l, v, access, t.due[i]))
		prev = v
	}
	t.behind[n] = segment{0, 0, int32(l.Limit)}
	for i := n - 1; i >= 0; i-- {
		v := stops[i]
		// What follows is joined without its own access, which depends on who
		// comes before it.
		access, prev := int32(0), int32(-1)
		if i > 0 {
			prev = stops[i-1]
		}
		access = c.accessTo(prev, v)
		way := t.legs[i+1]
		if i+1 < n {
			way += c.accessTo(v, stops[i+1])
		}
		t.behind[i] = join(c.single(l, v, access, t.due[i]), way, t.behind[i+1])
	}
	t.lasts = join(t.before[n], t.legs[n], t.behind[n]).lasts
}

// lasting is by how much a round gets longer with v before the stop in a row.
func (c *core) lasting(l *lane, t *track, row int, prev, v int32) int64 {
	access := c.accessTo(prev, v)
	in := l.leg(t.places[row], c.place[v]) + access
	out := l.leg(c.place[v], t.places[row+1])
	if row < len(t.visits)-len(l.head) {
		out += c.accessTo(v, t.visits[len(l.head)+row])
	}
	x := join(join(t.before[row], in, c.single(l, v, access, c.asks[v].promiseEnd)), out, t.behind[row])
	if l.Out {
		// The beginning is given; what counts is when it ends.
		return int64(max(x.early, int32(l.Clock))+x.lasts) - int64(t.back)
	}
	return int64(x.lasts - t.lasts)
}
