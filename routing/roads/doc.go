// Package roads answers how long it takes to get from one place to another on a
// real road network: it reads an OpenStreetMap extract (.osm.pbf) and
// implements routing.Travel on it.
//
// How it is built, in the order of the data's way:
//
//	frame.go            is the file whole? (a cut one is refused, never half read)
//	pbf.go              the format, block by block on all processors
//	import.go           two passes over the extract: ways, then the nodes they use
//	restriction.go      signs: turns that are forbidden, over a node or over ways
//	profile.go          what a mode may use and how fast; car.go, bike.go, foot.go
//	ferry.go, barrier.go   what it may use on the water, and what stops it
//	chain.go            ways -> edges between junctions, with their lines kept
//	turn.go             which edge may follow which, and what the turn costs
//	component.go        what is connected with the largest part in which everything reaches everything
//	graph.go, grid.go   the result, in flat arrays, with a grid over its segments
//	contract.go         the order of importance in which a hierarchy is built
//	hierarchy.go        the hierarchy: links that only climb or only descend
//	dissect.go, flow.go an order that serves all weights: cuts along few edges
//	mesh.go             the links that a hierarchy in that order can have
//	pace.go             the same network at other speeds, with stretches shut
//	customize.go        a hierarchy for those, in a moment
//	when.go, sign.go    what is forbidden at some times of the week
//	week.go, change.go  how fast roads are at which hour, and what is otherwise on them
//	traffic.go          the weights of an hour with its changes, made when asked for
//	depart.go           ways for one who departs then
//	cache.go, flat.go, layout.go   all of that in a file beside the data, used where it lies (map_*.go)
//	shelf.go            what of it is taken when it is first asked for
//	built.go            such a file of somebody's own choice, without the map
//	ready.go            hierarchies that are made when they are first asked for
//	snap.go, nearest.go a coordinate -> a position on an edge
//	recent.go, lists.go those that were asked for before
//	climb.go, rising.go the search up a hierarchy, node by node in their order
//	query.go, line.go   one way: its cost, its arcs, its line
//	table.go, facing.go many ways at once
//	sweep.go, known.go  one to many: down over what lies above the many
//	abreast.go          many to many: searches side by side
//	kernel.go, lanes.go what those do most, and what of it is done with wide registers (*_amd64.s)
//	route.go            one way street by street
//	place.go            where people work
//	normal.go, address.go, search.go   names, houses, and how they are found
//	area.go             buildings, water and land, multipolygons put together
//	sea.go              coasts closed to seas
//	tile.go, street.go, boxes.go, mvt.go, style.go   vector tiles of all that, and how to draw them
//	network.go          routing.Travel
//	repeat.go, move.go  a large map for trials: copies of a small one, joined by roads
//
// Cars search over edges, not junctions: what is reached is the end of an edge in
// one direction, and what leads on is a turn. So turns can cost and be forbidden,
// and there is no turning round but at dead ends. Roads that are only for their
// own doors, such as driveways, can be left and come to, and not passed through.
//
// Costs are exact integers: milliseconds first, centimetres to break ties.
// Every way of searching therefore gives the same answer, and a table's entry
// is the single leg's answer by construction.
//
// The data is © OpenStreetMap contributors, ODbL; say so wherever something
// made from it is shown (Attribution).
package roads

// Attribution must be shown with everything that is made from the map.
const Attribution = "© OpenStreetMap contributors"
