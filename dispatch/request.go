package dispatch

import (
	"context"
	"slices"
	"strings"
	"time"

	"roundsman/internal/ids"
)

// Request is what somebody asked for by mail, portal or chat, as it came in.
type Request struct {
	SourceID   ids.ID // the service account that brought it
	ExternalID string // once for each source
	ContactID  *ids.ID
	TicketID   *ids.ID
	Joined     bool // the ticket was there
	Summary    string
	Body       string
	ReceivedAt time.Time
}

// AgentLoad is an agent who may own a ticket, with how much they have.
type AgentLoad struct {
	AccountID ids.ID
	Login     string
	Open      int // tickets that they own
	Absent    bool
}

// ChooseOwner gives the agent who shall answer for what nobody has taken: the first
// of those whom the customer would rather have who is there, otherwise who has least;
// the login decides between equals. false when nobody is there.
func ChooseOwner(list []AgentLoad, rather ...ids.ID) (ids.ID, bool) {
	there := slices.DeleteFunc(slices.Clone(list), func(a AgentLoad) bool { return a.Absent })
	if len(there) == 0 {
		return ids.Nil, false
	}
	for _, id := range rather {
		if slices.ContainsFunc(there, func(a AgentLoad) bool { return a.AccountID == id }) {
			return id, true
		}
	}
	return slices.MinFunc(there, func(a, b AgentLoad) int {
		if a.Open != b.Open {
			return a.Open - b.Open
		}
		return strings.Compare(a.Login, b.Login)
	}).AccountID, true
}

// Requests come in at one door, whatever the channel.
type Requests interface {
	// ClaimRequest stores a request; false, with the one that is there, when the
	// source has brought it before.
	ClaimRequest(ctx context.Context, r Request) (Request, bool, error)
	// SettleRequest writes what became of a request.
	SettleRequest(ctx context.Context, r Request) error
	// LockThread holds a person's thread against others of the same, and gives the
	// ticket it is about so far.
	LockThread(ctx context.Context, source ids.ID, thread string, person ids.ID) (*ids.ID, error)
	// TieThread writes which ticket a locked thread is about.
	TieThread(ctx context.Context, source ids.ID, thread string, person, ticket ids.ID) error
	// FirstSite is where somebody is taken to be of whom no place is known.
	FirstSite(ctx context.Context) (Site, error)
	// AgentLoads lists agents who may own tickets.
	AgentLoads(ctx context.Context, at time.Time) ([]AgentLoad, error)
	// TakeUp ends the waiting of a contact; code "contact_state" when it does not wait.
	TakeUp(ctx context.Context, contact, by ids.ID, at time.Time) (Contact, error)
	// RequestsOf gives the requests of a ticket, the earliest first, at most n.
	RequestsOf(ctx context.Context, ticket ids.ID, n int) ([]Request, error)
}
