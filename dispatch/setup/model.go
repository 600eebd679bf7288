package setup

import (
	"context"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// ModelEntry is what is entered of a make of hardware; nil leaves what is there.
type ModelEntry struct {
	Code  *string
	Name  *string
	Kind  *assets.Kind
	Class *int
}

func (e ModelEntry) onto(m *assets.Model) {
	set(&m.Code, e.Code)
	set(&m.Name, e.Name)
	set(&m.Kind, e.Kind)
	set(&m.Class, e.Class)
}

func newModel(e ModelEntry) assets.Model {
	m := assets.Model{ID: ids.New(), Class: 3}
	e.onto(&m)
	return m
}

// CheckModel says what is wrong with the values of a model.
func CheckModel(m assets.Model) []fault.Field {
	var w wrong
	w.code("/code", m.Code)
	w.text("/name", m.Name, 200)
	w.oneOf("/kind", string(m.Kind), string(assets.Laptop), string(assets.Desktop), string(assets.Phone), string(assets.Printer),
		string(assets.Dock), string(assets.Part))
	w.between("/class", m.Class, 1, 5)
	return w
}

var models = book[assets.Model, ids.ID]{
	noun: "model", read: access.AssetsRead, write: access.AssetsWrite,
	of:      func(tx dispatch.Tx) dispatch.Register[assets.Model, ids.ID] { return tx.ModelRegister() },
	subject: func(v assets.Model) ids.ID { return v.ID },
	version: func(v assets.Model) int64 { return v.Version },
	inUse:   modelInUse,
	check:   CheckModel,
	stands: func(ctx context.Context, tx dispatch.Tx, m assets.Model, _ time.Time) error {
		return unused(ctx, tx, "model", m.ID.String())
	},
	retire: func(v *assets.Model, at time.Time) { v.RetiredAt = &at },
}

// modelInUse refuses a retired model; code "model_state".
func modelInUse(m assets.Model) error {
	if m.RetiredAt == nil {
		return nil
	}
	return fault.New(fault.Conflict, "model_state", "model %s is retired; choose one that is in use", m.Code).
		With("state", dispatch.SetupRetired).With("allowed", []dispatch.SetupState{dispatch.SetupInUse})
}

// AddModel enters a model. Codes: "bad_entry", "code_taken".
func (s *Setup) AddModel(ctx context.Context, who access.Principal, e ModelEntry) (assets.Model, error) {
	return add(ctx, s, who, models, newModel(e))
}

// Model gives one, retired or not. Code: "model_not_found".
func (s *Setup) Model(ctx context.Context, who access.Principal, id ids.ID) (assets.Model, error) {
	return get(ctx, s, who, models, id)
}

// Models lists them by code.
func (s *Setup) Models(ctx context.Context, who access.Principal, f dispatch.StandingFilter, p dispatch.Page) ([]assets.Model, string, error) {
	return list(ctx, s, who, models, f, p)
}

// ChangeModel changes one that is at the version. Codes as AddModel, and
// "model_not_found", "version_stale", "model_state".
func (s *Setup) ChangeModel(ctx context.Context, who access.Principal, id ids.ID, version int64, e ModelEntry) (assets.Model, error) {
	return change(ctx, s, who, models, id, version, e.onto)
}

// RetireModel takes one out of use. Codes: "model_not_found",
// "version_stale", "model_state", "still_used" while templates carry it.
func (s *Setup) RetireModel(ctx context.Context, who access.Principal, id ids.ID, version int64) (assets.Model, error) {
	return retire(ctx, s, who, models, id, version)
}
