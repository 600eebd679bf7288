package clock

import (
	"sync/atomic"
	"time"
)

// Clock tells the domain's time.
type Clock interface {
	Now() time.Time
}

// System is the machine's clock, to the microsecond: that is what the database
// keeps, and what was answered once must read the same later.
type System struct{}

// Now gives the machine's time in UTC.
func (System) Now() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// Fixed always tells the same instant, until it is set.
type Fixed struct{ at atomic.Pointer[time.Time] }

// At makes a clock that stands at t.
func At(t time.Time) *Fixed {
	c := &Fixed{}
	c.Set(t)
	return c
}

// Now gives the instant at which the clock stands.
func (c *Fixed) Now() time.Time { return *c.at.Load() }

// Set moves the clock.
func (c *Fixed) Set(t time.Time) { c.at.Store(&t) }

// Shifted runs with the machine's clock, an offset away from it.
type Shifted struct{ offset atomic.Int64 }

// NewShifted makes a clock that is offset away from the machine's.
func NewShifted(offset time.Duration) *Shifted {
	c := &Shifted{}
	c.offset.Store(int64(offset))
	return c
}

// Now gives the machine's time plus the offset, in UTC.
func (c *Shifted) Now() time.Time { return System{}.Now().Add(time.Duration(c.offset.Load())) }

// SetOffset changes how far the clock is from the machine's.
func (c *Shifted) SetOffset(d time.Duration) { c.offset.Store(int64(d)) }

// Offset tells how far the clock is from the machine's.
func (c *Shifted) Offset() time.Duration { return time.Duration(c.offset.Load()) }
