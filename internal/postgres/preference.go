package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

const preferenceColumns = `subject_id, subject_kind, role, coalesce(technician_id, agent_id) as whom_id, set_by, set_at`

// SetPreference keeps one, instead of what was preferred before in the same role.
func (t *tx) SetPreference(ctx context.Context, p dispatch.Preference) error {
	var technician, agent *ids.ID
	if p.Role == dispatch.AnsweredBy {
		agent = &p.WhomID
	} else {
		technician = &p.WhomID
	}
	return run(ctx, t, "keeping a preference",
		`insert into preferences (subject_id, subject_kind, role, technician_id, agent_id, set_by, set_at) values ($1, $2, $3, $4, $5, $6, $7)
		 on conflict (subject_id, role) do update set technician_id = excluded.technician_id, agent_id = excluded.agent_id,
		     set_by = excluded.set_by, set_at = excluded.set_at`,
		p.SubjectID, p.SubjectKind, p.Role, technician, agent, p.SetBy, p.SetAt)
}

// DropPreference forgets one; false when there was none.
func (t *tx) DropPreference(ctx context.Context, subject ids.ID, role dispatch.PreferredRole) (bool, error) {
	n, err := exec(ctx, t, "forgetting a preference", `delete from preferences where subject_id = $1 and role = $2`, subject, role)
	return n == 1, err
}

// PreferencesOf gives those of the subjects that have one.
func (t *tx) PreferencesOf(ctx context.Context, subjects []ids.ID, role dispatch.PreferredRole) ([]dispatch.Preference, error) {
	return list[dispatch.Preference](ctx, t, "reading preferences",
		`select `+preferenceColumns+` from preferences where subject_id = any($1) and role = $2`, subjects, role)
}

// mayAnswer is that an account is an agent's who can be asked for.
const mayAnswer = `'agent' = any(a.roles) and not a.disabled and not a.service`

// PreferredAgent gives whom the subjects would rather be answered by.
func (t *tx) PreferredAgent(ctx context.Context, at time.Time, subjects ...ids.ID) (*dispatch.PreferredAgent, error) {
	type row struct {
		SubjectKind string
		AgentID     ids.ID
		Name        string
		SetBy       ids.ID
		SetAt       time.Time
	}
	r, found, err := maybe[row](ctx, t, "preference",
		`select p.subject_kind, p.agent_id, a.name, p.set_by, p.set_at
		 from preferences p join accounts a on a.id = p.agent_id
		 where p.subject_id = any($1) and p.role = 'agent' and `+mayAnswer+`
		 order by p.subject_kind = 'person' limit 1`, subjects)
	if err != nil || !found {
		return nil, err
	}
	out := dispatch.PreferredAgent{SubjectKind: r.SubjectKind, AgentID: r.AgentID, Name: r.Name, SetBy: r.SetBy, SetAt: r.SetAt}
	if out.StandInID, err = t.StandInOf(ctx, r.AgentID, at); err != nil || out.StandInID == nil {
		return &out, err
	}
	names, err := t.AccountNames(ctx, []ids.ID{*out.StandInID})
	out.StandInName = names[*out.StandInID]
	return &out, err
}

// MayAnswer says whether an account is an agent's who may be preferred, and keeps it so.
func (t *tx) MayAnswer(ctx context.Context, account ids.ID) error {
	type row struct{ ID ids.ID }
	_, found, err := maybe[row](ctx, t, "account", `select a.id from accounts a where a.id = $1 and `+mayAnswer+` for share of a`, account)
	if err == nil && !found {
		err = fault.New(fault.NotFound, "agent_not_found", "no agent has this account; name one who may take contacts")
	}
	return err
}
