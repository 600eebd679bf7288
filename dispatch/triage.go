package dispatch

import (
	"cmp"
	"slices"
	"strings"
	"unicode"

	"roundsman/internal/ids"
)

// Unclassified is the template of tickets that were told by their symptoms, until
// somebody says what they are. It is there from the start; where it is retired, a
// ticket wants a template when it is opened.
const Unclassified = "unclassified"

// UnclassifiedID is the id of the template Unclassified, which is the same everywhere.
var UnclassifiedID = ids.ID{0x01, 0x90, 0xf7, 0xa4, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0, 0x01}

// Classified says whether somebody has said what the ticket is.
func (t Ticket) Classified() bool { return t.TemplateID != UnclassifiedID }

// SymptomsMost is how many characters of symptoms a ticket keeps.
const SymptomsMost = 2000

// summaryMost is how many characters of the symptoms serve as a summary.
const summaryMost = 120

// Tell keeps what the person says is wrong, in their own words, on a new ticket. The
// beginning of it is the summary, where the template says nothing.
func (t *Ticket) Tell(symptoms string) {
	t.Symptoms = cutAt(strings.TrimSpace(symptoms), SymptomsMost)
	if first, _, _ := strings.Cut(t.Symptoms, "\n"); first != "" && !t.Classified() {
		t.Summary = cutAt(strings.TrimSpace(first), summaryMost)
	}
}

// cutAt gives at most so many characters, none of them halved.
func cutAt(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// Suggestion is a template that a ticket may be of, with the words of its symptoms
// that speak for it.
type Suggestion struct {
	Template Template
	Words    []string
}

// SuggestionsMost is how many templates are suggested.
const SuggestionsMost = 3

// What a word of the symptoms is worth that stands in the symptoms of a template, or
// in its name, category or code; shared with all other templates that know it.
const (
	worthSymptom = 2.0
	worthName    = 1.0
)

// Suggest gives the templates whose words stand in what somebody tells, the likeliest
// first: a word that few templates know says more, and one of a template's own symptoms
// twice as much as one of its name. Words are the same in any case of letters, and when
// their first five letters are: "printing" speaks for a "printer". Equals are by code.
func Suggest(symptoms string, list []Template) []Suggestion {
	type scored struct {
		Suggestion
		score float64
	}
	all := make([]scored, 0, len(list))
	for _, t := range list {
		if t.ID != UnclassifiedID && t.RetiredAt == nil {
			all = append(all, scored{Suggestion: Suggestion{Template: t}})
		}
	}
	for _, word := range words(symptoms) {
		worth, known := make([]float64, len(all)), 0.0
		for i, s := range all {
			switch {
			case knows(strings.Join(s.Template.Symptoms, " "), word):
				worth[i] = worthSymptom
			case knows(s.Template.Name+" "+s.Template.Category+" "+s.Template.Code, word):
				worth[i] = worthName
			default:
				continue
			}
			known++
		}
		for i, w := range worth {
			if w > 0 {
				all[i].score += w / known
				all[i].Words = append(all[i].Words, word)
			}
		}
	}
	all = slices.DeleteFunc(all, func(s scored) bool { return s.score == 0 })
	slices.SortFunc(all, func(a, b scored) int {
		return cmp.Or(cmp.Compare(b.score, a.score), strings.Compare(a.Template.Code, b.Template.Code))
	})
	out := make([]Suggestion, 0, SuggestionsMost)
	for _, s := range all[:min(len(all), SuggestionsMost)] {
		out = append(out, s.Suggestion)
	}
	return out
}

// words gives the different words of a text in lower case, in order. Words of one or
// two letters say nothing.
func words(text string) (out []string) {
	for _, w := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len([]rune(w)) > 2 && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// stem is how many letters make two words the same.
const stem = 5

func knows(text, word string) bool {
	return slices.ContainsFunc(words(text), func(w string) bool {
		a, b := []rune(w), []rune(word)
		return w == word || len(a) >= stem && len(b) >= stem && slices.Equal(a[:stem], b[:stem])
	})
}
