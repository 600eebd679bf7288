package roads

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"runtime"

	"github.com/paulmach/osm"
	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/encoding/protowire"
)

// The reader of the format is our own: the library's panics on files that hold
// single nodes, and on broken ones, in goroutines where nobody can catch it.

var errBroken = errors.New("a block of it is broken")

// eachBlock unpacks the blocks of an extract on all processors with decode and
// hands the results to merge in the file's order, in the caller's goroutine.
func eachBlock[T any](ctx context.Context, f io.ReaderAt, size int64, progress func(int64), decode func(*block) (T, error), merge func(T)) error {
	type result struct {
		value T
		end   int64
		err   error
	}
	group, ctx := errgroup.WithContext(ctx)
	order := make(chan chan result, 4*runtime.GOMAXPROCS(0))
	workers := make(chan struct{}, runtime.GOMAXPROCS(0))
	group.Go(func() error {
		defer close(order)
		for at := int64(0); at < size; {
			kind, blob, next, err := frameAt(f, at)
			if err != nil {
				return err
			}
			at = next
			if kind == "OSMHeader" {
				if err := checkHeader(blob); err != nil {
					return err
				}
				continue
			}
			if kind != "OSMData" {
				continue // the format lets readers pass over what they don't know
			}
			done := make(chan result, 1)
			select {
			case order <- done:
			case <-ctx.Done():
				return ctx.Err()
			}
			workers <- struct{}{}
			group.Go(func() error {
				defer func() { <-workers }()
				var r result
				r.end = next
				var b *block
				if b, r.err = openBlock(blob); r.err == nil {
					r.value, r.err = decode(b)
				}
				done <- r
				return nil
			})
		}
		return nil
	})
	var failed error
	for done := range order {
		r := <-done
		if failed == nil {
			failed = r.err
		}
		if failed == nil && ctx.Err() == nil {
			merge(r.value)
			progress(r.end)
		}
	}
	return errors.Join(group.Wait(), failed)
}

// frameAt reads the frame at an offset, which checkFrames has found whole.
func frameAt(f io.ReaderAt, at int64) (kind string, blob []byte, next int64, err error) {
	var head [4]byte
	if _, err := f.ReadAt(head[:], at); err != nil {
		return "", nil, 0, err
	}
	header := make([]byte, binary.BigEndian.Uint32(head[:])&(maxFrameHeader-1))
	if _, err := f.ReadAt(header, at+4); err != nil {
		return "", nil, 0, err
	}
	kind, body, ok := frameHeader(header)
	if !ok || body > maxFrameBody {
		return "", nil, 0, errBroken
	}
	blob = make([]byte, body)
	at += 4 + int64(len(header))
	if _, err := f.ReadAt(blob, at); err != nil {
		return "", nil, 0, err
	}
	return kind, blob, at + body, nil
}

// unpackBlob gives what a Blob holds.
func unpackBlob(b []byte) ([]byte, error) {
	var size uint64
	var packed []byte
	err := fields(b, func(num protowire.Number, v uint64, data []byte) error {
		switch num {
		case 1:
			packed = nil
			b = data
			size = uint64(len(data))
		case 2:
			size = v
		case 3:
			packed = data
		case 4, 5, 6, 7:
			return errors.New("it is packed in a way that isn't known here; pack it with zlib (osmium cat -o NEW.osm.pbf)")
		}
		return nil
	})
	if err != nil || packed == nil {
		return b, err
	}
	if size > maxFrameBody {
		return nil, errBroken
	}
	z, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	out := make([]byte, size)
	if _, err := io.ReadFull(z, out); err != nil {
		return nil, fmt.Errorf("a block of it is cut short: %w", err)
	}
	return out, nil
}

func checkHeader(blob []byte) error {
	b, err := unpackBlob(blob)
	if err != nil {
		return err
	}
	return fields(b, func(num protowire.Number, _ uint64, data []byte) error {
		if num == 4 {
			switch string(data) {
			case "OsmSchema-V0.6", "DenseNodes", "HistoricalInformation":
			default:
				return fmt.Errorf("it needs the feature %.40q, which isn't known here", data)
			}
		}
		return nil
	})
}

// fields goes through the fields of a message: v for numbers, data for the rest.
func fields(b []byte, each func(num protowire.Number, v uint64, data []byte) error) error {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return errBroken
		}
		b = b[n:]
		var v uint64
		var data []byte
		switch typ {
		case protowire.VarintType:
			v, n = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			data, n = protowire.ConsumeBytes(b)
		default:
			n = protowire.ConsumeFieldValue(num, typ, b)
		}
		if n < 0 {
			return errBroken
		}
		b = b[n:]
		if err := each(num, v, data); err != nil {
			return err
		}
	}
	return nil
}

// varints reads a packed list of numbers, one after the other.
type varints struct {
	b   []byte
	err error
}

func (p *varints) more() bool { return len(p.b) > 0 && p.err == nil }

func (p *varints) next() uint64 {
	v, n := protowire.ConsumeVarint(p.b)
	if n < 0 {
		p.err, p.b = errBroken, nil
		return 0
	}
	p.b = p.b[n:]
	return v
}

func (p *varints) signed() int64 { return protowire.DecodeZigZag(p.next()) }

// block is a PrimitiveBlock: its texts, and its groups still packed.
type block struct {
	texts       []string
	groups      [][]byte
	granularity int64
	lonOffset   int64
	latOffset   int64
	tags        osm.Tags // room that every element uses again
}

func openBlock(blob []byte) (*block, error) {
	raw, err := unpackBlob(blob)
	if err != nil {
		return nil, err
	}
	b := &block{granularity: 100}
	err = fields(raw, func(num protowire.Number, v uint64, data []byte) error {
		switch num {
		case 1:
			return fields(data, func(num protowire.Number, _ uint64, text []byte) error {
				if num == 1 {
					b.texts = append(b.texts, string(text))
				}
				return nil
			})
		case 2:
			b.groups = append(b.groups, data)
		case 17:
			b.granularity = int64(v)
		case 19:
			b.latOffset = int64(v)
		case 20:
			b.lonOffset = int64(v)
		}
		return nil
	})
	return b, err
}

func (b *block) text(i uint64) (string, error) {
	if i >= uint64(len(b.texts)) {
		return "", errBroken
	}
	return b.texts[i], nil
}

// tagged reads the tags of an element from its lists of keys and values.
func (b *block) tagged(keys, values []byte) (osm.Tags, error) {
	b.tags = b.tags[:0]
	k, v := varints{b: keys}, varints{b: values}
	for k.more() && v.more() {
		key, err := b.text(k.next())
		if err != nil {
			return nil, err
		}
		value, err := b.text(v.next())
		if err != nil {
			return nil, err
		}
		b.tags = append(b.tags, osm.Tag{Key: key, Value: value})
	}
	return b.tags, errors.Join(k.err, v.err)
}

// place turns a coordinate of the file into our units; missing where it is none
// on earth.
func (b *block) place(lon, lat int64) (int32, int32) {
	x, y := b.lonOffset+b.granularity*lon, b.latOffset+b.granularity*lat // in 1e-9 degrees
	const nano = 1e9
	if x < -180*nano || x > 180*nano || y < -90*nano || y > 90*nano {
		return missing, missing
	}
	round := func(v int64) int32 {
		if v < 0 {
			return int32((v - 50) / 100)
		}
		return int32((v + 50) / 100)
	}
	return round(x), round(y)
}

// ways goes through the ways of a block. tags and refs are lent.
func (b *block) ways(each func(id int64, tags osm.Tags, refs []int64)) error {
	var refs []int64
	return b.elements(3, func(data []byte) error {
		var id int64
		var keys, values, packed []byte
		err := fields(data, func(num protowire.Number, v uint64, data []byte) error {
			switch num {
			case 1:
				id = int64(v)
			case 2:
				keys = data
			case 3:
				values = data
			case 8:
				packed = data
			}
			return nil
		})
		if err != nil {
			return err
		}
		tags, err := b.tagged(keys, values)
		if err != nil {
			return err
		}
		refs = refs[:0]
		p, ref := varints{b: packed}, int64(0)
		for p.more() {
			ref += p.signed()
			refs = append(refs, ref)
		}
		if p.err != nil {
			return p.err
		}
		each(id, tags, refs)
		return nil
	})
}

// elements goes through the messages with a number in all groups.
func (b *block) elements(kind protowire.Number, each func(data []byte) error) error {
	for _, g := range b.groups {
		err := fields(g, func(num protowire.Number, _ uint64, data []byte) error {
			if num != kind {
				return nil
			}
			return each(data)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// nodes goes through the nodes of a block, packed densely or not. lon and lat
// are in our units. tags are lent.
func (b *block) nodes(each func(id int64, lon, lat int32, tags osm.Tags)) error {
	err := b.elements(1, func(data []byte) error {
		var id, lon, lat int64
		var keys, values []byte
		err := fields(data, func(num protowire.Number, v uint64, data []byte) error {
			switch num {
			case 1:
				id = protowire.DecodeZigZag(v)
			case 2:
				keys = data
			case 3:
				values = data
			case 8:
				lat = protowire.DecodeZigZag(v)
			case 9:
				lon = protowire.DecodeZigZag(v)
			}
			return nil
		})
		if err != nil {
			return err
		}
		tags, err := b.tagged(keys, values)
		if err != nil {
			return err
		}
		x, y := b.place(lon, lat)
		each(id, x, y, tags)
		return nil
	})
	if err != nil {
		return err
	}
	return b.elements(2, func(data []byte) error {
		var ids, lons, lats, tags varints
		err := fields(data, func(num protowire.Number, _ uint64, data []byte) error {
			switch num {
			case 1:
				ids.b = data
			case 8:
				lats.b = data
			case 9:
				lons.b = data
			case 10:
				tags.b = data
			}
			return nil
		})
		var id, lon, lat int64
		for err == nil && ids.more() {
			id, lon, lat = id+ids.signed(), lon+lons.signed(), lat+lats.signed()
			b.tags = b.tags[:0]
			for tags.more() {
				k := tags.next()
				if k == 0 {
					break
				}
				key, err1 := b.text(k)
				value, err2 := b.text(tags.next())
				if err = errors.Join(err1, err2); err != nil {
					return err
				}
				b.tags = append(b.tags, osm.Tag{Key: key, Value: value})
			}
			if err = errors.Join(ids.err, lons.err, lats.err, tags.err); err == nil {
				x, y := b.place(lon, lat)
				each(id, x, y, b.tags)
			}
		}
		return err
	})
}

// member is one part of a relation.
type member struct {
	kind uint64 // 0 node, 1 way, 2 relation
	id   int64
	role string
}

// relations goes through the relations of a block. tags and members are lent.
func (b *block) relations(each func(id int64, tags osm.Tags, members []member)) error {
	var members []member
	return b.elements(4, func(data []byte) error {
		var id int64
		var keys, values []byte
		var roles, ids, kinds varints
		err := fields(data, func(num protowire.Number, v uint64, data []byte) error {
			switch num {
			case 1:
				id = int64(v)
			case 2:
				keys = data
			case 3:
				values = data
			case 8:
				roles.b = data
			case 9:
				ids.b = data
			case 10:
				kinds.b = data
			}
			return nil
		})
		if err != nil {
			return err
		}
		tags, err := b.tagged(keys, values)
		if err != nil {
			return err
		}
		members = members[:0]
		ref := int64(0)
		for ids.more() {
			ref += ids.signed()
			role, err := b.text(roles.next())
			if err != nil {
				return err
			}
			members = append(members, member{kinds.next(), ref, role})
		}
		if err := errors.Join(roles.err, ids.err, kinds.err); err != nil {
			return err
		}
		each(id, tags, members)
		return nil
	})
}
