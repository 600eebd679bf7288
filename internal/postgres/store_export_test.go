package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
)

// BreakCommit puts a torn connection where a transaction ends.
func (s *Store) BreakCommit(commit func(ctx context.Context, tx pgx.Tx) error) { s.commit = commit }

// RefusalNames lists the constraints that have a meaning to callers.
func RefusalNames() (names []string) {
	for name := range refusals {
		names = append(names, name)
	}
	return names
}
