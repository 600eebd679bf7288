package roads

import "sync"

// customizer finds what the links of a mesh cost on one weighing of the network
// after the other. It is safe for use by several goroutines.
type customizer struct {
	m    *mesh
	room *rooms    // for searching its hierarchies
	sums sync.Pool // *[]cost, by link, while they are found out
}

func newCustomizer(m *mesh) *customizer {
	return &customizer{m: m, room: newRooms(m.nodes()), sums: sync.Pool{New: func() any { c := make([]cost, len(m.to)+1); return &c }}}
}

// hierarchy gives the hierarchy of a network that is the mesh's but for what its
// arcs cost and which of them are shut.
func (u *customizer) hierarchy(g *graph) *hierarchy {
	m := u.m
	sums := u.sums.Get().(*[]cost)
	defer u.sums.Put(sums)
	c := *sums
	over := m.weigh(g, c)
	m.climb(c, over)
	h := &hierarchy{turns: true, rank: m.rank, arc: m.arc}
	l := links{first: m.first, to: m.to, ms: make([]uint32, len(m.to)), cm: make([]uint32, len(m.to)), over: over[:len(m.to)]}
	for k := range m.to {
		l.ms[k], l.cm[k] = c[k].ms(), c[k].cm()
	}
	h.join(l)
	return h
}

// weigh sets c to what the turns and arcs of links cost; those over lower nodes
// alone have noCost yet, and so have those that leave what is shut. There is one
// more of each than there are links, for triangles that are none.
func (m *mesh) weigh(g *graph, c []cost) (over []uint32) {
	over = make([]uint32, len(m.to)+1)
	for k := range c {
		c[k] = noCost
	}
	for s, u := range m.rank {
		if u == none || g.shut(g.base(uint32(s))) {
			continue
		}
		for t := g.turnFirst[s]; t < g.turnFirst[s+1]; t++ {
			b := g.base(g.turnTo[t])
			if k := m.slot[t]; k != none {
				if via := costOf(g.turnMS[t], 0) + g.arcs[b]; via < c[k] {
					c[k], over[k] = via, plain|b
				}
			}
		}
	}
	return over
}

// climb takes every link down to what the cheapest way over lower nodes costs,
// from the least important node to the most important one.
func (m *mesh) climb(c []cost, over []uint32) {
	third := m.third
	for x := range uint32(m.nodes()) {
		in, out := c[m.first[2*x]:m.first[2*x+1]], c[m.first[2*x+1]:m.first[2*x+2]]
		for _, ci := range in {
			row := third[:len(out)]
			third = third[len(out):]
			for j, k := range row {
				if d := ci + out[j]; d < c[k] {
					c[k], over[k] = d, x
				}
			}
		}
	}
}
