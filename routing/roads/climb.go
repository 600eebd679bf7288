package roads

// climb is one goroutine's room for a search up a hierarchy, from one or more
// nodes. It is used again and again and allocates nothing once it is warm.
type climb struct {
	ms, cm  []uint32 // by node: the cost of being there; noMS where not reached
	seen    []uint32
	heap    queue
	settled []entry // what may lie on a cheapest way; the last of a node is the cheapest

	// How a node was reached, when traced: from where, and over what. A seed has
	// none before it.
	traced bool
	before []uint32
	over   []uint32
}

// entry is a node and at what cost one is there.
type entry struct {
	c    cost
	node uint32
}

// noMS are the milliseconds of noCost.
const noMS = uint32(noCost >> 32)

func newClimb(nodes int) *climb {
	c := &climb{ms: make([]uint32, nodes), cm: make([]uint32, nodes)}
	for i := range c.ms {
		c.ms[i] = noMS
	}
	return c
}

// trace has the climb remember how nodes are reached, or no longer.
func (c *climb) trace(on bool) {
	if c.traced = on; on && c.before == nil {
		c.before, c.over = make([]uint32, len(c.ms)), make([]uint32, len(c.ms))
	}
}

func (c *climb) reset() {
	for _, v := range c.seen {
		c.ms[v], c.cm[v] = noMS, 0
	}
	c.seen, c.heap, c.settled = c.seen[:0], c.heap[:0], c.settled[:0]
}

// at gives what it costs to be at a node as far as is known; noCost where it isn't
// reached.
func (c *climb) at(node uint32) cost { return costOf(c.ms[node], c.cm[node]) }

// seed lets the search start at a node, at a cost.
func (c *climb) seed(node uint32, at cost) {
	if at < c.at(node) {
		c.reach(node, at.ms(), at.cm(), none, none)
	}
}

func (c *climb) reach(node, ms, cm, before, over uint32) {
	if c.ms[node] == noMS {
		c.seen = append(c.seen, node)
	}
	c.heap.push(ms, node)
	c.ms[node], c.cm[node] = ms, cm
	if c.traced {
		c.before[node], c.over[node] = before, over
	}
}

// step settles the nearest node and gives it; false when it was settled before
// or is no part of a cheapest way, being reached cheaper from above.
func (c *climb) step(up, down *links) (entry, bool) {
	at, v := c.heap.pop()
	label := c.ms
	if at > label[v] {
		return entry{}, false
	}
	i, last := down.of(v)
	to, ms := down.to[i:last], down.ms[i:last]
	for j, u := range to {
		if label[u]+ms[j] < at {
			return entry{}, false
		}
	}
	cm := c.cm[v]
	i, last = up.of(v)
	to, ms = up.to[i:last], up.ms[i:last]
	for j, u := range to {
		if d := at + ms[j]; d <= label[u] {
			k := i + uint32(j)
			if l := cm + up.cm[k]; d < label[u] || l < c.cm[u] {
				c.reach(u, d, l, v, up.over[k])
			}
		}
	}
	return entry{costOf(at, cm), v}, true
}

// run settles all there is above the seeds.
func (c *climb) run(up, down *links) {
	for len(c.heap) > 0 {
		if e, ok := c.step(up, down); ok {
			c.settled = append(c.settled, e)
		}
	}
}
