package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"roundsman/api"
	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/events"
	"roundsman/internal/ids"
	"roundsman/internal/postgres"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// reader is somebody who listens to the stream.
type reader struct {
	t      *testing.T
	answer *http.Response
	lines  *bufio.Scanner
}

func listen(t *testing.T, address, token, after string) *reader {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	t.Cleanup(cancel)
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, address+"/v1/events", http.NoBody)
	require.NoError(t, err)
	q.Header.Set("Authorization", "Bearer "+token)
	if after != "" {
		q.Header.Set("Last-Event-ID", after)
	}
	answer, err := http.DefaultClient.Do(q)
	require.NoError(t, err)
	t.Cleanup(func() { _ = answer.Body.Close() })
	return &reader{t, answer, bufio.NewScanner(answer.Body)}
}

// next gives the next event, false when the stream has ended.
func (r *reader) next() (contract.Event, bool) {
	r.t.Helper()
	var id, name, data string
	for r.lines.Scan() {
		field, value, _ := strings.Cut(r.lines.Text(), ": ")
		switch field {
		case "id":
			id = value
		case "event":
			name = value
		case "data":
			data = value
		case "":
			if data == "" {
				continue
			}
			var e contract.Event
			require.NoError(r.t, json.Unmarshal([]byte(data), &e))
			require.Equal(r.t, id, strconv.FormatInt(e.Position, 10))
			require.Equal(r.t, name, e.Name)
			return e, true
		}
	}
	return contract.Event{}, false
}

// on gives the interface a real hub over the real log of events, and a listener.
func on(t *testing.T) (*scene, string) {
	t.Helper()
	var hub *events.Hub
	s := play(t, stage.Small, func(d *api.Deps) { d.Events = lazy{&hub} })
	log := slog.New(slog.DiscardHandler)
	hub = events.NewHub(postgres.NewEventLog(s.Pool), log)
	sequencer := postgres.NewSequencer(s.Pool, log)
	s.Store.WakeFunc = sequencer.Wake
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go func() { _ = hub.Run(ctx) }()
	go func() { _ = sequencer.Run(ctx) }()
	server := httptest.NewServer(s.handler)
	t.Cleanup(server.Close)
	return s, server.URL
}

// lazy is a hub that is made after the interface.
type lazy struct{ hub **events.Hub }

func (l lazy) Latest(ctx context.Context) (int64, error) { return (*l.hub).Latest(ctx) }

func (l lazy) Subscribe(ctx context.Context, after int64, allow func(dispatch.Event) bool) <-chan dispatch.Event {
	return (*l.hub).Subscribe(ctx, after, allow)
}

func TestStream(t *testing.T) {
	t.Parallel()
	s, address := on(t)
	live := listen(t, address, s.anna, "0")
	require.Equal(t, "text/event-stream", live.answer.Header.Get("Content-Type"))
	ticket := ok[contract.TicketDetail](s, http.StatusCreated, s.anna, "POST", "/v1/tickets", object{"template": "virus_cleanup", "person_id": stage.Name("person 0")})
	first, more := live.next()
	require.True(t, more)
	require.Equal(t, "ticket.opened", first.Name)
	require.Equal(t, ticket.Ticket.ID, first.SubjectID)
	quote := ok[contract.Quote](s, http.StatusCreated, s.anna, "POST", "/v1/quotes", object{"ticket_id": ticket.Ticket.ID, "days": 1})
	promise := ok[contract.Promise](s, http.StatusCreated, s.anna, "POST", "/v1/promises", object{"outcome_id": quote.Offers[0].OutcomeID})
	var made contract.Event
	for made.Name != "promise.made" {
		last := made
		made, more = live.next()
		require.True(t, more)
		require.Greater(t, made.Position, last.Position)
	}
	require.Equal(t, promise.ID, made.SubjectID)

	// Who comes again goes on behind what they have.
	again := listen(t, address, s.anna, strconv.FormatInt(made.Position-1, 10))
	e, more := again.next()
	require.True(t, more)
	require.Equal(t, made, e)

	// A technician gets what is about their own rounds, and nothing else.
	mine, other := s.tess, s.tom
	if *promise.TechnicianID != stage.Name("technician 0") {
		mine, other = other, mine
	}
	theirs := listen(t, address, mine, "0")
	e, more = theirs.next()
	require.True(t, more)
	require.Equal(t, *promise.TechnicianID, *e.TechnicianID)
	none := listen(t, address, other, "0")
	require.NoError(t, s.access.SignOut(t.Context(), s.sessionOf(other)))
	_, more = none.next()
	require.False(t, more, "the stream ends with the session, and nothing had been theirs")
}

// sessionOf gives the session of an access token.
func (s *scene) sessionOf(token string) ids.ID {
	s.t.Helper()
	v, err := s.access.Verify(s.t.Context(), token)
	require.NoError(s.t, err)
	return v.SessionID
}

func TestStreamEndsWithItsSession(t *testing.T) {
	t.Parallel()
	s, address := on(t)
	admin := access.Principal{Roles: []access.Role{access.Admin}}
	live := listen(t, address, s.anna, "")
	require.NoError(t, s.access.Revoke(t.Context(), admin, s.Agent.AccountID))
	_, more := live.next()
	require.False(t, more)
	refused := listen(t, address, s.anna, "")
	require.Equal(t, http.StatusUnauthorized, refused.answer.StatusCode)

	live = listen(t, address, s.ben, "")
	s.machine.Set(morning.Add(access.AccessLife))
	_, more = live.next()
	require.False(t, more, "the access token has ended")
}

// A reader with a position of another database waited in silence until the
// positions here had caught up, and missed everything up to there.
func TestStreamRefusesAPositionAhead(t *testing.T) {
	t.Parallel()
	s, _ := on(t)
	g := s.do(s.anna, "GET", "/v1/events", nil, "Last-Event-ID", "7")
	g.problem(http.StatusBadRequest, "position_ahead")
}

func TestStreamRefusesMadeUpPositions(t *testing.T) {
	t.Parallel()
	r := open(t, nil)
	g := r.do(ask{method: "GET", path: "/v1/events", token: r.as(access.Agent), header: map[string]string{"Last-Event-ID": "yesterday"}})
	require.Equal(t, []string{"header/Last-Event-ID has characters that are not allowed here"}, g.wrong())
	g = r.do(ask{method: "GET", path: "/v1/events", token: r.as(access.Agent), header: map[string]string{"Last-Event-ID": strings.Repeat("9", 25)}})
	require.Equal(t, []string{"header/Last-Event-ID must be the id of an event of this stream"}, g.wrong())
}
