// Package customer is what the person of a ticket sees and does through their own
// link, without an account: when we come and who, their part in it, their word on
// our arrival, and how it was. What they choose about a promise is the desk's to
// carry out, in the same use cases as for an agent.
//
// A link opens one ticket. Whoever holds it is its person as far as this package is
// concerned: they see nothing of others, no technician but the one who comes, and
// of where that one is no more than how many stops are before theirs.
package customer
