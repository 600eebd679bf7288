package dispatch

import (
	"context"
	"time"
)

// How long is kept what nobody needs any more, after it has expired.
const (
	OutcomeKept  = time.Hour           // a what-if that was never committed
	DecisionKept = 90 * 24 * time.Hour // a committed outcome; events and the ledger stay
	QuoteKept    = 30 * 24 * time.Hour // what was offered on the phone
	LinkKeyKept  = 24 * time.Hour      // what opens a customer's link
)

// Leftovers are dropped when they are old. Each drops at most limit of them, and says
// how many it did.
type Leftovers interface {
	// DropOutcomes deletes what was never committed and expired before one instant, and
	// what was committed before the other.
	DropOutcomes(ctx context.Context, expired, committed time.Time, limit int) (int64, error)
	DropQuotes(ctx context.Context, expired time.Time, limit int) (int64, error)
	// DropLinkKeys deletes the hashes of keys whose link was over by then.
	DropLinkKeys(ctx context.Context, over time.Time, limit int) (int64, error)
}
