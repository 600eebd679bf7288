// Package incidents holds the use cases around one cause and many people: the
// incident with its predicate over devices, the affected set with the clauses
// that matched, outreach that knows which channels the broken device carries, and
// the call list, from which an inbound call takes a person exactly once.
package incidents
