package roads

import "slices"

// box is a rectangle in 1/degree.
type box struct{ west, south, east, north int32 }

func (b box) touches(o box) bool {
	return b.west <= o.east && b.east >= o.west && b.south <= o.north && b.north >= o.south
}

// boxes finds which of many rectangles touch another one.
type boxes struct {
	all         []box
	west, south int32
	cols, rows  int32
	first       []uint32 // by cell, one more than there are
	item        []uint32
}

// boxCell is the size of a cell in 1/degree: about that of a tile of zoom 14.
const boxCell = 200000

// plantBoxes makes an index of rectangles.
func plantBoxes(all []box) *boxes {
	b := &boxes{all: all}
	if len(all) == 0 {
		return b
	}
	whole := all[0]
	for _, r := range all {
		whole = box{min(whole.west, r.west), min(whole.south, r.south), max(whole.east, r.east), max(whole.north, r.north)}
	}
	b.west, b.south = whole.west, whole.south
	b.cols, b.rows = b.col(whole.east)+1, b.row(whole.north)+1
	b.first = make([]uint32, int(b.cols)*int(b.rows)+1)
	for _, r := range all {
		b.cells(r, func(cell int) { b.first[cell+1]++ })
	}
	for c := range len(b.first) - 1 {
		b.first[c+1] += b.first[c]
	}
	b.item = make([]uint32, b.first[len(b.first)-1])
	next := slices.Clone(b.first)
	for i, r := range all {
		b.cells(r, func(cell int) {
			b.item[next[cell]] = uint32(i)
			next[cell]++
		})
	}
	return b
}

func (b *boxes) col(lon int32) int32 { return int32((int64(lon) - int64(b.west)) / boxCell) }
func (b *boxes) row(lat int32) int32 { return int32((int64(lat) - int64(b.south)) / boxCell) }

// cells goes through the cells that a rectangle lies in, among those there are.
func (b *boxes) cells(r box, each func(cell int)) {
	for row := max(0, b.row(r.south)); row <= min(b.rows-1, b.row(r.north)); row++ {
		for col := max(0, b.col(r.west)); col <= min(b.cols-1, b.col(r.east)); col++ {
			each(int(row)*int(b.cols) + int(col))
		}
	}
}

// touching gives the rectangles that touch r by their numbers, each once, in
// order.
func (b *boxes) touching(r box) []uint32 {
	var found []uint32
	b.cells(r, func(cell int) {
		for _, i := range b.item[b.first[cell]:b.first[cell+1]] {
			if b.all[i].touches(r) {
				found = append(found, i)
			}
		}
	})
	slices.Sort(found)
	return slices.Compact(found)
}

// edgeBoxes gives the box of every edge.
func (g *graph) edgeBoxes() []box {
	all := make([]box, g.edges())
	for e := range all {
		lo := g.first[e]
		b := box{g.lon[lo], g.lat[lo], g.lon[lo], g.lat[lo]}
		for v := lo + 1; v < g.first[e+1]; v++ {
			b = box{min(b.west, g.lon[v]), min(b.south, g.lat[v]), max(b.east, g.lon[v]), max(b.north, g.lat[v])}
		}
		all[e] = b
	}
	return all
}

func (a *areas) boxes() []box {
	all := make([]box, len(a.area))
	for i, r := range a.area {
		all[i] = box{r.west, r.south, r.east, r.north}
	}
	return all
}
