package roads

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"
)

// made is a map made by hand, written as an .osm.pbf.
type made struct {
	texts   [][]byte
	index   map[string]uint64
	ids     []int64
	at      [][2]float64 // longitude, latitude
	tags    [][]string
	ways    [][]byte
	members [][]byte // relations
}

func newMade() *made { return &made{texts: [][]byte{nil}, index: map[string]uint64{"": 0}} }

func (m *made) text(s string) uint64 {
	i, ok := m.index[s]
	if !ok {
		i = uint64(len(m.texts))
		m.index[s] = i
		m.texts = append(m.texts, []byte(s))
	}
	return i
}

// node adds a node; tags are keys and values in turn.
func (m *made) node(id int64, lon, lat float64, tags ...string) *made {
	m.ids, m.at, m.tags = append(m.ids, id), append(m.at, [2]float64{lon, lat}), append(m.tags, tags)
	return m
}

func packed(b []byte, field protowire.Number, values []uint64) []byte {
	var p []byte
	for _, v := range values {
		p = protowire.AppendVarint(p, v)
	}
	return bytesField(b, field, p)
}

func bytesField(b []byte, field protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), v)
}

func varintField(b []byte, field protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), v)
}

func (m *made) tagged(b []byte, tags []string) []byte {
	var keys, values []uint64
	for i := 0; i < len(tags); i += 2 {
		keys, values = append(keys, m.text(tags[i])), append(values, m.text(tags[i+1]))
	}
	return packed(packed(b, 2, keys), 3, values)
}

func deltas(values []int64) []uint64 {
	var out []uint64
	last := int64(0)
	for _, v := range values {
		out = append(out, protowire.EncodeZigZag(v-last))
		last = v
	}
	return out
}

// way adds a way along nodes.
func (m *made) way(id int64, refs []int64, tags ...string) *made {
	b := m.tagged(varintField(nil, 1, uint64(id)), tags)
	m.ways = append(m.ways, packed(b, 8, deltas(refs)))
	return m
}

// relation adds a relation; members are "way 12 from" and the like.
func (m *made) relation(id int64, members []string, tags ...string) *made {
	b := m.tagged(varintField(nil, 1, uint64(id)), tags)
	var roles, kinds []uint64
	var ids []int64
	for _, text := range members {
		var kind, role string
		var id int64
		if _, err := fmt.Sscan(text, &kind, &id, &role); err != nil {
			panic(err)
		}
		roles, ids = append(roles, m.text(role)), append(ids, id)
		kinds = append(kinds, map[string]uint64{"node": 0, "way": 1, "relation": 2}[kind])
	}
	m.members = append(m.members, packed(packed(packed(b, 8, roles), 9, deltas(ids)), 10, kinds))
	return m
}

func frame(kind string, block []byte) []byte {
	blob := varintField(bytesField(nil, 1, block), 2, uint64(len(block)))
	header := varintField(bytesField(nil, 1, []byte(kind)), 3, uint64(len(blob)))
	out := binary.BigEndian.AppendUint32(nil, uint32(len(header)))
	return append(append(out, header...), blob...)
}

// bytes gives the file.
func (m *made) bytes() []byte {
	var lon, lat []int64
	var tags []uint64
	for i, at := range m.at {
		lon, lat = append(lon, int64(math.Round(at[0]*1e7))), append(lat, int64(math.Round(at[1]*1e7)))
		for _, t := range m.tags[i] {
			tags = append(tags, m.text(t))
		}
		tags = append(tags, 0)
	}
	dense := packed(packed(packed(packed(nil, 1, deltas(m.ids)), 8, deltas(lat)), 9, deltas(lon)), 10, tags)
	var ways, relations []byte
	for _, w := range m.ways {
		ways = bytesField(ways, 3, w)
	}
	for _, r := range m.members {
		relations = bytesField(relations, 4, r)
	}
	var texts []byte
	for _, t := range m.texts {
		texts = bytesField(texts, 1, t)
	}
	block := func(group []byte) []byte {
		return frame("OSMData", bytesField(bytesField(nil, 1, texts), 2, group))
	}
	out := frame("OSMHeader", bytesField(bytesField(nil, 4, []byte("OsmSchema-V0.6")), 4, []byte("DenseNodes")))
	out = append(out, block(bytesField(nil, 2, dense))...)
	out = append(out, block(ways)...)
	if relations != nil {
		out = append(out, block(relations)...)
	}
	return out
}

func (m *made) file(t testing.TB) string {
	return writeFile(t, "made.osm.pbf", m.bytes())
}

func writeFile(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, b, 0o600))
	return path
}

func (m *made) load(t testing.TB) *Network {
	t.Helper()
	n, err := Load(context.Background(), m.file(t), "", nil)
	require.NoError(t, err)
	return n
}

// metre is about a metre in degrees of latitude, and of longitude on the
// equator, where made maps lie.
const metre = 1 / 111194.93
