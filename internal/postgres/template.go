package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const (
	templateColumns = `id, code, name, category, priority, minutes, spread, skill_code, skill_level, kit_model,
		field, on_site, option_codes, symptoms, retired_at, version`
	optionTemplateColumns = `code, name, minutes, end_state, swaps, follow_up_minutes, follow_up_days,
		follow_up_reserves, new_os_version, position, retired_at, version`
)

// Template gives a template.
func (t *tx) Template(ctx context.Context, id ids.ID) (dispatch.Template, error) {
	return one[dispatch.Template](ctx, t, "template", `select `+templateColumns+` from templates where id = $1`, id)
}

// TemplateByCode gives the template of a code.
func (t *tx) TemplateByCode(ctx context.Context, code string) (dispatch.Template, error) {
	return one[dispatch.Template](ctx, t, "template", `select `+templateColumns+` from templates where code = $1`, code)
}

// ListTemplates gives the templates that a ticket can be classified by, by name.
func (t *tx) ListTemplates(ctx context.Context) ([]dispatch.Template, error) {
	return list[dispatch.Template](ctx, t, "listing templates", `select `+templateColumns+` from templates where retired_at is null and id <> $1 order by name, code`, dispatch.UnclassifiedID)
}

// OptionTemplates gives those of the codes that exist, in the order in which they
// are offered.
func (t *tx) OptionTemplates(ctx context.Context, codes []string) ([]dispatch.OptionTemplate, error) {
	return list[dispatch.OptionTemplate](ctx, t, "reading option templates",
		`select `+optionTemplateColumns+` from option_templates where code = any($1) order by position, code`, codes)
}
