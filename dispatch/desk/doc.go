// Package desk holds the use cases of the desk agent: finding the caller, the
// card that is read while they speak, contacts, tickets, quotes, promises,
// callbacks and notices.
package desk
