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
