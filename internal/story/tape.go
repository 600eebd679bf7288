package story

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// tape sends requests and keeps the last one with its answer, so that what is
// shown as curl is what went over the wire.
type tape struct {
	web  *http.Client
	last exchange
}

// exchange is a request and its answer. The body of an event stream is not kept.
type exchange struct {
	request *http.Request
	body    []byte
	status  int
	header  http.Header
	answer  []byte
}

// Do sends a request.
func (t *tape) Do(r *http.Request) (*http.Response, error) {
	t.last = exchange{request: r}
	if r.Body != nil {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		t.last.body = b
		r.Body = io.NopCloser(bytes.NewReader(b))
	}
	res, err := t.web.Do(r)
	if err != nil {
		return nil, err
	}
	t.last.status, t.last.header = res.StatusCode, res.Header
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		return res, nil
	}
	b, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		return nil, err
	}
	t.last.answer = b
	res.Body = io.NopCloser(bytes.NewReader(b))
	return res, nil
}

// shown are the headers that a curl line repeats, in their order.
var shown = []string{"Content-Type", "Idempotency-Key", "If-Match", "Last-Event-ID"}

// curl writes an exchange's request as a command for a shell in which
// $TOKEN_<LOGIN> holds the login's access token. Each element is a line of it.
func curl(x exchange, login string) []string {
	first := "curl -s"
	if strings.HasPrefix(x.header.Get("Content-Type"), "text/event-stream") {
		first = "curl -sN"
	}
	if m := x.request.Method; m != http.MethodGet && (m != http.MethodPost || len(x.body) == 0) {
		first += " -X " + m
	}
	lines := []string{first + " " + quote(x.request.URL.String())}
	heads := `-H "Authorization: Bearer $` + tokenName(login) + `"`
	for _, name := range shown {
		if v := x.request.Header.Get(name); v != "" {
			heads += " -H " + quote(name+": "+v)
		}
	}
	lines = append(lines, heads)
	if len(x.body) > 0 {
		lines = append(lines, "-d "+quote(strings.TrimSpace(string(x.body))))
	}
	return lines
}

// tokenName is the shell variable that holds a login's token.
func tokenName(login string) string {
	return "TOKEN_" + strings.ToUpper(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, login))
}

// plainWord are the bytes that need no quotes in a shell.
const plainWord = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,@%+="

// quote makes a word that a POSIX shell reads as s.
func quote(s string) string {
	if s != "" && strings.Trim(s, plainWord) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// readAgain is a body that holds bytes.
func readAgain(b []byte) io.ReadCloser { return io.NopCloser(bytes.NewReader(b)) }
