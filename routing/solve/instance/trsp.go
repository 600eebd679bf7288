package instance

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"roundsman/routing"
)

// A unit of a trsp instance is a power of ten units of the problem, between these:
// the largest with which all its numbers are instants that a problem may have.
// Distances are rounded up, so that a plan is feasible in exact distances too; the
// finer the unit, the nearer its cost is to what it is there.
// A service may be an eighth of that.
const trspCoarsest, trspFinest, trspFar = 1_000, 100_000, 1 << 27

// trspNode is a row: ID X Y TWS TWE SERVICE [skills] [tools] [parts].
type trspNode struct {
	node
	skills, tools, parts []int
}

// ReadTRSP reads technicians with skills, tools and spare parts; the objective
// is the total working time, from leaving home to returning.
//
// The error is a *fault.Error of code instance_malformed that names the line.
func ReadTRSP(r io.Reader) (*Instance, error) {
	sc := bufio.NewScanner(r)
	in := &Instance{}
	var nodes []trspNode
	crew, line := -1, 0
	for sc.Scan() {
		line++
		f := strings.Fields(sc.Text())
		switch {
		case len(f) == 0:
		case in.Name == "":
			in.Name = f[0]
		case crew < 0 && len(f) == 4:
			n, err := strconv.Atoi(f[0])
			if err != nil {
				continue
			}
			if n < 0 || n > maxVehicles {
				return nil, broken(line, "a crew of %d", n)
			}
			crew = n
		case crew >= 0 && len(f) == 9:
			if f[0] == "ID" {
				continue
			}
			n, err := trspRow(f)
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
	if crew < 0 || len(nodes) < crew+1 {
		return nil, broken(line, "no CREW line, or fewer rows than the crew has technicians")
	}
	in.Scale, in.First = trspScale(nodes), crew+1
	in.Problem = trspProblem(nodes, crew, in.Scale)
	return in, routing.Validate(in.Problem)
}

// trspScale is how many units of the problem make one of the instance.
func trspScale(nodes []trspNode) float64 {
	most := 1.0
	for _, n := range nodes {
		most = max(most, n.due, n.ready, n.service*8, math.Hypot(n.x-nodes[0].x, n.y-nodes[0].y)*2)
	}
	scale := float64(trspFinest)
	for scale > trspCoarsest && most*scale > trspFar {
		scale /= 10
	}
	return scale
}

func trspProblem(nodes []trspNode, crew int, scale float64) *routing.Problem {
	t := routing.NewTable(len(nodes), len(nodes))
	for i, a := range nodes {
		for j, b := range nodes {
			d := int32(math.Ceil(math.Hypot(a.x-b.x, a.y-b.y)*scale - 1e-6))
			t.Set(i, j, routing.Leg{Seconds: routing.Seconds(d), Metres: routing.Metres(d)})
		}
	}
	p := &routing.Problem{Prices: routing.Prices{DutySecond: 1}, Tables: []*routing.Table{t}}
	instant := func(x float64) routing.Seconds { return routing.Seconds(math.Round(x * scale)) }
	for i, n := range nodes[1:] {
		work := routing.Window{Start: instant(n.ready), End: instant(n.due)}
		if i < crew {
			p.Shifts = append(p.Shifts, n.shift(i+1, work))
		} else {
			p.Visits = append(p.Visits, n.visit(i+1, work, instant(n.service)))
		}
	}
	return p
}

func (n *trspNode) shift(place int, work routing.Window) routing.Shift {
	s := routing.Shift{Start: place, End: place, Work: work, Tools: n.tools, Restock: &routing.Restock{Place: 0}}
	for _, k := range n.skills {
		for len(s.Skills) <= k {
			s.Skills = append(s.Skills, 0)
		}
		s.Skills[k] = 1
	}
	for _, units := range n.parts {
		s.Kit = append(s.Kit, uint16(units))
	}
	return s
}

func (n *trspNode) visit(place int, start routing.Window, service routing.Seconds) routing.Visit {
	start.End++ // the last instant counts
	v := routing.Visit{Place: place, Site: place, Priority: 1, Service: service, Tools: n.tools, Windows: []routing.Window{start}}
	for _, k := range n.skills {
		v.Skills = append(v.Skills, routing.SkillNeed{Skill: k, Level: 1})
	}
	for item, units := range n.parts {
		if units > 0 {
			v.Kit = append(v.Kit, routing.KitNeed{Item: item, Units: uint16(units)})
		}
	}
	return v
}

func trspRow(f []string) (n trspNode, err error) {
	var v [6]float64
	for i := range v {
		if v[i], err = strconv.ParseFloat(f[i], 64); err != nil || math.IsNaN(v[i]) || math.Abs(v[i]) > 1e5 || (i > 2 && v[i] < 0) {
			return n, fmt.Errorf("%q is no number in range", f[i])
		}
	}
	n.node = node{x: v[1], y: v[2], ready: v[3], due: v[4], service: v[5]}
	for i, list := range []*[]int{&n.skills, &n.tools, &n.parts} {
		s := strings.TrimSuffix(strings.TrimPrefix(f[6+i], "["), "]")
		if s == "" {
			continue
		}
		for _, x := range strings.Split(s, ",") {
			k, err := strconv.Atoi(x)
			if err != nil || k < 0 || k > math.MaxUint16 || (i < 2 && k >= routing.MaxTools) {
				return n, fmt.Errorf("%q is no list of small numbers", f[6+i])
			}
			*list = append(*list, k)
		}
	}
	return n, nil
}

// WriteTRSP writes "Technician 7: 57 0 58" lines by row numbers; 0 is the call
// at the depot. The last line is the total working time.
func WriteTRSP(w io.Writer, in *Instance, tts []routing.Timetable, cost routing.Cost) error {
	b := bufio.NewWriter(w)
	crew := len(in.Problem.Shifts)
	for i := range tts {
		if len(tts[i].Stops) == 0 {
			continue
		}
		fmt.Fprintf(b, "Technician %d:", i+1)
		for k, st := range tts[i].Stops {
			for _, c := range tts[i].Calls {
				if c.Before == k {
					fmt.Fprint(b, " 0")
				}
			}
			fmt.Fprintf(b, " %d", crew+1+st.Visit)
		}
		fmt.Fprintln(b)
	}
	fmt.Fprintf(b, "Duration %s\n", strconv.FormatFloat(float64(cost)/in.Scale, 'f', 3, 64))
	return b.Flush()
}

// ReadTRSPPlan reads what WriteTRSP writes, with the calls at the depot where they
// stand.
func ReadTRSPPlan(r io.Reader, in *Instance) (*Written, error) {
	crew := len(in.Problem.Shifts)
	plan := &Written{Plan: &routing.Plan{Rounds: make([]routing.Round, crew)}, Calls: make([][]int, crew)}
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, 1<<20)
	for line := 1; sc.Scan(); line++ {
		head, tail, ok := strings.Cut(sc.Text(), ":")
		name, number, _ := strings.Cut(strings.TrimSpace(head), " ")
		if !ok || !strings.EqualFold(name, "technician") {
			continue
		}
		who, err := strconv.Atoi(strings.TrimSpace(number))
		if err != nil || who < 1 || who > crew {
			return nil, broken(line, "%q is no technician", number)
		}
		round := &plan.Rounds[who-1]
		for _, f := range strings.Fields(tail) {
			k, err := strconv.Atoi(f)
			switch {
			case err != nil || (k != 0 && (k <= crew || k-crew > len(in.Problem.Visits))):
				return nil, broken(line, "%q is no request", f)
			case k == 0:
				plan.Calls[who-1] = append(plan.Calls[who-1], len(round.Visits))
			default:
				round.Visits = append(round.Visits, k-crew-1)
			}
		}
	}
	return plan, sc.Err()
}
