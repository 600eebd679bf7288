package api

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"roundsman"
	"roundsman/internal/ids"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/routers"
	"github.com/gin-gonic/gin"
)

// operation is what the contract says of one operation.
type operation struct {
	id     string
	route  *routers.Route
	params []*openapi3.Parameter
	query  []string // names it knows
	// open operations want no token at all.
	open   bool
	scopes []string
	// signed operations want a signed message instead of a token.
	signed bool
	// linked operations want a customer's link instead.
	linked bool
	// repeats says that it takes an Idempotency-Key.
	repeats bool
	// largest is how many bytes a body may have.
	largest int64
	// stream is set for an answer that does not end by itself.
	stream bool
}

// document is the contract, by method and gin's own pattern: a request is
// routed once.
type document struct {
	spec *openapi3.T
	by   map[string]*operation
}

// loadDocument reads the contract, once: it is the same for every server of a
// process, nobody writes to it, and reading it takes about a second.
var loadDocument = sync.OnceValues(func() (*document, error) {
	spec, err := openapi3.NewLoader().LoadFromData(roundsman.OpenAPI)
	if err != nil {
		return nil, fmt.Errorf("read the contract: %w", err)
	}
	d := &document{spec: spec, by: map[string]*operation{}}
	pattern := strings.NewReplacer("{", ":", "}", "")
	for path, item := range spec.Paths.Map() {
		for method, op := range item.Operations() {
			o := &operation{id: op.OperationID, route: &routers.Route{Spec: spec, Path: path, PathItem: item, Method: method, Operation: op}}
			for _, p := range op.Parameters {
				o.params = append(o.params, p.Value)
				if p.Value.In == openapi3.ParameterInQuery {
					o.query = append(o.query, p.Value.Name)
				}
				o.repeats = o.repeats || p.Value.Name == headerKey
			}
			o.open = op.Security == nil || len(*op.Security) == 0
			if !o.open {
				for _, requirement := range *op.Security {
					for scheme, scopes := range requirement {
						o.signed = o.signed || scheme == "signature"
						o.linked = o.linked || scheme == "customerLink"
						o.scopes = append(o.scopes, scopes...)
					}
				}
			}
			o.largest = largestBody
			if n, ok := op.Extensions["x-largest-body"].(float64); ok {
				o.largest = int64(n)
			}
			if ok := op.Responses.Status(200); ok != nil && ok.Value.Content.Get("text/event-stream") != nil {
				o.stream = true
			}
			d.by[method+" "+pattern.Replace(path)] = o
		}
	}
	return d, nil
})

// of gives the operation that gin matched, nil for what the contract does not know.
func (d *document) of(c *gin.Context) *operation { return d.by[c.Request.Method+" "+c.FullPath()] }

var durationPattern = regexp.MustCompile(`^PT(\d+H)?(\d+M)?(\d+S)?$`)

// formats check the strings that the contract gives a format.
var formats = map[string]openapi3.StringFormatValidator{
	"uuid": openapi3.NewCallbackValidator(func(s string) error {
		if len(s) != 36 {
			return fmt.Errorf("not 36 characters")
		}
		_, err := ids.Parse(s)
		return err
	}),
	"date-time": openapi3.NewCallbackValidator(func(s string) error { return ofThisTime(time.Parse(time.RFC3339Nano, s)) }),
	"date":      openapi3.NewCallbackValidator(func(s string) error { return ofThisTime(time.Parse(time.DateOnly, s)) }),
	"duration":  openapi3.NewCallbackValidator(func(s string) error { _, err := parseDuration(s); return err }),
}

// ofThisTime keeps out instants that no calendar, clock or database is sure of.
func ofThisTime(t time.Time, err error) error {
	if err == nil && (t.Year() < 1900 || t.Year() > 2999) {
		return fmt.Errorf("the year %d is not of this time", t.Year())
	}
	return err
}

func schemaOptions(more ...openapi3.SchemaValidationOption) []openapi3.SchemaValidationOption {
	return append(more, openapi3.MultiErrors(), openapi3.WithStringFormatValidators(formats))
}
