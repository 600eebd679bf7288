package roads

import (
	"slices"
	"strings"

	"github.com/paulmach/osm"
)

// restriction is a turn that a sign forbids, or the only one that it leaves.
// Ways and nodes are the map's numbers.
type restriction struct {
	from, to []int64 // several where the sign is no_entry or no_exit
	via      int64   // the node, where the ways meet in one
	viaWays  []int64 // else the ways between, in turn
	only     bool
	hours    string // when it holds; "" always
}

// restrictionOf reads a relation as a restriction for cars. ok is false where it
// is none; broken says that it is one with members amiss.
func restrictionOf(tags osm.Tags, members []member) (r restriction, ok, broken bool) {
	if kind := tags.Find("type"); kind != "restriction" && kind != "restriction:motorcar" {
		return r, false, false
	}
	sign := tags.Find("restriction")
	for _, k := range []string{"restriction:motor_vehicle", "restriction:motorcar"} {
		if v := tags.Find(k); v != "" {
			sign = v
		}
	}
	if at, hours := hourlyTurn(tags, sign); hours != "" {
		sign, r.hours = at, hours
	}
	if sign == "" {
		return r, false, false
	}
	for _, e := range strings.Split(tags.Find("except"), ";") {
		if e = strings.TrimSpace(e); e == "motorcar" || e == "motor_vehicle" {
			return r, false, false
		}
	}
	r.only = strings.HasPrefix(sign, "only_")
	if !r.only && !strings.HasPrefix(sign, "no_") {
		return r, false, true
	}
	vias := 0
	for _, m := range members {
		switch {
		case m.role == "from" && m.kind == 1:
			r.from = append(r.from, m.id)
		case m.role == "to" && m.kind == 1:
			r.to = append(r.to, m.id)
		case m.role == "via" && m.kind == 0:
			r.via = m.id
			vias++
		case m.role == "via" && m.kind == 1:
			r.viaWays = append(r.viaWays, m.id)
		}
	}
	bad := len(r.from) == 0 || len(r.to) == 0 ||
		vias > 1 || (vias == 1) == (len(r.viaWays) > 0) ||
		r.only && (len(r.from) > 1 || len(r.to) > 1)
	return r, !bad, bad
}

// bans are the restrictions of a network, by its arcs.
type bans struct {
	// chain lists for each restriction the arcs it is about: alternatives for
	// the first, those between, alternatives for the last.
	chain []chain
	// byFirst finds the restrictions that begin with an arc.
	byFirst map[uint32][]uint32
}

type chain struct {
	first   []uint32
	between []uint32
	last    []uint32
	only    bool
	when    uint8 // the sign by whose hours it holds; 0 always
}

// ban translates the source's restrictions. Those whose ways aren't connected as
// they say, or can't be driven, forbid nothing; unmet counts them.
func (g *graph) ban(s *source, ends *arcEnds) (b bans, unmet int) {
	b.byFirst = map[uint32][]uint32{}
	for _, r := range s.restrictions {
		c, ok := g.chainOf(s, ends, &r)
		c.when, _ = s.sign(r.hours)
		if !ok {
			unmet++
			continue
		}
		for _, a := range c.first {
			b.byFirst[a] = append(b.byFirst[a], uint32(len(b.chain)))
		}
		b.chain = append(b.chain, c)
	}
	return b, unmet
}

// arcEnds says of which ways of the source an arc starts and ends.
type arcEnds struct {
	way   [2][]uint32 // by edge: of its line's first and last segment
	byWay map[uint32][]uint32
	node  []uint32 // by junction: the source's node
}

// starts gives the way of an arc's first segment, stops of its last.
func (e *arcEnds) starts(arc uint32) uint32 { return e.way[arc&1][arc>>1] }
func (e *arcEnds) stops(arc uint32) uint32  { return e.way[arc&1^1][arc>>1] }

func (g *graph) chainOf(s *source, ends *arcEnds, r *restriction) (c chain, ok bool) {
	c.only = r.only
	if len(r.viaWays) == 0 {
		node, ok := s.node(r.via)
		if !ok {
			return c, false
		}
		c.first = g.arcsAt(s, ends, r.from, node, true)
		c.last = g.arcsAt(s, ends, r.to, node, false)
		return c, len(c.first) > 0 && len(c.last) > 0
	}
	// Via ways: from an arc of the first way that leads on along the ways
	// between to one of the last way.
	var ways []uint32
	for _, id := range r.viaWays {
		w, ok := s.wayAt[id]
		if !ok {
			return c, false
		}
		ways = append(ways, w)
	}
	for _, first := range g.arcsAt(s, ends, r.from, none, true) {
		between, end := g.along(ends, ways, g.to(first))
		if len(between) == 0 {
			continue
		}
		for _, last := range g.arcsAt(s, ends, r.to, ends.node[end], false) {
			if !slices.Contains(c.last, last) {
				c.last = append(c.last, last)
			}
		}
		if len(c.last) > 0 {
			c.first, c.between = append(c.first, first), between
			return c, true // the ways meet in one place only
		}
	}
	return c, false
}

// arcsAt lists the open arcs that come to a node (or leave it) on one of the
// ways; any node when it is none.
func (g *graph) arcsAt(s *source, ends *arcEnds, ways []int64, node uint32, coming bool) (arcs []uint32) {
	for _, id := range ways {
		w, ok := s.wayAt[id]
		if !ok {
			continue
		}
		for _, arc := range ends.byWay[w] {
			at, way := ends.node[g.from(arc)], ends.starts(arc)
			if coming {
				at, way = ends.node[g.to(arc)], ends.stops(arc)
			}
			if g.open(arc) && way == w && (node == none || at == node) && !slices.Contains(arcs, arc) {
				arcs = append(arcs, arc)
			}
		}
	}
	return arcs
}

// along follows ways from a junction, each to its end, and gives the arcs and
// the junction it comes to.
func (g *graph) along(ends *arcEnds, ways []uint32, at uint32) (arcs []uint32, end uint32) {
	for _, w := range ways {
		// Ways that are joined to one edge are driven at once.
		moved := len(arcs) > 0 && ends.stops(arcs[len(arcs)-1]) == w
		for range ends.byWay[w] {
			next := uint32(none)
			for _, arc := range ends.byWay[w] {
				if g.open(arc) && g.from(arc) == at && ends.starts(arc) == w && (len(arcs) == 0 || arc != arcs[len(arcs)-1]^1) {
					next = arc
					break
				}
			}
			if next == none {
				break
			}
			arcs, at, moved = append(arcs, next), g.to(next), true
		}
		if !moved {
			return nil, 0
		}
	}
	return arcs, at
}
