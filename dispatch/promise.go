package dispatch

import (
	"crypto/sha256"
	"encoding/binary"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/states"
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

// PromiseAct is something that is done to a promise, or happens to it.
type PromiseAct string

// The acts. The comment names who does them.
const (
	PromiseRevise   PromiseAct = "revise"   // the customer or we: another window
	PromiseKeep     PromiseAct = "keep"     // what was promised is done in time
	PromiseBeLate   PromiseAct = "be_late"  // it is done after it was due
	PromiseBreak    PromiseAct = "break"    // nobody came, or we take it back
	PromiseWithdraw PromiseAct = "withdraw" // the customer
	PromiseRejudge  PromiseAct = "rejudge"  // evidence that is borne out
	PromiseReopen   PromiseAct = "reopen"   // the technician: the arrival was a mistake
)

// promiseTable says what may be done to a promise in which state; docs/states.md draws it.
var promiseTable = states.Table[PromiseAct, PromiseState]{
	Noun: "promise", Code: "promise_state", Hint: "promise anew instead",
	States: []PromiseState{PromiseOpen, PromiseKept, PromiseLate, PromiseBroken, PromiseWithdrawn},
	Acts: []states.Act[PromiseAct, PromiseState]{
		{Name: PromiseRevise, From: []PromiseState{PromiseOpen}},
		{Name: PromiseKeep, From: []PromiseState{PromiseOpen}, To: []PromiseState{PromiseKept}},
		{Name: PromiseBeLate, From: []PromiseState{PromiseOpen}, To: []PromiseState{PromiseLate}},
		{Name: PromiseBreak, From: []PromiseState{PromiseOpen}, To: []PromiseState{PromiseBroken}},
		{Name: PromiseWithdraw, From: []PromiseState{PromiseOpen}, To: []PromiseState{PromiseWithdrawn}},
		{Name: PromiseRejudge, From: []PromiseState{PromiseKept}, To: []PromiseState{PromiseLate}, Code: states.Nothing},
		{Name: PromiseRejudge, From: []PromiseState{PromiseLate}, To: []PromiseState{PromiseKept}, Code: states.Nothing},
		{Name: PromiseReopen, From: []PromiseState{PromiseKept, PromiseLate}, To: []PromiseState{PromiseOpen}, Code: states.Nothing},
	},
}

// Allows refuses an act that does not fit the state. Code: "promise_state", with the states
// that it fits.
func (s PromiseState) Allows(a PromiseAct) error { return promiseTable.Allows(s, a) }

// Ending is the act that leaves a promise in a final state.
func Ending(to PromiseState) PromiseAct {
	return map[PromiseState]PromiseAct{PromiseKept: PromiseKeep, PromiseLate: PromiseBeLate, PromiseBroken: PromiseBreak, PromiseWithdrawn: PromiseWithdraw}[to]
}

// EntryKind is what a ledger entry records.
type EntryKind string

// The kinds of ledger entry.
const (
	EntryMade      EntryKind = "made"
	EntryRevised   EntryKind = "revised"
	EntryAtRisk    EntryKind = "at_risk"
	EntryRecovered EntryKind = "recovered"
	EntryKept      EntryKind = "kept"
	EntryLate      EntryKind = "late"
	EntryBroken    EntryKind = "broken"
	EntryWithdrawn EntryKind = "withdrawn"
)

// Ends says which state an entry leaves its promise in for good; ok is false for
// one after which the promise is still open.
func (k EntryKind) Ends() (state PromiseState, ok bool) {
	switch k {
	case EntryKept:
		return PromiseKept, true
	case EntryLate:
		return PromiseLate, true
	case EntryBroken:
		return PromiseBroken, true
	case EntryWithdrawn:
		return PromiseWithdrawn, true
	}
	return PromiseOpen, false
}

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

// LastMinute is how long before its end a window may still be changed by us. What
// we change later than that is broken.
const LastMinute = time.Hour

// Promise is a recorded commitment to a person: that somebody arrives inside a
// window, or that something is done by an instant. The row is what the ledger's
// last entry says; the ledger is the truth. Ids that a kind does not have are Nil.
type Promise struct {
	ID           ids.ID
	Kind         PromiseKind
	PersonID     ids.ID
	TicketID     ids.ID
	VisitID      ids.ID  // of an arrival
	SubjectID    *ids.ID // the callback, loan or item that keeps it
	FollowsID    *ids.ID // the promise that this one was made instead of
	State        PromiseState
	WindowStart  time.Time // half-open [WindowStart, WindowEnd); holds the arrival, or ends when it is due
	WindowEnd    time.Time
	FirstStart   time.Time // the window first told
	FirstEnd     time.Time
	Confidence   float64 // stated when it was last made or revised; 0 where none is
	TechnicianID ids.ID  // named when told; may change, with notice
	Forced       bool    // made below the floor
	Wording      string  // as said to the person
	Note         string  // why it was forced or changed, in words
	Salt         []byte  // of the hash that the ledger keeps of the wording
	MadeBy       ids.ID  // Nil: the customer, through their own link
	MadeAt       time.Time
	Chance       *float64 // of being kept, as last computed
	AtRiskSince  *time.Time
	MetAt        *time.Time // when it was done in fact: the work began, the item was back
	SettledAt    *time.Time
	Version      int64
}

// Entry is one line of the ledger. Entries are only ever added. Texts live
// aside: an entry holds ids, codes and a salted hash of the wording, so that a
// person can be forgotten and the chain still verifies.
type Entry struct {
	PromiseID    ids.ID
	PromiseKind  PromiseKind
	Seq          int64 // 1, 2, 3 … within the promise
	Kind         EntryKind
	At           time.Time
	ActorID      *ids.ID
	Choice       Choice // whose choice it was; "" for what happened
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

// EntryOf begins an entry with what the promise says now.
func EntryOf(p Promise, kind EntryKind, at time.Time) Entry {
	return Entry{PromiseID: p.ID, PromiseKind: p.Kind, Kind: kind, At: at, WindowStart: p.WindowStart, WindowEnd: p.WindowEnd,
		TechnicianID: p.TechnicianID, Confidence: p.Confidence}
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
	text([]byte(e.PromiseKind))
	text([]byte(e.Kind))
	text([]byte(e.Choice))
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

// Judge says how what was done leaves a promise. An arrival is kept when the work
// starts before the window's end and, unless the customer agreed to earlier, not
// before its start; the other kinds when it is done before they are due.
func Judge(p Promise, starts time.Time, agreedEarly bool) PromiseState {
	switch {
	case !starts.Before(p.WindowEnd):
		return PromiseLate
	case p.Kind == ArrivalPromise && starts.Before(p.WindowStart) && !agreedEarly:
		return PromiseBroken
	default:
		return PromiseKept
	}
}
