package roads

// customizer finds what the links of a mesh cost on one weighing of the network
// after the other. It is safe for use by several goroutines.
type customizer struct {
	m    *mesh
	room *rooms // for searching its hierarchies
}

func newCustomizer(m *mesh) *customizer { return &customizer{m: m, room: newRooms(m.nodes())} }

// hierarchy gives the hierarchy of a network that is the mesh's but for what its
// arcs cost and which of them are shut. It takes 8 bytes a link: what links lead
// over is found out for those of a way that is to be shown.
func (u *customizer) hierarchy(g *graph) *hierarchy {
	m := u.m
	c := m.weigh(g)
	m.climb(c)
	h := &hierarchy{turns: true, rank: m.rank, arc: m.arc, mesh: m}
	h.join(links{first: m.first, to: m.to, c: c[:len(m.to)]})
	return h
}

// weigh gives what the turns and arcs of links cost; those over lower nodes
// alone have noCost yet, and so have those that leave what is shut. There is one
// more than there are links, for triangles that are none.
func (m *mesh) weigh(g *graph) []cost {
	c := make([]cost, len(m.to)+1)
	for k := range c {
		c[k] = noCost
	}
	for s, u := range m.rank {
		if u == none || g.shut(g.base(uint32(s))) {
			continue
		}
		for t := g.turnFirst[s]; t < g.turnFirst[s+1]; t++ {
			if k := m.slot[t]; k != none && !g.barred(t) {
				c[k] = min(c[k], g.turnCost(t)+g.arcs[g.base(g.turnTo[t])])
			}
		}
	}
	return c
}

// climb takes every link down to what the cheapest way over lower nodes costs,
// from the least important node to the most important one.
func (m *mesh) climb(c []cost) {
	third := m.third
	for x := range uint32(m.nodes()) {
		in, out := c[m.first[2*x]:m.first[2*x+1]], c[m.first[2*x+1]:m.first[2*x+2]]
		for _, ci := range in {
			row := third[:len(out)]
			third = third[len(out):]
			for j, k := range row {
				c[k] = min(c[k], ci+out[j])
			}
		}
	}
}
