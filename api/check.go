package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"roundsman/internal/clock"
	"roundsman/internal/fault"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/gin-gonic/gin"
)

// largestBody is far more than any request needs, but for those of which the
// contract says otherwise (x-largest-body).
const largestBody = 1 << 20

const keyBody = "body"

// body gives the bytes of a request's body.
func body(c *gin.Context) []byte {
	b, _ := c.Get(keyBody)
	bytes, _ := b.([]byte)
	return bytes
}

// check reads the body, once and not too much of it, and holds the request
// against the contract. All that is wrong is said at once.
func (s *server) check(c *gin.Context) {
	op := s.doc.of(c)
	if op == nil {
		return
	}
	raw, err := s.readBody(c, op.largest)
	if err != nil {
		s.refuse(c, err)
		return
	}
	c.Set(keyBody, raw)
	c.Request.Body = io.NopCloser(bytes.NewReader(raw))
	wrong := wrongParameters(c, op)
	more, err := wrongBody(c, op, raw)
	if err != nil {
		s.refuse(c, err)
		return
	}
	if wrong = append(wrong, more...); len(wrong) > 0 {
		s.refuse(c, misfit(wrong))
	}
}

func (s *server) readBody(c *gin.Context, largest int64) ([]byte, error) {
	if _, read := c.Get(keyBody); read { // a signature was checked over it
		return body(c), nil
	}
	// The request's deadline does not end a read, so the socket is given one. It
	// knows no clock but the system's; a recorder in a test knows none.
	_ = http.NewResponseController(c.Writer).SetReadDeadline(clock.System{}.Now().Add(s.timeout))
	raw, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, largest))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, fault.New(fault.TooLarge, "body_too_large", "the body is larger than %d MiB; send less", largest>>20)
	case err != nil:
		return nil, fault.New(fault.Invalid, "body_broken", "the body ended too early; send it again").Because(err)
	}
	_ = http.NewResponseController(c.Writer).SetReadDeadline(time.Time{}) // a stream may be silent for long
	return raw, nil
}

// misfit is the refusal of a request that does not keep the contract.
func misfit(wrong []fault.Field) error {
	slices.SortStableFunc(wrong, func(a, b fault.Field) int { return strings.Compare(a.Pointer, b.Pointer) })
	f := fault.New(fault.Invalid, "bad_request", "the request does not fit the contract; errors names each place")
	f.Fields = wrong
	return f
}

// wrongParameters says what is wrong with path, query and headers. A query name
// that nobody knows is wrong too: dryrun=true must not move a visit for real.
func wrongParameters(c *gin.Context, op *operation) (wrong []fault.Field) {
	in := &openapi3filter.RequestValidationInput{
		Request: c.Request, PathParams: map[string]string{}, Route: op.route,
		Options: &openapi3filter.Options{MultiError: true, SkipSettingDefaults: true, SchemaValidationOptions: schemaOptions()},
	}
	for _, p := range c.Params {
		in.PathParams[p.Key] = p.Value
	}
	for name := range in.GetQueryParams() {
		if !slices.Contains(op.query, name) {
			wrong = append(wrong, fault.Field{Pointer: "query/" + name, Message: wordUnknown(name, op.query)})
		}
	}
	for _, p := range op.params {
		err := openapi3filter.ValidateParameter(c.Request.Context(), in, p)
		if err == nil {
			continue
		}
		var of *openapi3filter.RequestError
		if errors.As(err, &of) && of.Err != nil {
			err = of.Err
		}
		at := p.In + "/" + p.Name
		for _, w := range wordErrors(err, p.Schema.Value) {
			wrong = append(wrong, fault.Field{Pointer: at, Message: w.Message})
		}
	}
	return wrong
}

// wrongBody says what is wrong with the body.
func wrongBody(c *gin.Context, op *operation, raw []byte) ([]fault.Field, error) {
	want := op.route.Operation.RequestBody
	if want == nil {
		return nil, nil
	}
	if len(raw) == 0 {
		if want.Value.Required {
			return nil, fault.New(fault.Invalid, "body_missing", "this operation wants a body; /docs shows an example")
		}
		return nil, nil
	}
	media, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	content := want.Value.Content[media]
	if err != nil || content == nil {
		var reads []string
		for m := range want.Value.Content {
			reads = append(reads, m)
		}
		return nil, fault.New(fault.Invalid, "wrong_media_type", "send Content-Type: %s", strings.Join(reads, " or "))
	}
	if media == "text/csv" {
		return nil, nil // whoever reads the table says what is wrong with it, row by row
	}
	value, err := decode(raw)
	if err != nil {
		return nil, err
	}
	if err := content.Schema.Value.VisitJSON(value, schemaOptions(openapi3.VisitAsRequest())...); err != nil {
		return wordErrors(err, content.Schema.Value), nil
	}
	return unkeepable(value, nil), nil
}

// unkeepable finds texts with a NUL, which JSON can write and no column keeps.
func unkeepable(value any, path []string) (wrong []fault.Field) {
	switch v := value.(type) {
	case string:
		if strings.ContainsRune(v, 0) {
			wrong = wrongField(pointer(path), "must not hold a NUL character")
		}
	case []any:
		for i, x := range v {
			wrong = append(wrong, unkeepable(x, append(slices.Clone(path), strconv.Itoa(i)))...)
		}
	case map[string]any:
		for name, x := range v {
			wrong = append(wrong, unkeepable(x, append(slices.Clone(path), name))...)
		}
	}
	return wrong
}

// decode reads one JSON value and nothing behind it.
func decode(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	err := d.Decode(&v)
	if err == nil {
		if _, err = d.Token(); errors.Is(err, io.EOF) {
			return v, nil
		}
		return nil, fault.New(fault.Invalid, "bad_json", "there is something behind the JSON value; send one value")
	}
	at := d.InputOffset()
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = syntax.Offset
	}
	return nil, fault.New(fault.Invalid, "bad_json", "the body is not JSON; it breaks at byte %d", at).Because(err)
}

func wrongField(at, message string) []fault.Field {
	return []fault.Field{{Pointer: at, Message: message}}
}
