package roads

// climb is one goroutine's room for a search up a hierarchy, from one or more
// nodes. It is used again and again and allocates nothing once it is warm.
type climb struct {
	label   []cost // by node; noCost where not reached
	seen    []uint32
	heap    queue
	settled []entry // what may lie on a cheapest way, by cost

	// How a node was reached, when traced: from where, and over what. A seed has
	// none before it.
	traced bool
	before []uint32
	over   []uint32
}

func newClimb(nodes int) *climb {
	c := &climb{label: make([]cost, nodes), before: make([]uint32, nodes), over: make([]uint32, nodes)}
	for i := range c.label {
		c.label[i] = noCost
	}
	return c
}

func (c *climb) reset() {
	for _, v := range c.seen {
		c.label[v] = noCost
	}
	c.seen, c.heap, c.settled = c.seen[:0], c.heap[:0], c.settled[:0]
}

// seed lets the search start at a node, at a cost.
func (c *climb) seed(node uint32, at cost) {
	if at < c.label[node] {
		c.reach(node, at, none, none)
	}
}

func (c *climb) reach(node uint32, at cost, before, over uint32) {
	if c.label[node] == noCost {
		c.seen = append(c.seen, node)
	}
	c.label[node] = at
	if c.traced {
		c.before[node], c.over[node] = before, over
	}
	c.heap.push(at, node)
}

// step settles the nearest node and gives it; false when it was settled before
// or is no part of a cheapest way, being reached cheaper from above.
func (c *climb) step(up, down *links) (entry, bool) {
	at, v := c.heap.pop()
	if at > c.label[v] {
		return entry{}, false
	}
	for _, k := range down.of(v) {
		if c.label[k.to]+k.c < at {
			return entry{}, false
		}
	}
	for _, k := range up.of(v) {
		if d := at + k.c; d < c.label[k.to] {
			c.reach(k.to, d, v, k.over)
		}
	}
	return entry{at, v}, true
}

// run settles all there is above the seeds.
func (c *climb) run(up, down *links) {
	for len(c.heap) > 0 {
		if e, ok := c.step(up, down); ok {
			c.settled = append(c.settled, e)
		}
	}
}
