package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// SetTicketPlace writes where the person of a ticket is for it.
func (t *tx) SetTicketPlace(ctx context.Context, k dispatch.Ticket) (dispatch.Ticket, error) {
	return saved[dispatch.Ticket](ctx, t, "ticket",
		`update tickets set site_id = $3, place = $4, version = version + 1 where id = $1 and version = $2 returning `+ticketColumns,
		k.ID, k.Version, k.SiteID, k.Place)
}

// SetVisitSite sends a visit that has not begun elsewhere.
func (t *tx) SetVisitSite(ctx context.Context, v dispatch.Visit, s dispatch.Site) error {
	n, err := exec(ctx, t, "sending a visit elsewhere",
		`update visits set site_id = $2, region_id = $3, version = version + 1 where id = $1 and state in ('waiting', 'scheduled')`,
		v.ID, s.ID, s.RegionID)
	if err == nil && n == 0 {
		err = v.State.MayBecome(dispatch.VisitWaiting)
	}
	return err
}

// SetPersonPlace writes where a person is for good.
func (t *tx) SetPersonPlace(ctx context.Context, p dispatch.Person) (dispatch.Person, error) {
	return saved[dispatch.Person](ctx, t, "person",
		`update people set site_id = $3, building = $4, floor = $5, room = $6, desk_phone = $7, version = version + 1
		 where id = $1 and version = $2 returning `+personColumns, p.ID, p.Version, p.SiteID, p.Building, p.Floor, p.Room, p.DeskPhone)
}

const placeChangeColumns = `id, person_id, ticket_id, contact_id, from_site_id, from_place, to_site_id, to_place, said_by, said_at`

// AddPlaceChange keeps what was said of where somebody is.
func (t *tx) AddPlaceChange(ctx context.Context, c dispatch.PlaceChange) error {
	return run(ctx, t, "keeping a change of place",
		`insert into place_changes (id, person_id, ticket_id, contact_id, from_site_id, from_place, to_site_id, to_place, said_by, said_at)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		c.ID, c.PersonID, c.TicketID, c.ContactID, c.FromSiteID, c.FromPlace, c.ToSiteID, c.ToPlace, c.SaidBy, c.SaidAt)
}

// PlaceChanges of a person, newest first.
func (t *tx) PlaceChanges(ctx context.Context, person ids.ID, p dispatch.Page) ([]dispatch.PlaceChange, string, error) {
	var w filter
	w.and("person_id = $", person)
	tail, limit, err := w.page(p, "said_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.PlaceChange](ctx, t, "listing places", `select `+placeChangeColumns+` from place_changes`+tail, w.args...)
	rows, next := cut(rows, limit, func(c dispatch.PlaceChange) cursor { return cursor{At: c.SaidAt, ID: c.ID} })
	return rows, next, err
}
