// Package dispatch holds the nouns and rules of field support: people, sites,
// technicians, tickets, visits, rounds, promises, options, contacts, incidents
// and callbacks, and the Store and Tx they are kept by.
//
// Rules are pure functions of state, request and the present instant. Nothing
// here knows SQL, HTTP or how rounds are computed. The what-if on a day is in
// dispatch/day; asking and committing one in dispatch/decide; the use cases of
// the desk, the dispatcher, the technician and of incidents in desk, control,
// field and incidents.
package dispatch
