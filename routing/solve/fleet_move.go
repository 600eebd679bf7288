package solve

// link makes two stops neighbours.
func (f *fleet) link(p, q int32) {
	leg := f.between(p, q)
	a, b := f.keep(p), f.keep(q)
	a.next, a.legOut, b.prev, b.legIn = q, leg, p, leg
}

// chain puts a visit behind a stop of a lane, without renewing the times.
func (f *fleet) chain(v, p, lane int32) {
	q := f.stops[p].next
	b := f.keepLane(lane)
	x := f.keep(v)
	x.lane = lane
	b.travel -= int64(f.stops[p].legOut)
	f.link(p, v)
	f.link(v, q)
	b.travel += int64(x.legIn) + int64(x.legOut)
	b.visits++
	b.key += f.pool.names[v]
	for k, n := range f.core.needs[int(v)*f.items : (int(v)+1)*f.items] {
		f.units[int(lane)*f.items+k] += n
	}
}

// unchain takes a visit out, without renewing the times.
func (f *fleet) unchain(v int32) {
	x := f.keep(v)
	lane := x.lane
	b := f.keepLane(lane)
	b.travel -= int64(x.legIn) + int64(x.legOut)
	f.link(x.prev, x.next)
	b.travel += int64(f.stops[x.prev].legOut)
	b.visits--
	b.key -= f.pool.names[v]
	for k, n := range f.core.needs[int(v)*f.items : (int(v)+1)*f.items] {
		f.units[int(lane)*f.items+k] -= n
	}
	x.leave()
}

// leave makes a stop absent, and places beside it worth nothing.
func (x *stop) leave() { x.lane, x.legIn, x.legOut = -1, -farOff, -farOff }

// renew computes times again: the ends of services from first on and the latest
// arrivals from the stop before last back, each through the stops between the two
// and then for as long as anything changes.
func (f *fleet) renew(first, last int32) {
	n := int32(f.visits)
	before := f.stops[first].prev
	done, through := f.stops[before].done, false
	for id := first; ; {
		x, h := &f.stops[id], &f.hours[id]
		start := max(done+x.legIn, h.first)
		f.broken = f.broken || start > h.last
		done = start + h.service
		through = through || id == last
		if done != x.done {
			f.keep(id).done = done
		} else if through {
			break
		}
		if id >= n {
			break
		}
		id = x.next
	}
	through = false
	for id := f.stops[last].prev; id < n; {
		x, h := &f.stops[id], &f.hours[id]
		late := min(f.stops[x.next].late-x.legOut-h.service, h.last)
		through = through || id == before
		if late != x.late {
			f.keep(id).late = late
		} else if through {
			break
		}
		id = x.prev
	}
}

// ruin takes strings of neighbouring visits out of their rounds.
// They may leave a round without a way home; then it gives false.
func (f *fleet) ruin(near [][]int32) bool {
	f.cutStrings(f, near, false)
	return !f.broken
}

func (f *fleet) laneOf(v int32) int32         { return f.stops[v].lane }
func (f *fleet) around(id int32) (p, q int32) { return f.stops[id].prev, f.stops[id].next }
func (f *fleet) visitsOf(lane int32) int32    { return f.loads[lane].visits }

// cut takes out so many visits from one on, save those from keepFrom to keepTo-1.
func (f *fleet) cut(from, total, keepFrom, keepTo int32) {
	lane := f.stops[from].lane
	prev, v := f.stops[from].prev, from
	for i := range total {
		next := f.stops[v].next
		if i < keepFrom || i >= keepTo {
			f.unchain(v)
			f.gone(v)
		}
		v = next
	}
	f.renew(f.stops[prev].next, v)
	if f.loads[lane].visits == 0 {
		f.busy--
		f.cost -= int64(f.p.Prices.Round)
	}
}

// recreate brings back what ruin took out, and tries some of those that were left
// out before, until that costs more than roof.
func (f *fleet) recreate(blind bool) bool {
	f.line()
	f.blinking = 0
	if blind {
		f.blinking = uint64(f.blink * (1 << 16))
	}
	// Whoever comes back makes ways longer; a plan that is too dear stays so.
	price := int64(f.p.Prices.TravelSecond)
	cost := f.cost
	for i := range f.laneLog {
		x := &f.laneLog[i]
		cost += (f.loads[x.lane].travel - x.travel) * price
	}
	for _, q := range f.queue {
		if f.able[q.visit] {
			f.lodge(q.visit)
			if f.behind >= 0 {
				if cost += f.bound * price; float64(cost) >= f.roof {
					return false
				}
			}
		}
	}
	f.settle()
	return true
}

// settle brings the cost up to date.
func (f *fleet) settle() {
	price := int64(f.p.Prices.TravelSecond)
	for i := range f.laneLog {
		x := &f.laneLog[i]
		f.cost += (f.loads[x.lane].travel - x.travel) * price
	}
}

// lodge inserts an absent visit where it costs least, if it fits anywhere.
func (f *fleet) lodge(v int32) {
	f.bound, f.behind = farOff, -1
	lane := f.vacant()
	n := f.visits
	row, col := f.way[int(v)*(n+1):(int(v)+1)*(n+1)], f.back[int(v)*(n+1):(int(v)+1)*(n+1)]
	h := f.hours[v]
	if lane >= 0 {
		begin, end := &f.stops[f.begin(lane)], &f.stops[f.end(lane)]
		start := max(begin.done+col[n], h.first)
		if start <= h.last && start+h.service+row[n] <= end.late && f.holds(v, lane) {
			f.bound, f.behind = int64(col[n])+int64(row[n]), f.begin(lane)
			if price := int64(f.p.Prices.TravelSecond); price > 0 {
				f.bound += (int64(f.p.Prices.Round) + price - 1) / price
			}
		}
	}
	f.lookNear(v, row, col)
	if f.behind < 0 {
		f.lookEverywhere(v, row, col)
	}
	if f.behind < 0 {
		return
	}
	lane = f.stops[f.behind].lane
	f.chain(v, f.behind, lane)
	f.renew(v, f.stops[v].next)
	f.come(v)
	if f.loads[lane].visits == 1 {
		f.busy++
		f.cost += int64(f.p.Prices.Round)
	}
}

// lookNear looks at the places beside the visit's neighbours: first at all detours,
// which takes no decisions, then at the places whose detour is short enough.
func (f *fleet) lookNear(v int32, row, col []int32) {
	n := int32(f.visits)
	h, bound, behind := f.hours[v], int32(min(f.bound, farOff)), f.behind
	stops, after, ahead := f.stops, f.after[v], f.ahead[v]
	detours := f.detours[:len(after)]
	for i, b := range after {
		x := &stops[b.visit]
		detours[i] = b.leg + row[min(x.next, n)] - x.legOut
	}
	for i, d := range detours {
		if d < bound {
			b := after[i]
			x := &stops[b.visit]
			start := max(x.done+b.leg, h.first)
			if start <= h.last && start+h.service+row[min(x.next, n)] <= stops[x.next].late && f.holds(v, x.lane) && !f.blinks() {
				bound, behind = d, b.visit
			}
		}
	}
	detours = f.detours[:len(ahead)]
	for i, b := range ahead {
		x := &stops[b.visit]
		detours[i] = col[min(x.prev, n)] + b.leg - x.legIn
	}
	for i, d := range detours {
		if d < bound {
			b := ahead[i]
			x := &stops[b.visit]
			start := max(stops[x.prev].done+col[min(x.prev, n)], h.first)
			if start <= h.last && start+h.service+b.leg <= x.late && f.holds(v, x.lane) && !f.blinks() {
				bound, behind = d, x.prev
			}
		}
	}
	f.bound, f.behind = int64(bound), behind
}

// lookEverywhere looks at all places of all rounds.
func (f *fleet) lookEverywhere(v int32, row, col []int32) {
	n := int32(f.visits)
	h := &f.hours[v]
	for r := range f.loads {
		lane := int32(r)
		if f.loads[r].visits == 0 || !f.holds(v, lane) {
			continue
		}
		in := col[n]
		for id := f.begin(lane); ; {
			x := &f.stops[id]
			out := row[min(x.next, n)]
			if d := int64(in) + int64(out) - int64(x.legOut); d < f.bound {
				start := max(x.done+in, h.first)
				if start <= h.last && start+h.service+out <= f.stops[x.next].late && !f.blinks() {
					f.bound, f.behind = d, id
				}
			}
			if id = x.next; id >= n {
				break
			}
			in = col[id]
		}
	}
}

// holds says whether a lane has room for a visit besides those that it has.
func (f *fleet) holds(v, lane int32) bool {
	k := int(lane) * f.items
	for i, units := range f.core.needs[int(v)*f.items : (int(v)+1)*f.items] {
		if units > 0 && f.units[k+i]+units > f.carried[k+i] {
			return false
		}
	}
	return true
}

func (f *fleet) blinks() bool { return f.rng.Uint64()&0xffff < f.blinking }
