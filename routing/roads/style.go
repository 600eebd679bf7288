package roads

import "encoding/json"

// Style gives a MapLibre style, version 8, that draws the tiles with nothing from
// elsewhere: it has no glyphs, so that labels are drawn with the reader's own
// letters, and no sprites. tiles is where a tile is to be had, such as
// "https://host/v1/tiles/{z}/{x}/{y}".
func (n *Network) Style(tiles string) []byte {
	type object = map[string]any
	fill := func(id, layer, colour string, filter ...any) object {
		o := object{"id": id, "type": "fill", "source": "map", "source-layer": layer, "paint": object{"fill-color": colour}}
		if filter != nil {
			o["filter"] = filter
		}
		return o
	}
	kinds := func(names ...string) []any { return []any{"match", []any{"get", "kind"}, names, true, false} }
	// Widths in pixels at zoom 10 and 18.
	line := func(id, colour string, thin, thick float64, kinds []any) object {
		return object{
			"id": id, "type": "line", "source": "map", "source-layer": "streets", "filter": kinds,
			"layout": object{"line-cap": "round", "line-join": "round"},
			"paint": object{
				"line-color": colour,
				"line-width": []any{"interpolate", []any{"exponential", 1.6}, []any{"zoom"}, 10, thin, 18, thick},
			},
		}
	}
	label := func(id, layer, field string, size int, along bool) object {
		layout := object{"text-field": []any{"get", field}, "text-size": size}
		if along {
			layout["symbol-placement"] = "line"
		}
		return object{
			"id": id, "type": "symbol", "source": "map", "source-layer": layer, "layout": layout,
			"paint": object{"text-color": "#333333", "text-halo-color": "#ffffff", "text-halo-width": 1.5},
		}
	}
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
		"layers": []object{
			{"id": "ground", "type": "background", "paint": object{"background-color": "#f6f4ef"}},
			fill("land", layerLand, "#ecebe2"),
			fill("green", layerLand, "#d3e6c4", kinds("forest", "grass", "meadow", "park", "garden", "golf_course", "scrub", "heath", "grassland", "cemetery", "recreation_ground", "village_green", "orchard", "vineyard", "allotments", "playground")...),
			fill("water", layerWater, "#a9cce8"),
			fill("buildings", layerBuildings, "#ddd6cc"),
			line("paths", "#c9bfae", 0.5, 3, kinds("footway", "path", "cycleway", "steps", "track", "bridleway", "pedestrian")),
			line("lanes", "#d8d4cc", 0.5, 10, kinds("service")),
			line("streets", "#ffffff", 0.7, 18, kinds("residential", "unclassified", "living_street", "road", "tertiary")),
			line("roads", "#fbe4a0", 1, 24, kinds("secondary", "primary")),
			line("highways", "#f2b36f", 1.5, 28, kinds("trunk", "motorway")),
			label("street-names", "street_labels", "name", 11, true),
			label("house-numbers", "addresses", "housenumber", 9, false),
			label("town-names", "place_labels", "name", 14, false),
		},
	}
	b, err := json.Marshal(style)
	if err != nil { // it is made of texts and numbers alone
		return nil
	}
	return b
}
