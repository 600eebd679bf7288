package solve

// plain is refresh for lanes that owe no break: there is only one way through
// the round, so one pass forward and one backward do.
func (c *core) plain(lane int, t *track) bool {
	l, pr := &c.lanes[lane], &c.p.Prices
	head := len(l.head)
	stops := t.visits[head:]
	n := len(stops)
	clock, at, prev := int32(l.Clock), int32(l.Place), int32(-1)
	if head > 0 {
		prev = t.visits[head-1]
	}
	t.places[0], t.end[0], t.lost[0] = at, clock, 0
	var travel, waiting, extra int64
	for i, v := range stops {
		place := c.place[v]
		leg := l.leg(at, place)
		if leg == never {
			return false
		}
		access := c.accessTo(prev, v)
		door := clock + leg
		arrive := max(door, c.asks[v].promiseStart)
		start := c.opens(v, arrive+access)
		if start == never {
			return false
		}
		if i == 0 && !l.Out {
			latest := start - access
			if c.promised[v] {
				latest = min(latest, max(arrive, c.asks[v].promiseEnd))
			}
			clock = max(clock, latest-leg)
			door = clock + leg
			arrive = max(door, c.asks[v].promiseStart)
		}
		t.places[i+1], t.legs[i] = place, leg
		t.arrive[i], t.early[i], t.start[i], t.taken[i] = arrive, arrive-door, start, 0
		t.idle[i] = start - arrive - access
		t.due[i] = c.asks[v].promiseEnd
		if arrive > c.asks[v].promiseEnd {
			t.late += arrive - c.asks[v].promiseEnd
			t.due[i] = arrive
		}
		travel += int64(leg)
		waiting += int64(start - clock - leg - access)
		if c.preferring {
			extra += c.extra(lane, v)
		}
		if c.timed {
			extra += c.churn(lane, v, start)
		}
		clock, at, prev = start+l.service[v], place, v
		if clock > int32(l.Limit) {
			return false // and no sum of instants beyond grows out of 32 bits
		}
		t.end[i+1], t.lost[i+1] = clock, t.late
	}
	leg := l.leg(at, l.end)
	if leg == never {
		return false
	}
	duty := int64(0)
	t.back = clock + leg
	if t.back > int32(l.Limit) {
		return false
	}
	t.places[n+1], t.legs[n] = l.end, leg
	t.idle[n] = 0
	travel += int64(leg)
	if t.travel = travel; travel > l.travel {
		return false
	}
	if pr.DutySecond > 0 {
		leave := int32(l.Clock)
		if !l.Out {
			leave = c.latestLeave(l, t, stops)
			if c.told || pr.WaitSecond > 0 || c.exact {
				waiting, extra = c.retime(lane, t, stops, leave)
			}
		}
		duty = int64(t.back - leave)
		c.segments(l, t, stops)
	}
	over := int64(max(0, t.back-l.workEnd))
	t.cost = travel*int64(pr.TravelSecond) + waiting*int64(pr.WaitSecond) + over*int64(pr.OvertimeSecond) + duty*int64(pr.DutySecond) +
		int64(t.late)*int64(pr.LateSecond) + extra
	if len(t.visits) > 0 {
		t.cost += int64(pr.Round)
	}
	c.plainBack(l, t, stops)
	return true
}

// plainBack goes from the way home to the first stop.
func (c *core) plainBack(l *lane, t *track, stops []int32) {
	n := len(stops)
	wait := int64(c.p.Prices.WaitSecond)
	duty := int64(0)
	if c.p.Prices.DutySecond > 0 {
		// All that the round waits might be saved.
		duty = int64(t.lasts)
		if l.Out {
			duty = int64(t.back - int32(l.Clock))
		}
		for i, v := range stops {
			duty -= int64(t.legs[i]) + int64(l.service[v])
		}
		duty = max(0, duty-int64(t.legs[n])) * int64(c.p.Prices.DutySecond)
	}
	t.limit[n], t.saving[n] = int32(l.Limit), duty
	latest := int32(l.Limit) - t.legs[n] // the end of the service before
	idle := int32(0)
	for i := n - 1; i >= 0; i-- {
		v := stops[i]
		begin := c.closes(v, latest-l.service[v])
		t.begin[i] = begin
		idle += t.idle[i]
		t.idle[i] = idle
		idle += t.early[i]
		t.saving[i] = int64(idle)*wait + duty
		limit := min(t.due[i], begin-c.asks[v].access)
		if limit < c.asks[v].promiseStart {
			limit = -1
		}
		t.limit[i] = limit
		if i == 0 {
			break
		}
		// The stop before may be of the same site; then no access is paid.
		if access := c.accessTo(stops[i-1], v); access != c.asks[v].access {
			limit = min(t.due[i], begin-access)
			if limit < c.asks[v].promiseStart {
				limit = -1
			}
		}
		latest = limit - t.legs[i]
	}
}

// latestLeave is how late the round may begin and end no later, with nobody met
// later than in time or than now.
func (c *core) latestLeave(l *lane, t *track, stops []int32) int32 {
	latest := t.back - t.legs[len(stops)]
	for i := len(stops) - 1; i >= 0; i-- {
		v, prev := stops[i], int32(-1)
		if i > 0 {
			prev = stops[i-1]
		}
		arrive := c.closes(v, min(latest-l.service[v], c.unpriced(v, t.start[i]))) - c.accessTo(prev, v)
		latest = min(arrive, t.due[i]) - t.legs[i]
	}
	return max(int32(l.Clock), latest)
}

// retime computes the times of the stops again for a round that begins at clock.
func (c *core) retime(lane int, t *track, stops []int32, clock int32) (waiting, extra int64) {
	l := &c.lanes[lane]
	prev := int32(-1)
	for i, v := range stops {
		access := c.accessTo(prev, v)
		door := clock + t.legs[i]
		arrive := max(door, c.asks[v].promiseStart)
		start := c.opens(v, arrive+access)
		t.arrive[i], t.early[i], t.start[i] = arrive, arrive-door, start
		t.idle[i] = start - arrive - access
		waiting += int64(start - clock - t.legs[i] - access)
		extra += c.extra(lane, v) + c.churn(lane, v, start)
		clock, prev = start+l.service[v], v
	}
	return waiting, extra
}
