package dispatch

import (
	"context"
	"slices"
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// ChangeState is where a change is. The comment names who acts next.
type ChangeState string

// The states of a change.
const (
	ChangePlanned   ChangeState = "planned"   // its owner: do it in its window
	ChangeStarted   ChangeState = "started"   // its owner: finish it
	ChangeFinished  ChangeState = "finished"  // nobody
	ChangeCancelled ChangeState = "cancelled" // nobody
)

// ChangeAct is something that the owner reports of a change.
type ChangeAct string

// The acts. The comment names who does them.
const (
	ReportPlanned   ChangeAct = "report_planned" // its owner, as all of them
	ReportStarted   ChangeAct = "report_started"
	ReportFinished  ChangeAct = "report_finished"
	ReportCancelled ChangeAct = "report_cancelled"
)

// changeTable says what may be done to a change in which state; docs/states.md draws it.
var changeTable = states.Table[ChangeAct, ChangeState]{
	Noun: "change", Code: "change_state", Hint: "report a new one under an id of its own",
	States: []ChangeState{ChangePlanned, ChangeStarted, ChangeFinished, ChangeCancelled},
	Acts: []states.Act[ChangeAct, ChangeState]{
		{Name: ReportPlanned, From: []ChangeState{ChangePlanned}},
		{Name: ReportStarted, From: []ChangeState{ChangePlanned}, To: []ChangeState{ChangeStarted}},
		{Name: ReportStarted, From: []ChangeState{ChangeStarted}},
		{Name: ReportFinished, From: []ChangeState{ChangePlanned, ChangeStarted}, To: []ChangeState{ChangeFinished}},
		{Name: ReportFinished, From: []ChangeState{ChangeFinished}},
		{Name: ReportCancelled, From: []ChangeState{ChangePlanned, ChangeStarted}, To: []ChangeState{ChangeCancelled}},
		{Name: ReportCancelled, From: []ChangeState{ChangeCancelled}},
	},
}

// Allows refuses an act that does not fit the state. Code: "change_state", with the states
// that it fits.
func (s ChangeState) Allows(a ChangeAct) error { return changeTable.Allows(s, a) }

// Reported is the act by which a report has a change in a state.
func Reported(to ChangeState) ChangeAct { return ChangeAct("report_" + to) }

// Change is work on machines, services or sites that somebody else plans and we
// are told of.
type Change struct {
	ID         ids.ID
	Number     int64
	SourceID   ids.ID
	ExternalID string // the source's own; the same id is the same change
	Planned    bool   // false: it happened to us
	State      ChangeState
	Title      string
	NoticeText string // what the affected are told, in plain words; "" when nothing
	StartsAt   time.Time
	EndsAt     time.Time
	Models     []string // codes of models whose devices it touches
	Sites      []ids.ID
	Services   []string
	Approval   string // "none", "pending", "approved", "rejected"
	// ToldAt is when the affected were told of this window; nil: not yet.
	ToldAt     *time.Time
	ReportedAt time.Time
	Version    int64
}

// Touches says which devices a change touches: of its models, at its sites. One
// that names neither touches no device that we know of.
func (c Change) Touches(d Device) bool {
	if len(c.Models) == 0 && len(c.Sites) == 0 {
		return false
	}
	_, ok := Predicate{Models: c.Models, Sites: c.Sites}.Match(d)
	return ok
}

// TouchesPerson says whether a change touches somebody at a site with devices: one
// of the devices, or the site as a whole where no model is named.
func (c Change) TouchesPerson(site ids.ID, devices []Device) bool {
	if len(c.Models) == 0 && slices.Contains(c.Sites, site) {
		return true
	}
	return slices.ContainsFunc(devices, c.Touches)
}

// Speakable says whether customers may hear of a change: it has words for them and
// nobody's approval is missing.
func (c Change) Speakable() bool {
	return c.NoticeText != "" && (c.Approval == "approved" || c.Approval == "none")
}

// Same says whether a report tells nothing that is not known.
func (c Change) Same(o Change) bool {
	return c.Planned == o.Planned && c.State == o.State && c.Title == o.Title && c.NoticeText == o.NoticeText && c.Approval == o.Approval &&
		c.StartsAt.Equal(o.StartsAt) && c.EndsAt.Equal(o.EndsAt) && slices.Equal(c.Models, o.Models) && slices.Equal(c.Sites, o.Sites) &&
		slices.Equal(c.Services, o.Services)
}

// ToTell says whether the affected are to be told now: of a planned change that is
// approved, or needs no approval, ahead of its window, once for each window.
func (c Change) ToTell(now time.Time) bool {
	return c.Planned && c.State == ChangePlanned && c.Speakable() && c.ToldAt == nil && now.Before(c.StartsAt)
}

// ChangeFilter chooses changes whose window meets [From, Until). Empty parts
// choose all.
type ChangeFilter struct {
	From, Until *time.Time
	States      []ChangeState
}

// Changes that were reported.
type Changes interface {
	AddChange(ctx context.Context, c Change) (Change, error)
	Change(ctx context.Context, id ids.ID) (Change, error)
	// LockChangeOf gives the change of a source's own id, nil when there is none.
	LockChangeOf(ctx context.Context, source ids.ID, externalID string) (*Change, error)
	SaveChange(ctx context.Context, c Change) (Change, error)
	// ListChanges gives changes by their start, the earliest first.
	ListChanges(ctx context.Context, f ChangeFilter, p Page) (list []Change, next string, err error)
}
