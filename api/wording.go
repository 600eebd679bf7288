package api

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"roundsman/internal/fault"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
)

// wordErrors puts what a schema refuses into words of our own: those of the
// library show patterns and whole schemas. Nothing of the value is repeated.
func wordErrors(err error, schema *openapi3.Schema) []fault.Field {
	var many openapi3.MultiError
	var one *openapi3.SchemaError
	var parse *openapi3filter.ParseError
	switch {
	case errors.Is(err, openapi3filter.ErrInvalidRequired):
		return []fault.Field{{Message: "is missing"}}
	case errors.As(err, &one) && !asMulti(err, &many):
		return []fault.Field{{Pointer: pointer(pathOf(one)), Message: wordOne(one)}}
	case asMulti(err, &many):
		var out []fault.Field
		for _, e := range many {
			out = append(out, wordErrors(e, schema)...)
		}
		return out
	case errors.As(err, &parse):
		return []fault.Field{{Message: wordType(schema)}}
	default:
		return []fault.Field{{Message: "is not what is wanted here"}}
	}
}

// unknownName finds the name of a field that nobody knows: the library says it
// in its text alone.
var unknownName = regexp.MustCompile(`^property "(.*)" is unsupported$`)

// pathOf leads to what is wrong. For an unknown field that is the field itself,
// where the library stops at the object around it.
func pathOf(e *openapi3.SchemaError) []string {
	p := e.JSONPointer()
	if name, ok := unknownField(e); ok {
		p = append(p, name)
	}
	return p
}

// unknownField gives the name of a field that the schema does not know.
func unknownField(e *openapi3.SchemaError) (string, bool) {
	m := unknownName.FindStringSubmatch(e.Reason)
	if m == nil || e.SchemaField != "properties" {
		return "", false
	}
	if name, err := strconv.Unquote(`"` + m[1] + `"`); err == nil {
		return name, true
	}
	return m[1], true
}

// asMulti looks at the error itself, not at its causes.
func asMulti(err error, many *openapi3.MultiError) bool {
	m, ok := err.(openapi3.MultiError) //nolint:errorlint // a schema error may have one as its cause
	if ok {
		*many = m
	}
	return ok
}

// pointer writes a JSON Pointer (RFC 6901).
func pointer(path []string) string {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	var b strings.Builder
	for _, p := range path {
		b.WriteString("/" + escape.Replace(p))
	}
	return b.String()
}

func wordOne(e *openapi3.SchemaError) string {
	s := e.Schema
	switch e.SchemaField {
	case "required":
		return "is missing"
	case "properties", "additionalProperties":
		name, _ := unknownField(e)
		return wordUnknown(name, slices.Collect(maps.Keys(s.Properties)))
	case "nullable":
		return "must not be null; leave it out instead"
	case "type":
		return wordType(s)
	case "enum":
		return "must be one of: " + wordEnum(s)
	case "format":
		return wordFormat(s)
	case "pattern":
		return "has characters that are not allowed here"
	case "minLength":
		return fmt.Sprintf("must have at least %d characters", s.MinLength)
	case "maxLength":
		return fmt.Sprintf("must have at most %d characters", value(s.MaxLength))
	case "minimum", "exclusiveMinimum":
		return fmt.Sprintf("must be at least %v", value(s.Min))
	case "maximum", "exclusiveMaximum":
		return fmt.Sprintf("must be at most %v", value(s.Max))
	case "minItems":
		return fmt.Sprintf("must have at least %d entries", s.MinItems)
	case "maxItems":
		return fmt.Sprintf("must have at most %d entries", value(s.MaxItems))
	case "uniqueItems":
		return "must not say anything twice"
	case "minProperties":
		var names []string
		for n := range s.Properties {
			names = append(names, n)
		}
		slices.Sort(names)
		return "must say at least one of: " + strings.Join(names, ", ")
	default:
		return "is not what is wanted here"
	}
}

func wordEnum(s *openapi3.Schema) string {
	var all []string
	for _, v := range s.Enum {
		all = append(all, fmt.Sprint(v))
	}
	return strings.Join(all, ", ")
}

func wordType(s *openapi3.Schema) string {
	switch {
	case s == nil || s.Type == nil:
		return "is not what is wanted here"
	case len(s.Enum) > 0:
		return "must be one of: " + wordEnum(s)
	case s.Type.Is("array"):
		return "must be a list"
	case s.Type.Is("object"):
		return "must be an object"
	case s.Type.Is("integer"):
		return "must be a whole number"
	case s.Type.Is("number"):
		return "must be a number"
	case s.Type.Is("boolean"):
		return "must be true or false"
	case s.Format != "":
		return wordFormat(s)
	default:
		return "must be text"
	}
}

func wordFormat(s *openapi3.Schema) string {
	switch s.Format {
	case "uuid":
		return "must be an id such as 0190f7a4-5c1e-7b32-9d5f-0123456789ab"
	case "date-time":
		return "must be a time with offset such as 2026-03-09T08:00:00-04:00"
	case "date":
		return "must be a date such as 2026-03-09"
	case "duration":
		return "must be a length of time such as PT30M"
	case "int32", "int64":
		return "must be a whole number that is not too large"
	default:
		return "must be text"
	}
}
