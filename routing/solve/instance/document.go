package instance

import (
	"encoding/json"
	"io"
	"math"

	"roundsman/internal/fault"
	"roundsman/routing"
)

// The documents below are the problem as JSON: all instants in seconds after the
// problem's zero, windows as [start, end), places as indexes into the tables.

type document struct {
	Name      string             `json:"name,omitempty"`
	Tables    []tableDocument    `json:"tables"`
	Shifts    []shiftDocument    `json:"shifts"`
	Visits    []visitDocument    `json:"visits"`
	Prices    *priceDocument     `json:"prices,omitempty"` // absent: routing.DefaultPrices
	Scenarios []routing.Scenario `json:"scenarios,omitempty"`
	Floor     uint16             `json:"floor,omitempty"`
	MostMoved *int               `json:"most_moved,omitempty"`
}

type seconds = routing.Seconds

type pair [2]seconds

// tableDocument holds rows; null stands where there is no way.
type tableDocument struct {
	Seconds [][]*seconds       `json:"seconds"`
	Metres  [][]routing.Metres `json:"metres,omitempty"`
	Hours   []hourDocument     `json:"hours,omitempty"`
}

type hourDocument struct {
	From    seconds      `json:"from"`
	Seconds [][]*seconds `json:"seconds"`
	Later   [][]*seconds `json:"later,omitempty"`
}

type breakDocument struct {
	Window   pair    `json:"window"`
	Duration seconds `json:"duration"`
	Taken    bool    `json:"taken,omitempty"`
}

type restockDocument struct {
	Place   int     `json:"place"`
	Service seconds `json:"service"`
}

type frozenDocument struct {
	Visit int     `json:"visit"`
	Start seconds `json:"start"`
	End   seconds `json:"end"`
}

type shiftDocument struct {
	Start     int              `json:"start"`
	End       int              `json:"end"`
	Work      pair             `json:"work"`
	Overtime  seconds          `json:"overtime,omitempty"`
	Breaks    []breakDocument  `json:"breaks,omitempty"`
	Table     int              `json:"table,omitempty"`
	Skills    []int            `json:"skills,omitempty"`
	Kit       []uint16         `json:"kit,omitempty"`
	Tools     []int            `json:"tools,omitempty"`
	Regions   []int            `json:"regions,omitempty"`
	Restock   *restockDocument `json:"restock,omitempty"`
	Speed     uint16           `json:"speed,omitempty"`
	MaxTravel seconds          `json:"max_travel,omitempty"`
	Frozen    []frozenDocument `json:"frozen,omitempty"`
	Now       seconds          `json:"now,omitempty"`
	From      int              `json:"from,omitempty"`
	HasLeft   bool             `json:"has_left,omitempty"`
}

type skillDocument struct {
	Skill int   `json:"skill"`
	Level uint8 `json:"level"`
}

type kitDocument struct {
	Item  int    `json:"item"`
	Units uint16 `json:"units"`
}

type pinDocument struct {
	Shift *int     `json:"shift,omitempty"`
	Start *seconds `json:"start,omitempty"`
}

type softDocument struct {
	End       seconds      `json:"end"`
	Cap       seconds      `json:"cap"`
	PerSecond routing.Cost `json:"per_second"`
}

type toldDocument struct {
	Shift int     `json:"shift"`
	Start seconds `json:"start"`
}

type visitDocument struct {
	Place     int             `json:"place"`
	Service   seconds         `json:"service"`
	Site      *int            `json:"site,omitempty"` // absent: a site of its own
	Access    seconds         `json:"access,omitempty"`
	Walk      seconds         `json:"walk,omitempty"`
	Region    int             `json:"region,omitempty"`
	Release   seconds         `json:"release,omitempty"`
	Windows   []pair          `json:"windows,omitempty"`
	Promise   *pair           `json:"promise,omitempty"`
	Skills    []skillDocument `json:"skills,omitempty"`
	Kit       []kitDocument   `json:"kit,omitempty"`
	Tools     []int           `json:"tools,omitempty"`
	Soft      *softDocument   `json:"soft,omitempty"`
	Together  int             `json:"together,omitempty"`
	After     []int           `json:"after,omitempty"`
	Meet      int             `json:"meet,omitempty"`
	Optional  bool            `json:"optional,omitempty"`
	Prize     routing.Cost    `json:"prize,omitempty"`
	Allowed   []int           `json:"allowed,omitempty"`
	Preferred []int           `json:"preferred,omitempty"`
	Priority  uint8           `json:"priority"`
	Pin       *pinDocument    `json:"pin,omitempty"`
	Told      *toldDocument   `json:"told,omitempty"`
}

type priceDocument struct {
	TravelSecond   routing.Cost `json:"travel_second"`
	WaitSecond     routing.Cost `json:"wait_second"`
	OvertimeSecond routing.Cost `json:"overtime_second"`
	DutySecond     routing.Cost `json:"duty_second"`
	LateSecond     routing.Cost `json:"late_second"`
	NotPreferred   routing.Cost `json:"not_preferred"`
	Churn          routing.Cost `json:"churn"`
	ChurnFree      seconds      `json:"churn_free"`
	Round          routing.Cost `json:"round"`
	Missed         routing.Cost `json:"missed"`
}

func (p pair) window() routing.Window { return routing.Window{Start: p[0], End: p[1]} }

// ReadJSON reads a problem document. Unknown members are faults: a misspelt
// constraint must not be dropped silently.
//
// The error is a *fault.Error: instance_malformed or problem_invalid.
func ReadJSON(r io.Reader) (*Instance, error) {
	dec := json.NewDecoder(r)
	dec.DisallowUnknownFields()
	var d document
	if err := dec.Decode(&d); err != nil {
		return nil, fault.New(fault.Invalid, "instance_malformed", "the problem document can't be read: %v; docs/planner.md describes it", err)
	}
	p, err := d.problem()
	if err != nil {
		return nil, err
	}
	return &Instance{Name: d.Name, Problem: p, Scale: 1}, routing.Validate(p)
}

func (d *document) problem() (*routing.Problem, error) {
	p := &routing.Problem{Prices: routing.DefaultPrices(), Scenarios: d.Scenarios, Floor: d.Floor, MostMoved: d.MostMoved}
	if x := d.Prices; x != nil {
		p.Prices = routing.Prices{
			TravelSecond: x.TravelSecond, WaitSecond: x.WaitSecond, OvertimeSecond: x.OvertimeSecond, DutySecond: x.DutySecond,
			LateSecond: x.LateSecond, NotPreferred: x.NotPreferred, Churn: x.Churn, ChurnFree: x.ChurnFree, Round: x.Round, Missed: x.Missed,
		}
	}
	for i := range d.Tables {
		t, err := d.Tables[i].table(i)
		if err != nil {
			return nil, err
		}
		p.Tables = append(p.Tables, t)
	}
	for i := range d.Shifts {
		s, err := d.Shifts[i].shift(i)
		if err != nil {
			return nil, err
		}
		p.Shifts = append(p.Shifts, s)
	}
	for i := range d.Visits {
		v := d.Visits[i].visit()
		if d.Visits[i].Site == nil {
			v.Site = -1 - i
		}
		p.Visits = append(p.Visits, v)
	}
	return p, nil
}

func (t *tableDocument) table(index int) (*routing.Table, error) {
	n := len(t.Seconds)
	if n > maxNodes || (t.Metres != nil && len(t.Metres) != n) {
		return nil, notSquare(index)
	}
	out := routing.NewTable(n, n)
	times, ok := square(t.Seconds, n)
	if !ok {
		return nil, notSquare(index)
	}
	out.Seconds = times
	for i, row := range t.Metres {
		if len(row) != n {
			return nil, notSquare(index)
		}
		copy(out.Metres[i*n:], row)
	}
	for _, x := range t.Hours {
		h := routing.Hour{From: x.From}
		if h.Seconds, ok = square(x.Seconds, n); !ok {
			return nil, notSquare(index)
		}
		if x.Later != nil {
			if h.Later, ok = square(x.Later, n); !ok {
				return nil, notSquare(index)
			}
		}
		out.Hours = append(out.Hours, h)
	}
	return out, nil
}

func notSquare(index int) error {
	return fault.New(fault.Invalid, "instance_malformed", "table %d isn't square, or its metres or hours don't match its seconds", index)
}

// square lays rows out one behind the other.
func square(rows [][]*seconds, n int) ([]seconds, bool) {
	if len(rows) != n {
		return nil, false
	}
	out := make([]seconds, 0, n*n)
	for _, row := range rows {
		if len(row) != n {
			return nil, false
		}
		for _, s := range row {
			if s == nil {
				out = append(out, routing.Unreachable)
			} else {
				out = append(out, *s)
			}
		}
	}
	return out, true
}

func (d *shiftDocument) shift(index int) (routing.Shift, error) {
	s := routing.Shift{
		Start: d.Start, End: d.End, Work: d.Work.window(), Overtime: d.Overtime, Table: d.Table,
		Kit: d.Kit, Tools: d.Tools, Speed: d.Speed, Now: d.Now, From: d.From, HasLeft: d.HasLeft, MaxTravel: d.MaxTravel, Regions: d.Regions,
	}
	for k, level := range d.Skills {
		if level < 0 || level > math.MaxUint8 {
			return s, fault.New(fault.Invalid, "instance_malformed", "shift %d holds skill %d at level %d; give a level of 0 to 255, 0 for none", index, k, level)
		}
		s.Skills = append(s.Skills, uint8(level))
	}
	for _, b := range d.Breaks {
		s.Breaks = append(s.Breaks, routing.Break{Window: b.Window.window(), Duration: b.Duration, Taken: b.Taken})
	}
	for _, f := range d.Frozen {
		s.Frozen = append(s.Frozen, routing.FrozenStop{Visit: f.Visit, Start: f.Start, End: f.End})
	}
	if d.Restock != nil {
		s.Restock = &routing.Restock{Place: d.Restock.Place, Service: d.Restock.Service}
	}
	return s, nil
}

func (d *visitDocument) visit() routing.Visit {
	v := routing.Visit{
		Place: d.Place, Service: d.Service, Access: d.Access, Tools: d.Tools,
		Allowed: d.Allowed, Preferred: d.Preferred, Priority: d.Priority,
		Walk: d.Walk, Region: d.Region, Release: d.Release,
		After: d.After, Meet: d.Meet,
		Together: d.Together, Optional: d.Optional, Prize: d.Prize,
	}
	if d.Site != nil {
		v.Site = *d.Site
	}
	for _, w := range d.Windows {
		v.Windows = append(v.Windows, w.window())
	}
	if d.Promise != nil {
		w := d.Promise.window()
		v.Promise = &w
	}
	for _, n := range d.Skills {
		v.Skills = append(v.Skills, routing.SkillNeed(n))
	}
	for _, n := range d.Kit {
		v.Kit = append(v.Kit, routing.KitNeed(n))
	}
	if d.Soft != nil {
		v.Soft = &routing.Soft{End: d.Soft.End, Cap: d.Soft.Cap, PerSecond: d.Soft.PerSecond}
	}
	if d.Pin != nil {
		v.Pin = &routing.Pin{Shift: d.Pin.Shift, Start: d.Pin.Start}
	}
	if d.Told != nil {
		v.Told = &routing.Told{Shift: d.Told.Shift, Start: d.Told.Start}
	}
	return v
}
