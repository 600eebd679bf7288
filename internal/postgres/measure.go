package postgres

import (
	"context"
	"embed"
	"fmt"
	"strings"
	"time"

	"roundsman/dispatch"
)

// The queries of the measures are files of their own, because docs/reports.md
// shows them as they are. Each takes the period, [$1, $2), and gives a row for
// every measure that it computes.
//
//go:embed measures/*.sql
var measureQueries embed.FS

// MeasureQuery is the query that computes the measures of a source, as
// docs/reports.md shows it.
func MeasureQuery(source string) (string, error) {
	sql, err := measureQueries.ReadFile("measures/" + source + ".sql")
	if err != nil {
		return "", fmt.Errorf("reading the query of %s: %w", source, err)
	}
	return strings.TrimSpace(string(sql)), nil
}

// Measure reads what the sources say of [from, until).
func (t *tx) Measure(ctx context.Context, sources []string, from, until time.Time) ([]dispatch.Reading, error) {
	var out []dispatch.Reading
	for _, source := range sources {
		sql, err := MeasureQuery(source)
		if err != nil {
			return nil, err
		}
		rows, err := list[dispatch.Reading](ctx, t, "measuring "+source, sql, from, until)
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}
