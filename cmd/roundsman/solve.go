package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"roundsman/internal/fault"
	"roundsman/routing"
	"roundsman/routing/solve"
	"roundsman/routing/solve/instance"
)

// solveCmd is roundsman solve.
type solveCmd struct {
	Format     string        `help:"Format of the instance and the plan." enum:"solomon,trsp,json" default:"json"`
	Instance   string        `help:"File to read." required:"" placeholder:"FILE"`
	Time       time.Duration `help:"Processor time of the search at most, a thread."`
	Iterations int           `help:"Iterations at most; the same number and seed give the same plan."`
	Patience   int           `help:"Stop after so many iterations that found nothing better."`
	Seed       uint64        `help:"Seed of the search." default:"1"`
	Threads    int           `help:"Threads to search on." default:"1"`
	Solution   string        `help:"File to write the plan to." placeholder:"OUT"`
	Start      string        `help:"Plan to begin with, in the same format." placeholder:"FILE"`
	Check      string        `help:"Judge this plan instead of searching; exit 1 if it breaks a rule." placeholder:"FILE"`
}

// Run solves or judges, and prints one line of JSON.
func (c *solveCmd) Run(ctx context.Context, o output) error {
	in, err := readFile(c.Instance, func(r io.Reader) (*instance.Instance, error) { return instance.Read(c.Format, r) })
	if err != nil {
		return err
	}
	if c.Check != "" {
		plan, err := c.plan(c.Check, in)
		if err != nil {
			return err
		}
		line := instance.Judge(in, plan)
		if err := json.NewEncoder(o.out).Encode(line); err != nil {
			return err
		}
		if len(line.Missing) > 0 {
			return fault.New(fault.Invalid, "plan_judged", "the plan says nothing of %d visits, listed above as missing, and breaks %d rules", len(line.Missing), len(line.Violations)-len(line.Missing))
		}
		if len(line.Violations) > 0 {
			return fault.New(fault.Invalid, "plan_judged", "the plan breaks %d rules, listed above", len(line.Violations))
		}
		return nil
	}
	start := (*routing.Plan)(nil)
	if c.Start != "" {
		written, err := c.plan(c.Start, in)
		if err != nil {
			return err
		}
		start = written.Plan
		start.Unassigned = append(start.Unassigned, instance.Missing(in, start)...)
	}
	bar := newProgress(o, newLog(o))
	defer bar.done()
	options := solve.Options{Seed: c.Seed, Iterations: c.Iterations, Time: c.Time, Patience: c.Patience, Threads: c.Threads}
	if bar.term {
		options.Progress = func(p solve.Progress) {
			bar.show("searching", int64(p.Done*1000), 1000)
			bar.describe(found(p, in.Scale))
		}
	}
	solution, finish, err := create(c.Solution)
	if err != nil {
		return err
	}
	line, err := instance.Run(ctx, c.Format, in, start, options, solution)
	if err := finish(err); err != nil {
		return err
	}
	bar.done()
	return json.NewEncoder(o.out).Encode(line)
}

// found says in a few words what a search has by now.
func found(p solve.Progress, scale float64) string {
	return fmt.Sprintf("cost %.1f, %d left out, %d iterations", float64(p.Score.Cost)/scale, p.Unassigned, p.Iterations)
}

func (c *solveCmd) plan(file string, in *instance.Instance) (*instance.Written, error) {
	return readFile(file, func(r io.Reader) (*instance.Written, error) { return instance.ReadPlan(c.Format, r, in) })
}

// readFile opens a file for a reader, and names it in what goes wrong.
func readFile[T any](file string, read func(io.Reader) (T, error)) (T, error) {
	var none T
	f, err := os.Open(file)
	if err != nil {
		return none, fault.New(fault.NotFound, "file_unreadable", "%s can't be read; check its name and rights", file).Because(err)
	}
	defer f.Close()
	v, err := read(f)
	if err != nil {
		return none, fmt.Errorf("%s: %w", file, err)
	}
	return v, nil
}

// create makes a file beside its place; finish moves it there, or takes it away
// when something went wrong.
func create(file string) (w io.Writer, finish func(error) error, err error) {
	if file == "" {
		return nil, func(err error) error { return err }, nil
	}
	f, err := os.Create(file + ".new")
	if err != nil {
		return nil, nil, fault.New(fault.Invalid, "file_unwritable", "%s can't be written; choose another place", file).Because(err)
	}
	return f, func(err error) error {
		if closed := f.Close(); err == nil {
			err = closed
		}
		if err == nil {
			return os.Rename(f.Name(), file)
		}
		_ = os.Remove(f.Name())
		return err
	}, nil
}
