package api

import (
	"math"
	"sync"
	"time"

	"roundsman/internal/fault"

	"golang.org/x/time/rate"
)

// SignInLimits say how often somebody may try to sign in.
type SignInLimits struct {
	PerLogin   rate.Limit // tries a second, with so many at once
	LoginBurst int
	PerAddress rate.Limit
	AddrBurst  int
}

// UsualLimits let people mistype and offices share an address.
func UsualLimits() SignInLimits {
	return SignInLimits{PerLogin: rate.Every(6 * time.Second), LoginBurst: 10, PerAddress: 5, AddrBurst: 200}
}

// buckets count tries by name. A bucket that has been left alone until it is
// full again is as good as none and is thrown away.
type buckets struct {
	mu    sync.Mutex
	every rate.Limit
	burst int
	by    map[string]*bucket
}

type bucket struct {
	limiter *rate.Limiter
	last    time.Time
}

// mostBuckets bounds the memory that made-up logins can take.
const mostBuckets = 20_000

func newBuckets(every rate.Limit, burst int) *buckets {
	return &buckets{every: every, burst: burst, by: map[string]*bucket{}}
}

// try takes one try. Code: "too_many_tries", with the seconds to wait.
func (b *buckets) try(name string, now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := b.by[name]
	if k == nil {
		b.sweep(now)
		k = &bucket{limiter: rate.NewLimiter(b.every, b.burst)}
		b.by[name] = k
	}
	k.last = now
	r := k.limiter.ReserveN(now, 1)
	wait := r.DelayFrom(now)
	if wait <= 0 {
		return nil
	}
	r.CancelAt(now)
	after := int(math.Ceil(wait.Seconds()))
	return fault.New(fault.Limited, "too_many_tries", "too many tries; wait %d seconds", after).With(memberRetry, after)
}

func (b *buckets) sweep(now time.Time) {
	if len(b.by) < mostBuckets {
		return
	}
	full := time.Duration(float64(b.burst) / float64(b.every) * float64(time.Second))
	for name, k := range b.by {
		if now.Sub(k.last) >= full {
			delete(b.by, name)
		}
	}
	if len(b.by) >= mostBuckets {
		clear(b.by) // a flood: forget it rather than grow
	}
}
