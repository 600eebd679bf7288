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
		return z.house(uint32(s-1), best, 1), true
	}
	name := n.Street(p)
	if name == "" {
		return Address{}, false
	}
	a := Address{Street: name, Point: p, Precision: OnStreet, Score: 1}
	far = math.Inf(1)
	if t, ok := slices.BinarySearch(z.terms, normal(name)); ok {
		for _, s := range z.streetsOf(uint32(t)) {
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
	all := readings(text, part)
	found, best := z.read(all, false)
	if best < enough {
		alike, _ := z.read(all, true)
		found = append(found, alike...)
	}
	type rank struct {
		score, metres float64
		found         int
	}
	order := make([]rank, len(found))
	for i := range found {
		order[i] = rank{score: found[i].Score, found: i}
		if near != nil {
			order[i].metres = metresBetween(*near, found[i].Point)
		}
	}
	slices.SortFunc(order, func(a, b rank) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.metres, b.metres), cmp.Compare(a.found, b.found))
	})
	var out []Address
	for _, r := range order {
		if len(out) == limit {
			break
		}
		f := found[r.found]
		if !slices.ContainsFunc(out, func(o Address) bool { return o.Point == f.Point && o.Number == f.Number && o.Street == f.Street }) {
			out = append(out, f)
		}
	}
	return out
}

// enough is a score with which nothing better is sought: who wrote a name right is
// not offered what is alike, even where the street lacks the number.
const enough = 0.79

// read finds what readings may mean, and the best score among it. A street that
// is much like the words behind the number leaves the other readings, which take
// the last words for a town, out.
func (z *gazetteer) read(all []asked, fuzzy bool) (found []Address, best float64) {
	for _, a := range all {
		if fuzzy && best >= enough && (a.number == "" || len(a.rest) > 0) {
			continue
		}
		for _, f := range z.look(a, fuzzy) {
			found = append(found, f)
			best = max(best, f.Score)
		}
	}
	return found, best
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
			out = append(out, asked{number, name[:k], append(slices.Clone(name[k:]), tail...), part && k == len(name)})
			if comma {
				break
			}
		}
	}
	numeric := func(w string) bool { return w[0] >= '0' && w[0] <= '9' && !ordinal(w) }
	if len(list) > 1 {
		if numeric(list[0]) {
			split(list[0], list[1:])
		}
		if last := len(list) - 1; numeric(list[last]) {
			split(list[last], list[:last])
		}
	}
	// "King Street 201 Wilmington"
	for i := 1; i+1 < len(list); i++ {
		if numeric(list[i]) && !numeric(list[0]) {
			out = append(out, asked{list[i], normalWords(list[:i]), append(normalWords(list[i+1:]), tail...), false})
			break
		}
	}
	if len(list) > 0 {
		split("", list)
	}
	return out
}

func ordinal(w string) bool {
	n := len(w) - 2
	return n > 0 && strings.Trim(w[:n], "0123456789") == "" && slices.Contains([]string{"st", "nd", "rd", "th"}, w[n:])
}

// hit is a name that may be meant.
type hit struct {
	term  uint32
	score float64
}

// look finds what one reading may mean.
func (z *gazetteer) look(a asked, fuzzy bool) []Address {
	name := strings.Join(a.street, " ")
	var hits []hit
	switch t, ok := slices.BinarySearch(z.terms, name); {
	case fuzzy:
		hits = z.alike(name)
	case ok:
		hits = append(hits, hit{uint32(t), 1})
	}
	if a.part && !fuzzy {
		hits = append(hits, z.beginning(name)...)
	}
	var out []Address
	for _, h := range hits {
		for _, s := range z.streetsOf(h.term) {
			score := h.score * z.townScore(a.rest, s.town)
			out = append(out, z.address(s, a, score))
		}
		if a.number != "" {
			continue
		}
		for _, t := range z.townsOf(h.term) {
			score := h.score * math.Pow(0.85, float64(len(a.rest)))
			out = append(out, Address{City: z.texts[t.name], Point: degrees(t.lon, t.lat), Precision: InTown, Score: score * 0.97})
		}
	}
	return out
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

// address is a street with the number that was asked for, as well as it is known.
func (z *gazetteer) address(s street, a asked, score float64) Address {
	if a.number == "" {
		return z.onStreet(s, score)
	}
	lo, hi := z.housesOf(s.index)
	want, key := plainNumber(a.number), houseKey(a.number)
	i, _ := slices.BinarySearchFunc(z.houses[lo:hi], key, func(h houseRow, k uint32) int { return cmp.Compare(h.key, k) })
	k := lo + uint32(i)
	for at := k; at < hi && z.houses[at].key == key; at++ {
		if plainNumber(z.texts[z.houses[at].number]) == want {
			// A postcode among the words decides between houses of one number.
			if code := z.texts[z.houses[at].postcode]; code != "" && slices.Contains(a.rest, strings.ToLower(code)) {
				return z.house(s.index, at, score)
			}
			return z.house(s.index, at, score*0.999)
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
	if below == none || above == none || key == 0 {
		return z.onStreet(s, score*0.8)
	}
	h, g := z.houses[below], z.houses[above]
	p, q := degrees(h.lon, h.lat), degrees(g.lon, g.lat)
	if metresBetween(p, q) > 500 {
		return z.onStreet(s, score*0.8)
	}
	t := float64(key-h.key) / float64(g.key-h.key)
	found := z.onStreet(s, score*0.9)
	found.Number, found.Precision = strings.ToUpper(a.number), Interpolated
	found.Point = orb.Point{p[0] + t*(q[0]-p[0]), p[1] + t*(q[1]-p[1])}
	return found
}

// street is a row of streets with its number.
type street struct {
	streetRow
	index uint32
}

func (z *gazetteer) onStreet(s street, score float64) Address {
	a := Address{Street: z.texts[s.name], Point: degrees(s.lon, s.lat), Precision: OnStreet, Score: score}
	if s.town != none {
		a.City = z.texts[z.towns[s.town].name]
	}
	return a
}

func (z *gazetteer) house(row, house uint32, score float64) Address {
	h := z.houses[house]
	a := z.onStreet(street{z.streets[row], row}, score)
	a.Number, a.Postcode, a.Precision = z.texts[h.number], z.texts[h.postcode], Rooftop
	a.Point = degrees(h.lon, h.lat)
	return a
}

func (z *gazetteer) housesOf(row uint32) (from, to uint32) {
	to = uint32(len(z.houses))
	if int(row)+1 < len(z.streets) {
		to = z.streets[row+1].houses
	}
	return z.streets[row].houses, to
}

func (z *gazetteer) streetsOf(term uint32) []street {
	i, _ := slices.BinarySearchFunc(z.streets, term, func(s streetRow, t uint32) int { return cmp.Compare(s.term, t) })
	var out []street
	for ; i < len(z.streets) && z.streets[i].term == term; i++ {
		out = append(out, street{z.streets[i], uint32(i)})
	}
	return out
}

func (z *gazetteer) townsOf(term uint32) []townRow {
	i, _ := slices.BinarySearchFunc(z.towns, term, func(r townRow, t uint32) int { return cmp.Compare(r.term, t) })
	k := i
	for k < len(z.towns) && z.towns[k].term == term {
		k++
	}
	return z.towns[i:k]
}

// alike finds the names that are most alike to a text: first by the letters that
// they share, then letter by letter.
func (z *gazetteer) alike(text string) []hit {
	keys := trigrams(make([]uint32, 0, 64), text)
	shared := make([]uint8, len(z.terms)) // by term; a text has no more than 200
	var touched []uint32
	for _, k := range keys {
		if i, ok := slices.BinarySearch(z.trigram, k); ok {
			for _, t := range z.trigramTerm[z.trigramFirst[i]:z.trigramFirst[i+1]] {
				if shared[t] == 0 {
					touched = append(touched, t)
				}
				shared[t]++
			}
		}
	}
	var hits []hit
	for _, t := range touched {
		if s := 2 * float64(shared[t]) / float64(len(keys)+len(z.terms[t])+1); s > 0.25 {
			hits = append(hits, hit{t, s})
		}
	}
	order := func(a, b hit) int { return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.term, b.term)) }
	slices.SortFunc(hits, order)
	hits = hits[:min(len(hits), mostTerms)]
	for i := range hits {
		hits[i].score = likeness(text, z.terms[hits[i].term], leastAlike)
	}
	slices.SortFunc(hits, order)
	for i := range hits {
		if hits[i].score < leastAlike {
			return hits[:i]
		}
	}
	return hits
}

// beginning finds names in which words begin with a text.
func (z *gazetteer) beginning(text string) []hit {
	if text == "" {
		return nil
	}
	i, _ := slices.BinarySearchFunc(z.starts, text, func(w wordStart, t string) int {
		return cmp.Compare(z.terms[w.term][w.offset:], t)
	})
	var hits []hit
	const most = 200
	for ; i < len(z.starts) && len(hits) < most; i++ {
		w := z.starts[i]
		term := z.terms[w.term]
		if !strings.HasPrefix(term[w.offset:], text) {
			break
		}
		// Better where more of the name is typed, and at the start of the name.
		score := 0.9 + 0.08*float64(len(text))/float64(len(term))
		if w.offset > 0 {
			score -= 0.04
		}
		hits = append(hits, hit{w.term, score})
	}
	return hits
}
