package notify_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/clock"
	"roundsman/internal/notify"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// office is a mail server that can be told how to behave.
type office struct {
	mu       sync.Mutex
	got      []string // whole letters
	to       []string
	user     string // who signed in
	from     error  // answer to MAIL FROM
	rcpt     error  // to RCPT TO
	data     error  // to the letter
	hangUp   bool   // after the letter, without an answer
	silent   bool   // after the letter, for ever
	cut      net.Conn
	released chan struct{}
}

func (o *office) NewSession(c *smtp.Conn) (smtp.Session, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.cut = c.Conn()
	return o, nil
}
func (o *office) AuthMechanisms() []string { return []string{sasl.Plain} }
func (o *office) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, word string) error {
		if word != "right" {
			return errors.New("no")
		}
		o.mu.Lock()
		defer o.mu.Unlock()
		o.user = user
		return nil
	}), nil
}
func (o *office) Mail(string, *smtp.MailOptions) error { return o.from }
func (o *office) Rcpt(to string, _ *smtp.RcptOptions) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.to = append(o.to, to)
	return o.rcpt
}
func (o *office) Data(r io.Reader) error {
	b, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	o.mu.Lock()
	o.got = append(o.got, string(b))
	cut := o.cut
	o.mu.Unlock()
	if o.hangUp {
		return cut.Close()
	}
	if o.silent {
		<-o.released
	}
	return o.data
}

// letters are those that came so far: a conversation may still be going on.
func (o *office) letters() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.got)
}

func (o *office) Reset()        {}
func (o *office) Logout() error { return nil }

// open starts the server and gives a way to it.
func (o *office) open(t *testing.T, security notify.Security, word string) *notify.Mail {
	t.Helper()
	o.released = make(chan struct{})
	web := httptest.NewUnstartedServer(nil)
	web.StartTLS() // for its certificate
	t.Cleanup(web.Close)
	server := smtp.NewServer(o)
	server.AllowInsecureAuth = security == notify.Plain
	var listener net.Listener
	var err error
	if security == notify.TLS {
		listener, err = tls.Listen("tcp", "127.0.0.1:0", web.TLS)
	} else {
		listener, err = net.Listen("tcp", "127.0.0.1:0")
		if security == notify.StartTLS {
			server.TLSConfig = web.TLS
		}
	}
	require.NoError(t, err)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { close(o.released); _ = server.Close() })
	at := listener.Addr().(*net.TCPAddr)
	config := notify.MailConfig{Host: "127.0.0.1", Port: at.Port, Security: security, From: "Field support <support@example.com>",
		Timeout: 2 * time.Second, Machine: clock.At(noon), TLS: &tls.Config{RootCAs: rootsOf(web), ServerName: "example.com", MinVersion: tls.VersionTLS12}}
	if word != "" {
		config.User, config.Password = "roundsman", word
	}
	m, err := notify.NewMail(config)
	require.NoError(t, err)
	return m
}

// rootsOf trusts the server's own certificate.
func rootsOf(web *httptest.Server) *x509.CertPool {
	roots := x509.NewCertPool()
	roots.AddCert(web.Certificate())
	return roots
}

func TestMailIsDelivered(t *testing.T) {
	t.Parallel()
	for _, security := range []notify.Security{notify.StartTLS, notify.TLS, notify.Plain} {
		o := &office{}
		m := o.open(t, security, "right")
		for range 2 {
			require.Equal(t, dispatch.Receipt{Outcome: dispatch.AttemptDelivered, Code: "smtp_250"}, m.Carry(t.Context(), letter("zoe@example.org")), security)
		}
		require.Equal(t, "roundsman", o.user)
		require.Equal(t, []string{"zoe@example.org", "zoe@example.org"}, o.to)
		msg, err := mail.ReadMessage(strings.NewReader(o.letters()[0]))
		require.NoError(t, err)
		require.Equal(t, "<"+letter("").NoticeID.String()+"@notices.roundsman>", msg.Header.Get("Message-ID"))
		require.Equal(t, o.letters()[0], o.letters()[1], "a repeat is the same letter to the byte")
		require.Equal(t, "auto-generated", msg.Header.Get("Auto-Submitted"))
		require.Contains(t, o.letters()[0], "Tess ist auf dem Weg zu Ihnen. (T-2041)")
	}
	m, err := notify.NewMail(notify.MailConfig{Host: "a", Port: 465, Security: notify.TLS, From: "x@y.example", Machine: clock.At(noon)})
	require.NoError(t, err)
	require.False(t, m.Dedupes())
}

// How far a conversation got decides what may be done next.
func TestWhatAMailServerSays(t *testing.T) {
	t.Parallel()
	busy := &smtp.SMTPError{Code: 450, EnhancedCode: smtp.EnhancedCode{4, 2, 1}, Message: "later"}
	never := &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "nobody here"}
	for name, c := range map[string]struct {
		office *office
		want   dispatch.Receipt
		got    int
	}{
		"sender put off":               {&office{from: busy}, dispatch.Receipt{Outcome: dispatch.AttemptDeferred, Code: "smtp_450"}, 0},
		"receiver put off":             {&office{rcpt: busy}, dispatch.Receipt{Outcome: dispatch.AttemptDeferred, Code: "smtp_450"}, 0},
		"receiver unknown":             {&office{rcpt: never}, dispatch.Receipt{Outcome: dispatch.AttemptRefused, Code: "smtp_550"}, 0},
		"letter put off":               {&office{data: busy}, dispatch.Receipt{Outcome: dispatch.AttemptDeferred, Code: "smtp_450"}, 1},
		"letter refused":               {&office{data: never}, dispatch.Receipt{Outcome: dispatch.AttemptRefused, Code: "smtp_550"}, 1},
		"hung up after the letter":     {&office{hangUp: true}, dispatch.Receipt{Outcome: dispatch.AttemptUnclear, Code: "no_answer_after_data"}, 1},
		"fell silent after the letter": {&office{silent: true}, dispatch.Receipt{Outcome: dispatch.AttemptUnclear, Code: "no_answer_after_data"}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := c.office
			require.Equal(t, c.want, o.open(t, notify.StartTLS, "").Carry(t.Context(), letter("zoe@example.org")))
			require.Len(t, o.letters(), c.got)
		})
	}
}

func TestMailThatNeverGetsThere(t *testing.T) {
	t.Parallel()
	o := &office{}
	m := o.open(t, notify.StartTLS, "wrong")
	require.Equal(t, dispatch.AttemptDeferred, m.Carry(t.Context(), letter("zoe@example.org")).Outcome, "the operator's mistake is no refusal of the person")
	for _, to := range []string{"", "nobody", "a@b\r\nBcc: c@d", "a@b, c@d"} {
		require.Equal(t, dispatch.Receipt{Outcome: dispatch.AttemptRefused, Code: "bad_address"}, m.Carry(t.Context(), letter(to)), to)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := listener.Addr().(*net.TCPAddr).Port
	require.NoError(t, listener.Close())
	gone, err := notify.NewMail(notify.MailConfig{Host: "127.0.0.1", Port: port, Security: notify.StartTLS, From: "a@b.example", Machine: clock.At(noon), Timeout: time.Second})
	require.NoError(t, err)
	require.Equal(t, dispatch.Receipt{Outcome: dispatch.AttemptDeferred, Code: "connection_failed"}, gone.Carry(t.Context(), letter("zoe@example.org")))

	_, err = notify.NewMail(notify.MailConfig{Host: "a", Security: "maybe", From: "a@b.example"})
	require.Error(t, err)
	_, err = notify.NewMail(notify.MailConfig{Host: "a", Security: notify.TLS, From: "nobody"})
	require.Error(t, err)
}

// A server that offers no TLS is not spoken to when it is wanted.
func TestMailIsNotSentInTheClear(t *testing.T) {
	t.Parallel()
	o := &office{}
	server := smtp.NewServer(o)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	for security, want := range map[notify.Security]int{notify.StartTLS: 0, notify.Plain: 1} {
		o.got = nil
		m, err := notify.NewMail(notify.MailConfig{Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, Security: security,
			From: "a@b.example", Machine: clock.At(noon), Timeout: 2 * time.Second})
		require.NoError(t, err)
		r := m.Carry(t.Context(), letter("zoe@example.org"))
		require.Equal(t, want == 1, r.Outcome == dispatch.AttemptDelivered)
		require.Len(t, o.letters(), want, security)
	}
}
