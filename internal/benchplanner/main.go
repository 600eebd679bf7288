package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// settings are what is measured, and how hard.
type settings struct {
	data, mapFile string
	seeds, every  int
	scale         float64 // of all bounds of time
	each          bool
	gap           float64 // percent, of the growth
}

// part is one piece of the table.
type part struct {
	name string
	run  func(context.Context, settings, *report) error
}

func parts() []part {
	list := slices.Clone(public)
	return append(list,
		part{"threads", threads},
		part{"first", first},
		part{"day", ourDay},
		part{"growth", growth},
		part{"memory", memory},
		part{"allocations", allocations},
		part{"insertion", insertion},
		part{"live", live},
	)
}

func main() {
	var s settings
	var names []string
	for _, p := range parts() {
		names = append(names, p.name)
	}
	data := os.Getenv("ROUNDSMAN_TEST_DATA")
	if data == "" {
		data = filepath.Join("..", "shared", "data")
	}
	chosen := flag.String("parts", strings.Join(names, ","), "what to measure")
	flag.StringVar(&s.data, "data", data, "folder of vrptw and trsp")
	flag.StringVar(&s.mapFile, "map", "", "map of our own day (.osm.pbf)")
	flag.IntVar(&s.seeds, "seeds", 3, "seeds of each instance")
	flag.IntVar(&s.every, "every", 1, "take every so manieth instance of a public set")
	flag.Float64Var(&s.scale, "scale", 1, "multiplies all bounds of time; the targets are for 1")
	flag.BoolVar(&s.each, "each", false, "a line for each run, too")
	flag.Float64Var(&s.gap, "gap", 2, "the gap of the growth, in percent")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, s, strings.Split(*chosen, ","), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "benchplanner:", err)
		os.Exit(1)
	}
}

// run measures the parts chosen, in their order here.
func run(ctx context.Context, s settings, chosen []string, out io.Writer) error {
	all := parts()
	for _, name := range chosen {
		if !slices.ContainsFunc(all, func(p part) bool { return p.name == name }) {
			return fmt.Errorf("there is no part %q", name)
		}
	}
	r := &report{out: out}
	r.head()
	for _, p := range all {
		if !slices.Contains(chosen, p.name) {
			continue
		}
		if err := p.run(ctx, s, r); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return r.err
}

// bound scales a bound of time.
func (s settings) bound(seconds float64) time.Duration {
	return time.Duration(seconds * s.scale * float64(time.Second))
}
