package postgres

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// cursor is where a page ended: the last row's sort key and id.
type cursor struct {
	At   time.Time `json:"t,omitzero"`
	Text string    `json:"s,omitempty"`
	ID   ids.ID    `json:"i"`
}

// lastID comes after every id.
var lastID = ids.ID{255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255}

// The cursors before the first page.
var (
	newest = cursor{At: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), ID: lastID}
	oldest = cursor{At: time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)}
)

func (c cursor) String() string {
	b, _ := json.Marshal(c)
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor reads what String wrote; "" is the beginning. Code: "bad_cursor".
func parseCursor(s string, beginning cursor) (cursor, error) {
	if s == "" {
		return beginning, nil
	}
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	if err != nil {
		return c, badCursor(err)
	}
	return c, nil
}

func badCursor(err error) error {
	return fault.New(fault.Invalid, "bad_cursor", "this cursor is none of ours; start without one").Because(err)
}

const (
	defaultLimit = 50
	largestLimit = 500
)

func limitOf(n int) int {
	if n <= 0 {
		return defaultLimit
	}
	return min(n, largestLimit)
}

// cut takes the row too many that was asked for, and says where to go on.
func cut[T any](rows []T, limit int, at func(T) cursor) ([]T, string) {
	if len(rows) <= limit {
		return rows, ""
	}
	rows = rows[:limit]
	return rows, at(rows[limit-1]).String()
}

// filter gathers conditions of a query with their arguments, so that the server
// plans for those that are given.
type filter struct {
	conditions []string
	args       []any
}

// and adds a condition; each $ in it is the next of the arguments.
func (f *filter) and(condition string, args ...any) {
	for _, a := range args {
		f.args = append(f.args, a)
		condition = strings.Replace(condition, "$", fmt.Sprintf("\x00%d", len(f.args)), 1)
	}
	f.conditions = append(f.conditions, strings.ReplaceAll(condition, "\x00", "$"))
}

func (f *filter) where() string {
	if len(f.conditions) == 0 {
		return ""
	}
	return " where " + strings.Join(f.conditions, " and ")
}

// page adds the cursor, order and limit of a list, newest first.
func (f *filter) page(p dispatch.Page, column string) (tail string, limit int, err error) {
	c, err := parseCursor(p.After, newest)
	if err != nil {
		return "", 0, err
	}
	limit = limitOf(p.Limit)
	f.and("("+column+", id) < ($, $)", c.At, c.ID)
	return fmt.Sprintf("%s order by %s desc, id desc limit %d", f.where(), column, limit+1), limit, nil
}
