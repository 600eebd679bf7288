// Package stage sets a small region up on a database of a test's own, with all
// use cases wired over it, so that a test can play a day. The region lies on a
// straight road: a hundredth of a degree takes a minute, so that expected times
// can be followed by hand.
package stage
