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

// trspScale is how many units of the problem make one unit of a trsp instance.
// Distances are rounded up, so that a plan is feasible in exact distances too and
// costs at most a thousandth a leg more than it does there.
const trspScale = 1000

// ReadTRSP reads technicians with skills, tools and spare parts; the objective
// is the total working time, from leaving home to returning.
//
// The error is a *fault.Error of code instance_malformed that names the line.
func ReadTRSP(r io.Reader) (*Instance, error) {
	sc := bufio.NewScanner(r)
	in := &Instance{Scale: trspScale}
	var nodes []node
	crew, line := -1, 0
	p := &routing.Problem{Prices: routing.Prices{DutySecond: 1}}
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
			n, lists, err := trspRow(f)
			if err != nil {
				return nil, broken(line, "%v", err)
			}
			if len(nodes) > 0 {
				trspAdd(p, n, lists, len(nodes), crew)
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
	t := routing.NewTable(len(nodes), len(nodes))
	for i, a := range nodes {
		for j, b := range nodes {
			d := int32(math.Ceil(math.Hypot(a.x-b.x, a.y-b.y)*trspScale - 1e-6))
			t.Set(i, j, routing.Leg{Seconds: routing.Seconds(d), Metres: routing.Metres(d)})
		}
	}
	p.Tables = []*routing.Table{t}
	in.Problem, in.First = p, crew+1
	return in, routing.Validate(p)
}

func thousandths(x float64) routing.Seconds { return routing.Seconds(math.Round(x * trspScale)) }

// trspAdd makes a technician or a request of row i.
func trspAdd(p *routing.Problem, n node, lists [3][]int, i, crew int) {
	if i <= crew {
		s := routing.Shift{
			Start: i, End: i, Work: routing.Window{Start: thousandths(n.ready), End: thousandths(n.due)},
			Tools: lists[1], Restock: &routing.Restock{Place: 0},
		}
		for _, k := range lists[0] {
			for len(s.Skills) <= k {
				s.Skills = append(s.Skills, 0)
			}
			s.Skills[k] = 1
		}
		for _, units := range lists[2] {
			s.Kit = append(s.Kit, uint16(units))
		}
		p.Shifts = append(p.Shifts, s)
		return
	}
	v := routing.Visit{
		Place: i, Site: i, Priority: 1, Service: thousandths(n.service), Tools: lists[1],
		Windows: []routing.Window{{Start: thousandths(n.ready), End: thousandths(n.due) + 1}},
	}
	for _, k := range lists[0] {
		v.Skills = append(v.Skills, routing.SkillNeed{Skill: k, Level: 1})
	}
	for item, units := range lists[2] {
		if units > 0 {
			v.Kit = append(v.Kit, routing.KitNeed{Item: item, Units: uint16(units)})
		}
	}
	p.Visits = append(p.Visits, v)
}

// trspRow reads ID X Y TWS TWE SERVICE [skills] [tools] [parts].
func trspRow(f []string) (n node, lists [3][]int, err error) {
	var v [6]float64
	for i := range v {
		if v[i], err = strconv.ParseFloat(f[i], 64); err != nil || math.IsNaN(v[i]) || math.Abs(v[i]) > 1e5 || (i > 2 && v[i] < 0) {
			return n, lists, fmt.Errorf("%q is no number in range", f[i])
		}
	}
	for i := range lists {
		s := strings.TrimSuffix(strings.TrimPrefix(f[6+i], "["), "]")
		if s == "" {
			continue
		}
		for _, x := range strings.Split(s, ",") {
			k, err := strconv.Atoi(x)
			if err != nil || k < 0 || k > math.MaxUint16 || (i < 2 && k >= routing.MaxTools) {
				return n, lists, fmt.Errorf("%q is no list of small numbers", f[6+i])
			}
			lists[i] = append(lists[i], k)
		}
	}
	return node{x: v[1], y: v[2], ready: v[3], due: v[4], service: v[5]}, lists, nil
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

// ReadTRSPPlan reads what WriteTRSP writes. Where the depot is called is found
// anew: the best place is at least as good.
func ReadTRSPPlan(r io.Reader, in *Instance) (*routing.Plan, error) {
	crew := len(in.Problem.Shifts)
	plan := &routing.Plan{Rounds: make([]routing.Round, crew)}
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
		for _, f := range strings.Fields(tail) {
			k, err := strconv.Atoi(f)
			if err != nil || (k != 0 && (k <= crew || k-crew > len(in.Problem.Visits))) {
				return nil, broken(line, "%q is no request", f)
			}
			if k != 0 {
				plan.Rounds[who-1].Visits = append(plan.Rounds[who-1].Visits, k-crew-1)
			}
		}
	}
	return plan, sc.Err()
}
