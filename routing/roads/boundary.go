package roads

import (
	"maps"
	"slices"

	"github.com/paulmach/osm"
)

// boundary is a stretch of the border of countries or of their states, for
// drawing. Ways are the map's numbers.
type boundary struct {
	level              int64 // 2 between countries, 4 between states
	disputed, maritime bool
	refs               []int64
}

// rawBoundary is what a relation says of the ways along the border of what it is
// about.
type rawBoundary struct {
	level    int64
	disputed bool
	ways     []int64
}

// boundaryOf reads a relation as the border of a country or a state; ok is false
// where it is none.
func boundaryOf(tags osm.Tags, members []member) (r rawBoundary, ok bool) {
	r.level = map[string]int64{"2": 2, "4": 4}[tags.Find("admin_level")]
	kind := tags.Find("boundary")
	r.disputed = kind == "disputed" || tags.Find("disputed") == "yes"
	if r.level == 0 || kind != "administrative" && kind != "disputed" {
		return r, false
	}
	for _, m := range members {
		if m.kind == 1 && (m.role == "outer" || m.role == "inner" || m.role == "") {
			r.ways = append(r.ways, m.id)
		}
	}
	return r, len(r.ways) > 0
}

// border takes up what a relation says. A way between two countries is a border of
// states too, and counts as the former.
func (s *source) border(r rawBoundary) {
	if s.borders == nil {
		s.borders = map[int64]*boundary{}
	}
	for _, id := range r.ways {
		b, ok := s.borders[id]
		if !ok {
			b = &boundary{level: r.level}
			s.borders[id] = b
		}
		b.level, b.disputed = min(b.level, r.level), b.disputed || r.disputed
	}
}

// alongWay is what the way itself says of a border: where it runs, and the like.
func alongWay(tags osm.Tags, refs []int64) *boundary {
	return &boundary{
		refs:     slices.Clone(refs),
		disputed: tags.Find("disputed") == "yes" || tags.Find("boundary") == "disputed",
		maritime: tags.Find("maritime") == "yes" || tags.Find("natural") == "coastline",
	}
}

// join takes up what the way itself says.
func (b *boundary) join(way *boundary) {
	b.refs, b.maritime, b.disputed = way.refs, way.maritime, b.disputed || way.disputed
}

// Marks of areas and lines that are borders.
const (
	markDisputed uint32 = 1 << iota
	markMaritime
)

func (b *boundary) marks() (m uint32) {
	if b.disputed {
		m |= markDisputed
	}
	if b.maritime {
		m |= markMaritime
	}
	return m
}

// setBordersAside adds the nodes of borders to those that are needed. They may lie
// far from the rest of the map, so they don't count for how large that is.
func (s *source) setBordersAside() {
	var more []int64
	for _, b := range s.borders {
		for _, id := range b.refs {
			if _, ok := s.node(id); !ok {
				more = append(more, id)
			}
		}
	}
	if len(more) == 0 {
		return
	}
	slices.Sort(more)
	more = slices.Compact(more)
	s.ids = slices.Clip(slices.Sorted(slices.Values(slices.Concat(s.ids, more))))
	s.aside = make(map[uint32]bool, len(more))
	for _, id := range more {
		i, _ := s.node(id)
		s.aside[i] = true
	}
}

// bordersInOrder lists the ways of borders by number.
func (s *source) bordersInOrder() []int64 { return slices.Sorted(maps.Keys(s.borders)) }

// form is how a road lies, for drawing.
type form uint8

const (
	onBridge form = 1 << iota
	inTunnel
)

func formOf(tags osm.Tags) (f form) {
	if v := tags.Find("bridge"); v != "" && v != "no" {
		f |= onBridge
	}
	if v := tags.Find("tunnel"); v != "" && v != "no" || tags.Find("covered") == "yes" {
		f |= inTunnel
	}
	return f
}

// isLine says of a layer of areas whether they are lines.
func isLine(layer string) bool { return layer == layerWaterLine || layer == layerBoundaries }
