// Package routingtest draws random planning problems for property tests: small,
// rich in rules, mostly feasible, and of numbers that can be followed by hand.
package routingtest
