package roads

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/paulmach/orb"
)

// cacheVersion is raised whenever the import, a profile or the layout changes
// what a map's network is. A cache of another version is made anew.
const cacheVersion = 20

// cacheMagic is followed by the version, a mark of the byte order, the map's
// stamp, the payload's length and its checksum.
const cacheMagic = "roads\x00\x00\x01"

const (
	byteOrder  = 0x01020304
	headerSize = 8 + 4 + 4 + 24 + 8 + 8
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// stamp tells one state of a map from another without reading all of it: its
// size, its time of change, and a sum over its first and last mebibyte.
type stamp struct {
	size, changed int64
	sum           uint64
}

func stampOf(f io.ReaderAt, info fs.FileInfo) (stamp, error) {
	const part = 1 << 20
	h := fnv.New64a()
	crc := crc32.New(castagnoli)
	for _, r := range []*io.SectionReader{
		io.NewSectionReader(f, 0, part),
		io.NewSectionReader(f, max(0, info.Size()-part), part),
	} {
		crc.Reset()
		if _, err := io.Copy(crc, r); err != nil {
			return stamp{}, err
		}
		h.Write(crc.Sum(nil))
	}
	return stamp{info.Size(), info.ModTime().UnixNano(), h.Sum64()}, nil
}

// stampOfMap is stampOf for a map that is whole. Faults as openMap.
func stampOfMap(mapPath string) (stamp, error) {
	f, info, err := openMap(mapPath)
	if err != nil {
		return stamp{}, err
	}
	defer f.Close()
	of, err := stampOf(f, info)
	if err != nil {
		return stamp{}, unreadable(mapPath, "it can't be read", err)
	}
	return of, nil
}

// Load gives the network of a map: from the cache in cacheDir when there is one
// made of just this map by just this code, else by importing the map and
// leaving a cache behind. A damaged cache is made anew. cacheDir is made when
// it isn't there; "" keeps no cache. progress may be nil; it is called from
// several goroutines, one at a time. Several servers may load at once.
//
// Faults: map_missing, map_unreadable, map_empty, roads_cache_unwritable; the
// context's own error when it is cancelled, which leaves nothing behind.
func Load(ctx context.Context, mapPath, cacheDir string, progress func(Progress)) (*Network, error) {
	if progress == nil {
		progress = func(Progress) {}
	}
	var at string
	var want stamp
	if cacheDir != "" {
		if err := os.MkdirAll(cacheDir, 0o755); err != nil {
			return nil, unwritable(cacheDir, err)
		}
		at = cachePath(mapPath, cacheDir)
		var err error
		if want, err = stampOfMap(mapPath); err != nil {
			return nil, err
		}
		if n, err := readCache(at, want, true); err == nil {
			return n, nil
		}
	}
	return makeNetwork(ctx, mapPath, at, want, progress)
}

// makeNetwork imports a map and keeps its network at a place; "" keeps it
// nowhere.
func makeNetwork(ctx context.Context, mapPath, at string, of stamp, progress func(Progress)) (*Network, error) {
	s, err := read(ctx, mapPath, progress)
	if err != nil {
		return nil, err
	}
	n, err := build(ctx, s, progress)
	if err != nil {
		return nil, err
	}
	if n.report.Edges == [modes]int{} {
		return nil, fault.New(fault.Invalid, "map_empty", "the roads of %s lead nowhere; give an extract of a populated area with its nodes and roads in it", mapPath)
	}
	if at != "" {
		progress(Progress{Stage: "cache"})
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		sum, err := writeFlat(at, of, n.put)
		if err != nil {
			return nil, unwritable(filepath.Dir(at), err)
		}
		n.kept = &kept{at, of, sum}
	}
	return n, ctx.Err()
}

func unwritable(dir string, cause error) error {
	return fault.New(fault.Unavailable, "roads_cache_unwritable", "the road network can't be kept in %s; name a directory that can be written and has room", dir).Because(cause)
}

const cacheSuffix = ".roads"

// cachePath names the cache of a map; maps of one name in different folders
// don't share one.
func cachePath(mapPath, cacheDir string) string {
	full, err := filepath.Abs(mapPath)
	if err != nil {
		full = mapPath
	}
	h := fnv.New32a()
	h.Write([]byte(full))
	return filepath.Join(cacheDir, fmt.Sprintf("%s.%08x%s", filepath.Base(mapPath), h.Sum32(), cacheSuffix))
}

// writeFlat writes beside the place and renames, so that there is a whole
// cache or none. The payload's checksum is returned.
func writeFlat(at string, of stamp, content func(*flatWriter)) (uint32, error) {
	f, err := os.CreateTemp(filepath.Dir(at), filepath.Base(at)+".*.part")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name()) // nothing is there any more once it is renamed
	sweepAway(at, f)
	w := &flatWriter{}
	if _, err = f.Seek(headerSize, io.SeekStart); err == nil {
		buffered := bufio.NewWriterSize(f, 1<<20)
		w.w = buffered
		content(w)
		err = errors.Join(w.err, buffered.Flush())
		if err == nil {
			_, err = f.WriteAt(cacheHeader(of, w.n, w.sum), 0)
		}
	}
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(f.Name(), at)
	}
	return w.sum, err
}

func cacheHeader(of stamp, length uint64, sum uint32) []byte {
	h := []byte(cacheMagic)
	h = binary.NativeEndian.AppendUint32(h, cacheVersion)
	h = binary.NativeEndian.AppendUint32(h, byteOrder)
	h = binary.NativeEndian.AppendUint64(h, uint64(of.size))
	h = binary.NativeEndian.AppendUint64(h, uint64(of.changed))
	h = binary.NativeEndian.AppendUint64(h, of.sum)
	h = binary.NativeEndian.AppendUint64(h, length)
	return binary.NativeEndian.AppendUint64(h, uint64(sum))
}

// leftOver is when an unfinished cache is taken for that of a killed server.
const leftOver = time.Hour

// sweepAway removes what killed servers left unfinished, by the age that their
// files have against one that was made just now.
func sweepAway(at string, made *os.File) {
	now, err := made.Stat()
	if err != nil {
		return
	}
	files, _ := filepath.Glob(at + ".*.part")
	for _, name := range files {
		if old, err := os.Stat(name); err == nil && now.ModTime().Sub(old.ModTime()) > leftOver {
			os.Remove(name)
		}
	}
}

var errStale = errors.New("the cache is of another map, version or machine, or damaged")

// readCache gives the network of a cache if it is whole and of the wanted map. Our
// own is what this code wrote from a network that it had made, as its checksum
// tells; of one that comes from elsewhere, every number is looked at.
func readCache(at string, want stamp, own bool) (*Network, error) {
	r, sum, err := readFlat(at, want)
	if err != nil {
		return nil, err
	}
	r.trusted = own
	n, err := takeNetwork(r)
	if err != nil {
		return nil, err
	}
	n.kept = &kept{at, want, sum}
	return n, nil
}

// readFlat gives the payload of a file that writeFlat wrote for the wanted map,
// and its checksum.
func readFlat(at string, want stamp) (*flatReader, uint32, error) {
	f, err := os.Open(at)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	if info.Size() < headerSize || info.Size() > 1<<40 {
		return nil, 0, errStale
	}
	b, letGo, err := mapped(f, int(info.Size()))
	if err != nil {
		return nil, 0, err
	}
	e := binary.NativeEndian
	have := stamp{int64(e.Uint64(b[16:])), int64(e.Uint64(b[24:])), e.Uint64(b[32:])}
	payload := b[headerSize:]
	sum := crc32.Checksum(payload, castagnoli)
	if string(b[:8]) != cacheMagic || e.Uint32(b[8:]) != cacheVersion || e.Uint32(b[12:]) != byteOrder || have != want ||
		e.Uint64(b[40:]) != uint64(len(payload)) || e.Uint64(b[48:]) != uint64(sum) {
		letGo()
		return nil, 0, errStale
	}
	return &flatReader{b: payload}, sum, nil
}

func (n *Network) put(w *flatWriter) {
	putTexts(w, n.names)
	putTexts(w, n.hours)
	put(w, []Report{n.report})
	texts := make([]string, 0, 7*len(n.places))
	points := make([]orb.Point, len(n.places))
	for i, p := range n.places {
		texts = append(texts, p.ID, p.Name, p.Kind, p.Number, p.Street, p.City, p.Postcode)
		points[i] = p.Point
	}
	putTexts(w, texts)
	put(w, points)
	for _, g := range n.graphs {
		g.put(w)
	}
	n.ready[routing.Car].pools.Load().h.put(w)
	n.gazetteer.put(w)
	n.areas.put(w)
}

func takeNetwork(r *flatReader) (*Network, error) {
	names, hours := takeTexts(r), takeTexts(r)
	reports := take[Report](r)
	texts, points := takeTexts(r), take[orb.Point](r)
	if r.err != nil || len(reports) != 1 || len(texts) != 7*len(points) {
		return nil, errStale
	}
	places := make([]Place, len(points))
	for i := range places {
		t := texts[7*i:]
		places[i] = Place{ID: t[0], Name: t[1], Kind: t[2], Number: t[3], Street: t[4], City: t[5], Postcode: t[6], Point: points[i]}
	}
	var graphs [modes]*graph
	for m := range graphs {
		graphs[m] = takeGraph(r)
		if r.err != nil || !r.trusted && !graphs[m].sound(len(names)) {
			return nil, errStale
		}
	}
	cars := takeHierarchy(r)
	if r.err != nil || !r.trusted && !cars.sound(graphs[routing.Car]) {
		return nil, errStale
	}
	z := takeGazetteer(r)
	if r.err != nil || !r.trusted && !z.sound() {
		return nil, errStale
	}
	a := takeAreas(r)
	if r.err != nil || !r.trusted && !a.sound() {
		return nil, errStale
	}
	return newNetwork(graphs, cars, names, hours, places, z, a, reports[0]), nil
}

// ascending says whether s has n numbers that never fall, from 0 to last.
func ascending(s []uint32, n, last int) bool {
	if len(s) != n || n == 0 || s[0] != 0 || int(s[n-1]) != last {
		return false
	}
	for i := 1; i < n; i++ {
		if s[i] < s[i-1] {
			return false
		}
	}
	return true
}

func below(s []uint32, n int) bool {
	for _, v := range s {
		if int(v) >= n {
			return false
		}
	}
	return true
}
