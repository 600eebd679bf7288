package api_test

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"roundsman/internal/stage"

	"github.com/getkin/kin-openapi/openapi3"
)

const (
	tourParts  = 2 // stages that share a tour
	tourTries  = 3 // of a sequence that left something out
	tourExtras = 4 // stages of their own for what was left out by all
)

// tours is what came of playing every operation to its success.
type tours struct {
	mu      sync.Mutex
	reached map[string]int
	refused map[string]string
	stuck   map[string]string // by operation, how a sequence with it stopped short
	sent    int
}

// tourOf plays every operation of the contract until it has succeeded once, on a few
// stages at once: sequences as their callers would play them, nothing made wrong, and
// what no sequence names by itself. What is left out then gets stages to itself. An
// operation that never succeeds fails the test: it wants a path or a rule. before may
// alter a walk, after look at what it did.
func tourOf(t *testing.T, doc *openapi3.T, seed uint64, before, after func(*walk)) (sent int) {
	t.Helper()
	x := &tours{reached: map[string]int{}, refused: map[string]string{}, stuck: map[string]string{}}
	all := operations(doc)
	part := func(t *testing.T, seed uint64, todo []string, left []*madeOperation) {
		w := newWalk(t, doc, seed, 0)
		if before != nil {
			before(w)
		}
		w.tour(todo, left)
		if after != nil {
			after(w)
		}
		x.mu.Lock()
		defer x.mu.Unlock()
		x.sent += w.sent
		maps.Copy(x.refused, w.refused)
		for path, what := range w.stuck {
			for _, id := range strings.Fields(path) {
				x.stuck[id] = what
			}
		}
		for id, n := range w.reached {
			x.reached[id] += n
		}
	}
	t.Run("tour", func(t *testing.T) {
		for n := range tourParts {
			todo, left := share(paths, n), share(slices.DeleteFunc(slices.Clone(all), func(o *madeOperation) bool { return named[o.id] }), n)
			t.Run(strconv.Itoa(n+1), func(t *testing.T) {
				t.Parallel()
				part(t, seed+uint64(n), todo, left)
			})
		}
	})
	never := x.left(all)
	for extra := 0; extra < tourExtras && len(never) > 0; extra++ {
		todo := slices.DeleteFunc(slices.Clone(paths), func(path string) bool {
			return !slices.ContainsFunc(never, func(o *madeOperation) bool { return slices.Contains(strings.Fields(path), o.id) })
		})
		part(t, seed+uint64(1000+extra), todo, never)
		never = x.left(never)
	}
	t.Logf("tour of seed %d: %d requests, %d of %d operations succeeded", seed, x.sent, len(all)-len(never), len(all))
	for _, o := range never {
		t.Errorf("%s never succeeded; give it a path or a rule. Its last good request: %s\n%s", o.id, x.refused[o.id], x.stuck[o.id])
	}
	return x.sent
}

func (x *tours) left(of []*madeOperation) []*madeOperation {
	return slices.DeleteFunc(slices.Clone(of), func(o *madeOperation) bool { return x.reached[o.id] > 0 })
}

// named are the operations that a path has.
var named = func() map[string]bool {
	out := map[string]bool{}
	for _, path := range paths {
		for _, id := range strings.Fields(path) {
			out[id] = true
		}
	}
	return out
}()

// share gives every tourParts-th, from the n-th on.
func share[T any](of []T, n int) (out []T) {
	for i := n; i < len(of); i += tourParts {
		out = append(out, of[i])
	}
	return out
}

// tour plays sequences with care, each again while it leaves something out that has
// not succeeded, and then the operations that none of them has.
func (w *walk) tour(todo []string, left []*madeOperation) {
	w.t.Helper()
	w.g.careful = true
	defer func() { w.g.careful = false }()
	for _, id := range sights {
		w.step(id)
	}
	for _, path := range todo {
		for range tourTries {
			w.follow(path)
			if !slices.ContainsFunc(strings.Fields(path), func(id string) bool { return w.by[id] != nil && w.reached[id] == 0 }) {
				break
			}
		}
	}
	for _, o := range left {
		for try := 0; try < tourTries && w.reached[o.id] == 0; try++ {
			w.step(o.id)
		}
	}
}

// follow plays a sequence, whose steps go on with what the steps before it gave.
func (w *walk) follow(path string) {
	w.g.hand = map[string]string{}
	delete(w.stuck, path)
	for _, id := range strings.Fields(path) {
		word, value, _ := strings.Cut(id, ":")
		switch word {
		case "(work)":
			w.work()
		case "(told)":
			w.tell()
		case "as":
			w.g.hand["actor"] = stage.Name("account %s", value).String()
		case "with": // a person of the stage, and their machine
			w.g.hand["person"], w.g.hand["item"] = stage.Name("person %s", value).String(), stage.Name("item device %s", value).String()
		case "spare":
			w.g.spare = true
		case "forget":
			delete(w.g.hand, value)
		default:
			if !w.step(id) {
				w.stuck[path] = id + ": " + w.refused[id] + "\n" + strings.Join(w.trail[max(0, len(w.trail)-25):], "\n")
			}
		}
	}
	w.g.hand, w.g.spare = map[string]string{}, false
}

// work does the follow-up work that waits. The link of the last letter goes into
// hand, if none is there.
func (w *walk) work() {
	before := w.letters.newest()
	if err := w.Work(w.t.Context()); err != nil {
		w.fault("follow-up work", "%v", err)
	}
	if key := w.letters.newest(); key != before && w.g.hand["link"] == "" {
		w.g.hand["link"] = key
	}
}

// tell sends what happened to whoever subscribed to it.
func (w *walk) tell() {
	if _, err := w.Pool.Exec(w.t.Context(), `update events set position = top.position + queued.n
		from (select id, row_number() over (order by id) as n from events where position is null) queued,
		     (select coalesce(max(position), 0) as position from events) top where events.id = queued.id`); err != nil {
		w.fault("stamping events", "%v", err)
	}
	for sent := true; sent; {
		var err error
		if sent, err = w.hooks.Send(w.t.Context()); err != nil {
			w.fault("sending events", "%v", err)
			return
		}
	}
}

// seeded makes the chance of a walk.
func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }
