package setup

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// OptionTemplateEntry is what is entered of a kind of option; nil leaves what is
// there. The code of one that is there stays.
type OptionTemplateEntry struct {
	Code             *string
	Name             *string
	Minutes          *int
	EndState         *string
	Swaps            *bool
	FollowUpMinutes  *int // 0: no follow-up
	FollowUpDays     *int
	FollowUpReserves *bool
	NewOSVersion     *string
	Position         *int
}

func (e OptionTemplateEntry) onto(o *dispatch.OptionTemplate) {
	if o.Code == "" {
		set(&o.Code, e.Code)
	}
	set(&o.Name, e.Name)
	set(&o.Minutes, e.Minutes)
	set(&o.EndState, e.EndState)
	set(&o.Swaps, e.Swaps)
	set(&o.FollowUpMinutes, e.FollowUpMinutes)
	set(&o.FollowUpDays, e.FollowUpDays)
	set(&o.FollowUpReserves, e.FollowUpReserves)
	set(&o.NewOSVersion, e.NewOSVersion)
	set(&o.Position, e.Position)
}

func (e OptionTemplateEntry) fresh() dispatch.OptionTemplate {
	o := dispatch.OptionTemplate{EndState: "working"}
	e.onto(&o)
	return o
}

// CheckOptionTemplate says what is wrong with the values of a kind of option.
func CheckOptionTemplate(o dispatch.OptionTemplate) []fault.Field {
	var w wrong
	w.code("/code", o.Code)
	w.text("/name", o.Name, 200)
	w.between("/duration", o.Minutes, 1, 8*60)
	w.oneOf("/end_state", o.EndState, "working", "working_for_now")
	w.between("/follow_up", o.FollowUpMinutes, 0, 8*60)
	w.between("/follow_up_days", o.FollowUpDays, 0, 90)
	w.when(o.FollowUpMinutes == 0 && (o.FollowUpDays > 0 || o.FollowUpReserves), "/follow_up", "is missing; days and reservation are of a follow-up")
	w.optional("/new_os_version", o.NewOSVersion, 40)
	w.between("/position", o.Position, 0, 100)
	return w
}

var optionTemplates = book[dispatch.OptionTemplate, string]{
	noun: "option_template", read: access.SetupRead, write: access.SetupWrite,
	of: func(tx dispatch.Tx) dispatch.Register[dispatch.OptionTemplate, string] {
		return tx.OptionTemplateRegister()
	},
	subject: func(v dispatch.OptionTemplate) ids.ID { return codeID("option template", v.Code) },
	version: func(v dispatch.OptionTemplate) int64 { return v.Version },
	inUse:   dispatch.OptionTemplate.InUse,
	check:   CheckOptionTemplate,
	stands: func(ctx context.Context, tx dispatch.Tx, o dispatch.OptionTemplate, _ time.Time) error {
		return unused(ctx, tx, "option_template", o.Code)
	},
	retire: func(v *dispatch.OptionTemplate, at time.Time) { v.RetiredAt = &at },
}

// OptionTemplates are kinds of options. Entering: "code_taken". Retiring: "still_used"
// while templates offer it.
func (s *Setup) OptionTemplates() Kept[dispatch.OptionTemplate, string, OptionTemplateEntry] {
	return Kept[dispatch.OptionTemplate, string, OptionTemplateEntry]{s, optionTemplates}
}
