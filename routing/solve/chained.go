package solve

import "slices"

// chained is a plan whose rounds are chained stops, as far as ruins need to know it.
// Stops that are no visits have higher numbers than those.
type chained interface {
	laneOf(v int32) int32               // -1 when it is absent
	around(id int32) (prev, next int32) // of a stop that is not absent
	begin(lane int32) int32
	visitsOf(lane int32) int32 // how many

	// cut takes out so many visits from one on, save those from keepFrom to keepTo-1.
	cut(from, total, keepFrom, keepTo int32)
}

// cutStrings takes strings of visits near a seed out of their rounds, now and then a
// whole round, which stays barred half of these times, if rounds can be.
func (h *hunt) cutStrings(c chained, near [][]int32, bars bool) {
	seed := h.loose[h.n(len(h.loose))]
	mean, strings := h.strings()
	if strings == 0 {
		return
	}
	if r := c.laneOf(seed); r >= 0 && h.chance() < wholeShare {
		if bars && h.chance() < barShare {
			h.barred = r
		}
		_, first := c.around(c.begin(r))
		c.cut(first, c.visitsOf(r), 0, 0)
		strings--
	}
	for _, v := range near[seed] {
		if strings <= 0 {
			break
		}
		r := c.laneOf(v)
		if r < 0 || h.stamp[r] == h.change {
			continue
		}
		h.cutString(c, v, mean)
		strings--
	}
}

// cutString takes one string that holds v out of its round.
func (h *hunt) cutString(c chained, v int32, mean float64) {
	n := int32(h.visits)
	total, keepFrom, keepTo := h.span(int(c.visitsOf(c.laneOf(v))), mean)
	before, after := int32(0), int32(0)
	for u, _ := c.around(v); before < int32(total)-1 && u < n; u, _ = c.around(u) {
		before++
	}
	for _, u := c.around(v); after < int32(total)-1 && u < n; _, u = c.around(u) {
		after++
	}
	lo := max(0, int32(total)-1-after)
	for steps := lo + int32(h.n(int(before-lo+1))); steps > 0; steps-- {
		v, _ = c.around(v)
	}
	c.cut(v, int32(total), int32(keepFrom), int32(keepTo))
}

// crewed is such a plan where technicians differ, as far as exchanging their rounds
// needs to know it.
type crewed interface {
	chained
	suitable(lane, v int32) bool // in some round of that lane
	hold(lane int32)             // logs a round before its first change
	leave(v int32)               // without closing the gap
	// reseat gives a lane the round of these visits, and says whether it is possible.
	reseat(lane int32, visits []int32) bool
}

// exchangeRounds gives two technicians each other's rounds, as far as they can do them;
// what they can't becomes absent. It says whether that is possible.
func (h *hunt) exchangeRounds(c crewed) bool {
	a, b := int32(h.n(len(h.lanes))), int32(h.n(len(h.lanes)))
	if a == b || c.visitsOf(a)+c.visitsOf(b) == 0 || h.closed != nil && (h.closed[a] || h.closed[b]) {
		return false
	}
	h.lists[0], h.lists[1] = h.visitsIn(c, b, h.lists[0]), h.visitsIn(c, a, h.lists[1])
	c.hold(a)
	c.hold(b)
	out := 0
	drop := func(v int32) {
		c.leave(v)
		h.gone(v)
		out++
	}
	for k, r := range [2]int32{a, b} {
		list := h.lists[k][:0]
		for _, v := range h.lists[k] {
			if c.suitable(r, v) {
				list = append(list, v)
			} else {
				drop(v)
			}
		}
		for !c.reseat(r, list) {
			if len(list) == 0 {
				return false
			}
			i := h.n(len(list))
			drop(list[i])
			list = slices.Delete(list, i, i+1)
		}
	}
	return out < 2*meanOut
}

// visitsIn writes a round's visits into buf.
func (h *hunt) visitsIn(c chained, lane int32, buf []int32) []int32 {
	buf = buf[:0]
	for _, v := c.around(c.begin(lane)); v < int32(h.visits); _, v = c.around(v) {
		buf = append(buf, v)
	}
	return buf
}
