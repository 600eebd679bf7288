package roads

import (
	"google.golang.org/protobuf/encoding/protowire"
)

// numbered says where an element of a block has its numbers.
type numbered struct {
	own    protowire.Number // its own number; 0 where that is in the list
	zigzag bool             // how its own is written
	list   protowire.Number // those of others, each told from the one before; 0: none
}

// numberedIn is by the field of the group that holds the element.
var numberedIn = map[protowire.Number]numbered{
	1: {own: 1, zigzag: true}, // a node
	2: {list: 1},              // nodes packed densely
	3: {own: 1, list: 8},      // a way
	4: {own: 1, list: 9},      // a relation
}

// moveBlock gives a PrimitiveBlock with all numbers raised by by, and all places
// moved, in 1e-9 degrees. Nothing else changes.
func moveBlock(raw []byte, by, east, north int64) ([]byte, error) {
	var lat, lon int64
	moved, err := remake(raw, func(out []byte, f field) ([]byte, error) {
		switch f.num {
		case 2:
			group, err := remake(f.data, func(out []byte, f field) ([]byte, error) {
				at, ok := numberedIn[f.num]
				if !ok { // changesets have no place on a map
					return out, nil
				}
				element, err := at.raise(f.data, by)
				return appendBytes(out, f.num, element), err
			})
			return appendBytes(out, 2, group), err
		case 19:
			lat = int64(f.value)
			return out, nil
		case 20:
			lon = int64(f.value)
			return out, nil
		}
		return append(out, f.whole...), nil
	})
	moved = appendNumber(moved, 19, uint64(lat+north))
	return appendNumber(moved, 20, uint64(lon+east)), err
}

// raise gives an element with its numbers raised.
func (n numbered) raise(element []byte, by int64) ([]byte, error) {
	return remake(element, func(out []byte, f field) ([]byte, error) {
		switch {
		case f.num == n.own && n.zigzag:
			return appendNumber(out, f.num, protowire.EncodeZigZag(protowire.DecodeZigZag(f.value)+by)), nil
		case f.num == n.own:
			return appendNumber(out, f.num, uint64(int64(f.value)+by)), nil
		case f.num == n.list && len(f.data) > 0:
			first, size := protowire.ConsumeVarint(f.data)
			if size < 0 {
				return out, errBroken
			}
			list := protowire.AppendVarint(nil, protowire.EncodeZigZag(protowire.DecodeZigZag(first)+by))
			return appendBytes(out, f.num, append(list, f.data[size:]...)), nil
		}
		return append(out, f.whole...), nil
	})
}

// field is one field of a message.
type field struct {
	num   protowire.Number
	value uint64 // of a number
	data  []byte // of bytes
	whole []byte // as it stands in the message
}

// remake goes through the fields of a message and gives what each appends.
func remake(b []byte, each func(out []byte, f field) ([]byte, error)) ([]byte, error) {
	out := make([]byte, 0, len(b)+32)
	for len(b) > 0 {
		num, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return nil, errBroken
		}
		f := field{num: num}
		size := protowire.ConsumeFieldValue(num, kind, b[n:])
		if size < 0 {
			return nil, errBroken
		}
		switch kind {
		case protowire.VarintType:
			f.value, _ = protowire.ConsumeVarint(b[n:])
		case protowire.BytesType:
			f.data, _ = protowire.ConsumeBytes(b[n:])
		}
		f.whole, b = b[:n+size], b[n+size:]
		var err error
		if out, err = each(out, f); err != nil {
			return nil, err
		}
	}
	return out, nil
}
