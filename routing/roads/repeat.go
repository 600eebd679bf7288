package roads

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"os"

	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
	"google.golang.org/protobuf/encoding/protowire"
)

// Repeated says what Repeat wrote.
type Repeated struct {
	Copies int
	Joins  int // roads between copies that lie beside one another
	Bound  orb.Bound
}

// Repeat writes an extract that holds another one many times: cols copies from
// west to east, rows from south to north, the first where the original lies.
// Copies that lie beside one another are joined by roads, so that everything
// can be reached from everywhere. It is for trying how a large map behaves of
// which there is only a small one. Faults: those of Load, and
// map_copies_too_many where they don't fit on the globe.
func Repeat(ctx context.Context, w io.Writer, mapPath string, cols, rows int, progress func(Progress)) (Repeated, error) {
	s, err := read(ctx, mapPath, progress)
	if err != nil {
		return Repeated{}, err
	}
	var r Report
	g, err := network(ctx, s, int(routing.Car), &r)
	if err != nil {
		return Repeated{}, err
	}
	f, info, err := openMap(mapPath)
	if err != nil {
		return Repeated{}, err
	}
	defer f.Close()
	c := &copier{in: f, out: w, cols: cols, rows: rows, progress: progress}
	if err := c.lay(s); err != nil {
		return Repeated{}, err
	}
	if err := each(ctx, f, mapPath, info.Size(), func(int64) {}, surveyBlock, c.survey); err != nil {
		return Repeated{}, err
	}
	if err := c.frames(info.Size()); err != nil {
		return Repeated{}, unreadable(mapPath, err.Error(), err)
	}
	joins := c.joins(s, g)
	if err := c.write(ctx, joins); err != nil {
		return Repeated{}, err
	}
	return Repeated{Copies: cols * rows, Joins: len(joins), Bound: c.bound}, nil
}

// copier copies the blocks of an extract with other numbers and places.
type copier struct {
	in         *os.File
	out        io.Writer
	cols, rows int
	progress   func(Progress)

	bound         orb.Bound // of all copies
	width, height int32     // from one copy to the next, in 1/degree
	step          int64     // from the numbers of one copy to those of the next
	kinds         []elementKind
	at            []int64 // where the frames with data begin, in step with kinds
	written, all  int64
}

// elementKind is what a block holds: in a file they follow one another.
type elementKind int

const (
	nodeKind elementKind = iota
	wayKind
	relationKind
	kindsOfElements
)

// gap is left between copies, in 1/degree: about a kilometre.
const gap = 100000

// lay finds how far apart copies lie.
func (c *copier) lay(s *source) error {
	b := s.bounds()
	c.width, c.height = b.east-b.west+gap, b.north-b.south+gap
	c.bound = orb.Bound{Min: degrees(b.west, b.south), Max: orb.Point{
		float64(b.east)/degree + float64(c.cols-1)*float64(c.width)/degree,
		float64(b.north)/degree + float64(c.rows-1)*float64(c.height)/degree,
	}}
	if c.bound.Max.Lon() > 180 || c.bound.Max.Lat() > 85 {
		return fault.New(fault.Invalid, "map_copies_too_many", "%d by %d copies of this map don't fit on the globe: they would reach %.1f, %.1f; take fewer", c.cols, c.rows, c.bound.Max.Lon(), c.bound.Max.Lat())
	}
	return nil
}

// surveyed is what a block holds, and the largest number in it.
type surveyed struct {
	kind  elementKind
	large int64
}

func surveyBlock(b *block) (surveyed, error) {
	v := surveyed{kind: kindsOfElements}
	see := func(kind elementKind, id int64) {
		v.kind, v.large = min(v.kind, kind), max(v.large, id)
	}
	err := errors.Join(
		b.nodes(func(id int64, _, _ int32, _ osm.Tags) { see(nodeKind, id) }),
		b.ways(func(id int64, _ osm.Tags, refs []int64) {
			see(wayKind, id)
			for _, ref := range refs {
				see(wayKind, ref)
			}
		}),
		b.relations(func(id int64, _ osm.Tags, members []member) {
			see(relationKind, id)
			for _, m := range members {
				see(relationKind, m.id)
			}
		}),
	)
	return v, err
}

func (c *copier) survey(v surveyed) {
	c.kinds = append(c.kinds, v.kind)
	c.step = max(c.step, v.large+1)
}

// frames finds where the frames with data begin.
func (c *copier) frames(size int64) error {
	for at := int64(0); at < size; {
		kind, _, next, err := frameAt(c.in, at)
		if err != nil {
			return err
		}
		if kind == "OSMData" {
			c.at = append(c.at, at)
		}
		at = next
	}
	return nil
}

// bridge is a road between the nodes of two copies.
type bridge struct{ from, to int64 }

// bands is how many roads there are at most between two copies.
const bands = 8

// joins finds the roads between neighbours: in each band of latitude from where
// the streets of one copy reach farthest east to where those of the next begin,
// and likewise to the north.
func (c *copier) joins(s *source, g *graph) (all []bridge) {
	gates := c.gates(s, g)
	for row := range c.rows {
		for col := range c.cols {
			here := int64(row*c.cols + col)
			for _, v := range gates.east {
				if col+1 < c.cols {
					all = append(all, bridge{v[1] + here*c.step, v[0] + (here+1)*c.step})
				}
			}
			for _, v := range gates.north {
				if row+1 < c.rows {
					all = append(all, bridge{v[1] + here*c.step, v[0] + (here+int64(c.cols))*c.step})
				}
			}
		}
	}
	return all
}

// gates are the nodes by which a copy is joined with those beside it, of every
// band the first and the last: west and east, south and north.
type gates struct{ east, north [][2]int64 }

// gates are junctions of public streets on which one may turn up from
// everywhere, and go on to everywhere.
func (c *copier) gates(s *source, g *graph) gates {
	number := make(map[[2]int32]int64, len(s.ids))
	for _, i := range s.refs {
		if s.barrier[i] == 0 {
			number[[2]int32{s.lon[i], s.lat[i]}] = s.ids[i]
		}
	}
	var ends [][2]int32
	for e := range uint32(g.edges()) {
		a := g.attrs[g.attr[g.first[e]]]
		if a.limits != 0 || a.along == 0 || a.against == 0 {
			continue
		}
		end := [2]int32{g.lon[g.first[e]], g.lat[g.first[e]]}
		if _, ok := number[end]; ok {
			ends = append(ends, end)
		}
	}
	south, west := math.Round(c.bound.Min.Lat()*degree), math.Round(c.bound.Min.Lon()*degree)
	pick := func(axis int, low float64, length int32) (found [][2]int64) {
		var first, last [bands]*[2]int32
		for i := range ends {
			p := &ends[i]
			k := max(0, min(int64((float64(p[1-axis])-low)*bands/float64(length)), bands-1))
			if first[k] == nil || p[axis] < first[k][axis] {
				first[k] = p
			}
			if last[k] == nil || p[axis] > last[k][axis] {
				last[k] = p
			}
		}
		for k := range first {
			if first[k] != nil {
				found = append(found, [2]int64{number[*first[k]], number[*last[k]]})
			}
		}
		return found
	}
	return gates{east: pick(0, south, c.height-gap), north: pick(1, west, c.width-gap)}
}

// write writes all nodes, then all ways, then all relations, each by number.
func (c *copier) write(ctx context.Context, joins []bridge) error {
	header := appendBytes(appendBytes(nil, 4, []byte("OsmSchema-V0.6")), 4, []byte("DenseNodes"))
	if err := c.frame("OSMHeader", appendBytes(header, 16, []byte("roundsman roads tile"))); err != nil {
		return err
	}
	c.all = int64(len(c.at) * c.cols * c.rows)
	for kind := range kindsOfElements {
		for n := range int64(c.cols * c.rows) {
			for i, at := range c.at {
				if c.kinds[i] != kind {
					continue
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				if err := c.copyBlock(at, n); err != nil {
					return err
				}
			}
		}
		if kind == wayKind && len(joins) > 0 {
			if err := c.frame("OSMData", c.joinBlock(joins)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *copier) copyBlock(at, n int64) error {
	_, blob, _, err := frameAt(c.in, at)
	if err != nil {
		return err
	}
	raw, err := unpackBlob(blob)
	if err != nil {
		return err
	}
	east, north := int64(c.width)*(n%int64(c.cols)), int64(c.height)*(n/int64(c.cols))
	moved, err := moveBlock(raw, n*c.step, east*100, north*100)
	if err != nil {
		return err
	}
	c.written++
	c.progress(Progress{"copies", c.written, c.all})
	return c.frame("OSMData", moved)
}

// joinBlock makes the ways between copies.
func (c *copier) joinBlock(joins []bridge) []byte {
	var texts, ways []byte
	for _, t := range []string{"", "highway", "primary"} {
		texts = appendBytes(texts, 1, []byte(t))
	}
	for i, j := range joins {
		way := appendNumber(nil, 1, uint64(int64(c.cols*c.rows)*c.step)+uint64(i))
		way = appendBytes(appendBytes(way, 2, []byte{1}), 3, []byte{2})
		refs := protowire.AppendVarint(nil, protowire.EncodeZigZag(j.from))
		refs = protowire.AppendVarint(refs, protowire.EncodeZigZag(j.to-j.from))
		ways = appendBytes(ways, 3, appendBytes(way, 8, refs))
	}
	return appendBytes(appendBytes(nil, 1, texts), 2, ways)
}

// frame packs a block and writes it.
func (c *copier) frame(kind string, raw []byte) error {
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.BestSpeed)
	if err != nil {
		return err
	}
	if _, err := z.Write(raw); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	blob := appendBytes(appendNumber(nil, 2, uint64(len(raw))), 3, packed.Bytes())
	header := appendNumber(appendBytes(nil, 1, []byte(kind)), 3, uint64(len(blob)))
	for _, b := range [][]byte{binary.BigEndian.AppendUint32(nil, uint32(len(header))), header, blob} {
		if _, err := c.out.Write(b); err != nil {
			return err
		}
	}
	return nil
}
