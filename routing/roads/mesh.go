package roads

import (
	"context"
	"slices"
)

// mesh is what a hierarchy over a network with turns can need, whatever its arcs
// cost: the nodes in an order that depends on the roads alone, and every link
// that may lead up or down in it. It is made once a map; weights come later and
// as often as wanted, see customize.
//
// Nodes are states, as in a hierarchy with turns, and named by rank. A node's
// links stand as in type links: first those that come to it from higher nodes,
// by their numbers, then those that leave it for higher ones.
type mesh struct {
	rank  []uint32 // by state; none where there is no node
	arc   []uint32 // by node
	first []uint32 // two by node, one more than there are
	to    []uint32 // by link: the node at its upper end
	slot  []uint32 // by turn of the network: its link; none where it has none
	// third closes the triangles: for every node, for each link that comes to it and
	// each that leaves it, the link from where the one starts to where the other
	// ends; one past the last link where that is the same node.
	third []uint32
	// The same by the link that closes them: the nodes at their lower ends.
	underFirst []uint32 // by link, one more than there are
	lower      []uint32
}

func (m *mesh) nodes() int { return len(m.arc) }

// down and up give the places of a node's links.
func (m *mesh) down(v uint32) (from, to uint32) { return m.first[2*v], m.first[2*v+1] }
func (m *mesh) up(v uint32) (from, to uint32)   { return m.first[2*v+1], m.first[2*v+2] }

// weave makes the mesh of a network whose edges are in an order; see dissect.
func weave(ctx context.Context, g *graph, edges []uint32) (*mesh, error) {
	m := &mesh{rank: make([]uint32, g.states())}
	for s := range m.rank {
		m.rank[s] = none
	}
	var states []uint32 // by node
	place := func(s, arc uint32) {
		m.rank[s] = uint32(len(states))
		states, m.arc = append(states, s), append(m.arc, arc)
	}
	for _, e := range edges {
		for arc := 2 * e; arc < 2*e+2; arc++ {
			if g.open(arc) {
				place(arc, arc)
				for s, last := g.copies(arc); s < last; s++ {
					place(s, arc)
				}
			}
		}
	}
	up, down, err := m.fill(ctx, g, states)
	if err != nil {
		return nil, err
	}
	n := 0
	for v := range states {
		n += len(up[v]) + len(down[v])
	}
	m.first, m.to = make([]uint32, 1, 2*len(states)+1), make([]uint32, 0, n)
	for v := range states {
		for _, list := range [2][]uint32{down[v], up[v]} {
			m.to = append(m.to, list...)
			m.first = append(m.first, uint32(len(m.to)))
		}
	}
	m.place(g)
	m.close()
	return m, nil
}

// fill finds the links: those of the network, and one between two nodes wherever
// a way leads over lower nodes only.
func (m *mesh) fill(ctx context.Context, g *graph, states []uint32) (up, down [][]uint32, err error) {
	up, down = make([][]uint32, len(states)), make([][]uint32, len(states))
	for s, u := range m.rank {
		if u == none {
			continue
		}
		for _, next := range g.turnTo[g.turnFirst[s]:g.turnFirst[s+1]] {
			switch v := m.rank[next]; {
			case v > u:
				up[u] = append(up[u], v)
			case v < u:
				down[v] = append(down[v], u)
			}
		}
	}
	for v := range states {
		for _, list := range [2]*[]uint32{&up[v], &down[v]} {
			slices.Sort(*list)
			*list = slices.Compact(*list)
		}
	}
	var room []uint32
	for v := range states {
		if v%4096 == 0 && ctx.Err() != nil {
			return nil, nil, ctx.Err()
		}
		for _, y := range down[v] {
			up[y], room = merged(up[y], above(up[v], y), room)
		}
		for _, z := range up[v] {
			down[z], room = merged(down[z], above(down[v], z), room)
		}
	}
	return up, down, nil
}

// above gives the part of an ascending list that is above a number.
func above(list []uint32, v uint32) []uint32 {
	i, found := slices.BinarySearch(list, v)
	if found {
		i++
	}
	return list[i:]
}

// merged gives what stands in either of two ascending lists, and the room it was
// put together in, for the next time.
func merged(a, b, room []uint32) (list, r []uint32) {
	room = room[:0]
	i := 0
	for _, v := range b {
		for i < len(a) && a[i] < v {
			room = append(room, a[i])
			i++
		}
		if i < len(a) && a[i] == v {
			continue // comes with the rest of a
		}
		room = append(room, v)
	}
	if len(room)+len(a)-i == len(a) {
		return a, room
	}
	room = append(room, a[i:]...)
	if cap(a) < len(room) {
		a = make([]uint32, 0, len(room)+len(room)/2)
	}
	return append(a[:0], room...), room
}

// link gives the link from a node to another one; there must be one.
func (m *mesh) link(from, to uint32) uint32 {
	lo, hi := m.up(min(from, to))
	if to < from {
		lo, hi = m.down(to)
	}
	i, _ := slices.BinarySearch(m.to[lo:hi], max(from, to))
	return lo + uint32(i)
}

// place finds the link of every turn.
func (m *mesh) place(g *graph) {
	m.slot = make([]uint32, len(g.turnTo))
	for s, u := range m.rank {
		for t := g.turnFirst[s]; t < g.turnFirst[s+1]; t++ {
			v := m.rank[g.turnTo[t]]
			if m.slot[t] = none; u != none && v != none && u != v {
				m.slot[t] = m.link(u, v)
			}
		}
	}
}

// under gives the nodes below both ends of a link with which it makes a triangle.
func (m *mesh) under(link uint32) []uint32 {
	return m.lower[m.underFirst[link]:m.underFirst[link+1]]
}

// close finds the triangles.
func (m *mesh) close() {
	n := 0
	for x := range uint32(m.nodes()) {
		n += int(m.first[2*x+1]-m.first[2*x]) * int(m.first[2*x+2]-m.first[2*x+1])
	}
	m.third, m.lower = make([]uint32, 0, n), make([]uint32, n)
	first := make([]uint32, len(m.to)+3) // where a link's nodes begin, two places up
	for x := range uint32(m.nodes()) {
		in, out := m.to[m.first[2*x]:m.first[2*x+1]], m.to[m.first[2*x+1]:m.first[2*x+2]]
		for _, y := range in {
			for _, z := range out {
				k := uint32(len(m.to))
				if y != z {
					k = m.link(y, z)
				}
				m.third = append(m.third, k)
				first[k+2]++
			}
		}
	}
	for k := 2; k < len(first); k++ {
		first[k] += first[k-1]
	}
	third := m.third
	for x := range uint32(m.nodes()) {
		n := (m.first[2*x+1] - m.first[2*x]) * (m.first[2*x+2] - m.first[2*x+1])
		for _, k := range third[:n] {
			m.lower[first[k+1]] = x
			first[k+1]++
		}
		third = third[n:]
	}
	m.underFirst = first
}
