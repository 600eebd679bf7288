package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/http"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/gin-gonic/gin"
)

const (
	headerKey    = "Idempotency-Key"
	headerReplay = "Idempotent-Replay"
)

// Acts finds what was answered to an act. A use case claims and answers acts by
// itself, in the transaction of their effect; this look comes before it, so that
// a repeat is not judged by a state that the first time has changed.
type Acts interface {
	// FindAct gives the answer of a principal's key and the request it was for;
	// found is false when there is none.
	FindAct(ctx context.Context, principal ids.ID, key string) (a dispatch.Answer, request [32]byte, found bool, err error)
}

// keptKey is where an act's answer stands in a request's context.
type keptKey struct{}

// kept is the answer as it was rendered inside the transaction. What is sent is
// these bytes, so that a repeat is the same to the byte.
type kept struct {
	act    *dispatch.Act
	answer *dispatch.Answer
}

// once makes a request with an Idempotency-Key one act, however often it comes.
func (s *server) once(next contract.StrictHandlerFunc, _ string) contract.StrictHandlerFunc {
	return func(c *gin.Context, request any) (any, error) {
		key := c.GetHeader(headerKey)
		op := s.doc.of(c)
		if key == "" || op == nil || !op.repeats {
			return next(c, request)
		}
		k := &kept{act: &dispatch.Act{Principal: actor(c.Request.Context()), Key: key, Request: requestHash(c)}}
		answer, was, found, err := s.acts.FindAct(c.Request.Context(), k.act.Principal, key)
		switch {
		case err != nil:
			return nil, err
		case found && was != k.act.Request:
			return nil, fault.New(fault.Invalid, "key_reused", "this %s was used for another request; make a new key for each", headerKey)
		case found:
			return nil, send(c.Writer, answer, true)
		}
		ctx := context.WithValue(c.Request.Context(), keptKey{}, k)
		c.Request = c.Request.WithContext(dispatch.WithAct(ctx, k.act))
		out, err := next(c, request)
		var replay *dispatch.Replay
		switch {
		case errors.As(err, &replay):
			return nil, send(c.Writer, replay.Answer, true)
		case err == nil && k.answer != nil:
			return nil, send(c.Writer, *k.answer, false)
		}
		return out, err
	}
}

// requestHash tells requests of one key apart.
func requestHash(c *gin.Context) [32]byte {
	h := sha256.New()
	for _, part := range []string{c.Request.Method, c.Request.URL.Path, c.Request.URL.RawQuery, c.GetHeader("If-Match")} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	h.Write(body(c))
	return [32]byte(h.Sum(nil))
}

// visit writes an answer, as the generated answers do.
type visit = func(http.ResponseWriter) error

// keep says how the result that a use case gives to Tx.Answer becomes the
// answer. Without an act in the context it does nothing.
func keep[T any](ctx context.Context, answer func(T) visit) context.Context {
	k, ok := ctx.Value(keptKey{}).(*kept)
	if !ok {
		return ctx
	}
	k.act.Render = func(result any) (dispatch.Answer, error) {
		v, ok := result.(T)
		if !ok {
			return dispatch.Answer{}, fmt.Errorf("answer of an act: got %T, want %T", result, v)
		}
		a, err := record(answer(v))
		if err == nil {
			k.answer = &a
		}
		return a, err
	}
	return ctx
}

// noAct takes the act out of a context: what is only tried is not kept.
func noAct(ctx context.Context) context.Context { return dispatch.WithAct(ctx, nil) }

// record renders an answer into bytes.
func record(answer visit) (dispatch.Answer, error) {
	p := &paper{header: http.Header{}, status: http.StatusOK}
	if err := answer(p); err != nil {
		return dispatch.Answer{}, fmt.Errorf("render an answer: %w", err)
	}
	a := dispatch.Answer{Status: p.status, Header: map[string]string{}, Body: p.body.Bytes()}
	for name := range p.header {
		a.Header[name] = p.header.Get(name)
	}
	return a, nil
}

// paper is a ResponseWriter that an answer is written on to be kept.
type paper struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (p *paper) Header() http.Header         { return p.header }
func (p *paper) WriteHeader(status int)      { p.status = status }
func (p *paper) Write(b []byte) (int, error) { return p.body.Write(b) }

// send writes a kept answer.
func send(w http.ResponseWriter, a dispatch.Answer, replay bool) error {
	for name, v := range a.Header {
		w.Header().Set(name, v)
	}
	if replay {
		w.Header().Set(headerReplay, "true")
	}
	w.WriteHeader(a.Status)
	_, err := w.Write(a.Body)
	return err
}
