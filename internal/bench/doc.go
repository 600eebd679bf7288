// Command bench measures the product from outside, on the demo region: a server
// with a database of its own is started, asked through HTTP as often as a busy
// desk would, and stopped. It prints a table.
//
//	go run ./internal/bench -server bin/roundsman -map delaware.osm.pbf
//
// Requests begin at their time whether the ones before have been answered or not,
// so that a slow answer is not hidden by asking less.
// Figures are read by people; no test compares them with anything.
package main
