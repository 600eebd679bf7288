package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"roundsman/internal/fault"
	"roundsman/internal/story"
)

// storyCmd is roundsman story.
type storyCmd struct {
	Server  string `help:"Where the demo runs." env:"ROUNDSMAN_SERVER" default:"http://127.0.0.1:8080"`
	DataDir string `help:"The demo's data directory, where its sign-ins are." env:"ROUNDSMAN_DATA_DIR" placeholder:"DIR"`
	SignIns string `help:"File with the demo's sign-ins; that of the data directory when left out." env:"ROUNDSMAN_SIGN_INS" placeholder:"FILE" type:"path"`
	Plain   bool   `help:"No colours, also on a terminal."`
}

// Run plays the story.
func (c *storyCmd) Run(ctx context.Context, o output) error {
	file, err := c.file()
	if err != nil {
		return err
	}
	list, err := readSignIns(file)
	if err != nil {
		return err
	}
	return story.Play(ctx, story.Options{Server: c.Server, SignIns: list, SignInFile: file, Out: o.out, Colour: !c.Plain && os.Getenv("NO_COLOR") == "" && isTerminal(o.out)})
}

func (c *storyCmd) file() (string, error) {
	if c.SignIns != "" {
		return c.SignIns, nil
	}
	dir, err := databaseFlags{DataDir: c.DataDir}.dir(true)
	return filepath.Join(dir, signInFile), err
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
