package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// Place is where somebody is inside a site, and how to reach them there.
type Place struct {
	Building string `json:"building"`
	Floor    int    `json:"floor"`
	Room     string `json:"room"`
	Callback string `json:"callback,omitempty"` // E.164; "" : as the record says
}

// PlaceOf is what the record says of where a person is.
func PlaceOf(p Person) Place { return Place{Building: p.Building, Floor: p.Floor, Room: p.Room} }

// Over gives a person as they are met for one ticket: at the place that was said
// for it, under the number that was said. The record stays as it is.
func (l *Place) Over(p Person) Person {
	if l == nil {
		return p
	}
	p.Building, p.Floor, p.Room = l.Building, l.Floor, l.Room
	if l.Callback != "" {
		p.Mobile = &l.Callback
	}
	return p
}

// PlaceChange is what was said of where somebody is: for one ticket, or, without
// one, for good.
type PlaceChange struct {
	ID         ids.ID
	PersonID   ids.ID
	TicketID   *ids.ID
	ContactID  *ids.ID
	FromSiteID ids.ID
	FromPlace  Place
	ToSiteID   ids.ID
	ToPlace    Place
	SaidBy     ids.ID
	SaidAt     time.Time
}

// Places are where people are, beside and inside their record.
type Places interface {
	// SetTicketPlace writes where the person of a locked ticket is for it, and
	// raises its version; nil: where the record says.
	SetTicketPlace(ctx context.Context, t Ticket) (Ticket, error)
	// SetVisitSite sends a visit that has not begun elsewhere, and raises its version.
	SetVisitSite(ctx context.Context, v Visit, s Site) error
	// SetPersonPlace writes the record itself. Code: "version_stale".
	SetPersonPlace(ctx context.Context, p Person) (Person, error)
	AddPlaceChange(ctx context.Context, c PlaceChange) error
	// PlaceChanges of a person, newest first.
	PlaceChanges(ctx context.Context, person ids.ID, p Page) (list []PlaceChange, next string, err error)
}
