package dispatch

import (
	"context"
	"encoding/json"
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// ImportKind is what the rows of a file are.
type ImportKind string

// The kinds of file. Each but the last can be exported too.
const (
	ImportSites       ImportKind = "sites"
	ImportPeople      ImportKind = "people"
	ImportTechnicians ImportKind = "technicians"
	ImportShifts      ImportKind = "shifts"
	ImportItems       ImportKind = "items"
	ImportTickets     ImportKind = "tickets"
	// ImportServiceNow is the log of another desk: a row for every change of an incident.
	ImportServiceNow ImportKind = "servicenow"
)

// ImportState is where an import is. The comment names who acts next.
type ImportState string

// The states of an import.
const (
	ImportQueued    ImportState = "queued"    // a worker; anybody with the right may cancel
	ImportRunning   ImportState = "running"   // the worker; anybody with the right may cancel
	ImportDone      ImportState = "done"      // whoever sent it: look at the rejected rows, correct them, send the file again
	ImportCancelled ImportState = "cancelled" // whoever sent it: what was kept by then stays; the file sent again goes on
	ImportFailed    ImportState = "failed"    // whoever sent it: read why, correct the file, send it again
)

// ImportAct is something that is done to an import.
type ImportAct string

// The acts. The comment names who does them.
const (
	ImportStart  ImportAct = "start"  // a worker
	ImportFinish ImportAct = "finish" // the worker
	ImportFail   ImportAct = "fail"   // the worker
	ImportCancel ImportAct = "cancel" // anybody with the right
)

// importTable says what may be done to an import in which state; docs/states.md draws it.
var importTable = states.Table[ImportAct, ImportState]{
	Noun: "import", Code: "import_state", Hint: "send the file again: what is kept already is found unchanged",
	States: []ImportState{ImportQueued, ImportRunning, ImportDone, ImportCancelled, ImportFailed},
	Acts: []states.Act[ImportAct, ImportState]{
		{Name: ImportStart, From: []ImportState{ImportQueued}, To: []ImportState{ImportRunning}, Code: states.Nothing},
		{Name: ImportStart, From: []ImportState{ImportRunning}, Code: states.Nothing},
		{Name: ImportFinish, From: []ImportState{ImportRunning}, To: []ImportState{ImportDone}, Code: states.Nothing},
		{Name: ImportFail, From: []ImportState{ImportRunning}, To: []ImportState{ImportFailed}, Code: states.Nothing},
		{Name: ImportCancel, From: []ImportState{ImportQueued, ImportRunning}, To: []ImportState{ImportCancelled}},
	},
}

// After gives the state after an act. Code: "import_state", with the states that it fits.
func (s ImportState) After(a ImportAct) (ImportState, error) { return importTable.After(s, a) }

// Over says whether nothing more is read.
func (s ImportState) Over() bool { return s != ImportQueued && s != ImportRunning }

// Import is one file on its way in. Rows are read in batches; what a batch keeps
// and how far the file was read are written in one transaction.
type Import struct {
	ID     ids.ID
	Kind   ImportKind
	State  ImportState
	DryRun bool // everything is checked, and nothing kept
	// What rows that name none belong to: a region and a template, by code.
	RegionCode   string
	TemplateCode string
	Size         int64 // of the file, in bytes
	Offset       int64 // how many of them were read
	// Rows are those read: each was added, changed, found unchanged or rejected.
	Rows, Added, Changed, Unchanged, Rejected int64
	ExtraColumns                              []string // of the file, that mean nothing here
	AskedBy                                   ids.ID
	CreatedAt                                 time.Time
	StartedAt, EndedAt                        *time.Time
	Cancel                                    bool // asked to stop
	Tries                                     int  // how often reading began since a row was last kept
	ErrorCode, Error                          string
	Version                                   int64
}

// RowError is what is wrong with one row of a file.
type RowError struct {
	ImportID ids.ID
	N        int64 // in the order in which they were found
	Line     int   // of the file, on which the row begins
	Column   string
	Code     string
	Message  string
}

// Brought is something that an import made of what another system knows by a key
// of its own, so that the same file again finds it.
type Brought struct {
	Source   string // "servicenow", or "tickets"
	Noun     string // "ticket", "person", "site"
	Key      string
	Subject  ids.ID
	ImportID ids.ID
}

// PastEvent is a line of the history that a ticket had elsewhere, before it was
// imported. It is history and no news: no reader of the event stream is told.
type PastEvent struct {
	ID       ids.ID
	TicketID ids.ID
	Name     string
	At       time.Time
	Data     json.RawMessage
}

// Imports keeps files on their way in.
type Imports interface {
	AddImport(ctx context.Context, i Import) error
	Import(ctx context.Context, id ids.ID) (Import, error)
	LockImport(ctx context.Context, id ids.ID) (Import, error)
	// SaveImport writes every mutable field and raises the version.
	SaveImport(ctx context.Context, i Import) (Import, error)
	// ListImports gives them newest first.
	ListImports(ctx context.Context, p Page) (list []Import, next string, err error)
	// AddImportPart keeps the n-th part of a file.
	AddImportPart(ctx context.Context, id ids.ID, n int, content []byte) error
	// ImportPart gives it, nil behind the last.
	ImportPart(ctx context.Context, id ids.ID, n int) ([]byte, error)
	// DropImportParts forgets the file: its rows are kept, or rejected.
	DropImportParts(ctx context.Context, id ids.ID) error
	AddRowErrors(ctx context.Context, list []RowError) error
	// ListRowErrors gives them in the order of the file.
	ListRowErrors(ctx context.Context, id ids.ID, p Page) (list []RowError, next string, err error)

	// IDsByCode gives the ids of those that exist. Nouns: "region", "site", "depot",
	// "technician", "model", "template", "person" by employee number, "account" by login.
	IDsByCode(ctx context.Context, noun string, codes []string) (map[string]ids.ID, error)
	// CodesByID is the way back.
	CodesByID(ctx context.Context, noun string, list []ids.ID) (map[ids.ID]string, error)
	// AddTickets stores many new tickets. Those without a number are given the next;
	// no later ticket is given one that is stored here.
	AddTickets(ctx context.Context, list []Ticket) error
	// BroughtBefore gives what earlier rows brought, by key.
	BroughtBefore(ctx context.Context, source, noun string, keys []string) (map[string]ids.ID, error)
	// BroughtBy gives what earlier rows of one import brought, by key.
	BroughtBy(ctx context.Context, run ids.ID, source, noun string, keys []string) (map[string]ids.ID, error)
	KeepBrought(ctx context.Context, list []Brought) error
	// AddPastEvents keeps lines of history, each once, and gives the ids of those
	// that are new.
	AddPastEvents(ctx context.Context, list []PastEvent) ([]ids.ID, error)
	// MeasureTables lets the store see how large the tables have become that such a file
	// fills, so that it goes on looking things up in the way that fits.
	MeasureTables(ctx context.Context, kind ImportKind) error
	// TicketsByID gives tickets, by id.
	TicketsByID(ctx context.Context, list []ids.ID) ([]Ticket, error)
	// TicketsByNumber gives those of the numbers that exist, by number.
	TicketsByNumber(ctx context.Context, numbers []int64) ([]Ticket, error)
	// ListTicketsByNumber gives all of them, the lowest number first.
	ListTicketsByNumber(ctx context.Context, p Page) (list []Ticket, next string, err error)
}
