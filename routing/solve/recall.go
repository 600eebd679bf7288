package solve

import "math"

// recallCells bounds the memory of looks: lanes times visits.
const recallCells = 1 << 20

// impossible is the state of a round that never was possible: that of no look.
const impossible = math.MaxUint64

// recalled is what a look for a visit in one round found. It stays true for as
// long as the round does, and most rounds outlive many ruins: a look then costs
// one comparison instead of a scan.
type recalled struct {
	bound       int64 // the cheapest place's cost; with index -1 nothing is below it
	state       uint64
	index, call int32
}

// lookAgain is lookEverywhere with what earlier looks found. Rounds that have
// changed since are scanned last, with the best of the others as the bound. Where
// it is blind, it is so to half of the round's places: the best of each round may
// lead nowhere, since a place's cost is an estimate.
func (s *state) lookAgain(v int32, f *finder) {
	s.look++
	s.unknown, s.vague = s.unknown[:0], s.vague[:0]
	home := s.homeOf(v)
	row := s.known[int(v)*len(s.lanes) : (int(v)+1)*len(s.lanes)]
	for r, t := range s.tracks {
		if !s.may(r, v, home) || len(t.visits) == 0 && s.lookedAt(r) {
			continue
		}
		known := &row[r]
		switch {
		case known.state != t.state:
			s.unknown = append(s.unknown, int32(r))
		case known.bound >= f.bound:
		case known.index < 0:
			s.vague = append(s.vague, int32(r))
		case s.blinks(f):
			s.lookHalf(int32(r), v, f)
		default:
			f.bound, f.lane, f.index, f.call = known.bound, int32(r), known.index, known.call
		}
	}
	for _, r := range s.unknown {
		s.lookAnew(r, v, f, &row[r])
	}
	for _, r := range s.vague {
		if known := &row[r]; known.bound < f.bound {
			s.lookAnew(r, v, f, known)
		}
	}
}

// lookAnew scans one round and writes down what it finds.
func (s *state) lookAnew(r, v int32, f *finder, known *recalled) {
	t := s.tracks[r]
	g := finder{bound: f.bound, lane: -1, call: -1}
	s.lookInto(int(r), t, v, 0, len(t.visits)-len(s.lanes[r].head)+1, &g)
	*known = recalled{g.bound, t.state, -1, -1}
	if g.lane < 0 {
		return
	}
	known.index, known.call = g.index, g.call
	if s.blinks(f) {
		s.lookHalf(r, v, f)
	} else {
		f.bound, f.lane, f.index, f.call = g.bound, g.lane, g.index, g.call
	}
}

// lookHalf scans one round and does not see half of the places found.
func (s *state) lookHalf(r, v int32, f *finder) {
	t, blink := s.tracks[r], f.blink
	f.blink = 1 << 15
	s.lookInto(int(r), t, v, 0, len(t.visits)-len(s.lanes[r].head)+1, f)
	f.blink = blink
}
