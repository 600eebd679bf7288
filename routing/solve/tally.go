package solve

import "roundsman/routing"

// tally is what a state is worth, kept up to date with every change.
type tally struct {
	missing  int       // protected visits that are absent
	unserved [10]int32 // by priority
	late     [10]int64 // seconds, by priority
	cost     int64
	busy     int   // rounds that have a visit to come
	waiting  int   // awaited visits that are absent
	weight   int64 // what absence weighs in the energy
	lateness int64 // what lateness weighs
	changes  int32 // who is otherwise than told or absent, where that is bounded
	over     int32 // how many of them are too many
	excess   int64 // what those weigh
}

// energy is the single number that annealing compares.
func (y *tally) energy() int64 { return y.cost + y.weight + y.lateness + y.excess }

func (y *tally) anyLate() bool { return y.late != [10]int64{} }

// less is Score's order, behind the protected visits.
func (y *tally) less(o *tally) bool {
	if y.missing != o.missing {
		return y.missing < o.missing
	}
	for p := 1; p < len(y.unserved); p++ {
		if y.unserved[p] != o.unserved[p] {
			return y.unserved[p] < o.unserved[p]
		}
		if y.late[p] != o.late[p] {
			return y.late[p] < o.late[p]
		}
	}
	if y.over != o.over {
		return y.over < o.over
	}
	return y.cost < o.cost
}

func (y *tally) score() (s routing.Score) {
	for p := range y.unserved {
		s.Unserved[p] = int(y.unserved[p])
		s.Late[p] = routing.Seconds(y.late[p])
	}
	s.Excess = int(y.over)
	s.Cost = routing.Cost(y.cost)
	return s
}

func (y *tally) out() (n int) {
	for _, k := range y.unserved {
		n += int(k)
	}
	return n
}
