package setup

import (
	"roundsman/dispatch"
	"roundsman/internal/clock"
)

// Setup keeps a company's standing data.
type Setup struct {
	Store dispatch.Store
	Clock clock.Clock
}

// mostNamed is how many things a refusal lists at most.
const mostNamed = 50
