package instance

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"roundsman/internal/fault"
	"roundsman/routing"
)

// Instance is a benchmark instance as a problem.
type Instance struct {
	Name    string
	Problem *routing.Problem
	// Scale is how many units of the problem make one unit of the instance:
	// costs are divided by it for print.
	Scale float64
	// First is the number that the first visit has in files of the instance's format.
	First int
}

// Bounds of what the readers take, so that a broken file can't ask for the moon.
const (
	maxNodes    = 20_001
	maxVehicles = 5_000
)

func broken(line int, format string, args ...any) error {
	return fault.New(fault.Invalid, "instance_malformed", "line %d: %s; see routing/solve/instance for the format", line, fmt.Sprintf(format, args...))
}

type node struct {
	x, y                        float64
	demand, ready, due, service float64
}

// ReadSolomon reads an instance by the DIMACS convention: every distance and
// travel time is the Euclidean distance truncated to one decimal, the number of
// vehicles only bounded, the total distance to be least. Load is the only kit.
//
// The error is a *fault.Error of code instance_malformed that names the line.
func ReadSolomon(r io.Reader) (*Instance, error) {
	sc := bufio.NewScanner(r)
	in := &Instance{Scale: 10, First: 1}
	var nodes []node
	vehicles, capacity, line := 0, 0, 0
	for sc.Scan() {
		line++
		f := strings.Fields(sc.Text())
		switch {
		case len(f) == 0:
		case in.Name == "":
			in.Name = f[0]
		case len(f) == 2 && vehicles == 0:
			a, errA := strconv.Atoi(f[0])
			b, errB := strconv.Atoi(f[1])
			if errA != nil || errB != nil {
				continue // the block's heading
			}
			if a < 1 || a > maxVehicles || b < 1 || b > math.MaxUint16 {
				return nil, broken(line, "%d vehicles of capacity %d", a, b)
			}
			vehicles, capacity = a, b
		case len(f) == 7:
			n, err := number7(f)
			if err != nil {
				return nil, broken(line, "%v", err)
			}
			nodes = append(nodes, n)
		}
		if len(nodes) > maxNodes {
			return nil, broken(line, "more than %d nodes", maxNodes)
		}
	}
	if err := sc.Err(); err != nil {
		return nil, broken(line, "%v", err)
	}
	if vehicles == 0 || len(nodes) == 0 {
		return nil, broken(line, "no VEHICLE or no CUSTOMER block")
	}
	p := &routing.Problem{
		Tables: []*routing.Table{euclid(nodes, 10)},
		Prices: routing.Prices{TravelSecond: 1},
	}
	depot := nodes[0]
	for range vehicles {
		p.Shifts = append(p.Shifts, routing.Shift{
			Work: routing.Window{Start: tenths(depot.ready), End: tenths(depot.due)}, Kit: []uint16{uint16(capacity)},
		})
	}
	for i, n := range nodes[1:] {
		v := routing.Visit{
			Place: i + 1, Site: i, Service: tenths(n.service), Priority: 1,
			Windows: []routing.Window{{Start: tenths(n.ready), End: tenths(n.due) + 1}},
		}
		if n.demand > 0 {
			v.Kit = []routing.KitNeed{{Units: uint16(n.demand)}}
		}
		p.Visits = append(p.Visits, v)
	}
	in.Problem = p
	return in, routing.Validate(p)
}

func number7(f []string) (n node, err error) {
	var v [7]float64
	for i := range v {
		if v[i], err = strconv.ParseFloat(f[i], 64); err != nil {
			return n, fmt.Errorf("%q is no number", f[i])
		}
		if math.IsNaN(v[i]) || math.Abs(v[i]) > 1e6 || (i > 2 && v[i] < 0) {
			return n, fmt.Errorf("%q is out of range", f[i])
		}
	}
	if v[3] != math.Trunc(v[3]) {
		return n, fmt.Errorf("a demand of %s: load is counted in whole units; multiply demands and capacity until they are", f[3])
	}
	if v[3] > math.MaxUint16 || v[5] < v[4] {
		return n, fmt.Errorf("demand too large, or due before ready")
	}
	return node{v[1], v[2], v[3], v[4], v[5], v[6]}, nil
}

func tenths(x float64) routing.Seconds { return routing.Seconds(math.Floor(x*10 + 1e-6)) }

// euclid is the table of distances times scale, truncated.
func euclid(nodes []node, scale float64) *routing.Table {
	t := routing.NewTable(len(nodes), len(nodes))
	for i, a := range nodes {
		for j, b := range nodes {
			d := int32(math.Hypot(a.x-b.x, a.y-b.y)*scale + 1e-9)
			t.Set(i, j, routing.Leg{Seconds: routing.Seconds(d), Metres: routing.Metres(d)})
		}
	}
	return t
}

// WriteSolomon writes "Route #1: 3 4 5" lines, customers counted from 1, and the cost.
func WriteSolomon(w io.Writer, in *Instance, plan *routing.Plan, cost routing.Cost) error {
	b := bufio.NewWriter(w)
	n := 0
	for _, r := range plan.Rounds {
		if len(r.Visits) == 0 {
			continue
		}
		n++
		fmt.Fprintf(b, "Route #%d:", n)
		for _, v := range r.Visits {
			fmt.Fprintf(b, " %d", v+1)
		}
		fmt.Fprintln(b)
	}
	fmt.Fprintf(b, "Cost %s\n", strconv.FormatFloat(float64(cost)/in.Scale, 'f', -1, 64))
	return b.Flush()
}

// ReadSolomonPlan reads what WriteSolomon writes; other lines are passed over.
func ReadSolomonPlan(r io.Reader, in *Instance) (*Written, error) {
	plan := &Written{Plan: &routing.Plan{Rounds: make([]routing.Round, len(in.Problem.Shifts))}}
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<20)
	line, n := 0, 0
	for sc.Scan() {
		line++
		head, tail, ok := strings.Cut(sc.Text(), ":")
		if !ok || !strings.HasPrefix(strings.ToLower(strings.TrimSpace(head)), "route") {
			continue
		}
		if n == len(plan.Rounds) {
			return nil, broken(line, "more routes than the %d vehicles", n)
		}
		for _, f := range strings.Fields(tail) {
			c, err := strconv.Atoi(f)
			if err != nil || c < 1 || c > len(in.Problem.Visits) {
				return nil, broken(line, "%q is no customer", f)
			}
			plan.Rounds[n].Visits = append(plan.Rounds[n].Visits, c-1)
		}
		n++
	}
	return plan, sc.Err()
}
