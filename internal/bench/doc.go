// Command bench measures the product from outside: a server with a database of its
// own is started, asked through HTTP as often as a busy desk would, and stopped; once
// with 10,000 tickets behind it and once with 500,000, made by internal/large. Beside
// that history stands a region of the bench's own, brought in as files: 50
// technicians with a day of 400 visits, which everything is asked of. One table says
// what came of it, with the pace, the number of answers, the target where the product
// promises one, and how much longer the large database takes.
//
//	go run ./internal/bench -server bin/roundsman -map delaware.osm.pbf
//
// Requests begin at their time whether the ones before have been answered or not,
// so that a slow answer is not hidden by asking less. -keep keeps the databases,
// which take minutes to make, for the next time; each run adds a region to them.
// Figures are read by people; no test compares them with anything.
package main
