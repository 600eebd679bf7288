package setup

import (
	"maps"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// LabelEntry is what is entered of the name of a desk or team; nil leaves what is
// there. The code of one that is there stays.
type LabelEntry struct {
	Code  *string
	Texts map[string]string // by language; replaces them all
}

func (e LabelEntry) onto(l *dispatch.Label) {
	if l.Code == "" {
		set(&l.Code, e.Code)
	}
	if e.Texts != nil {
		l.Texts = e.Texts
	}
}

func (e LabelEntry) fresh() dispatch.Label {
	l := dispatch.Label{Texts: map[string]string{}}
	e.onto(&l)
	return l
}

// CheckLabel says what is wrong with the values of a label.
func CheckLabel(l dispatch.Label) []fault.Field {
	var w wrong
	w.code("/code", l.Code)
	w.when(len(l.Texts) == 0, "/texts", "is missing")
	for _, tag := range slices.Sorted(maps.Keys(l.Texts)) {
		w.language("/texts/"+tag, tag)
		w.text("/texts/"+tag, l.Texts[tag], 200)
	}
	return w
}

var labels = book[dispatch.Label, string]{
	noun: "label", read: access.SetupRead, write: access.SetupWrite,
	of:      func(tx dispatch.Tx) dispatch.Register[dispatch.Label, string] { return tx.LabelRegister() },
	subject: func(v dispatch.Label) ids.ID { return codeID("label", v.Code) },
	version: func(v dispatch.Label) int64 { return v.Version },
	inUse:   dispatch.Label.InUse,
	check:   CheckLabel,
	retire:  func(v *dispatch.Label, at time.Time) { v.RetiredAt = &at },
}

// Labels are what desks and teams are called. Entering: "code_taken".
func (s *Setup) Labels() Kept[dispatch.Label, string, LabelEntry] {
	return Kept[dispatch.Label, string, LabelEntry]{s, labels}
}
