package roads

// This file says in which order the arrays of a network stand in a cache, and
// checks that what was read back is sound: no number points out of an array, and
// every search ends. A change here or in what the arrays mean raises
// cacheVersion.

func (g *graph) put(w *flatWriter) {
	put(w, g.lon)
	put(w, g.lat)
	put(w, g.cum)
	put(w, g.attr)
	put(w, g.first)
	put(w, g.tail)
	put(w, g.head)
	put(w, g.arcs)
	put(w, g.attrs)
	put(w, g.turnFirst)
	put(w, g.turnTo)
	put(w, g.turnMS)
	put(w, g.copyFirst)
	put(w, g.copyOf)
	put(w, g.edgeAt)
	put(w, []int32{g.grid.west, g.grid.south, g.grid.width, g.grid.height, g.grid.cols, g.grid.rows})
	put(w, g.grid.first)
	put(w, g.grid.segments)
	put(w, g.grid.lines)
}

func takeGraph(r *flatReader) *graph {
	g := &graph{
		lon: take[int32](r), lat: take[int32](r), cum: take[uint32](r), attr: take[uint32](r),
		first: take[uint32](r), tail: take[uint32](r), head: take[uint32](r),
		arcs: take[cost](r), attrs: take[attr](r),
		turnFirst: take[uint32](r), turnTo: take[uint32](r), turnMS: take[uint32](r),
		copyFirst: take[uint32](r), copyOf: take[uint32](r), edgeAt: take[uint32](r),
	}
	if shape := take[int32](r); len(shape) == 6 {
		g.grid = grid{west: shape[0], south: shape[1], width: shape[2], height: shape[3], cols: shape[4], rows: shape[5]}
	}
	g.grid.first, g.grid.segments, g.grid.lines = take[uint32](r), take[uint32](r), take[int32](r)
	return g
}

// sound says whether no number of a graph points out of its arrays, so that a
// cache that was made wrong can do no harm.
func (g *graph) sound(names int) bool {
	vertices, edges, arcs := len(g.lon), len(g.tail), len(g.arcs)
	gr := &g.grid
	if len(g.lat) != vertices || len(g.cum) != vertices || len(g.attr) != vertices ||
		len(g.head) != edges || arcs != 2*edges || len(g.turnMS) != len(g.turnTo) ||
		len(g.edgeAt) != (vertices+edgeStep-1)/edgeStep || gr.cols < 1 || gr.rows < 1 || gr.width < 1 || gr.height < 1 ||
		int64(len(gr.first)) != int64(gr.cols)*int64(gr.rows)+1 ||
		!ascending(g.first, edges+1, vertices) || !ascending(g.turnFirst, arcs+len(g.copyOf)+1, len(g.turnTo)) ||
		!ascending(g.copyFirst, arcs+1, len(g.copyOf)) || !below(g.copyOf, arcs) ||
		!ascending(gr.first, len(gr.first), len(gr.segments)) ||
		!below(g.turnTo, arcs+len(g.copyOf)) || !below(gr.segments, vertices-1) || len(gr.lines) != 4*len(gr.segments) ||
		vertices > 0 && !below(g.attr, len(g.attrs)) || !below(g.tail, 2*edges) || !below(g.head, 2*edges) {
		return false
	}
	for e := range edges {
		if g.first[e+1]-g.first[e] < 2 {
			return false
		}
	}
	for k, e := range g.edgeAt {
		if v := uint32(k * edgeStep); int(e) >= edges || v < g.first[e] || v >= g.first[e+1] {
			return false
		}
	}
	for _, a := range g.attrs {
		if int(a.name) >= names || int(a.class) >= len(classes) {
			return false
		}
	}
	return true
}

func (h *hierarchy) put(w *flatWriter) {
	put(w, []bool{h.turns})
	put(w, h.arc)
	put(w, h.rank)
	put(w, h.up.first)
	put(w, h.up.to)
	put(w, h.up.c)
	put(w, h.up.over)
}

func takeHierarchy(r *flatReader) *hierarchy {
	h := &hierarchy{}
	if turns := take[byte](r); len(turns) == 1 {
		h.turns = turns[0] == 1
	}
	h.arc, h.rank = take[uint32](r), take[uint32](r)
	h.join(links{first: take[uint32](r), to: take[uint32](r), c: take[cost](r), over: take[uint32](r)})
	return h
}

// sound says whether a hierarchy is one of this network: every open arc has a
// node, and links lead up and over lower nodes only, so that every search ends.
func (h *hierarchy) sound(g *graph) bool {
	all := &h.up
	if len(all.first)%2 == 0 || !ascending(all.first, len(all.first), len(all.to)) ||
		len(all.c) != len(all.to) || h.mesh == nil && len(all.over) != len(all.to) ||
		h.turns && (len(h.rank) != g.states() || len(h.arc) != h.nodes()) {
		return false
	}
	nodes := h.nodes()
	node := func(v uint32) bool { return int(v) < len(h.rank) && int(h.rank[v]) < nodes }
	for i := range g.states() {
		switch a := g.base(uint32(i)); {
		case !g.open(a):
		case h.turns && (!node(uint32(i)) || h.arc[h.rank[i]] != a):
			return false
		case !h.turns && (!node(g.from(a)) || !node(g.to(a))):
			return false
		}
	}
	for v := range uint32(nodes) {
		for i := all.first[2*v]; i < all.first[2*v+2]; i++ {
			to, over := all.to[i], uint32(plain)
			if h.mesh == nil {
				over = all.over[i]
			}
			if to <= v || int(to) >= nodes || over&plain == 0 && over >= v || over&plain != 0 && int(over&^plain) >= len(g.arcs) {
				return false
			}
		}
	}
	return true
}

func (z *gazetteer) put(w *flatWriter) {
	putTexts(w, z.texts)
	putTexts(w, z.terms)
	put(w, z.towns)
	put(w, z.streets)
	put(w, z.houses)
	put(w, z.trigram)
	put(w, z.trigramFirst)
	put(w, z.trigramTerm)
	put(w, z.starts)
	put(w, z.grid.cell)
	put(w, z.grid.first)
	put(w, z.grid.house)
}

func takeGazetteer(r *flatReader) *gazetteer {
	z := &gazetteer{
		texts: takeTexts(r), terms: takeTexts(r),
		towns: take[townRow](r), streets: take[streetRow](r), houses: take[houseRow](r),
		trigram: take[uint32](r), trigramFirst: take[uint32](r), trigramTerm: take[uint32](r),
		starts: take[wordStart](r),
	}
	z.grid = pointGrid{take[uint64](r), take[uint32](r), take[uint32](r)}
	return z
}

func (z *gazetteer) sound() bool {
	texts, terms := uint32(len(z.texts)), uint32(len(z.terms))
	for _, t := range z.towns {
		if t.term >= terms || t.name >= texts || t.kind >= texts {
			return false
		}
	}
	before := uint32(0)
	for i, s := range z.streets {
		if s.term >= terms || s.name >= texts || s.town != none && int(s.town) >= len(z.towns) ||
			s.houses < before || i == 0 && s.houses != 0 || int(s.houses) > len(z.houses) {
			return false
		}
		before = s.houses
	}
	for _, h := range z.houses {
		if h.number >= texts || h.postcode >= texts || len(z.streets) == 0 {
			return false
		}
	}
	for _, w := range z.starts {
		if w.term >= terms || int(w.offset) > len(z.terms[w.term]) {
			return false
		}
	}
	return ascending(z.trigramFirst, len(z.trigram)+1, len(z.trigramTerm)) && below(z.trigramTerm, len(z.terms)) &&
		ascending(z.grid.first, len(z.grid.cell)+1, len(z.grid.house)) && below(z.grid.house, len(z.houses))
}

func (a *areas) put(w *flatWriter) {
	putTexts(w, a.texts)
	put(w, a.area)
	put(w, a.ring)
	put(w, a.lon)
	put(w, a.lat)
}

func takeAreas(r *flatReader) *areas {
	return &areas{texts: takeTexts(r), area: take[areaRow](r), ring: take[ringRow](r), lon: take[int32](r), lat: take[int32](r)}
}

func (a *areas) sound() bool {
	texts := uint32(len(a.texts))
	before := uint32(0)
	for i, r := range a.area {
		if r.layer >= texts || r.kind >= texts || r.name >= texts || r.rings < before || i == 0 && r.rings != 0 || int(r.rings) > len(a.ring) {
			return false
		}
		before = r.rings
	}
	before = 0
	for i, r := range a.ring {
		if r.corners < before || i == 0 && r.corners != 0 || int(r.corners) > len(a.lon) {
			return false
		}
		before = r.corners
	}
	return len(a.lon) == len(a.lat) && (len(a.area) > 0 || len(a.ring) == 0)
}
