package roads

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"
)

// asked is one way of reading what somebody typed.
type asked struct {
	number string   // "" where there is none
	street []string // words, in normal form
	rest   []string // words behind the street, maybe a town
	part   bool     // the last word of street may be a beginning only
	exact  bool     // it is only meant where there is just that
}

// Limits of what a search looks at.
const (
	mostAsked  = 200 // characters
	mostTerms  = 48  // names alike that are looked at closer
	leastAlike = 0.6 // of a name, to be taken for another
)

// Search finds addresses: "201 N King St, Wilmington", "King Street 201",
// "203-06 Hollis Ave", or a street or a town alone. Small errors in names are
// forgiven. The best come first, at most limit of them; among equally good ones
// those nearer to near, if it isn't nil.
func (n *Network) Search(text string, limit int, near *orb.Point) []Address {
	return n.gazetteer.find(text, limit, near, false)
}

// Complete finds addresses for what somebody is still typing: the last word may
// be the beginning of one.
func (n *Network) Complete(text string, limit int, near *orb.Point) []Address {
	return n.gazetteer.find(text, limit, near, true)
}

// Reverse says where a place is: the nearest house within 60 m, else the nearest
// street; false where there is neither.
func (n *Network) Reverse(p orb.Point) (Address, bool) {
	z := n.gazetteer
	lon, lat := units(p)
	best, far := uint32(none), 60.0
	for x := int32(-1); x <= 1; x++ {
		for y := int32(-1); y <= 1; y++ {
			i, ok := slices.BinarySearch(z.grid.cell, houseCellOf(lon+x*houseCell, lat+y*houseCell))
			if !ok {
				continue
			}
			for _, h := range z.grid.house[z.grid.first[i]:z.grid.first[i+1]] {
				if d := metresBetween(p, degrees(z.houses[h].lon, z.houses[h].lat)); d < far {
					best, far = h, d
				}
			}
		}
	}
	if best != none {
		s, _ := slices.BinarySearchFunc(z.streets, best, func(r streetRow, h uint32) int {
			if r.houses <= h {
				return -1
			}
			return 1
		})
		return z.address(&candidate{score: 1, town: none, street: uint32(s - 1), house: best, beyond: none}), true
	}
	name := n.Street(p)
	if name == "" {
		return Address{}, false
	}
	a := Address{Street: name, Point: p, Precision: OnStreet, Score: 1}
	far = math.Inf(1)
	if t, ok := slices.BinarySearch(z.terms, normal(name)); ok {
		from, to := z.streetsOf(uint32(t))
		for _, s := range z.streets[from:to] {
			if d := metresBetween(p, degrees(s.lon, s.lat)); d < far && s.town != none {
				far, a.City = d, z.texts[z.towns[s.town].name]
			}
		}
	}
	return a, true
}

func (z *gazetteer) find(text string, limit int, near *orb.Point, part bool) []Address {
	if len(text) > mostAsked || limit <= 0 {
		return nil
	}
	r := z.room()
	defer z.rooms.Put(r)
	all := readings(text, part)
	if z.read(r, all, false) < enough {
		z.read(r, all, true)
	}
	for i := range r.found {
		c := &r.found[i]
		place := rank{score: c.score, found: int32(i)}
		if near != nil {
			place.metres = metresBetween(*near, z.pointOf(c))
		}
		r.order = append(r.order, place)
	}
	slices.SortFunc(r.order, rank.compare)
	var out []Address
	for _, place := range r.order {
		if len(out) == limit {
			break
		}
		f := z.address(&r.found[place.found])
		if !slices.ContainsFunc(out, func(o Address) bool { return o.Point == f.Point && o.Number == f.Number && o.Street == f.Street }) {
			out = append(out, f)
		}
	}
	return out
}

// rank is where a candidate stands among the others.
type rank struct {
	score, metres float64
	found         int32
}

// compare puts better ones first; what is equally good, in the order in which it
// was found.
func (r rank) compare(o rank) int {
	switch {
	case r.score != o.score:
		return cmp.Compare(o.score, r.score)
	case r.metres != o.metres:
		return cmp.Compare(r.metres, o.metres)
	}
	return cmp.Compare(r.found, o.found)
}

// enough is a score with which nothing better is sought: who wrote a name right is
// not offered what is alike, even where the street lacks the number.
const enough = 0.79

// read finds what readings may mean, and gives the best score among it. A street
// that is much like the words behind the number leaves the other readings, which
// take the last words for a town, out.
func (z *gazetteer) read(r *searchRoom, all []asked, fuzzy bool) (best float64) {
	for i := range all {
		a := &all[i]
		if fuzzy && (a.exact || best >= enough && (a.number == "" || len(a.rest) > 0)) {
			continue
		}
		from := len(r.found)
		z.look(r, a, fuzzy)
		for k := from; k < len(r.found); k++ {
			best = max(best, r.found[k].score)
		}
	}
	return best
}

// readings gives the ways in which a text can be read: which word is the number,
// and where the street ends.
func readings(text string, part bool) []asked {
	first, rest, comma := strings.Cut(text, ",")
	list := words(first)
	tail := normalWords(words(rest))
	part = part && !comma && !strings.HasSuffix(text, " ")
	var out []asked
	split := func(number string, name []string) {
		short := name
		if part && len(name) > 0 {
			short = name[:len(name)-1]
		}
		name = append(normalWords(short), name[len(short):]...)
		for k := len(name); k >= 1 && k >= len(name)-3; k-- {
			out = append(out, asked{number: number, street: name[:k], rest: append(slices.Clone(name[k:]), tail...), part: part && k == len(name)})
			if comma {
				break
			}
		}
	}
	numeric := func(w string) bool { return w[0] >= '0' && w[0] <= '9' && !ordinal(w) }
	if len(list) > 1 {
		if numeric(list[0]) {
			split(list[0], list[1:])
			if k := longNumber(list); k > 1 && k < len(list) {
				out = append(out, asked{number: strings.Join(list[:k], " "), street: normalWords(list[k:]), rest: tail, exact: true})
			}
		}
		if last := len(list) - 1; numeric(list[last]) {
			split(list[last], list[:last])
		}
	}
	// "King Street 201 Wilmington"
	for i := 1; i+1 < len(list); i++ {
		if numeric(list[i]) && !numeric(list[0]) {
			out = append(out, asked{number: list[i], street: normalWords(list[:i]), rest: append(normalWords(list[i+1:]), tail...)})
			break
		}
	}
	if len(list) > 0 {
		split("", list)
	}
	return out
}

// longNumber gives how many words at the beginning are a house number that has more
// than one: "227-16 1/2", "214-39 rear", "12 b".
func longNumber(list []string) int {
	k := 1
	if len(list) > 3 && list[1] == "1" && len(list[2]) == 1 && digit(rune(list[2][0])) {
		k = 3
	}
	if k < len(list) && (list[k] == "rear" || list[k] == "front" || len(list[k]) == 1 && !digit(rune(list[k][0]))) {
		k++
	}
	return k
}

func ordinal(w string) bool {
	n := len(w) - 2
	return n > 0 && strings.Trim(w[:n], "0123456789") == "" && slices.Contains([]string{"st", "nd", "rd", "th"}, w[n:])
}
