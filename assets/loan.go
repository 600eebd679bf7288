package assets

import (
	"context"
	"slices"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// LoanState is where a loan is. The comment names who acts next.
type LoanState string

// The states of a loan.
const (
	LoanBooked    LoanState = "booked"    // the stock keeper: hand it out when it begins
	LoanOut       LoanState = "out"       // the person: bring it back until due
	LoanReturned  LoanState = "returned"  // nobody; the item waits to be wiped
	LoanCancelled LoanState = "cancelled" // nobody
	LoanLost      LoanState = "lost"      // nobody: the item was not brought back
)

// LoanAct is something that is done to a loan.
type LoanAct string

// The acts. The comment names who does them.
const (
	LoanCheckOut LoanAct = "check_out" // the stock keeper
	LoanExtend   LoanAct = "extend"    // the stock keeper: another day on which it is due
	LoanCheckIn  LoanAct = "check_in"  // the stock keeper
	LoanCancel   LoanAct = "cancel"    // the stock keeper
	LoanLose     LoanAct = "lose"      // its item is nowhere to be found
	LoanReassign LoanAct = "reassign"  // its item is gone before it began, and another takes its place
)

// loanTable says what may be done to a loan in which state; docs/states.md draws it.
var loanTable = states.Table[LoanAct, LoanState]{
	Noun: "loan", Code: "loan_state", Hint: "read it again",
	States: []LoanState{LoanBooked, LoanOut, LoanReturned, LoanCancelled, LoanLost},
	Acts: []states.Act[LoanAct, LoanState]{
		{Name: LoanCheckOut, From: []LoanState{LoanBooked}, To: []LoanState{LoanOut}},
		{Name: LoanExtend, From: []LoanState{LoanBooked}, To: []LoanState{LoanBooked}},
		{Name: LoanExtend, From: []LoanState{LoanOut}, To: []LoanState{LoanOut}},
		{Name: LoanCheckIn, From: []LoanState{LoanOut}, To: []LoanState{LoanReturned}},
		{Name: LoanCancel, From: []LoanState{LoanBooked}, To: []LoanState{LoanCancelled}},
		{Name: LoanLose, From: []LoanState{LoanOut}, To: []LoanState{LoanLost}, Code: states.Nothing},
		{Name: LoanReassign, From: []LoanState{LoanBooked}, To: []LoanState{LoanBooked}, Code: states.Nothing},
	},
}

// After gives the state after an act. Code: "loan_state", with the states that it fits.
func (s LoanState) After(a LoanAct) (LoanState, error) { return loanTable.After(s, a) }

// Live says whether the loan holds its item, now or later.
func (s LoanState) Live() bool { return s == LoanBooked || s == LoanOut }

// Loan is a loaner that somebody has, or will have, until due. Its time is
// half-open: it may begin in the instant in which another is due.
type Loan struct {
	ID            ids.ID
	ItemID        ids.ID
	PersonID      ids.ID
	DepotID       ids.ID // that hands it out
	TicketID      *ids.ID
	PromiseID     *ids.ID // that it comes back
	State         LoanState
	StartsAt      time.Time
	DueAt         time.Time
	FirstDueAt    time.Time // before any extension
	BookedBy      ids.ID
	BookedAt      time.Time
	OutAt         *time.Time
	EndedAt       *time.Time
	ConditionOut  string   // "good", "worn", "damaged"; "" before it is out
	ConditionIn   string   // the same, when it is back
	Accessories   []string // that went along
	Missing       []string // of these, what did not come back
	FailedClauses []string // in which it is less than what was needed
	Waiver        string   // what the customer said to that
	Note          string
	SoonToldAt    *time.Time // the person was reminded before it is due
	DueToldAt     *time.Time // and when it was due
	Version       int64
}

// Overdue says whether it should be back by now.
func (l Loan) Overdue(now time.Time) bool { return l.State == LoanOut && !now.Before(l.DueAt) }

// ReminderLead is how long before it is due the person is reminded.
const ReminderLead = 24 * time.Hour

// LongestLoan is how far ahead a loaner may be booked, and how long one lasts.
const LongestLoan = 366 * 24 * time.Hour

// Book checks the time of a new loan. Code: "bad_window".
func Book(starts, due, now time.Time) error {
	switch {
	case !due.After(starts), !due.After(now):
		return fault.New(fault.Invalid, "bad_window", "a loan is due after it begins, and not in the past").At("/due_at", "is too early")
	case due.Sub(now) > LongestLoan:
		return fault.New(fault.Invalid, "bad_window", "a loan ends within a year; issue the item if it stays longer").At("/due_at", "is too far away")
	}
	return nil
}

// CheckOut hands the loaner out: a loan that begins early begins now. Codes:
// "loan_state", "loan_over" when it was due before anybody came for it.
func (l Loan) CheckOut(condition string, accessories []string, now time.Time) (Loan, error) {
	to, err := l.State.After(LoanCheckOut)
	if err != nil {
		return l, err
	}
	if !now.Before(l.DueAt) {
		return l, fault.New(fault.Conflict, "loan_over", "this loan was due before it began; cancel it and book another")
	}
	l.State, l.OutAt, l.ConditionOut, l.Accessories = to, &now, condition, accessories
	if now.Before(l.StartsAt) {
		l.StartsAt = now
	}
	return l, nil
}

// CheckIn takes the loaner back. What of the accessories is not back stands in
// Missing. Code: "loan_state".
func (l Loan) CheckIn(condition string, accessories []string, now time.Time) (Loan, error) {
	to, err := l.State.After(LoanCheckIn)
	if err != nil {
		return l, err
	}
	l.State, l.EndedAt, l.ConditionIn = to, &now, condition
	l.Missing = []string{}
	back := slices.Clone(accessories)
	for _, a := range l.Accessories {
		if at := slices.Index(back, a); at >= 0 {
			back = slices.Delete(back, at, at+1)
			continue
		}
		l.Missing = append(l.Missing, a)
	}
	return l, nil
}

// Extend lets the loan last longer, or not so long. Whoever was reminded of the
// old day is reminded of the new one. Codes: "loan_state", "bad_window".
func (l Loan) Extend(due, now time.Time) (Loan, error) {
	if _, err := l.State.After(LoanExtend); err != nil {
		return l, err
	}
	if err := Book(l.StartsAt, due, now); err != nil {
		return l, err
	}
	l.DueAt, l.SoonToldAt, l.DueToldAt = due, nil, nil
	return l, nil
}

// Span is a half-open time in which a loaner is not to be had. Until is nil where
// nobody knows: an overdue loaner, or one that is not in stock.
type Span struct {
	From  time.Time
	Until *time.Time
	Loan  *ids.ID
}

// Busy says when an item is not to be had, in order: its loans, and all of the
// time while it is no longer in stock for another reason.
func Busy(h Held, live []Loan, now time.Time) []Span {
	var out []Span
	for _, l := range live {
		due := l.DueAt
		s := Span{From: l.StartsAt, Until: &due, Loan: &l.ID}
		if l.Overdue(now) {
			s.Until = nil
		}
		out = append(out, s)
	}
	if h.Item.State != InStock && h.Item.State != OnLoan {
		out = append(out, Span{From: now})
	}
	slices.SortFunc(out, func(a, b Span) int { return a.From.Compare(b.From) })
	return out
}

// FreeIn says whether none of the spans touches [from, until).
func FreeIn(busy []Span, from, until time.Time) bool {
	return !slices.ContainsFunc(busy, func(s Span) bool {
		return s.From.Before(until) && (s.Until == nil || s.Until.After(from))
	})
}

// LoanFilter chooses loans. Empty parts choose all.
type LoanFilter struct {
	PersonID *ids.ID
	DepotID  *ids.ID
	ItemID   *ids.ID
	States   []LoanState
	DueBy    *time.Time // out, and due at that instant or before; the longest overdue first
}

// Loans of the pool.
type Loans interface {
	// AddLoan stores one; code "loaner_taken" when the item is booked or out in
	// that time.
	AddLoan(ctx context.Context, l Loan) error
	Loan(ctx context.Context, id ids.ID) (Loan, error)
	LockLoan(ctx context.Context, id ids.ID) (Loan, error)
	// SaveLoan writes every mutable field, its item with them, and raises the version; codes
	// "version_stale", "loaner_taken".
	SaveLoan(ctx context.Context, l Loan) (Loan, error)
	ListLoans(ctx context.Context, f LoanFilter, limit int, after string) (list []Loan, next string, err error)
	// LiveLoans gives those of items that are booked or out, by item and beginning.
	LiveLoans(ctx context.Context, items []ids.ID) ([]Loan, error)
	// Pool lists the loaners of depots: what lies there, and what they have lent
	// out or booked, by depot and tag.
	Pool(ctx context.Context, depots []ids.ID) ([]Pooled, error)
	// RemindSoon lists loans that are out, due before then, and of which the
	// person has not been reminded beforehand; RemindDue those of which they have
	// not been told that they are due.
	RemindSoon(ctx context.Context, before time.Time, limit int) ([]ids.ID, error)
	RemindDue(ctx context.Context, before time.Time, limit int) ([]ids.ID, error)
	// MarkSoon and MarkDue note that the person has been told; false when somebody
	// else has, or the loan is over. They leave the version as it is.
	MarkSoon(ctx context.Context, id ids.ID, at time.Time) (bool, error)
	MarkDue(ctx context.Context, id ids.ID, at time.Time) (bool, error)
}

// Pooled is a loaner with the depot whose pool it is in.
type Pooled struct {
	Held
	DepotID ids.ID
}
