package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"roundsman/api/client"
)

// exportCmd is roundsman export.
type exportCmd struct {
	signInFlags
	Kind string `arg:"" enum:"sites,people,technicians,shifts,items,tickets" help:"Which table: sites, people, technicians, shifts, items or tickets."`
	Out  string `help:"File to write; it must not be there. Standard output when left out." placeholder:"FILE" type:"path"`
}

// Run writes the table.
func (c *exportCmd) Run(ctx context.Context, o output) error {
	server, err := c.enter(ctx)
	if err != nil {
		return err
	}
	kind := client.ExportKind(c.Kind)
	if c.Out == "" {
		return server.Export(ctx, kind, o.out)
	}
	f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) // it may have people's data
	if err != nil {
		return fmt.Errorf("writing the table: %w", err)
	}
	if err := errors.Join(server.Export(ctx, kind, f), f.Close()); err != nil {
		_ = os.Remove(c.Out) // half a table would pass for a whole one
		return fmt.Errorf("writing the table: %w", err)
	}
	return nil
}
