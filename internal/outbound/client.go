package outbound

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"time"

	"roundsman/internal/webhook"
)

// Client posts signed messages to public addresses.
type Client struct {
	web *http.Client
}

// answerTime is how long the other side may take, from the first byte of the
// dial to the last of the answer.
const answerTime = 15 * time.Second

// New makes a client behind the guard.
func New(g Guard) *Client {
	dialer := &net.Dialer{Timeout: 5 * time.Second, KeepAlive: -1, Control: g.control}
	return &Client{web: &http.Client{
		Timeout: answerTime,
		// A connection that is kept was checked when it was dialled, not at this
		// send; so none is kept.
		Transport: &http.Transport{Proxy: nil, DialContext: dialer.DialContext, DisableKeepAlives: true, ForceAttemptHTTP2: false,
			TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: 10 * time.Second, MaxResponseHeaderBytes: 16 << 10},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// CheckURL gives an error for what can't be posted to: https, or http where plain
// is allowed, with a host and without a user, a fragment or an odd port.
func CheckURL(text string, plain bool) error {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Hostname() == "" || u.Opaque != "":
		return errors.New("is not an address such as https://gateway.example/notices")
	case u.Scheme != "https" && (u.Scheme != "http" || !plain):
		return errors.New("must begin with https://")
	case u.User != nil || u.Fragment != "":
		return errors.New("must hold no user, password or fragment")
	}
	return nil
}

// Result says what came of a post.
type Result struct {
	Status int // of the answer; 0: there was none
	// Sent: bytes of the request left, so the other side may have acted on it.
	Sent bool
	Code string // "http_503", "timeout", "refused_address", "connection_failed"
}

// OK says whether the other side took it.
func (r Result) OK() bool { return r.Status >= 200 && r.Status < 300 }

// Gone says whether the other side wants nothing any more, now and later.
func (r Result) Gone() bool { return r.Status == http.StatusGone }

// Final says whether the other side will never take it: it answered, and neither
// "later" nor "too many".
func (r Result) Final() bool {
	return r.Status >= 300 && r.Status < 500 && r.Status != http.StatusRequestTimeout && r.Status != http.StatusTooEarly &&
		r.Status != http.StatusTooManyRequests
}

// Post sends a JSON message, signed with every secret.
func (c *Client) Post(ctx context.Context, to string, m webhook.Message, secrets ...webhook.Secret) Result {
	signature, err := webhook.Sign(m, secrets...)
	if err != nil {
		return Result{Code: "bad_secret"}
	}
	var sent bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { sent = true }})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(m.Body))
	if err != nil {
		return Result{Code: "bad_address"}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Roundsman")
	req.Header.Set(webhook.HeaderID, m.ID)
	req.Header.Set(webhook.HeaderTimestamp, strconv.FormatInt(m.Timestamp.Unix(), 10))
	req.Header.Set(webhook.HeaderSignature, signature)
	res, err := c.web.Do(req)
	if err != nil {
		return Result{Sent: sent, Code: codeOf(err)}
	}
	defer res.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, 64<<10)) // what it says is not read; its status counts
	return Result{Status: res.StatusCode, Sent: true, Code: fmt.Sprintf("http_%d", res.StatusCode)}
}

func codeOf(err error) string {
	var network net.Error
	switch {
	case errors.Is(err, ErrForbidden):
		return "refused_address"
	case errors.As(err, &network) && network.Timeout():
		return "timeout"
	}
	return "connection_failed"
}
