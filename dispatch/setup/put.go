package setup

import (
	"context"
	"reflect"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
)

// Done says what became of an entry that was put.
type Done string

// What may become of one.
const (
	Added     Done = "added"
	Changed   Done = "changed"
	Unchanged Done = "unchanged"
)

// put adds what is not there under the code and changes what is, in the caller's
// transaction. What would stay as it is, is not written: putting the same again
// changes nothing and tells of nothing.
func put[T any, K comparable](ctx context.Context, tx dispatch.Tx, who access.Principal, b book[T, K], code string, fresh func() T, alter func(*T), now time.Time) (T, Done, error) {
	if err := who.Require(b.write); err != nil {
		return fresh(), "", err
	}
	v, found, err := b.of(tx).ByCode(ctx, code)
	if err != nil {
		return v, "", err
	}
	if !found {
		v, err := b.add(ctx, tx, who, fresh(), now)
		return v, Added, err
	}
	if err := b.inUse(v); err != nil {
		return v, "", err
	}
	as := v
	alter(&as)
	if err := b.fit(ctx, tx, &as); err != nil {
		return v, "", err
	}
	if reflect.DeepEqual(as, v) {
		return v, Unchanged, nil
	}
	v, err = b.change(ctx, tx, who, v, alter, now)
	return v, Changed, err
}

func said(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// PutSite enters a site, or changes the one with its code, in the caller's
// transaction. Codes as AddSite and ChangeSite.
func (s *Setup) PutSite(ctx context.Context, tx dispatch.Tx, who access.Principal, e SiteEntry) (dispatch.Site, Done, error) {
	return put(ctx, tx, who, sites, said(e.Code), func() dispatch.Site { return newSite(e) }, e.onto, s.Clock.Now())
}

// PutPerson enters a person, or changes the one with the employee number, in the
// caller's transaction. Codes as AddPerson and ChangePerson.
func (s *Setup) PutPerson(ctx context.Context, tx dispatch.Tx, who access.Principal, e PersonEntry) (dispatch.Person, Done, error) {
	return put(ctx, tx, who, people, said(e.EmployeeNumber), func() dispatch.Person { return newPerson(e) }, e.onto, s.Clock.Now())
}

// PutTechnician enters a technician, or changes the one with the code, in the
// caller's transaction. Codes as AddTechnician and ChangeTechnician.
func (s *Setup) PutTechnician(ctx context.Context, tx dispatch.Tx, who access.Principal, e TechnicianEntry) (dispatch.CrewMember, Done, error) {
	return put(ctx, tx, who, technicians, said(e.Code), func() dispatch.CrewMember { return newTechnician(e) }, e.onto, s.Clock.Now())
}
