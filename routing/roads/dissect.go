package roads

import (
	"cmp"
	"context"
	"slices"
)

// dissector cuts a network in two, the halves in two and so on, each time along
// few edges: inertial flow, that is the smallest cut between what lies furthest
// out on either side of a direction. Edges of a cut are more important than all
// in the parts that it parts, whatever driving costs, so that the order serves
// every weighing of the network.
type dissector struct {
	lon, lat []int32  // by junction
	first    []uint32 // by junction, one more than there are: its first half
	half     []half   // of edges, one at each of their ends
	order    []uint32 // edges, the most important first

	flow flow
	side []bool   // by junction: which part of the cell at hand
	key  []int64  // by junction: how far along the direction at hand
	list []uint32 // junctions of the cell by key
}

// half is one end of an edge: the edge and the junction at its other end.
type half struct{ edge, to uint32 }

// dissect gives a network's open edges in an order of importance, the least
// important first. It depends on the edges and where they are alone.
func dissect(ctx context.Context, g *graph) ([]uint32, error) {
	n := g.junctions()
	d := &dissector{
		lon: make([]int32, n), lat: make([]int32, n), first: make([]uint32, n+1),
		side: make([]bool, n), key: make([]int64, n), list: make([]uint32, n),
	}
	d.connect(g)
	d.flow.prepare(n, len(d.half))
	cell := make([]uint32, n)
	for v := range cell {
		cell[v] = uint32(v)
	}
	if err := d.cut(ctx, cell); err != nil {
		return nil, err
	}
	slices.Reverse(d.order)
	return d.order, nil
}

func (d *dissector) connect(g *graph) {
	open := func(e int) bool { return g.open(uint32(2*e)) || g.open(uint32(2*e+1)) }
	for e := range g.tail {
		from, to := g.tail[e], g.head[e]
		d.lon[from], d.lat[from] = g.lon[g.first[e]], g.lat[g.first[e]]
		d.lon[to], d.lat[to] = g.lon[g.first[e+1]-1], g.lat[g.first[e+1]-1]
		if open(e) {
			d.first[from+1]++
			d.first[to+1]++
		}
	}
	for v := 1; v < len(d.first); v++ {
		d.first[v] += d.first[v-1]
	}
	d.half = make([]half, d.first[len(d.first)-1])
	next := slices.Clone(d.first)
	for e := range g.tail {
		if open(e) {
			from, to := g.tail[e], g.head[e]
			d.half[next[from]] = half{uint32(e), to}
			next[from]++
			d.half[next[to]] = half{uint32(e), from}
			next[to]++
		}
	}
}

// cut cuts a cell until junctions are alone, and puts its edges in order.
func (d *dissector) cut(ctx context.Context, cell []uint32) error {
	if len(cell) == 1 {
		v := cell[0]
		for h := d.first[v]; h < d.first[v+1]; h += 1 { // rings come twice, beside one another
			if e := d.half[h]; e.to == v && d.half[h+1].edge == e.edge {
				d.order = append(d.order, e.edge)
				h++
			}
		}
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	k := d.split(cell)
	for _, v := range cell[:k] {
		for _, h := range d.half[d.first[v]:d.first[v+1]] {
			if d.flow.local[h.to] != none && d.side[h.to] != d.side[v] {
				d.order = append(d.order, h.edge)
			}
		}
	}
	d.flow.forget(cell)
	if err := d.cut(ctx, cell[:k]); err != nil {
		return err
	}
	return d.cut(ctx, cell[k:])
}

// directions in which cells are cut, as multiples of east and north.
var directions = [][2]int64{{1, 0}, {0, 1}, {1, 1}, {1, -1}}

// outer is the part of a cell on either side of a direction that a cut leaves
// whole.
const outer = 0.25

// split puts the junctions of one part of a cell before those of the other and
// gives where the other begins. flow knows the cell afterwards.
func (d *dissector) split(cell []uint32) int {
	d.flow.enter(d, cell)
	n := len(cell)
	most := max(1, int(outer*float64(n)))
	list := d.list[:n]
	best, parts := -1.0, 0
	for _, way := range directions {
		copy(list, cell)
		for _, v := range cell {
			// A degree of longitude is shorter than one of latitude; a rough share
			// of it is enough to cut by.
			d.key[v] = way[0]*int64(d.lon[v])*3/4 + way[1]*int64(d.lat[v])
		}
		slices.SortFunc(list, func(a, b uint32) int { return cmp.Or(cmp.Compare(d.key[a], d.key[b]), cmp.Compare(a, b)) })
		width := d.flow.run(list[:most], list[n-most:])
		inside := d.flow.count()
		// The fewer edges for what the smaller part has, the better.
		score := float64(width) / float64(min(inside, n-inside))
		if best < 0 || score < best {
			best, parts = score, inside
			for i, v := range cell {
				d.side[v] = d.flow.inside(uint32(i))
			}
		}
	}
	k := 0
	for i, v := range cell {
		if d.side[v] {
			cell[i], cell[k] = cell[k], cell[i]
			k++
		}
	}
	return parts
}
