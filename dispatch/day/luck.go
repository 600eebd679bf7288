package day

import (
	"math"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"roundsman/internal/ids"
	"roundsman/routing"
)

// Samples is how many samples of a day judge a promise.
const Samples = 128

// legSpread is the standard deviation of the logarithm of a leg's duration.
const legSpread = 0.25

// luck draws what each visit and the leg to it may take, in per mille of the
// plan. A visit's draws depend on the seed, its id and its spread alone, so that
// two plans of one day are judged on the same luck.
type luck struct{ seed uint64 }

// draw is what a visit's draws depend on.
type draw struct {
	seed   uint64
	visit  ids.ID
	spread float64
}

// hand is a visit's draws: of the service, then of the leg to it.
type hand struct {
	draw
	factors [2 * Samples]uint16
}

// drawn remembers hands, because drawing them is most of the work of making a
// board. A hand depends on its draw alone, so that it is no matter whose it was;
// one that stands where another one would is drawn anew.
var drawn [1 << 13]atomic.Pointer[hand]

func (l luck) of(v *Visit) *[2 * Samples]uint16 {
	d := draw{l.seed, v.ID, v.Spread}
	id := fold(v.ID)
	slot := &drawn[(id^id>>32^l.seed*0x9e3779b97f4a7c15>>40)%uint64(len(drawn))]
	if h := slot.Load(); h != nil && h.draw == d {
		return &h.factors
	}
	h := &hand{draw: d}
	r := rand.New(rand.NewPCG(l.seed, id))
	for n := range Samples {
		h.factors[n] = factor(r, v.Spread)
		h.factors[Samples+n] = factor(r, legSpread)
	}
	slot.Store(h)
	return &h.factors
}

// scenarios lays the draws of a day's visits out by sample.
func (l luck) scenarios(d *Day) []routing.Scenario {
	out := make([]routing.Scenario, Samples)
	n := len(d.Visits)
	hands := make([]*[2 * Samples]uint16, n)
	for i := range d.Visits {
		hands[i] = l.of(&d.Visits[i])
	}
	flat := make([]uint16, 2*n*Samples)
	for k := range out {
		service, travel := flat[2*k*n:(2*k+1)*n], flat[(2*k+1)*n:2*(k+1)*n]
		for i, h := range hands {
			service[i], travel[i] = h[k], h[Samples+k]
		}
		out[k] = routing.Scenario{Service: service, Travel: travel}
	}
	return out
}

// ends gives for each sample when work under way, begun or to begin at start, may end,
// now that it has taken so long.
func (l luck) ends(v *Visit, start routing.Seconds, now time.Time) []routing.Seconds {
	planned := float64(time.Duration(v.Minutes) * time.Minute / time.Second)
	worked := 0.0
	if v.ArrivedAt != nil && planned > 0 {
		worked = now.Sub(*v.ArrivedAt).Seconds() / planned
	}
	hand := l.of(v)
	out := make([]routing.Seconds, Samples)
	for k := range out {
		out[k] = start + routing.Seconds(planned*longer(float64(hand[k])/1000, worked, v.Spread))
	}
	return out
}

// longer gives the factor of work that has taken its planned time so many times over
// already: the one that stands at the drawn factor's place among those that are left.
func longer(drawn, worked, spread float64) float64 {
	if spread <= 0 || worked <= 0 || drawn <= 0 {
		return max(drawn, worked)
	}
	// How many standard deviations of the logarithm a factor is from the median.
	far := func(f float64) float64 { return (math.Log(f) + spread*spread/2) / spread }
	above := func(z float64) float64 { return math.Erfc(z/math.Sqrt2) / 2 }
	left := above(min(far(worked), 8)) * above(far(drawn))
	z := math.Sqrt2 * math.Erfcinv(2*left)
	return max(math.Exp(z*spread-spread*spread/2), worked)
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
