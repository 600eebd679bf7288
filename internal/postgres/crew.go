package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// crewRegister keeps technicians together with their skills.
type crewRegister struct {
	register[dispatch.Technician, ids.ID]
}

// CrewRegister keeps technicians with their skills.
func (t *tx) CrewRegister() dispatch.Register[dispatch.CrewMember, ids.ID] {
	return crewRegister{register[dispatch.Technician, ids.ID]{technicianTable, t}}
}

func (r crewRegister) Get(ctx context.Context, key ids.ID) (dispatch.CrewMember, error) {
	t, err := r.register.Get(ctx, key)
	return r.member(ctx, t, err)
}

func (r crewRegister) Lock(ctx context.Context, key ids.ID) (dispatch.CrewMember, error) {
	t, err := r.register.Lock(ctx, key)
	return r.member(ctx, t, err)
}

func (r crewRegister) ByCode(ctx context.Context, code string) (dispatch.CrewMember, bool, error) {
	t, found, err := r.register.ByCode(ctx, code)
	if err != nil || !found {
		return dispatch.CrewMember{}, false, err
	}
	m, err := r.member(ctx, t, nil)
	return m, true, err
}

func (r crewRegister) ByCodes(ctx context.Context, codes []string) ([]dispatch.CrewMember, error) {
	list, err := r.register.ByCodes(ctx, codes)
	if err != nil {
		return nil, err
	}
	return r.members(ctx, list)
}

func (r crewRegister) AddAll(ctx context.Context, list []dispatch.CrewMember) error {
	for _, m := range list {
		if _, err := r.Add(ctx, m); err != nil {
			return err
		}
	}
	return nil
}

func (r crewRegister) List(ctx context.Context, f dispatch.StandingFilter, p dispatch.Page) ([]dispatch.CrewMember, string, error) {
	list, next, err := r.register.List(ctx, f, p)
	if err != nil {
		return nil, "", err
	}
	members, err := r.members(ctx, list)
	return members, next, err
}

func (r crewRegister) Add(ctx context.Context, m dispatch.CrewMember) (dispatch.CrewMember, error) {
	t, err := r.register.Add(ctx, m.Technician)
	if err != nil {
		return m, err
	}
	m.Technician = t
	return m, r.setSkills(ctx, m)
}

func (r crewRegister) Save(ctx context.Context, m dispatch.CrewMember) (dispatch.CrewMember, error) {
	t, err := r.register.Save(ctx, m.Technician)
	if err != nil {
		return m, err
	}
	m.Technician = t
	return m, r.setSkills(ctx, m)
}

// setSkills writes the skills that a technician has from now on; the technician's
// row is held.
func (r crewRegister) setSkills(ctx context.Context, m dispatch.CrewMember) error {
	codes, levels := make([]string, len(m.Skills)), make([]int, len(m.Skills))
	for i, s := range m.Skills {
		codes[i], levels[i] = s.Code, s.Level
	}
	err := run(ctx, r.tx, "forgetting skills", `delete from technician_skills where technician_id = $1 and code <> all($2::text[])`, m.ID, codes)
	if err != nil {
		return err
	}
	return run(ctx, r.tx, "keeping skills",
		`insert into technician_skills as k (technician_id, code, level)
		 select $1, u.code, u.level from unnest($2::text[], $3::int[]) as u (code, level)
		 on conflict (technician_id, code) do update set level = excluded.level where k.level <> excluded.level`, m.ID, codes, levels)
}

func (r crewRegister) member(ctx context.Context, t dispatch.Technician, err error) (dispatch.CrewMember, error) {
	if err != nil {
		return dispatch.CrewMember{}, err
	}
	list, err := r.members(ctx, []dispatch.Technician{t})
	if err != nil {
		return dispatch.CrewMember{}, err
	}
	return list[0], nil
}

func (r crewRegister) members(ctx context.Context, crew []dispatch.Technician) ([]dispatch.CrewMember, error) {
	wanted := make([]ids.ID, len(crew))
	for i, t := range crew {
		wanted[i] = t.ID
	}
	held, err := list[dispatch.TechnicianSkill](ctx, r.tx, "reading skills",
		`select technician_id, code, level from technician_skills where technician_id = any($1) order by technician_id, code`, wanted)
	if err != nil {
		return nil, err
	}
	skills := map[ids.ID][]dispatch.Skill{}
	for _, h := range held {
		skills[h.TechnicianID] = append(skills[h.TechnicianID], h.Skill)
	}
	out := make([]dispatch.CrewMember, len(crew))
	for i, t := range crew {
		out[i] = dispatch.CrewMember{Technician: t, Skills: skills[t.ID]}
	}
	return out, nil
}
