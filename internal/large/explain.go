package large

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"roundsman/internal/pgtest"

	"github.com/jackc/pgx/v5"
)

// MostRows is the largest table that a statement may read from end to end.
const MostRows = 1000

// Scan is a statement that reads a long table, or an index of one, from end to end.
type Scan struct {
	pgtest.Statement
	Table string
	Rows  int64
	How   string // the node of the plan
	Plan  string // the whole, for readers
}

func (s Scan) String() string {
	return fmt.Sprintf("%s: %s over %s (%d rows)\n  %s\n%s", s.Where, s.How, s.Table, s.Rows, strings.Join(strings.Fields(s.SQL), " "), s.Plan)
}

// node is what we read of a plan.
type node struct {
	Type     string  `json:"Node Type"`
	Relation string  `json:"Relation Name"`
	Index    string  `json:"Index Name"`
	Cond     string  `json:"Index Cond"`
	Filter   string  `json:"Filter"`
	Rows     float64 `json:"Plan Rows"`
	Cost     float64 `json:"Total Cost"`
	Plans    []node

	limited bool // somebody above stops reading when they have enough
}

// Explain gives the statements that would read more than MostRows rows of one
// table from end to end, with tables as long as they will be. Statements that can't
// be explained (begin, lock, …) are passed over; tried is how many were not.
func Explain(ctx context.Context, conn *pgx.Conn, tables Tables, list []pgtest.Statement) (scans []Scan, tried int, err error) {
	partial, err := partialIndexes(ctx, conn)
	if err != nil {
		return nil, 0, err
	}
	for _, s := range list {
		if !explainable(s.SQL) {
			continue
		}
		var text []byte
		if err := conn.QueryRow(ctx, `explain (format json) `+s.SQL, s.Args...).Scan(&text); err != nil {
			return nil, tried, fmt.Errorf("explaining %s (%s): %w", s.Where, strings.Join(strings.Fields(s.SQL), " "), err)
		}
		tried++
		var plans []struct{ Plan node }
		if err := json.Unmarshal(text, &plans); err != nil {
			return nil, tried, err
		}
		for _, n := range plans[0].Plan.whole(false) {
			if t := tables[n.Relation]; t.Full > MostRows && !partial[n.Index] && !n.stopsSoon(t.Rows) && !meant(s.SQL) {
				scans = append(scans, Scan{Statement: s, Table: n.Relation, Rows: t.Full, How: n.Type, Plan: plans[0].Plan.indented("    ")})
			}
		}
	}
	return scans, tried, nil
}

// meant tells whether a statement is known to read everything.
func meant(sql string) bool {
	sql = strings.Join(strings.Fields(sql), " ")
	return slices.ContainsFunc(onPurpose, func(p purpose) bool { return strings.Contains(sql, p.part) })
}

// explainable tells whether a statement has a plan.
func explainable(sql string) bool {
	word, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(sql)), " ")
	return slices.Contains([]string{"select", "insert", "update", "delete", "with", "merge"}, strings.TrimSpace(word))
}

// partialIndexes gives the indexes that hold a small part of their table: reading
// one from end to end reads what it was made for.
func partialIndexes(ctx context.Context, conn *pgx.Conn) (map[string]bool, error) {
	rows, err := conn.Query(ctx, `select c.relname::text from pg_index i join pg_class c on c.oid = i.indexrelid where i.indpred is not null`)
	if err != nil {
		return nil, err
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	found := map[string]bool{}
	for _, n := range names {
		found[n] = true
	}
	return found, err
}

// stopsSoon tells of a walk along an index that most rows pass: whoever reads it
// has enough after a few.
func (n node) stopsSoon(size int64) bool {
	return n.limited && n.Type != "Seq Scan" && 2*n.Rows > float64(size)
}

// whole gives the nodes at and below n that read a table or an index from end to
// end. Walking an index in order until a limit is reached is none of it.
func (n node) whole(limited bool) (list []node) {
	limited = limited || n.Type == "Limit"
	n.limited = limited
	switch {
	case n.Type == "Seq Scan":
		list = append(list, n)
	case strings.HasPrefix(n.Type, "Index") && n.Cond == "" && (!limited || n.Filter != ""):
		list = append(list, n)
	}
	below := limited && n.Type != "Sort" && n.Type != "Aggregate" && n.Type != "Hash"
	for _, p := range n.Plans {
		list = append(list, p.whole(below)...)
	}
	return list
}

// indented writes the plan as psql does, shortly.
func (n node) indented(in string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s%s", in, n.Type)
	for _, part := range []string{n.Index, n.Relation, n.Cond, n.Filter} {
		if part != "" {
			fmt.Fprintf(&b, " · %s", part)
		}
	}
	fmt.Fprintf(&b, " (%.0f rows, cost %.0f)\n", n.Rows, n.Cost)
	for _, p := range n.Plans {
		b.WriteString(p.indented(in + "  "))
	}
	return b.String()
}
