package notify

import (
	"context"

	"roundsman/internal/outbound"
	"roundsman/internal/webhook"
)

// Hooks posts events to subscribers.
type Hooks struct {
	Client *outbound.Client
	// Plain lets addresses begin with http, for receivers in a network of our own.
	Plain bool
}

// Check says what is wrong with an address.
func (h Hooks) Check(url string) error { return outbound.CheckURL(url, h.Plain) }

// Post sends a message. Who answers 410 wants nothing any more.
func (h Hooks) Post(ctx context.Context, url string, m webhook.Message, secrets ...webhook.Secret) (taken, gone bool, code string) {
	r := h.Client.Post(ctx, url, m, secrets...)
	return r.OK(), r.Gone(), r.Code
}
