package setup

import (
	"context"
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

func newLabel(e LabelEntry) dispatch.Label {
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

// AddLabel enters what a desk or team is called. Codes: "bad_entry", "code_taken".
func (s *Setup) AddLabel(ctx context.Context, who access.Principal, e LabelEntry) (dispatch.Label, error) {
	return add(ctx, s, who, labels, newLabel(e))
}

// Label gives one, retired or not. Code: "label_not_found".
func (s *Setup) Label(ctx context.Context, who access.Principal, code string) (dispatch.Label, error) {
	return get(ctx, s, who, labels, code)
}

// Labels lists them by code.
func (s *Setup) Labels(ctx context.Context, who access.Principal, f dispatch.StandingFilter, p dispatch.Page) ([]dispatch.Label, string, error) {
	return list(ctx, s, who, labels, f, p)
}

// ChangeLabel changes one that is at the version. Codes as AddLabel, and
// "label_not_found", "version_stale", "label_state".
func (s *Setup) ChangeLabel(ctx context.Context, who access.Principal, code string, version int64, e LabelEntry) (dispatch.Label, error) {
	return change(ctx, s, who, labels, code, version, e.onto)
}

// RetireLabel takes one out of use. Codes: "label_not_found",
// "version_stale", "label_state".
func (s *Setup) RetireLabel(ctx context.Context, who access.Principal, code string, version int64) (dispatch.Label, error) {
	return retire(ctx, s, who, labels, code, version)
}
