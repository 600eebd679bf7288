package roads

import (
	"math"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/maptile"
)

// projection turns coordinates of the map into those of a tile, which grow to the
// right and downwards, in Mercator's way.
type projection struct {
	west, east float64 // of a tile's left side, and of a unit to the right, in 1/degree
	exact      bool
	scale, top float64 // units round the equator; of the tile's upper side
	// Where a tile is small, what is in and around it is projected by a polynomial
	// about its middle, many times as fast: to a hundredth of a unit.
	middle                     float64 // radians
	still, once, twice, thrice float64
}

// leastBentZoom is the first zoom of small tiles.
const leastBentZoom = 9

func projectionOf(tile maptile.Tile) projection {
	scale := math.Exp2(float64(tile.Z)) * extent
	p := projection{
		west: float64(tile.X)*extent - scale/2, east: scale / 360 / degree,
		exact: tile.Z < leastBentZoom, scale: scale, top: float64(tile.Y) * extent,
	}
	middle := tile.Center().Lat() * math.Pi / 180
	sec, tan := 1/math.Cos(middle), math.Tan(middle)
	unit := scale / (2 * math.Pi)
	p.middle, p.still = middle, p.down(middle)
	p.once, p.twice, p.thrice = -unit*sec, -unit*sec*tan/2, -unit*sec*(sec*sec+tan*tan)/6
	return p
}

// down gives how far below the tile's upper side a latitude is, in radians.
func (p *projection) down(lat float64) float64 {
	const most = 85 * math.Pi / 180
	sin := math.Sin(max(-most, min(most, lat)))
	return (0.5-math.Log((1+sin)/(1-sin))/(4*math.Pi))*p.scale - p.top
}

func (p *projection) project(lon, lat int32) orb.Point {
	const radian = math.Pi / 180 / degree
	x := float64(lon)*p.east - p.west
	if p.exact {
		return orb.Point{x, p.down(float64(lat) * radian)}
	}
	d := float64(lat)*radian - p.middle
	return orb.Point{x, p.still + d*(p.once+d*(p.twice+d*p.thrice))}
}
