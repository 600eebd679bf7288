package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"strconv"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/internal/fault"

	"github.com/gin-gonic/gin"
)

// statusOf is where a kind of fault becomes a status: here and nowhere else.
// Invalid is 400 where the contract was not kept and 422 where a use case
// refuses what the contract allows.
var statusOf = map[fault.Kind]int{
	fault.Internal:        http.StatusInternalServerError,
	fault.Invalid:         http.StatusUnprocessableEntity,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.Conflict:        http.StatusConflict,
	fault.Stale:           http.StatusPreconditionFailed,
	fault.MustMatch:       http.StatusPreconditionRequired,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.Limited:         http.StatusTooManyRequests,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

// status gives the status of a fault. The contract's own refusals are not of a
// kind of their own: they have a status in the table of codes.
func status(f *fault.Error) int {
	if s := problemCodes[f.Code].Status; s != 0 {
		return s
	}
	return statusOf[f.Kind]
}

// refuse ends a request with a problem document. What is not a fault shows
// nothing and is logged whole.
func (s *server) refuse(c *gin.Context, err error) {
	if c.Writer.Written() {
		s.log.ErrorContext(c, "failed after the answer began", slog.String("request_id", requestID(c)), slog.Any("error", err))
		c.Abort()
		return
	}
	f := asFault(err)
	code := status(f)
	if code >= http.StatusInternalServerError {
		s.log.ErrorContext(c, "request failed", slog.String("request_id", requestID(c)), slog.String("route", c.FullPath()),
			slog.String("code", f.Code), slog.Any("error", err))
	}
	p, err := s.problem(c, f, code)
	if err != nil {
		s.log.ErrorContext(c, "problem not written", slog.String("request_id", requestID(c)), slog.Any("error", err))
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	h := c.Writer.Header()
	if code == http.StatusUnauthorized && h.Get("WWW-Authenticate") == "" {
		h.Set("WWW-Authenticate", "Bearer")
	}
	if code == http.StatusTooManyRequests || code == http.StatusServiceUnavailable {
		h.Set("Retry-After", strconv.Itoa(retryAfter(f)))
	}
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Type", "application/problem+json") // a table that could not begin has named its own
	h.Del("Content-Disposition")
	c.Abort()
	c.Data(code, "application/problem+json", p)
}

// asFault makes a fault of every error.
func asFault(err error) *fault.Error {
	f := fault.Of(err)
	switch {
	case f != nil && f.Kind != fault.Internal:
		return f
	case f == nil && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)):
		return fault.New(fault.Unavailable, "too_slow", "this took longer than a request may; try again in a few seconds").Because(err)
	case f != nil:
		return fault.New(fault.Internal, f.Code, shownOfInternal).Because(err)
	default:
		return fault.New(fault.Internal, "internal", shownOfInternal).Because(err)
	}
}

const shownOfInternal = "something went wrong here; quote the instance when you report it"

func (s *server) problem(c *gin.Context, f *fault.Error, code int) ([]byte, error) {
	page, known := problemCodes[f.Code]
	if f.Kind == fault.Internal {
		page = problemCodes["internal"]
		f = fault.New(fault.Internal, "internal", shownOfInternal)
	} else if !known {
		page = problemPage{Title: http.StatusText(code)}
	}
	p := contract.Problem{
		Type: "/docs/errors#" + f.Code, Title: page.Title, Status: code, Detail: f.Message, Code: f.Code,
		Instance: given("urn:uuid:" + requestID(c)), AdditionalProperties: map[string]any{},
	}
	for _, w := range f.Fields {
		p.Errors = append(p.Errors, contract.WrongField{Pointer: w.Pointer, Message: w.Message})
	}
	for name, member := range f.Members {
		switch v := member.(type) {
		case []dispatch.Offer:
			p.FeasibleWindows = each(v, offer)
		case day.Outcome:
			p.Outcome = some(&v, outcome)
		case *day.Outcome:
			p.Outcome = some(v, outcome)
		default:
			p.AdditionalProperties[name] = emptyNotNull(member)
		}
	}
	b, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("write problem %s: %w", f.Code, err)
	}
	return b, nil
}

// emptyNotNull gives a list that nobody has filled as an empty one: a state that
// may become nothing has no states allowed, and null is none.
func emptyNotNull(member any) any {
	if v := reflect.ValueOf(member); v.Kind() == reflect.Slice && v.IsNil() {
		return []any{}
	}
	return member
}

// retryAfter is how many seconds to wait.
func retryAfter(f *fault.Error) int {
	if n, ok := f.Members[memberRetry].(int); ok {
		return n
	}
	return 2
}

// memberRetry is the member that says how many seconds to wait.
const memberRetry = "retry_after_seconds"

// noRoute answers what the contract does not know.
func (s *server) noRoute(c *gin.Context) {
	s.refuse(c, fault.New(fault.NotFound, "no_such_operation", "there is nothing at this address; /docs lists every operation"))
}

// noMethod answers a method that the address does not know; gin has set Allow.
func (s *server) noMethod(c *gin.Context) {
	s.refuse(c, fault.New(fault.NotFound, "method_not_allowed", "this address does not know the method %s; Allow says which it knows", c.Request.Method))
}
