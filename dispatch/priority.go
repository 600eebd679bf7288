package dispatch

import (
	"context"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// UpdateFilter chooses tickets by their next update.
type UpdateFilter struct {
	OwnerID *ids.ID
	Before  time.Time
}

// Ratings is how many steps impact and urgency have; 1 is the gravest.
const Ratings = 3

// Matrix gives the priority of an impact and an urgency, each from 1, the
// gravest, to 3.
type Matrix [Ratings][Ratings]int

// MatrixID is the subject of events about the matrix, of which there is one.
var MatrixID = ids.From(ids.Nil, "priority matrix")

// PriorityMatrix is the matrix as it is kept.
type PriorityMatrix struct {
	Rows    Matrix
	Version int64
}

// Priority of a rating. Code: "bad_rating" outside 1 to 3.
func (m Matrix) Priority(impact, urgency int) (int, error) {
	if impact < 1 || impact > Ratings || urgency < 1 || urgency > Ratings {
		return 0, fault.New(fault.Invalid, "bad_rating", "impact and urgency are 1 (gravest), 2 or 3")
	}
	return m[impact-1][urgency-1], nil
}

// Check wants priorities from 1 to 9 that never fall when impact or urgency gets
// graver: otherwise a worse ticket would wait longer. Code: "matrix_upside_down".
func (m Matrix) Check() error {
	for i := range m {
		for u := range m[i] {
			if m[i][u] < 1 || m[i][u] > 9 || i > 0 && m[i][u] < m[i-1][u] || u > 0 && m[i][u] < m[i][u-1] {
				return fault.New(fault.Invalid, "matrix_upside_down",
					"priorities are 1 to 9, and none is smaller than the one above it or left of it: a graver ticket never waits longer").
					With("impact", i+1).With("urgency", u+1)
			}
		}
	}
	return nil
}

// Priorities of an installation.
type Priorities interface {
	Matrix(ctx context.Context) (PriorityMatrix, error)
	// SaveMatrix writes every cell and raises the version.
	SaveMatrix(ctx context.Context, m PriorityMatrix) (PriorityMatrix, error)
	// RankVisits gives the visits of a ticket that are not over its priority.
	RankVisits(ctx context.Context, ticket ids.ID, priority int) error
}
