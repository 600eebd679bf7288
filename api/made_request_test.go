package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"roundsman/internal/ids"

	"github.com/getkin/kin-openapi/openapi3"
)

// madeOperation is one of the contract's, as a walk knows it.
type madeOperation struct {
	id, method, path string
	op               *openapi3.Operation
	scopes           []string
	open, signed     bool
	linked           bool // by a customer's link
	tried            bool // with dry_run first, and committed by the outcome's id
	body             *openapi3.SchemaRef
	media            string
	example          any
	parameters       map[string]*openapi3.Parameter // by name
	read             string                         // the path that gives the ETag for its If-Match
}

func (o *madeOperation) has(parameter string) bool { return o.parameters[parameter] != nil }

// operations gives those of the contract, sorted by id.
func operations(doc *openapi3.T) []*madeOperation {
	var out []*madeOperation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			o := &madeOperation{id: op.OperationID, method: method, path: path, op: op, open: len(*op.Security) == 0, parameters: map[string]*openapi3.Parameter{}}
			for _, requirement := range *op.Security {
				_, o.signed = requirement["signature"]
				_, o.linked = requirement["customerLink"]
				o.scopes = append(o.scopes, requirement["session"]...)
			}
			for _, p := range op.Parameters {
				o.parameters[p.Value.Name] = p.Value
			}
			if op.RequestBody != nil {
				for media, c := range op.RequestBody.Value.Content {
					o.media, o.body = media, c.Schema
					o.tried = o.has("dry_run") && c.Schema.Value.Properties["outcome_id"] != nil
					if c.Example != nil {
						o.example = numbered(c.Example)
					}
					for _, e := range c.Examples {
						o.example = numbered(e.Value.Value)
					}
				}
			}
			for at := path; strings.Count(at, "/") > 1; at = at[:strings.LastIndex(at, "/")] {
				if x := doc.Paths.Value(at); x != nil && x.Get != nil && o.read == "" {
					o.read = at
				}
			}
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b *madeOperation) int { return strings.Compare(a.id, b.id) })
	return out
}

// numbered reads a value again so that numbers stay as they are written.
func numbered(v any) any {
	raw, err := json.Marshal(v)
	if err != nil {
		return v
	}
	var out any
	d := json.NewDecoder(strings.NewReader(string(raw)))
	d.UseNumber()
	if d.Decode(&out) != nil {
		return v
	}
	return out
}

// made is a request that was made from the contract.
type made struct {
	op     *madeOperation
	token  string
	path   map[string]string
	query  url.Values
	header map[string]string
	body   any
	raw    *string // the body as it is, instead
	wrong  string  // what was made wrong on purpose
}

func (m made) address() string {
	at := m.op.path
	for _, name := range slices.Sorted(maps.Keys(m.path)) {
		at = strings.ReplaceAll(at, "{"+name+"}", url.PathEscape(m.path[name]))
	}
	if len(m.query) > 0 {
		at += "?" + m.query.Encode()
	}
	return at
}

func (m made) text() any {
	switch {
	case m.raw != nil:
		return *m.raw
	case m.body == nil:
		return nil
	}
	raw, err := json.Marshal(m.body)
	if err != nil {
		return "unwritable: " + err.Error()
	}
	return string(raw)
}

func (m made) String() string {
	b := fmt.Sprint(m.text())
	if len(b) > 600 {
		b = b[:600] + "…"
	}
	return fmt.Sprintf("%s %s %v %s (%s)", m.op.method, m.address(), m.header, b, m.wrong)
}

// request makes one that fits the contract.
func (g *maker) request(o *madeOperation) made {
	m := made{op: o, path: map[string]string{}, query: url.Values{}, header: map[string]string{}}
	for _, name := range slices.Sorted(maps.Keys(o.parameters)) {
		p := o.parameters[name]
		s := p.Schema.Value
		switch {
		case p.In == openapi3.ParameterInPath && s.Format == "uuid":
			kind := pathKind(o.path, name)
			if k, custodian := m.path["kind"]; kind == "kind" || custodian {
				kind = k
			}
			m.path[name] = g.id(kind)
		case p.In == openapi3.ParameterInPath && name == "code":
			m.path[name] = g.code(pathKind(o.path, name))
		case p.In == openapi3.ParameterInPath:
			m.path[name] = fmt.Sprint(g.value(p.Schema, "", name, nil, 0))
		case p.In == openapi3.ParameterInQuery && name != "dry_run" && name != "after":
			if p.Required || g.full == 2 && g.chance(0.5) {
				g.ask(&m, name, p)
			}
		}
	}
	if k, half := m.path["kind"]; half {
		m.path["id"] = g.id(k)
	}
	if o.has(headerKey) && g.usual(0.6) {
		m.header[headerKey] = ids.New().String()
	}
	if o.body != nil {
		m.header["Content-Type"] = o.media
		if o.op.RequestBody.Value.Required || g.usual(0.7) {
			m.body = g.value(o.body, o.id, "body", o.example, 0)
		}
		if table, is := m.body.(string); is && o.media == "text/csv" {
			m.body, m.raw = nil, &table
		}
	}
	if o.has("If-Match") {
		m.header["If-Match"] = g.etag(m)
	}
	return m
}

const headerKey = "Idempotency-Key"

func (g *maker) ask(m *made, name string, p *openapi3.Parameter) {
	v := g.value(p.Schema, m.op.id, name, p.Example, 0)
	list, is := v.([]any)
	if !is {
		list = []any{v}
	}
	for _, x := range list {
		m.query.Add(name, fmt.Sprint(x))
	}
}

// etag gives what was last told of what a request changes.
func (g *maker) etag(m made) string {
	if m.op.read != "" {
		if e := g.known.etags[(made{op: &madeOperation{path: m.op.read}, path: m.path}).address()]; e != "" {
			return e
		}
	}
	if v := g.known.version[m.path["id"]]; v != "" {
		return v
	}
	return `"1"`
}

// success says whether an answer is what the caller wanted.
func success(status int) bool { return status < http.StatusBadRequest }

// knows says whether there is something for every id in the path.
func (g *maker) knows(o *madeOperation) bool {
	for name, p := range o.parameters {
		if p.In == openapi3.ParameterInPath && p.Schema.Value.Format == "uuid" && !o.has("kind") && len(g.known.ids[pathKind(o.path, name)]) == 0 {
			return false
		}
	}
	return true
}
