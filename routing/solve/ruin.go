package solve

import (
	"math"
	"slices"
)

const (
	meanOut    = 10   // visits taken out on average
	longest    = 10   // of one string
	splitShare = 0.5  // strings that leave some visits standing in their middle
	splitMore  = 0.01 // chance to leave one more
	wholeShare = 0.02 // ruins that empty a whole round
	barShare   = 0.5  // of those that leave it empty this time: somebody else has to do it
	nearby     = 200  // visits that a ruin looks at around its seed
)

// enough bounds how many others are looked at for each visit's neighbours; of more
// visits only every second, third, ... is looked at.
const enough = 3000

// neighbours lists for each visit the nearest others by travel, itself first.
func (c *core) neighbours() [][]int32 {
	near := make([][]int32, c.visits)
	if len(c.lanes) == 0 {
		return near
	}
	l := &c.lanes[0]
	list := make([]keyed, 0, c.visits)
	step := 1 + c.visits/enough
	for v := range near {
		list = list[:0]
		for u := v % step; u < len(near); u += step {
			if c.frozen[u] {
				continue
			}
			d := min(l.leg(c.place[v], c.place[u]), l.leg(c.place[u], c.place[v]))
			if u == v {
				d = -1
			}
			list = append(list, keyed{int64(d)<<32 | int64(u), int32(u)})
		}
		least(list, nearby)
		near[v] = make([]int32, min(nearby, len(list)))
		for i := range near[v] {
			near[v][i] = list[i].visit
		}
	}
	return near
}

// least brings the k least of a list to its front, in order.
func least(list []keyed, k int) {
	byKey := func(a, b keyed) int {
		if a.key < b.key {
			return -1
		}
		return 1
	}
	for rest := list; k < len(list) && len(rest) > 1; {
		// Quickselect on the middle element; keys differ.
		pivot := rest[len(rest)/2].key
		i, j := 0, len(rest)-1
		for i <= j {
			for rest[i].key < pivot {
				i++
			}
			for rest[j].key > pivot {
				j--
			}
			if i <= j {
				rest[i], rest[j] = rest[j], rest[i]
				i++
				j--
			}
		}
		off := len(list) - len(rest)
		switch {
		case k <= off+j:
			rest = list[off : off+j+1]
			list = list[:off+j+1]
		case k > off+i:
			rest = list[off+i:]
		default:
			rest = nil
		}
	}
	slices.SortFunc(list[:min(k, len(list))], byKey)
}

// ruin takes strings of neighbouring visits out of their rounds.
func (s *state) ruin(near [][]int32) bool {
	seed := s.loose[s.n(len(s.loose))]
	mean, strings := s.strings()
	if strings == 0 {
		return true
	}
	if r := s.where[seed]; r >= 0 && s.chance() < wholeShare {
		if !s.simple && s.chance() < barShare {
			s.barred = r
		}
		s.cut(int(r), len(s.lanes[r].head), len(s.tracks[r].visits), 0, 0)
		strings--
	}
	for _, v := range near[seed] {
		if strings <= 0 {
			break
		}
		r := s.where[v]
		if r < 0 || s.stamp[r] == s.change {
			continue
		}
		s.string(int(r), int(s.at[v]), mean)
		strings--
	}
	return true
}

// strings draws how many strings a ruin takes out; none when nobody is placed. They
// are up to mean visits long, or as long as the round.
func (s *state) strings() (mean float64, n int) {
	placed := len(s.loose) - len(s.absent)
	if placed == 0 {
		return 0, 0
	}
	mean = math.Min(longest, float64(placed)/float64(max(1, s.busy)))
	return mean, int(s.chance()*(4*meanOut/(1+mean)-1) + 1)
}

// span draws a string of a round of size visits: how many it spans, and which of
// them, from keepFrom to keepTo-1, stand all the same.
func (s *state) span(size int, mean float64) (total, keepFrom, keepTo int) {
	length, keep := min(size, int(s.chance()*math.Min(float64(size), mean)+1)), 0
	if length > 1 && length < size && s.chance() < splitShare {
		keep = 1
		for length+keep < size && s.chance() < splitMore {
			keep++
		}
		keepFrom = 1 + s.n(length-1)
	}
	return length + keep, keepFrom, keepFrom + keep
}

// string takes one string that holds the stop at index i out of a round.
func (s *state) string(r, i int, mean float64) {
	head := len(s.lanes[r].head)
	size := len(s.tracks[r].visits) - head
	total, keepFrom, keepTo := s.span(size, mean)
	pos := i - head
	lo, hi := max(0, pos-total+1), min(pos, size-total)
	from := head + lo + s.n(hi-lo+1)
	s.cut(r, from, from+total, from+keepFrom, from+keepTo)
}
