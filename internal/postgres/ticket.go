package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const ticketColumns = `id, number, person_id, site_id, template_id, item_id, incident_id, owner_id, state, priority,
	summary, key_field, channel, opened_at, restored_at, resolved_at, resolution, next_update, place, version,
	team_id, impact, urgency, workaround, fix_expected_at, responded_at, reopenings, merged_into, confirmation, symptoms`

// AddTicket stores a new ticket and gives it with its number.
func (t *tx) AddTicket(ctx context.Context, k dispatch.Ticket) (dispatch.Ticket, error) {
	if err := t.countUse(ctx, k); err != nil {
		return k, err
	}
	return one[dispatch.Ticket](ctx, t, "ticket",
		`insert into tickets (id, person_id, site_id, template_id, item_id, incident_id, owner_id, state, priority,
		     summary, key_field, channel, opened_at, restored_at, resolved_at, resolution, next_update,
		     team_id, impact, urgency, responded_at, symptoms, one_step)
		 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $15::timestamptz is not null)
		 returning `+ticketColumns,
		k.ID, k.PersonID, k.SiteID, k.TemplateID, k.ItemID, k.IncidentID, k.OwnerID, k.State, k.Priority,
		k.Summary, k.KeyField, k.Channel, k.OpenedAt, k.RestoredAt, k.ResolvedAt, k.Resolution, k.NextUpdate,
		k.TeamID, k.Impact, k.Urgency, k.RespondedAt, k.Symptoms)
}

// Ticket gives a ticket.
func (t *tx) Ticket(ctx context.Context, id ids.ID) (dispatch.Ticket, error) {
	return one[dispatch.Ticket](ctx, t, "ticket", `select `+ticketColumns+` from tickets where id = $1`, id)
}

// LockTicket reads a ticket for change.
func (t *tx) LockTicket(ctx context.Context, id ids.ID) (dispatch.Ticket, error) {
	return one[dispatch.Ticket](ctx, t, "ticket",
		`select `+ticketColumns+` from tickets where id = $1 for no key update`, id)
}

// ListTickets gives tickets, newest first.
func (t *tx) ListTickets(ctx context.Context, f dispatch.TicketFilter, p dispatch.Page) ([]dispatch.Ticket, string, error) {
	var w filter
	if f.PersonID != nil {
		w.and("person_id = $", *f.PersonID)
	}
	if f.OwnerID != nil {
		w.and("owner_id = $", *f.OwnerID)
	}
	if f.IncidentID != nil {
		w.and("incident_id = $", *f.IncidentID)
	}
	if f.Unclassified {
		w.and("template_id = '" + dispatch.UnclassifiedID.String() + "' and state <> 'resolved'") // as the index has it
	}
	if len(f.States) > 0 {
		w.and("state = any($)", f.States)
	}
	tail, limit, err := w.page(p, "opened_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Ticket](ctx, t, "listing tickets", `select `+ticketColumns+` from tickets`+tail, w.args...)
	rows, next := cut(rows, limit, func(k dispatch.Ticket) cursor { return cursor{At: k.OpenedAt, ID: k.ID} })
	return rows, next, err
}

// SaveTicket writes every mutable field and raises the version.
func (t *tx) SaveTicket(ctx context.Context, k dispatch.Ticket) (dispatch.Ticket, error) {
	return saved[dispatch.Ticket](ctx, t, "ticket",
		`update tickets set site_id = $3, template_id = $4, item_id = $5, incident_id = $6, owner_id = $7, state = $8,
		     priority = $9, summary = $10, key_field = $11, restored_at = $12, resolved_at = $13, resolution = $14,
		     next_update = $15, person_id = $16, team_id = $17, impact = $18, urgency = $19, workaround = $20,
		     fix_expected_at = $21, responded_at = $22, reopenings = $23, merged_into = $24, opened_at = $25, confirmation = $26,
		     one_step = one_step and $13::timestamptz is not null, version = version + 1
		 where id = $1 and version = $2 returning `+ticketColumns,
		k.ID, k.Version, k.SiteID, k.TemplateID, k.ItemID, k.IncidentID, k.OwnerID, k.State,
		k.Priority, k.Summary, k.KeyField, k.RestoredAt, k.ResolvedAt, k.Resolution, k.NextUpdate,
		k.PersonID, k.TeamID, k.Impact, k.Urgency, k.Workaround,
		k.FixExpectedAt, k.RespondedAt, k.Reopenings, k.MergedInto, k.OpenedAt, k.Confirmation)
}
