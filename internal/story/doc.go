// Package story plays the morning of the virus through the public REST API, as
// monitoring, agents, dispatcher and technicians, and checks at the end that what
// was said came true. It knows nothing but the API: it signs in, asks, and
// believes only what it reads back.
//
// Every act is a file of its own:
//
//	clock.go     an untouched morning, and the demo clock's way through it
//	incident.go  monitoring declares, the affected set and who can be reached
//	plan.go      the dispatcher confirms, opens tickets, plans and publishes
//	call.go      an agent calls, and somebody else calls first
//	quote.go     windows offered and promised
//	rounds.go    twelve technicians work their rounds by the clock
//	visit.go     options on site, the choice, the hardware
//	callback.go  the agents call back
//	summary.go   promises, hardware, who was told, who was left out
//
// Around them: cast.go signs in, tape.go keeps what went over the wire and writes
// it as curl, events.go follows the stream, print.go writes to the terminal.
//
// A check that does not hold is a failure of the story, whoever is to blame; it is
// listed at the end and Play gives an error. Instants are shown in the region's
// zone.
package story
