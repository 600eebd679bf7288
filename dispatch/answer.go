package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// Spread describes lengths of time by order statistics. A percentile is a value
// that occurred: the smallest that at least so many of a hundred do not exceed
// (nearest rank). It is exact, and can be followed by hand.
type Spread struct {
	Count                    int
	Mean                     time.Duration
	P50, P90, P95, P99, Most time.Duration
}

// AnswerTimes are the times that inbound contacts waited before they were answered.
type AnswerTimes struct {
	Channel   string  // "" : of all channels
	HandlerID *ids.ID // nil: of everybody
	TeamID    *ids.ID
	Spread
}

// ResolveTimes are the times from the first contact to the resolution, of the
// tickets resolved in a while.
type ResolveTimes struct {
	// Which tickets: "all", "one_step" (registered and resolved at once), "later".
	Which string
	Spread
}

// AnswerGroup is what answer times are told by.
type AnswerGroup string

// The groups of answer times. Those of handlers are figures of single people.
const (
	AnswerByChannel AnswerGroup = "channel"
	AnswerByHandler AnswerGroup = "handler"
	AnswerByTeam    AnswerGroup = "team"
)

// DeskReports are what the desk's work adds up to.
type DeskReports interface {
	// AnswerTimes of inbound contacts answered in [from, until): everything first,
	// then by group.
	AnswerTimes(ctx context.Context, from, until time.Time, by AnswerGroup) ([]AnswerTimes, error)
	// ResolveTimes of tickets resolved in [from, until): always all three kinds.
	ResolveTimes(ctx context.Context, from, until time.Time) ([]ResolveTimes, error)
}
