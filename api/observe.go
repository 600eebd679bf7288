package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"roundsman/internal/ids"

	"github.com/gin-gonic/gin"
)

const keyRequestID = "request_id"

// requestID is the id of a request, in its answer and in the log.
func requestID(c *gin.Context) string { return c.GetString(keyRequestID) }

// observe gives a request its id, ends what has panicked, and writes one line of
// log. The line has the pattern of the address, never the address itself, and
// nobody's name, address or token.
func (s *server) observe(c *gin.Context) {
	id := ids.New().String()
	c.Set(keyRequestID, id)
	c.Header("X-Request-Id", id)
	began := s.machine.Now()
	defer func() {
		if p := recover(); p != nil {
			s.recovered(c, p)
		}
		attrs := []slog.Attr{
			slog.String("request_id", id), slog.String("method", c.Request.Method), slog.String("route", c.FullPath()),
			slog.Int("status", c.Writer.Status()), slog.Int("bytes", max(c.Writer.Size(), 0)),
			slog.Duration("took", s.machine.Now().Sub(began)),
		}
		if who, ok := principalOf(c.Request.Context()); ok {
			attrs = append(attrs, slog.String("account_id", who.AccountID.String()))
		} else if l := linked(c.Request.Context()); l.ID != ids.Nil {
			attrs = append(attrs, slog.String("link_id", l.ID.String())) // not what opens it
		}
		s.log.LogAttrs(context.WithoutCancel(c.Request.Context()), slog.LevelInfo, "request", attrs...)
	}()
	c.Next()
}

// recovered answers a request whose handler panicked.
func (s *server) recovered(c *gin.Context, p any) {
	if p == http.ErrAbortHandler { //nolint:errorlint // net/http panics with this very value
		c.Abort()
		return
	}
	s.refuse(c, fmt.Errorf("panic: %v\n%s", p, debug.Stack()))
}

// deadline ends a request that takes too long, unless its answer is a stream.
func (s *server) deadline(c *gin.Context) {
	if op := s.doc.of(c); op == nil || op.stream {
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), s.timeout)
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	c.Next()
}
