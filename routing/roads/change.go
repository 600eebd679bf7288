package roads

import (
	"encoding/binary"
	"hash/fnv"
	"math"
	"slices"
	"time"

	"roundsman/internal/fault"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
)

// Change is what is otherwise on the roads for a time: a bridge that is closed, a
// part of town in the snow. It holds for cars.
type Change struct {
	From  time.Time
	Until time.Time // the first instant at which it is over; zero: nobody knows yet
	Area  Area
	// Streets names those that it is about; all in the area where there are none.
	Streets []string
	// Speed is the share of the ordinary speed at which one gets on there. 0:
	// closed. Who is on a closed stretch can still leave it, and one can still come
	// to them; nobody passes.
	Speed float64
}

// Area is a part of the map: what a polygon surrounds, or a circle. What is
// partly in it counts as far as the next point of the road's line.
type Area struct {
	Polygon orb.Polygon // taken where it has rings
	Center  orb.Point
	Metres  float64 // the circle's radius
}

// MostMetres is how large a circle may be.
const MostMetres = 100_000

// Check says what is wrong with a change. Fault: roads_change_invalid, with the
// field.
func (c *Change) Check() error {
	wrong := func(pointer, message string) error {
		return fault.New(fault.Invalid, "roads_change_invalid", "the change of the roads can't be made; see the field").At(pointer, message)
	}
	switch {
	case len(c.Area.Polygon) > 0:
		for _, ring := range c.Area.Polygon {
			if len(ring) < 4 || !ring.Closed() {
				return wrong("/area", "a polygon's rings have four points or more, and end where they begin")
			}
			for _, p := range ring {
				if !onEarth(p) {
					return wrong("/area", "points are longitude and latitude, in degrees")
				}
			}
		}
	case !onEarth(c.Area.Center):
		return wrong("/area", "points are longitude and latitude, in degrees")
	case !(c.Area.Metres > 0 && c.Area.Metres <= MostMetres):
		return wrong("/area", "a circle's radius is more than 0 and at most 100000 metres")
	}
	if c.Speed != 0 && !(c.Speed >= LeastFactor && c.Speed <= MostFactor) {
		return wrong("/speed", "a speed is a share of the ordinary one between 0.05 and 2; leave it out where the road is closed")
	}
	if !c.Until.IsZero() && !c.Until.After(c.From) {
		return wrong("/until", "it ends after it begins")
	}
	return nil
}

func onEarth(p orb.Point) bool { return math.Abs(p.Lon()) <= 180 && math.Abs(p.Lat()) <= 90 }

// during says whether a change holds at an instant.
func (c *Change) during(at time.Time) bool {
	return !at.Before(c.From) && (c.Until.IsZero() || at.Before(c.Until))
}

// what tells changes apart by what they do, whenever they do it.
func (c *Change) what() uint64 {
	h := fnv.New64a()
	number := func(v float64) { h.Write(binary.NativeEndian.AppendUint64(nil, math.Float64bits(v))) }
	number(c.Speed)
	number(float64(len(c.Area.Polygon)))
	for _, ring := range c.Area.Polygon {
		number(float64(len(ring)))
		for _, p := range ring {
			number(p[0])
			number(p[1])
		}
	}
	number(c.Area.Center[0])
	number(c.Area.Center[1])
	number(c.Area.Metres)
	for _, s := range c.Streets {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return h.Sum64()
}

// effect finds what a change does to a network. names are the streets'.
func (c *Change) effect(g *graph, names []string) effect {
	f := effect{shut: c.Speed == 0, factor: factor(math.Round(c.Speed * float64(ordinary)))}
	var wanted []bool // by name
	if len(c.Streets) > 0 {
		wanted = make([]bool, len(names))
		for i, name := range names {
			wanted[i] = slices.Contains(c.Streets, name)
		}
	}
	near := c.Area.bound()
	west, south := units(near.Min)
	east, north := units(near.Max)
	for e := range g.tail {
		for v := g.first[e]; v+1 < g.first[e+1]; v++ {
			if max(g.lon[v], g.lon[v+1]) < west || min(g.lon[v], g.lon[v+1]) > east ||
				max(g.lat[v], g.lat[v+1]) < south || min(g.lat[v], g.lat[v+1]) > north ||
				wanted != nil && !wanted[g.attrs[g.attr[v]].name] || !c.Area.touches(g.point(v), g.point(v+1)) {
				continue
			}
			f.segments = append(f.segments, v)
		}
	}
	return f
}

func (a *Area) bound() orb.Bound {
	if len(a.Polygon) > 0 {
		return a.Polygon.Bound()
	}
	lat := a.Metres / metresPerUnit / degree
	lon := lat / math.Max(0.01, math.Cos(a.Center.Lat()*math.Pi/180))
	return orb.Bound{Min: orb.Point{a.Center[0] - lon, a.Center[1] - lat}, Max: orb.Point{a.Center[0] + lon, a.Center[1] + lat}}
}

// touches says whether any part of a straight line lies in an area.
func (a *Area) touches(p, q orb.Point) bool {
	if len(a.Polygon) == 0 {
		scale := math.Cos(a.Center.Lat() * math.Pi / 180)
		flat := func(p orb.Point) orb.Point { return orb.Point{(p[0] - a.Center[0]) * scale, p[1] - a.Center[1]} }
		return planar.DistanceFromSegment(flat(p), flat(q), orb.Point{})*metresPerUnit*degree <= a.Metres
	}
	if planar.PolygonContains(a.Polygon, p) || planar.PolygonContains(a.Polygon, q) {
		return true
	}
	for _, ring := range a.Polygon {
		for i := 1; i < len(ring); i++ {
			if cross(p, q, ring[i-1], ring[i]) {
				return true
			}
		}
	}
	return false
}

// cross says whether two straight lines cross.
func cross(a, b, c, d orb.Point) bool {
	side := func(a, b, c orb.Point) bool {
		return (b[0]-a[0])*(c[1]-a[1]) > (b[1]-a[1])*(c[0]-a[0])
	}
	return side(a, b, c) != side(a, b, d) && side(c, d, a) != side(c, d, b)
}
