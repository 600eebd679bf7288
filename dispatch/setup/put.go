package setup

import (
	"context"
	"reflect"
	"strings"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Done says what became of an entry that was put.
type Done string

// What may become of one.
const (
	Added     Done = "added"
	Changed   Done = "changed"
	Unchanged Done = "unchanged"
)

// Put is what became of one of many entries. With Refused nothing did.
type Put struct {
	Did     Done
	Subject ids.ID
	Refused *fault.Error
}

// entered is one entry of many, on what is there or on a new one.
type entered[T any] struct {
	code  string
	fresh func() T
	onto  func(*T)
}

// putAll enters many, by their codes: what is not there is added, what differs is
// changed, and what is the same is left alone. An entry that can't be kept as it
// is is refused by itself; an error is of the whole transaction, which is then to
// be rolled back. No code may be there twice.
func putAll[T any, K comparable](ctx context.Context, looked *remembering, who access.Principal, b book[T, K], codeOf func(T) string, now time.Time, list []entered[T]) ([]Put, error) {
	tx := looked.Tx
	if err := who.Require(b.write); err != nil {
		return nil, err
	}
	codes := make([]string, len(list))
	for i, e := range list {
		codes[i] = e.code
	}
	there, err := b.of(tx).ByCodes(ctx, codes)
	if err != nil {
		return nil, err
	}
	byCode := make(map[string]T, len(there))
	for _, v := range there {
		byCode[codeOf(v)] = v
	}
	out := make([]Put, len(list))
	var fresh []T
	for i, e := range list {
		before, known := byCode[e.code]
		v := before
		if !known {
			v = e.fresh()
		}
		e.onto(&v)
		if known && reflect.DeepEqual(before, v) {
			out[i] = Put{Did: Unchanged, Subject: b.subject(v)}
			continue
		}
		if known {
			if err := b.inUse(before); err != nil {
				out[i].Refused = fault.Of(err)
				continue
			}
		}
		if err := b.fit(ctx, looked, &v); err != nil {
			if out[i].Refused = fault.Of(err); out[i].Refused == nil {
				return nil, err
			}
			continue
		}
		switch {
		case !known:
			out[i] = Put{Did: Added, Subject: b.subject(v)}
			fresh = append(fresh, v)
		case reflect.DeepEqual(before, v):
			out[i] = Put{Did: Unchanged, Subject: b.subject(v)}
		default:
			out[i] = Put{Did: Changed, Subject: b.subject(v)}
			if _, err := b.change(ctx, tx, who, before, func(to *T) { *to = v }, now); err != nil {
				return nil, err
			}
		}
	}
	if len(fresh) == 0 {
		return out, nil
	}
	if err := b.of(tx).AddAll(ctx, fresh); err != nil {
		return nil, err
	}
	for _, v := range fresh {
		if b.raise != nil {
			if err := b.raise(ctx, tx, nil, v, now); err != nil {
				return nil, err
			}
		}
		if err := b.tell(ctx, tx, who, v, "added", now); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// PutSites enters many sites by their codes; see putAll. Each has its code.
func PutSites(ctx context.Context, tx dispatch.Tx, who access.Principal, now time.Time, list []SiteEntry) ([]Put, error) {
	in := make([]entered[dispatch.Site], len(list))
	for i, e := range list {
		in[i] = entered[dispatch.Site]{code: *e.Code, fresh: func() dispatch.Site {
			v := e.fresh()
			v.Version = 1
			return v
		}, onto: func(s *dispatch.Site) {
			before := *s
			if e.onto(s); len(before.ClosedOn) == 0 && len(s.ClosedOn) == 0 {
				s.ClosedOn = before.ClosedOn // no day is no day, however it is kept
			}
			sameLines(before.AccessNotes, &s.AccessNotes)
		}}
	}
	return putAll(ctx, &remembering{Tx: tx}, who, sites, func(s dispatch.Site) string { return s.Code }, now, in)
}

// PutPeople enters many people by their employee numbers; see putAll. A number
// that is dialled as the one that is kept changes nothing, however it is written.
func PutPeople(ctx context.Context, tx dispatch.Tx, who access.Principal, now time.Time, list []PersonEntry) ([]Put, error) {
	looked := &remembering{Tx: tx, sites: map[ids.ID]dispatch.Site{}}
	var homes []ids.ID
	for _, e := range list {
		if e.SiteID != nil {
			homes = append(homes, *e.SiteID)
		}
	}
	known, err := tx.SitesByID(ctx, homes)
	if err != nil {
		return nil, err
	}
	for _, s := range known {
		looked.sites[s.ID] = s
	}
	in := make([]entered[dispatch.Person], len(list))
	for i, e := range list {
		in[i] = entered[dispatch.Person]{code: *e.EmployeeNumber, fresh: func() dispatch.Person {
			p := e.fresh()
			p.Version = 1
			return p
		},
			onto: func(p *dispatch.Person) {
				before := *p
				e.onto(p)
				sameNumbers(ctx, looked, before, p)
				sameLines(before.Accessibility, &p.Accessibility)
			}}
	}
	return putAll(ctx, looked, who, people, func(p dispatch.Person) string { return p.EmployeeNumber }, now, in)
}

// PutTechnicians enters many technicians by their codes; see putAll.
func PutTechnicians(ctx context.Context, tx dispatch.Tx, who access.Principal, now time.Time, list []TechnicianEntry) ([]Put, error) {
	in := make([]entered[dispatch.CrewMember], len(list))
	for i, e := range list {
		in[i] = entered[dispatch.CrewMember]{code: *e.Code, fresh: func() dispatch.CrewMember {
			m := e.fresh()
			m.Version = 1
			return m
		}, onto: e.onto}
	}
	return putAll(ctx, &remembering{Tx: tx}, who, technicians, func(m dispatch.CrewMember) string { return m.Code }, now, in)
}

// sameLines leaves a text as it was kept when only its lines end in another way: a
// table ends them in its own.
func sameLines(before string, now *string) {
	if strings.ReplaceAll(before, "\r", "") == strings.ReplaceAll(*now, "\r", "") {
		*now = before
	}
}

// sameNumbers leaves the numbers of somebody as they were kept when the new ones
// are only written another way.
func sameNumbers(ctx context.Context, tx dispatch.Tx, before dispatch.Person, p *dispatch.Person) {
	same := func(was, is *string) bool {
		if was == nil || is == nil {
			return was == is
		}
		if *was == *is {
			return true
		}
		site, err := tx.SiteRegister().Get(ctx, p.SiteID)
		if err != nil {
			return false
		}
		region, err := tx.Region(ctx, site.RegionID)
		if err != nil {
			return false
		}
		number, ok := dispatch.Phone(*is, region.Country)
		return ok && number == *was
	}
	if same(before.Mobile, p.Mobile) && same(before.DeskPhone, p.DeskPhone) {
		p.Mobile, p.DeskPhone, p.PhoneRaw = before.Mobile, before.DeskPhone, before.PhoneRaw
	}
}

// remembering is a transaction that looks the same things up once.
type remembering struct {
	dispatch.Tx
	sites   map[ids.ID]dispatch.Site
	regions map[ids.ID]dispatch.Region
	skills  map[string]dispatch.SkillName
}

// Region gives one, the second time from memory.
func (r *remembering) Region(ctx context.Context, id ids.ID) (dispatch.Region, error) {
	return remember(&r.regions, id, func() (dispatch.Region, error) { return r.Tx.Region(ctx, id) })
}

// SiteRegister gives sites, the second time from memory.
func (r *remembering) SiteRegister() dispatch.Register[dispatch.Site, ids.ID] {
	return remembered[dispatch.Site, ids.ID]{r.Tx.SiteRegister(), &r.sites}
}

// RegionRegister gives regions, the second time from memory.
func (r *remembering) RegionRegister() dispatch.Register[dispatch.Region, ids.ID] {
	return remembered[dispatch.Region, ids.ID]{r.Tx.RegionRegister(), &r.regions}
}

// SkillRegister gives skills, the second time from memory.
func (r *remembering) SkillRegister() dispatch.Register[dispatch.SkillName, string] {
	return remembered[dispatch.SkillName, string]{r.Tx.SkillRegister(), &r.skills}
}

type remembered[T any, K comparable] struct {
	dispatch.Register[T, K]
	known *map[K]T
}

func (r remembered[T, K]) Get(ctx context.Context, key K) (T, error) {
	return remember(r.known, key, func() (T, error) { return r.Register.Get(ctx, key) })
}

// remember keeps what was found; what was not is asked for again.
func remember[T any, K comparable](known *map[K]T, key K, ask func() (T, error)) (T, error) {
	if v, ok := (*known)[key]; ok {
		return v, nil
	}
	v, err := ask()
	if err == nil {
		if *known == nil {
			*known = map[K]T{}
		}
		(*known)[key] = v
	}
	return v, err
}
