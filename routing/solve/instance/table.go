package instance

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"roundsman/internal/fault"
	"roundsman/routing/solve"
)

// Set is a set of public instances with published best known costs.
type Set struct {
	Name, Format string
	Files        string // glob below the data directory
	Best         string // csv below it: first column the instance
	Column       int    // of the best known cost
}

// Sets are the public sets that Measure knows, by their folders in the data
// directory (docs/planner.md says where they are from).
var Sets = []Set{
	{"solomon", "solomon", "vrptw/solomon/*.txt", "vrptw/bks.csv", 2},
	{"homberger-200", "solomon", "vrptw/homberger/*_2_*.txt", "vrptw/bks.csv", 2},
	{"homberger-400", "solomon", "vrptw/homberger/*_4_*.txt", "vrptw/bks.csv", 2},
	{"homberger-1000", "solomon", "vrptw/homberger/*_10_*.txt", "vrptw/bks.csv", 2},
	{"trsp", "trsp", "trsp/*.txt", "trsp/bks.csv", 1},
}

// Trial says what to measure.
type Trial struct {
	Data    string // directory
	Set     string
	Time    time.Duration // CPU time of each thread for each run
	Seeds   int
	Threads int
	Every   int       // takes every so manieth instance only; 0 is all of them
	Each    io.Writer // where a line for each run goes, unless nil
}

// Gaps is how far a set's plans are from the best known.
type Gaps struct {
	Mean    float64            // percent
	ByClass map[string]float64 // the same of C1, R1, ...
	Costs   []float64          // of each run, instance by instance, then seed by seed
	Runs    int
	Reached int // runs at the best known cost or below it
}

// Measure runs a set and compares its plans with the best known. Every plan is
// judged.
//
// The error is a *fault.Error: set_unknown, data_missing where the files aren't
// there, or plan_unsound.
func Measure(ctx context.Context, t Trial) (Gaps, error) {
	i := slices.IndexFunc(Sets, func(s Set) bool { return s.Name == t.Set })
	if i < 0 {
		return Gaps{}, fault.New(fault.Invalid, "set_unknown", "there is no set %q; use solomon, homberger-200, homberger-400, homberger-1000 or trsp", t.Set)
	}
	set := Sets[i]
	best, err := bestKnown(filepath.Join(t.Data, filepath.FromSlash(set.Best)), set.Column)
	if err != nil {
		return Gaps{}, err
	}
	files, err := filepath.Glob(filepath.Join(t.Data, filepath.FromSlash(set.Files)))
	if err != nil || len(files) == 0 {
		return Gaps{}, fault.New(fault.NotFound, "data_missing", "no instances at %s; name the directory that holds vrptw and trsp", filepath.Join(t.Data, set.Files))
	}
	files = slices.DeleteFunc(files, func(f string) bool { return best[nameOf(f)] == 0 })
	g := Gaps{ByClass: map[string]float64{}}
	runs := map[string]int{}
	for k, file := range files {
		if k%max(1, t.Every) != 0 {
			continue
		}
		name := nameOf(file)
		in, err := open(file, set.Format)
		if err != nil {
			return g, err
		}
		for seed := range max(1, t.Seeds) {
			line, err := Run(ctx, set.Format, in, nil, solve.Options{Seed: uint64(seed + 1), Time: t.Time, Threads: t.Threads}, nil)
			if err != nil {
				return g, err
			}
			if ctx.Err() != nil {
				return g, ctx.Err()
			}
			if len(line.Violations) > 0 || line.Unassigned > 0 {
				return g, fault.New(fault.Internal, "plan_unsound", "%s: %d unassigned, violations %v", name, line.Unassigned, line.Violations)
			}
			gap := 100 * (line.Cost/best[name] - 1)
			if gap < 0.0005 {
				g.Reached++
			}
			g.Runs++
			g.Costs = append(g.Costs, line.Cost)
			g.Mean += gap
			g.ByClass[classOf(name)] += gap
			runs[classOf(name)]++
			if t.Each != nil {
				fmt.Fprintf(t.Each, "%s seed %d: %.1f, %+.2f %%, %d iterations\n", name, seed+1, line.Cost, gap, line.Iterations)
			}
		}
	}
	g.Mean /= float64(max(1, g.Runs))
	for class, n := range runs {
		g.ByClass[class] /= float64(n)
	}
	return g, nil
}

func nameOf(file string) string { return strings.TrimSuffix(filepath.Base(file), ".txt") }

// classOf gives C1, C2, R1, R2, RC1 or RC2.
func classOf(name string) string {
	k := strings.IndexFunc(name, func(r rune) bool { return r >= '0' && r <= '9' })
	if k < 0 {
		return name
	}
	return name[:k+1]
}

func open(file, format string) (*Instance, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fault.New(fault.NotFound, "data_missing", "%s can't be opened", file).Because(err)
	}
	defer f.Close()
	return Read(format, f)
}

func bestKnown(file string, column int) (map[string]float64, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, fault.New(fault.NotFound, "data_missing", "%s can't be opened; name the directory that holds vrptw and trsp", file).Because(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil || len(rows) == 0 || len(rows[0]) <= column { // all rows are as long as the first
		return nil, fault.New(fault.Invalid, "data_missing", "%s is no list of best known costs: it needs a heading and, in column %d, the cost", file, column+1).Because(err)
	}
	best := map[string]float64{}
	for _, row := range rows[1:] {
		if cost, err := strconv.ParseFloat(row[column], 64); err == nil {
			best[row[0]] = cost
		}
	}
	return best, nil
}
