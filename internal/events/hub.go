package events

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"roundsman/dispatch"
)

// Log is where the events are. Their positions are dense: 1, 2, 3, ...
type Log interface {
	// After gives up to limit events after a position, in order.
	After(ctx context.Context, position int64, limit int) ([]dispatch.Event, error)
	// Latest gives the newest event's position, 0 when there is none.
	Latest(ctx context.Context) (int64, error)
	// Wait returns when there may be new events.
	Wait(ctx context.Context) error
}

const (
	kept    = 2048 // events in memory; twice as many at times
	page    = 512  // events read at once
	ahead   = 64   // events that a reader's channel holds
	retryIn = 200 * time.Millisecond
)

// Hub spreads the events of a log.
type Hub struct {
	log    Log
	logger *slog.Logger
	kept   int

	mu     sync.Mutex
	recent []dispatch.Event // dense; ends at head
	head   int64            // position of the newest event known; -1 before Run knows
	more   chan struct{}    // closed and replaced when head moves
	over   chan struct{}    // closed when Run ends
}

// NewHub makes one. Nothing arrives before Run.
func NewHub(log Log, logger *slog.Logger) *Hub {
	return &Hub{log: log, logger: logger, kept: kept, head: -1, more: make(chan struct{}), over: make(chan struct{})}
}

// Run follows the log until ctx ends; then every subscription ends. It may be
// called once.
func (h *Hub) Run(ctx context.Context) error {
	defer close(h.over)
	said := int64(-2) // at which head the log could not be read: said once
	for ctx.Err() == nil {
		if err := h.follow(ctx); ctx.Err() == nil {
			if head := h.newest(); head != said {
				h.logger.WarnContext(ctx, "following the event log, it is tried again", "error", err)
				said = head
			}
			select {
			case <-ctx.Done():
			case <-time.After(retryIn):
			}
		}
	}
	return nil
}

// follow takes in what is new until it can't, and says why.
func (h *Hub) follow(ctx context.Context) error {
	head := h.newest()
	if head < 0 {
		latest, err := h.log.Latest(ctx)
		if err != nil {
			return err
		}
		h.add(latest, nil)
		head = latest
	}
	for {
		list, err := h.log.After(ctx, head, page)
		if err != nil {
			return err
		}
		if len(list) > 0 {
			head = *list[len(list)-1].Position
			h.add(head, list)
		}
		if len(list) == page {
			continue
		}
		if err := h.log.Wait(ctx); err != nil {
			return err
		}
	}
}

func (h *Hub) newest() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.head
}

// add takes in what follows the events known, and lets the readers know.
func (h *Hub) add(head int64, list []dispatch.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.recent = append(h.recent, list...)
	if len(h.recent) > 2*h.kept { // a copy: readers go on with slices of the old array
		h.recent = append(make([]dispatch.Event, 0, 2*h.kept+page), h.recent[len(h.recent)-h.kept:]...)
	}
	h.head = head
	close(h.more)
	h.more = make(chan struct{})
}

// after gives known events after a position. When the first of them is no longer
// in memory, inMemory is false. When there is none, more is closed once there is.
func (h *Hub) after(position int64) (list []dispatch.Event, inMemory bool, more <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	missing := h.head - position
	switch {
	case missing <= 0:
		return nil, true, h.more
	case missing > int64(len(h.recent)):
		return nil, false, h.more
	}
	return h.recent[int64(len(h.recent))-missing:], true, h.more
}

// Latest gives the newest event's position, 0 when there is none.
func (h *Hub) Latest(ctx context.Context) (int64, error) { return h.log.Latest(ctx) }

// Subscribe gives the events after a position, in order and without a gap, then
// new ones as they come; from the call on if after is negative. Only those that allow
// lets pass arrive. The channel is closed when ctx ends, when the hub does, and
// when the log can't be read: the reader subscribes again after the last position
// it has seen.
func (h *Hub) Subscribe(ctx context.Context, after int64, allow func(dispatch.Event) bool) <-chan dispatch.Event {
	out := make(chan dispatch.Event, ahead)
	if after < 0 {
		after = h.newest() // before Run knows it is negative still
	}
	go func() {
		defer close(out)
		if err := h.feed(ctx, after, allow, out); err != nil && ctx.Err() == nil {
			h.logger.WarnContext(ctx, "a reader of events was cut off, it may resume", "error", err)
		}
	}()
	return out
}

func (h *Hub) feed(ctx context.Context, position int64, allow func(dispatch.Event) bool, out chan<- dispatch.Event) error {
	if position < 0 {
		var err error
		if position, err = h.log.Latest(ctx); err != nil {
			return err
		}
	}
	for {
		list, inMemory, more := h.after(position)
		if !inMemory {
			var err error
			if list, err = h.log.After(ctx, position, page); err != nil {
				return err
			}
		}
		for _, e := range list {
			position = *e.Position
			if !allow(e) {
				continue
			}
			select {
			case out <- e:
			case <-ctx.Done():
				return ctx.Err()
			case <-h.over:
				return nil
			}
		}
		if len(list) > 0 {
			continue
		}
		select {
		case <-more:
		case <-ctx.Done():
			return ctx.Err()
		case <-h.over:
			return nil
		}
	}
}
