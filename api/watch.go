package api

import (
	"bytes"
	"io"
	"net/http"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/gin-gonic/gin"
)

// watch holds every answer against the contract and tells of those that do not
// keep it. The answer itself goes out unchanged.
func (s *server) watch(misfit func(operation string, err error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		op := s.doc.of(c)
		if op == nil || op.stream {
			return
		}
		w := &witness{ResponseWriter: c.Writer}
		c.Writer = w
		c.Next()
		in := &openapi3filter.ResponseValidationInput{
			RequestValidationInput: &openapi3filter.RequestValidationInput{Request: c.Request, Route: op.route},
			Status:                 w.Status(), Header: w.Header(), Body: io.NopCloser(bytes.NewReader(w.seen.Bytes())),
			Options: &openapi3filter.Options{MultiError: true, IncludeResponseStatus: true, SchemaValidationOptions: schemaOptions()},
		}
		if err := openapi3filter.ValidateResponse(c.Request.Context(), in); err != nil {
			misfit(op.id, err)
		}
	}
}

// witness copies what is written.
type witness struct {
	gin.ResponseWriter
	seen bytes.Buffer
}

func (w *witness) Write(b []byte) (int, error) {
	w.seen.Write(b)
	return w.ResponseWriter.Write(b)
}

func (w *witness) WriteString(s string) (int, error) { return w.Write([]byte(s)) }

// Unwrap lets http.ResponseController find what it needs.
func (w *witness) Unwrap() http.ResponseWriter { return w.ResponseWriter }
