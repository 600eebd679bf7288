package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"roundsman/api/client"
	"roundsman/internal/clock"

	"github.com/google/uuid"
)

// streams is how many readers follow the events at once.
const streams = 300

// delivered registers tickets, one every so often, while streams readers listen,
// and gives the times from sending each request to each reader's having its event.
func (s settings) delivered(ctx context.Context, agent *asker, register func(id uuid.UUID, i int) (answer, error)) (series, error) {
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	var mu sync.Mutex
	sent := map[uuid.UUID]time.Time{}
	out := series{other: map[string]int{}}
	enough := make(chan struct{})
	heard := func(subject uuid.UUID) {
		now := clock.System{}.Now()
		mu.Lock()
		defer mu.Unlock()
		if began, ours := sent[subject]; ours {
			out.took = append(out.took, now.Sub(began))
			if len(out.took) == s.count*streams {
				close(enough)
			}
		}
	}
	var readers sync.WaitGroup
	defer readers.Wait()
	defer hangUp()
	for range streams {
		lines, err := agent.listen(ctx)
		if err != nil {
			return out, err
		}
		readers.Go(func() { follow(lines, heard) })
	}
	posted := s.pace(ctx, func(i int) (answer, error) {
		id := uuid.Must(uuid.NewV7())
		mu.Lock()
		sent[id] = clock.System{}.Now()
		mu.Unlock()
		return register(id, i)
	})
	if posted.err != nil || len(posted.took) < s.count {
		return posted, fmt.Errorf("registering for the streams: %d of %d, %v, %w", len(posted.took), s.count, posted.other, posted.err)
	}
	late := time.NewTimer(time.Minute)
	defer late.Stop()
	select {
	case <-enough:
	case <-ctx.Done():
	case <-late.C:
	}
	mu.Lock()
	defer mu.Unlock()
	if missing := s.count*streams - len(out.took); missing > 0 {
		out.other["never came"] = missing
	}
	list := slices.Clone(out.took)
	slices.Sort(list)
	return series{took: list, other: out.other}, ctx.Err()
}

// listen opens a stream of events. It is open when the answer has begun.
func (a *asker) listen(ctx context.Context) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, "GET", a.url+"/v1/events", nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+a.token)
	r.Header.Set("Accept", "text/event-stream")
	got, err := http.DefaultTransport.RoundTrip(r)
	if err == nil && got.StatusCode != http.StatusOK {
		got.Body.Close()
		err = fmt.Errorf("GET /v1/events: %s", got.Status)
	}
	return got, err
}

// follow calls heard for every ticket registered, until the stream ends.
func follow(stream *http.Response, heard func(subject uuid.UUID)) {
	defer stream.Body.Close()
	lines := bufio.NewScanner(stream.Body)
	registered := false
	for lines.Scan() {
		name, text, _ := strings.Cut(lines.Text(), ": ")
		switch {
		case name == "event":
			registered = text == "ticket.opened"
		case name == "data" && registered:
			var e client.Event
			if json.Unmarshal([]byte(text), &e) == nil {
				heard(e.SubjectID)
			}
		}
	}
}
