package dispatch

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// PromiseState is how a promise stands. The comment names who acts next.
type PromiseState string

// The states of a promise. All but PromiseOpen are final.
const (
	PromiseOpen      PromiseState = "open"      // the planner and the technician: keep it
	PromiseKept      PromiseState = "kept"      // nobody
	PromiseLate      PromiseState = "late"      // nobody: arrived after the window
	PromiseBroken    PromiseState = "broken"    // the owner: explain
	PromiseWithdrawn PromiseState = "withdrawn" // nobody: by the customer
)

// EntryKind is what a ledger entry records.
type EntryKind string

// The kinds of ledger entry.
const (
	EntryMade      EntryKind = "made"
	EntryRevised   EntryKind = "revised"
	EntryAtRisk    EntryKind = "at_risk"
	EntryKept      EntryKind = "kept"
	EntryLate      EntryKind = "late"
	EntryBroken    EntryKind = "broken"
	EntryWithdrawn EntryKind = "withdrawn"
)

// Floors are the chances of being kept at which something happens.
type Floors struct {
	Quote float64 // below it no promise is made
	Risk  float64 // below it repair starts
	Tell  float64 // below it the customer is told
}

// DefaultFloors are those of a new installation.
func DefaultFloors() Floors { return Floors{Quote: 0.90, Risk: 0.80, Tell: 0.50} }

// MoveThreshold is the change of a planned start from which on it matters: an
// outcome that differs by more is shown anew, and a technician has to know of it.
const MoveThreshold = 15 * time.Minute

// Promise is a recorded commitment to a person that somebody arrives inside a
// window. The row is what the ledger's last entry says; the ledger is the truth.
type Promise struct {
	ID           ids.ID
	PersonID     ids.ID
	TicketID     ids.ID
	VisitID      ids.ID
	State        PromiseState
	WindowStart  time.Time // half-open [WindowStart, WindowEnd); holds the arrival
	WindowEnd    time.Time
	FirstStart   time.Time // the window first told
	FirstEnd     time.Time
	Confidence   float64 // stated when it was last made or revised
	TechnicianID ids.ID  // named when told; may change, with notice
	Wording      string  // as said to the person
	Salt         []byte  // of the hash that the ledger keeps of the wording
	MadeBy       ids.ID
	MadeAt       time.Time
	Chance       *float64 // of being kept, as last computed
	AtRiskSince  *time.Time
	SettledAt    *time.Time
	Version      int64
}

// Entry is one line of the ledger. Entries are only ever added. Texts live
// aside: an entry holds ids, codes and a salted hash of the wording, so that a
// person can be forgotten and the chain still verifies.
type Entry struct {
	PromiseID    ids.ID
	Seq          int64 // 1, 2, 3 … within the promise
	Kind         EntryKind
	At           time.Time
	ActorID      *ids.ID
	WindowStart  time.Time
	WindowEnd    time.Time
	TechnicianID ids.ID
	Confidence   float64
	Reason       string  // code; for a revision or an end
	NoticeID     *ids.ID // the notice that told of it
	WordingHash  []byte
	Previous     []byte // hash of the entry before, empty for the first
	Hash         []byte
}

// Seal computes an entry's hash from everything in it and the entry before.
// Instants count to the microsecond, which is what the database keeps.
func (e Entry) Seal() []byte {
	h := sha256.New()
	text := func(b []byte) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(b)))
		h.Write(n[:])
		h.Write(b)
	}
	num := func(v int64) {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(v))
		h.Write(n[:])
	}
	text(e.PromiseID[:])
	num(e.Seq)
	text([]byte(e.Kind))
	num(e.At.UnixMicro())
	if e.ActorID != nil {
		text(e.ActorID[:])
	} else {
		text(nil)
	}
	num(e.WindowStart.UnixMicro())
	num(e.WindowEnd.UnixMicro())
	text(e.TechnicianID[:])
	num(int64(e.Confidence * 1e6))
	text([]byte(e.Reason))
	if e.NoticeID != nil {
		text(e.NoticeID[:])
	} else {
		text(nil)
	}
	text(e.WordingHash)
	text(e.Previous)
	return h.Sum(nil)
}

// VerifyChain says which entry of a promise's chain is the first that does not
// fit, or nil when all do. Entries come in order. Code: "ledger_broken".
func VerifyChain(entries []Entry) error {
	var prev []byte
	for i, e := range entries {
		if e.Seq != int64(i+1) || string(e.Previous) != string(prev) || string(e.Hash) != string(e.Seal()) {
			return fault.New(fault.Internal, "ledger_broken", "entry %d of promise %s does not fit the chain", i+1, e.PromiseID)
		}
		prev = e.Hash
	}
	return nil
}

// Judge says how the start of the work leaves a promise: kept when it is before
// the window's end and, unless the customer agreed to earlier, not before its
// start.
func Judge(p Promise, starts time.Time, agreedEarly bool) PromiseState {
	switch {
	case !starts.Before(p.WindowEnd):
		return PromiseLate
	case starts.Before(p.WindowStart) && !agreedEarly:
		return PromiseBroken
	default:
		return PromiseKept
	}
}
