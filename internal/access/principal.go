package access

import (
	"slices"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Role is what somebody does.
type Role string

// The roles.
const (
	Agent      Role = "agent"
	Technician Role = "technician"
	Dispatcher Role = "dispatcher"
	Admin      Role = "admin"
	Monitor    Role = "monitor" // of service accounts that watch machines
)

// Scope is a right that an operation wants.
type Scope string

// The scopes. "own" means: of the technician's own rounds.
const (
	PeopleRead     Scope = "people:read"
	ContactsWrite  Scope = "contacts:write"
	TicketsRead    Scope = "tickets:read"
	TicketsWrite   Scope = "tickets:write"
	PromisesRead   Scope = "promises:read"
	PromisesWrite  Scope = "promises:write"
	CallbacksWrite Scope = "callbacks:write"
	PlansRead      Scope = "plans:read"
	PlansWrite     Scope = "plans:write"
	RoundsOwn      Scope = "rounds:own"
	IncidentsRead  Scope = "incidents:read"
	IncidentsWrite Scope = "incidents:write"
	OutreachWrite  Scope = "outreach:write"
	AssetsRead     Scope = "assets:read"
	NoticesRead    Scope = "notices:read"
	EventsRead     Scope = "events:read"
	ReportsRead    Scope = "reports:read"
	AccountsWrite  Scope = "accounts:write"
	DemoWrite      Scope = "demo:write"
)

// Grants says which scopes a role brings.
var Grants = map[Role][]Scope{
	Agent: {PeopleRead, ContactsWrite, TicketsRead, TicketsWrite, PromisesRead, PromisesWrite, CallbacksWrite,
		PlansRead, IncidentsRead, OutreachWrite, AssetsRead, NoticesRead, EventsRead, ReportsRead},
	Dispatcher: {PeopleRead, ContactsWrite, TicketsRead, TicketsWrite, PromisesRead, PromisesWrite, CallbacksWrite,
		PlansRead, PlansWrite, IncidentsRead, IncidentsWrite, OutreachWrite, AssetsRead, NoticesRead, EventsRead,
		ReportsRead, DemoWrite},
	Technician: {RoundsOwn, EventsRead},
	Monitor:    {IncidentsWrite},
	Admin:      {AccountsWrite, ReportsRead, EventsRead, DemoWrite, PlansRead},
}

// Principal is somebody who has signed in.
type Principal struct {
	AccountID    ids.ID
	Name         string
	Roles        []Role
	TechnicianID *ids.ID // the technician this account is, if any
}

// Can says whether one of the roles brings the scope.
func (p Principal) Can(s Scope) bool {
	for _, r := range p.Roles {
		if slices.Contains(Grants[r], s) {
			return true
		}
	}
	return false
}

// Require gives a fault of code "scope_missing" when no role brings the scope.
func (p Principal) Require(s Scope) error {
	if p.Can(s) {
		return nil
	}
	return fault.New(fault.Forbidden, "scope_missing", "this needs the right %q; ask an administrator for a role that has it", s)
}

// Scopes lists every scope of the principal, each once, sorted.
func (p Principal) Scopes() []Scope {
	var out []Scope
	for _, r := range p.Roles {
		out = append(out, Grants[r]...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// OwnTechnician gives the technician that the principal is; code
// "not_a_technician" when they are none.
func (p Principal) OwnTechnician() (ids.ID, error) {
	if p.TechnicianID == nil {
		return ids.Nil, fault.New(fault.Forbidden, "not_a_technician", "only technicians have a round of their own; sign in as one")
	}
	return *p.TechnicianID, nil
}
