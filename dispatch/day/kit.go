package day

import (
	"math"

	"roundsman/internal/ids"
	"roundsman/routing"
)

// kitWord is a kit item of a problem: what technicians carry of a model, or, where a
// shift's kit holds some of it that is kept for a visit, what that shift carries for
// everybody else.
type kitWord struct {
	model ids.ID
	shift int
}

// inAll is the shift of a word that counts all of a model in every kit.
const inAll = -1

// needs says what a visit takes out of a kit. It takes one of all that is carried, and
// one of what is carried for everybody, but with the technician who carries what is
// kept for it.
func (d *Day) needs(v *Visit, w *vocabulary) []routing.KitNeed {
	if v.KitModel == nil {
		return nil
	}
	out := []routing.KitNeed{{Item: number(w.kit, kitWord{*v.KitModel, inAll}), Units: 1}}
	for i := range d.Shifts {
		kept, mine := false, false
		for _, item := range d.Shifts[i].Kit {
			if item.ModelID == *v.KitModel && item.ReservedFor != nil {
				kept, mine = true, mine || *item.ReservedFor == v.ID
			}
		}
		if kept && !mine {
			out = append(out, routing.KitNeed{Item: number(w.kit, kitWord{*v.KitModel, i}), Units: 1})
		}
	}
	return out
}

// carried counts the kit of a shift. What another shift carries for everybody binds
// nobody here.
func (d *Day) carried(shift int, w *vocabulary) []uint16 {
	var out []uint16
	for word, k := range w.kit {
		out = grow(out, k)
		if word.shift != inAll && word.shift != shift {
			out[k] = math.MaxUint16
			continue
		}
		for _, item := range d.Shifts[shift].Kit {
			if item.ModelID == word.model && (word.shift == inAll || item.ReservedFor == nil) {
				out[k]++
			}
		}
	}
	return out
}

// hold takes out of a shift's kit what work under way is still to be given.
func (d *Day) hold(p *routing.Problem, shift int) {
	s := &p.Shifts[shift]
	for _, f := range s.Frozen {
		if v := &d.Visits[f.Visit]; !v.open() || v.Equipped {
			continue
		}
		for _, n := range p.Visits[f.Visit].Kit {
			s.Kit[n.Item] -= min(n.Units, s.Kit[n.Item])
		}
	}
}
