package dispatch

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
)

// CustomerLinkState is how a customer's link stands; it follows from its instants.
type CustomerLinkState string

// The states of a customer's link. All but CustomerLinkLive are final.
const (
	CustomerLinkLive    CustomerLinkState = "live"    // the customer: look, choose, answer
	CustomerLinkRevoked CustomerLinkState = "revoked" // nobody
	CustomerLinkExpired CustomerLinkState = "expired" // nobody
)

// CustomerLinkAct is something that is done to a customer's link.
type CustomerLinkAct string

// The acts. The comment names who does them.
const (
	LinkUse    CustomerLinkAct = "use"    // the customer: look, choose, answer
	LinkRevoke CustomerLinkAct = "revoke" // the desk
	LinkExpire CustomerLinkAct = "expire" // time
)

// customerLinkTable says what may be done to a customer's link in which state; docs/states.md draws it.
var customerLinkTable = states.Table[CustomerLinkAct, CustomerLinkState]{
	Noun: "customer's link", Code: "customer_link_state", Hint: "it opens nothing any more; send a new one",
	States: []CustomerLinkState{CustomerLinkLive, CustomerLinkRevoked, CustomerLinkExpired},
	Acts: []states.Act[CustomerLinkAct, CustomerLinkState]{
		{Name: LinkUse, From: []CustomerLinkState{CustomerLinkLive}, Code: "link_refused"},
		{Name: LinkRevoke, From: []CustomerLinkState{CustomerLinkLive}, To: []CustomerLinkState{CustomerLinkRevoked}},
		{Name: LinkExpire, From: []CustomerLinkState{CustomerLinkLive}, To: []CustomerLinkState{CustomerLinkExpired}, Code: states.Nothing},
	},
}

// Allows refuses an act that does not fit the state. Code: "customer_link_state", with the states
// that it fits.
func (s CustomerLinkState) Allows(a CustomerLinkAct) error { return customerLinkTable.Allows(s, a) }

// CustomerLink lets the person of one ticket look at it and make their own choices,
// without an account. The link is the right; what opens it are its keys. Each letter
// that carries the link has a key of its own, made when the letter leaves, and only
// the key's hash is kept.
type CustomerLink struct {
	ID        ids.ID
	TicketID  ids.ID
	PersonID  ids.ID  // it opens nothing once the ticket is another person's
	MadeBy    *ids.ID // nil: it came with a notice
	MadeAt    time.Time
	ExpiresAt time.Time
	RevokedAt *time.Time
	RevokedBy *ids.ID
}

// State is how the link stands at an instant.
func (l CustomerLink) State(now time.Time) CustomerLinkState {
	switch {
	case l.RevokedAt != nil:
		return CustomerLinkRevoked
	case !now.Before(l.ExpiresAt):
		return CustomerLinkExpired
	}
	return CustomerLinkLive
}

// CustomerLinkLife is how long a link is good after the visit that it is about, or
// after it was made where none is promised.
const CustomerLinkLife = 7 * 24 * time.Hour

// NewCustomerLink makes the link of a ticket. visitEnds is the end of the promised
// window, nil where there is none.
func NewCustomerLink(t Ticket, madeBy *ids.ID, visitEnds *time.Time, now time.Time) CustomerLink {
	from := now
	if visitEnds != nil && visitEnds.After(now) {
		from = *visitEnds
	}
	return CustomerLink{ID: ids.New(), TicketID: t.ID, PersonID: t.PersonID, MadeBy: madeBy, MadeAt: now, ExpiresAt: from.Add(CustomerLinkLife)}
}

// linkKeyBytes make the 128 bits of a key.
const linkKeyBytes = 16

// NewLinkKey makes a key that opens a link, and the hash that is kept of it.
func NewLinkKey() (key string, hash []byte) {
	b := make([]byte, linkKeyBytes)
	_, _ = rand.Read(b) // never fails
	key = base64.RawURLEncoding.EncodeToString(b)
	return key, LinkKeyHash(key)
}

// LinkKeyHash is what is kept of a key, and looked up by: how long a look takes says
// nothing of the key. A plain hash will do, for a key is random and not chosen.
func LinkKeyHash(key string) []byte {
	h := sha256.Sum256([]byte(key))
	return h[:]
}

// CustomerLinks are links with their keys.
type CustomerLinks interface {
	AddCustomerLink(ctx context.Context, l CustomerLink) error
	CustomerLink(ctx context.Context, id ids.ID) (CustomerLink, error)
	LockCustomerLink(ctx context.Context, id ids.ID) (CustomerLink, error)
	// AddLinkKey keeps the hash of a key that opens a link.
	AddLinkKey(ctx context.Context, link ids.ID, hash []byte, at time.Time) error
	// LinkOfKey gives the link that a key opens, whatever its state, as long as the
	// ticket is still its person's; code "customer_link_not_found".
	LinkOfKey(ctx context.Context, hash []byte) (CustomerLink, error)
	// ListCustomerLinks gives a ticket's links, newest first.
	ListCustomerLinks(ctx context.Context, ticket ids.ID, p Page) (list []CustomerLink, next string, err error)
	// RevokeCustomerLink ends one.
	RevokeCustomerLink(ctx context.Context, id, by ids.ID, at time.Time) error
	// RevokeCustomerLinks ends those of a ticket that are live, and gives them.
	RevokeCustomerLinks(ctx context.Context, ticket, by ids.ID, at time.Time) ([]CustomerLink, error)
}
