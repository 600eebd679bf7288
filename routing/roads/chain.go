package roads

import (
	"cmp"
	"context"
	"slices"

	"roundsman/routing"
)

// segment is a straight piece of a way that a mode may use, between two nodes
// that follow one another.
type segment struct{ a, b, way uint32 }

// chainer makes a mode's edges: it cuts ways at junctions and joins what meets
// where nothing branches off, whatever the ways are called.
type chainer struct {
	s        *source
	mode     int
	segments []segment
	extra    []uint32 // nodes past the source's: copies of barrier nodes, one for each way's end
	first    []uint32 // by node: its first entry of at
	at       []uint32 // segments that touch a node
	done     []bool   // by segment

	g         *graph
	ends      *arcEnds
	attrs     map[attr]uint32
	junctions map[uint32]uint32 // node -> junction
}

// chains makes a network of edges without turns, and says of which ways and nodes
// they are.
func chains(ctx context.Context, s *source, mode int) (*graph, *arcEnds, error) {
	c := &chainer{
		s: s, mode: mode, g: &graph{first: []uint32{0}}, ends: &arcEnds{byWay: map[uint32][]uint32{}},
		attrs: map[attr]uint32{}, junctions: map[uint32]uint32{},
	}
	c.cut()
	c.index()
	stops := c.stops()
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	for _, n := range stops {
		for _, k := range c.touching(n) {
			if !c.done[k] {
				c.follow(n, k)
			}
		}
	}
	for k := range c.segments { // rings that nothing touches
		if !c.done[k] {
			c.follow(c.segments[k].a, uint32(k))
		}
	}
	c.g.arcs = make([]cost, 2*c.g.edges())
	for arc := range c.g.arcs {
		c.g.arcs[arc] = c.g.weigh(uint32(arc))
	}
	return c.g, c.ends, ctx.Err()
}

// cut makes the segments. A way breaks where the extract lacks a node, and at
// a barrier, where each side gets an end of its own.
func (c *chainer) cut() {
	s := c.s
	for w, way := range s.ways {
		if way.use[c.mode].closed() {
			continue
		}
		refs := s.refs[way.first:way.last]
		for k := 1; k < len(refs); k++ {
			a, b := refs[k-1], refs[k]
			if a == b || s.lon[a] == missing || s.lon[b] == missing {
				continue
			}
			c.segments = append(c.segments, segment{c.side(a), c.side(b), uint32(w)})
		}
	}
}

// side gives the node itself, or a copy of its own for one who is stopped there.
func (c *chainer) side(node uint32) uint32 {
	if c.s.barrier[node]>>c.mode&1 == 0 {
		return node
	}
	c.extra = append(c.extra, node)
	return uint32(len(c.s.ids) + len(c.extra) - 1)
}

// real gives the source's node of a node.
func (c *chainer) real(node uint32) uint32 {
	if k := int(node) - len(c.s.ids); k >= 0 {
		return c.extra[k]
	}
	return node
}

func (c *chainer) index() {
	c.first = make([]uint32, len(c.s.ids)+len(c.extra)+1)
	for _, g := range c.segments {
		c.first[g.a+1]++
		c.first[g.b+1]++
	}
	for n := 1; n < len(c.first); n++ {
		c.first[n] += c.first[n-1]
	}
	c.at = make([]uint32, 2*len(c.segments))
	next := slices.Clone(c.first)
	for k, g := range c.segments {
		c.at[next[g.a]] = uint32(k)
		next[g.a]++
		c.at[next[g.b]] = uint32(k)
		next[g.b]++
	}
	c.done = make([]bool, len(c.segments))
}

func (c *chainer) touching(node uint32) []uint32 { return c.at[c.first[node]:c.first[node+1]] }

// away gives how fast a segment may be used leaving a node, and coming to it.
func (c *chainer) away(k, node uint32) (leaving, coming speed) {
	u := c.s.ways[c.segments[k].way].use[c.mode]
	if c.segments[k].a == node {
		return u.along, u.against
	}
	return u.against, u.along
}

// through says whether nothing happens at a node: two segments meet, and who
// comes on one may go on on the other, both ways or one way.
func (c *chainer) through(node uint32) bool {
	at := c.touching(node)
	if len(at) != 2 || at[0] == at[1] {
		return false
	}
	if (c.limits(at[0])^c.limits(at[1]))&onlyEnds != 0 {
		return false
	}
	l0, c0 := c.away(at[0], node)
	l1, c1 := c.away(at[1], node)
	return (c0 > 0) == (l1 > 0) && (c1 > 0) == (l0 > 0)
}

func (c *chainer) limits(k uint32) limits {
	return c.s.ways[c.segments[k].way].use[c.mode].limits
}

// stops lists the nodes at which edges end, near ones near one another.
func (c *chainer) stops() []uint32 {
	type end struct {
		key  uint64
		node uint32
	}
	var ends []end
	for n := range len(c.first) - 1 {
		node := uint32(n)
		if len(c.touching(node)) > 0 && !c.through(node) {
			r := c.real(node)
			ends = append(ends, end{zorder(c.s.lon[r], c.s.lat[r]), node})
		}
	}
	slices.SortFunc(ends, func(a, b end) int {
		return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.node, b.node))
	})
	nodes := make([]uint32, len(ends))
	for i, e := range ends {
		nodes[i] = e.node
	}
	return nodes
}

// zorder interleaves the bits of a coordinate, so that numbers near one another
// are places near one another.
func zorder(lon, lat int32) uint64 {
	spread := func(v uint32) uint64 {
		x := uint64(v)
		x = (x | x<<16) & 0x0000ffff0000ffff
		x = (x | x<<8) & 0x00ff00ff00ff00ff
		x = (x | x<<4) & 0x0f0f0f0f0f0f0f0f
		x = (x | x<<2) & 0x3333333333333333
		return (x | x<<1) & 0x5555555555555555
	}
	return spread(uint32(lon)^1<<31) | spread(uint32(lat)^1<<31)<<1
}

// follow makes the edge that leaves a node by a segment.
func (c *chainer) follow(start, k uint32) {
	g := c.g
	g.tail = append(g.tail, c.junction(start))
	node, cm := start, uint32(0)
	firstWay, lastWay := c.segments[k].way, uint32(0)
	for {
		c.done[k], lastWay = true, c.segments[k].way
		leaving, coming := c.away(k, node)
		next := c.segments[k].a
		if next == node {
			next = c.segments[k].b
		}
		r := c.real(node)
		g.lon, g.lat = append(g.lon, c.s.lon[r]), append(g.lat, c.s.lat[r])
		g.cum = append(g.cum, cm)
		way := &c.s.ways[c.segments[k].way]
		a := attr{name: way.name, along: leaving, against: coming, limits: uint32(way.use[c.mode].limits), class: uint32(way.class), form: uint32(way.form)}
		if c.mode == int(routing.Car) {
			a.when = uint32(way.when)
		}
		g.attr = append(g.attr, c.attribute(a))
		q := c.real(next)
		cm += centimetres(c.s.lon[r], c.s.lat[r], c.s.lon[q], c.s.lat[q])
		node = next
		if node == start || !c.through(node) {
			break
		}
		at := c.touching(node)
		if at[0] == k {
			k = at[1]
		} else {
			k = at[0]
		}
	}
	r := c.real(node)
	g.lon, g.lat = append(g.lon, c.s.lon[r]), append(g.lat, c.s.lat[r])
	g.cum, g.attr = append(g.cum, cm), append(g.attr, 0)
	g.head = append(g.head, c.junction(node))
	g.first = append(g.first, uint32(len(g.lon)))
	e := uint32(len(g.head) - 1)
	c.ends.way[0], c.ends.way[1] = append(c.ends.way[0], firstWay), append(c.ends.way[1], lastWay)
	c.ends.byWay[firstWay] = append(c.ends.byWay[firstWay], 2*e, 2*e+1)
	if lastWay != firstWay {
		c.ends.byWay[lastWay] = append(c.ends.byWay[lastWay], 2*e, 2*e+1)
	}
}

func (c *chainer) junction(node uint32) uint32 {
	j, ok := c.junctions[node]
	if !ok {
		j = uint32(len(c.junctions))
		c.junctions[node] = j
		c.ends.node = append(c.ends.node, c.real(node))
	}
	return j
}

func (c *chainer) attribute(a attr) uint32 {
	id, ok := c.attrs[a]
	if !ok {
		id = uint32(len(c.g.attrs))
		c.attrs[a] = id
		c.g.attrs = append(c.g.attrs, a)
	}
	return id
}
