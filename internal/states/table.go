package states

import (
	"fmt"
	"slices"
	"strings"

	"roundsman/internal/fault"
)

// Act is something that is done to a noun. An act that leads elsewhere from one
// state than from another has a row for each.
type Act[A, S ~string] struct {
	Name A
	From []S // the states in which it is allowed
	To   []S // what the noun may become by it; none: it stays what it is
	// Code is that of the refusal, where it is not the table's; Codes of states for
	// which it is another again. Nothing says that there is none.
	Code  string
	Codes map[S]string
	Hint  string // what to do next, where it is not the table's
}

// Nothing is the code of an act that finds nothing to do: a job or a sweep that
// comes twice, or what follows from another act.
const Nothing = "–"

// Table says what may be done to one noun in which of its states.
type Table[A, S ~string] struct {
	Noun   string // one word of the glossary, or a few
	Code   string // of a refusal, such as "visit_state"
	Hint   string // what to do next, said with every refusal
	States []S    // in the order in which they are usually passed
	Acts   []Act[A, S]
}

// From lists the states in which an act is allowed, in the table's order.
func (t *Table[A, S]) From(a A) []S {
	out := []S{}
	for _, s := range t.States {
		if _, ok := t.row(s, a); ok {
			out = append(out, s)
		}
	}
	return out
}

func (t *Table[A, S]) row(s S, a A) (Act[A, S], bool) {
	for _, r := range t.Acts {
		if r.Name == a && slices.Contains(r.From, s) {
			return r, true
		}
	}
	return Act[A, S]{}, false
}

// Allows refuses an act that does not fit the state, with the states that it fits
// as the member "allowed". Code: that of the act, or else of the table.
func (t *Table[A, S]) Allows(s S, a A) error {
	if _, ok := t.row(s, a); ok {
		return nil
	}
	return t.refusal(s, a)
}

// After gives the state that a noun has after an act: itself where the act leaves
// it, and the first where the act may lead to several. Codes as Allows.
func (t *Table[A, S]) After(s S, a A) (S, error) {
	r, ok := t.row(s, a)
	switch {
	case !ok:
		return s, t.refusal(s, a)
	case len(r.To) == 0:
		return s, nil
	}
	return r.To[0], nil
}

func (t *Table[A, S]) refusal(s S, a A) error {
	allowed := t.From(a)
	code, hint := t.says(s, a)
	if code == Nothing {
		code = t.Code
	}
	return fault.New(fault.Conflict, code, "%q does not fit %s that is %s, only one that is %s; %s", a, article(t.Noun), spoken(s), oneOf(allowed), hint).
		With("state", s).With("act", a).With("allowed", allowed)
}

// says gives the code and the hint of a refusal.
func (t *Table[A, S]) says(s S, a A) (code, hint string) {
	code, hint = t.Code, t.Hint
	for _, r := range t.Acts {
		if r.Name != a {
			continue
		}
		if r.Code != "" {
			code = r.Code
		}
		if other, ok := r.Codes[s]; ok {
			code = other
		}
		if r.Hint != "" {
			hint = r.Hint
		}
	}
	if hint == "" {
		hint = "read it again"
	}
	return code, hint
}

// MayBecome says whether some act leads from a state to another.
func (t *Table[A, S]) MayBecome(from, to S) bool { return slices.Contains(t.Next(from), to) }

// Next lists the states that a noun may come to from one, in the table's order; an
// act that leaves it where it is does not count, one that leads there does.
func (t *Table[A, S]) Next(from S) []S {
	out := []S{}
	for _, s := range t.States {
		if slices.ContainsFunc(t.Acts, func(r Act[A, S]) bool { return slices.Contains(r.From, from) && slices.Contains(r.To, s) }) {
			out = append(out, s)
		}
	}
	return out
}

// Names lists the acts in the table's order.
func (t *Table[A, S]) Names() []A {
	var out []A
	for _, r := range t.Acts {
		if !slices.Contains(out, r.Name) {
			out = append(out, r.Name)
		}
	}
	return out
}

func article(noun string) string {
	if strings.ContainsAny(noun[:1], "aeiou") {
		return "an " + noun
	}
	return "a " + noun
}

func spoken[S ~string](s S) string { return strings.ReplaceAll(string(s), "_", " ") }

func oneOf[S ~string](list []S) string {
	words := make([]string, len(list))
	for i, s := range list {
		words[i] = spoken(s)
	}
	if n := len(words); n > 1 {
		return fmt.Sprintf("%s or %s", strings.Join(words[:n-1], ", "), words[n-1])
	}
	return strings.Join(words, "")
}
