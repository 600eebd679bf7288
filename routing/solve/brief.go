package solve

import "roundsman/routing"

// Where no technician has a break and nothing but way and duty has a price, what a
// round costs follows from its segments alone, wherever it calls at the depot.
// brief.go refreshes and scans such rounds.

// isBrief says whether the problem is such a one: one window a visit at most, no
// promises, access or frozen stops, and neither waiting nor overtime nor changes
// of what people were told have a price.
func (c *core) isBrief() bool {
	pr := &c.p.Prices
	if c.simple || c.told || c.preferring || c.bounded || c.paid || pr.WaitSecond > 0 || pr.OvertimeSecond > 0 {
		return false
	}
	for i := range c.lanes {
		if l := &c.lanes[i]; l.Owed > 0 || l.Out || len(l.head) > 0 {
			return false
		}
	}
	for v := range c.p.Visits {
		if c.promised[v] || len(c.spans[v]) > 1 {
			return false
		}
	}
	return true
}

// brief is plain for such problems.
func (c *core) brief(lane int, t *track) bool {
	l, pr := &c.lanes[lane], &c.p.Prices
	n := len(t.visits)
	t.before, t.behind = sized(t.before, n+1), sized(t.behind, n+1)
	places, legs, ends, limits := t.places[:n+2], t.legs[:n+1], t.end[:n+1], t.limit[:n+1]
	before, behind := t.before[:n+1], t.behind[:n+1]
	clock, at := int32(l.Clock), int32(l.Place)
	block := segment{0, clock, farOff}
	places[0], ends[0], before[0] = at, clock, block
	var travel, moving int64
	for i, v := range t.visits {
		place, service := c.place[v], l.service[v]
		leg := int32(l.seconds[int(at)*l.cols+int(place)])
		if leg == never {
			return false
		}
		clock = max(clock+leg, c.first[v])
		if clock > c.last[v] {
			return false
		}
		clock += service
		block = join(block, leg, segment{service, c.first[v], c.last[v]})
		places[i+1], legs[i], ends[i+1], before[i+1] = place, leg, clock, block
		travel += int64(leg)
		moving += int64(leg) + int64(service)
		at = place
	}
	leg := l.leg(at, l.end)
	if leg == never || clock+leg > int32(l.Limit) {
		return false
	}
	t.back = clock + leg
	places[n+1], legs[n] = l.end, leg
	travel += int64(leg)
	moving += int64(leg)
	block = segment{0, 0, int32(l.Limit)}
	latest := int32(l.Limit)
	for i := n; ; i-- {
		limits[i], behind[i] = latest, block
		if i == 0 {
			break
		}
		v := t.visits[i-1]
		block = join(segment{l.service[v], c.first[v], c.last[v]}, legs[i], block)
		latest = min(latest-legs[i]-l.service[v], c.last[v])
	}
	t.lasts = join(before[n], legs[n], behind[n]).lasts
	// All that the round waits might be saved by one stop more.
	t.saving[0] = (int64(t.lasts) - moving) * int64(pr.DutySecond)
	t.travel = travel
	t.cost = travel*int64(pr.TravelSecond) + int64(t.lasts)*int64(pr.DutySecond) + int64(pr.Round)
	return true
}

// probe is a visit that is looked for in one round, with what all its places there
// have in common.
type probe struct {
	first, last, service int32
	toV                  []int32
	fromV                []routing.Seconds
	price                int64 // of a second on the way
	base                 int64
}

func (c *core) probe(l *lane, t *track, v int32) probe {
	from := int(c.place[v]) * l.cols
	pr := &c.p.Prices
	x := probe{
		first: c.first[v], last: c.last[v], service: l.service[v],
		toV: l.into[from : from+l.cols], fromV: l.seconds[from : from+l.cols],
		price: int64(pr.TravelSecond) + int64(pr.DutySecond),
	}
	x.base = int64(x.service) * int64(pr.DutySecond)
	if len(t.visits) == 0 {
		x.base += int64(pr.Round)
	} else {
		x.base -= t.saving[0]
	}
	return x
}

// scanBrief is scan for a round of a brief problem.
func (s *state) scanBrief(r int, t *track, v int32, lo, hi int, f *finder) {
	l := &s.lanes[r]
	x := s.probe(l, t, v)
	travel, duty := int64(s.p.Prices.TravelSecond), int64(s.p.Prices.DutySecond)
	single := segment{x.service, x.first, x.last}
	for i := lo; i < hi; i++ {
		if t.end[i] > x.last {
			return
		}
		if t.limit[i] < x.first+x.service {
			continue
		}
		in, out := x.toV[t.places[i]], int32(x.fromV[t.places[i+1]])
		if in == never || out == never {
			continue
		}
		detour := int64(in) + int64(out) - int64(t.legs[i])
		if detour*x.price+x.base >= f.bound {
			continue
		}
		start := max(t.end[i]+in, x.first)
		if start > x.last || start+x.service+out > t.limit[i] {
			continue
		}
		lasts := join(join(t.before[i], in, single), out, t.behind[i]).lasts
		d := detour*travel + int64(lasts-t.lasts)*duty
		if len(t.visits) == 0 {
			d += int64(s.p.Prices.Round)
		}
		if d < f.bound && !s.blinks(f) {
			f.bound, f.lane, f.index, f.call = d, int32(r), int32(i), -1
		}
	}
}

// called is a beginning of a round with a call at the depot.
type called struct {
	end    int32 // earliest end of the stop before the row
	before segment
}

// calls gives for each row that the call may stand before, and each row from there
// on, the beginning of the round up to that row; end is never where the rest of
// the round would not fit behind the call. They are kept with the track, which has
// no call itself.
func (c *core) calls(l *lane, t *track) []called {
	n := len(t.visits)
	if t.fresh {
		return t.called
	}
	t.fresh = true
	t.called = sized(t.called, (n+1)*(n+1))
	depot, service := c.place[l.depot], l.service[l.depot]
	for j := range n + 1 {
		row := t.called[j*(n+1) : (j+1)*(n+1)]
		in, out := l.leg(t.places[j], depot), l.leg(depot, t.places[j+1])
		if in == never || out == never || t.end[j]+in+service+out > t.limit[j] {
			row[j].end = never
			continue
		}
		x := called{t.end[j] + in + service, join(t.before[j], in, segment{service, 0, farOff})}
		row[j] = x
		for i := j; i < n; i++ {
			v := t.visits[i]
			x.end = max(x.end+out, c.first[v]) + l.service[v]
			x.before = join(x.before, out, segment{l.service[v], c.first[v], c.last[v]})
			row[i+1] = x
			out = t.legs[i+1]
		}
	}
	return t.called
}

// scanCalls looks for places in a round that has to call at the depot first, for
// each place of that call.
func (s *state) scanCalls(r int, t *track, v int32, f *finder) {
	l := &s.lanes[r]
	x := s.probe(l, t, v)
	calls, n := s.calls(l, t), len(t.visits)
	depot := s.place[l.depot]
	travel, duty := int64(s.p.Prices.TravelSecond), int64(s.p.Prices.DutySecond)
	single := segment{x.service, x.first, x.last}
	x.base += int64(l.service[l.depot]) * duty
	for j := range n + 1 {
		row := calls[j*(n+1) : (j+1)*(n+1)]
		if row[j].end == never {
			continue
		}
		at, leg := depot, l.leg(depot, t.places[j+1])
		around := int64(l.leg(t.places[j], depot)) + int64(leg) - int64(t.legs[j])
		for i := j; i <= n; i++ {
			if row[i].end > x.last {
				break
			}
			in, out := x.toV[at], int32(x.fromV[t.places[i+1]])
			detour := around + int64(in) + int64(out) - int64(leg)
			at = t.places[i+1]
			if i < n {
				leg = t.legs[i+1]
			}
			if in == never || out == never || detour*x.price+x.base >= f.bound {
				continue
			}
			start := max(row[i].end+in, x.first)
			if start > x.last || start+x.service+out > t.limit[i] {
				continue
			}
			lasts := join(join(row[i].before, in, single), out, t.behind[i]).lasts
			d := detour*travel + int64(lasts-t.lasts)*duty
			if n == 0 {
				d += int64(s.p.Prices.Round)
			}
			if d < f.bound && !s.blinks(f) {
				f.bound, f.lane, f.index, f.call = d, int32(r), int32(i+1), int32(j)
			}
		}
	}
}
