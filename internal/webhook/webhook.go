package webhook

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The headers of a signed message.
const (
	HeaderID        = "webhook-id"
	HeaderTimestamp = "webhook-timestamp"
	HeaderSignature = "webhook-signature"
)

// Tolerance is how far a message's timestamp may be from the receiver's clock.
const Tolerance = 5 * time.Minute

// prefix marks a secret, so that it is recognised where it should not be.
const prefix = "whsec_"

// Secret is a key that both sides know. Its text is "whsec_" and base64.
type Secret string

// NewSecret makes a secret of 256 bits.
func NewSecret() Secret {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return Secret(prefix + base64.StdEncoding.EncodeToString(key))
}

// Check gives an error for what is no usable secret: 24 to 64 bytes in base64, as
// the standard wants.
func (s Secret) Check() error {
	key, err := s.key()
	if err == nil && (len(key) < 24 || len(key) > 64) {
		err = fmt.Errorf("a secret has 24 to 64 bytes, this one %d", len(key))
	}
	return err
}

func (s Secret) key() ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(string(s), prefix))
	if err != nil {
		return nil, errors.New("a secret is whsec_ and base64") // the cause would show a part of it
	}
	return key, nil
}

// String hides the secret from logs.
func (s Secret) String() string { return prefix + "…" }

// exchange is how long the secret before counts too after a new one was given:
// time enough to enter the new one on the other side.
const exchange = 24 * time.Hour

// Keys are the secrets that two sides share: one, or two while one is exchanged.
type Keys struct {
	Secret    Secret
	OldSecret *Secret    // counts too until OldUntil
	OldUntil  *time.Time // machine time
}

// Exchange gives a new secret; the one before counts for another day.
func (k *Keys) Exchange(machine time.Time) {
	old, until := k.Secret, machine.Add(exchange)
	*k = Keys{Secret: NewSecret(), OldSecret: &old, OldUntil: &until}
}

// End forgets the secret before.
func (k *Keys) End() { k.OldSecret, k.OldUntil = nil, nil }

// Secrets gives those that count at an instant of machine time, the newest first.
func (k Keys) Secrets(machine time.Time) []Secret {
	if k.Exchanged(machine) == nil {
		return []Secret{k.Secret}
	}
	return []Secret{k.Secret, *k.OldSecret}
}

// Exchanged gives until when the secret before counts, nil when it does not.
func (k Keys) Exchanged(machine time.Time) *time.Time {
	if k.OldSecret == nil || k.OldUntil == nil || !machine.Before(*k.OldUntil) {
		return nil
	}
	return k.OldUntil
}

// Message is what is signed.
type Message struct {
	ID        string
	Timestamp time.Time
	Body      []byte
}

// Sign gives the signature header: one signature for each secret, so that the
// receiver may know any of them while they are rotated.
func Sign(m Message, secrets ...Secret) (string, error) {
	var out []string
	for _, s := range secrets {
		mac, err := sum(m.ID, strconv.FormatInt(m.Timestamp.Unix(), 10), m.Body, s)
		if err != nil {
			return "", err
		}
		out = append(out, "v1,"+base64.StdEncoding.EncodeToString(mac))
	}
	if out == nil {
		return "", errors.New("no secret to sign with")
	}
	return strings.Join(out, " "), nil
}

func sum(id, timestamp string, body []byte, s Secret) ([]byte, error) {
	key, err := s.key()
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(id + "." + timestamp + "."))
	mac.Write(body)
	return mac.Sum(nil), nil
}

// Headers are the three headers of a message as they came.
type Headers struct {
	ID, Timestamp, Signature string
}

// ErrRefused says that a message is not to be believed. It does not say why: that
// would help whoever guesses.
var ErrRefused = errors.New("the message is not signed as it should be")

// longestID bounds what is kept of a message.
const longestID = 128

// Verify checks a message against the secrets that are good now, any of which
// will do, and its timestamp against now. Every secret is tried, so that the time
// it takes tells nothing. Error: ErrRefused.
func Verify(h Headers, body []byte, now time.Time, secrets ...Secret) (Message, error) {
	seconds, err := strconv.ParseInt(h.Timestamp, 10, 64)
	if err != nil || h.ID == "" || len(h.ID) > longestID || strings.ContainsAny(h.ID, ".\x00") {
		return Message{}, ErrRefused
	}
	at := time.Unix(seconds, 0).UTC()
	good := false
	for _, s := range secrets {
		want, err := sum(h.ID, h.Timestamp, body, s)
		if err != nil {
			continue
		}
		for _, given := range strings.Fields(h.Signature) {
			version, text, _ := strings.Cut(given, ",")
			mac, err := base64.StdEncoding.DecodeString(text)
			if version == "v1" && err == nil && hmac.Equal(mac, want) {
				good = true
			}
		}
	}
	if !good || at.Before(now.Add(-Tolerance)) || at.After(now.Add(Tolerance)) {
		return Message{}, ErrRefused
	}
	return Message{ID: h.ID, Timestamp: at, Body: body}, nil
}
