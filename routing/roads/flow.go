package roads

// flow finds the fewest edges that part some junctions of a cell from others: as
// many as ways that share no edge can be led from the ones to the others
// (Dinic's algorithm; every edge carries one unit either way).
type flow struct {
	local []uint32 // by junction: its number in the cell, or none
	cell  []uint32 // the junctions by their numbers
	first []uint32 // by number, one more than there are
	to    []uint32 // by half: the number at its other end
	twin  []uint32 // by half: the same edge's other one
	used  []int8   // by half: units led along it; -1 where one comes against it
	role  []uint8  // by number: free, source or sink
	level []int32  // by number: steps from the sources; -1 where none lead
	next  []uint32 // by number: the half to try next
	queue []uint32
	path  []uint32 // halves
	open  []uint32 // halves without a twin yet, by edge
	back  bool     // levels were counted from the sinks
}

const (
	freeRole = iota
	sourceRole
	sinkRole
)

func (f *flow) prepare(junctions, halves int) {
	f.local, f.open = make([]uint32, junctions), make([]uint32, halves)
	for i := range f.local {
		f.local[i] = none
	}
	for i := range f.open {
		f.open[i] = none
	}
	f.role, f.level = make([]uint8, junctions), make([]int32, junctions)
	f.next, f.queue = make([]uint32, junctions), make([]uint32, 0, junctions)
}

// enter takes the edges within a cell.
func (f *flow) enter(d *dissector, cell []uint32) {
	f.cell = cell
	for i, v := range cell {
		f.local[v] = uint32(i)
	}
	f.first, f.to, f.twin = append(f.first[:0], 0), f.to[:0], f.twin[:0]
	for _, v := range cell {
		for _, h := range d.half[d.first[v]:d.first[v+1]] {
			if w := f.local[h.to]; w != none && h.to != v {
				k := uint32(len(f.to))
				o := f.open[h.edge]
				f.to, f.twin = append(f.to, w), append(f.twin, o)
				if f.open[h.edge] = k; o != none {
					f.open[h.edge], f.twin[o] = none, k
				}
			}
		}
		f.first = append(f.first, uint32(len(f.to)))
	}
}

// forget leaves the cell.
func (f *flow) forget(cell []uint32) {
	for _, v := range cell {
		f.local[v] = none
	}
}

// run leads as much as goes from the sources to the sinks and gives how much that
// is. inside then tells the parts.
func (f *flow) run(sources, sinks []uint32) int {
	n := len(f.cell)
	clear(f.role[:n])
	f.used = append(f.used[:0], make([]int8, len(f.to))...)
	for _, v := range sources {
		f.role[f.local[v]] = sourceRole
	}
	for _, v := range sinks {
		f.role[f.local[v]] = sinkRole
	}
	width := 0
	for f.spread(sourceRole, sinkRole) {
		copy(f.next[:n], f.first[:n])
		for _, v := range sources {
			for f.lead(f.local[v]) {
				width++
			}
		}
	}
	// The cut next to the sources and that next to the sinks are equally small;
	// the evener one is taken.
	f.back = false
	if near := f.count(); near < n/2 {
		f.spread(sinkRole, sourceRole)
		if f.back = true; min(f.count(), n-f.count()) < near {
			f.back = false
			f.spread(sourceRole, sinkRole)
		}
	}
	return width
}

// spread counts the steps from all junctions of a role over edges that can carry
// more, and says whether one of another role was reached.
func (f *flow) spread(from, to uint8) bool {
	n, reached := len(f.cell), false
	f.queue = f.queue[:0]
	for v := range n {
		f.level[v] = -1
		if f.role[v] == from {
			f.level[v] = 0
			f.queue = append(f.queue, uint32(v))
		}
	}
	sign := int8(1)
	if from == sinkRole { // against the flow
		sign = -1
	}
	for i := 0; i < len(f.queue); i++ {
		v := f.queue[i]
		for h := f.first[v]; h < f.first[v+1]; h++ {
			if w := f.to[h]; f.level[w] < 0 && sign*f.used[h] < 1 {
				f.level[w] = f.level[v] + 1
				if f.role[w] == to {
					reached = true
					continue
				}
				f.queue = append(f.queue, w)
			}
		}
	}
	return reached
}

// lead leads one more unit from a source to a sink, level by level; false when
// there is no way for it.
func (f *flow) lead(source uint32) bool {
	f.path = f.path[:0]
	v := source
	for f.role[v] != sinkRole {
		if f.next[v] == f.first[v+1] { // a dead end: one step back
			if v == source {
				return false
			}
			h := f.path[len(f.path)-1]
			f.path = f.path[:len(f.path)-1]
			v = f.to[f.twin[h]]
			f.next[v]++
			continue
		}
		h := f.next[v]
		if w := f.to[h]; f.used[h] < 1 && f.level[w] == f.level[v]+1 {
			f.path = append(f.path, h)
			v = w
			continue
		}
		f.next[v]++
	}
	for _, h := range f.path {
		f.used[h]++
		f.used[f.twin[h]]--
	}
	return true
}

// inside says whether a junction, given by its number, is on the sources' side.
func (f *flow) inside(v uint32) bool { return (f.level[v] >= 0) != f.back }

// count gives how many are on the sources' side.
func (f *flow) count() int {
	n := 0
	for v := range f.cell {
		if f.inside(uint32(v)) {
			n++
		}
	}
	return n
}
