package access

import (
	"slices"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Role is what somebody does.
type Role string

// The roles. A person may have several.
const (
	Agent       Role = "agent"
	Technician  Role = "technician"
	Dispatcher  Role = "dispatcher"
	StockKeeper Role = "stock_keeper"
	Lead        Role = "lead"     // answers for a team: escalations, exceptions, figures of people
	Security    Role = "security" // sees what is restricted
	Auditor     Role = "auditor"  // reads, and changes nothing
	Admin       Role = "admin"
	Monitor     Role = "monitor" // of service accounts that watch machines
	Gateway     Role = "gateway" // of service accounts that bring calls, mails and requests in
)

// Scope is a right that an operation wants.
type Scope string

// The scopes. "own" means: of the technician's own rounds.
const (
	PeopleRead     Scope = "people:read"
	PeopleWrite    Scope = "people:write"
	SetupRead      Scope = "setup:read"
	SetupWrite     Scope = "setup:write"
	ShiftsWrite    Scope = "shifts:write"
	ContactsWrite  Scope = "contacts:write"
	CallsWrite     Scope = "calls:write"    // telephony's own records
	RequestsWrite  Scope = "requests:write" // what people ask for by mail, portal and chat
	TicketsRead    Scope = "tickets:read"
	TicketsWrite   Scope = "tickets:write"
	TasksWrite     Scope = "tasks:write" // tasks of one's own teams
	PromisesRead   Scope = "promises:read"
	PromisesWrite  Scope = "promises:write"
	PromisesForce  Scope = "promises:force" // below the floor, with a reason
	CallbacksWrite Scope = "callbacks:write"
	PlansRead      Scope = "plans:read"
	PlansWrite     Scope = "plans:write"
	RoundsOwn      Scope = "rounds:own"
	IncidentsRead  Scope = "incidents:read"
	IncidentsWrite Scope = "incidents:write"
	OutreachWrite  Scope = "outreach:write"
	AssetsRead     Scope = "assets:read"
	AssetsWrite    Scope = "assets:write"
	LoansWrite     Scope = "loans:write"
	NoticesRead    Scope = "notices:read"
	EventsRead     Scope = "events:read"
	ReportsRead    Scope = "reports:read"
	TeamRead       Scope = "team:read" // figures of single people
	AuditRead      Scope = "audit:read"
	RestrictedRead Scope = "restricted:read" // cases that only security sees
	AccountsWrite  Scope = "accounts:write"
	HooksWrite     Scope = "hooks:write" // who may report to us, and who is told of events
	ImportsRead    Scope = "imports:read"
	ImportsWrite   Scope = "imports:write" // whole files, beside the right to what is in them
	ExportsRead    Scope = "exports:read"  // whole tables, beside the right to what is in them
	DemoWrite      Scope = "demo:write"

	// Approve and refuse deviations from the service level.
	ExceptionsWrite Scope = "exceptions:write"
)

// desk is what everybody at the desk may do, whatever else they are.
var desk = []Scope{PeopleRead, PeopleWrite, ContactsWrite, TicketsRead, TicketsWrite, TasksWrite, PromisesRead, PromisesWrite, CallbacksWrite,
	PlansRead, IncidentsRead, OutreachWrite, AssetsRead, LoansWrite, NoticesRead, EventsRead, ReportsRead, SetupRead}

// Grants says which scopes a role brings.
var Grants = map[Role][]Scope{
	Agent:       desk,
	Dispatcher:  slices.Concat(desk, []Scope{PlansWrite, ShiftsWrite, IncidentsWrite, DemoWrite}),
	Lead:        slices.Concat(desk, []Scope{PromisesForce, ExceptionsWrite, TeamRead, ShiftsWrite, ExportsRead}),
	Technician:  {RoundsOwn, TasksWrite, EventsRead},
	StockKeeper: {AssetsRead, AssetsWrite, LoansWrite, TasksWrite, SetupRead, EventsRead},
	Security:    {PeopleRead, TicketsRead, IncidentsRead, AssetsRead, RestrictedRead, EventsRead, SetupRead},
	Auditor:     {PromisesRead, PlansRead, IncidentsRead, AssetsRead, ReportsRead, AuditRead, SetupRead},
	Monitor:     {IncidentsWrite},
	Gateway:     {CallsWrite, RequestsWrite},
	Admin: {AccountsWrite, HooksWrite, SetupRead, SetupWrite, PeopleRead, PeopleWrite, ShiftsWrite, AssetsRead, AssetsWrite, ReportsRead, EventsRead,
		DemoWrite, PlansRead, ImportsRead, ImportsWrite, ExportsRead},
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
