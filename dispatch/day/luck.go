package day

import (
	"math"
	"math/rand/v2"
	"sync"

	"roundsman/internal/ids"
	"roundsman/routing"
)

// Samples is how many samples of a day judge a promise.
const Samples = 128

// legSpread is the standard deviation of the logarithm of a leg's duration.
const legSpread = 0.25

// luck draws what each visit and the leg to it may take, in per mille of the
// plan. A visit's draws depend on the seed, its id and its spread alone, so that
// two plans of one day are judged on the same luck, and they are drawn once.
type luck struct {
	seed  uint64
	mu    sync.Mutex
	drawn map[draw]*[2 * Samples]uint16 // service, then travel
}

type draw struct {
	visit  ids.ID
	spread float64
}

func newLuck(seed uint64) *luck { return &luck{seed: seed, drawn: map[draw]*[2 * Samples]uint16{}} }

func (l *luck) of(v *Visit) *[2 * Samples]uint16 {
	l.mu.Lock()
	defer l.mu.Unlock()
	k := draw{v.ID, v.Spread}
	f := l.drawn[k]
	if f == nil {
		f = new([2 * Samples]uint16)
		r := rand.New(rand.NewPCG(l.seed, fold(v.ID)))
		for n := range Samples {
			f[n] = factor(r, v.Spread)
			f[Samples+n] = factor(r, legSpread)
		}
		l.drawn[k] = f
	}
	return f
}

// scenarios lays the draws of a day's visits out by sample.
func (l *luck) scenarios(d *Day) []routing.Scenario {
	out := make([]routing.Scenario, Samples)
	n := len(d.Visits)
	flat := make([]uint16, 2*n*Samples)
	for k := range out {
		out[k] = routing.Scenario{Service: flat[2*k*n : (2*k+1)*n], Travel: flat[(2*k+1)*n : 2*(k+1)*n]}
	}
	for i := range d.Visits {
		f := l.of(&d.Visits[i])
		for k := range out {
			out[k].Service[i], out[k].Travel[i] = f[k], f[Samples+k]
		}
	}
	return out
}

// factor draws a log-normal of mean 1, in per mille.
func factor(r *rand.Rand, spread float64) uint16 {
	f := math.Exp(r.NormFloat64()*spread - spread*spread/2)
	return uint16(min(f*1000, math.MaxUint16))
}

func fold(id ids.ID) uint64 {
	var a, b uint64
	for i := range 8 {
		a, b = a<<8|uint64(id[i]), b<<8|uint64(id[8+i])
	}
	return a ^ b
}
