package solve

// lean is plain for simple problems: it fills only what insertion looks at.
func (c *core) lean(lane int, t *track) bool {
	l := &c.lanes[lane]
	stops := t.visits
	n := len(stops)
	clock, at := int32(l.Clock), int32(l.Place)
	t.places[0], t.end[0] = at, clock
	places, legs, ends := t.places[1:n+2], t.legs[:n+1], t.end[1:n+1]
	service := l.service
	travel := int64(0)
	for i, v := range stops {
		place := c.place[v]
		leg := int32(l.seconds[int(at)*l.cols+int(place)])
		if leg == never {
			return false
		}
		clock = max(clock+leg, c.first[v])
		if clock > c.last[v] {
			return false
		}
		clock += service[v]
		places[i], legs[i], ends[i] = place, leg, clock
		travel += int64(leg)
		at = place
	}
	leg := l.leg(at, l.end)
	if leg == never || clock+leg > int32(l.Limit) {
		return false
	}
	t.back = clock + leg
	places[n], legs[n] = l.end, leg
	t.cost = (travel+int64(leg))*int64(c.p.Prices.TravelSecond) + int64(c.p.Prices.Round)
	limit, saving := t.limit[:n+1], t.saving[:n+1]
	latest := int32(l.Limit)
	for i := n; ; i-- {
		limit[i], saving[i] = latest, 0
		if i == 0 {
			return true
		}
		v := stops[i-1]
		latest = min(latest-legs[i]-service[v], c.last[v])
	}
}

// scanLean is scan for a round of a simple problem that has visits.
func (s *state) scanLean(r int, t *track, v int32, f *finder) {
	c, l := s.core, &s.lanes[r]
	n := len(t.visits)
	price := max(1, int64(s.p.Prices.TravelSecond))
	bound := int32(min(farOff, (f.bound+price-1)/price)) // of the detour
	first, last, service := c.first[v], c.last[v], l.service[v]
	from := int(c.place[v]) * l.cols
	toV, fromV := l.into[from:from+l.cols], l.seconds[from:from+l.cols]
	places, legs, ends, limit := t.places[:n+2], t.legs[:n+1], t.end[:n+1], t.limit[:n+1]
	i := 0
	for i <= n && limit[i] < first+service {
		i++ // who stands there has to be served before v could be done
	}
	if i > n {
		return
	}
	in := toV[places[i]]
	for ; i <= n; i++ {
		ready := ends[i]
		if ready > last {
			return
		}
		next := places[i+1]
		out := int32(fromV[next])
		if in != never && out != never && in-legs[i] < bound-out {
			start := max(ready+in, first)
			if start <= last && start+service+out <= limit[i] && !s.blinks(f) {
				bound = in + out - legs[i]
				f.bound, f.lane, f.index, f.call = int64(bound)*int64(s.p.Prices.TravelSecond), int32(r), int32(i), -1
			}
		}
		in = toV[next]
	}
}

// beside is a neighbour with the ways from and to it.
type beside struct{ visit, in, out int32 }

// lookBeside scans the places beside the visit's neighbours in a simple problem.
// It asks first whether the times go together: of two neighbours mostly one
// order does.
func (s *state) lookBeside(v int32, f *finder) {
	c := s.core
	price := int64(s.p.Prices.TravelSecond)
	first, last := c.first[v], c.last[v]
	needs := c.needs[int(v)*c.items : (int(v)+1)*c.items]
	bound := f.bound
	l := &s.lanes[0]
	from := int(c.place[v]) * l.cols
	toV, fromV := l.into[from:from+l.cols], l.seconds[from:from+l.cols]
	service := l.service[v]
	for _, u := range s.beside[v] {
		x := &s.spots[u.visit]
		if x.lane < 0 {
			continue
		}
		in, out := u.in, u.out
		if c.mixed {
			l = &s.lanes[x.lane]
			toV, fromV, service = l.into[from:from+l.cols], l.seconds[from:from+l.cols], l.service[v]
			in, out = toV[c.place[u.visit]], int32(fromV[c.place[u.visit]])
		}
		// Behind the neighbour.
		if start := max(x.done+in, first); start <= last && in != never {
			out := int32(fromV[x.after])
			if d := (int64(in) + int64(out) - int64(x.legOut)) * price; d < bound && out != never &&
				start+service+out <= x.limitAfter && s.takes(v, x.lane, needs) && !s.blinks(f) {
				bound, f.lane, f.index = d, x.lane, x.row+1
			}
		}
		// Before it.
		if max(x.ready, first)+service+out <= x.limit && out != never {
			in := toV[x.before]
			if d := (int64(in) + int64(out) - int64(x.legIn)) * price; d < bound && in != never {
				start := max(x.ready+in, first)
				if start <= last && start+service+out <= x.limit && s.takes(v, x.lane, needs) && !s.blinks(f) {
					bound, f.lane, f.index = d, x.lane, x.row
				}
			}
		}
	}
	f.bound = bound
}

// sides writes the ways to the neighbours down in their order.
func (c *core) sides(fits [][]int32) [][]beside {
	list := make([][]beside, len(fits))
	for v := range fits {
		l := &c.lanes[0]
		for _, u := range fits[v] {
			list[v] = append(list[v], beside{u, l.leg(c.place[u], c.place[v]), l.leg(c.place[v], c.place[u])})
		}
	}
	return list
}

// takes says whether a lane may and can do a visit besides what it does.
func (s *state) takes(v, lane int32, needs []int32) bool {
	if !s.suits[int(lane)*s.visits+int(v)] {
		return false
	}
	k := int(lane) * s.items
	for i, n := range needs {
		if n > 0 && s.loads[k+i]+n > s.carried[k+i] {
			return false
		}
	}
	return true
}
