package roads

import (
	"encoding/json"
	"slices"
)

// Style gives a MapLibre style, version 8, that draws the tiles with nothing from
// elsewhere: it has no glyphs, so that labels are drawn with the reader's own
// letters, and no sprites. tiles is where a tile is to be had, such as
// "https://host/v1/tiles/{z}/{x}/{y}".
func (n *Network) Style(tiles string) []byte {
	type object = map[string]any
	const water = "#a9cce8"
	fill := func(id, layer, colour string, filter ...any) object {
		o := object{"id": id, "type": "fill", "source": "map", "source-layer": layer, "paint": object{"fill-color": colour}}
		if filter != nil {
			o["filter"] = filter
		}
		return o
	}
	kinds := func(names ...string) []any { return []any{"match", []any{"get", "kind"}, names, true, false} }
	// Widths in pixels at zoom 10 and 18.
	line := func(id, layer, colour string, thin, thick float64, kinds []any) object {
		o := object{
			"id": id, "type": "line", "source": "map", "source-layer": layer,
			"layout": object{"line-cap": "round", "line-join": "round"},
			"paint": object{
				"line-color": colour,
				"line-width": []any{"interpolate", []any{"exponential", 1.6}, []any{"zoom"}, 10, thin, 18, thick},
			},
		}
		if kinds != nil {
			o["filter"] = kinds
		}
		return o
	}
	label := func(id, layer, field, colour string, size any, along bool) object {
		layout := object{"text-field": []any{"get", field}, "text-size": size}
		if along {
			layout["symbol-placement"] = "line"
		}
		return object{
			"id": id, "type": "symbol", "source": "map", "source-layer": layer, "layout": layout,
			"paint": object{"text-color": colour, "text-halo-color": "#ffffff", "text-halo-width": 1.5},
		}
	}
	streets := []struct {
		id, colour, edge string
		thin, thick      float64
		kinds            []any
	}{
		{"lanes", "#ffffff", "#d5d0c6", 0.3, 9, kinds("service")},
		{"streets", "#ffffff", "#c9c3b6", 0.5, 16, kinds("residential", "unclassified", "living_street", "road", "pedestrian", "tertiary")},
		{"roads", "#fbe4a0", "#cfae5c", 1, 22, kinds("secondary", "primary")},
		{"highways", "#f2b36f", "#c07f38", 1.5, 26, kinds("trunk", "motorway")},
	}
	is := func(what string) []any { return []any{"==", []any{"get", what}, true} }
	not := func(what string) []any { return []any{"!=", []any{"get", what}, true} }
	// What is under the ground is drawn below all else, dashed and pale; what is on a
	// bridge above it, with a hard edge.
	var under, edges, inner, above []object
	for _, s := range streets {
		tunnel := []any{"all", s.kinds, is("tunnel")}
		dashes := line(s.id+"-tunnel-edge", "streets", s.edge, s.thin+0.6, s.thick+2, tunnel)
		dashes["layout"].(object)["line-cap"] = "butt"
		dashes["paint"].(object)["line-dasharray"] = []float64{0.6, 0.4}
		pale := line(s.id+"-tunnel", "streets", s.colour, s.thin, s.thick, tunnel)
		pale["paint"].(object)["line-opacity"] = 0.6
		under = append(under, dashes, pale)

		ground := []any{"all", s.kinds, not("tunnel")}
		edges = append(edges, line(s.id+"-edge", "streets", s.edge, s.thin+0.6, s.thick+2, ground))
		inner = append(inner, line(s.id, "streets", s.colour, s.thin, s.thick, ground))

		bridge := []any{"all", s.kinds, is("bridge")}
		rails := line(s.id+"-bridge-edge", "streets", "#77716a", s.thin+0.8, s.thick+4, bridge)
		rails["layout"].(object)["line-cap"] = "butt"
		above = append(above, rails, line(s.id+"-bridge", "streets", s.colour, s.thin, s.thick, bridge))
	}
	borders := func(id string, level int, thin, thick float64) object {
		o := line(id, layerBoundaries, "#9a7fb0", thin, thick, []any{"all", []any{"==", []any{"get", "admin_level"}, level}, not("maritime")})
		o["paint"].(object)["line-dasharray"] = []int{5, 2, 1, 2}
		return o
	}
	ferries := line("ferries", layerFerries, "#5f8fb5", 0.8, 3, nil)
	ferries["paint"].(object)["line-dasharray"] = []int{4, 3}
	large := []any{"match", []any{"get", "kind"}, "city", 18, "town", 15, "borough", 14, "village", 13, 11}
	bounds := n.Bounds()
	style := object{
		"version": 8,
		"name":    "Roundsman",
		"center":  bounds.Center(),
		"zoom":    9,
		"sources": object{"map": object{
			"type": "vector", "tiles": []string{tiles}, "minzoom": 0, "maxzoom": MaxZoom,
			"bounds":      []float64{bounds.Min[0], bounds.Min[1], bounds.Max[0], bounds.Max[1]},
			"attribution": Attribution,
		}},
		"layers": slices.Concat([]object{
			{"id": "ground", "type": "background", "paint": object{"background-color": "#f6f4ef"}},
			fill("ocean", layerOcean, water),
			fill("land", layerLand, "#ecebe2"),
			fill("green", layerLand, "#d3e6c4", kinds("forest", "grass", "meadow", "park", "garden", "golf_course", "scrub", "heath", "grassland", "cemetery", "recreation_ground", "village_green", "orchard", "vineyard", "allotments", "playground")...),
			fill("water", layerWater, water),
			line("streams", layerWaterLine, water, 0.5, 5, nil),
			fill("bridges", layerBridges, "#e3ded4"),
			fill("buildings", layerBuildings, "#ddd6cc"),
			ferries,
			line("paths", "streets", "#c9bfae", 0.4, 2.5, kinds("footway", "path", "cycleway", "steps", "track", "bridleway")),
		}, under, edges, inner, above, []object{
			borders("states", 4, 0.8, 3),
			borders("countries", 2, 1.2, 4),
			label("water-names", layerWater, "name", "#3d6d94", 11, false),
			label("street-names", "street_labels", "name", "#333333", 11, true),
			label("house-numbers", "addresses", "housenumber", "#6b655b", 9, false),
			label("town-names", "place_labels", "name", "#1d2733", large, false),
		}),
	}
	b, err := json.Marshal(style)
	if err != nil { // it is made of texts and numbers alone
		return nil
	}
	return b
}
