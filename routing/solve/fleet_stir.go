package solve

import "math"

// Before each ruin a fleet tries some cheap changes, until one is made. What
// they do to the cost is known before they are made, so a try that comes to nothing
// costs a hundredth of a ruin. They find what ruins don't: a ruin takes out and puts
// back single visits, which rarely exchanges long tails, empties a round or opens
// one, since halfway the plan is longer.
const (
	stirVisits  = 20 // visits for each of which it tries one, beside the first
	mostStirs   = 20
	shiftShare  = 0.4 // of these changes move a short string, the others exchange tails
	shiftLength = 3   // visits of such a string, at most
)

// stir makes one cheap change, if it comes upon one that the annealing at
// temperature t allows.
func (f *fleet) stir(t float64) {
	for range min(mostStirs, 1+f.visits/stirVisits) {
		v := f.loose[f.n(len(f.loose))]
		if f.stops[v].lane < 0 {
			continue
		}
		slack := -t * math.Log(1-f.chance())
		change := f.cross
		if f.chance() < shiftShare {
			change = f.shift
		}
		if change(v, slack) {
			f.changed()
			if f.tally.less(&f.best) {
				f.record()
				f.gained = f.iterations
			}
			return
		}
	}
}

// partner draws one of the nearest neighbours that v goes well after; now and then,
// if empty rounds are asked for, where one of those begins. Without any it is -1,
// as it is for one in v's own round.
func (f *fleet) partner(v int32, empty bool) int32 {
	near := f.after[v]
	k := f.n(len(near)/2 + 1)
	u := int32(-1)
	switch {
	case k > 0:
		u = near[k-1].visit
	case empty:
		if lane := f.vacant(); lane >= 0 {
			u = f.begin(lane)
		}
	}
	if u < 0 || f.stops[u].lane < 0 || f.stops[u].lane == f.stops[v].lane {
		return -1
	}
	return u
}

// between is the way from a stop to another, 0 from where a lane begins to where it
// ends.
func (f *fleet) between(p, q int32) int32 {
	if n := int32(f.visits); p >= n && q >= n {
		return 0
	}
	return f.leg(p, q)
}

// meets says whether who is done at a time and then has so long a way is not late
// at a stop.
func (f *fleet) meets(done, leg, at int32) bool {
	return max(done+leg, f.hours[at].first) <= f.stops[at].late
}

// cross exchanges the tails of two rounds so that v comes behind a neighbour, if
// that is possible and costs less than slack. With an empty round it splits v's;
// where nothing is left of one of the two they become one.
func (f *fleet) cross(v int32, slack float64) bool {
	n := int32(f.visits)
	u := f.partner(v, true)
	if u < 0 {
		return false
	}
	x, y := &f.stops[v], &f.stops[u]
	p, w := x.prev, y.next
	splits, joins := u >= n, p >= n && w >= n
	if splits && joins {
		return false // it is a round of its own already
	}
	in, out := f.leg(u, v), f.between(p, w)
	cost := int64(in+out-x.legIn-y.legOut) * int64(f.p.Prices.TravelSecond)
	if splits {
		cost += int64(f.p.Prices.Round)
	}
	if joins {
		cost -= int64(f.p.Prices.Round)
	}
	if float64(cost) >= slack || !f.meets(y.done, in, v) || !f.meets(f.stops[p].done, out, w) || !f.bears(v, w) {
		return false
	}
	f.open()
	f.swapTails(v, u)
	f.cost += cost
	if splits {
		f.busy++
	}
	if joins {
		f.busy--
	}
	return true
}

// bears says whether two lanes have room for each other's tails, from v and from w
// on.
func (f *fleet) bears(v, w int32) bool {
	a, b := int(f.stops[v].lane)*f.items, int(f.stops[w].lane)*f.items
	end := int32(f.visits)
	for i := range f.items {
		gives := f.weight(v, end, i) - f.weight(w, end, i)
		if f.units[a+i]-gives > f.carried[a+i] || f.units[b+i]+gives > f.carried[b+i] {
			return false
		}
	}
	return true
}

// weight is how many units of an item are asked for from one visit to before
// another, or to the end of the round.
func (f *fleet) weight(from, before int32, item int) (units int32) {
	for v := from; v != before && v < int32(f.visits); v = f.stops[v].next {
		units += f.core.needs[int(v)*f.items+item]
	}
	return units
}

// swapTails puts the tail from v on behind u, and what was behind u where v was.
func (f *fleet) swapTails(v, u int32) {
	n := int32(f.visits)
	p, w := f.stops[v].prev, f.stops[u].next
	a, b := f.stops[v].lane, f.stops[u].lane
	lastV, lastW := f.stops[f.end(a)].prev, f.stops[f.end(b)].prev
	f.keepLane(a).travel -= int64(f.stops[v].legIn)
	f.keepLane(b).travel -= int64(f.stops[u].legOut)
	f.carry(v, a, b)
	f.carry(w, b, a)
	f.link(u, v)
	f.link(lastV, f.end(b))
	if w < n {
		f.link(lastW, f.end(a))
	} else {
		w = f.end(a)
	}
	f.link(p, w)
	f.loads[a].travel += int64(f.stops[p].legOut)
	f.loads[b].travel += int64(f.stops[u].legOut)
	x, y := f.keep(f.end(a)), f.keep(f.end(b))
	x.done, y.done = y.done, x.done
	f.renew(v, v)
	f.renew(w, w)
}

// carry gives a lane what hangs on the visits of another's tail.
func (f *fleet) carry(from, a, b int32) {
	x, y := &f.loads[a], &f.loads[b]
	for v := from; v < int32(f.visits); v = f.stops[v].next {
		s := f.keep(v)
		s.lane = b
		x.visits--
		y.visits++
		x.key -= f.pool.names[v]
		y.key += f.pool.names[v]
		x.travel -= int64(s.legOut)
		y.travel += int64(s.legOut)
		for i, units := range f.core.needs[int(v)*f.items : (int(v)+1)*f.items] {
			f.units[int(a)*f.items+i] -= units
			f.units[int(b)*f.items+i] += units
		}
	}
}

// shift moves the shortest string that begins with v behind a neighbour in another
// round, if there is one for which that is possible and costs less than slack.
func (f *fleet) shift(v int32, slack float64) bool {
	n := int32(f.visits)
	u := f.partner(v, false)
	if u < 0 {
		return false
	}
	p, w := f.stops[v].prev, f.stops[u].next
	leg, done := f.leg(u, v), f.stops[u].done
	gain := int64(f.stops[u].legOut) + int64(f.stops[v].legIn) - int64(leg)
	for z, k := v, 1; z < n && k <= shiftLength; z, k = f.stops[z].next, k+1 {
		h := &f.hours[z]
		start := max(done+leg, h.first)
		if start > h.last {
			return false
		}
		done, leg = start+h.service, f.stops[z].legOut
		q := f.stops[z].next
		out, join := f.leg(z, w), f.between(p, q)
		cost := (int64(out) + int64(join) - int64(leg) - gain) * int64(f.p.Prices.TravelSecond)
		empties := p >= n && q >= n
		if empties {
			cost -= int64(f.p.Prices.Round)
		}
		if float64(cost) < slack && f.meets(done, out, w) && f.meets(f.stops[p].done, join, q) && f.takes(v, q, f.stops[u].lane) {
			f.open()
			f.moveString(v, z, u)
			f.cost += cost
			if empties {
				f.busy--
			}
			return true
		}
	}
	return false
}

// takes says whether a lane has room for the visits from one to before another.
func (f *fleet) takes(from, before, lane int32) bool {
	for i := range f.items {
		k := int(lane)*f.items + i
		if units := f.weight(from, before, i); units > 0 && f.units[k]+units > f.carried[k] {
			return false
		}
	}
	return true
}

// moveString puts the visits from v to z behind a stop of another lane.
func (f *fleet) moveString(v, z, behind int32) {
	lane, w, q := f.stops[behind].lane, f.stops[behind].next, f.stops[z].next
	for id, at := v, behind; ; {
		next := f.stops[id].next
		f.unchain(id)
		f.chain(id, at, lane)
		if id == z {
			break
		}
		id, at = next, id
	}
	f.renew(q, q)
	f.renew(v, w)
}
