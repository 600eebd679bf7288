package large

import (
	"context"
	_ "embed"
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
)

//go:embed fill.sql
var fill string

// Full is how many tickets a company of 20,000 people with 200 technicians has
// after two years. Everything else is in proportion to it.
const Full = 500_000

// Size says how much history there is, and which.
type Size struct {
	Tickets int
	Now     time.Time // when the history ends
	Seed    int64     // the same size and seed make the same rows
}

// Fill adds the history to a database that has accounts, templates, models,
// skills and option templates already. The connection must be a superuser's: rows
// go in by statements over whole tables, without a look at foreign keys and
// triggers. 500,000 tickets take some minutes.
func Fill(ctx context.Context, conn *pgx.Conn, size Size) error {
	err := pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `select set_config('large.tickets', $1, true), set_config('large.now', $2, true), set_config('large.seed', $3, true)`,
			strconv.Itoa(size.Tickets), size.Now.Format(time.RFC3339), strconv.FormatInt(size.Seed, 10))
		if err != nil {
			return err
		}
		_, err = tx.Conn().PgConn().Exec(ctx, fill).ReadAll()
		return err
	})
	if err != nil {
		return fmt.Errorf("filling the database with %d tickets: %w", size.Tickets, err)
	}
	_, err = conn.Exec(ctx, `set statement_timeout = 0`)
	if err == nil {
		_, err = conn.Exec(ctx, `vacuum analyze`)
	}
	return err
}

// FillAt is Fill by an address.
func FillAt(ctx context.Context, url string, size Size) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return Fill(ctx, conn, size)
}

// Person is the id of the i-th person of the history, from 1 on.
func Person(i int) ids.ID {
	return ids.ID(binary.BigEndian.AppendUint64([]byte{0, 0, 0, 4, 0x70, 0, 0x80, 0}, uint64(i)))
}
