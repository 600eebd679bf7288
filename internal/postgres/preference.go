package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const preferenceColumns = `subject_id, subject_kind, technician_id, set_by, set_at`

// SetPreference keeps one, instead of what was preferred before.
func (t *tx) SetPreference(ctx context.Context, p dispatch.Preference) error {
	return run(ctx, t, "keeping a preference",
		`insert into preferences (subject_id, subject_kind, technician_id, set_by, set_at) values ($1, $2, $3, $4, $5)
		 on conflict (subject_id) do update set technician_id = excluded.technician_id, set_by = excluded.set_by, set_at = excluded.set_at`,
		p.SubjectID, p.SubjectKind, p.TechnicianID, p.SetBy, p.SetAt)
}

// DropPreference forgets one; false when there was none.
func (t *tx) DropPreference(ctx context.Context, subject ids.ID) (bool, error) {
	n, err := exec(ctx, t, "forgetting a preference", `delete from preferences where subject_id = $1`, subject)
	return n == 1, err
}

// PreferencesOf gives those of the subjects that have one.
func (t *tx) PreferencesOf(ctx context.Context, subjects []ids.ID) ([]dispatch.Preference, error) {
	return list[dispatch.Preference](ctx, t, "reading preferences",
		`select `+preferenceColumns+` from preferences where subject_id = any($1)`, subjects)
}
