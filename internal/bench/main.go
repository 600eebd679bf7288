package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"roundsman/internal/clock"
)

// settings are what is measured, and how hard.
type settings struct {
	server, mapFile string
	keep            string // where the databases stay for the next time; "" for nowhere
	sizes           []int  // tickets that are there before
	every           time.Duration
	count           int // requests of a kind at that pace
}

func main() {
	var s settings
	var rate float64
	var sizes string
	flag.StringVar(&s.server, "server", "bin/roundsman", "the program")
	flag.StringVar(&s.mapFile, "map", "", "the map of the demo")
	flag.StringVar(&s.keep, "keep", "", "folder to keep the databases in for the next time")
	flag.StringVar(&sizes, "tickets", "10000,500000", "tickets in the databases, the smaller first")
	flag.Float64Var(&rate, "rate", 20, "requests a second; a quarter of it for boards, quotes and promises, a tenth for the streams")
	flag.IntVar(&s.count, "count", 200, "requests of a kind at the full rate")
	flag.Parse()
	s.every = time.Duration(float64(time.Second) / rate)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	err := s.read(sizes)
	if err == nil {
		err = s.run(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (s *settings) read(sizes string) error {
	for text := range strings.SplitSeq(sizes, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1000 {
			return fmt.Errorf("-tickets wants numbers from 1000 on with commas between them, not %q", text)
		}
		s.sizes = append(s.sizes, n)
	}
	return nil
}

// run measures each size and prints one table of all.
func (s settings) run(ctx context.Context) error {
	t := &table{}
	for _, tickets := range s.sizes {
		if err := s.measureOn(ctx, t.column(fmt.Sprintf("%d tickets", tickets)), tickets); err != nil {
			return fmt.Errorf("with %d tickets: %w", tickets, err)
		}
	}
	return t.print(os.Stdout)
}

// measureOn starts a server on a database of a size, measures, and stops it.
func (s settings) measureOn(ctx context.Context, c *column, tickets int) (err error) {
	dir, drop, err := s.folder(tickets)
	if err != nil {
		return err
	}
	defer drop()
	up := func(what string) (*server, error) {
		began := clock.System{}.Now()
		server, err := start(ctx, s.server, "serve", "--demo", "--map", s.mapFile, "--listen", "127.0.0.1:0", "--data-dir", dir)
		if err == nil {
			c.one(what, "s", clock.System{}.Now().Sub(began).Seconds())
		}
		return server, err
	}
	if !exists(filepath.Join(dir, full)) {
		if err := s.make(ctx, c, dir, tickets, up); err != nil {
			return err
		}
	}
	server, err := up("start of the program")
	if err != nil {
		return err
	}
	defer func() {
		if stopped := server.stop(); err == nil {
			err = stopped
		}
	}()
	memory := func(when string) {
		program, database := server.memory()
		c.one("memory of the program "+when, "MB", float64(program>>20))
		c.one("memory of its PostgreSQL "+when, "MB", float64(database>>20))
	}
	memory("at first")
	if err := s.measure(ctx, server, filepath.Join(dir, "sign-ins.json"), c); err != nil {
		return err
	}
	memory("after it")
	return nil
}
