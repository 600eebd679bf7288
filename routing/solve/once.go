package solve

// once is refresh for lanes that owe one break, which is what most people owe: a
// round has two states, before the break and after it, and each pass takes both
// along. Ways on which anybody is late count as impossible; it gives false where
// no other way is left, and the round is for several to judge.
func (c *core) once(lane int, t *track) bool {
	l := &c.lanes[lane]
	if !c.onceForward(l, t) {
		return false
	}
	home := l.leg(t.places[len(t.places)-2], l.end)
	if home == never {
		return false
	}
	t.places[len(t.places)-1], t.legs[len(t.legs)-1] = l.end, home
	best, back := -1, int32(never)
	for k, end := range t.end[len(t.end)-2:] {
		if end == never {
			continue
		}
		if door, ok := l.homecoming(end, home, k); ok && door < back {
			best, back = k, door
		}
	}
	if best < 0 {
		return false
	}
	t.back = back
	c.settle(lane, t, best)
	c.onceBack(l, t)
	return true
}

// onceForward fills the earliest ends of services and which state they come from.
func (c *core) onceForward(l *lane, t *track) bool {
	b := &l.Breaks[0]
	opens, shuts, rest, last := int32(b.Window.Start), int32(b.Window.End), int32(b.Duration), int32(l.Last[0])
	head := len(l.head)
	stops := t.visits[head:]
	n := len(stops)
	at, prev := int32(l.Place), int32(-1)
	if head > 0 {
		prev = t.visits[head-1]
	}
	before, after := int32(l.Clock), int32(never)
	ends, lost, from, places, legs := t.end[:2*n+2], t.lost[:2*n+2], t.from[:2*n+2], t.places[:n+1], t.legs[:n]
	clear(lost)
	ends[0], ends[1], from[0], from[1], places[0] = before, after, 0, 0, at
	for i, v := range stops {
		place := c.place[v]
		leg := l.leg(at, place)
		if leg == never {
			return false
		}
		access, service := c.accessTo(prev, v), l.service[v]
		was, way := before, int8(0)
		before = never
		then := int32(never)
		if was != never {
			if end := c.served(v, was+leg, access, service); end <= last {
				before = end
			}
			if was < shuts {
				then = c.served(v, max(was+leg, opens)+rest, access, service)
			}
		}
		if after <= int32(l.Limit) { // not never, nor too late for any way home
			if end := c.served(v, after+leg, access, service); end < then {
				then, way = end, 1
			}
		}
		if after = then; before == never && after == never {
			return false
		}
		ends[2*i+2], ends[2*i+3], from[2*i+2], from[2*i+3] = before, after, 0, way
		places[i+1], legs[i] = place, leg
		at, prev = place, v
	}
	return true
}

// served is when a visit's service ends for somebody at the door at that instant,
// never where that is too late.
func (c *core) served(v, door, access, service int32) int32 {
	arrive := max(door, c.asks[v].promiseStart)
	if arrive > c.asks[v].promiseEnd {
		return never
	}
	start := c.opens(v, arrive+access)
	if start == never {
		return never
	}
	return start + service
}

// onceBack fills the latest times, and what the quick look of scan needs.
func (c *core) onceBack(l *lane, t *track) {
	b := &l.Breaks[0]
	rest, over := int32(b.Duration), int32(b.Window.Start)+int32(b.Duration)
	begins, last := int32(b.Window.End)-1, int32(l.Last[0])
	stops := t.visits[len(l.head):]
	n := len(stops)
	wait, duty := int64(c.p.Prices.WaitSecond), int64(0)
	if c.p.Prices.DutySecond > 0 {
		duty = laterLeaving
	}
	t.soon = sized(t.soon, n+1)
	t.soon[n], t.limit[n], t.saving[n] = min(t.end[2*n], t.end[2*n+1]), int32(l.Limit), int64(t.idle[n])*wait+duty
	// The latest at the next door before the break and after it, -1 for never.
	before, after := min(int32(l.Limit), last), int32(l.Limit)
	for i := n - 1; i >= 0; i-- {
		v, leg := stops[i], t.legs[i+1]
		early, late := int32(-1), int32(-1) // the latest end of the service
		if before >= 0 {
			early = max(early, before-leg)
		}
		if after >= 0 {
			late = max(late, after-leg)
		}
		if after >= over {
			early = max(early, min(after-leg-rest, begins))
		}
		early = min(early, last)
		if early >= 0 {
			early = c.closes(v, early-l.service[v])
		}
		if late >= 0 {
			late = c.closes(v, late-l.service[v])
		}
		t.begin[2*i], t.begin[2*i+1] = early, late
		due := t.due[i]
		t.soon[i] = min(t.end[2*i], t.end[2*i+1])
		t.limit[i] = max(-1, min(due, early), min(due, late))
		t.saving[i] = int64(t.idle[i]+t.early[i])*wait + duty
		if i == 0 {
			break
		}
		access := c.accessTo(stops[i-1], v)
		if before = min(due, early-access); before < c.asks[v].promiseStart {
			before = -1
		}
		if after = min(due, late-access); after < c.asks[v].promiseStart {
			after = -1
		}
	}
}
