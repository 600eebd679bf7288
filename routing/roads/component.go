package roads

// component marks the arcs of the largest strongly connected part: from each of
// them every other one can be reached. The search is Tarjan's, without
// recursion.
func (g *graph) component() []bool {
	n := len(g.arcs)
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
		if !g.open(uint32(root)) || order[root] != none {
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

// keep makes the network of the marked arcs alone; edges without any are gone.
func (g *graph) keep(in []bool) *graph {
	k := &graph{first: []uint32{0}, attrs: g.attrs}
	arcOf := make([]uint32, len(g.arcs))
	junctions := map[uint32]uint32{}
	junction := func(v uint32) uint32 {
		j, ok := junctions[v]
		if !ok {
			j = uint32(len(junctions))
			junctions[v] = j
		}
		return j
	}
	for e := range g.tail {
		if !in[2*e] && !in[2*e+1] {
			continue
		}
		lo, hi := g.first[e], g.first[e+1]
		k.lon, k.lat = append(k.lon, g.lon[lo:hi]...), append(k.lat, g.lat[lo:hi]...)
		k.cum, k.attr = append(k.cum, g.cum[lo:hi]...), append(k.attr, g.attr[lo:hi]...)
		k.tail, k.head = append(k.tail, junction(g.tail[e])), append(k.head, junction(g.head[e]))
		for d := range 2 {
			arcOf[2*e+d] = uint32(len(k.arcs))
			c := noCost
			if in[2*e+d] {
				c = g.arcs[2*e+d]
			}
			k.arcs = append(k.arcs, c)
		}
		k.first = append(k.first, uint32(len(k.lon)))
	}
	k.turnFirst = append(k.turnFirst, 0)
	for e := range g.tail {
		for a := 2 * e; a < 2*e+2 && (in[2*e] || in[2*e+1]); a++ {
			for t := g.turnFirst[a]; in[a] && t < g.turnFirst[a+1]; t++ {
				if b := g.turnTo[t]; in[b] {
					k.turnTo, k.turnMS = append(k.turnTo, arcOf[b]), append(k.turnMS, g.turnMS[t])
				}
			}
			k.turnFirst = append(k.turnFirst, uint32(len(k.turnTo)))
		}
	}
	return k
}
