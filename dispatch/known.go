package dispatch

import (
	"context"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// MayComplete says whether a person is one whose record is still to be completed.
// Code: "person_state".
func (p Person) MayComplete() error {
	if p.MergedInto != nil {
		return fault.New(fault.Conflict, "person_state", "this is the same person as another record; look at that one").
			With("state", "merged").With("person_id", *p.MergedInto)
	}
	if !p.Provisional {
		return fault.New(fault.Conflict, "person_state", "the record of this person is complete; change it instead").With("state", "complete")
	}
	return nil
}

// MayMerge says whether the record may be folded into another one. Codes:
// "merge_into_self", "person_state" when one of them is folded already.
func (p Person) MayMerge(into Person) error {
	if p.ID == into.ID {
		return fault.New(fault.Invalid, "merge_into_self", "a person can't be merged into themselves; name the other record").At("/into_person_id", "is the same person")
	}
	for _, x := range []Person{p, into} {
		if x.MergedInto != nil {
			return fault.New(fault.Conflict, "person_state", "one of the two is merged into another record already; use that one").
				With("state", "merged").With("person_id", *x.MergedInto)
		}
	}
	return nil
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
