package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// BehindBy is how long a round may differ from what happens before its times are
// computed anew without a word from the technician. Whoever is promised a visit in it
// is told before the window is over and not after.
const BehindBy = 5 * time.Minute

// Laggards are rounds in which nothing has been heard of what should have happened.
type Laggards interface {
	// RoundsBehind lists rounds of which somebody has an open promise and in which, in
	// the time since from, a visit should have ended or been set out for by until and
	// was not. The longest behind come first.
	RoundsBehind(ctx context.Context, from, until time.Time, limit int) ([]ids.ID, error)
}
