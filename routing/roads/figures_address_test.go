package roads

import (
	"math/rand/v2"
	"slices"
	"time"

	"github.com/paulmach/orb"
)

// addressFigures are those of searching addresses.
var addressFigures = []figure{
	{"exact address found", "%", 100, 0, func(g *ground) (float64, float64) { return g.addresses().exact.found(), 0 }},
	{"exact address, p99", "µs", 300, 0, func(g *ground) (float64, float64) { return g.addresses().exact.p99(), 0 }},
	{"address with one typo found", "%", 97, 0, func(g *ground) (float64, float64) { return g.addresses().typo.found(), 0 }},
	{"address with one typo, p99", "µs", 300, 0, func(g *ground) (float64, float64) { return g.addresses().typo.p99(), 0 }},
	{"autocomplete after every letter, p99", "ms", 0, 1, func(g *ground) (float64, float64) { return g.addresses().complete.p99() / 1e3, 0 }},
}

// askedAddresses is how searching went.
type askedAddresses struct{ exact, typo, complete searched }

// searched is how it went with one kind of question.
type searched struct {
	hits int
	took []time.Duration
}

func (s *searched) ask(find func() []Address, is func(Address) bool) {
	start := processorTime()
	found := find()
	s.took = append(s.took, processorTime()-start)
	if len(found) > 0 && is(found[0]) {
		s.hits++
	}
}

// found gives a percentage.
func (s *searched) found() float64 { return 100 * float64(s.hits) / float64(len(s.took)) }

// p99 gives microseconds.
func (s *searched) p99() float64 {
	slices.Sort(s.took)
	return float64(s.took[len(s.took)*99/100]) / 1e3
}

// addresses asks for all houses of a map, or a sample of them: as they are
// written, with one letter wrong, and letter by letter.
func (g *ground) addresses() *askedAddresses {
	a := &g.asked
	if a.exact.took != nil {
		return a
	}
	every := 23
	if g.full {
		every = 1
	}
	r := rand.New(rand.NewPCG(1, 1))
	z, k := g.n.gazetteer, 0
	for row := range z.streets {
		from, to := z.housesOf(uint32(row))
		name := z.texts[z.streets[row].name]
		for h := from; h < to; h++ {
			if k++; k%every != 0 {
				continue
			}
			house := z.houses[h]
			number, at := z.texts[house.number], degrees(house.lon, house.lat)
			is := func(found Address) bool { return found.Number == number && normal(found.Street) == normal(name) }
			text := number + " " + name
			a.exact.ask(func() []Address { return g.n.Search(text, 3, &at) }, is)
			wrong := number + " " + typo(name, r)
			a.typo.ask(func() []Address { return g.n.Search(wrong, 3, &at) }, is)
			if k%(23*every) == 0 {
				g.typed(text, at)
			}
		}
	}
	return a
}

// typed asks after every letter of a text.
func (g *ground) typed(text string, at orb.Point) {
	for end := range text {
		g.asked.complete.ask(func() []Address { return g.n.Complete(text[:end+1], 8, &at) }, func(Address) bool { return true })
	}
}
