package postgres

import (
	"context"

	"roundsman/dispatch"
)

// Emit writes an event when the transaction ends: all of them at once, as the
// last thing before the commit. See Emit, the function.
func (t *tx) Emit(_ context.Context, e dispatch.Event) error {
	t.emitted = append(t.emitted, e)
	return nil
}
