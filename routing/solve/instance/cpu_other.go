//go:build !unix

package instance

import (
	"time"

	"roundsman/internal/clock"
)

var began = clock.System{}.Now()

// CPU is the time since the program began: processor time can't be read here.
func CPU() time.Duration { return clock.System{}.Now().Sub(began) }
