// Package reports says how a desk lives up to its charter: measures of each of the
// ten manners over a period, and the monthly scorecard. Every measure is computed
// from what was recorded, by a query that docs/reports.md shows; none is of a
// single person.
package reports
