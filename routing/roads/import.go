package roads

import (
	"context"
	"maps"
	"math"
	"os"
	"slices"

	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
)

// Progress tells how far the making of a network is.
type Progress struct {
	Stage       string // "ways", "nodes", "network car", …, "hierarchy", "cache"
	Done, Total int64  // in units of the stage; Total 0 where it isn't known
}

// Report counts what an import met.
type Report struct {
	RoadWays     int // ways that some mode may use
	RoadNodes    int // nodes that they are made of
	DanglingRefs int // nodes that a way names and the extract doesn't have
	Places       int
	Addresses    int
	OpenRings    int // parts of multipolygons that close no ring
	// Signs for cars: those read, those with members amiss, and those that forbid
	// nothing, because what they name is closed or doesn't meet.
	Restrictions, BrokenRestrictions, UnmetRestrictions int
	// Signs for cars that hold at some hours only, over turns and over roads; and those
	// of them whose hours aren't understood, which forbid nothing.
	HourlySigns, UnreadHours int

	Junctions [modes]int // by mode, as are the next
	Edges     [modes]int
	Turns     [modes]int
	Islands   [modes]int // edge directions on which no place can be, being cut off from the rest
}

// degree is the number of the map's coordinate units in a degree.
const degree = 1e7

// missing marks a node that the extract doesn't have.
const missing = math.MaxInt32

// source is what the import keeps of an extract, before any mode's network is
// made of it.
type source struct {
	ids      []int64 // of the nodes, sorted
	lon, lat []int32 // of the nodes, in 1/degree; missing
	barrier  []uint8 // of the nodes: bit m set = closed to mode m
	refs     []uint32
	ways     []sourceWay
	names    []string // names[0] is ""
	places   []Place
	report   Report

	hours        []string // when signs hold that don't always, by their numbers from 1 on
	restrictions []restriction
	wayAt        map[int64]uint32 // of the ways that they name
	addresses    []rawAddress
	towns        []town
	rawAreas     []rawArea
	coasts       [][]int64           // with the land on their left
	borders      map[int64]*boundary // by way
	aside        map[uint32]bool     // nodes that are of borders alone
	areas        *areas
}

// sourceWay is a road; its nodes are refs[first:last].
type sourceWay struct {
	first, last uint32
	name        uint32
	class       uint8 // see classes
	form        form
	crossing    uint32 // seconds that a ferry takes; 0: not said
	use         [modes]use
	when        uint8 // the sign that shuts it to cars at some hours; 0 for none
}

// hour counts a sign that holds at some hours, and gives the number of those; 0 and
// true where it always holds.
func (s *source) hour(hours string) (number uint8, known bool) {
	if hours == "" {
		return 0, true
	}
	s.report.HourlySigns++
	if _, ok := whenOf(hours); ok && !slices.Contains(s.hours, hours) && len(s.hours) < mostSigns {
		s.hours = append(s.hours, hours)
	}
	if number, known = s.sign(hours); !known {
		s.report.UnreadHours++
	}
	return number, known
}

// sign gives the number of hours that were counted; 0 and true where a sign always
// holds, false where its hours are not heeded.
func (s *source) sign(hours string) (number uint8, known bool) {
	k := slices.Index(s.hours, hours)
	return uint8(k + 1), k >= 0 || hours == ""
}

// node gives the index of a node.
func (s *source) node(id int64) (uint32, bool) {
	i, ok := slices.BinarySearch(s.ids, id)
	return uint32(i), ok
}

// read imports an extract. Faults: map_missing, map_unreadable, map_empty, and
// the context's own error when it is cancelled.
func read(ctx context.Context, path string, progress func(Progress)) (*source, error) {
	f, info, err := openMap(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := &source{names: []string{""}}
	wayPlaces, refs, err := s.readWays(ctx, f, path, info.Size(), func(done int64) { progress(Progress{"ways", done, info.Size()}) })
	if err != nil {
		return nil, err
	}
	if len(s.ways) == 0 {
		return nil, fault.New(fault.Invalid, "map_empty", "%s has no roads; give an extract of a populated area with its roads in it", path)
	}
	ringWays, err := s.readRings(ctx, f, path, info.Size())
	if err != nil {
		return nil, err
	}
	s.gather(refs, wayPlaces, ringWays)
	nodePlaces, err := s.readNodes(ctx, f, path, info.Size(), func(done int64) { progress(Progress{"nodes", done, info.Size()}) })
	if err != nil {
		return nil, err
	}
	s.resolve(refs)
	s.timeFerries()
	s.settlePlaces(nodePlaces, wayPlaces)
	s.settleAddresses()
	s.areas = s.settleAreas(ringWays)
	s.rawAreas, s.coasts, s.borders = nil, nil, nil // on from here they only weigh
	s.report.RoadWays, s.report.Places, s.report.Addresses = len(s.ways), len(s.places), len(s.addresses)
	return s, nil
}

// each goes through the blocks of the extract; see eachBlock.
func each[T any](ctx context.Context, f *os.File, path string, size int64, progress func(int64), decode func(*block) (T, error), merge func(T)) error {
	err := eachBlock(ctx, f, size, progress, decode, merge)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return unreadable(path, err.Error(), err)
	}
	return nil
}

// wayBlock is what a block has of ways: the roads, with their refs flat and
// their names by number, the places, and the signs.
type wayBlock struct {
	ways         []sourceWay
	ids          []int64
	refs         []int64
	names        []string
	places       []wayPlace
	restrictions []restriction
	broken       int
	hours        map[int]string // when a way is shut to cars, by its place in ways
	addresses    []rawAddress
	areas        []rawArea
	coasts       [][]int64
	boundaries   []rawBoundary
}

func readWayBlock(b *block) (*wayBlock, error) {
	w := &wayBlock{hours: map[int]string{}}
	names := map[string]uint32{}
	err := b.ways(func(id int64, tags osm.Tags, refs []int64) {
		if p, ok := placeOf(tags); ok {
			w.places = append(w.places, wayPlace{place: p, id: id, refs: slices.Clone(refs)})
		}
		if a, ok := addressOf(tags); ok {
			a.refs = slices.Clone(refs)
			w.addresses = append(w.addresses, a)
		}
		if k, ok := areaOf(tags); ok && len(refs) >= 4 && refs[0] == refs[len(refs)-1] {
			w.areas = append(w.areas, rawArea{kind: k, name: tags.Find("name"), refs: slices.Clone(refs)})
		} else if k, ok := waterLineOf(tags); ok && len(refs) >= 2 {
			w.areas = append(w.areas, rawArea{kind: k, name: tags.Find("name"), refs: slices.Clone(refs)})
		}
		if tags.Find("natural") == "coastline" && len(refs) >= 2 {
			w.coasts = append(w.coasts, slices.Clone(refs))
		}
		class := tags.Find("highway")
		if class == "" && tags.Find("route") == ferryClass {
			class = ferryClass
		}
		if len(refs) < 2 || class == "" {
			return
		}
		way := sourceWay{first: uint32(len(w.refs)), class: classOf(class), form: formOf(tags)}
		if class == ferryClass {
			way.crossing = parseDuration(tags.Find("duration"))
		}
		open := false
		for m := range profiles {
			way.use[m] = profiles[m].use(tags)
			open = open || !way.use[m].closed()
		}
		if !open {
			return
		}
		w.refs = append(w.refs, refs...)
		way.last = uint32(len(w.refs))
		name := wayName(tags)
		n, ok := names[name]
		if !ok {
			n = uint32(len(w.names))
			names[name] = n
			w.names = append(w.names, name)
		}
		way.name = n
		if value, hours := hourly(tags, "access", "vehicle", "motor_vehicle", "motorcar"); value == "no" && !way.use[routing.Car].closed() {
			w.hours[len(w.ways)] = hours
		}
		w.ways, w.ids = append(w.ways, way), append(w.ids, id)
	})
	if err != nil {
		return nil, err
	}
	err = b.relations(func(_ int64, tags osm.Tags, members []member) {
		if a, ok := multipolygonOf(tags, members); ok {
			w.areas = append(w.areas, a)
		}
		if b, ok := boundaryOf(tags, members); ok {
			w.boundaries = append(w.boundaries, b)
		}
		r, ok, broken := restrictionOf(tags, members)
		if ok {
			w.restrictions = append(w.restrictions, r)
		}
		if broken {
			w.broken++
		}
	})
	return w, err
}

// readWays keeps the roads, with what each mode may do on them, the ways that
// are places, and the signs. The refs of the roads are returned flat.
func (s *source) readWays(ctx context.Context, f *os.File, path string, size int64, progress func(int64)) ([]wayPlace, []int64, error) {
	var places []wayPlace
	var refs, ids []int64
	names := map[string]uint32{"": 0}
	err := each(ctx, f, path, size, progress, readWayBlock, func(b *wayBlock) {
		number := make([]uint32, len(b.names))
		for i, name := range b.names {
			n, ok := names[name]
			if !ok {
				n = uint32(len(s.names))
				names[name] = n
				s.names = append(s.names, name)
			}
			number[i] = n
		}
		for i, w := range b.ways {
			w.when, _ = s.hour(b.hours[i])
			w.first, w.last, w.name = w.first+uint32(len(refs)), w.last+uint32(len(refs)), number[w.name]
			s.ways = append(s.ways, w)
		}
		refs, ids, places = append(refs, b.refs...), append(ids, b.ids...), append(places, b.places...)
		for _, r := range b.restrictions {
			if _, known := s.hour(r.hours); known {
				s.restrictions = append(s.restrictions, r)
			}
		}
		s.addresses, s.rawAreas = append(s.addresses, b.addresses...), append(s.rawAreas, b.areas...)
		s.coasts = append(s.coasts, b.coasts...)
		for _, r := range b.boundaries {
			s.border(r)
		}
		s.report.BrokenRestrictions += b.broken
	})
	wanted := map[int64]bool{}
	for _, r := range s.restrictions {
		for _, list := range [][]int64{r.from, r.to, r.viaWays} {
			for _, id := range list {
				wanted[id] = true
			}
		}
	}
	s.wayAt = map[int64]uint32{}
	for i, id := range ids {
		if wanted[id] {
			s.wayAt[id] = uint32(i)
		}
	}
	s.report.Restrictions = len(s.restrictions)
	return places, refs, err
}

// readRings gives the refs of the ways that multipolygons are made of, and finds
// where borders run.
func (s *source) readRings(ctx context.Context, f *os.File, path string, size int64) (map[int64][]int64, error) {
	wanted := map[int64]bool{}
	for _, a := range s.rawAreas {
		for _, id := range append(a.outer, a.inner...) {
			wanted[id] = true
		}
	}
	rings := map[int64][]int64{}
	if len(wanted) == 0 && len(s.borders) == 0 {
		return rings, nil
	}
	type way struct {
		id     int64
		refs   []int64 // nil: of no ring
		border *boundary
	}
	err := each(ctx, f, path, size, func(int64) {}, func(b *block) (found []way, err error) {
		err = b.ways(func(id int64, tags osm.Tags, refs []int64) {
			w := way{id: id}
			if wanted[id] {
				w.refs = slices.Clone(refs)
			}
			if s.borders[id] != nil {
				w.border = alongWay(tags, refs)
			}
			if w.refs != nil || w.border != nil {
				found = append(found, w)
			}
		})
		return found, err
	}, func(found []way) {
		for _, w := range found {
			if w.refs != nil {
				rings[w.id] = w.refs
			}
			if w.border != nil {
				s.borders[w.id].join(w.border)
			}
		}
	})
	return rings, err
}

// classes are the kinds of streets, the most important first.
var classes = []string{
	"motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link",
	"tertiary", "tertiary_link", "unclassified", "residential", "living_street", "road", "pedestrian", "service",
	"track", "cycleway", "bridleway", "footway", "path", "steps", ferryClass,
}

func classOf(highway string) uint8 { return uint8(max(0, slices.Index(classes, highway))) }

// wayName is what a street is called: its name, else its number.
func wayName(tags osm.Tags) string {
	if name := tags.Find("name"); name != "" {
		return name
	}
	return tags.Find("ref")
}

// gather lists the nodes that are needed.
func (s *source) gather(refs []int64, places []wayPlace, rings map[int64][]int64) {
	ids := slices.Clone(refs)
	for _, p := range places {
		ids = append(ids, p.refs...)
	}
	for _, a := range s.addresses {
		ids = append(ids, a.refs...)
	}
	for _, a := range s.rawAreas {
		ids = append(ids, a.refs...)
	}
	for _, r := range rings {
		ids = append(ids, r...)
	}
	for _, c := range s.coasts {
		ids = append(ids, c...)
	}
	slices.Sort(ids)
	s.ids = slices.Clip(slices.Compact(ids))
	s.setBordersAside()
	s.lon, s.lat = make([]int32, len(s.ids)), make([]int32, len(s.ids))
	s.barrier = make([]uint8, len(s.ids))
	for i := range s.lon {
		s.lon[i] = missing
	}
}

// nodeBlock is what a block has of the nodes that are needed.
type nodeBlock struct {
	index    []uint32
	lon, lat []int32
	barrier  []uint8
	places   map[int64]Place

	addresses []rawAddress
	towns     []town
}

func (s *source) readNodeBlock(b *block) (*nodeBlock, error) {
	n := &nodeBlock{places: map[int64]Place{}}
	err := b.nodes(func(id int64, lon, lat int32, tags osm.Tags) {
		if lon == missing {
			return // as if it were not there
		}
		if p, ok := placeOf(tags); ok {
			p.Point = orb.Point{float64(lon) / degree, float64(lat) / degree}
			n.places[id] = p
		}
		if a, ok := addressOf(tags); ok {
			a.point = orb.Point{float64(lon) / degree, float64(lat) / degree}
			n.addresses = append(n.addresses, a)
		}
		if t, ok := townOf(tags); ok {
			t.point = orb.Point{float64(lon) / degree, float64(lat) / degree}
			n.towns = append(n.towns, t)
		}
		if i, ok := s.node(id); ok {
			n.index, n.lon, n.lat = append(n.index, i), append(n.lon, lon), append(n.lat, lat)
			barrier := uint8(0)
			if len(tags) > 0 {
				barrier = barrierOf(tags)
			}
			n.barrier = append(n.barrier, barrier)
		}
	})
	return n, err
}

// readNodes finds where the needed nodes are, and the nodes that are places.
func (s *source) readNodes(ctx context.Context, f *os.File, path string, size int64, progress func(int64)) (map[int64]Place, error) {
	places := map[int64]Place{}
	err := each(ctx, f, path, size, progress, s.readNodeBlock, func(b *nodeBlock) {
		for k, i := range b.index {
			s.lon[i], s.lat[i], s.barrier[i] = b.lon[k], b.lat[k], b.barrier[k]
		}
		maps.Copy(places, b.places)
		s.addresses, s.towns = append(s.addresses, b.addresses...), append(s.towns, b.towns...)
	})
	return places, err
}

// resolve turns the roads' node ids into indexes and counts the dangling ones.
func (s *source) resolve(refs []int64) {
	s.refs = make([]uint32, len(refs))
	seen := make([]bool, len(s.ids))
	for k, id := range refs {
		i, _ := s.node(id)
		s.refs[k] = i
		if s.lon[i] == missing {
			s.report.DanglingRefs++
		} else if !seen[i] {
			seen[i] = true
			s.report.RoadNodes++
		}
	}
}
