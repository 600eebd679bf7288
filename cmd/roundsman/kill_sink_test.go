package main

import (
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"roundsman/internal/webhook"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// sinks are an SMS gateway and a mail server that count what comes by its id. They
// take their time, so that servers are killed while they send.
type sinks struct {
	texts *httptest.Server
	port  int // of the mail server

	mu     sync.Mutex
	chance *rand.Rand
	came   map[string]map[string]int // by channel and notice, how often
}

func openSinks(t *testing.T, seed uint64) *sinks {
	t.Helper()
	s := &sinks{chance: rand.New(rand.NewPCG(seed, 99)), came: map[string]map[string]int{"sms": {}, "mail": {}}}
	s.texts = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		s.take("sms", r.Header.Get(webhook.HeaderID))
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(s.texts.Close)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.port = listener.Addr().(*net.TCPAddr).Port
	server := smtp.NewServer(s)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return s
}

// take counts a letter, and answers for it a little later.
func (s *sinks) take(channel, id string) {
	s.mu.Lock()
	s.came[channel][id]++
	slow := time.Duration(s.chance.IntN(150)) * time.Millisecond
	s.mu.Unlock()
	<-time.After(slow)
}

func (s *sinks) count(channel, id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.came[channel][id]
}

func (s *sinks) distinct(channel string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.came[channel])
}

// NewSession takes whoever comes.
func (s *sinks) NewSession(*smtp.Conn) (smtp.Session, error) { return letterbox{s}, nil }

// letterbox takes letters.
type letterbox struct{ *sinks }

func (letterbox) Mail(string, *smtp.MailOptions) error { return nil }
func (letterbox) Rcpt(string, *smtp.RcptOptions) error { return nil }
func (letterbox) Reset()                               {}
func (letterbox) Logout() error                        { return nil }

func (b letterbox) Data(r io.Reader) error {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, m.Body); err != nil {
		return err
	}
	id, _, _ := strings.Cut(strings.Trim(m.Header.Get("Message-ID"), "<>"), "@")
	b.take("mail", id)
	return nil
}
