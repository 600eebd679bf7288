// Command roundsman is the server and its tools in one binary.
//
//	roundsman serve          serve the API, with a private PostgreSQL unless one is named
//	roundsman migrate        bring a database to this version's schema
//	roundsman admin create   make an administrator
//	roundsman import         send a table to a running server, and see what became of its rows
//	roundsman export         fetch a table from a running server
//	roundsman roads          what is in a map, travel times, ways
//	roundsman solve          plan an instance from a file, or judge a plan
//	roundsman story          play the morning of the virus against a running demo
//
// This is the only package that wires the others together.
package main
