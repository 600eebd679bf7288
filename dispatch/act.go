package dispatch

import (
	"context"
	"fmt"

	"roundsman/internal/ids"
)

// Act is one request that a client may repeat: the same key by the same
// principal is one act, whatever happens to the connection.
type Act struct {
	Principal ids.ID
	Key       string
	Request   [32]byte // hash of method, path and body
	// Render turns what a use case gives to Tx.Answer into the answer that is
	// kept, and later repeated byte for byte.
	Render func(result any) (Answer, error)
}

// Answer is a finished response.
type Answer struct {
	Status int
	Header map[string]string
	Body   []byte
}

// Replay says that an act was done before, with this answer.
type Replay struct{ Answer Answer }

// Error says so.
func (r *Replay) Error() string { return fmt.Sprintf("done before, answered %d", r.Answer.Status) }

type actKey struct{}

// WithAct makes the next Write of a context claim the act; nil claims none.
func WithAct(ctx context.Context, a *Act) context.Context { return context.WithValue(ctx, actKey{}, a) }

// ActOf gives the act of a context, nil when there is none.
func ActOf(ctx context.Context) *Act {
	a, _ := ctx.Value(actKey{}).(*Act)
	return a
}
