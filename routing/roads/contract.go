package roads

import "context"

// contractor puts a network's arcs in an order of importance: it takes away the
// least important one after the other and puts a shortcut wherever the cheapest
// way between two of its neighbours led over it.
type contractor struct {
	out, in [][]shortcut // by node, of those that are left
	level   []uint32
	witness witness
	found   []found // shortcuts that taking a node away needs
	cut     bool    // whether the look for them was, see look
}

// shortcut is a link to (or from) a node, as in type link; hops counts the links
// of the network in it.
type shortcut struct {
	c        cost
	to, over uint32
	hops     uint32
}

type found struct {
	from, to uint32
	c        cost
	hops     uint32
}

// How many nodes the look for a way round a node may settle: a few while nodes are
// only weighed against one another, and many when one is taken away, since a
// shortcut that isn't needed is looked at by every search ever after. Beyond these
// hardly any more ways round are found.
const (
	reachWeighing = 50
	reachTaking   = 500
)

func newContractor(nodes int) *contractor {
	c := &contractor{out: make([][]shortcut, nodes), in: make([][]shortcut, nodes), level: make([]uint32, nodes)}
	c.witness.prepare(nodes)
	return c
}

// link adds a link, or makes the one that is there cheaper.
func (c *contractor) link(from, to uint32, s shortcut) {
	s.to = to
	c.out[from] = join(c.out[from], s)
	s.to = from
	c.in[to] = join(c.in[to], s)
}

func join(list []shortcut, s shortcut) []shortcut {
	for i := range list {
		if list[i].to == s.to {
			if s.c < list[i].c {
				list[i] = s
			}
			return list
		}
	}
	return append(list, s)
}

func without(list []shortcut, node uint32) []shortcut {
	for i := range list {
		if list[i].to == node {
			list[i] = list[len(list)-1]
			return list[:len(list)-1]
		}
	}
	return list
}

// weigh tells how much harm taking a node away does: how many links come for
// one that goes, how many steps they stand for, and how deep it lies over what
// is gone already.
func (c *contractor) weigh(v uint32) uint32 {
	c.look(v, reachWeighing)
	gone := len(c.in[v]) + len(c.out[v])
	var hopsGone, hopsNew uint64
	for _, s := range c.in[v] {
		hopsGone += uint64(s.hops)
	}
	for _, s := range c.out[v] {
		hopsGone += uint64(s.hops)
	}
	for _, f := range c.found {
		hopsNew += uint64(f.hops)
	}
	const unit = 1000
	return uint32(unit*uint64(c.level[v]) + unit*uint64(len(c.found))/uint64(max(1, gone)) + unit*hopsNew/max(1, hopsGone))
}

// look fills found: the pairs of neighbours between which no way is as cheap as
// the one over v. It may list a pair too many, never one too few; cut says
// whether a longer reach might tell.
func (c *contractor) look(v uint32, reach int) {
	c.found, c.cut = c.found[:0], false
	for _, in := range c.in[v] {
		if c.witness.search(c, in, v, reach) {
			c.cut = true
		}
		for _, out := range c.out[v] {
			if via := in.c + out.c; out.to != in.to && c.witness.label[out.to] > via {
				c.found = append(c.found, found{in.to, out.to, via, in.hops + out.hops})
			}
		}
		c.witness.reset()
	}
}

// settle lays the lists of nodes that are near one another near one another in
// memory, each with a little room to grow. The search spends its time there.
func (c *contractor) settle() {
	const room = 2
	for _, lists := range [2][][]shortcut{c.out, c.in} {
		n := 0
		for _, l := range lists {
			n += len(l) + room
		}
		all := make([]shortcut, 0, n)
		for v, l := range lists {
			from := len(all)
			all = append(all, l...)
			lists[v] = all[from : len(all) : len(all)+room]
			all = all[:len(all)+room]
		}
	}
}

// contract takes every node away, the least important first, and gives the links
// that each had when it went: to and from what went after it.
func (c *contractor) contract(ctx context.Context, progress func(done int)) (up, down [][]shortcut, err error) {
	c.settle()
	n := len(c.out)
	weight := make([]uint32, n)
	var waiting queue
	for v := range n {
		weight[v] = c.weigh(uint32(v))
		waiting.push(weight[v], uint32(v))
	}
	done := make([]bool, n)
	gone := 0
	up, down = make([][]shortcut, n), make([][]shortcut, n)
	for len(waiting) > 0 {
		w, v := waiting.pop()
		if done[v] || w != weight[v] {
			continue
		}
		// What has happened around it since may have changed its weight.
		if now := c.weigh(v); now > weight[v] && len(waiting) > 0 && now > waiting.next() {
			weight[v] = now
			waiting.push(now, v)
			continue
		}
		if gone%4096 == 0 {
			if err := ctx.Err(); err != nil {
				return nil, nil, err
			}
			progress(gone)
		}
		c.take(v)
		done[v] = true
		gone++
		up[v], down[v] = c.out[v], c.in[v]
		c.out[v], c.in[v] = nil, nil
		for _, list := range [2][]shortcut{up[v], down[v]} {
			for _, s := range list {
				c.level[s.to] = max(c.level[s.to], c.level[v]+1)
			}
		}
	}
	return up, down, nil
}

// take takes the node away that was weighed last.
func (c *contractor) take(v uint32) {
	if c.cut {
		c.look(v, reachTaking)
	}
	for _, s := range c.in[v] {
		c.out[s.to] = without(c.out[s.to], v)
	}
	for _, s := range c.out[v] {
		c.in[s.to] = without(c.in[s.to], v)
	}
	for _, f := range c.found {
		c.link(f.from, f.to, shortcut{c: f.c, over: v, hops: f.hops})
	}
}

// witness looks for ways round a node: a short search by Dijkstra's algorithm.
type witness struct {
	label  []cost
	target []bool
	seen   []uint32
	heap   queue
}

func (w *witness) prepare(nodes int) {
	w.label, w.target = make([]cost, nodes), make([]bool, nodes)
	for i := range w.label {
		w.label[i] = noCost
	}
}

// search labels what can be reached from where a link to v starts, without v,
// until all that v leads to is reached, or reach nodes are settled; it says
// whether it was for the latter.
func (w *witness) search(c *contractor, in shortcut, v uint32, reach int) (cut bool) {
	var far cost
	left, settled := 0, 0
	for _, out := range c.out[v] {
		if out.to != in.to {
			w.target[out.to] = true
			left++
			far = max(far, in.c+out.c)
		}
	}
	if left > 0 {
		w.label[in.to] = 0
		w.seen = append(w.seen, in.to)
		w.heap.push(0, in.to)
	}
	for left > 0 && settled < reach && len(w.heap) > 0 {
		ms, u := w.heap.pop()
		at := w.label[u]
		if ms > at.ms() {
			continue
		}
		if at > far {
			break
		}
		settled++
		if w.target[u] {
			w.target[u] = false
			left--
		}
		for _, s := range c.out[u] {
			if d := at + s.c; s.to != v && d <= far && d < w.label[s.to] {
				if w.label[s.to] == noCost {
					w.seen = append(w.seen, s.to)
				}
				w.label[s.to] = d
				w.heap.push(d.ms(), s.to)
			}
		}
	}
	for _, out := range c.out[v] {
		w.target[out.to] = false
	}
	return left > 0 && settled == reach
}

func (w *witness) reset() {
	for _, u := range w.seen {
		w.label[u] = noCost
	}
	w.seen, w.heap = w.seen[:0], w.heap[:0]
}
