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

func (e ModelEntry) fresh() assets.Model {
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

// Models are of hardware. Entering and changing: "code_taken". Retiring: "still_used"
// while templates carry it.
func (s *Setup) Models() Kept[assets.Model, ids.ID, ModelEntry] {
	return Kept[assets.Model, ids.ID, ModelEntry]{s, models}
}
