package dispatch

import (
	"time"

	"roundsman/internal/ids"
)

// Contact is one call, mail, chat or walk-in, in or out.
type Contact struct {
	ID         ids.ID
	PersonID   *ids.ID // nil while the caller is unknown
	TicketID   *ids.ID
	HandlerID  ids.ID    // the account that took it
	Channel    string    // "phone", "mail", "chat", "portal", "walk_in"
	Direction  string    // "in" or "out"
	QueuedAt   time.Time // ringing or queueing began
	AnsweredAt time.Time
	EndedAt    *time.Time
	Reason     string // code: "new", "status", "incident", "callback", "other"
	Outcome    string // code: "", "ticket", "resolved", "promised", "informed"
	// Waiting: it came by itself, and nobody has taken it up yet; AnsweredAt is then
	// only when it came.
	Waiting bool
}
