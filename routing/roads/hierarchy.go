package roads

import "context"

// hierarchy is a contraction hierarchy over a network. A cheapest way between any
// two of its nodes first only climbs, then only descends.
//
// Where turns matter, its nodes are the states of open arcs, and a link is a turn
// with all of the arc behind it: who is at a node is at the arc's end. Where
// they don't, its nodes are the junctions, and a link is an arc; that is
// a network of half the size and gives the same.
type hierarchy struct {
	turns bool
	rank  []uint32 // by state or junction; none where there is no node
	arc   []uint32 // by rank, with turns: the arc
	// up holds the links that leave a node for higher ones, down those that
	// come to it from higher ones. Nodes are named by rank, the least important
	// first.
	up, down links
	mesh     *mesh // what the links are those of; nil for a hierarchy of its own
}

func (h *hierarchy) nodes() int { return (len(h.up.first) - 1) / 2 }

// links are lists of links, one list a node. Those that lead up and those that
// lead down stand in one array, a node's beside one another, since a climb looks
// at both. What every search looks at stands apart from what is only needed when
// a link is taken, and where links lead apart from what depends on the weights.
type links struct {
	first []uint32 // two by node, one more than there are
	to    []uint32 // by link: its other end
	c     []cost   // by link
	over  []uint32 // by link: what it leads over, see hierarchy.over; nil where that is found out anew
	side  uint32   // 0 or 1: which of a node's two lists
}

// plain marks a link of the network itself.
const plain = 1 << 31

// of gives the places of a node's links: from, to before to.
func (l *links) of(node uint32) (from, to uint32) {
	i := 2*node + l.side
	return l.first[i], l.first[i+1]
}

// contract makes the hierarchy of a network.
func contract(ctx context.Context, g *graph, turns bool, progress func(done, total int)) (*hierarchy, error) {
	h := &hierarchy{turns: turns}
	var c *contractor
	if turns {
		c = h.overArcs(g)
	} else {
		c = h.overJunctions(g)
	}
	up, down, err := c.contract(ctx, func(done int) { progress(done, len(c.out)) })
	if err != nil {
		return nil, err
	}
	order := nearTogether(up, down)
	rank := make([]uint32, len(order))
	for r, v := range order {
		rank[v] = uint32(r)
	}
	for i, v := range h.rank {
		if v != none {
			h.rank[i] = rank[v]
		}
	}
	if turns {
		h.arc = make([]uint32, len(order))
		for s, r := range h.rank {
			if r != none {
				h.arc[r] = g.base(uint32(s))
			}
		}
	}
	h.fill(order, rank, down, up)
	return h, nil
}

// overArcs numbers the states of open arcs in rank, to be put in order, and links
// them.
func (h *hierarchy) overArcs(g *graph) *contractor {
	h.rank = make([]uint32, g.states())
	nodes := uint32(0)
	for s := range h.rank {
		h.rank[s] = none
		if g.open(g.base(uint32(s))) {
			h.rank[s] = nodes
			nodes++
		}
	}
	c := newContractor(int(nodes))
	for s, v := range h.rank {
		for t := g.turnFirst[s]; t < g.turnFirst[s+1]; t++ {
			if n := g.turnTo[t]; int(n) != s {
				b := g.base(n)
				c.link(v, h.rank[n], shortcut{c: g.turnCost(t) + g.arcs[b], over: plain | b, hops: 1})
			}
		}
	}
	return c
}

// overJunctions does so with the junctions, and the arcs between them.
func (h *hierarchy) overJunctions(g *graph) *contractor {
	nodes := g.junctions()
	h.rank = make([]uint32, nodes)
	for v := range h.rank {
		h.rank[v] = uint32(v)
	}
	c := newContractor(nodes)
	for i := range g.arcs {
		a := uint32(i)
		if u, v := g.from(a), g.to(a); g.open(a) && u != v {
			c.link(u, v, shortcut{c: g.arcs[a], over: plain | a, hops: 1})
		}
	}
	return c
}

// nearTogether puts the nodes of a hierarchy in another order in which links lead
// up as well, and in which what a climb comes by lies near together in memory:
// each node stands right below those above it that no earlier one has led to.
func nearTogether(up, down [][]shortcut) []uint32 {
	n := len(up)
	order := make([]uint32, n)
	free := n // places up to here are free
	seen := make([]bool, n)
	type visit struct{ node, next uint32 }
	var path []visit
	for start := range order {
		if seen[start] {
			continue
		}
		seen[start] = true
		path = append(path, visit{uint32(start), 0})
		for len(path) > 0 {
			at := &path[len(path)-1]
			ups, downs := up[at.node], down[at.node]
			if int(at.next) == len(ups)+len(downs) {
				free--
				order[free] = at.node
				path = path[:len(path)-1]
				continue
			}
			var to uint32
			if int(at.next) < len(ups) {
				to = ups[at.next].to
			} else {
				to = downs[int(at.next)-len(ups)].to
			}
			at.next++
			if !seen[to] {
				seen[to] = true
				path = append(path, visit{to, 0})
			}
		}
	}
	return order
}

// fill lays out the links of nodes, given in their order.
func (h *hierarchy) fill(order, rank []uint32, down, up [][]shortcut) {
	n := 0
	for v := range order {
		n += len(down[v]) + len(up[v])
	}
	l := links{
		first: make([]uint32, 1, 2*len(order)+1),
		to:    make([]uint32, 0, n), c: make([]cost, 0, n), over: make([]uint32, 0, n),
	}
	for _, v := range order {
		for _, list := range [2][]shortcut{down[v], up[v]} {
			for _, s := range list {
				over := s.over
				if over&plain == 0 {
					over = rank[over]
				}
				l.to, l.c, l.over = append(l.to, rank[s.to]), append(l.c, s.c), append(l.over, over)
			}
			l.first = append(l.first, uint32(len(l.to)))
		}
	}
	h.join(l)
}

// join sets up and down on the two lists of every node.
func (h *hierarchy) join(l links) {
	h.down, h.up = l, l
	h.up.side = 1
}

// over gives the node that a link leads over, which is lower than both its ends; or,
// with the bit plain, the arc that it ends with.
func (h *hierarchy) over(link, from, to uint32) uint32 {
	if h.mesh == nil {
		return h.up.over[link]
	}
	c := h.up.c
	for _, x := range h.mesh.under(link) {
		if c[h.mesh.link(from, x)]+c[h.mesh.link(x, to)] == c[link] {
			return x
		}
	}
	return plain | h.arc[to]
}

// find gives the link from a node, or to it, at whose other end another one is.
func (l *links) find(node, other uint32) uint32 {
	from, last := l.of(node)
	for l.to[from] != other && from+1 < last {
		from++
	}
	return from
}

// unpack appends the arcs that a link stands for.
func (h *hierarchy) unpack(arcs []uint32, link, from, to uint32) []uint32 {
	over := h.over(link, from, to)
	if over&plain != 0 {
		return append(arcs, over&^plain)
	}
	arcs = h.unpack(arcs, h.down.find(over, from), from, over)
	return h.unpack(arcs, h.up.find(over, to), over, to)
}
