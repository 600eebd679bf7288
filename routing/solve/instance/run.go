package instance

import (
	"context"
	"fmt"
	"io"
	"time"

	"roundsman/internal/fault"
	"roundsman/routing"
	"roundsman/routing/solve"
)

// Formats are the formats that Read and Run know.
var Formats = []string{"solomon", "trsp", "json"}

// Read reads an instance of a format.
func Read(format string, r io.Reader) (*Instance, error) {
	switch format {
	case "solomon":
		return ReadSolomon(r)
	case "trsp":
		return ReadTRSP(r)
	case "json":
		return ReadJSON(r)
	}
	return nil, fault.New(fault.Invalid, "format_unknown", "there is no format %q; use solomon, trsp or json", format)
}

// ReadPlan reads a plan for an instance. It may leave visits out; see Missing.
func ReadPlan(format string, r io.Reader, in *Instance) (*Written, error) {
	switch format {
	case "solomon":
		return ReadSolomonPlan(r, in)
	case "trsp":
		return ReadTRSPPlan(r, in)
	}
	return ReadJSONPlan(r, in.Problem)
}

// Line is what a run or a check prints: one line of JSON.
type Line struct {
	Name       string  `json:"name,omitempty"`
	Cost       float64 `json:"cost"` // in units of the instance
	Vehicles   int     `json:"vehicles"`
	Unassigned int     `json:"unassigned"`
	Late       int     `json:"late_seconds,omitempty"`
	Iterations int     `json:"iterations,omitempty"`
	Seed       uint64  `json:"seed,omitempty"`
	CPU        float64 `json:"cpu_seconds,omitempty"`
	// Stopped says what ended the search: iterations, time, no_improvement,
	// cancelled or nothing_to_do.
	Stopped solve.Stop `json:"stopped,omitempty"`
	// Missing are the visits that a plan written by anybody says nothing of, by their
	// numbers in files of the format.
	Missing []int `json:"missing,omitempty"`
	// Violations are what Check found, or a cost that isn't what the judge reckons; a
	// plan of ours has none.
	Violations []string `json:"violations,omitempty"`
}

// Run solves an instance, has the plan judged, and writes it to solution in the
// instance's format unless that is nil. A bound of time is CPU time.
func Run(ctx context.Context, format string, in *Instance, start *routing.Plan, opt solve.Options, solution io.Writer) (Line, error) {
	began := CPU()
	if opt.Elapsed == nil {
		threads := time.Duration(solve.Threads(in.Problem, opt))
		opt.Elapsed = func() time.Duration { return (CPU() - began) / threads }
	}
	res, err := solve.Solve(ctx, in.Problem, start, opt)
	if err != nil {
		return Line{}, err
	}
	line := in.line(in.Problem, res.Plan, res.Timetables, res.Score)
	line.Iterations, line.Seed, line.Stopped = res.Iterations, res.Seed, res.Stopped
	line.CPU = (CPU() - began).Seconds()
	if solution == nil {
		return line, nil
	}
	switch format {
	case "solomon":
		err = WriteSolomon(solution, in, res.Plan, res.Score.Cost)
	case "trsp":
		err = WriteTRSP(solution, in, res.Timetables, res.Score.Cost)
	default:
		err = WriteJSON(solution, res.Plan, res.Timetables, res.Score.Cost)
	}
	return line, err
}

// Judge checks a plan written by anybody. A plan that breaks a hard rule has
// violations and no cost.
func Judge(in *Instance, w *Written) Line {
	p, plan := w.spelt(in.Problem)
	found := append(w.misplaced(in.Problem), routing.Check(p, plan, nil)...)
	var refused error
	if len(found) == 0 {
		tts, score, err := routing.Evaluate(p, plan)
		if err == nil {
			return in.line(p, plan, tts, score)
		}
		// Chances hang on the times: it may be only they that are too low.
		if tts, _, certain := routing.Evaluate(routing.Certain(p), plan); certain == nil {
			found = routing.Check(p, plan, tts)
		}
		refused = err
	}
	line := Line{Name: in.Name, Unassigned: len(plan.Unassigned)}
	for _, v := range Missing(in, w.Plan) {
		line.Unassigned++
		line.Missing = append(line.Missing, in.First+v)
	}
	for _, v := range found {
		line.Violations = append(line.Violations, v.String())
	}
	if len(found) == 0 && refused != nil {
		line.Violations = append(line.Violations, refused.Error())
	}
	return line
}

func (in *Instance) line(p *routing.Problem, plan *routing.Plan, tts []routing.Timetable, score routing.Score) Line {
	line := Line{Name: in.Name, Cost: float64(score.Cost) / in.Scale, Unassigned: len(plan.Unassigned)}
	for _, r := range plan.Rounds {
		if len(r.Visits) > 0 {
			line.Vehicles++
		}
	}
	for _, s := range score.Late {
		line.Late += int(s)
	}
	for _, v := range routing.Check(p, plan, tts) {
		line.Violations = append(line.Violations, v.String())
	}
	if len(line.Violations) == 0 {
		if reckoned := routing.Reckon(p, plan, tts); reckoned != score {
			line.Violations = append(line.Violations, routing.Violation{
				Rule: routing.BrokenSum, Shift: -1, Visit: -1, Detail: fmt.Sprintf("the plan scores %v, not %v", reckoned, score),
			}.String())
		}
	}
	return line
}
