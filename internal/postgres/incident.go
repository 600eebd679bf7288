package postgres

import (
	"context"
	"encoding/json"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const (
	incidentColumns = `id, number, external_id, title, cause, state, impairs, template, predicate, declared_by,
		declared_at, confirmed_at, resolved_at, version`
	affectedColumns = `incident_id, person_id, item_id, clauses, matched_at, reached, reached_at, ticket_id`
)

// AddIncident stores an incident and gives it with its number. The same external
// id again gives the one that is there, and false.
func (t *tx) AddIncident(ctx context.Context, i dispatch.Incident) (dispatch.Incident, bool, error) {
	added, found, err := maybe[dispatch.Incident](ctx, t, "incident",
		`insert into incidents (id, external_id, title, cause, state, impairs, template, predicate, declared_by,
		     declared_at, confirmed_at, resolved_at)
		 values ($1, $2, $3, $4, $5, coalesce($6, '{}'::text[]), $7, $8, $9, $10, $11, $12)
		 on conflict (external_id) where external_id <> '' do nothing returning `+incidentColumns,
		i.ID, i.ExternalID, i.Title, i.Cause, i.State, i.Impairs, i.Template, i.Predicate, i.DeclaredBy,
		i.DeclaredAt, i.ConfirmedAt, i.ResolvedAt)
	if err != nil || found {
		return added, found, err
	}
	there, err := one[dispatch.Incident](ctx, t, "incident",
		`select `+incidentColumns+` from incidents where external_id = $1`, i.ExternalID)
	return there, false, err
}

// Incident gives an incident.
func (t *tx) Incident(ctx context.Context, id ids.ID) (dispatch.Incident, error) {
	return one[dispatch.Incident](ctx, t, "incident", `select `+incidentColumns+` from incidents where id = $1`, id)
}

// LockIncident reads an incident for change.
func (t *tx) LockIncident(ctx context.Context, id ids.ID) (dispatch.Incident, error) {
	return one[dispatch.Incident](ctx, t, "incident",
		`select `+incidentColumns+` from incidents where id = $1 for no key update`, id)
}

// LockIncidentOf gives the incident of an external id, nil when there is none.
func (t *tx) LockIncidentOf(ctx context.Context, externalID string) (*dispatch.Incident, error) {
	i, found, err := maybe[dispatch.Incident](ctx, t, "incident",
		`select `+incidentColumns+` from incidents where external_id = $1 and external_id <> '' for no key update`, externalID)
	if err != nil || !found {
		return nil, err
	}
	return &i, nil
}

// SaveIncident writes every mutable field and raises the version.
func (t *tx) SaveIncident(ctx context.Context, i dispatch.Incident) (dispatch.Incident, error) {
	return saved[dispatch.Incident](ctx, t, "incident",
		`update incidents set title = $3, cause = $4, state = $5, impairs = coalesce($6, '{}'::text[]), template = $7,
		     predicate = $8, confirmed_at = $9, resolved_at = $10, version = version + 1
		 where id = $1 and version = $2 returning `+incidentColumns,
		i.ID, i.Version, i.Title, i.Cause, i.State, i.Impairs, i.Template, i.Predicate, i.ConfirmedAt, i.ResolvedAt)
}

// ListIncidents gives incidents in the states, all when none is named, newest first.
func (t *tx) ListIncidents(ctx context.Context, states []dispatch.IncidentState, p dispatch.Page) ([]dispatch.Incident, string, error) {
	var w filter
	if len(states) > 0 {
		w.and("state = any($)", states)
	}
	tail, limit, err := w.page(p, "declared_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.Incident](ctx, t, "listing incidents", `select `+incidentColumns+` from incidents`+tail, w.args...)
	rows, next := cut(rows, limit, func(i dispatch.Incident) cursor { return cursor{At: i.DeclaredAt, ID: i.ID} })
	return rows, next, err
}

// Devices lists every device in a person's custody, by item.
func (t *tx) Devices(ctx context.Context) ([]dispatch.Device, error) {
	return list[dispatch.Device](ctx, t, "listing devices",
		`select i.id as item_id, p.id as person_id, p.site_id, m.code as model_code, i.os_version
		 from custodies c join items i on i.id = c.item_id join models m on m.id = i.model_id
		 join people p on p.id = c.custodian_id
		 where c.custodian_kind = 'person' and c.until is null order by i.id`)
}

// AddAffected adds people to an incident. One who is there already stays as they are.
func (t *tx) AddAffected(ctx context.Context, affected []dispatch.Affected) error {
	n := len(affected)
	incidents, people, items, tickets := make([]ids.ID, n), make([]ids.ID, n), make([]ids.ID, n), make([]*ids.ID, n)
	clauses, reached := make([]string, n), make([]string, n)
	matched, reachedAt := make([]time.Time, n), make([]*time.Time, n)
	for i, a := range affected {
		if a.Clauses == nil {
			a.Clauses = []string{}
		}
		text, err := json.Marshal(a.Clauses)
		if err != nil {
			return err
		}
		incidents[i], people[i], items[i], tickets[i] = a.IncidentID, a.PersonID, a.ItemID, a.TicketID
		clauses[i], reached[i], matched[i], reachedAt[i] = string(text), a.Reached, a.MatchedAt, a.ReachedAt
	}
	return run(ctx, t, "adding affected people",
		`insert into affected (incident_id, person_id, item_id, clauses, matched_at, reached, reached_at, ticket_id)
		 select a.incident_id, a.person_id, a.item_id, array(select jsonb_array_elements_text(a.clauses::jsonb)),
		     a.matched_at, a.reached, a.reached_at, a.ticket_id
		 from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::text[], $7::timestamptz[], $8::uuid[])
		     as a (incident_id, person_id, item_id, clauses, matched_at, reached, reached_at, ticket_id)
		 on conflict (incident_id, person_id, item_id) do nothing`,
		incidents, people, items, clauses, matched, reached, reachedAt, tickets)
}

// AffectedBy gives whom an incident touches, by person and item.
func (t *tx) AffectedBy(ctx context.Context, incident ids.ID) ([]dispatch.Affected, error) {
	return list[dispatch.Affected](ctx, t, "reading the affected",
		`select `+affectedColumns+` from affected where incident_id = $1 order by person_id, item_id`, incident)
}

// ListAffected gives whom an incident touches in pages.
func (t *tx) ListAffected(ctx context.Context, incident ids.ID, p dispatch.Page) ([]dispatch.Affected, string, error) {
	c, err := parseCursor(p.After, cursor{Text: ids.Nil.String()})
	if err != nil {
		return nil, "", err
	}
	person, err := ids.Parse(c.Text)
	if err != nil {
		return nil, "", badCursor(err)
	}
	limit := limitOf(p.Limit)
	rows, err := list[dispatch.Affected](ctx, t, "listing the affected", `select `+affectedColumns+` from affected
		where incident_id = $1 and (person_id, item_id) > ($2, $3) order by person_id, item_id limit $4`, incident, person, c.ID, limit+1)
	rows, next := cut(rows, limit, func(a dispatch.Affected) cursor { return cursor{Text: a.PersonID.String(), ID: a.ItemID} })
	return rows, next, err
}

// IncidentsTouching gives the live incidents that touch a person, with how.
func (t *tx) IncidentsTouching(ctx context.Context, person ids.ID) ([]dispatch.Incident, []dispatch.Affected, error) {
	affected, err := list[dispatch.Affected](ctx, t, "reading what touches a person",
		`select `+affectedColumns+` from affected where person_id = $1
		 and incident_id in (select id from incidents where state <> 'resolved') order by incident_id, item_id`, person)
	if err != nil {
		return nil, nil, err
	}
	incidents, err := list[dispatch.Incident](ctx, t, "reading incidents that touch a person",
		`select `+incidentColumns+` from incidents where state <> 'resolved'
		 and id in (select incident_id from affected where person_id = $1) order by declared_at desc, id desc`, person)
	return incidents, affected, err
}

// Reach marks that a person has come to know; the first way counts (false otherwise).
func (t *tx) Reach(ctx context.Context, incident, person ids.ID, how string, at time.Time) (bool, error) {
	n, err := exec(ctx, t, "marking a person as reached",
		`update affected set reached = $3, reached_at = $4 where incident_id = $1 and person_id = $2 and reached = ''`,
		incident, person, how, at)
	return n > 0, err
}

// LinkAffected notes the ticket that helps an affected person.
func (t *tx) LinkAffected(ctx context.Context, incident, person, ticket ids.ID) error {
	n, err := exec(ctx, t, "linking an affected person",
		`update affected set ticket_id = $3 where incident_id = $1 and person_id = $2`, incident, person, ticket)
	if err == nil && n == 0 {
		return notFound("affected")
	}
	return err
}
