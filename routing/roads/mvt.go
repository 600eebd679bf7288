package roads

import (
	"math"

	"github.com/paulmach/orb"
	"google.golang.org/protobuf/encoding/protowire"
)

// layer is one layer of a Mapbox vector tile in the making, version 2 of the
// format. Coordinates are a tile's, growing to the right and downwards.
type layer struct {
	features []byte
	keys     []string // few: looking through them is fastest
	values   []value
	number   map[value]uint64 // of the values
	// Room for one feature after the other.
	commands       []uint64
	tags, geometry []byte
}

func (l *layer) keyOf(key string) uint64 {
	for i, k := range l.keys {
		if k == key {
			return uint64(i)
		}
	}
	l.keys = append(l.keys, key)
	return uint64(len(l.keys) - 1)
}

func (l *layer) valueOf(v value) uint64 {
	n, ok := l.number[v]
	if !ok {
		if l.number == nil {
			l.number = map[value]uint64{}
		}
		n = uint64(len(l.values))
		l.number[v] = n
		l.values = append(l.values, v)
	}
	return n
}

// property is a key with a value.
type property struct {
	key   string
	value value
}

// value is a text, a number, or that something is so.
type value struct {
	kind   valueKind
	text   string
	number int64
}

type valueKind uint8

const (
	textValue valueKind = iota
	numberValue
	soValue
)

func text(key, v string) property         { return property{key, value{kind: textValue, text: v}} }
func number(key string, v int64) property { return property{key, value{kind: numberValue, number: v}} }
func so(key string) property              { return property{key, value{kind: soValue, number: 1}} }

// The format's kinds of geometry.
const (
	shapePoint   = 1
	shapeLine    = 2
	shapePolygon = 3
)

// pen writes the commands of a geometry; positions are told from one to the next.
type pen struct {
	commands []uint64
	x, y     int64
}

func (p *pen) command(id, count uint64) { p.commands = append(p.commands, id|count<<3) }

// to goes to a point.
func (p *pen) to(at orb.Point) {
	x, y := int64(math.Round(at[0])), int64(math.Round(at[1]))
	p.commands = append(p.commands, protowire.EncodeZigZag(x-p.x), protowire.EncodeZigZag(y-p.y))
	p.x, p.y = x, y
}

// path draws points: move to the first, lines to the others, without steps of
// no length. It draws nothing, and says so, when fewer than least remain.
func (p *pen) path(points []orb.Point, least int) bool {
	before := *p
	n := len(p.commands)
	p.command(1, 1)
	p.to(points[0])
	at := len(p.commands)
	p.command(2, 0)
	count := uint64(0)
	for _, q := range points[1:] {
		if int64(math.Round(q[0])) == p.x && int64(math.Round(q[1])) == p.y {
			continue
		}
		p.to(q)
		count++
	}
	if int(count)+1 < least {
		p.commands, p.x, p.y = p.commands[:n], before.x, before.y
		return false
	}
	p.commands[at] |= count << 3
	return true
}

func (l *layer) point(at orb.Point, properties ...property) {
	p := pen{commands: l.commands[:0]}
	p.command(1, 1)
	p.to(at)
	l.add(shapePoint, p.commands, properties)
}

func (l *layer) line(line orb.LineString, properties ...property) {
	p := pen{commands: l.commands[:0]}
	if len(line) >= 2 && p.path(line, 2) {
		l.add(shapeLine, p.commands, properties)
	}
}

// polygons adds shapes whose rings end where they begin.
func (l *layer) polygons(shapes orb.MultiPolygon, properties ...property) {
	p := pen{commands: l.commands[:0]}
	for _, polygon := range shapes {
		for i, ring := range polygon {
			if !p.path(ring[:len(ring)-1], 3) {
				if i == 0 {
					break // no outside, no holes
				}
				continue
			}
			p.command(7, 1)
		}
	}
	if len(p.commands) > 0 {
		l.add(shapePolygon, p.commands, properties)
	}
}

func (l *layer) add(shape uint64, commands []uint64, properties []property) {
	l.commands, l.tags, l.geometry = commands, l.tags[:0], l.geometry[:0]
	for _, p := range properties {
		l.tags = protowire.AppendVarint(protowire.AppendVarint(l.tags, l.keyOf(p.key)), l.valueOf(p.value))
	}
	for _, c := range commands {
		l.geometry = protowire.AppendVarint(l.geometry, c)
	}
	size := 2 + 1 + protowire.SizeBytes(len(l.geometry)) // the shape, and the geometry
	if len(l.tags) > 0 {
		size += 1 + protowire.SizeBytes(len(l.tags))
	}
	l.features = protowire.AppendVarint(protowire.AppendTag(l.features, 2, protowire.BytesType), uint64(size))
	if len(l.tags) > 0 {
		l.features = appendBytes(l.features, 2, l.tags)
	}
	l.features = appendBytes(appendNumber(l.features, 3, shape), 4, l.geometry)
}

// encode appends the layer to a tile.
func (l *layer) encode(tile []byte, name string) []byte {
	b := appendNumber(nil, 15, 2)
	b = appendBytes(b, 1, []byte(name))
	b = append(b, l.features...)
	for _, k := range l.keys {
		b = appendBytes(b, 3, []byte(k))
	}
	for _, v := range l.values {
		var one []byte
		switch v.kind {
		case textValue:
			one = appendBytes(nil, 1, []byte(v.text))
		case numberValue:
			one = appendNumber(nil, 4, uint64(v.number))
		case soValue:
			one = appendNumber(nil, 7, uint64(v.number))
		}
		b = appendBytes(b, 4, one)
	}
	return appendBytes(tile, 3, appendNumber(b, 5, extent))
}

func appendBytes(b []byte, field protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), v)
}

func appendNumber(b []byte, field protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), v)
}
