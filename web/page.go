package web

import "embed"

// Pages are the front page, the reader of the contract, and what they need.
//
//go:embed page
var Pages embed.FS
