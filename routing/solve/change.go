package solve

// open begins a change.
func (s *state) open() {
	s.change++
	s.touch = s.touch[:0]
	s.wasOut = append(s.wasOut[:0], s.absent...)
	s.was = s.tally
	s.markTardy()
}

// undo takes back everything since open.
func (s *state) undo() {
	for _, v := range s.absent {
		s.where[v] = -1
	}
	for _, r := range s.touch {
		s.tracks[r], s.kept[r] = s.kept[r], s.tracks[r]
		s.index(int(r))
	}
	s.absent = append(s.absent[:0], s.wasOut...)
	for _, v := range s.absent {
		s.where[v] = -1
		s.unmark(v)
	}
	s.tally = s.was
}

// keep saves a track before its first change. Its visits are copied; the rest
// is recomputed anyway.
func (s *state) keep(r int) {
	if s.stamp[r] == s.change {
		return
	}
	s.stamp[r] = s.change
	s.touch = append(s.touch, int32(r))
	s.tracks[r], s.kept[r] = s.kept[r], s.tracks[r]
	s.tracks[r].visits = append(s.tracks[r].visits[:0], s.kept[r].visits...)
	s.tracks[r].cost, s.tracks[r].late, s.tracks[r].depot, s.tracks[r].moved = s.kept[r].cost, s.kept[r].late, s.kept[r].depot, s.kept[r].moved
	if s.tracks[r].late > 0 {
		// Until it is refreshed, count must see the lateness that was counted.
		s.tracks[r].arrive = append(s.tracks[r].arrive[:0], s.kept[r].arrive...)
	}
}

// index writes down where the visits of a track stand.
func (s *state) index(r int) {
	t := s.tracks[r]
	for i, v := range t.visits {
		s.where[v], s.at[v] = int32(r), int32(i)
	}
	s.size[r] = int32(len(t.visits))
	if s.beside != nil {
		s.mark(r, t)
	}
}

// add refreshes a track and counts it.
func (s *state) add(r int) bool {
	t := s.tracks[r]
	if !s.refresh(r, t) {
		return false
	}
	s.states++
	t.state = s.states
	s.count(r, 1)
	s.index(r)
	return true
}

// count adds (sign 1) or takes away (sign -1) a track's share of the tally.
func (s *state) count(r int, sign int64) {
	t := s.tracks[r]
	s.cost += sign * t.cost
	s.shift(int32(sign) * t.moved)
	if len(t.visits) > len(s.lanes[r].head) {
		s.busy += int(sign)
	}
	if t.late == 0 {
		return
	}
	head := len(s.lanes[r].head)
	for i, v := range t.visits[head:] {
		if d := t.arrive[i] - s.asks[v].promiseEnd; d > 0 {
			p := s.priority(v)
			s.late[p] += sign * int64(d)
			s.lateness += sign * int64(d) * s.lateWeight[p]
		}
	}
}

// gone books a visit out of its track, which the caller has emptied of it.
func (s *state) gone(v int32) {
	s.where[v] = -1
	s.unmark(v)
	s.absent = append(s.absent, v)
	if s.budgeted && s.p.Visits[v].Told != nil {
		s.shift(1)
	}
	if s.prize[v] >= 0 {
		s.cost += s.prize[v]
	} else {
		s.unserved[s.priority(v)]++
		s.weight += s.absence[v]
	}
	if s.awaited[v] {
		s.waiting++
	}
	if s.guarded[v] {
		s.missing++
	}
}

// come books a visit in. It must stand in the absent list.
func (s *state) come(v int32) {
	for i, u := range s.absent {
		if u == v {
			s.absent[i] = s.absent[len(s.absent)-1]
			s.absent = s.absent[:len(s.absent)-1]
			break
		}
	}
	if s.budgeted && s.p.Visits[v].Told != nil {
		s.shift(-1)
	}
	if s.prize[v] >= 0 {
		s.cost -= s.prize[v]
	} else {
		s.unserved[s.priority(v)]--
		s.weight -= s.absence[v]
	}
	if s.awaited[v] {
		s.waiting--
	}
	if s.guarded[v] {
		s.missing--
	}
}

// cut takes the stops from..to-1 out of a track, save those from keepFrom to
// keepTo-1. Where a way is missing or longer than two others, the rest of a round
// may not be possible by itself; then it gives false and changes nothing.
func (s *state) cut(r, from, to, keepFrom, keepTo int) bool {
	s.keep(r)
	s.count(r, -1)
	t := s.tracks[r]
	s.before = append(s.before[:0], t.visits...)
	w := from
	s.lifted = s.lifted[:0]
	for i := from; i < len(t.visits); i++ {
		if i < to && (i < keepFrom || i >= keepTo) && t.visits[i] < int32(s.visits) {
			s.lifted = append(s.lifted, t.visits[i])
			continue
		}
		t.visits[w] = t.visits[i]
		w++
	}
	t.visits = t.visits[:w]
	if t.depot >= 0 {
		// The call may not be needed any more, or be better elsewhere.
		s.rest = s.real(r, t, s.rest)
		if s.resupply(r, s.rest, &s.scratch) {
			t.visits = append(t.visits[:0], s.scratch.visits...)
		} else {
			t.visits = append(t.visits[:0], s.before...)
			s.lifted = s.lifted[:0]
		}
	}
	if !s.add(r) {
		t.visits = append(t.visits[:0], s.before...)
		s.add(r)
		return false
	}
	for _, v := range s.lifted {
		s.gone(v)
	}
	return len(s.lifted) > 0
}

// put inserts a visit before index i. If call isn't negative, the round calls at the depot
// before that index, which i counts, and nowhere else. It gives false, and changes nothing,
// when the round turns out not to be possible.
func (s *state) put(r, i, call int, v int32) bool {
	if call >= 0 {
		t := s.tracks[r]
		t.bare = s.real(r, t, t.bare)
		was := t.bare
		s.before = append(append(append(s.before[:0], was[:call]...), s.lanes[r].depot), was[call:]...)
	}
	s.keep(r)
	s.count(r, -1)
	t := s.tracks[r]
	if call >= 0 {
		t.visits, s.before = s.before, t.visits
	}
	t.visits = append(t.visits, 0)
	copy(t.visits[i+1:], t.visits[i:])
	t.visits[i] = v
	if s.add(r) {
		s.come(v)
		return true
	}
	if call >= 0 {
		t.visits, s.before = s.before, t.visits
	} else {
		copy(t.visits[i:], t.visits[i+1:])
		t.visits = t.visits[:len(t.visits)-1]
	}
	s.add(r)
	return false
}
