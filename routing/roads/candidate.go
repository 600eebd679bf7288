package roads

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// hit is a name that may be meant.
type hit struct {
	term  uint32
	score float64
}

// candidate is what a reading may mean: a town, or a street with what is known of
// the number on it. There are many of them to a search and few are shown, so it
// has rows and no texts.
type candidate struct {
	score         float64
	asked         *asked
	town          uint32 // none: it is a street
	street        uint32
	house, beyond uint32 // the house; two that the number lies between; or both none
}

// look finds what one reading may mean.
func (z *gazetteer) look(r *searchRoom, a *asked, fuzzy bool) {
	name := strings.Join(a.street, " ")
	r.hits = r.hits[:0]
	switch t, ok := slices.BinarySearch(z.terms, name); {
	case fuzzy:
		z.alike(r, name)
	case ok:
		r.hits = append(r.hits, hit{uint32(t), 1})
	}
	if a.part && !fuzzy {
		z.beginning(r, name)
	}
	want, key := plainNumber(a.number), houseKey(a.number)
	for _, h := range r.hits {
		from, to := z.streetsOf(h.term)
		for s := from; s < to; s++ {
			c := candidate{score: h.score * z.townScore(a.rest, z.streets[s].town), asked: a, town: none, street: s, house: none, beyond: none}
			if a.number != "" {
				z.place(&c, want, key)
			}
			r.found = append(r.found, c)
		}
		if a.number != "" {
			continue
		}
		from, to = z.townsOf(h.term)
		for t := from; t < to; t++ {
			score := h.score * math.Pow(0.85, float64(len(a.rest)))
			r.found = append(r.found, candidate{score: score * 0.97, asked: a, town: t, street: none, house: none, beyond: none})
		}
	}
}

// townScore tells how well the words behind a street fit its town.
func (z *gazetteer) townScore(rest []string, town uint32) float64 {
	if len(rest) == 0 {
		return 1
	}
	if town == none {
		return 0.7
	}
	name := z.terms[z.towns[town].term]
	best := 0.0
	// A state, a country or a postcode may follow.
	for k := len(rest); k >= 1; k-- {
		if l := likeness(strings.Join(rest[:k], " "), name, 0.75); l > 0 {
			best = max(best, l-0.01*float64(len(rest)-k))
		}
	}
	return 0.75 + 0.25*best
}

// place finds the number on a street, as well as it is known there.
func (z *gazetteer) place(c *candidate, want string, key uint32) {
	lo, hi := z.housesOf(c.street)
	i, _ := slices.BinarySearchFunc(z.houses[lo:hi], key, func(h houseRow, k uint32) int { return cmp.Compare(h.key, k) })
	k := lo + uint32(i)
	for at := k; at < hi && z.houses[at].key == key; at++ {
		if isPlainly(z.texts[z.houses[at].number], want) {
			c.house = at
			// A postcode among the words decides between houses of one number.
			if code := z.texts[z.houses[at].postcode]; code == "" || !slices.Contains(c.asked.rest, strings.ToLower(code)) {
				c.score *= 0.999
			}
			return
		}
	}
	// Between the next lower and the next higher number of the same side.
	below, above := uint32(none), uint32(none)
	for at := k; at > lo && below == none; at-- {
		if h := z.houses[at-1]; h.key < key && h.key%2 == key%2 {
			below = at - 1
		}
	}
	for at := k; at < hi && above == none; at++ {
		if h := z.houses[at]; h.key > key && h.key%2 == key%2 {
			above = at
		}
	}
	if below == none || above == none || key == 0 || metresBetween(z.houses[below].point(), z.houses[above].point()) > 500 {
		c.score *= 0.8
		return
	}
	c.score *= 0.9
	c.house, c.beyond = below, above
}

func (h *houseRow) point() orb.Point { return degrees(h.lon, h.lat) }

// pointOf says where a candidate is.
func (z *gazetteer) pointOf(c *candidate) orb.Point {
	switch {
	case c.town != none:
		return degrees(z.towns[c.town].lon, z.towns[c.town].lat)
	case c.house == none:
		return degrees(z.streets[c.street].lon, z.streets[c.street].lat)
	case c.beyond == none:
		return z.houses[c.house].point()
	}
	h, g := &z.houses[c.house], &z.houses[c.beyond]
	p, q := h.point(), g.point()
	t := float64(houseKey(c.asked.number)-h.key) / float64(g.key-h.key)
	return orb.Point{p[0] + t*(q[0]-p[0]), p[1] + t*(q[1]-p[1])}
}

// address writes a candidate out.
func (z *gazetteer) address(c *candidate) Address {
	if c.town != none {
		return Address{City: z.texts[z.towns[c.town].name], Point: z.pointOf(c), Precision: InTown, Score: c.score}
	}
	s := &z.streets[c.street]
	a := Address{Street: z.texts[s.name], Point: z.pointOf(c), Precision: OnStreet, Score: c.score}
	if s.town != none {
		a.City = z.texts[z.towns[s.town].name]
	}
	switch {
	case c.house == none:
	case c.beyond == none:
		h := &z.houses[c.house]
		a.Number, a.Postcode, a.Precision = z.texts[h.number], z.texts[h.postcode], Rooftop
	default:
		a.Number, a.Precision = strings.ToUpper(c.asked.number), Interpolated
	}
	return a
}

func (z *gazetteer) housesOf(street uint32) (from, to uint32) {
	to = uint32(len(z.houses))
	if int(street)+1 < len(z.streets) {
		to = z.streets[street+1].houses
	}
	return z.streets[street].houses, to
}

// streetsOf and townsOf give the rows with a name: from, to before to.
func (z *gazetteer) streetsOf(term uint32) (from, to uint32) {
	return rowsOf(z.streets, term, func(s streetRow) uint32 { return s.term })
}

func (z *gazetteer) townsOf(term uint32) (from, to uint32) {
	return rowsOf(z.towns, term, func(t townRow) uint32 { return t.term })
}

func rowsOf[R any](rows []R, term uint32, of func(R) uint32) (from, to uint32) {
	i, _ := slices.BinarySearchFunc(rows, term, func(r R, t uint32) int { return cmp.Compare(of(r), t) })
	k := i
	for k < len(rows) && of(rows[k]) == term {
		k++
	}
	return uint32(i), uint32(k)
}
