package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"roundsman/internal/fault"
	"roundsman/internal/story"
)

// storyCmd is roundsman story.
type storyCmd struct {
	serverFlags
	Plain bool `help:"No colours, also on a terminal."`
}

// Run plays the story.
func (c *storyCmd) Run(ctx context.Context, o output) error {
	list, file, err := c.signIns()
	if err != nil {
		return err
	}
	return story.Play(ctx, story.Options{Server: c.Server, SignIns: list, SignInFile: file, Out: o.out, Colour: !c.Plain && os.Getenv("NO_COLOR") == "" && isTerminal(o.out)})
}

// readSignIns reads what writeSignIns wrote.
func readSignIns(file string) ([]story.SignIn, error) {
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "sign_ins_missing", "there are no sign-ins at %s; start the demo first (make up), or name its data directory with --data-dir", file)
	}
	if err != nil {
		return nil, fmt.Errorf("reading the demo's sign-ins: %w", err)
	}
	var list []story.SignIn
	if err := json.Unmarshal(data, &list); err != nil {
		return nil, fmt.Errorf("the sign-ins at %s are broken: %w", file, err)
	}
	return list, nil
}
