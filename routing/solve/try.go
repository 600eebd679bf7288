package solve

// fit is one way to put a visit before stop i of a track.
type fit struct {
	delta         int64 // estimated change of the round's cost
	arrive, start int32
}

// try says whether visit v fits before stop index i of the track (an index into
// t.visits, not before the frozen head), breaking no rule, making nobody late
// and nobody who is late later. Constant time: it looks at the stop before and
// the stop after. The change of cost is exact for travel and close for waiting,
// overtime and churn of later stops. Fits that cost bound or more are skipped.
func (c *core) try(lane int, t *track, i int, v int32, bound int64) (best fit, ok bool) {
	l, pr := &c.lanes[lane], &c.p.Prices
	head, width := len(l.head), l.Owed+1
	row, stops := i-head, len(t.visits)-head
	prev, next := int32(-1), int32(-1)
	if i > 0 {
		prev = t.visits[i-1]
	}
	if row < stops {
		next = t.visits[i]
	}
	in, out := l.leg(t.places[row], c.place[v]), l.leg(c.place[v], t.places[row+1])
	if in == never || out == never {
		return best, false
	}
	detour := int64(in) + int64(out) - int64(t.legs[row])
	if t.travel+detour > l.travel {
		return best, false
	}
	base := detour*int64(pr.TravelSecond+pr.DutySecond) + int64(l.service[v])*int64(pr.DutySecond)
	if c.preferring {
		base += c.extra(lane, v)
	}
	if len(t.visits) == 0 {
		base += int64(pr.Round)
	}
	var idleAfter int64
	if row < stops {
		idleAfter = int64(t.idle[row]) + int64(t.early[row])
	} else if stops > 0 {
		idleAfter = int64(t.idle[stops])
	}
	if base-t.saving[row] >= bound {
		return best, false
	}
	access := c.accessTo(prev, v)
	onAccess := int32(0)
	if next >= 0 {
		onAccess = c.accessTo(v, next)
	}
	for k := 0; k < width; k++ {
		clock := t.end[row*width+k]
		if clock == never {
			continue
		}
		door, rest := clock+in, int32(0)
		since := clock
		for j := k; ; j++ {
			arrive := max(door, c.asks[v].promiseStart)
			if arrive > c.asks[v].promiseEnd {
				break
			}
			start := c.opens(v, arrive+access)
			if start == never {
				break
			}
			end := start + l.service[v]
			if int64(end) <= int64(l.Last[j]) {
				if onward, wait, fits := c.onward(l, t, row, j, end, out, onAccess); fits {
					churn := int64(0)
					if c.told {
						churn = c.churn(lane, v, start)
					}
					wait += int64(start - clock - in - rest - access)
					if row == 0 && !l.Out {
						wait -= int64(start - clock - in - rest - access)
					}
					delta := base + churn + c.price(l, t, row, onward, wait, idleAfter)
					if pr.DutySecond > 0 {
						delta += c.dutyGuess(l, t, row, v, detour, onward)
					}
					if delta < bound {
						best, ok, bound = fit{delta, arrive, start}, true, delta
					}
				}
			}
			if j == l.Owed {
				break
			}
			b := &l.Breaks[j]
			if since >= int32(b.Window.End) {
				break
			}
			since = max(since, int32(b.Window.Start)) + int32(b.Duration)
			door = max(door, int32(b.Window.Start)) + int32(b.Duration)
			rest += int32(b.Duration)
		}
	}
	return best, ok
}

// onward goes from the end of a new service to the next stop, or home, taking
// as few breaks as can be. It gives the arrival there and the waiting before it.
func (c *core) onward(l *lane, t *track, row, k int, clock, leg, access int32) (arrive int32, wait int64, ok bool) {
	head, width := len(l.head), l.Owed+1
	stops := len(t.visits) - head
	door, rest, since := clock+leg, int32(0), clock
	for j := k; ; j++ {
		if row < stops {
			arrive = max(door, c.asks[t.visits[head+row]].promiseStart)
			if arrive <= t.due[row] && arrive+access <= t.begin[row*width+j] {
				return arrive, int64(arrive - clock - leg - rest), true
			}
		} else if door <= int32(l.Limit) && int64(door) <= int64(l.Last[j]) {
			return door, int64(door - clock - leg - rest), true
		}
		if j == l.Owed || since >= int32(l.Breaks[j].Window.End) {
			return 0, 0, false
		}
		b := &l.Breaks[j]
		since = max(since, int32(b.Window.Start)) + int32(b.Duration)
		door = max(door, int32(b.Window.Start)) + int32(b.Duration)
		rest += int32(b.Duration)
	}
}

// price estimates what a new arrival at the next stop does to waiting and
// overtime. wait is the new waiting up to that arrival.
func (c *core) price(l *lane, t *track, row int, arrive int32, wait, idleAfter int64) int64 {
	pr := &c.p.Prices
	stops := len(t.visits) - len(l.head)
	back := int64(arrive)
	if row < stops {
		push := max(0, int64(arrive-t.arrive[row]))
		idle := int64(t.idle[row])
		wait += max(0, idle-push)
		back = int64(t.back) + max(0, push-idle)
	}
	over := max(0, back-int64(l.workEnd))
	if stops > 0 || l.Out {
		over -= max(0, int64(t.back-l.workEnd))
	}
	return (wait-idleAfter)*int64(pr.WaitSecond) + over*int64(pr.OvertimeSecond)
}

// dutyGuess corrects the price on duty, of which detour and service are counted
// already, by what waiting does to it.
func (c *core) dutyGuess(l *lane, t *track, row int, v int32, detour int64, arrive int32) int64 {
	duty := int64(c.p.Prices.DutySecond)
	stops := len(t.visits) - len(l.head)
	counted := detour + int64(l.service[v])
	if stops == 0 && !l.Out {
		return 0
	}
	back := int64(arrive)
	if row < stops {
		back = int64(t.back) + max(0, int64(arrive-t.arrive[row])-int64(t.idle[row]))
	}
	grown := back - int64(t.back)
	if row == 0 && !l.Out {
		grown = max(grown, counted)
	}
	return (grown - counted) * duty
}
