package dispatch

import (
	"time"

	"roundsman/internal/ids"
)

// PromiseKind is what was promised. All kinds stand in one ledger.
type PromiseKind string

// The kinds of promise. Only an arrival has a visit, a technician and a stated
// confidence; the others are due by an instant, and their window runs from when
// they were made until then.
const (
	ArrivalPromise    PromiseKind = "arrival"       // kept by the technician's arrival
	StatusPromise     PromiseKind = "status_update" // kept by telling the person how the ticket stands
	CallbackPromise   PromiseKind = "callback"      // kept by the callback's outcome
	DeliveryPromise   PromiseKind = "delivery"      // kept by handing the item over
	LoanReturnPromise PromiseKind = "loan_return"   // kept by the return of what was lent
)

// PromiseKinds lists every kind, in the order in which reports show them.
var PromiseKinds = []PromiseKind{ArrivalPromise, StatusPromise, CallbackPromise, DeliveryPromise, LoanReturnPromise}

// Grace is how long after it was due a promise may still be kept late. After it
// nobody counts on it any more, and it is broken. Arrivals have a rule of their
// own: they are broken when the technician's shift is over.
func (k PromiseKind) Grace() time.Duration {
	switch k {
	case StatusPromise, CallbackPromise:
		return 24 * time.Hour
	case DeliveryPromise:
		return 7 * 24 * time.Hour
	case LoanReturnPromise:
		return 30 * 24 * time.Hour
	}
	return 0
}

// Choice says whose choice an entry of the ledger records.
type Choice string

// The choices. What simply happened is nobody's: "".
const (
	CustomerChoice Choice = "customer"
	OurChoice      Choice = "us"
)

// PromiseWish is what the customer, or we, want of an arrival that is promised.
// It stands in the ledger as the reason of the entry.
type PromiseWish string

// The wishes.
const (
	WishCancelled   PromiseWish = "cancelled"       // nobody needs to come any more
	WishRescheduled PromiseWish = "rescheduled"     // another window was found and promised
	WishCannotBe    PromiseWish = "cannot_be_there" // the visit waits for another window
	WishOtherWindow PromiseWish = "other_window"    // likewise, for no reason that we were told
)

// PromiseCount is what a report says of the promises of one kind made in a while.
// First means against the window first told, so that a revision hides nothing.
type PromiseCount struct {
	Kind            PromiseKind
	Made            int
	Open            int
	Kept            int
	KeptFirst       int
	Late            int
	Broken          int
	Withdrawn       int // by the customer's choice
	WithdrawnAtRisk int // of these, after we had told them of a risk: our doing
	Revised         int // with another window than the one first told
	Forced          int // below the floor, by somebody who may
	Unlinked        int // changes without a notice that told of them: always 0
	Untold          int // changes whose notice got to nobody
}

// Counted is how many promises a kept rate is of: what is open is not decided,
// and what the customer changed of their own accord is no failure of ours.
func (c PromiseCount) Counted() int { return c.Kept + c.Late + c.Broken + c.WithdrawnAtRisk }

// KeptRate gives the share kept of those that count, against the last window and
// against the first; ok is false when none count.
func (c PromiseCount) KeptRate() (last, first float64, ok bool) {
	n := float64(c.Counted())
	if n == 0 {
		return 0, 0, false
	}
	return float64(c.Kept) / n, float64(c.KeptFirst) / n, true
}

// DuePromise is a commitment about to be made that is due by an instant.
type DuePromise struct {
	Kind      PromiseKind // not ArrivalPromise
	PersonID  ids.ID
	TicketID  ids.ID // Nil for a loan or delivery without one
	SubjectID ids.ID // the callback, the loan or the item that keeps it; Nil for a status update
	Due       time.Time
	Wording   string // as said to the person
}
