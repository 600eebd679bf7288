package setup

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// SkillEntry is what is entered of a skill; nil leaves what is there. The code of
// one that is there stays.
type SkillEntry struct {
	Code *string
	Name *string
}

func (e SkillEntry) onto(s *dispatch.SkillName) {
	if s.Code == "" {
		set(&s.Code, e.Code)
	}
	set(&s.Name, e.Name)
}

func newSkill(e SkillEntry) dispatch.SkillName {
	var s dispatch.SkillName
	e.onto(&s)
	return s
}

// CheckSkill says what is wrong with the values of a skill.
func CheckSkill(s dispatch.SkillName) []fault.Field {
	var w wrong
	w.code("/code", s.Code)
	w.text("/name", s.Name, 200)
	return w
}

var skills = book[dispatch.SkillName, string]{
	noun: "skill", read: access.SetupRead, write: access.SetupWrite,
	of:      func(tx dispatch.Tx) dispatch.Register[dispatch.SkillName, string] { return tx.SkillRegister() },
	subject: func(v dispatch.SkillName) ids.ID { return codeID("skill", v.Code) },
	version: func(v dispatch.SkillName) int64 { return v.Version },
	inUse:   dispatch.SkillName.InUse,
	check:   CheckSkill,
	stands: func(ctx context.Context, tx dispatch.Tx, s dispatch.SkillName, _ time.Time) error {
		return unused(ctx, tx, "skill", s.Code)
	},
	retire: func(v *dispatch.SkillName, at time.Time) { v.RetiredAt = &at },
}

// AddSkill enters a skill. Codes: "bad_entry", "code_taken".
func (s *Setup) AddSkill(ctx context.Context, who access.Principal, e SkillEntry) (dispatch.SkillName, error) {
	return add(ctx, s, who, skills, newSkill(e))
}

// Skill gives one, retired or not. Code: "skill_not_found".
func (s *Setup) Skill(ctx context.Context, who access.Principal, code string) (dispatch.SkillName, error) {
	return get(ctx, s, who, skills, code)
}

// Skills lists them by code.
func (s *Setup) Skills(ctx context.Context, who access.Principal, f dispatch.StandingFilter, p dispatch.Page) ([]dispatch.SkillName, string, error) {
	return list(ctx, s, who, skills, f, p)
}

// ChangeSkill changes one that is at the version. Codes as AddSkill, and
// "skill_not_found", "version_stale", "skill_state".
func (s *Setup) ChangeSkill(ctx context.Context, who access.Principal, code string, version int64, e SkillEntry) (dispatch.SkillName, error) {
	return change(ctx, s, who, skills, code, version, e.onto)
}

// RetireSkill takes one out of use. Codes: "skill_not_found",
// "version_stale", "skill_state", "still_used" while templates want it.
func (s *Setup) RetireSkill(ctx context.Context, who access.Principal, code string, version int64) (dispatch.SkillName, error) {
	return retire(ctx, s, who, skills, code, version)
}
