package states

import (
	"fmt"
	"strings"
)

// Sheet is a table as readers and tests see it, without its types.
type Sheet struct {
	Type   string // of the states, such as "dispatch.VisitState"
	Noun   string
	States []string
	Acts   []string
	Next   map[string][]string // what a state may become
	Pairs  map[Pair]Answer     // of every act and state
}

// Pair is an act that meets a state.
type Pair struct{ Act, State string }

// Answer is what comes of a pair.
type Answer struct {
	Allowed bool
	To      []string // what the noun may become; none: it stays
	Code    string   // of the refusal, or Nothing
}

// Sheet lays the table out.
func (t *Table[A, S]) Sheet() Sheet {
	var zero S
	out := Sheet{Type: fmt.Sprintf("%T", zero), Noun: t.Noun, Next: map[string][]string{}, Pairs: map[Pair]Answer{}}
	for _, s := range t.States {
		out.States = append(out.States, string(s))
		if next := t.Next(s); len(next) > 0 {
			out.Next[string(s)] = texts(next)
		}
	}
	for _, a := range t.Names() {
		out.Acts = append(out.Acts, string(a))
		for _, s := range t.States {
			r, ok := t.row(s, a)
			answer := Answer{Allowed: ok, To: texts(r.To)}
			if !ok {
				answer.Code, _ = t.says(s, a)
			}
			out.Pairs[Pair{string(a), string(s)}] = answer
		}
	}
	return out
}

// Markdown draws every act against every state: ● for what is allowed, with what
// the noun becomes by it; else the code of the refusal, or – where the act finds
// nothing to do.
func (s Sheet) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| act | %s |\n|---|%s\n", strings.Join(s.States, " | "), strings.Repeat("---|", len(s.States)))
	for _, a := range s.Acts {
		fmt.Fprintf(&b, "| `%s` |", a)
		for _, state := range s.States {
			fmt.Fprintf(&b, " %s |", s.Pairs[Pair{a, state}])
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// String is a field of the drawn table.
func (a Answer) String() string {
	switch {
	case a.Allowed && len(a.To) > 0:
		return "● " + strings.Join(a.To, ", ")
	case a.Allowed:
		return "●"
	}
	return a.Code
}

func texts[S ~string](list []S) []string {
	var out []string
	for _, s := range list {
		out = append(out, string(s))
	}
	return out
}
