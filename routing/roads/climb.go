package roads

// climb is what one search up a hierarchy, from one or more nodes, knows. It is
// used again and again and allocates nothing once it is warm.
type climb struct {
	label   []cost // by node: the cost of being there; noCost where not reached
	seen    []uint32
	settled []entry // what may lie on a cheapest way, each node once, the lowest first

	// How a node was reached, when traced: from where, and by which link. A seed has
	// none before it.
	traced bool
	before []uint32
	by     []uint32
}

// entry is a node and at what cost one is there.
type entry struct {
	c    cost
	node uint32
}

func newClimb(nodes int) *climb {
	c := &climb{label: make([]cost, nodes)}
	for i := range c.label {
		c.label[i] = noCost
	}
	return c
}

// trace has the climb remember how nodes are reached, or no longer.
func (c *climb) trace(on bool) {
	if c.traced = on; on && c.before == nil {
		c.before, c.by = make([]uint32, len(c.label)), make([]uint32, len(c.label))
	}
}

func (c *climb) reset() {
	for _, v := range c.seen {
		c.label[v] = noCost
	}
	c.seen, c.settled = c.seen[:0], c.settled[:0]
}

// seed lets the search start at a node, at a cost.
func (c *climb) seed(todo *rising, node uint32, at cost) {
	if at < c.label[node] {
		c.reach(todo, node, at, none, none)
	}
}

func (c *climb) reach(todo *rising, node uint32, at cost, before, by uint32) {
	if c.label[node] == noCost {
		c.seen = append(c.seen, node)
		todo.add(node)
	}
	c.label[node] = at
	if c.traced {
		c.before[node], c.by[node] = before, by
	}
}

// stalled says whether a node is reached cheaper from above, so that it is no
// part of a cheapest way. It may not notice.
func (c *climb) stalled(v uint32, at cost, down *links) bool {
	label := c.label
	i, last := down.of(v)
	to := down.to[i:last]
	by := down.c[i:last][:len(to)]
	for j, u := range to {
		if label[u]+by[j] < at {
			return true
		}
	}
	return false
}

// leave goes from a node to all that its links lead up to.
func (c *climb) leave(todo *rising, v uint32, at cost, up *links) {
	label := c.label
	i, last := up.of(v)
	to := up.to[i:last]
	by := up.c[i:last][:len(to)]
	for j, u := range to {
		if d := at + by[j]; d < label[u] {
			c.reach(todo, u, d, v, i+uint32(j))
		}
	}
}

// run settles all there is above the seeds.
func (c *climb) run(todo *rising, up, down *links) {
	for v := todo.next(); v != none; v = todo.next() {
		if at := c.label[v]; !c.stalled(v, at, down) {
			c.settled = append(c.settled, entry{at, v})
			c.leave(todo, v, at, up)
		}
	}
}

// prune takes out of settled what is reached cheaper from above after all, by what
// the climb came to only later. What is left is a tenth to a fifth less.
func (c *climb) prune(down *links) {
	kept := len(c.settled)
	for k := kept - 1; k >= 0; k-- {
		e := c.settled[k]
		if at := c.fromAbove(e, down); at < e.c {
			c.label[e.node] = at
			continue
		}
		kept--
		c.settled[kept] = e
	}
	c.settled = c.settled[:copy(c.settled, c.settled[kept:])]
}

// fromAbove gives what it costs to come to a node from the first of those above it
// from which that is cheaper; what it costs as known where it isn't from any.
func (c *climb) fromAbove(e entry, down *links) cost {
	i, last := down.of(e.node)
	to := down.to[i:last]
	by := down.c[i:last][:len(to)]
	for j, u := range to {
		if at := c.label[u] + by[j]; at < e.c {
			return at
		}
	}
	return e.c
}
