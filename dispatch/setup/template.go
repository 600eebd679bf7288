package setup

import (
	"context"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// TemplateEntry is what is entered of a kind of ticket; nil leaves what is there.
type TemplateEntry struct {
	Code        *string
	Name        *string
	Category    *string
	Priority    *int
	Minutes     *int
	Spread      *float64 // standard deviation of the logarithm of the duration
	SkillCode   *string  // "" wants none
	SkillLevel  *int
	KitModel    *ids.ID
	NoKitModel  bool // takes the model away
	Field       *string
	OnSite      *bool
	OptionCodes *[]string
	Symptoms    *[]string // by which customers tell it
}

// usualSpread is how unsure durations are where nobody has measured.
const usualSpread = 0.3

func (e TemplateEntry) onto(t *dispatch.Template) {
	set(&t.Code, e.Code)
	set(&t.Name, e.Name)
	set(&t.Category, e.Category)
	set(&t.Priority, e.Priority)
	set(&t.Minutes, e.Minutes)
	set(&t.Spread, e.Spread)
	set(&t.SkillCode, e.SkillCode)
	set(&t.SkillLevel, e.SkillLevel)
	if t.SkillCode == "" {
		t.SkillLevel = 0
	}
	if e.KitModel != nil || e.NoKitModel {
		t.KitModel = e.KitModel
	}
	set(&t.Field, e.Field)
	set(&t.OnSite, e.OnSite)
	set(&t.OptionCodes, e.OptionCodes)
	set(&t.Symptoms, e.Symptoms)
}

func (e TemplateEntry) fresh() dispatch.Template {
	t := dispatch.Template{ID: ids.New(), Priority: 3, Minutes: 30, Spread: usualSpread}
	e.onto(&t)
	return t
}

// CheckTemplate says what is wrong with the values of a template.
func CheckTemplate(t dispatch.Template) []fault.Field {
	var w wrong
	w.code("/code", t.Code)
	w.text("/name", t.Name, 200)
	w.text("/category", t.Category, 60)
	w.between("/priority", t.Priority, 1, 9)
	w.between("/duration", t.Minutes, 1, 8*60)
	w.when(t.Spread < 0 || t.Spread > 2, "/spread", "must be between 0 and 2")
	w.when(t.SkillCode != "" && (t.SkillLevel < 1 || t.SkillLevel > 5), "/skill/level", "must be between 1 and 5")
	w.optional("/field", t.Field, 100)
	w.when(!t.OnSite && len(t.OptionCodes) > 0, "/option_codes", "are offered on site; this template has no visit")
	return w
}

var templates = book[dispatch.Template, ids.ID]{
	noun: "template", read: access.SetupRead, write: access.SetupWrite,
	of:       func(tx dispatch.Tx) dispatch.Register[dispatch.Template, ids.ID] { return tx.TemplateRegister() },
	subject:  func(v dispatch.Template) ids.ID { return v.ID },
	version:  func(v dispatch.Template) int64 { return v.Version },
	inUse:    dispatch.Template.InUse,
	check:    CheckTemplate,
	complete: completeTemplate,
	raise: func(ctx context.Context, tx dispatch.Tx, before *dispatch.Template, t dispatch.Template, now time.Time) error {
		if before != nil { // one that was never changed has no version kept yet
			if err := tx.KeepTemplate(ctx, dispatch.TemplateVersion{Template: *before}); err != nil {
				return err
			}
		}
		return tx.KeepTemplate(ctx, dispatch.TemplateVersion{Template: t, ChangedAt: &now})
	},
	retire: func(v *dispatch.Template, at time.Time) { v.RetiredAt = &at },
}

func completeTemplate(ctx context.Context, tx dispatch.Tx, t *dispatch.Template) error {
	if t.SkillCode != "" {
		s, err := tx.SkillRegister().Get(ctx, t.SkillCode)
		if err := named(s.InUse, err, "/skill/code"); err != nil {
			return err
		}
	}
	if t.KitModel != nil {
		m, err := tx.ModelRegister().Get(ctx, *t.KitModel)
		if err := named(func() error { return modelInUse(m) }, err, "/kit_model_id"); err != nil {
			return err
		}
	}
	for i, code := range t.OptionCodes {
		o, err := tx.OptionTemplateRegister().Get(ctx, code)
		if err := named(o.InUse, err, fmt.Sprintf("/option_codes/%d", i)); err != nil {
			return err
		}
	}
	return nil
}

// TemplateHistory is every version of a template with how often each was used.
type TemplateHistory struct {
	Versions []dispatch.TemplateVersion // the newest first
	Uses     map[int64]int64            // by version
}

// TemplateVersions gives the versions that a template had and how many tickets
// were opened with each. Code: "template_not_found".
func (s *Setup) TemplateVersions(ctx context.Context, who access.Principal, id ids.ID) (h TemplateHistory, err error) {
	if err := who.Require(access.SetupRead); err != nil {
		return h, err
	}
	err = s.Store.Read(ctx, func(tx dispatch.Tx) error {
		now, err := tx.Template(ctx, id)
		if err != nil {
			return err
		}
		if h.Versions, err = tx.TemplateVersions(ctx, id); err != nil {
			return err
		}
		if len(h.Versions) == 0 {
			h.Versions = []dispatch.TemplateVersion{{Template: now}}
		}
		uses, err := tx.CountUses(ctx, id)
		h.Uses = map[int64]int64{}
		for _, u := range uses {
			h.Uses[u.Version] = u.Uses
		}
		return err
	})
	return h, err
}

// Templates are kinds of tickets. Entering and changing: "reference_missing",
// "skill_state", "model_state", "option_template_state", "code_taken".
func (s *Setup) Templates() Kept[dispatch.Template, ids.ID, TemplateEntry] {
	return Kept[dispatch.Template, ids.ID, TemplateEntry]{s, templates}
}
