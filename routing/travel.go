package routing

import (
	"context"
	"math"
	"time"

	"github.com/paulmach/orb"
)

// Seconds is a duration, or an instant counted from a problem's zero.
type Seconds int32

// Metres is a length along the ground.
type Metres int32

// Unreachable stands in a travel table where no way leads from one place to
// the other. It is never added to anything.
const Unreachable Seconds = math.MaxInt32

// Mode is how somebody travels.
type Mode uint8

// The modes a technician may have.
const (
	Car Mode = iota
	Bike
	Foot
)

// String gives the word used in the contract: "car", "bike" or "foot".
func (m Mode) String() string {
	switch m {
	case Car:
		return "car"
	case Bike:
		return "bike"
	case Foot:
		return "foot"
	}
	return "unknown"
}

// Leg is one way from a place to another.
type Leg struct {
	Seconds Seconds
	Metres  Metres
}

// Travel answers how long it takes to get somewhere. Implementations are safe
// for use by several goroutines. Points are longitude, latitude.
//
// The answer for one pair never depends on the other points of a request:
// Table(a, b)[i][j] is Travel(a[i], b[j]), always.
type Travel interface {
	// Travel gives one leg. A place that can't be reached gives an error of
	// code "unreachable" that names the reason.
	Travel(ctx context.Context, from, to orb.Point, mode Mode, depart time.Time) (Leg, error)
	// Table gives all legs from each source to each target; a pair without a
	// way holds Unreachable.
	Table(ctx context.Context, from, to []orb.Point, mode Mode, depart time.Time) (*Table, error)
	// Line gives one leg with the line it follows, ends included.
	Line(ctx context.Context, from, to orb.Point, mode Mode, depart time.Time) (Leg, orb.LineString, error)
}

// Table holds travel between two lists of places, row by row.
type Table struct {
	Rows, Cols int
	Seconds    []Seconds // Rows x Cols; Unreachable where there is no way
	Metres     []Metres  // Rows x Cols; 0 where there is no way
	// Hours say how long the ways take by when one sets out, in order of From; none
	// is Seconds all day, and so it is before the first.
	Hours []Hour
	// Lengths say how long they are by then, in order of From; none is Metres all day,
	// and so it is before the first.
	Lengths []Length
}

// Length is how far the ways lead that are taken by those who set out from an instant
// on, until the next one's From: in the rush another street may be the fastest.
type Length struct {
	From   Seconds
	Metres []Metres // as Table.Metres
}

// NewTable makes a table in which nothing can be reached yet.
func NewTable(rows, cols int) *Table {
	t := &Table{Rows: rows, Cols: cols, Seconds: make([]Seconds, rows*cols), Metres: make([]Metres, rows*cols)}
	for i := range t.Seconds {
		t.Seconds[i] = Unreachable
	}
	return t
}

// Set writes one leg.
func (t *Table) Set(from, to int, leg Leg) {
	t.Seconds[from*t.Cols+to] = leg.Seconds
	t.Metres[from*t.Cols+to] = leg.Metres
}

// At gives one leg, and false where there is no way at any hour. By the hour it may
// take otherwise and be another.
func (t *Table) At(from, to int) (Leg, bool) {
	k := t.leg(from, to)
	s := t.Seconds[k]
	for i := 0; s == Unreachable && i < len(t.Hours); i++ {
		s = t.Hours[i].Seconds[k]
	}
	if s == Unreachable {
		return Leg{}, false
	}
	return Leg{s, t.Metres[k]}, true
}

// Leaving gives one leg for who sets out at an instant, and false where there will
// be no way any more. Waiting for better roads is part of it.
func (t *Table) Leaving(from, to int, at Seconds) (Leg, bool) {
	k := t.leg(from, to)
	s := t.takes(k, at)
	return Leg{s, t.metres(k, at)}, s < never
}

// leg gives the place of a leg in the table.
func (t *Table) leg(from, to int) int { return from*t.Cols + to }
