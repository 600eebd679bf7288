package pgtest

import (
	"context"
	"fmt"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
)

// Statement is what internal/postgres sent to a test's database.
type Statement struct {
	SQL   string
	Args  []any
	Where string // the file and line of internal/postgres that sent it first
}

// Recorded gives every statement that internal/postgres has sent over the pools
// of New in this process, once for each way in which its values are there or
// absent: an optional filter makes another plan.
func Recorded() []Statement {
	statements.Lock()
	defer statements.Unlock()
	var list []Statement
	for _, s := range statements.sent {
		if s.Where != "" {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, func(a, b Statement) int { return strings.Compare(a.Where+a.SQL, b.Where+b.SQL) })
	return list
}

var statements = struct {
	sync.Mutex
	sent map[string]Statement
}{sent: map[string]Statement{}}

// recorder notes what goes over a connection.
type recorder struct{}

func (recorder) TraceQueryStart(ctx context.Context, _ *pgx.Conn, q pgx.TraceQueryStartData) context.Context {
	key := q.SQL + there(q.Args)
	statements.Lock()
	_, known := statements.sent[key]
	statements.Unlock()
	if known {
		return ctx
	}
	where := sender()
	statements.Lock()
	defer statements.Unlock()
	if _, known := statements.sent[key]; !known {
		statements.sent[key] = Statement{SQL: q.SQL, Args: slices.Clone(q.Args), Where: where}
	}
	return ctx
}

func (recorder) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// A batch's statements are traced one by one, after they were sent.
func (recorder) TraceBatchStart(ctx context.Context, _ *pgx.Conn, b pgx.TraceBatchStartData) context.Context {
	for _, q := range b.Batch.QueuedQueries {
		recorder{}.TraceQueryStart(ctx, nil, pgx.TraceQueryStartData{SQL: q.SQL, Args: q.Arguments})
	}
	return ctx
}

func (recorder) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}
func (recorder) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)     {}

// there says of each value whether it is there.
func there(args []any) string {
	var b strings.Builder
	for _, a := range args {
		v := reflect.ValueOf(a)
		switch {
		case !v.IsValid(), v.Kind() == reflect.Pointer && v.IsNil():
			b.WriteByte('0')
		default:
			b.WriteByte('1')
		}
	}
	return b.String()
}

// sender gives the innermost place of internal/postgres on the stack that is not
// one of its small functions for all; "" for a statement of a test.
func sender() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	where := ""
	for {
		f, more := frames.Next()
		inside := strings.HasPrefix(f.Function, "roundsman/internal/postgres.")
		if inside && !strings.HasSuffix(f.File, "_test.go") {
			where = fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
			if file := filepath.Base(f.File); file != "store.go" && file != "scan.go" {
				return where
			}
		} else if where != "" || !more {
			return where
		}
		if !more {
			return where
		}
	}
}
