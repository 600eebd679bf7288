package roads

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
)

// Precision says how well an address is known.
type Precision string

// From the best to the worst.
const (
	Rooftop      Precision = "rooftop"      // the house itself is on the map
	Interpolated Precision = "interpolated" // between two houses of the street
	OnStreet     Precision = "street"       // the street, somewhere on it
	InTown       Precision = "place"        // the town
)

// Address is where somebody may be found. Empty texts aren't known.
type Address struct {
	Number    string
	Street    string
	City      string
	Postcode  string
	Point     orb.Point
	Precision Precision
	Score     float64 // how well it fits what was asked, 0 to 1
}

// rawAddress is a house as the map has it; refs are set until its point is.
type rawAddress struct {
	number, street, city, postcode string
	point                          orb.Point
	refs                           []int64
}

func addressOf(tags osm.Tags) (a rawAddress, ok bool) {
	a.number, a.street = tags.Find("addr:housenumber"), tags.Find("addr:street")
	if a.number == "" {
		return a, false
	}
	if a.street == "" {
		a.street = tags.Find("addr:place")
	}
	a.city, a.postcode = tags.Find("addr:city"), tags.Find("addr:postcode")
	return a, a.street != ""
}

// settleAddresses finds where the houses are; those without any corner on the map
// are dropped.
func (s *source) settleAddresses() {
	kept := s.addresses[:0]
	for _, a := range s.addresses {
		ok := true
		if a.refs != nil {
			a.point, ok = s.middle(a.refs)
			a.refs = nil
		}
		if ok {
			kept = append(kept, a)
		}
	}
	s.addresses = kept
}

// town is a place with people and a name.
type town struct {
	name   string
	kind   string // city, town, …; "" where only addresses name it
	point  orb.Point
	radius float64 // metres around it in which it gives addresses their city; 0: none
}

var townRadius = map[string]float64{"city": 8000, "town": 4000, "village": 2000, "hamlet": 1000, "borough": 3000, "suburb": 0, "neighbourhood": 0, "quarter": 0, "locality": 0}

func townOf(tags osm.Tags) (t town, ok bool) {
	kind := tags.Find("place")
	if kind == "" {
		return t, false
	}
	t.radius, ok = townRadius[kind]
	t.kind = kind
	t.name = tags.Find("name")
	return t, ok && t.name != ""
}

// gazetteer finds addresses. Terms are the normal forms of all names of streets
// and towns, sorted; the arrays are flat, as a graph's.
type gazetteer struct {
	texts   []string // names as they are shown, numbers, postcodes; texts[0] is ""
	terms   []string
	towns   []townRow   // by term
	streets []streetRow // by term
	houses  []houseRow  // by street, and by number within
	// Which terms hold three letters in a row; see trigrams.
	trigram      []uint32
	trigramFirst []uint32
	trigramTerm  []uint32
	// Where words begin, in the order of what follows there.
	starts []wordStart
	grid   pointGrid // of houses
	rooms  sync.Pool // *searchRoom
}

type townRow struct {
	term, name uint32
	kind       uint32
	lon, lat   int32
}

type streetRow struct {
	term, name uint32
	town       uint32 // none where there is none near
	houses     uint32 // the first of them; they end where the next street's begin
	lon, lat   int32
}

type houseRow struct {
	number, postcode uint32
	key              uint32 // the number's digits as one
	lon, lat         int32
}

type wordStart struct{ term, offset uint32 }

// gathering is a gazetteer in the making.
type gathering struct {
	z       *gazetteer
	texts   map[string]uint32
	towns   []town
	townAt  map[[2]int32][]int // by cell of a tenth of a degree
	named   map[string][]int   // towns by normal name
	streets map[streetKey]*streetSum
	normals map[string]string // of street names
}

type streetKey struct {
	term string
	town int // -1: none
}

type streetSum struct {
	name   string
	point  orb.Point   // of its first house, where it has no road
	road   []orb.Point // one in every kilometre
	houses []rawAddress
}

// middle gives the point of the road nearest to the middle of it: one on the
// street, and not beside it in a bend.
func (s *streetSum) middle() orb.Point {
	if len(s.road) == 0 {
		return s.point
	}
	var mean orb.Point
	for _, p := range s.road {
		mean[0], mean[1] = mean[0]+p[0]/float64(len(s.road)), mean[1]+p[1]/float64(len(s.road))
	}
	return slices.MinFunc(s.road, func(a, b orb.Point) int { return cmp.Compare(metresBetween(a, mean), metresBetween(b, mean)) })
}

// gazetteer makes one of the houses, the towns, and the streets of the
// networks.
func (s *source) gazetteer(graphs [modes]*graph) *gazetteer {
	b := &gathering{
		z: &gazetteer{texts: []string{""}}, texts: map[string]uint32{"": 0},
		townAt: map[[2]int32][]int{}, named: map[string][]int{}, streets: map[streetKey]*streetSum{}, normals: map[string]string{},
	}
	for _, t := range s.towns {
		b.addTown(t)
	}
	for _, a := range s.addresses {
		for number := range strings.SplitSeq(a.number, ";") {
			if a.number = strings.TrimSpace(number); a.number != "" {
				st := b.street(a.street, b.townOf(a.city, a.point), a.point)
				st.houses = append(st.houses, a)
			}
		}
	}
	// A street has its name on many segments; one in every kilometre is enough to
	// tell in which towns it is.
	type stretch struct {
		name     uint32
		lon, lat int32
	}
	seen := map[stretch]bool{}
	const kilometre = 100000 // in 1/degree
	for _, g := range graphs {
		for e := range g.tail {
			for v := g.first[e]; v+1 < g.first[e+1]; v++ {
				name := g.attrs[g.attr[v]].name
				at := stretch{name, g.lon[v] / kilometre, g.lat[v] / kilometre}
				if name != 0 && !seen[at] {
					seen[at] = true
					st := b.street(s.names[name], b.townOf("", g.point(v)), g.point(v))
					st.road = append(st.road, g.point(v))
				}
			}
		}
	}
	b.settle()
	return b.z
}

func cellOf(p orb.Point) [2]int32 {
	return [2]int32{int32(math.Floor(p[0] * 10)), int32(math.Floor(p[1] * 10))}
}

func (b *gathering) addTown(t town) int {
	i := len(b.towns)
	b.towns = append(b.towns, t)
	if t.radius > 0 {
		b.townAt[cellOf(t.point)] = append(b.townAt[cellOf(t.point)], i)
	}
	b.named[normal(t.name)] = append(b.named[normal(t.name)], i)
	return i
}

// townOf gives the town of an address: the nearest of the name that it has, else
// the one whose reach it is deepest in or least out of; -1 where none is near.
func (b *gathering) townOf(city string, at orb.Point) int {
	best, far := -1, math.Inf(1)
	if city != "" {
		for _, i := range b.named[normal(city)] {
			if d := metresBetween(at, b.towns[i].point); d < far && d < 30000 {
				best, far = i, d
			}
		}
		if best < 0 {
			best = b.addTown(town{name: city, point: at})
		}
		return best
	}
	c := cellOf(at)
	for x := c[0] - 1; x <= c[0]+1; x++ {
		for y := c[1] - 1; y <= c[1]+1; y++ {
			for _, i := range b.townAt[[2]int32{x, y}] {
				if d := metresBetween(at, b.towns[i].point) / b.towns[i].radius; d < far {
					best, far = i, d
				}
			}
		}
	}
	return best
}

func (b *gathering) street(name string, town int, at orb.Point) *streetSum {
	term, ok := b.normals[name]
	if !ok {
		term = normal(name)
		b.normals[name] = term
	}
	key := streetKey{term, town}
	st, ok := b.streets[key]
	if !ok {
		st = &streetSum{name: name, point: at}
		b.streets[key] = st
	}
	return st
}

func (b *gathering) text(t string) uint32 {
	i, ok := b.texts[t]
	if !ok {
		i = uint32(len(b.z.texts))
		b.texts[t] = i
		b.z.texts = append(b.z.texts, t)
	}
	return i
}

// settle puts everything in order.
func (b *gathering) settle() {
	z := b.z
	keys := make([]streetKey, 0, len(b.streets))
	for k := range b.streets {
		keys = append(keys, k)
		z.terms = append(z.terms, k.term)
	}
	slices.SortFunc(keys, func(x, y streetKey) int { return cmp.Or(cmp.Compare(x.term, y.term), cmp.Compare(x.town, y.town)) })
	for _, t := range b.towns {
		z.terms = append(z.terms, normal(t.name))
	}
	slices.Sort(z.terms)
	z.terms = slices.Compact(z.terms)
	order := make([]int, len(b.towns))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(normal(b.towns[x].name), normal(b.towns[y].name)) })
	row := make([]uint32, len(b.towns))
	for _, i := range order {
		t := b.towns[i]
		row[i] = uint32(len(z.towns))
		lon, lat := units(t.point)
		z.towns = append(z.towns, townRow{z.term(normal(t.name)), b.text(t.name), b.text(t.kind), lon, lat})
	}
	for _, k := range keys {
		st := b.streets[k]
		s := streetRow{term: z.term(k.term), name: b.text(st.name), town: none, houses: uint32(len(z.houses))}
		if k.town >= 0 {
			s.town = row[k.town]
		}
		s.lon, s.lat = units(st.middle())
		z.streets = append(z.streets, s)
		slices.SortStableFunc(st.houses, func(x, y rawAddress) int {
			return cmp.Or(cmp.Compare(houseKey(x.number), houseKey(y.number)), cmp.Compare(x.number, y.number))
		})
		for _, h := range st.houses {
			lon, lat := units(h.point)
			z.houses = append(z.houses, houseRow{b.text(h.number), b.text(h.postcode), houseKey(h.number), lon, lat})
		}
	}
	z.index()
	z.grid = plantPoints(z.houses)
}

func units(p orb.Point) (int32, int32) {
	return int32(math.Round(p[0] * degree)), int32(math.Round(p[1] * degree))
}

func degrees(lon, lat int32) orb.Point {
	return orb.Point{float64(lon) / degree, float64(lat) / degree}
}

// metresBetween is good for distances that are small on the globe.
func metresBetween(a, b orb.Point) float64 {
	x := (a[0] - b[0]) * math.Cos((a[1]+b[1])/2*math.Pi/180)
	return math.Hypot(x, a[1]-b[1]) * degree * metresPerUnit
}

// houseKey gives the digits of a house number as one number: 12 for "12b", 20306
// for "203-06".
func houseKey(number string) uint32 {
	digits := make([]byte, 0, 9)
	for i := range len(number) {
		switch c := number[i]; {
		case c >= '0' && c <= '9' && len(digits) < 9:
			digits = append(digits, c)
		case c != '-' && len(digits) > 0:
			n, _ := strconv.Atoi(string(digits))
			return uint32(n)
		}
	}
	n, _ := strconv.Atoi(string(digits))
	return uint32(n)
}

// plainNumber is the form in which house numbers are compared: "203-06" and
// "20306", "12 B" and "12b" are one.
func plainNumber(number string) string {
	var b []byte
	for i := range len(number) {
		if c := number[i]; c != '-' && c != ' ' && c != '/' {
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			b = append(b, c)
		}
	}
	return string(b)
}

// isPlainly says whether a house number has a plain form, without making it.
func isPlainly(number, plain string) bool {
	k := 0
	for i := range len(number) {
		c := number[i]
		if c == '-' || c == ' ' || c == '/' {
			continue
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		if k == len(plain) || plain[k] != c {
			return false
		}
		k++
	}
	return k == len(plain)
}

// term gives the number of a term that there is.
func (z *gazetteer) term(t string) uint32 {
	i, _ := slices.BinarySearch(z.terms, t)
	return uint32(i)
}

// index makes what finds terms by their letters and by the beginnings of their
// words.
func (z *gazetteer) index() {
	type pair struct{ key, term uint32 }
	var pairs []pair
	var keys []uint32
	for t, term := range z.terms {
		keys = trigrams(keys[:0], term)
		for _, k := range keys {
			pairs = append(pairs, pair{k, uint32(t)})
		}
		for i := range len(term) {
			if i == 0 || term[i-1] == ' ' {
				z.starts = append(z.starts, wordStart{uint32(t), uint32(i)})
			}
		}
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.term, b.term)) })
	for _, p := range slices.Compact(pairs) {
		if n := len(z.trigram); n == 0 || z.trigram[n-1] != p.key {
			z.trigram = append(z.trigram, p.key)
			z.trigramFirst = append(z.trigramFirst, uint32(len(z.trigramTerm)))
		}
		z.trigramTerm = append(z.trigramTerm, p.term)
	}
	z.trigramFirst = append(z.trigramFirst, uint32(len(z.trigramTerm)))
	slices.SortFunc(z.starts, func(a, b wordStart) int {
		return cmp.Or(cmp.Compare(z.terms[a.term][a.offset:], z.terms[b.term][b.offset:]), cmp.Compare(a.term, b.term))
	})
}

// trigrams appends the runs of three letters of a name, with a blank before and
// behind it, each as one number, once.
func trigrams(keys []uint32, name string) []uint32 {
	at := func(i int) uint32 {
		if i < 0 || i >= len(name) {
			return ' '
		}
		return uint32(name[i])
	}
	from := len(keys)
	for i := -1; i+1 < len(name); i++ {
		if k := at(i)<<16 | at(i+1)<<8 | at(i+2); !slices.Contains(keys[from:], k) {
			keys = append(keys, k)
		}
	}
	return keys
}

// pointGrid finds the house nearest to a coordinate. Cells are of a fixed size
// and kept sorted by number, so that empty ones cost nothing.
type pointGrid struct {
	cell  []uint64
	first []uint32 // by cell, one more than there are
	house []uint32
}

// houseCell is the size of a cell in coordinate units, about 110 m.
const houseCell = 10000

func houseCellOf(lon, lat int32) uint64 {
	return uint64(uint32(lon/houseCell))<<32 | uint64(uint32(lat/houseCell))
}

func plantPoints(houses []houseRow) (g pointGrid) {
	order := make([]uint32, len(houses))
	for i := range order {
		order[i] = uint32(i)
	}
	of := func(i uint32) uint64 { return houseCellOf(houses[i].lon, houses[i].lat) }
	slices.SortStableFunc(order, func(a, b uint32) int { return cmp.Compare(of(a), of(b)) })
	for _, i := range order {
		if n := len(g.cell); n == 0 || g.cell[n-1] != of(i) {
			g.cell = append(g.cell, of(i))
			g.first = append(g.first, uint32(len(g.house)))
		}
		g.house = append(g.house, i)
	}
	g.first = append(g.first, uint32(len(g.house)))
	return g
}
