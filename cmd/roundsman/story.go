package main

import "context"

// storyCmd is roundsman story.
type storyCmd struct {
	Server string `help:"Where the demo runs." env:"ROUNDSMAN_SERVER" default:"http://127.0.0.1:8080"`
}

// Run plays the story.
func (c *storyCmd) Run(context.Context, output) error { return nil }
