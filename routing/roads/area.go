package roads

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/paulmach/osm"
)

// areaKind is what an area is, for drawing: the layer it belongs to and the kind
// within, both as in the Shortbread schema.
type areaKind struct{ layer, kind string }

// The layers of areas.
const (
	layerBuildings = "buildings"
	layerWater     = "water_polygons"
	layerLand      = "land"
	layerFerries   = "ferries"
	layerOcean     = "ocean"
	layerWaterLine = "water_lines"

	layerBridges    = "bridges"
	layerBoundaries = "boundaries"
)

// waterways are the kinds of lines of water.
var waterways = map[string]string{"river": "river", "canal": "canal", "stream": "stream", "ditch": "ditch", "drain": "ditch"}

// waterLineOf reads what line of water a way is.
func waterLineOf(tags osm.Tags) (k areaKind, ok bool) {
	kind, ok := waterways[tags.Find("waterway")]
	return areaKind{layerWaterLine, kind}, ok && tags.Find("tunnel") == ""
}

// landKinds maps tags to kinds of land.
var landKinds = map[string]map[string]string{
	"landuse": {
		"forest": "forest", "grass": "grass", "meadow": "meadow", "farmland": "farmland", "residential": "residential",
		"commercial": "commercial", "retail": "retail", "industrial": "industrial", "cemetery": "cemetery",
		"allotments": "allotments", "orchard": "orchard", "vineyard": "vineyard", "quarry": "quarry",
		"recreation_ground": "recreation_ground", "railway": "railway", "landfill": "landfill", "village_green": "village_green",
	},
	"leisure": {"park": "park", "garden": "garden", "golf_course": "golf_course", "playground": "playground"},
	"natural": {"wood": "forest", "scrub": "scrub", "heath": "heath", "grassland": "grassland", "beach": "beach", "sand": "sand", "wetland": "swamp", "glacier": "glacier", "bare_rock": "bare_rock"},
}

// areaOf reads what area a closed way or a multipolygon is.
func areaOf(tags osm.Tags) (k areaKind, ok bool) {
	if b := tags.Find("building"); b != "" && b != "no" {
		return areaKind{layerBuildings, ""}, true
	}
	switch {
	case tags.Find("man_made") == "bridge":
		return areaKind{layerBridges, "bridge"}, true
	case tags.Find("natural") == "water":
		return areaKind{layerWater, "water"}, true
	case tags.Find("waterway") == "riverbank" || tags.Find("waterway") == "dock":
		return areaKind{layerWater, "river"}, true
	case tags.Find("landuse") == "reservoir" || tags.Find("landuse") == "basin":
		return areaKind{layerWater, tags.Find("landuse")}, true
	}
	for _, key := range []string{"leisure", "natural", "landuse"} {
		if kind, ok := landKinds[key][tags.Find(key)]; ok {
			return areaKind{layerLand, kind}, true
		}
	}
	return k, false
}

// rawArea is an area as the map has it: a closed way's refs, or the ways of a
// multipolygon, of which each is a part of some ring.
type rawArea struct {
	kind         areaKind
	name         string
	refs         []int64
	outer, inner []int64 // way ids
}

// multipolygonOf reads a relation as an area; ok is false where it is none.
func multipolygonOf(tags osm.Tags, members []member) (a rawArea, ok bool) {
	if tags.Find("type") != "multipolygon" {
		return a, false
	}
	if a.kind, ok = areaOf(tags); !ok {
		return a, false
	}
	a.name = tags.Find("name")
	for _, m := range members {
		switch {
		case m.kind == 1 && (m.role == "outer" || m.role == ""):
			a.outer = append(a.outer, m.id)
		case m.kind == 1 && m.role == "inner":
			a.inner = append(a.inner, m.id)
		}
	}
	return a, len(a.outer) > 0
}

// joinRings makes closed rings of ways that meet at their ends. Ways that close
// no ring, because a member is missing, are left out; open counts them.
func joinRings(ways [][]int64) (rings [][]int64, open int) {
	ways = slices.DeleteFunc(slices.Clone(ways), func(w []int64) bool { return len(w) < 2 })
	byEnd := map[int64][]int{}
	for i, w := range ways {
		byEnd[w[0]] = append(byEnd[w[0]], i)
		byEnd[w[len(w)-1]] = append(byEnd[w[len(w)-1]], i)
	}
	used := make([]bool, len(ways))
	for i := range ways {
		if used[i] {
			continue
		}
		used[i] = true
		ring, parts := slices.Clone(ways[i]), 1
		for ring[0] != ring[len(ring)-1] {
			next := slices.IndexFunc(byEnd[ring[len(ring)-1]], func(k int) bool { return !used[k] })
			if next < 0 {
				break
			}
			k := byEnd[ring[len(ring)-1]][next]
			used[k] = true
			parts++
			w := slices.Clone(ways[k])
			if w[0] != ring[len(ring)-1] {
				slices.Reverse(w)
			}
			ring = append(ring, w[1:]...)
		}
		if ring[0] == ring[len(ring)-1] && len(ring) >= 4 {
			rings = append(rings, ring)
		} else {
			open += parts
		}
	}
	return rings, open
}

// areas are what a map is drawn with beside its streets, in flat arrays.
type areas struct {
	texts []string // kinds and names; texts[0] is ""
	area  []areaRow
	ring  []ringRow
	// Corners of the rings, in 1/degree; the last is the first again, but of lines.
	lon, lat []int32
}

// areaRow is an area; its rings are from rings to where the next area's begin.
type areaRow struct {
	layer, kind, name        uint32 // texts
	marks                    uint32 // of borders
	rings                    uint32
	west, south, east, north int32
}

// ringRow is a ring; its corners are from corners to where the next ring's begin.
// A hole follows the ring that it is in.
type ringRow struct{ corners, inner uint32 }

// settleAreas makes the areas of what was read, large ones first, so that small
// ones are drawn over them.
func (s *source) settleAreas(ways map[int64][]int64) *areas {
	a := &areas{texts: []string{""}}
	texts := map[string]uint32{"": 0}
	text := func(t string) uint32 {
		i, ok := texts[t]
		if !ok {
			i = uint32(len(a.texts))
			texts[t] = i
			a.texts = append(a.texts, t)
		}
		return i
	}
	add := func(kind areaKind, name string, marks uint32, rings [][]corner, inner []bool) {
		row := areaRow{layer: text(kind.layer), kind: text(kind.kind), name: text(name), marks: marks, rings: uint32(len(a.ring)), west: missing, south: missing, east: -missing, north: -missing}
		for i, ring := range rings {
			a.addRing(&row, ring, inner[i])
		}
		if len(a.ring) > int(row.rings) {
			a.area = append(a.area, row)
		}
	}
	for _, raw := range s.rawAreas {
		switch {
		case raw.kind.layer == layerWaterLine:
			if line := s.corners(raw.refs); len(line) >= 2 {
				add(raw.kind, raw.name, 0, [][]corner{line}, []bool{false})
			}
		case raw.refs != nil:
			add(raw.kind, raw.name, 0, s.closed([][]int64{raw.refs}), []bool{false})
		default:
			outer, open := joinRings(lookup(ways, raw.outer))
			inner, _ := joinRings(lookup(ways, raw.inner))
			s.report.OpenRings += open
			rings, holes := underOuter(s.closed(outer), s.closed(inner))
			add(raw.kind, raw.name, 0, rings, holes)
		}
	}
	rings, holes := s.sea()
	add(areaKind{layerOcean, ""}, "", 0, rings, holes)
	for _, id := range s.bordersInOrder() {
		b := s.borders[id]
		if line := s.corners(b.refs); len(line) >= 2 {
			add(areaKind{layerBoundaries, strconv.FormatInt(b.level, 10)}, "", b.marks(), [][]corner{line}, []bool{false})
		}
	}
	return a.sorted()
}

// closed gives the corners of rings that are closed on the map.
func (s *source) closed(rings [][]int64) (out [][]corner) {
	for _, refs := range rings {
		if c := s.corners(refs); len(c) >= 4 && c[0] == c[len(c)-1] {
			out = append(out, c)
		}
	}
	return out
}

func lookup(ways map[int64][]int64, ids []int64) (out [][]int64) {
	for _, id := range ids {
		out = append(out, ways[id])
	}
	return out
}

func (a *areas) addRing(row *areaRow, ring []corner, inner bool) {
	r := ringRow{corners: uint32(len(a.lon))}
	if inner {
		r.inner = 1
	}
	for _, c := range ring {
		a.lon, a.lat = append(a.lon, c.lon), append(a.lat, c.lat)
		row.west, row.east = min(row.west, c.lon), max(row.east, c.lon)
		row.south, row.north = min(row.south, c.lat), max(row.north, c.lat)
	}
	a.ring = append(a.ring, r)
}

// sorted gives the areas by size.
func (a *areas) sorted() *areas {
	order := make([]int, len(a.area))
	for i := range order {
		order[i] = i
	}
	size := func(r *areaRow) int64 { return (int64(r.east) - int64(r.west)) * (int64(r.north) - int64(r.south)) }
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(size(&a.area[j]), size(&a.area[i])) })
	b := &areas{texts: a.texts}
	for _, i := range order {
		row := a.area[i]
		lo, hi := a.rings(i)
		row.rings = uint32(len(b.ring))
		b.area = append(b.area, row)
		for r := lo; r < hi; r++ {
			from, to := a.corners(r)
			b.ring = append(b.ring, ringRow{uint32(len(b.lon)), a.ring[r].inner})
			b.lon, b.lat = append(b.lon, a.lon[from:to]...), append(b.lat, a.lat[from:to]...)
		}
	}
	return b
}

func (a *areas) rings(area int) (from, to int) {
	to = len(a.ring)
	if area+1 < len(a.area) {
		to = int(a.area[area+1].rings)
	}
	return int(a.area[area].rings), to
}

func (a *areas) corners(ring int) (from, to int) {
	to = len(a.lon)
	if ring+1 < len(a.ring) {
		to = int(a.ring[ring+1].corners)
	}
	return int(a.ring[ring].corners), to
}
