package api_test

import (
	"context"
	"strings"
	"sync"

	"roundsman/dispatch"
	"roundsman/internal/webhook"
)

// customerPage is where the letters of a walk send customers to.
const customerPage = "https://support.example/c"

// letterbox is what customers get: it carries every letter, and keeps the keys of
// the links in them.
type letterbox struct {
	mu   sync.Mutex
	keys []string
}

func (b *letterbox) Carry(_ context.Context, l dispatch.Letter) dispatch.Receipt {
	if _, key, linked := strings.Cut(l.Body, customerPage+"#"); linked {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.keys = append(b.keys, strings.TrimSpace(key))
	}
	return dispatch.Receipt{Outcome: dispatch.AttemptDelivered, Code: "ok"}
}

func (*letterbox) Dedupes() bool { return true }

// newest gives the key that came last, "" where none did.
func (b *letterbox) newest() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.keys) == 0 {
		return ""
	}
	return b.keys[len(b.keys)-1]
}

// some gives one of the keys that came.
func (b *letterbox) some(g *maker) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.keys) == 0 {
		return "none"
	}
	return pick(g, b.keys)
}

// goneAddress has nobody behind it any more.
const goneAddress = "https://gone.example/events"

// receivers take every message, but for those that are gone.
type receivers struct{ nowhere }

func (receivers) Post(_ context.Context, url string, _ webhook.Message, _ ...webhook.Secret) (taken, gone bool, code string) {
	if url == goneAddress {
		return false, true, "http_410"
	}
	return true, false, "http_200"
}
