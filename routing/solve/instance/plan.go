package instance

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"roundsman/internal/fault"
	"roundsman/routing"
)

// Written is a plan as somebody wrote it.
type Written struct {
	*routing.Plan
	// Calls are where the rounds call at the depot: for each call, how many visits of
	// its round come before it. Nil where the format doesn't say; then each round is
	// judged with the call it needs, at its best place.
	Calls [][]int
}

// spelt gives problem and plan with each call as a visit to the depot, from which on
// nobody asks for what there is at a depot; nobody calls anywhere else.
func (w *Written) spelt(p *routing.Problem) (*routing.Problem, *routing.Plan) {
	if w.Calls == nil {
		return p, w.Plan
	}
	q, plan := *p, w.Clone()
	q.Shifts, q.Visits = slices.Clone(p.Shifts), slices.Clone(p.Visits)
	for i, calls := range w.Calls {
		s := &q.Shifts[i]
		if len(calls) == 0 || s.Restock == nil {
			s.Restock = nil
			continue
		}
		depot := s.Restock
		s.Restock = nil
		for _, v := range plan.Rounds[i].Visits[calls[0]:] {
			q.Visits[v].Kit, q.Visits[v].Tools = nil, nil
		}
		plan.Rounds[i].Visits = slices.Insert(plan.Rounds[i].Visits, calls[0], len(q.Visits))
		q.Visits = append(q.Visits, routing.Visit{Place: depot.Place, Site: -len(q.Visits), Service: depot.Service, Priority: 1})
	}
	return &q, plan
}

// misplaced are the calls that can't be: at no depot, or a second one.
func (w *Written) misplaced(p *routing.Problem) (out []routing.Violation) {
	for i, calls := range w.Calls {
		if len(calls) > 1 || len(calls) == 1 && p.Shifts[i].Restock == nil {
			out = append(out, routing.Violation{Rule: routing.BrokenCall, Shift: i, Visit: -1, Detail: fmt.Sprintf("%d calls are written, one may be, where there is a depot", len(calls))})
		}
	}
	return out
}

type stopDocument struct {
	Visit  int     `json:"visit"`
	Leave  seconds `json:"leave"`
	Arrive seconds `json:"arrive"`
	Start  seconds `json:"start"`
	End    seconds `json:"end"`
	Late   seconds `json:"late,omitempty"`
}

type roundDocument struct {
	Visits []int          `json:"visits"`
	Leave  *seconds       `json:"leave,omitempty"`
	Return *seconds       `json:"return,omitempty"`
	Stops  []stopDocument `json:"stops,omitempty"`
	// Depot is the index of the stop before which the depot is called at.
	Depot *int `json:"depot,omitempty"`
}

type planDocument struct {
	Rounds     []roundDocument `json:"rounds"`
	Unassigned []int           `json:"unassigned,omitempty"`
	Cost       *routing.Cost   `json:"cost,omitempty"`
}

// WriteJSON writes a plan document: for each shift the visits in order, and for
// the reader their times.
func WriteJSON(w io.Writer, plan *routing.Plan, tts []routing.Timetable, cost routing.Cost) error {
	d := planDocument{Unassigned: plan.Unassigned, Cost: &cost}
	for i, r := range plan.Rounds {
		round := roundDocument{Visits: slices.Clone(r.Visits)}
		if round.Visits == nil {
			round.Visits = []int{}
		}
		if i < len(tts) && len(r.Visits) > 0 {
			round.Leave, round.Return = &tts[i].Leave, &tts[i].Return
			for _, st := range tts[i].Stops {
				round.Stops = append(round.Stops, stopDocument{st.Visit, st.Leave, st.Arrive, st.Start, st.End, st.Late})
			}
			for _, c := range tts[i].Calls {
				round.Depot = &c.Before
			}
		}
		d.Rounds = append(d.Rounds, round)
	}
	enc := json.NewEncoder(w)
	enc.SetIndent("", " ")
	return enc.Encode(d)
}

// ReadJSONPlan reads a plan document: the visits of the rounds, and those that it
// says are unassigned. Times and calls at the depot are written for the reader only.
func ReadJSONPlan(r io.Reader, p *routing.Problem) (*Written, error) {
	var d planDocument
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	if err := dec.Decode(&d); err != nil {
		return nil, fault.New(fault.Invalid, "instance_malformed", "the plan document can't be read: %v; docs/planner.md describes it", err)
	}
	plan := &routing.Plan{Unassigned: d.Unassigned}
	for _, v := range d.Unassigned {
		if v < 0 || v >= len(p.Visits) {
			return nil, fault.New(fault.Invalid, "instance_malformed", "the plan leaves out visit %d, which isn't in the problem", v)
		}
	}
	for i, round := range d.Rounds {
		for _, v := range round.Visits {
			if v < 0 || v >= len(p.Visits) {
				return nil, fault.New(fault.Invalid, "instance_malformed", "round %d of the plan names visit %d, which isn't in the problem", i, v)
			}
		}
		plan.Rounds = append(plan.Rounds, routing.Round{Visits: round.Visits})
	}
	return &Written{Plan: plan}, nil
}

// Missing lists the visits of which a plan that was read says nothing: they stand in
// no round, and it doesn't say that they are unassigned.
func Missing(in *Instance, plan *routing.Plan) []int {
	seen := make([]bool, len(in.Problem.Visits))
	for _, v := range plan.Unassigned {
		seen[v] = true
	}
	for _, r := range plan.Rounds {
		for _, v := range r.Visits {
			seen[v] = true
		}
	}
	var out []int
	for v, ok := range seen {
		if !ok {
			out = append(out, v)
		}
	}
	return out
}
