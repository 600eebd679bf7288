package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// Matrix gives the priorities by impact and urgency.
func (t *tx) Matrix(ctx context.Context) (dispatch.PriorityMatrix, error) {
	return t.matrix(ctx, "reading the priority matrix", `select impact, urgency, priority, version from priority_matrix`)
}

// SaveMatrix writes every cell of the version that was read.
func (t *tx) SaveMatrix(ctx context.Context, m dispatch.PriorityMatrix) (dispatch.PriorityMatrix, error) {
	var impact, urgency, priority []int
	for i := range m.Rows {
		for u, p := range m.Rows[i] {
			impact, urgency, priority = append(impact, i+1), append(urgency, u+1), append(priority, p)
		}
	}
	return t.matrix(ctx, "writing the priority matrix",
		`update priority_matrix p set priority = c.priority, version = p.version + 1
		 from unnest($1::int[], $2::int[], $3::int[]) as c (impact, urgency, priority)
		 where (p.impact, p.urgency) = (c.impact, c.urgency) and p.version = $4
		 returning p.impact, p.urgency, p.priority, p.version`, impact, urgency, priority, m.Version)
}

func (t *tx) matrix(ctx context.Context, doing, sql string, args ...any) (m dispatch.PriorityMatrix, err error) {
	type cell struct {
		Impact, Urgency, Priority int
		Version                   int64
	}
	cells, err := list[cell](ctx, t, doing, sql, args...)
	for _, c := range cells {
		m.Rows[c.Impact-1][c.Urgency-1], m.Version = c.Priority, c.Version
	}
	return m, err
}

// RankVisits gives the visits of a ticket that are not over its priority.
func (t *tx) RankVisits(ctx context.Context, ticket ids.ID, priority int) error {
	return run(ctx, t, "ranking visits",
		`update visits set priority = $2, version = version + 1
		 where ticket_id = $1 and priority <> $2 and state in ('waiting', 'scheduled', 'en_route', 'arrived', 'in_progress')`, ticket, priority)
}
