package story

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"roundsman/api/client"
)

// stream follows the server's events from the moment it was opened.
type stream struct {
	mu     sync.Mutex
	events []client.Event
	err    error
	news   chan struct{} // holds one when something has come since the last look
}

// follow opens the event stream; behind a position when after is not nil. It
// returns when the server has accepted, and reads on until the context ends.
func follow(ctx context.Context, a *actor, after *int64) (*stream, error) {
	params := &client.StreamEventsParams{}
	if after != nil {
		params.LastEventID = new(strconv.FormatInt(*after, 10))
	}
	res, err := a.raw.StreamEvents(ctx, params)
	if err := a.answered(err, http.StatusOK); err != nil {
		return nil, err
	}
	s := &stream{news: make(chan struct{}, 1)}
	go func() {
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(make([]byte, 64<<10), 4<<20)
		for lines.Scan() {
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if !ok {
				continue
			}
			var e client.Event
			err := json.Unmarshal([]byte(data), &e)
			s.add(e, err)
		}
		s.add(client.Event{}, errors.Join(lines.Err(), errors.New("the event stream has ended")))
	}()
	return s, nil
}

func (s *stream) add(e client.Event, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.events = append(s.events, e)
	} else if s.err == nil {
		s.err = err
	}
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// read gives what has come so far.
func (s *stream) read() ([]client.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.events[:len(s.events):len(s.events)], s.err
}

// patience is how long an event is waited for that must come.
const patience = 20 * time.Second

// until waits for the first event for which want is true.
func (s *stream) until(ctx context.Context, patience time.Duration, want func(client.Event) bool) (client.Event, bool) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	seen := 0
	for {
		list, err := s.read()
		for ; seen < len(list); seen++ {
			if want(list[seen]) {
				return list[seen], true
			}
		}
		if err != nil {
			return client.Event{}, false
		}
		select {
		case <-ctx.Done():
			return client.Event{}, false
		case <-s.news:
		}
	}
}

// gap is the position of the first event that does not follow the one before it.
func gap(list []client.Event) (int64, bool) {
	for i := 1; i < len(list); i++ {
		if list[i].Position != list[i-1].Position+1 {
			return list[i].Position, true
		}
	}
	return 0, false
}

// listen opens the stream that is read all along.
func (p *play) listen(ctx context.Context) error {
	d, err := p.cast.as(ctx, dora)
	if err != nil {
		return err
	}
	p.step("Dora, dispatcher", "tell me everything that happens from now on")
	if p.stream, err = follow(ctx, d, nil); err != nil {
		return err
	}
	p.request(d)
	p.say("the stream is open; it is read until the end of the story")
	return nil
}

// names counts events by name.
func names(list []client.Event) map[string]int {
	out := map[string]int{}
	for _, e := range list {
		out[e.Name]++
	}
	return out
}

// replayed reads the whole story again from its first position and says how it
// differs from what came live.
func (p *play) replayed(ctx context.Context, live []client.Event) error {
	if len(live) == 0 {
		return errors.New("no event came")
	}
	d, err := p.cast.as(ctx, dora)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s, err := follow(ctx, d, new(live[0].Position-1))
	if err != nil {
		return err
	}
	p.request(d)
	last := live[len(live)-1].Position
	if _, ok := s.until(ctx, patience, func(e client.Event) bool { return e.Position >= last }); !ok {
		return fmt.Errorf("read again, event %d did not come", last)
	}
	again, _ := s.read()
	for i, e := range live {
		if i >= len(again) || again[i].ID != e.ID || again[i].Name != e.Name {
			return fmt.Errorf("event %d is not the same when read again", e.Position)
		}
	}
	return nil
}
