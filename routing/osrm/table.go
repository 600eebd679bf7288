package osrm

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"golang.org/x/sync/errgroup"
)

// atOnce is how many parts of a table are asked for at a time.
const atOnce = 4

// Table gives all legs, whatever the server's own limit: it is asked for parts,
// smaller ones when it finds them too large. A place off the road has Unreachable
// in its whole row or column. Faults: mode_unknown, osrm_unavailable.
func (c *Client) Table(ctx context.Context, from, to []orb.Point, mode routing.Mode, depart time.Time) (*routing.Table, error) {
	if who, err := c.of(mode); err != nil || who != routing.Travel(c) {
		if err != nil {
			return nil, err
		}
		return who.Table(ctx, from, to, mode, depart)
	}
	t := routing.NewTable(len(from), len(to))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	part := int(c.part.Load())
	for i := 0; i < len(from); i += part {
		for j := 0; j < len(to); j += part {
			b := block{from, to, i, min(i+part, len(from)), j, min(j+part, len(to))}
			g.Go(func() error { return c.fill(ctx, t, b) })
		}
	}
	return t, g.Wait()
}

// block is a part of a table: rows i to k, columns j to l.
type block struct {
	from, to   []orb.Point
	i, k, j, l int
}

// halves cuts a block along its longer side.
func (b block) halves() (block, block) {
	x, y := b, b
	if b.k-b.i >= b.l-b.j {
		x.k = (b.i + b.k) / 2
		y.i = x.k
	} else {
		x.l = (b.j + b.l) / 2
		y.j = x.l
	}
	return x, y
}

// fill asks for a block. Where the server refuses it for a place that is on no
// road, or for its size, it is halved, until the place is alone.
func (c *Client) fill(ctx context.Context, t *routing.Table, b block) error {
	var answer struct{ Durations, Distances [][]*float64 }
	rows, cols := b.k-b.i, b.l-b.j
	points := append(append(make([]orb.Point, 0, rows+cols), b.from[b.i:b.k]...), b.to[b.j:b.l]...)
	err := c.ask(ctx, "table", points, "annotations=duration,distance&sources="+numbers(0, rows)+"&destinations="+numbers(rows, rows+cols), &answer)
	var no refusal
	if errors.As(err, &no) {
		single := rows == 1 && cols == 1
		switch {
		case no.Code == "TooBig" && !single:
			c.learn(max(rows, cols) / 2)
		case no.Code == "NoSegment" && single || no.Code == "NoTable" && single:
			return nil // stays unreachable; Travel tells why
		case no.Code != "NoSegment" && no.Code != "NoTable":
			return fault.New(fault.Unavailable, "osrm_unavailable", "the OSRM server refuses a table; look whether it runs with a profile for %s", c.mode).Because(no)
		}
		x, y := b.halves()
		if err := c.fill(ctx, t, x); err != nil {
			return err
		}
		return c.fill(ctx, t, y)
	}
	if err != nil {
		return err
	}
	if len(answer.Durations) != rows || len(answer.Distances) != rows {
		return unavailable(errors.New("a table of another size"))
	}
	for i := range rows {
		if len(answer.Durations[i]) != cols || len(answer.Distances[i]) != cols {
			return unavailable(errors.New("a table of another size"))
		}
		for j, s := range answer.Durations[i] {
			if m := answer.Distances[i][j]; s != nil && m != nil {
				t.Set(b.i+i, b.j+j, legOf(*s, *m))
			}
		}
	}
	return nil
}

// learn notes that tables of more places a side are too large.
func (c *Client) learn(part int) {
	for {
		old := c.part.Load()
		if int64(part) >= old || c.part.CompareAndSwap(old, int64(max(1, part))) {
			return
		}
	}
}

func numbers(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		if i > from {
			b.WriteByte(';')
		}
		b.WriteString(strconv.Itoa(i))
	}
	return b.String()
}
