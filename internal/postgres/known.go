package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Caller gives a person, or the one that they were merged into, and holds them
// against being merged.
func (t *tx) Caller(ctx context.Context, id ids.ID) (dispatch.Person, error) {
	for {
		p, err := one[dispatch.Person](ctx, t, "person", `select `+personColumns+` from people where id = $1 for key share`, id)
		if err != nil || p.MergedInto == nil {
			return p, err
		}
		id = *p.MergedInto
	}
}

// AddProvisional stores a person under a number that says that it is none.
func (t *tx) AddProvisional(ctx context.Context, p dispatch.Person) (dispatch.Person, error) {
	return one[dispatch.Person](ctx, t, "person",
		`insert into people (id, employee_number, name, spoken_name, language, site_id, building, floor, room, mail, mobile, phone_raw, provisional)
		 values ($1, 'NEW-' || nextval('provisional_numbers'), $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, true)
		 returning `+personColumns,
		p.ID, p.Name, p.SpokenName, p.Language, p.SiteID, p.Building, p.Floor, p.Room, p.Mail, p.Mobile, p.PhoneRaw)
}

// LockPeople locks people by id and gives them in the order asked for.
func (t *tx) LockPeople(ctx context.Context, wanted ...ids.ID) ([]dispatch.Person, error) {
	rows, err := list[dispatch.Person](ctx, t, "locking people",
		`select `+personColumns+` from people where id = any($1) order by id for update`, wanted)
	if err != nil {
		return nil, err
	}
	found := byID(rows, func(p dispatch.Person) ids.ID { return p.ID })
	out := make([]dispatch.Person, len(wanted))
	for i, id := range wanted {
		p, ok := found[id]
		if !ok {
			return nil, notFound("person")
		}
		out[i] = p
	}
	return out, nil
}

// CompletePerson writes what is known of a provisional person by now.
func (t *tx) CompletePerson(ctx context.Context, p dispatch.Person) (dispatch.Person, error) {
	return saved[dispatch.Person](ctx, t, "person",
		`update people set employee_number = $3, name = $4, spoken_name = $5, site_id = $6, mail = $7, provisional = false, version = version + 1
		 where id = $1 and version = $2 and provisional returning `+personColumns,
		p.ID, p.Version, p.EmployeeNumber, p.Name, p.SpokenName, p.SiteID, p.Mail)
}

// PersonByNumber gives whoever has an employee number.
func (t *tx) PersonByNumber(ctx context.Context, number string) (*dispatch.Person, error) {
	p, found, err := maybe[dispatch.Person](ctx, t, "person",
		`select `+personColumns+` from people where lower(employee_number) = lower($1)`, number)
	if err != nil || !found {
		return nil, err
	}
	return &p, nil
}

// reference is a column that names people.
type reference struct{ TableName, ColumnName string }

// MergePeople makes everything of one person the other's. What names people is
// asked of the database, so that no table is forgotten; a row that would stand
// there twice stays with the merged record, which remains.
func (t *tx) MergePeople(ctx context.Context, m dispatch.Merge) error {
	err := run(ctx, t, "taking a person off the call lists they are on twice",
		`update call_tasks k set state = 'cancelled', note = 'same person', settled_at = $3
		 where person_id = $1 and state in ('queued', 'taken') and exists (select from call_tasks o
		     where o.incident_id = k.incident_id and o.person_id = $2 and o.state in ('queued', 'taken'))`, m.FromID, m.IntoID, m.MergedAt)
	if err != nil {
		return err
	}
	named, err := list[reference](ctx, t, "looking for what names people",
		`select c.conrelid::regclass::text as table_name, a.attname::text as column_name
		 from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any(c.conkey)
		 where c.contype = 'f' and c.confrelid = 'people'::regclass and a.attgenerated = ''
		     and c.conrelid not in ('people'::regclass, 'person_merges'::regclass, 'contact_corrections'::regclass)
		 order by 1, 2`)
	if err != nil {
		return err
	}
	for _, r := range named {
		column := pgx.Identifier{r.ColumnName}.Sanitize()
		if err := t.unlessTwice(ctx, fmt.Sprintf(`update %s set %s = $2 where %s = $1`, r.TableName, column, column), m.FromID, m.IntoID); err != nil {
			return err
		}
	}
	b := &pgx.Batch{}
	b.Queue(`update custodies set custodian_id = $2 where custodian_kind = 'person' and custodian_id = $1`, m.FromID, m.IntoID)
	b.Queue(`update people p set mail = coalesce(p.mail, o.mail), mobile = coalesce(p.mobile, o.mobile), desk_phone = coalesce(p.desk_phone, o.desk_phone),
		     version = p.version + 1 from people o where p.id = $2 and o.id = $1`, m.FromID, m.IntoID)
	b.Queue(`update preferences p set subject_id = $2 where subject_id = $1
		     and not exists (select from preferences o where o.subject_id = $2 and o.role = p.role)`, m.FromID, m.IntoID)
	b.Queue(`update people set merged_into = $2, version = version + 1 where id = $1 or merged_into = $1`, m.FromID, m.IntoID)
	b.Queue(`insert into person_merges (id, from_id, into_id, merged_by, merged_at, reason) values ($1, $2, $3, $4, $5, $6)`,
		m.ID, m.FromID, m.IntoID, m.MergedBy, m.MergedAt, m.Reason)
	return failed(t.SendBatch(ctx, b).Close(), "merging two people")
}

// unlessTwice runs an update, and leaves everything as it was where a row would
// stand twice.
func (t *tx) unlessTwice(ctx context.Context, sql string, args ...any) error {
	inner, err := t.Begin(ctx)
	if err != nil {
		return failed(err, "beginning a part")
	}
	_, err = inner.Exec(ctx, sql, args...)
	var refusal *pgconn.PgError
	if errors.As(err, &refusal) && refusal.Code == "23505" {
		return failed(inner.Rollback(ctx), "taking a part back")
	}
	if err != nil {
		return failed(err, "making one person's another's")
	}
	return failed(inner.Commit(ctx), "ending a part")
}

// LockContact reads a contact for change.
func (t *tx) LockContact(ctx context.Context, id ids.ID) (dispatch.Contact, error) {
	return one[dispatch.Contact](ctx, t, "contact", `select `+contactColumns+` from contacts where id = $1 for no key update`, id)
}

// CorrectContact writes whom a contact was with, and takes back what it did for
// whom it was thought to be with.
func (t *tx) CorrectContact(ctx context.Context, c dispatch.Correction, answered time.Time) ([]dispatch.CallTask, error) {
	b := &pgx.Batch{}
	b.Queue(`update contacts set person_id = $2 where id = $1`, c.ContactID, c.ToID)
	b.Queue(`insert into contact_corrections (id, contact_id, from_id, to_id, corrected_by, corrected_at) values ($1, $2, $3, $4, $5, $6)`,
		c.ID, c.ContactID, c.FromID, c.ToID, c.CorrectedBy, c.CorrectedAt)
	if err := t.SendBatch(ctx, b).Close(); err != nil {
		return nil, failed(err, "correcting a contact")
	}
	if c.FromID == nil {
		return nil, nil
	}
	// Reached by this very contact and no other of theirs.
	err := run(ctx, t, "taking back who was reached",
		`update affected a set reached = '', reached_at = null
		 where person_id = $1 and reached = 'customer_called' and reached_at >= $2
		     and not exists (select from contacts k where k.person_id = $1 and k.direction = 'in' and k.answered_at >= $2 and k.answered_at <= a.reached_at)`,
		*c.FromID, answered)
	if err != nil {
		return nil, err
	}
	return list[dispatch.CallTask](ctx, t, "putting calls back on the list",
		`update call_tasks k set state = 'queued', contact_id = null, taken_by = null, note = '', settled_at = null
		 where contact_id = $1 and person_id = $2 and state = 'cancelled'
		     and exists (select from incidents i where i.id = k.incident_id and i.state <> 'resolved')
		     and not exists (select from call_tasks o where o.incident_id = k.incident_id and o.person_id = k.person_id and o.state in ('queued', 'taken'))
		 returning `+callTaskColumns, c.ContactID, *c.FromID)
}
