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

// Sets are the public sets that Table knows, by their folders in the data
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
	Time    time.Duration // CPU time for each run, of all threads together divided by Threads
	Seeds   int
	Threads int
	Each    bool // a line for each run, too
}

// Table runs a set and writes the mean gap to the best known in percent, by class
// and in all, and how many runs were at or below it. Every plan is judged.
//
// The error is a *fault.Error: set_unknown, or data_missing.
func Table(ctx context.Context, w io.Writer, t Trial) error {
	i := slices.IndexFunc(Sets, func(s Set) bool { return s.Name == t.Set })
	if i < 0 {
		return fault.New(fault.Invalid, "set_unknown", "there is no set %q; use solomon, homberger-200, homberger-400, homberger-1000 or trsp", t.Set)
	}
	set := Sets[i]
	best, err := bestKnown(filepath.Join(t.Data, filepath.FromSlash(set.Best)), set.Column)
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(t.Data, filepath.FromSlash(set.Files)))
	if err != nil || len(files) == 0 {
		return fault.New(fault.NotFound, "data_missing", "no instances at %s; name the directory that holds vrptw and trsp", filepath.Join(t.Data, set.Files))
	}
	sum, runs, reached := map[string]float64{}, map[string]int{}, 0
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".txt")
		if best[name] == 0 {
			continue // a file that the list of best known doesn't have
		}
		in, err := open(file, set.Format)
		if err != nil {
			return err
		}
		for seed := range max(1, t.Seeds) {
			line, err := Run(ctx, set.Format, in, nil, solve.Options{Seed: uint64(seed + 1), Time: t.Time, Threads: t.Threads}, nil)
			if err != nil {
				return err
			}
			if len(line.Violations) > 0 || line.Unassigned > 0 {
				return fault.New(fault.Internal, "plan_unsound", "%s: %d unassigned, violations %v", name, line.Unassigned, line.Violations)
			}
			gap := 100 * (line.Cost/best[name] - 1)
			if gap < 0.0005 {
				reached++
			}
			for _, class := range []string{classOf(name), "all"} {
				sum[class] += gap
				runs[class]++
			}
			if t.Each {
				fmt.Fprintf(w, "%s seed %d: %.1f, %+.2f %%, %d iterations\n", name, seed+1, line.Cost, gap, line.Iterations)
			}
		}
	}
	classes := make([]string, 0, len(sum))
	for c := range sum {
		classes = append(classes, c)
	}
	slices.Sort(classes)
	fmt.Fprintf(w, "%s, %v, %d threads:", set.Name, t.Time, max(1, t.Threads))
	for _, c := range classes {
		fmt.Fprintf(w, " %s %+.2f %%", c, sum[c]/float64(runs[c]))
	}
	_, err = fmt.Fprintf(w, "; %d of %d runs at the best known\n", reached, runs["all"])
	return err
}

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
	if err != nil {
		return nil, fault.New(fault.Invalid, "data_missing", "%s is no list of best known costs", file).Because(err)
	}
	best := map[string]float64{}
	for _, row := range rows[1:] {
		if cost, err := strconv.ParseFloat(row[column], 64); err == nil {
			best[row[0]] = cost
		}
	}
	return best, nil
}
