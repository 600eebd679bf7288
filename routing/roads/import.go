package roads

import (
	"context"
	"io"
	"math"
	"os"
	"runtime"
	"slices"

	"roundsman/internal/fault"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"github.com/paulmach/osm/osmpbf"
)

// Progress tells how far the making of a network is.
type Progress struct {
	Stage       string // "ways", "nodes", "network car", …, "hierarchy car", …, "cache"
	Done, Total int64  // in units of the stage; Total 0 where it isn't known
}

// Report counts what an import met.
type Report struct {
	RoadWays     int // ways that some mode may use
	RoadNodes    int // nodes that they are made of
	DanglingRefs int // nodes that a way names and the extract doesn't have
	Places       int
	Junctions    [modes]int // by mode, as are the next
	Edges        [modes]int
	Turns        [modes]int
	Islands      [modes]int // edge directions left out, being cut off from the rest
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
}

// sourceWay is a road; its nodes are refs[first:last].
type sourceWay struct {
	first, last uint32
	name        uint32
	use         [modes]use
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
	wayPlaces, refs, err := s.readWays(ctx, f, path, func(done int64) { progress(Progress{"ways", done, info.Size()}) })
	if err != nil {
		return nil, err
	}
	if len(s.ways) == 0 {
		return nil, fault.New(fault.Invalid, "map_empty", "%s has no roads; give an extract of a populated area with its roads in it", path)
	}
	s.gather(refs, wayPlaces)
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, unreadable(path, "it can't be read twice", err)
	}
	nodePlaces, err := s.readNodes(ctx, f, path, func(done int64) { progress(Progress{"nodes", done, info.Size()}) })
	if err != nil {
		return nil, err
	}
	s.resolve(refs)
	s.settlePlaces(nodePlaces, wayPlaces)
	s.report.RoadWays, s.report.Places = len(s.ways), len(s.places)
	return s, nil
}

// scan feeds every object that the scanner's filters keep to each.
func scan(ctx context.Context, sc *osmpbf.Scanner, path string, progress func(int64), each func(osm.Object)) error {
	defer sc.Close()
	last := int64(-1)
	for sc.Scan() {
		if at := sc.FullyScannedBytes(); at != last {
			last = at
			progress(at)
		}
		each(sc.Object())
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := sc.Err(); err != nil {
		return unreadable(path, "it is damaged", err)
	}
	return nil
}

// readWays keeps the roads, with what each mode may do on them, and the ways
// that are places. The refs of the roads are returned flat.
func (s *source) readWays(ctx context.Context, f *os.File, path string, progress func(int64)) ([]wayPlace, []int64, error) {
	sc := osmpbf.New(ctx, f, runtime.GOMAXPROCS(0))
	sc.SkipNodes, sc.SkipRelations = true, true
	sc.FilterWay = func(w *osm.Way) bool {
		if w.Tags.Find("highway") != "" {
			return true
		}
		_, ok := placeOf(w.Tags)
		return ok
	}
	var places []wayPlace
	var refs []int64
	names := map[string]uint32{"": 0}
	err := scan(ctx, sc, path, progress, func(o osm.Object) {
		w := o.(*osm.Way)
		if p, ok := placeOf(w.Tags); ok {
			p := wayPlace{place: p, id: int64(w.ID)}
			for _, n := range w.Nodes {
				p.refs = append(p.refs, int64(n.ID))
			}
			places = append(places, p)
		}
		way := sourceWay{first: uint32(len(refs))}
		open := false
		for m := range profiles {
			way.use[m] = profiles[m].use(w.Tags)
			open = open || !way.use[m].closed()
		}
		if !open || len(w.Nodes) < 2 {
			return
		}
		for _, n := range w.Nodes {
			refs = append(refs, int64(n.ID))
		}
		way.last = uint32(len(refs))
		name := wayName(w.Tags)
		id, ok := names[name]
		if !ok {
			id = uint32(len(s.names))
			names[name] = id
			s.names = append(s.names, name)
		}
		way.name = id
		s.ways = append(s.ways, way)
	})
	return places, refs, err
}

// wayName is what a street is called: its name, else its number.
func wayName(tags osm.Tags) string {
	if name := tags.Find("name"); name != "" {
		return name
	}
	return tags.Find("ref")
}

// gather lists the nodes that are needed.
func (s *source) gather(refs []int64, places []wayPlace) {
	ids := slices.Clone(refs)
	for _, p := range places {
		ids = append(ids, p.refs...)
	}
	slices.Sort(ids)
	s.ids = slices.Clip(slices.Compact(ids))
	s.lon, s.lat = make([]int32, len(s.ids)), make([]int32, len(s.ids))
	s.barrier = make([]uint8, len(s.ids))
	for i := range s.lon {
		s.lon[i] = missing
	}
}

// readNodes finds where the needed nodes are, and the nodes that are places.
func (s *source) readNodes(ctx context.Context, f *os.File, path string, progress func(int64)) (map[int64]Place, error) {
	sc := osmpbf.New(ctx, f, runtime.GOMAXPROCS(0))
	sc.SkipWays, sc.SkipRelations = true, true
	sc.FilterNode = func(n *osm.Node) bool {
		if _, ok := s.node(int64(n.ID)); ok {
			return true
		}
		_, ok := placeOf(n.Tags)
		return ok
	}
	places := map[int64]Place{}
	err := scan(ctx, sc, path, progress, func(o osm.Object) {
		n := o.(*osm.Node)
		if !(n.Lon >= -180 && n.Lon <= 180 && n.Lat >= -90 && n.Lat <= 90) {
			return // as if it were not there
		}
		if p, ok := placeOf(n.Tags); ok {
			p.Point = orb.Point{math.Round(n.Lon*degree) / degree, math.Round(n.Lat*degree) / degree}
			places[int64(n.ID)] = p
		}
		if i, ok := s.node(int64(n.ID)); ok {
			s.lon[i], s.lat[i] = int32(math.Round(n.Lon*degree)), int32(math.Round(n.Lat*degree))
			if len(n.Tags) > 0 {
				s.barrier[i] = barrierOf(n.Tags)
			}
		}
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

// barrierOf says which modes a node doesn't let through, as a bit per mode.
func barrierOf(tags osm.Tags) (mask uint8) {
	keys := [modes][]string{
		{"motorcar", "motor_vehicle", "vehicle", "access"},
		{"bicycle", "vehicle", "access"},
		{"foot", "access"},
	}
	kind := tags.Find("barrier")
	for m := range keys {
		may := access(tags, keys[m]...)
		var closed bool
		switch {
		case may != "":
			closed = barred(may)
		case m == 0:
			switch kind {
			case "bollard", "block", "cycle_barrier", "jersey_barrier", "stile", "kissing_gate", "turnstile", "debris", "log", "chain", "fence", "wall", "planter":
				closed = true
			}
		case m == 1:
			closed = kind == "stile" || kind == "turnstile" || kind == "fence" || kind == "wall" || kind == "kissing_gate"
		default:
			closed = kind == "fence" || kind == "wall"
		}
		if closed && kind != "" {
			mask |= 1 << m
		}
	}
	return mask
}
