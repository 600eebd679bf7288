package api_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"roundsman/internal/ids"
)

// strange are values that no property wants.
func strange() []any {
	return []any{nil, "", " ", 0, -1, json.Number("9223372036854775807"), json.Number("9223372036854775808"), json.Number("1e308"), json.Number("-1e999"),
		1.5, true, []any{}, map[string]any{}, "a\u0000b", "\u202e\ufeff", strings.Repeat("ü", 5000), strings.Repeat("9", 400), "'; drop table tickets; --",
		"2026-02-30", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2026-03-29T02:30:00-23:59", "PT999999999H", "PT0S", "-PT1H", "PT",
		ids.Nil.String(), strings.ToUpper(ids.New().String()), "{" + ids.New().String() + "}", "+", "24:00", "25:61", "../../etc", "\\", "%00", "😀"}
}

// mutations make one thing of a good request wrong, or odd. Each gives false where
// it has nothing to change.
var mutations = map[string]func(g *maker, m *made) bool{
	"a value that is strange": func(g *maker, m *made) bool {
		return g.change(m, func(at map[string]any, name string) { at[name] = pick(g, strange()) })
	},
	"a value left out": func(g *maker, m *made) bool {
		return g.change(m, func(at map[string]any, name string) { delete(at, name) })
	},
	"a value in a list": func(g *maker, m *made) bool {
		return g.change(m, func(at map[string]any, name string) { at[name] = []any{at[name], at[name]} })
	},
	"a name that nobody knows": func(g *maker, m *made) bool {
		return g.change(m, func(at map[string]any, _ string) { at["unheard_of"] = pick(g, strange()) })
	},
	"an id of something else": func(g *maker, m *made) bool {
		kind := pick(g, slices.Sorted(maps.Keys(g.known.ids)))
		if _, is := m.path["id"]; is && g.chance(0.5) {
			m.path["id"] = g.id(kind)
			return true
		}
		return g.change(m, func(at map[string]any, name string) { at[name] = g.id(kind) })
	},
	"a path that is strange": func(g *maker, m *made) bool {
		for name := range m.path {
			m.path[name] = pick(g, []string{"x", "0", "%", "ü", ids.Nil.String(), "a\u0000", strings.Repeat("x", 300), "..", strings.ToUpper(ids.New().String())})
			return true
		}
		return false
	},
	"another query": func(g *maker, m *made) bool {
		names := slices.Sorted(maps.Keys(m.op.parameters))
		name := "unheard_of"
		if len(names) > 0 && g.chance(0.8) {
			name = pick(g, names)
		}
		m.query.Set(name, pick(g, []string{"", "x", "-1", "0", "99999999999999999999", "true", "\x00", "\xff", "AAAA", "eyJhIjoxfQ", strings.Repeat("A", 401),
			"2026-03-09", "2026-03-09T00:00:00Z", "2026-03-09T00:00:00+25:00", "9999-01-01", ids.New().String()}))
		return true
	},
	"a cursor of another list": func(g *maker, m *made) bool {
		m.query.Set("after", g.word("after"))
		return m.op.has("after")
	},
	"another version": func(g *maker, m *made) bool {
		m.header["If-Match"] = pick(g, []string{"", `"0"`, `"999"`, "*", "x", `W/"1"`, `"1", "2"`, `"99999999999999999999"`, `"-1"`, "1"})
		return m.op.has("If-Match")
	},
	"another key": func(g *maker, m *made) bool {
		m.header[headerKey] = pick(g, []string{"", "one key", "one-key-for-all", strings.Repeat("k", 129), "ü"})
		return m.op.has(headerKey)
	},
	"a body that is none": func(g *maker, m *made) bool {
		raw := pick(g, []string{"", "{", "null", "[]", "{}", "0", `""`, "\xff\xfe", `{"a":1}{"b":2}`, strings.Repeat("[", 20000), `{"id":` + strings.Repeat(`{"a":`, 5000), "{\"a\":\"\\ud800\"}"})
		m.raw = &raw
		return m.op.body != nil
	},
	"another kind of body": func(g *maker, m *made) bool {
		m.header["Content-Type"] = pick(g, []string{"", "text/plain", "application/xml", "application/json; charset=utf-16", ";", "application/merge-patch+json", "application/json"})
		return m.op.body != nil
	},
	"somebody else": func(g *maker, m *made) bool {
		delete(m.header, "Authorization")
		m.token = pick(g, []string{"", "x", "a.b.c", m.token + "x"})
		return true
	},
}

// change does something to one property anywhere in the body.
func (g *maker) change(m *made, do func(at map[string]any, name string)) bool {
	type place struct {
		at   map[string]any
		name string
	}
	var places []place
	var walk func(any)
	walk = func(v any) {
		switch x := v.(type) {
		case map[string]any:
			for _, name := range slices.Sorted(maps.Keys(x)) {
				places = append(places, place{x, name})
				walk(x[name])
			}
		case []any:
			for _, one := range x {
				walk(one)
			}
		}
	}
	m.body = numbered(m.body) // the contract's own example stays as it is
	walk(m.body)
	if len(places) == 0 {
		return false
	}
	p := pick(g, places)
	do(p.at, p.name)
	return true
}

// mutate makes a good request wrong.
func (g *maker) mutate(m made) made {
	for range 10 {
		name := pick(g, slices.Sorted(maps.Keys(mutations)))
		x := m
		x.path, x.header = maps.Clone(m.path), maps.Clone(m.header)
		x.query = maps.Clone(m.query)
		if mutations[name](g, &x) {
			x.wrong = name
			return x
		}
	}
	return m
}
