package notify

import (
	"context"

	"roundsman/dispatch"
)

// Outbox takes every letter and carries it nowhere: it is read at GET
// /v1/notices. For the demo, and for tests.
type Outbox struct{}

// Carry takes the letter.
func (Outbox) Carry(context.Context, dispatch.Letter) dispatch.Receipt {
	return dispatch.Receipt{Outcome: dispatch.AttemptDelivered, Code: "outbox"}
}

// Dedupes is true: a letter is in the outbox once, however often it is put there.
func (Outbox) Dedupes() bool { return true }
