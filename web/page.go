package web

import "embed"

// Pages are the front page, the reader of the contract, the map, and what they
// need.
//
//go:embed page
var Pages embed.FS

// MapLibre draws the map in a browser: the library as it is released, see
// maplibre/README.md.
//
//go:embed maplibre
var MapLibre embed.FS
