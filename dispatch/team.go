package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
)

// Tier is the level of service that a team works on.
type Tier string

// The tiers. They are roles in one ticket, not queues of their own.
const (
	FirstLevel  Tier = "first_level"
	FieldTier   Tier = "field"
	SecondLevel Tier = "second_level"
	StockTier   Tier = "stock"
)

// Team is a group of accounts that tickets and tasks can be given to.
type Team struct {
	ID            ids.ID
	Code          string
	Name          string
	Tier          Tier
	AcceptMinutes int // how long a transfer to it may wait for a yes
	Members       []ids.ID
	Version       int64
}

// AcceptAccount is how long a transfer to one colleague may wait for a yes.
const AcceptAccount = 30 * time.Minute

// Teams and who is in them.
type Teams interface {
	// AddTeam stores a team; code "team_code_taken".
	AddTeam(ctx context.Context, t Team) error
	Team(ctx context.Context, id ids.ID) (Team, error)
	ListTeams(ctx context.Context, p Page) (list []Team, next string, err error)
	// SaveTeam writes every mutable field and the members, and raises the version.
	SaveTeam(ctx context.Context, t Team) (Team, error)
}
