package roads

import "slices"

// component marks the states of the largest strongly connected part: from each of
// them every other one can be reached. The search is Tarjan's, without
// recursion.
func (g *graph) component() []bool {
	n := g.states()
	order, low := make([]uint32, n), make([]uint32, n)
	part := make([]uint32, n)
	for i := range order {
		order[i], part[i] = none, none
	}
	var sizes []int
	var stack, path []uint32
	next := make([]uint32, n)
	count := uint32(0)
	for root := range n {
		if !g.open(g.base(uint32(root))) || order[root] != none {
			continue
		}
		path = append(path[:0], uint32(root))
		for len(path) > 0 {
			v := path[len(path)-1]
			if order[v] == none {
				order[v], low[v], next[v] = count, count, g.turnFirst[v]
				count++
				stack = append(stack, v)
			}
			if next[v] < g.turnFirst[v+1] {
				w := g.turnTo[next[v]]
				next[v]++
				switch {
				case order[w] == none:
					path = append(path, w)
				case part[w] == none:
					low[v] = min(low[v], order[w])
				}
				continue
			}
			path = path[:len(path)-1]
			if len(path) > 0 {
				u := path[len(path)-1]
				low[u] = min(low[u], low[v])
			}
			if low[v] == order[v] {
				size := 0
				for {
					w := stack[len(stack)-1]
					stack = stack[:len(stack)-1]
					part[w] = uint32(len(sizes))
					size++
					if w == v {
						break
					}
				}
				sizes = append(sizes, size)
			}
		}
	}
	best := uint32(none)
	for p, size := range sizes {
		if best == none || size > sizes[best] {
			best = uint32(p)
		}
	}
	in := make([]bool, n)
	for a := range in {
		in[a] = best != none && part[a] == best
	}
	return in
}

// reaches marks the states that can be come to from the marked ones, and those
// from which one can come to them.
func (g *graph) reaches(core []bool) (coming, leaving []bool) {
	coming, leaving = append([]bool(nil), core...), append([]bool(nil), core...)
	var todo []uint32
	for s, in := range core {
		if in {
			todo = append(todo, uint32(s))
		}
	}
	backFirst, back := g.reversed()
	spread := func(mark []bool, first, to []uint32) {
		for stack := append([]uint32(nil), todo...); len(stack) > 0; {
			s := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for _, n := range to[first[s]:first[s+1]] {
				if !mark[n] {
					mark[n] = true
					stack = append(stack, n)
				}
			}
		}
	}
	spread(coming, g.turnFirst, g.turnTo)
	spread(leaving, backFirst, back)
	return coming, leaving
}

// reversed lists for every state those that it may follow.
func (g *graph) reversed() (first, from []uint32) {
	first = make([]uint32, g.states()+2)
	for _, s := range g.turnTo {
		first[s+2]++
	}
	for s := 2; s < len(first); s++ {
		first[s] += first[s-1]
	}
	from = make([]uint32, len(g.turnTo))
	for s := range uint32(g.states()) {
		for _, n := range g.turnTo[g.turnFirst[s]:g.turnFirst[s+1]] {
			from[first[n+1]] = s
			first[n+1]++
		}
	}
	return first[:g.states()+1], from
}

// connected makes the network of what is connected with its core, the largest
// part in which everything reaches everything: what leads there and what can be
// come to from there. usable tells of the new network's edges which of them can
// be both left and come to, so that places may be on them; islands counts the
// open arcs that are on no such edge.
func (g *graph) connected() (k *graph, usable []bool, islands int) {
	coming, leaving := g.reaches(g.component())
	keep := make([]bool, g.states())
	arc := make([]bool, len(g.arcs))
	for s := range keep {
		keep[s] = coming[s] || leaving[s]
		if a := g.base(uint32(s)); keep[s] {
			arc[a] = true
		}
	}
	var can [2][]bool // by edge: be come to, be left
	can[0], can[1] = make([]bool, g.edges()), make([]bool, g.edges())
	for s := range keep {
		e := g.base(uint32(s)) >> 1
		can[0][e] = can[0][e] || coming[s]
		can[1][e] = can[1][e] || leaving[s] && s < len(g.arcs)
	}
	for a := range g.arcs {
		if e := a >> 1; g.open(uint32(a)) && !(can[0][e] && can[1][e]) {
			islands++
		}
	}
	k = g.pick(arc, keep)
	for e := range g.tail {
		if arc[2*e] || arc[2*e+1] {
			usable = append(usable, can[0][e] && can[1][e])
		}
	}
	return k, usable, islands
}

// pick makes the network of the marked arcs and states alone; edges without a
// marked arc are gone. The state of a marked arc itself stays.
func (g *graph) pick(arcs, states []bool) *graph {
	k := g.room(arcs)
	number := make([]uint32, g.states())
	junctions, found := make([]uint32, g.junctions()), uint32(0) // one more than their new numbers; 0: none yet
	junction := func(v uint32) uint32 {
		if junctions[v] == 0 {
			found++
			junctions[v] = found
		}
		return junctions[v] - 1
	}
	order := make([]uint32, 0, g.states()) // the states that stay, by their new numbers
	for e := range g.tail {
		if !arcs[2*e] && !arcs[2*e+1] {
			continue
		}
		lo, hi := g.first[e], g.first[e+1]
		k.lon, k.lat = append(k.lon, g.lon[lo:hi]...), append(k.lat, g.lat[lo:hi]...)
		k.cum, k.attr = append(k.cum, g.cum[lo:hi]...), append(k.attr, g.attr[lo:hi]...)
		k.tail, k.head = append(k.tail, junction(g.tail[e])), append(k.head, junction(g.head[e]))
		for a := 2 * e; a < 2*e+2; a++ {
			number[a] = uint32(len(order))
			order = append(order, uint32(a))
			c := noCost
			if arcs[a] {
				c = g.arcs[a]
			}
			k.arcs = append(k.arcs, c)
		}
		k.first = append(k.first, uint32(len(k.lon)))
	}
	var copies []uint32
	for s := len(g.arcs); s < g.states(); s++ {
		if states[s] {
			copies = append(copies, uint32(s))
		}
	}
	slices.SortStableFunc(copies, func(a, b uint32) int { return int(g.base(a)) - int(g.base(b)) })
	k.copyFirst = make([]uint32, len(k.arcs)+1)
	for _, s := range copies {
		number[s] = uint32(len(order))
		order = append(order, s)
		a := number[g.base(s)]
		k.copyOf = append(k.copyOf, a)
		k.copyFirst[a+1]++
	}
	for a := range k.arcs {
		k.copyFirst[a+1] += k.copyFirst[a]
	}
	k.turnFirst = append(make([]uint32, 0, len(order)+1), 0)
	k.turnTo, k.turnMS = make([]uint32, 0, len(g.turnTo)), make([]uint32, 0, len(g.turnTo))
	for _, s := range order {
		for t := g.turnFirst[s]; arcs[g.base(s)] && t < g.turnFirst[s+1]; t++ {
			if n := g.turnTo[t]; arcs[g.base(n)] && (states[n] || int(n) < len(g.arcs)) {
				k.turnTo, k.turnMS = append(k.turnTo, number[n]), append(k.turnMS, g.turnMS[t])
			}
		}
		k.turnFirst = append(k.turnFirst, uint32(len(k.turnTo)))
	}
	return k
}

// room gives an empty network with room for the edges that have a marked arc, so
// that it needn't grow.
func (g *graph) room(arcs []bool) *graph {
	edges, vertices := 0, uint32(0)
	for e := range g.tail {
		if arcs[2*e] || arcs[2*e+1] {
			edges++
			vertices += g.first[e+1] - g.first[e]
		}
	}
	return &graph{
		lon: make([]int32, 0, vertices), lat: make([]int32, 0, vertices),
		cum: make([]uint32, 0, vertices), attr: make([]uint32, 0, vertices),
		first: append(make([]uint32, 0, edges+1), 0),
		tail:  make([]uint32, 0, edges), head: make([]uint32, 0, edges),
		arcs: make([]cost, 0, 2*edges), attrs: g.attrs,
	}
}
