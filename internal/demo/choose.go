package demo

import (
	"cmp"
	"slices"
	"strings"

	"roundsman/dispatch"
	"roundsman/internal/fault"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
)

const (
	wantedSites = 75
	leastSites  = 60
	apart       = 120.0 // metres that sites keep from one another, where there are enough
	nearby      = 15_000.0
	longest     = 60 // bytes of a name; what is longer was put on the map by mistake
)

// area is what was chosen from a map.
type area struct {
	region dispatch.Region
	parts  []part
}

// part is one core with its sites and with places near them for homes.
type part struct {
	core
	sites []Place
	homes []orb.Point
}

// choose takes the sites from the places of a map. Code: "demo_map_small".
func choose(seed uint64, places []Place) (area, error) {
	var usable []Place
	for _, p := range places {
		p.Name, p.Address = strings.TrimSpace(p.Name), strings.TrimSpace(p.Address)
		if p.Name != "" && len(p.Name) <= longest && p.Address != "" {
			usable = append(usable, p)
		}
	}
	// The order in which a map lists its places means nothing.
	slices.SortFunc(usable, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Point[0], b.Point[0]), cmp.Compare(a.Point[1], b.Point[1]),
			cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Address, b.Address), cmp.Compare(a.City, b.City))
	})
	if a := settle(seed, delaware, usable, delawareCores); a.count() >= leastSites {
		return a, nil
	}
	if len(usable) > 0 {
		middle := densest(usable)
		here := dispatch.Region{Code: "MAP", Name: "The map's region", Zone: zoneAt(middle.Lon())}
		cores := []core{{depot: "First depot", near: middle, centre: middle, radius: 2 * nearby, sites: wantedSites - 15, crew: 9},
			{depot: "Second depot", near: middle, centre: middle, radius: 4 * nearby, sites: 15, crew: 3}}
		if a := settle(seed, here, usable, cores); a.count() >= leastSites {
			return a, nil
		}
	}
	return area{}, fault.New(fault.Invalid, "demo_map_small",
		"the map has %d named places with an address or a street, too few of them near one another for %d sites; give the map of a larger town", len(usable), leastSites)
}

func (a area) count() (n int) {
	for _, p := range a.parts {
		n += len(p.sites)
	}
	return n
}

// settle chooses sites core by core. What a core lacks, the first one makes up
// for; homes are at places that became no site, and no two at the same point.
func settle(seed uint64, region dispatch.Region, usable []Place, cores []core) area {
	a := area{region: region}
	taken := make([]bool, len(usable))
	for i := len(cores) - 1; i >= 0; i-- {
		c, want := cores[i], cores[i].sites
		if i == 0 {
			want = wantedSites - a.count()
		}
		var inside []int
		for k, p := range usable {
			if !taken[k] && geo.Distance(c.centre, p.Point) <= c.radius && (c.cutOff == nil || !c.cutOff(p.Point)) {
				inside = append(inside, k)
			}
		}
		shuffle(chanceOf(seed, "places/"+c.depot), inside)
		p := part{core: c}
		for _, k := range sample(usable, inside, want) {
			taken[k] = true
			p.sites = append(p.sites, usable[k])
		}
		for _, k := range inside {
			if !taken[k] {
				p.homes = append(p.homes, usable[k].Point)
			}
		}
		a.parts = append(a.parts, p)
	}
	slices.Reverse(a.parts)
	return a
}

// sample takes up to n of the places, one trade after the other in turn, so
// that no trade crowds out the rest; crowded doors only when there is no other.
func sample(places []Place, from []int, n int) []int {
	queues := make([][]int, len(turn))
	for _, k := range from {
		t := slices.Index(turn[:], kindOf(places[k].Kind).trade)
		queues[t] = append(queues[t], k)
	}
	var chosen []int
	for _, gap := range []float64{apart, 1} {
		var left [len(turn)][]int
		for busy := true; busy && len(chosen) < n; {
			busy = false
			for t := range queues {
				// Each trade has one go, until one of its places fits. The last
				// trade is a stopgap.
				if t == len(turn)-1 && busy {
					continue
				}
				for len(queues[t]) > 0 && len(chosen) < n {
					k := queues[t][0]
					queues[t] = queues[t][1:]
					busy = true
					if !crowded(places, chosen, k, gap) {
						chosen = append(chosen, k)
						break
					}
					left[t] = append(left[t], k)
				}
			}
		}
		for t := range queues {
			queues[t] = append(left[t], queues[t]...)
		}
	}
	return chosen
}

func crowded(places []Place, chosen []int, k int, gap float64) bool {
	return slices.ContainsFunc(chosen, func(c int) bool { return geo.Distance(places[c].Point, places[k].Point) < gap })
}

// densest gives the place that has the most others near it.
func densest(places []Place) orb.Point {
	best, at := -1, orb.Point{}
	for _, p := range places {
		n := 0
		for _, q := range places {
			if geo.Distance(p.Point, q.Point) < nearby {
				n++
			}
		}
		if n > best {
			best, at = n, p.Point
		}
	}
	return at
}
