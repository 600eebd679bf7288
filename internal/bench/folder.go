package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"roundsman/api/client"
	"roundsman/internal/clock"
	"roundsman/internal/large"
	"roundsman/internal/postgres/private"
)

// full is a file in a folder whose database has its history.
const full = "bench-full"

// folder is where a database of a size is, and how to leave it.
func (s settings) folder(tickets int) (dir string, drop func(), err error) {
	if s.keep != "" {
		dir = filepath.Join(s.keep, fmt.Sprint(tickets))
		return dir, func() {}, os.MkdirAll(dir, 0o711)
	}
	if dir, err = os.MkdirTemp("", "roundsman-bench"); err != nil {
		return dir, nil, err
	}
	// root's PostgreSQL runs as another account
	return dir, func() { _ = os.RemoveAll(dir) }, os.Chmod(dir, 0o711)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// make lets the program make its demo, stops it, and fills the database behind
// its back.
func (s settings) make(ctx context.Context, c *column, dir string, tickets int, up func(string) (*server, error)) error {
	server, err := up("first start, empty database")
	if err != nil {
		return err
	}
	var now client.DemoClock
	dispatcher, err := signIn(ctx, server.url, filepath.Join(dir, "sign-ins.json"), "dora")
	if err == nil {
		err = dispatcher.get(ctx, "/v1/demo/clock", &now)
	}
	if stopped := server.stop(); err == nil {
		err = stopped
	}
	if err != nil {
		return err
	}
	began := clock.System{}.Now()
	if err := fill(ctx, dir, large.Size{Tickets: tickets, Now: now.Now, Seed: 1}); err != nil {
		return err
	}
	c.one("making the history", "s", clock.System{}.Now().Sub(began).Seconds())
	return os.WriteFile(filepath.Join(dir, full), nil, 0o600)
}

// stopTime is how long PostgreSQL may take to end, with all of it to write down.
const stopTime = 5 * time.Minute

func fill(ctx context.Context, dir string, size large.Size) (err error) {
	cluster, err := private.Start(ctx, private.Config{Dir: dir})
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTime)
		defer cancel()
		if stopped := cluster.Stop(ctx); err == nil {
			err = stopped
		}
	}()
	return large.FillAt(ctx, cluster.URL(), size)
}
