package postgres

import (
	"context"
	"slices"
	"strings"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
	"github.com/nyaruka/phonenumbers"
)

// homeRegion is the country of numbers that are written without one.
const homeRegion = "US"

const (
	defaultHits = 10
	mostHits    = 50
	// tail is how many last digits of a number say enough to be a "maybe".
	tail = 7
)

// match is one fact of a caller that fits somebody; lower ranks are better.
type match struct {
	PersonID ids.ID
	By       string
	Rank     int
	Exact    bool // a fact that names one person
}

// FindCallers looks a caller up by everything given. A person found by an exact
// fact that fits nobody else is sure; everything else is a "maybe", best first.
// Code: "bad_query" when nothing is given.
func (t *tx) FindCallers(ctx context.Context, q dispatch.CallerQuery) ([]dispatch.CallerHit, error) {
	limit := min(q.Limit, mostHits)
	if limit <= 0 {
		limit = defaultHits
	}
	q.Phone, q.Mail, q.EmployeeNumber = strings.TrimSpace(q.Phone), strings.TrimSpace(q.Mail), strings.TrimSpace(q.EmployeeNumber)
	q.AssetTag, q.Name = strings.TrimSpace(q.AssetTag), strings.Join(strings.Fields(q.Name), " ")
	if q.Phone+q.Mail+q.EmployeeNumber+q.AssetTag+q.Name == "" {
		return nil, fault.New(fault.Invalid, "bad_query", "say something of the caller: phone, mail, name, employee number or asset tag")
	}
	var parts []*[]match
	b := &pgx.Batch{}
	look := func(sql string, args ...any) {
		found := new([]match)
		parts = append(parts, found)
		read(b, found, sql, args...)
	}
	if v := q.EmployeeNumber; v != "" {
		look(`select id as person_id, 'employee_number' as by, 0 as rank, true as exact from people
			where lower(employee_number) = lower($1) and merged_into is null limit $2`, v, mostHits)
	}
	if v := q.AssetTag; v != "" {
		look(`select c.custodian_id as person_id, 'asset_tag' as by, 0 as rank, true as exact
			from items i join custodies c on c.item_id = i.id and c.until is null and c.custodian_kind = 'person'
			where upper(i.tag) = upper($1) limit $2`, v, mostHits)
	}
	if v := q.Mail; v != "" {
		look(`select id as person_id, 'mail' as by, 0 as rank, true as exact from people where lower(mail) = lower($1) and merged_into is null limit $2`, v, mostHits)
	}
	if v := q.Phone; v != "" {
		lookPhone(look, v)
	}
	if v := q.Name; v != "" {
		lookName(look, v)
	}
	if err := t.SendBatch(ctx, b).Close(); err != nil {
		return nil, failed(err, "looking for callers")
	}
	return t.callers(ctx, rank(parts, limit))
}

// lookPhone looks for the number as it would be dialled, then for numbers that
// end alike, then, for what is as short as an extension, for what was entered.
func lookPhone(look func(string, ...any), raw string) {
	if n, err := phonenumbers.Parse(plainPhone(raw), homeRegion); err == nil {
		e164 := phonenumbers.Format(n, phonenumbers.E164)
		look(`select id as person_id, 'phone' as by, case when mobile = $1 then 0 else 1 end as rank, true as exact
			from people where (reverse(mobile) like reverse($1) or reverse(desk_phone) like reverse($1)) and merged_into is null order by rank, id limit $2`, e164, mostHits)
	}
	digits := digitsOf(raw)
	if len(digits) >= tail {
		end := backwards(digits[len(digits)-tail:])
		look(`select id as person_id, 'phone' as by, 3 as rank, false as exact from people
			where (reverse(mobile) like $1 || '%' or reverse(desk_phone) like $1 || '%'
			or reverse(regexp_replace(phone_raw, '[^0-9]', '', 'g')) like $1 || '%') and merged_into is null order by id limit $2`, end, mostHits)
	} else if len(digits) >= 3 {
		look(`select id as person_id, 'phone' as by, 4 as rank, false as exact from people
			where (reverse(regexp_replace(phone_raw, '[^0-9]', '', 'g')) like $1 || '%' or reverse(desk_phone) like $1 || '%')
			and merged_into is null order by id limit $2`, backwards(digits), mostHits)
	}
}

// plainPhone takes away what people write into numbers and the library would
// stumble over: slashes, and a 0 in front of a national number.
func plainPhone(raw string) string {
	s := strings.TrimSpace(strings.ReplaceAll(raw, "/", " "))
	switch {
	case strings.HasPrefix(s, "+"), strings.HasPrefix(s, "011"):
		return s
	case strings.HasPrefix(s, "00"):
		return "+" + s[2:]
	default:
		return strings.TrimPrefix(s, "0")
	}
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

func backwards(s string) string {
	b := []byte(s)
	slices.Reverse(b)
	return string(b)
}

// lookName looks for the whole name, its beginning, the beginning of one of its
// words, and any part of it, in that order, in the name as written and as said.
func lookName(look func(string, ...any), name string) {
	literal := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(name))
	look(`select id as person_id, 'name' as by, case
			when lower(name) = lower($1) or lower(spoken_name) = lower($1) then 2
			when lower(name) like $2 || '%' or lower(spoken_name) like $2 || '%' then 5
			when lower(name) like '% ' || $2 || '%' or lower(spoken_name) like '% ' || $2 || '%' then 6
			else 7 end as rank, false as exact
		from people where (lower(name) like '%' || $2 || '%' or lower(spoken_name) like '%' || $2 || '%') and merged_into is null
		order by rank, name, id limit $3`, name, literal, mostHits)
}

// hit is a person with the best of the facts that fit.
type hit struct {
	match
	sure bool
}

// rank joins what each fact found into one list, best first: the sure, then by
// rank, then those whom more facts fit.
func rank(parts []*[]match, limit int) []hit {
	best := map[ids.ID]*hit{}
	fits := map[ids.ID]int{}
	var order []*hit
	for _, part := range parts {
		alone := len(*part) == 1
		for _, m := range *part {
			fits[m.PersonID]++
			h := best[m.PersonID]
			if h == nil {
				h = &hit{match: m}
				best[m.PersonID] = h
				order = append(order, h)
			}
			if m.Rank < h.Rank {
				h.match = m
			}
			h.sure = h.sure || (m.Exact && alone)
		}
	}
	slices.SortStableFunc(order, func(a, b *hit) int {
		if a.sure != b.sure {
			if a.sure {
				return -1
			}
			return 1
		}
		if a.Rank != b.Rank {
			return a.Rank - b.Rank
		}
		return fits[b.PersonID] - fits[a.PersonID]
	})
	out := make([]hit, 0, limit)
	for _, h := range order[:min(limit, len(order))] {
		out = append(out, *h)
	}
	return out
}

// callers reads the people found and their sites.
func (t *tx) callers(ctx context.Context, hits []hit) ([]dispatch.CallerHit, error) {
	if len(hits) == 0 {
		return nil, nil
	}
	wanted := make([]ids.ID, len(hits))
	for i, h := range hits {
		wanted[i] = h.PersonID
	}
	var people []dispatch.Person
	var sites []dispatch.Site
	b := &pgx.Batch{}
	read(b, &people, `select `+personColumns+` from people where id = any($1)`, wanted)
	read(b, &sites, `select `+siteColumns+` from sites where id in (select site_id from people where id = any($1))`, wanted)
	if err := t.SendBatch(ctx, b).Close(); err != nil {
		return nil, failed(err, "reading callers")
	}
	person := byID(people, func(p dispatch.Person) ids.ID { return p.ID })
	site := byID(sites, func(s dispatch.Site) ids.ID { return s.ID })
	out := make([]dispatch.CallerHit, len(hits))
	for i, h := range hits {
		p := person[h.PersonID]
		out[i] = dispatch.CallerHit{Person: p, Site: site[p.SiteID], MatchedBy: h.By, Sure: h.sure}
	}
	return out, nil
}
