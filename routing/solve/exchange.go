package solve

// exchangeShare is how many ruins of a day whose technicians differ exchange the
// rounds of two of them.
const exchangeShare = 0.04

// exchange gives two technicians each other's rounds, as far as they can do them;
// what they can't becomes absent. It says whether that is possible; when not, the
// change is to be undone. Insertion alone seldom moves a round to somebody
// who lives nearer: the first visit would have to pay for the whole way.
func (s *state) exchange() bool {
	a, b := s.n(len(s.tracks)), s.n(len(s.tracks))
	if a == b || s.size[a]+s.size[b] == int32(len(s.lanes[a].head)+len(s.lanes[b].head)) {
		return false
	}
	if s.closed != nil && (s.closed[a] || s.closed[b]) {
		return false
	}
	s.keep(a)
	s.keep(b)
	s.count(a, -1)
	s.count(b, -1)
	s.lifted = s.lifted[:0]
	s.before = s.handOver(b, a, s.before)
	s.rest = s.handOver(a, b, s.rest)
	if !s.settleIn(a, s.before) || !s.settleIn(b, s.rest) {
		return false
	}
	for _, v := range s.lifted {
		s.gone(v)
	}
	return len(s.lifted) < 2*meanOut
}

// handOver lists what a lane would do with another's round.
func (s *state) handOver(from, to int, buf []int32) []int32 {
	buf = append(buf[:0], s.lanes[to].head...)
	for _, v := range s.tracks[from].visits[len(s.lanes[from].head):] {
		switch {
		case int(v) >= s.visits:
		case s.suits[to*s.visits+int(v)]:
			buf = append(buf, v)
		default:
			s.lifted = append(s.lifted, v)
		}
	}
	return buf
}

// settleIn makes visits the round of a lane, leaving out one after the other
// until it is possible.
func (s *state) settleIn(r int, visits []int32) bool {
	head := len(s.lanes[r].head)
	for !s.resupply(r, visits, &s.scratch) {
		if len(visits) == head {
			return false // no way home but by way of what was taken
		}
		i := head + s.n(len(visits)-head)
		s.lifted = append(s.lifted, visits[i])
		visits = append(visits[:i], visits[i+1:]...)
	}
	t := s.tracks[r]
	t.visits = append(t.visits[:0], s.scratch.visits...)
	return s.add(r)
}
