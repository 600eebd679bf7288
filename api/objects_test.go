package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"roundsman"
	"roundsman/internal/access"
	"roundsman/internal/ids"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// whose says whose things an operation may name: those of the one ticket of a link,
// those of the technician's own rounds, or, with the right to it, the company's.
func whose(o *madeOperation) string {
	switch {
	case o.linked:
		return "customer"
	case slices.Contains(o.scopes, string(access.RoundsOwn)):
		return "technician"
	}
	return "company"
}

// references lists the ids that an operation takes: "path id: visit".
func (o *madeOperation) references() (out []string) {
	for _, name := range slices.Sorted(maps.Keys(o.parameters)) {
		p := o.parameters[name]
		if p.Schema.Value.Format == "uuid" || p.Schema.Value.Items != nil && p.Schema.Value.Items.Value.Format == "uuid" {
			kind := kindOf(name)
			if p.In == openapi3.ParameterInPath {
				kind = pathKind(o.path, name)
			}
			out = append(out, fmt.Sprintf("%s %s: %s", p.In, name, kind))
		}
	}
	return append(out, referencesIn(o.body, "", 0)...)
}

func referencesIn(s *openapi3.SchemaRef, at string, depth int) (out []string) {
	if s == nil || depth > 6 {
		return nil
	}
	v := s.Value
	if v.Format == "uuid" && !ownID(at) {
		out = append(out, fmt.Sprintf("body %s: %s", at, kindOf(at[strings.LastIndex(at, "/")+1:])))
	}
	for _, name := range slices.Sorted(maps.Keys(v.Properties)) {
		out = append(out, referencesIn(v.Properties[name], at+"/"+name, depth+1)...)
	}
	if v.Items != nil {
		out = append(out, referencesIn(v.Items, at, depth+1)...)
	}
	for _, part := range slices.Concat(v.AllOf, v.OneOf, v.AnyOf) {
		out = append(out, referencesIn(part, at, depth+1)...)
	}
	return out
}

// ownID says whether an id is one that the caller brings for something new.
func ownID(at string) bool { return at == "/id" || strings.HasSuffix(at, "s/id") }

// Which ids each operation takes, and whose things they may name, is written down:
// whoever adds one sees it in the commit.
func TestRightsToObjects(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(roundsman.OpenAPI)
	require.NoError(t, err)
	var table strings.Builder
	for _, o := range operations(doc) {
		if list := o.references(); len(list) > 0 {
			fmt.Fprintf(&table, "%-30s %-11s %s\n", o.id, whose(o), strings.Join(list, ", "))
		}
	}
	const file = "testdata/objects.txt"
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(file, []byte(table.String()), 0o600))
	}
	written, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(written), table.String(), "the ids that operations take have changed; if they should, run the test with UPDATE=1 and look at the difference")
}

// dangling are references that may name nothing: operations that take them all the
// same, with the reason. Nothing is read through them.
var dangling = map[string]string{
	"orderRound /visits": "the outcome shown says that the visit is not in the round, and can't be committed",
}

// intruder stands beside a walk: before each request that names something, it sends
// the same request about what is another's, or is none of that kind.
type intruder struct {
	*walk
	link   string   // of another customer
	own    []string // their visit and promise
	probed map[string]int
	bad    map[string]string
}

// beside lets an intruder into a walk, who has a link of their own.
func beside(w *walk) *intruder {
	w.t.Helper()
	w.g.careful = true
	w.follow("with:10 openTicket makeQuote makePromise (work)")
	x := &intruder{walk: w, link: w.letters.newest(), probed: map[string]int{}, bad: map[string]string{}}
	require.NotEmpty(w.t, x.link)
	w.letters.keys = nil // nobody else uses it
	x.own = slices.Concat(w.g.known.ids["visit"], w.g.known.ids["promise"])
	w.reached = map[string]int{}
	w.before = x.before
	return x
}

var aTime = regexp.MustCompile(`\d{4}-\d\d-\d\dT[0-9:.]+(Z|[+-]\d\d:\d\d)`)

// faceless is an answer without the ids and instants in it.
func faceless(status int, body string) string {
	return fmt.Sprint(status, " ", aTime.ReplaceAllString(aUUID.ReplaceAllString(body, "ID"), "TIME"))
}

// try sends a request that must not be let through, and gives its answer.
func (x *intruder) try(what string, m made) string {
	m.header = maps.Clone(m.header)
	delete(m.header, headerKey)
	m.wrong = what
	x.probed[m.op.id]++
	got := x.ask(m)
	body := got.Body.String()
	switch {
	case got.Code >= 400 && got.Code < 500:
	case got.Code == http.StatusAccepted && strings.Contains(body, `"disposition":"conflict"`): // a fact of the field is kept, and does nothing
	case m.op.method == http.MethodGet && got.Code == http.StatusOK && emptyList(body):
	default:
		if x.bad[m.op.id+" "+what] == "" {
			x.bad[m.op.id+" "+what] = fmt.Sprintf("%s: %s: %d %.300s", what, m, got.Code, body)
		}
	}
	return faceless(got.Code, body)
}

func emptyList(body string) bool {
	var list struct{ Items []any }
	return json.Unmarshal([]byte(body), &list) == nil && len(list.Items) == 0 && strings.Contains(body, `"items"`)
}

// before tries what is not to be had through a request that is about to succeed.
func (x *intruder) before(m made, who *actor) {
	if x.reached[m.op.id] > 0 && x.probed[m.op.id] > 0 {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(m.path)) {
		if p := m.op.parameters[name]; p == nil || p.Schema.Value.Format != "uuid" {
			continue
		}
		nothing := x.try("an id of nothing in the path", naming(m, name, ids.New().String()))
		if stray := x.strange(pathKind(m.op.path, name)); stray != "" {
			if other := x.try("an id of another kind in the path", naming(m, name, stray)); other != nothing {
				x.bad[m.op.id+" kind"] = fmt.Sprintf("an id of another kind is answered otherwise than one of nothing: %s\n  %s\n  %s", m, other, nothing)
			}
		}
		if y, others := x.foreign(m, who); others {
			nothing := x.try("nothing, asked for by another "+whose(m.op), naming(y, name, ids.New().String()))
			if theirs := x.try("another "+whose(m.op)+"'s", y); theirs != nothing {
				x.bad[m.op.id+" foreign"] = fmt.Sprintf("what is another's is answered otherwise than what is not there: %s\n  %s\n  %s", m, theirs, nothing)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.query)) {
		if _, err := ids.Parse(m.query.Get(name)); err == nil {
			y := m
			y.query = maps.Clone(m.query)
			y.query.Set(name, ids.New().String())
			x.try("an id of nothing in the query", y)
		}
	}
	x.inBody(m)
}

// foreign gives the same request by another technician, or with another customer's
// link, where things are theirs.
func (x *intruder) foreign(m made, who *actor) (made, bool) {
	switch whose(m.op) {
	case "technician":
		for _, a := range x.actors {
			if a.who.TechnicianID != nil && a.token != who.token {
				m.token = a.token
			}
		}
		return m, true
	case "customer":
		if slices.Contains(x.own, m.path["id"]) {
			return m, false
		}
		m.header = maps.Clone(m.header)
		m.header["Authorization"] = "Link " + x.link
		return m, true
	}
	return m, false
}

// naming gives a request with another id in its path.
func naming(m made, name, id string) made {
	m.path = maps.Clone(m.path)
	m.path[name] = id
	return m
}

// strange gives an id of something of another kind.
func (x *intruder) strange(kind string) string {
	for _, other := range []string{"ticket", "site", "person"} {
		if list := x.g.known.ids[other]; other != kind && len(list) > 0 {
			return list[0]
		}
	}
	return ""
}

// inBody tries every reference in the body on its own.
func (x *intruder) inBody(m made) {
	if m.body == nil {
		return
	}
	var spots []string
	var look func(v any, at string, do func(at string, id string) string) any
	look = func(v any, at string, do func(at, id string) string) any {
		switch y := v.(type) {
		case map[string]any:
			out := map[string]any{}
			for name, one := range y {
				out[name] = look(one, at+"/"+name, do)
			}
			return out
		case []any:
			out := make([]any, len(y))
			for i, one := range y {
				out[i] = look(one, at, do)
			}
			return out
		case string:
			if _, err := ids.Parse(y); err == nil && !ownID(at) {
				return do(at, y)
			}
		}
		return v
	}
	look(m.body, "", func(at, id string) string { spots = append(spots, at); return id })
	slices.Sort(spots)
	for _, spot := range slices.Compact(spots) {
		if dangling[m.op.id+" "+spot] != "" {
			continue
		}
		for what, id := range map[string]string{"an id of nothing in ": ids.New().String(), "an id of another kind in ": x.strange(kindOf(spot[strings.LastIndex(spot, "/")+1:]))} {
			y := m
			y.body = look(m.body, "", func(at, old string) string {
				if at == spot {
					return id
				}
				return old
			})
			x.try(what+spot, y)
		}
	}
}

// Every operation that names something is asked, just before it succeeds, for what is
// another technician's, another customer's, of another kind, or nothing at all, in
// the path, the query and the body: nothing is had, nothing is done, and the answer
// is that to something that is not there, byte for byte but for ids.
func TestWhatIsAnothersIsNotThere(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(roundsman.OpenAPI)
	require.NoError(t, err)
	var mu sync.Mutex
	probed, intruders := map[string]int{}, map[*walk]*intruder{}
	tourOf(t, doc, uint64(setting(t, "ROUNDSMAN_SEED", 1)), func(w *walk) {
		x := beside(w)
		mu.Lock()
		defer mu.Unlock()
		intruders[w] = x
	}, func(w *walk) {
		mu.Lock()
		defer mu.Unlock()
		x := intruders[w]
		for id, n := range x.probed {
			probed[id] += n
		}
		for _, what := range slices.Sorted(maps.Keys(x.bad)) {
			w.t.Errorf("%s: %s", what, x.bad[what])
		}
	})
	n := 0
	for _, o := range operations(doc) {
		if slices.ContainsFunc(o.references(), func(r string) bool { return strings.HasPrefix(r, "path ") }) {
			require.NotZero(t, probed[o.id], o.id)
		}
		n += probed[o.id]
	}
	t.Logf("%d requests for what is another's, by %d operations", n, len(probed))
}

// A server that takes one customer's link for another's is found out, and so is one
// that says whose things are there.
func TestAnIntruderIsSeen(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromData(roundsman.OpenAPI)
	require.NoError(t, err)
	w := newWalk(t, doc, 1, 0)
	x := beside(w)
	server := w.handler
	w.handler = http.HandlerFunc(func(a http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "Link "+x.link {
			r.Header.Set("Authorization", "Link "+w.g.hand["link"])
		}
		server.ServeHTTP(a, r)
	})
	w.step("listTechnicians")
	w.follow("with:0 openTicket makeQuote makePromise (work) tellPresenceByCustomer")
	require.Contains(t, x.bad, "tellPresenceByCustomer another customer's")
	require.Contains(t, x.bad, "tellPresenceByCustomer foreign")
}
