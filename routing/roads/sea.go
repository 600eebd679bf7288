package roads

import (
	"cmp"
	"math"
	"slices"
)

// The map has no seas, only coasts: ways with the land on their left. Here they
// are closed along the edge of the extract to areas of water.

// sea gives the rings of the sea, each with those of its islands behind it: the
// coasts joined to lines, led on to the nearest edge where they end, and closed
// along the edge. No rings where there is no coast.
func (s *source) sea() (rings [][]corner, inner []bool) {
	if len(s.coasts) == 0 {
		return nil, nil
	}
	var open, islands, lakes [][]corner
	for _, line := range joinCoasts(s.coasts) {
		c := s.corners(line)
		switch closed := line[0] == line[len(line)-1]; {
		case closed && len(c) < 4, len(c) < 2:
		case !closed:
			open = append(open, c)
		case windingOf(c) > 0:
			islands = append(islands, c)
		default: // water inside
			lakes = append(lakes, c)
		}
	}
	e := edgeOf(s)
	open = e.bridge(open)
	outer := append(e.close(open), lakes...)
	if len(open) == 0 && len(islands) > 0 {
		outer = append(outer, e.ring())
	}
	rings, inner = underOuter(outer, islands)
	if s.floods(rings, inner) {
		return nil, nil
	}
	return rings, inner
}

// bridge joins coasts over gaps that are nearer to each other than to the edge:
// such as the two banks of a river, where the coast ends in the middle of the map.
func (e edge) bridge(coasts [][]corner) [][]corner {
	for {
		from, to, least := -1, -1, math.Inf(1)
		for i, a := range coasts {
			last := a[len(a)-1]
			for j, b := range coasts {
				far := math.Hypot(float64(last.lon)-float64(b[0].lon), float64(last.lat)-float64(b[0].lat))
				if i != j && far < least && far < e.far(last) && far < e.far(b[0]) {
					from, to, least = i, j, far
				}
			}
		}
		if from < 0 {
			return coasts
		}
		joined := append(slices.Clone(coasts[from]), coasts[to]...)
		coasts = slices.DeleteFunc(slices.Clone(coasts), func(c []corner) bool { return &c[0] == &coasts[from][0] || &c[0] == &coasts[to][0] })
		coasts = append(coasts, joined)
	}
}

// far tells how far a corner is from the edge.
func (e edge) far(c corner) float64 {
	at, _ := e.meet(c)
	return math.Hypot(float64(at.lon)-float64(c.lon), float64(at.lat)-float64(c.lat))
}

// floods says whether a sea can't be: more than one in ten of the roads' nodes lie
// in it. Coasts that the extract has in part only close to such.
func (s *source) floods(rings [][]corner, inner []bool) bool {
	const most = 500
	step := max(1, len(s.refs)/most)
	wet, all := 0, 0
	for k := 0; k < len(s.refs); k += step {
		i := s.refs[k]
		if s.lon[i] == missing {
			continue
		}
		all++
		in := false
		for r, ring := range rings {
			if holds(ring, corner{s.lon[i], s.lat[i]}) {
				in = !inner[r]
				if !in {
					break // on an island
				}
			}
		}
		if in {
			wet++
		}
	}
	return wet*10 > all
}

// corner is a point of a ring, in 1/degree.
type corner struct{ lon, lat int32 }

// corners gives where nodes are; those that the map lacks are left out.
func (s *source) corners(refs []int64) (c []corner) {
	for _, ref := range refs {
		if i, ok := s.node(ref); ok && s.lon[i] != missing {
			c = append(c, corner{s.lon[i], s.lat[i]})
		}
	}
	return c
}

// joinCoasts makes lines of ways that follow one another; their direction stays.
func joinCoasts(ways [][]int64) (lines [][]int64) {
	begins := map[int64]int{}
	follows := map[int64]bool{}
	for i, w := range ways {
		begins[w[0]] = i
		follows[w[len(w)-1]] = true
	}
	used := make([]bool, len(ways))
	follow := func(i int) {
		line := slices.Clone(ways[i])
		used[i] = true
		for {
			k, ok := begins[line[len(line)-1]]
			if !ok || used[k] {
				break
			}
			used[k] = true
			line = append(line, ways[k][1:]...)
		}
		lines = append(lines, line)
	}
	for i, w := range ways {
		if !used[i] && !follows[w[0]] {
			follow(i)
		}
	}
	for i := range ways { // rings
		if !used[i] {
			follow(i)
		}
	}
	return lines
}

// windingOf is positive for rings that run counterclockwise.
func windingOf(c []corner) (area float64) {
	for i := range c {
		a, b := c[i], c[(i+1)%len(c)]
		area += float64(a.lon)*float64(b.lat) - float64(b.lon)*float64(a.lat)
	}
	return area
}

// holds says whether a ring holds a point.
func holds(ring []corner, p corner) bool {
	in := false
	for i := range ring {
		a, b := ring[i], ring[(i+1)%len(ring)]
		if (a.lat > p.lat) != (b.lat > p.lat) &&
			float64(p.lon) < (float64(b.lon)-float64(a.lon))*(float64(p.lat)-float64(a.lat))/(float64(b.lat)-float64(a.lat))+float64(a.lon) {
			in = !in
		}
	}
	return in
}

// underOuter puts holes behind the rings that hold them; those that none holds
// are left out.
func underOuter(outer, holes [][]corner) (rings [][]corner, inner []bool) {
	for i, ring := range outer {
		rings, inner = append(rings, ring), append(inner, false)
		for _, hole := range holes {
			if in := slices.IndexFunc(outer, func(o []corner) bool { return holds(o, hole[0]) }); in == i || in < 0 && len(outer) == 1 {
				rings, inner = append(rings, hole), append(inner, true)
			}
		}
	}
	return rings, inner
}

// edge is the rectangle that the extract lies in.
type edge struct{ box }

func edgeOf(s *source) edge { return edge{s.bounds()} }

// bounds gives the rectangle that holds all of the extract but borders.
func (s *source) bounds() box {
	b := box{math.MaxInt32, math.MaxInt32, math.MinInt32, math.MinInt32}
	for i, lon := range s.lon {
		if lon != missing && !s.aside[uint32(i)] {
			b = box{min(b.west, lon), min(b.south, s.lat[i]), max(b.east, lon), max(b.north, s.lat[i])}
		}
	}
	return b
}

func (e edge) ring() []corner {
	return []corner{{e.west, e.south}, {e.west, e.north}, {e.east, e.north}, {e.east, e.south}, {e.west, e.south}}
}

// meet gives the point of the edge nearest to c, and how far along the edge it
// is: 0 to 4, clockwise from the south-west.
func (e edge) meet(c corner) (corner, float64) {
	width, height := float64(e.east)-float64(e.west), float64(e.north)-float64(e.south)
	x, y := (float64(c.lon)-float64(e.west))/width, (float64(c.lat)-float64(e.south))/height
	type side struct {
		far   int64
		at    corner
		along float64
	}
	best := slices.MinFunc([]side{
		{int64(c.lon) - int64(e.west), corner{e.west, c.lat}, y},
		{int64(e.north) - int64(c.lat), corner{c.lon, e.north}, 1 + x},
		{int64(e.east) - int64(c.lon), corner{e.east, c.lat}, 3 - y},
		{int64(c.lat) - int64(e.south), corner{c.lon, e.south}, 4 - x},
	}, func(a, b side) int { return cmp.Compare(a.far, b.far) })
	return best.at, best.along
}

// close makes rings of coasts that end: with the water on the right, from where
// one meets the edge clockwise along it to where the next one leaves it.
func (e edge) close(coasts [][]corner) (rings [][]corner) {
	type coast struct {
		line       []corner
		start, end float64 // along the edge
		used       bool
	}
	all := make([]coast, len(coasts))
	for i, line := range coasts {
		first, start := e.meet(line[0])
		last, end := e.meet(line[len(line)-1])
		all[i] = coast{line: append(append([]corner{first}, line...), last), start: start, end: end}
	}
	// onward gives how far it is clockwise from one place of the edge to another.
	onward := func(from, to float64) float64 { return math.Mod(to-from+4, 4) }
	around := []corner{{e.west, e.south}, {e.west, e.north}, {e.east, e.north}, {e.east, e.south}}
	for i := range all {
		if all[i].used {
			continue
		}
		var ring []corner
		for k := i; !all[k].used; {
			all[k].used = true
			ring = append(ring, all[k].line...)
			// The next coast is the first that leaves the edge from here on, be it this
			// ring's own first one.
			next, gap := -1, math.Inf(1)
			for j := range all {
				if d := onward(all[k].end, all[j].start); d < gap && (j == i || !all[j].used) {
					next, gap = j, d
				}
			}
			for turn := math.Ceil(all[k].end); onward(all[k].end, math.Mod(turn, 4)) < gap && turn < math.Ceil(all[k].end)+4; turn++ {
				ring = append(ring, around[int(turn)%4])
			}
			k = next
		}
		ring = append(ring, ring[0])
		rings = append(rings, ring)
	}
	return rings
}

// cut gives what of a ring lies in a box, cut at one side after the other. Parts
// that belong apart stay joined along the box's edge, beyond what is shown.
func cut(ring []corner, b box) []corner {
	inside := [4]func(corner) bool{
		func(c corner) bool { return c.lon >= b.west }, func(c corner) bool { return c.lon <= b.east },
		func(c corner) bool { return c.lat >= b.south }, func(c corner) bool { return c.lat <= b.north },
	}
	at := func(p, q corner, share float64) corner {
		return corner{p.lon + int32(math.Round(share*(float64(q.lon)-float64(p.lon)))), p.lat + int32(math.Round(share*(float64(q.lat)-float64(p.lat))))}
	}
	crossing := [4]func(p, q corner) corner{
		func(p, q corner) corner {
			c := at(p, q, (float64(b.west)-float64(p.lon))/(float64(q.lon)-float64(p.lon)))
			c.lon = b.west
			return c
		},
		func(p, q corner) corner {
			c := at(p, q, (float64(b.east)-float64(p.lon))/(float64(q.lon)-float64(p.lon)))
			c.lon = b.east
			return c
		},
		func(p, q corner) corner {
			c := at(p, q, (float64(b.south)-float64(p.lat))/(float64(q.lat)-float64(p.lat)))
			c.lat = b.south
			return c
		},
		func(p, q corner) corner {
			c := at(p, q, (float64(b.north)-float64(p.lat))/(float64(q.lat)-float64(p.lat)))
			c.lat = b.north
			return c
		},
	}
	for side := range inside {
		if len(ring) == 0 {
			return nil
		}
		var kept []corner
		for i, p := range ring[:len(ring)-1] {
			q := ring[i+1]
			in, out := inside[side](p), !inside[side](q)
			if in {
				kept = append(kept, p)
			}
			if in == out { // it crosses
				kept = append(kept, crossing[side](p, q))
			}
		}
		if len(kept) > 0 {
			kept = append(kept, kept[0])
		}
		ring = kept
	}
	return ring
}
