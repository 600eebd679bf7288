package postgres

import (
	"context"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"
)

// BreakCommit puts a torn connection where a transaction ends.
func (s *Store) BreakCommit(commit func(ctx context.Context, tx pgx.Tx) error) { s.commit = commit }

// RefusalNames lists the constraints that have a meaning to callers, one that
// stands in two tables twice.
func RefusalNames() []string {
	return slices.Concat(slices.Collect(maps.Keys(refusalsOfDays)), slices.Collect(maps.Keys(refusalsAroundTickets)))
}
