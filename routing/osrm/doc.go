// Package osrm answers travel times from an OSRM server: the way out when a map
// outgrows one process. It implements routing.Travel by the server's table and
// route services.
//
//	client.go  asking the server, and what its refusals mean
//	table.go   tables, cut into parts that the server takes
package osrm
