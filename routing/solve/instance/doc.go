// Package instance reads public benchmark instances as routing problems, and
// reads and writes plans in their formats.
//
//	solomon  vehicle routing with time windows (Solomon; Gehring and Homberger),
//	         distances and times truncated to one decimal, in tenths
//	trsp     technicians with skills, tools and spare parts (Pillac, Gueret and
//	         Medaglia), distances in thousandths
//	json     our own problem and plan documents, see docs/planner.md
package instance
