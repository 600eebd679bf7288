package roads

import (
	"encoding/binary"
	"hash/crc32"
	"os"
	"sync"

	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/paulmach/orb"
)

// flatFile is a file that writeFlat wrote. Its sections are checked when they are
// taken.
type flatFile struct {
	b        []byte
	letGo    func()
	sections [][]byte
	sums     []uint64
	sum      uint32 // of all that the file holds
}

// openFlat opens the file of the wanted map if it is one of this code and no part of
// it is missing.
func openFlat(at string, want stamp) (*flatFile, error) {
	f, err := os.Open(at)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() < headerSize || info.Size() > 1<<40 {
		return nil, errStale
	}
	b, letGo, err := mapped(f, int(info.Size()))
	if err != nil {
		return nil, err
	}
	file := &flatFile{b: b, letGo: letGo}
	if !file.read(want) {
		letGo()
		return nil, errStale
	}
	return file, nil
}

// read reads which sections there are.
func (f *flatFile) read(want stamp) bool {
	e, b := binary.NativeEndian, f.b
	have := stamp{int64(e.Uint64(b[16:])), int64(e.Uint64(b[24:])), e.Uint64(b[32:])}
	length, count := e.Uint64(b[40:]), uint64(e.Uint32(b[48:]))
	f.sum = e.Uint32(b[52:])
	if string(b[:8]) != cacheMagic || e.Uint32(b[8:]) != cacheVersion || e.Uint32(b[12:]) != byteOrder || have != want ||
		length > uint64(len(b)) || headerSize+length+count*sectionSize != uint64(len(b)) {
		return false
	}
	rest, list := b[headerSize:headerSize+length], b[headerSize+length:]
	if crc32.Checksum(list, castagnoli) != f.sum {
		return false
	}
	for ; len(list) > 0; list = list[sectionSize:] {
		size := e.Uint64(list)
		if size > uint64(len(rest)) {
			return false
		}
		f.sections, f.sums = append(f.sections, rest[:size]), append(f.sums, e.Uint64(list[8:]))
		rest = rest[size:]
	}
	return len(rest) == 0
}

// section gives a section that is as it was written. A reader that trusts takes what
// the checksum says to be this code's own.
func (f *flatFile) section(i int, trusted bool) (*flatReader, error) {
	if i >= len(f.sections) || uint64(crc32.Checksum(f.sections[i], castagnoli)) != f.sums[i] {
		return nil, errStale
	}
	return &flatReader{b: f.sections[i], trusted: trusted}, nil
}

// The sections of a network. What every start needs comes first.
const (
	sectionTexts = iota
	sectionCars
	sectionHierarchy
	sectionAddresses
	sectionAreas
	sectionBikes
	sectionWalkers
)

// sectionOf is where a mode's roads are.
var sectionOf = [modes]int{routing.Car: sectionCars, routing.Bike: sectionBikes, routing.Foot: sectionWalkers}

func (n *Network) put(w *flatWriter) {
	putTexts(w, n.names)
	putTexts(w, n.hours)
	put(w, []Report{n.report})
	put(w, []orb.Bound{n.bounds})
	texts := make([]string, 0, 7*len(n.places))
	points := make([]orb.Point, len(n.places))
	for i, p := range n.places {
		texts = append(texts, p.ID, p.Name, p.Kind, p.Number, p.Street, p.City, p.Postcode)
		points[i] = p.Point
	}
	putTexts(w, texts)
	put(w, points)
	w.end()
	n.graphs[routing.Car].put(w)
	w.end()
	n.ready[routing.Car].pools.Load().h.put(w)
	w.end()
	n.gazetteer.put(w)
	w.end()
	n.areas.put(w)
	w.end()
	n.graphs[routing.Bike].put(w)
	w.end()
	n.graphs[routing.Foot].put(w)
	w.end()
}

// readCache gives the network of a cache if it is of the wanted map, and whole as far
// as ways by car need it. Our own is what this code wrote from a network that it
// had made, as its checksums tell: what else it holds is taken when it is first
// asked for, and made again from the map should it turn out to be damaged. Of one
// that comes from elsewhere, every number is looked at first, and again is nil.
func readCache(at string, want stamp, again func() (*Network, error)) (*Network, error) {
	f, err := openFlat(at, want)
	if err != nil {
		return nil, err
	}
	own := again != nil
	n, err := takeNetwork(func(i int) (*flatReader, error) { return f.section(i, own) })
	if err != nil {
		f.letGo()
		return nil, err
	}
	n.kept = &kept{at, want, f.sum}
	n.shelf.again = again
	if own {
		return n, nil
	}
	return n, n.unpack()
}

// unpack takes all that a network has not taken yet.
func (n *Network) unpack() error {
	for m := range routing.Mode(modes) {
		if _, err := n.graph(m); err != nil {
			return err
		}
	}
	_, err := n.land()
	return err
}

func takeNetwork(section func(i int) (*flatReader, error)) (*Network, error) {
	r, err := section(sectionTexts)
	if err != nil {
		return nil, err
	}
	names, hours := takeTexts(r), takeTexts(r)
	reports, bounds := take[Report](r), take[orb.Bound](r)
	texts, points := takeTexts(r), take[orb.Point](r)
	if r.err != nil || len(reports) != 1 || len(bounds) != 1 || len(texts) != 7*len(points) {
		return nil, errStale
	}
	places := make([]Place, len(points))
	for i := range places {
		t := texts[7*i:]
		places[i] = Place{ID: t[0], Name: t[1], Kind: t[2], Number: t[3], Street: t[4], City: t[5], Postcode: t[6], Point: points[i]}
	}
	s := &shelf{section: section, names: len(names)}
	cars, err := s.graph(routing.Car)
	if err != nil {
		return nil, err
	}
	if r, err = section(sectionHierarchy); err != nil {
		return nil, err
	}
	h := takeHierarchy(r)
	if r.err != nil || !r.trusted && !h.sound(cars) {
		return nil, errStale
	}
	if r, err = section(sectionAddresses); err != nil {
		return nil, err
	}
	z := takeGazetteer(r)
	if r.err != nil || !r.trusted && !z.sound() {
		return nil, errStale
	}
	n := newNetwork([modes]*graph{routing.Car: cars}, h, names, hours, places, z, nil, reports[0])
	n.bounds, n.shelf = bounds[0], s
	return n, nil
}

// shelf is where parts of a network lie until they are first asked for.
type shelf struct {
	section func(i int) (*flatReader, error)
	names   int // how many streets' names there are
	graphs  [modes]taken
	areas   taken

	again func() (*Network, error) // makes all of it again; nil where nothing can
	once  sync.Once
	made  *Network
	err   error
}

// taken is whether a part was taken, and what came in between.
type taken struct {
	once sync.Once
	err  error
}

func (s *shelf) graph(mode routing.Mode) (*graph, error) {
	r, err := s.section(sectionOf[mode])
	if err != nil {
		return nil, err
	}
	g := takeGraph(r)
	if r.err != nil || !r.trusted && !g.sound(s.names) {
		return nil, errStale
	}
	return g, nil
}

func (s *shelf) land() (*areas, error) {
	r, err := s.section(sectionAreas)
	if err != nil {
		return nil, err
	}
	a := takeAreas(r)
	if r.err != nil || !r.trusted && !a.sound() {
		return nil, errStale
	}
	return a, nil
}

// anew makes the network of a damaged cache again from its map. Fault:
// roads_cache_damaged.
func (s *shelf) anew(k *kept) (*Network, error) {
	if s.again == nil {
		return nil, errStale
	}
	s.once.Do(func() {
		if s.made, s.err = s.again(); s.err == nil && s.made.kept.sum != k.sum {
			s.err = errStale // names and edges have other numbers in it
		}
	})
	if s.err != nil {
		return nil, fault.New(fault.Unavailable, "roads_cache_damaged", "a part of %s is damaged, and it can't be made again from the map that is there now; start the server again", k.path).Because(s.err)
	}
	return s.made, nil
}

// graph gives a mode's roads. Faults: mode_unknown, roads_cache_damaged.
func (n *Network) graph(mode routing.Mode) (*graph, error) {
	if int(mode) >= modes {
		return nil, fault.New(fault.Invalid, "mode_unknown", "there is no mode %d; modes are car, bike and foot", mode)
	}
	if n.shelf == nil || mode == routing.Car {
		return n.graphs[mode], nil
	}
	t := &n.shelf.graphs[mode]
	t.once.Do(func() {
		g, err := n.shelf.graph(mode)
		if err != nil {
			var made *Network
			if made, t.err = n.shelf.anew(n.kept); t.err != nil {
				return
			}
			g = made.graphs[mode]
		}
		g.remember()
		n.graphs[mode] = g
	})
	return n.graphs[mode], t.err
}

// land gives what is not road. Fault: roads_cache_damaged.
func (n *Network) land() (*areas, error) {
	if n.shelf == nil {
		return n.areas, nil
	}
	t := &n.shelf.areas
	t.once.Do(func() {
		a, err := n.shelf.land()
		if err != nil {
			var made *Network
			if made, t.err = n.shelf.anew(n.kept); t.err != nil {
				return
			}
			a = made.areas
		}
		n.areas = a
	})
	return n.areas, t.err
}
