package dispatch

import (
	"context"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// RecordState is how sure we are of a person's record. Whether they have left is
// another matter: that of standing data.
type RecordState string

// The states of a person's record. The comment names who acts next.
const (
	RecordComplete    RecordState = "complete"    // nobody
	RecordProvisional RecordState = "provisional" // who knows them: complete it, or merge it into the one that they have
	RecordMerged      RecordState = "merged"      // nobody: the other record is theirs
)

// RecordAct is something that is done to a person's record.
type RecordAct string

// The acts of the desk.
const (
	RecordFill   RecordAct = "complete"
	RecordMerge  RecordAct = "merge_into_another"
	RecordTakeIn RecordAct = "take_another_in"
)

// recordTable says what may be done to a person's record in which state; docs/states.md draws it.
var recordTable = states.Table[RecordAct, RecordState]{
	Noun: "record of a person", Code: "person_state", Hint: "look at the record that it is merged into, or change it instead",
	States: []RecordState{RecordProvisional, RecordComplete, RecordMerged},
	Acts: []states.Act[RecordAct, RecordState]{
		{Name: RecordFill, From: []RecordState{RecordProvisional}, To: []RecordState{RecordComplete}},
		{Name: RecordMerge, From: []RecordState{RecordProvisional, RecordComplete}, To: []RecordState{RecordMerged}},
		{Name: RecordTakeIn, From: []RecordState{RecordProvisional, RecordComplete}},
	},
}

// Record is how sure we are of who this is.
func (p Person) Record() RecordState {
	switch {
	case p.MergedInto != nil:
		return RecordMerged
	case p.Provisional:
		return RecordProvisional
	}
	return RecordComplete
}

// may refuses an act that does not fit the record, and names the one that counts.
func (p Person) may(a RecordAct) error {
	err := recordTable.Allows(p.Record(), a)
	if err == nil || p.MergedInto == nil {
		return err
	}
	return fault.Of(err).With("person_id", *p.MergedInto)
}

// MayComplete says whether a person is one whose record is still to be completed.
// Code: "person_state".
func (p Person) MayComplete() error { return p.may(RecordFill) }

// MayMerge says whether the record may be folded into another one. Codes:
// "merge_into_self", "person_state" when one of them is folded already.
func (p Person) MayMerge(into Person) error {
	if p.ID == into.ID {
		return fault.New(fault.Invalid, "merge_into_self", "a person can't be merged into themselves; name the other record").At("/into_person_id", "is the same person")
	}
	if err := p.may(RecordMerge); err != nil {
		return err
	}
	return into.may(RecordTakeIn)
}

// Merge is that two records were found to be of one person.
type Merge struct {
	ID       ids.ID
	FromID   ids.ID
	IntoID   ids.ID
	MergedBy ids.ID
	MergedAt time.Time
	Reason   string
}

// Correction is that a contact was found to be with somebody else.
type Correction struct {
	ID          ids.ID
	ContactID   ids.ID
	FromID      *ids.ID // nil: nobody was known
	ToID        ids.ID
	CorrectedBy ids.ID
	CorrectedAt time.Time
}

// Known are the ways in which the desk comes to know who somebody is.
type Known interface {
	// Caller gives a person whom something is about to be written down for, and
	// holds them against being merged until the end of the transaction. Of a
	// merged person it gives the one that they are. Code: "person_not_found".
	Caller(ctx context.Context, id ids.ID) (Person, error)
	// AddProvisional stores a person with a number of its own kind until the real
	// one is known, and gives them with it.
	AddProvisional(ctx context.Context, p Person) (Person, error)
	// LockPeople locks people for change, by id, and gives them in the order asked
	// for. Code: "person_not_found".
	LockPeople(ctx context.Context, list ...ids.ID) ([]Person, error)
	// CompletePerson writes every known field of a locked provisional person.
	// Code: "employee_number_taken".
	CompletePerson(ctx context.Context, p Person) (Person, error)
	// PersonByNumber gives whoever has an employee number; nil: nobody.
	PersonByNumber(ctx context.Context, number string) (*Person, error)
	// MergePeople makes everything of one locked person the other's, wherever it
	// stands, and keeps that it happened.
	MergePeople(ctx context.Context, m Merge) error
	// LockContact reads a contact for change.
	LockContact(ctx context.Context, id ids.ID) (Contact, error)
	// CorrectContact writes whom a contact was with, keeps whom it was thought to
	// be with, and takes back what it did for that one: their calls are on the
	// list again, and they count as not reached by it. The calls are given.
	CorrectContact(ctx context.Context, c Correction, answered time.Time) ([]CallTask, error)
}
