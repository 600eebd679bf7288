package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// AddLink stores a link; the same twice is one (false).
func (t *tx) AddLink(ctx context.Context, l dispatch.Link) (bool, error) {
	n, err := exec(ctx, t, "linking tickets",
		`insert into ticket_links (from_id, to_id, kind, by_id, at) values ($1, $2, $3, $4, $5) on conflict do nothing`,
		l.FromID, l.ToID, l.Kind, l.ByID, l.At)
	return n == 1, err
}

// ListLinks gives the links from and to a ticket and those merged into it.
func (t *tx) ListLinks(ctx context.Context, ticket ids.ID) ([]dispatch.Link, error) {
	return list[dispatch.Link](ctx, t, "listing links",
		`with own as (select $1::uuid as id union all select id from tickets where merged_into = $1)
		 select l.from_id, l.to_id, l.kind, l.by_id, l.at from ticket_links l join own on l.from_id = own.id
		 union select l.from_id, l.to_id, l.kind, l.by_id, l.at from ticket_links l join own on l.to_id = own.id
		 order by at, from_id, to_id limit 500`, ticket)
}

// hangsOn are the tables whose rows go with a ticket when it is merged. What is
// not here stays with the merged one on purpose: offers that were read out, its
// clock's pauses, exceptions that were approved for it, what it took to enter, and
// links, which are read through it. So does what another desk's log said of it.
var hangsOn = []string{"visits", "promises", "contacts", "callbacks", "notices", "affected", "ticket_notes", "ticket_files",
	"transfers", "tasks", "escalations",
	"requests", "threads", "loans", "place_changes", "customer_links", "surveys"}

// MergeTicket moves everything that hangs on one ticket to its survivor.
func (t *tx) MergeTicket(ctx context.Context, merged, survivor ids.ID) error {
	for _, table := range hangsOn {
		if err := run(ctx, t, "merging "+table, `update `+table+` set ticket_id = $2 where ticket_id = $1`, merged, survivor); err != nil {
			return err
		}
	}
	return run(ctx, t, "merging tickets", `update tickets set merged_into = $2 where merged_into = $1`, merged, survivor)
}

// AdaptVisit writes whom a visit is for, where, and what it needs.
func (t *tx) AdaptVisit(ctx context.Context, v dispatch.Visit) error {
	n, err := exec(ctx, t, "adapting a visit",
		`update visits set person_id = $2, site_id = $3, region_id = $4, minutes = $5, spread = $6, skill_code = $7,
		     skill_level = $8, kit_model = $9, version = version + 1
		 where id = $1 and state in ('waiting', 'scheduled')`,
		v.ID, v.PersonID, v.SiteID, v.RegionID, v.Minutes, v.Spread, v.SkillCode, v.SkillLevel, v.KitModel)
	if err == nil && n != 1 {
		return fault.New(fault.Conflict, "visit_state", "the visit has begun or is over by now; read the ticket again")
	}
	return err
}
