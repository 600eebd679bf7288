package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/clock"

	"github.com/wneessen/go-mail"
)

// Security is how the connection to the mail server is protected.
type Security string

// The ways to protect it.
const (
	StartTLS Security = "starttls" // begins in the clear and must turn to TLS
	TLS      Security = "tls"      // from the first byte
	Plain    Security = "none"     // for a relay on the same machine
)

// MailConfig says where mail goes in.
type MailConfig struct {
	Host     string
	Port     int
	Security Security
	User     string // "": no sign-in
	Password string
	From     string // "Field support <support@example.com>"
	// TLS is for tests; nil: the system's roots and the host's name.
	TLS *tls.Config
	// Timeout is for each step of the conversation; 0: 15 seconds.
	Timeout time.Duration
	Machine clock.Clock
}

// Mail carries letters to a mail server.
type Mail struct {
	config  MailConfig
	options []mail.Option
}

// NewMail checks the configuration. It does not connect.
func NewMail(c MailConfig) (*Mail, error) {
	if c.Timeout == 0 {
		c.Timeout = 15 * time.Second
	}
	options := []mail.Option{mail.WithPort(c.Port), mail.WithTimeout(c.Timeout), mail.WithoutNoop()}
	switch c.Security {
	case StartTLS:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	case TLS:
		options = append(options, mail.WithSSL())
	case Plain:
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		return nil, fmt.Errorf("mail security %q: starttls, tls or none", c.Security)
	}
	if c.TLS != nil {
		options = append(options, mail.WithTLSConfig(c.TLS))
	}
	if c.User != "" {
		auth := mail.SMTPAuthAutoDiscover
		if c.Security == Plain {
			auth = mail.SMTPAuthPlainNoEnc
		}
		options = append(options, mail.WithSMTPAuth(auth), mail.WithUsername(c.User), mail.WithPassword(c.Password))
	}
	if err := mail.NewMsg().From(c.From); err != nil {
		return nil, errors.New("the sender of mail is not an address such as Field support <support@example.com>")
	}
	_, err := mail.NewClient(c.Host, options...)
	return &Mail{config: c, options: options}, err
}

// Carry sends a letter. The Message-ID is of the notice, the same at every try.
func (m *Mail) Carry(ctx context.Context, l dispatch.Letter) dispatch.Receipt {
	msg, err := m.message(l)
	if err != nil {
		return dispatch.Receipt{Outcome: dispatch.AttemptRefused, Code: "bad_address"}
	}
	client, err := mail.NewClient(m.config.Host, m.options...)
	if err != nil {
		return dispatch.Receipt{Outcome: dispatch.AttemptDeferred, Code: "mail_config"}
	}
	err = client.DialAndSendWithContext(ctx, msg)
	return verdict(msg, err)
}

func (m *Mail) message(l dispatch.Letter) (*mail.Msg, error) {
	msg := mail.NewMsg()
	if err := msg.From(m.config.From); err != nil {
		return nil, err
	}
	if err := msg.AddToFormat(l.ToName, l.To); err != nil {
		return nil, err
	}
	msg.Subject(l.Subject)
	msg.SetMessageIDWithValue(l.NoticeID.String() + "@notices.roundsman")
	msg.SetDateWithValue(m.config.Machine.Now())
	msg.SetGenHeader(mail.Header("Auto-Submitted"), "auto-generated")
	msg.SetGenHeader(mail.HeaderContentLang, l.Language)
	msg.SetBodyString(mail.TypeTextPlain, l.Body+"\n")
	return msg, nil
}

// verdict says what a conversation came to. What matters is how far it got: until
// the final dot a server has taken nothing; from there on it has, unless it says
// otherwise.
func verdict(msg *mail.Msg, err error) dispatch.Receipt {
	if err == nil || msg.IsDelivered() {
		return dispatch.Receipt{Outcome: dispatch.AttemptDelivered, Code: "smtp_250"}
	}
	var sending *mail.SendError
	if !errors.As(err, &sending) {
		return dispatch.Receipt{Outcome: dispatch.AttemptDeferred, Code: connectCode(err)}
	}
	switch code := sending.ErrorCode(); {
	case code >= 500:
		return dispatch.Receipt{Outcome: dispatch.AttemptRefused, Code: fmt.Sprintf("smtp_%d", code)}
	case code >= 400:
		return dispatch.Receipt{Outcome: dispatch.AttemptDeferred, Code: fmt.Sprintf("smtp_%d", code)}
	case sending.Reason == mail.ErrSMTPDataClose:
		return dispatch.Receipt{Outcome: dispatch.AttemptUnclear, Code: "no_answer_after_data"}
	}
	return dispatch.Receipt{Outcome: dispatch.AttemptDeferred, Code: connectCode(err)}
}

func connectCode(err error) string {
	var network net.Error
	if errors.As(err, &network) && network.Timeout() {
		return "timeout"
	}
	return "connection_failed"
}

// Dedupes is false: many mail programs drop a Message-ID that they had, but no
// standard says that they do.
func (*Mail) Dedupes() bool { return false }
