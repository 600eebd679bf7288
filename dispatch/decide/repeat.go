package decide

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/fault"
)

// Repeated looks, before a request is refused for the state or the version that
// things are in, whether it is itself what brought them there: the repeat of an act
// that was done meanwhile gets *dispatch.Replay, one that is being done
// "key_in_flight", and everything else its refusal. Use cases that judge a state or a
// version before their Write claims the act refuse through it.
func Repeated(ctx context.Context, store dispatch.Store, refusal error) error {
	if f := fault.Of(refusal); dispatch.ActOf(ctx) == nil || f == nil || f.Kind != fault.Conflict && f.Kind != fault.Stale {
		return refusal
	}
	return store.Write(ctx, func(dispatch.Tx) error { return refusal })
}
