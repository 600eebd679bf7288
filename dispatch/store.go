package dispatch

import (
	"context"
	"time"

	"roundsman/assets"
	"roundsman/internal/ids"
)

// Store keeps everything. Read sees one snapshot; Write is one short
// transaction, rolled back when fn gives an error. Neither may be nested, and
// nothing slow belongs inside.
//
// A Write whose context carries an act (see WithAct) claims the act first: it
// fails with code "key_in_flight" while the same act is being done elsewhere,
// and with *Replay when it was done before.
type Store interface {
	Read(ctx context.Context, fn func(Tx) error) error
	Write(ctx context.Context, fn func(Tx) error) error
}

// Tx is one transaction. Methods that look for one thing give a fault of kind
// NotFound and code "<noun>_not_found" when it is not there. Methods that change
// something with a version expect the version before the change in the value
// given and give a fault of code "version_stale" when it is another.
type Tx interface {
	Regions
	People
	Technicians
	Templates
	Tickets
	Notes
	Files
	Teams
	Transfers
	Histories
	Priorities
	Links
	Services
	LevelReadings
	Efforts
	Tasks
	Escalations
	Contacts
	Calls
	DeskReports
	Readings
	Known
	Places
	Requests
	StandIns
	Closures
	Drives
	LearnedHours
	Visits
	Hands
	SiteWork
	RoundChanges
	Laggards
	Boards
	Days
	Promises
	Preferences
	Familiarity
	Endangerment
	Outcomes
	Leftovers
	Options
	Incidents
	Callbacks
	Notices
	Attempts
	CustomerLinks
	Surveys
	Inbounds
	Subscriptions
	Changes
	PlanRuns
	PlanSchedules
	Registers
	Shifts
	StockRoom
	Imports
	assets.Tx

	// Emit writes an event, to be seen by its readers after the commit.
	Emit(ctx context.Context, e Event) error
	// Enqueue asks for follow-up work after the commit.
	Enqueue(ctx context.Context, j Job) error
	// Answer keeps what this act will answer, if the context carries one. It is
	// the last call of a use case that may be repeated.
	Answer(ctx context.Context, result any) error
	// AddFact appends a field fact. Code: "id_taken".
	AddFact(ctx context.Context, f Fact) error
	// HeardFact says what became of a fact that was heard before: it was applied, or
	// kept without effect. Nobody else hears of its id until the transaction ends.
	// Code: "id_taken" when the id is of another fact, or of one that says otherwise:
	// what this one says would be lost.
	HeardFact(ctx context.Context, f Fact) (applied bool, kept *StrayFact, err error)
}

// Job is follow-up work: a worker calls one use case with the id.
type Job struct {
	Kind string // "plan_run", "notice"
	ID   ids.ID
}

// Page asks for part of a list: at most Limit rows after the cursor.
type Page struct {
	Limit int
	After string // opaque, from the page before; "" for the first
}

// Regions are regions, sites and depots.
type Regions interface {
	Region(ctx context.Context, id ids.ID) (Region, error)
	ListRegions(ctx context.Context) ([]Region, error)
	Site(ctx context.Context, id ids.ID) (Site, error)
	SitesByID(ctx context.Context, list []ids.ID) ([]Site, error)
	DepotsOf(ctx context.Context, region ids.ID) ([]Depot, error)
}

// People are those whom the desk serves.
type People interface {
	Person(ctx context.Context, id ids.ID) (Person, error)
	PeopleByID(ctx context.Context, list []ids.ID) ([]Person, error)
	// FindCallers looks a caller up, best match first.
	FindCallers(ctx context.Context, q CallerQuery) ([]CallerHit, error)
}

// Technicians with their shifts and absences.
type Technicians interface {
	Technician(ctx context.Context, id ids.ID) (Technician, error)
	TechniciansByID(ctx context.Context, list []ids.ID) ([]Technician, error)
	AddAbsence(ctx context.Context, a Absence) error
	// ShiftOn gives a technician's shift of a local date; code "shift_not_found".
	ShiftOn(ctx context.Context, technician ids.ID, d Date) (Shift, error)
}

// Templates of tickets and options.
type Templates interface {
	Template(ctx context.Context, id ids.ID) (Template, error)
	TemplateByCode(ctx context.Context, code string) (Template, error)
	ListTemplates(ctx context.Context) ([]Template, error)
	OptionTemplates(ctx context.Context, codes []string) ([]OptionTemplate, error)
}

// TicketFilter chooses tickets. Empty parts choose all.
type TicketFilter struct {
	PersonID   *ids.ID
	OwnerID    *ids.ID
	IncidentID *ids.ID
	States     []TicketState
	// Unclassified chooses those that somebody has yet to classify.
	Unclassified bool
}

// Tickets and who owns them.
type Tickets interface {
	// AddTicket stores a new ticket and gives it with its number.
	AddTicket(ctx context.Context, t Ticket) (Ticket, error)
	Ticket(ctx context.Context, id ids.ID) (Ticket, error)
	// LockTicket reads a ticket for change.
	LockTicket(ctx context.Context, id ids.ID) (Ticket, error)
	ListTickets(ctx context.Context, f TicketFilter, p Page) (list []Ticket, next string, err error)
	// SaveTicket writes every mutable field and raises the version.
	SaveTicket(ctx context.Context, t Ticket) (Ticket, error)
}

// Contacts with people.
type Contacts interface {
	AddContact(ctx context.Context, c Contact) error
	Contact(ctx context.Context, id ids.ID) (Contact, error)
	// EndContact closes one that is open; code "contact_ended" otherwise.
	EndContact(ctx context.Context, id ids.ID, at time.Time, outcome string) (Contact, error)
	// NoteContact writes outcome and ticket of a contact.
	NoteContact(ctx context.Context, id ids.ID, ticket *ids.ID, outcome string) error
	LastContacts(ctx context.Context, person ids.ID, n int) ([]Contact, error)
	// AccountNames gives the names of accounts, for those who read a contact.
	AccountNames(ctx context.Context, list []ids.ID) (map[ids.ID]string, error)
}

// Visits, also those in no round.
type Visits interface {
	AddVisit(ctx context.Context, v Visit) error
	Visit(ctx context.Context, id ids.ID) (Visit, error)
	LockVisit(ctx context.Context, id ids.ID) (Visit, error)
	// LockVisits locks in the order of the ids and gives them in that order.
	LockVisits(ctx context.Context, list []ids.ID) ([]Visit, error)
	VisitsByID(ctx context.Context, list []ids.ID) ([]Visit, error)
	VisitsOfTicket(ctx context.Context, ticket ids.ID) ([]Visit, error)
	VisitsOfRound(ctx context.Context, round ids.ID) ([]Visit, error)
	// SetVisitState changes the state from what v holds to the new one, writes
	// the field instants of v and raises the version; code "visit_state" when it
	// is no longer what v holds.
	SetVisitState(ctx context.Context, v Visit, to VisitState) (Visit, error)
	// Unserved lists visits that should have happened by then and did not start.
	Unserved(ctx context.Context, before time.Time, limit int) ([]Visit, error)
}

// DaySheet is everything of one region-day that a what-if needs, in one value.
type DaySheet struct {
	Region      Region
	Day         RegionDay
	Holiday     bool          // in the region's calendar
	Lived       []LearnedHour // that hold there and are not 100 %
	Shifts      []Shift
	Technicians []Technician
	Skills      map[ids.ID][]Skill // by technician
	Absences    []Absence          // that touch one of the shifts
	Rounds      []Round
	Visits      []Visit // in the day's rounds, by round and position
	Waiting     []Visit // of the region in no round, that may be done on this day
	Sites       map[ids.ID]Site
	People      map[ids.ID]Person // of the visits
	Tickets     map[ids.ID]Ticket // of the visits
	Promises    []Promise         // open, of the visits
	Kits        []KitItem
	Parts       []Parts       // of visits whose work is cut in parts
	Equipped    []ids.ID      // begun visits that have got what they need of the kit, or want none of it
	Changes     []RoundChange // open, of the day's rounds
	Preferences []Preference  // of the visits' tickets and people
}

// Parts are the days of the other parts of a visit's work, where they are in rounds and
// not over.
type Parts struct {
	VisitID ids.ID
	First   *Date // on which what comes before it is
	Rest    *Date // the first on which something comes behind it
}

// KitItem is an item that a technician carries to give away. A loaner that lies in a kit
// by a corrected record is none.
type KitItem struct {
	TechnicianID ids.ID
	ItemID       ids.ID
	ModelID      ids.ID
	Tag          string
	ReservedFor  *ids.ID // the visit it is kept for
}

// Days are what a what-if reads and what a commit writes. A commit locks in this
// order: region-days, rounds, visits, promises, items, each by id.
type Days interface {
	DaySheet(ctx context.Context, k DayKey) (DaySheet, error)
	// ShareDays locks region-days against changes of inputs (FOR SHARE).
	ShareDays(ctx context.Context, keys []DayKey) ([]RegionDay, error)
	// RaiseDay locks a region-day (FOR UPDATE) and raises its version.
	RaiseDay(ctx context.Context, k DayKey) (RegionDay, error)
	LockRounds(ctx context.Context, list []ids.ID) ([]Round, error)
	Round(ctx context.Context, id ids.ID) (Round, error)
	RoundsOn(ctx context.Context, k DayKey) ([]Round, error)
	RoundOfShift(ctx context.Context, shift ids.ID) (Round, error)
	// Shift gives one shift.
	Shift(ctx context.Context, id ids.ID) (Shift, error)
	// Place writes placements, takes Unplaced out of their rounds, and raises the
	// version of every round named in w.Rounds whose visits change. The rounds are
	// locked already.
	Place(ctx context.Context, w Written) error
	// RaiseRound raises a round's version after a field fact.
	RaiseRound(ctx context.Context, id ids.ID) error
	// PublishRounds marks rounds as seen by technicians.
	PublishRounds(ctx context.Context, list []ids.ID, at time.Time) error
}

// PromiseFilter chooses promises. Empty parts choose all.
type PromiseFilter struct {
	Kinds        []PromiseKind
	PersonID     *ids.ID
	TicketID     *ids.ID
	TechnicianID *ids.ID
	States       []PromiseState
	From, Until  *time.Time // windows that begin inside
}

// Promises and their ledger.
type Promises interface {
	// AddPromise stores a promise; code "promise_taken" when the visit, or what keeps
	// it, has an open one.
	AddPromise(ctx context.Context, p Promise) error
	Promise(ctx context.Context, id ids.ID) (Promise, error)
	LockPromise(ctx context.Context, id ids.ID) (Promise, error)
	// OpenPromiseOf gives a visit's open promise, nil when there is none.
	OpenPromiseOf(ctx context.Context, visit ids.ID) (*Promise, error)
	// OpenPromiseFor gives the open promise that a callback, loan or item keeps, nil
	// when there is none.
	OpenPromiseFor(ctx context.Context, kind PromiseKind, subject ids.ID) (*Promise, error)
	ListPromises(ctx context.Context, f PromiseFilter, p Page) (list []Promise, next string, err error)
	// SavePromise writes every mutable field and raises the version.
	SavePromise(ctx context.Context, p Promise) (Promise, error)
	// SetChance writes the chance of an open promise being kept. It is ours and not
	// the promise's: the version stays.
	SetChance(ctx context.Context, promise ids.ID, chance float64) error
	// AppendEntry seals an entry onto its promise's chain: sets Seq, Previous and Hash.
	AppendEntry(ctx context.Context, e Entry) (Entry, error)
	Entries(ctx context.Context, promise ids.ID) ([]Entry, error)
	// CountPromises counts the promises made in a while, by kind.
	CountPromises(ctx context.Context, from, until time.Time) ([]PromiseCount, error)
	// Overdue lists open promises of arrival whose window ended before then.
	Overdue(ctx context.Context, before time.Time, limit int) ([]Promise, error)
	// OverdueOf lists open promises of another kind that were due by then and are not
	// marked yet, or were due before the second instant.
	OverdueOf(ctx context.Context, k PromiseKind, due, broken time.Time, limit int) ([]Promise, error)
}

// Outcomes and quotes.
type Outcomes interface {
	AddOutcome(ctx context.Context, o OutcomeRecord) error
	Outcome(ctx context.Context, id ids.ID) (OutcomeRecord, error)
	// CommitOutcome marks an outcome as committed; code "outcome_used" when it was already.
	CommitOutcome(ctx context.Context, id ids.ID, at time.Time) error
	AddQuote(ctx context.Context, q Quote) error
}

// Options offered on site.
type Options interface {
	AddOptionSet(ctx context.Context, s OptionSet, list []Option) error
	OptionSet(ctx context.Context, id ids.ID) (OptionSet, []Option, error)
	LockOptionSet(ctx context.Context, id ids.ID) (OptionSet, []Option, error)
	// ChooseOption records the choice; code "options_state" when no longer offered.
	ChooseOption(ctx context.Context, set, option ids.ID, by string, at time.Time) error
	// OptionChosen says whether one was chosen at a visit.
	OptionChosen(ctx context.Context, visit ids.ID) (bool, error)
	// LapseOptions ends what is on offer at a visit that is over.
	LapseOptions(ctx context.Context, visit ids.ID) error
	// WithdrawOptions ends the offered sets of a visit, for a new offer.
	WithdrawOptions(ctx context.Context, visit ids.ID) error
}

// Incidents, their affected sets and call lists.
type Incidents interface {
	// AddIncident stores an incident and gives it with its number. The same
	// external id again gives the one that is there, and false.
	AddIncident(ctx context.Context, i Incident) (Incident, bool, error)
	Incident(ctx context.Context, id ids.ID) (Incident, error)
	LockIncident(ctx context.Context, id ids.ID) (Incident, error)
	// LockIncidentOf gives the incident of an external id, nil when there is none.
	LockIncidentOf(ctx context.Context, externalID string) (*Incident, error)
	SaveIncident(ctx context.Context, i Incident) (Incident, error)
	ListIncidents(ctx context.Context, states []IncidentState, p Page) (list []Incident, next string, err error)
	// Devices lists every device in a person's custody.
	Devices(ctx context.Context) ([]Device, error)
	AddAffected(ctx context.Context, list []Affected) error
	AffectedBy(ctx context.Context, incident ids.ID) ([]Affected, error)
	// ListAffected gives them in pages, by person and item.
	ListAffected(ctx context.Context, incident ids.ID, p Page) (list []Affected, next string, err error)
	// IncidentsTouching gives the live incidents that touch a person.
	IncidentsTouching(ctx context.Context, person ids.ID) ([]Incident, []Affected, error)
	// Reach marks that a person has come to know; the first way counts (false otherwise).
	Reach(ctx context.Context, incident, person ids.ID, how string, at time.Time) (bool, error)
	// LinkAffected notes the ticket that helps an affected person.
	LinkAffected(ctx context.Context, incident, person, ticket ids.ID) error
	AddCallTasks(ctx context.Context, list []CallTask) error
	CallTasks(ctx context.Context, incident ids.ID) ([]CallTask, error)
	// ListCallTasks gives the call list in pages, who is called earliest first.
	ListCallTasks(ctx context.Context, incident ids.ID, p Page) (list []CallTask, next string, err error)
	// LapseCallTasks puts tasks that were taken before then back to the queue, at
	// most limit at once, and gives them.
	LapseCallTasks(ctx context.Context, before time.Time, limit int) ([]CallTask, error)
	// TakeCallTask gives a queued task to an account; code "call_task_state" otherwise.
	TakeCallTask(ctx context.Context, id, by ids.ID, at time.Time) (CallTask, error)
	// SettleCallTask ends a taken task, or puts it back to the queue.
	SettleCallTask(ctx context.Context, id ids.ID, by ids.ID, act CallTaskAct, note string, at time.Time) (CallTask, error)
	// EndCallTasks cancels every task of an incident that nobody has done yet.
	EndCallTasks(ctx context.Context, incident ids.ID, note string, at time.Time) error
	// CancelCallTasks takes a person off every call list because they called
	// first. Each task is given at most once, whoever asks.
	CancelCallTasks(ctx context.Context, person, contact ids.ID, note string, at time.Time) ([]CallTask, error)
}

// CallbackFilter chooses callbacks. Empty parts choose all.
type CallbackFilter struct {
	OwnerID  *ids.ID
	TicketID *ids.ID
	State    CallbackState
}

// Callbacks after visits.
type Callbacks interface {
	// AddCallback stores one; a visit has one callback at most (false when it has).
	AddCallback(ctx context.Context, c Callback) (bool, error)
	LockCallback(ctx context.Context, id ids.ID) (Callback, error)
	SaveCallback(ctx context.Context, c Callback) (Callback, error)
	ListCallbacks(ctx context.Context, f CallbackFilter, p Page) (list []Callback, next string, err error)
}

// NoticeFilter chooses notices. Empty parts choose all.
type NoticeFilter struct {
	State     NoticeState
	PersonID  *ids.ID
	TicketID  *ids.ID
	PromiseID *ids.ID
	OwnerID   *ids.ID // of the ticket
}

// Notices to people.
type Notices interface {
	AddNotice(ctx context.Context, n Notice) error
	Notice(ctx context.Context, id ids.ID) (Notice, error)
	ListNotices(ctx context.Context, f NoticeFilter, p Page) (list []Notice, next string, err error)
}

// PlanRuns of region-days.
type PlanRuns interface {
	AddPlanRun(ctx context.Context, r PlanRun) error
	PlanRun(ctx context.Context, id ids.ID) (PlanRun, error)
	LockPlanRun(ctx context.Context, id ids.ID) (PlanRun, error)
	SavePlanRun(ctx context.Context, r PlanRun) (PlanRun, error)
	// ListPlanRuns lists those in one of the states, all where none is named.
	ListPlanRuns(ctx context.Context, k DayKey, states []PlanRunState, p Page) (list []PlanRun, next string, err error)
}
