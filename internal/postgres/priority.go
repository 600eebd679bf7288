package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// Matrix gives the priorities by impact and urgency.
func (t *tx) Matrix(ctx context.Context) (dispatch.Matrix, error) { return t.matrix(ctx, "") }

// LockMatrix reads the priorities for change.
func (t *tx) LockMatrix(ctx context.Context) (dispatch.Matrix, error) {
	return t.matrix(ctx, " order by impact, urgency for no key update")
}

func (t *tx) matrix(ctx context.Context, tail string) (m dispatch.Matrix, err error) {
	type cell struct{ Impact, Urgency, Priority int }
	cells, err := list[cell](ctx, t, "reading the priority matrix", `select impact, urgency, priority from priority_matrix`+tail)
	for _, c := range cells {
		m[c.Impact-1][c.Urgency-1] = c.Priority
	}
	return m, err
}

// SaveMatrix writes every cell.
func (t *tx) SaveMatrix(ctx context.Context, m dispatch.Matrix) error {
	var impact, urgency, priority []int
	for i := range m {
		for u := range m[i] {
			impact, urgency, priority = append(impact, i+1), append(urgency, u+1), append(priority, m[i][u])
		}
	}
	return run(ctx, t, "writing the priority matrix",
		`update priority_matrix p set priority = c.priority
		 from unnest($1::int[], $2::int[], $3::int[]) as c (impact, urgency, priority)
		 where (p.impact, p.urgency) = (c.impact, c.urgency)`, impact, urgency, priority)
}

// RankVisits gives the visits of a ticket that are not over its priority.
func (t *tx) RankVisits(ctx context.Context, ticket ids.ID, priority int) error {
	return run(ctx, t, "ranking visits",
		`update visits set priority = $2, version = version + 1
		 where ticket_id = $1 and priority <> $2 and state in ('waiting', 'scheduled', 'en_route', 'arrived', 'in_progress')`, ticket, priority)
}
