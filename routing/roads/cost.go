package roads

import "roundsman/routing"

// cost is the cost of a way: milliseconds in the upper 32 bits, centimetres in
// the lower ones. Costs add as plain numbers, and comparing them compares time
// first and length where times are equal, so that the best cost between two
// positions is one number whatever search found it.
type cost uint64

// noCost stands where no way leads; two of them can be added without overflow.
const noCost cost = 1 << 62

func costOf(ms, cm uint32) cost { return cost(ms)<<32 | cost(cm) }

func (c cost) ms() uint32 { return uint32(c >> 32) }
func (c cost) cm() uint32 { return uint32(c) }

// leg rounds a cost to whole seconds and metres.
func (c cost) leg() routing.Leg {
	return routing.Leg{
		Seconds: routing.Seconds((c.ms() + 500) / 1000), // less than 1 << 30 of them
		Metres:  routing.Metres((uint64(c.cm()) + 50) / 100),
	}
}

// entry is leg for a table, where it may say that there is no way.
func (c cost) entry() (routing.Seconds, routing.Metres) {
	leg := c.leg()
	if c >= noCost {
		return routing.Unreachable, 0
	}
	return leg.Seconds, leg.Metres
}

// roundPlainly is entry for one cost after the other.
func roundPlainly(seconds []routing.Seconds, metres []routing.Metres, costs []cost) {
	metres = metres[:len(seconds)]
	for k := range seconds {
		seconds[k], metres[k] = costs[k].entry()
	}
}
