package roads

import (
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
)

// cacheVersion is raised whenever the import, a profile or the layout changes
// what a map's network is. A cache of another version is made anew.
const cacheVersion = 23

// cacheMagic is followed by the version, a mark of the byte order, the map's
// stamp, the length of all sections, how many there are, and the checksum of their
// list. Then come the sections, and their list.
const cacheMagic = "roads\x00\x00\x01"

const (
	byteOrder   = 0x01020304
	headerSize  = 8 + 4 + 4 + 24 + 8 + 4 + 4
	sectionSize = 8 + 8
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
// leaving a cache behind. A damaged cache is made anew; what ways by car don't
// need of it is checked when it is first asked for, and made anew then. cacheDir is made when
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
		again := func() (*Network, error) {
			if now, err := stampOfMap(mapPath); err != nil || now != want {
				return nil, errors.Join(errStale, err)
			}
			return makeNetwork(context.Background(), mapPath, at, want, func(Progress) {})
		}
		if n, err := readCache(at, want, again); err == nil {
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
// cache or none. The checksum of all that it holds is returned.
func writeFlat(at string, of stamp, content func(*flatWriter)) (uint32, error) {
	f, err := os.CreateTemp(filepath.Dir(at), filepath.Base(at)+".*.part")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name()) // nothing is there any more once it is renamed
	sweepAway(at, f)
	out := &pieces{w: f}
	w := &flatWriter{w: out}
	_, w.err = out.Write(make([]byte, headerSize)) // until the sections are known
	content(w)
	list := sectionList(w.sections)
	sum := crc32.Checksum(list, castagnoli)
	if err = w.err; err == nil {
		_, err = out.Write(list)
	}
	if err == nil {
		err = out.flush()
	}
	if err == nil {
		_, err = f.WriteAt(cacheHeader(of, w.sections, sum), 0)
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
	return sum, err
}

// pieces hands on what it is told in pieces of 2 MiB, which Linux keeps and maps
// as one page each: a network starts sooner then, and is searched faster.
type pieces struct {
	w io.Writer
	b []byte
}

const pieceSize = 2 << 20

func (p *pieces) Write(b []byte) (int, error) {
	if p.b == nil {
		p.b = make([]byte, 0, pieceSize)
	}
	n := len(b)
	for len(b) > 0 {
		k := min(len(b), pieceSize-len(p.b))
		p.b, b = append(p.b, b[:k]...), b[k:]
		if len(p.b) == pieceSize {
			if err := p.flush(); err != nil {
				return 0, err
			}
		}
	}
	return n, nil
}

func (p *pieces) flush() error {
	_, err := p.w.Write(p.b)
	p.b = p.b[:0]
	return err
}

func sectionList(all []section) (list []byte) {
	for _, s := range all {
		list = binary.NativeEndian.AppendUint64(list, s.size)
		list = binary.NativeEndian.AppendUint64(list, s.sum)
	}
	return list
}

func cacheHeader(of stamp, sections []section, sum uint32) []byte {
	length := uint64(0)
	for _, s := range sections {
		length += s.size
	}
	h := []byte(cacheMagic)
	h = binary.NativeEndian.AppendUint32(h, cacheVersion)
	h = binary.NativeEndian.AppendUint32(h, byteOrder)
	h = binary.NativeEndian.AppendUint64(h, uint64(of.size))
	h = binary.NativeEndian.AppendUint64(h, uint64(of.changed))
	h = binary.NativeEndian.AppendUint64(h, of.sum)
	h = binary.NativeEndian.AppendUint64(h, length)
	h = binary.NativeEndian.AppendUint32(h, uint32(len(sections)))
	return binary.NativeEndian.AppendUint32(h, sum)
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
