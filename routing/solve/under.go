package solve

import (
	"slices"

	"roundsman/routing"
)

// under is the core of a problem that differs from this one only in when visits may
// begin, who may do them and whether they have to be done, as terms differ
// (routing.Apart). All else is shared, so that it is made in little time. Classes of
// lanes are not renewed: it answers questions and isn't searched.
func (c *core) under(q *routing.Problem) *core {
	d := *c
	d.p = q
	d.asks, d.spans, d.suits, d.prize = slices.Clone(c.asks), slices.Clone(c.spans), slices.Clone(c.suits), slices.Clone(c.prize)
	d.promised = slices.Clone(c.promised)
	for v := range q.Visits {
		if asksTheSame(&c.p.Visits[v], &q.Visits[v]) {
			continue
		}
		d.spans[v], d.promised[v] = nil, false
		possible := d.visit(v)
		d.hull(v)
		for i := range d.lanes {
			d.suits[i*d.visits+v] = possible && !routing.Suits(q, i, v).Refused()
		}
	}
	return &d
}

// asksTheSame says whether terms ask the same of a visit.
func asksTheSame(a, b *routing.Visit) bool {
	return a.Release == b.Release && a.Optional == b.Optional && a.Pin == b.Pin && a.Promise == b.Promise &&
		slices.Equal(a.Windows, b.Windows) && (a.Allowed == nil) == (b.Allowed == nil) && slices.Equal(a.Allowed, b.Allowed)
}
