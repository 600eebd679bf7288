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

func (e SkillEntry) fresh() dispatch.SkillName {
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

// Skills are what technicians have and templates want. Entering: "code_taken".
// Retiring: "still_used" while templates want it.
func (s *Setup) Skills() Kept[dispatch.SkillName, string, SkillEntry] {
	return Kept[dispatch.SkillName, string, SkillEntry]{s, skills}
}
