package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// memory is what a walk has learned from answers: which things there are, by
// kind, and what was told of them. Kinds are named as in paths, in the singular:
// "ticket", "call_task".
type memory struct {
	ids     map[string][]string // by kind, the latest told last
	codes   map[string][]string // by kind
	etags   map[string]string   // by address
	version map[string]string   // by id, as an ETag
	words   map[string][]string // by name: secrets, cursors and the like
}

func newMemory() *memory {
	return &memory{ids: map[string][]string{}, codes: map[string][]string{}, etags: map[string]string{}, version: map[string]string{}, words: map[string][]string{}}
}

// kindAliases are the kinds that go by another name in some place of the contract.
var kindAliases = map[string]string{
	"owner": "account", "agent": "account", "stand_in": "account", "handler": "account", "leader": "account", "members": "account", "member": "account",
	"asked_by": "account", "into_person": "person", "people": "person", "kit_model": "model", "helper": "technician", "preferred_technician": "technician",
	"instead_of": "promise", "into": "ticket", "with": "ticket", "crew_member": "technician", "skill_name": "skill", "service_hour": "service",
	"visits": "visit", "sites": "site", "models": "model", "kit": "item", "delivered_item": "item", "item_brief": "item", "promise_brief": "promise",
	"incident_brief": "incident", "customer_promise": "promise", "customer_visit": "visit", "board_round": "round", "board_promise": "promise", "exception": "service_exception", "pattern": "shift_pattern",
	"option_codes": "option_template", "template": "template", "absence": "agent_absence", "behind": "visit", "board_visit": "visit",
	"custody": "custody", "depot_transfer": "depot_transfer",
}

var upper = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// kindOf gives the kind of "ShiftPattern", "shift-patterns", "stand_in_id" or "visits".
func kindOf(name string) string {
	k := strings.ToLower(upper.ReplaceAllString(name, "${1}_${2}"))
	k = strings.TrimSuffix(strings.ReplaceAll(k, "-", "_"), "_id")
	if a, is := kindAliases[k]; is {
		return a
	}
	for _, plural := range []struct{ end, one string }{{"ies", "y"}, {"sses", "ss"}, {"s", ""}} {
		if strings.HasSuffix(k, plural.end) && !strings.HasSuffix(k, "ss") {
			k = strings.TrimSuffix(k, plural.end) + plural.one
			break
		}
	}
	if a, is := kindAliases[k]; is {
		return a
	}
	return k
}

// pathKind gives the kind of what a parameter of a path names: that of the word
// before it.
func pathKind(path, parameter string) string {
	parts := strings.Split(path, "/")
	i := slices.Index(parts, "{"+parameter+"}")
	if i < 1 {
		return parameter
	}
	return kindOf(parts[i-1])
}

func remember(in map[string][]string, kind, v string) {
	list := slices.DeleteFunc(in[kind], func(x string) bool { return x == v })
	if len(list) > 400 {
		list = list[100:]
	}
	in[kind] = append(list, v)
}

// learn reads an answer by its schema, and tells what is new in first: the first
// of every kind that this answer names.
func (m *memory) learn(schema *openapi3.SchemaRef, value any, outer string, first map[string]string) {
	if schema == nil || value == nil {
		return
	}
	switch v := value.(type) {
	case map[string]any:
		m.learnObject(schema, v, outer, first)
	case []any:
		for _, x := range v {
			if schema.Value.Items == nil {
				return
			}
			m.learn(schema.Value.Items, x, outer, first)
		}
	}
}

func (m *memory) learnObject(schema *openapi3.SchemaRef, v map[string]any, outer string, first map[string]string) {
	own := outer
	if name := schema.Ref[strings.LastIndex(schema.Ref, "/")+1:]; name != "" {
		own = kindOf(strings.TrimSuffix(name, "Detail"))
	}
	for _, part := range slices.Concat(schema.Value.AllOf, schema.Value.OneOf, schema.Value.AnyOf) {
		m.learn(part, v, own, first)
	}
	if id, is := v["id"].(string); is && v["kept"] != false { // a proof without bytes is read nowhere
		if n, numbered := v["version"].(json.Number); numbered {
			m.version[id] = fmt.Sprintf("%q", n.String())
		}
		m.note(own, id, first)
	}
	if code, is := v["code"].(string); is {
		remember(m.codes, own, code)
		if _, seen := first["code:"+own]; !seen {
			first["code:"+own] = code
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		s, text := v[name].(string)
		p := schema.Value.Properties[name]
		switch {
		case text && name != "id" && len(s) == 36 && p != nil && p.Value.Format == "uuid":
			m.note(kindOf(name), s, first)
		case text && (name == "secret" || name == "refresh_token" || name == "external_id" || name == "tag"):
			remember(m.words, name, s)
		case p != nil:
			m.learn(p, v[name], kindOf(name), first)
		}
	}
}

func (m *memory) note(kind, id string, first map[string]string) {
	remember(m.ids, kind, id)
	if _, seen := first[kind]; !seen {
		first[kind] = id
	}
}
