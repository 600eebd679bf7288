package solve

const (
	labelTries  = 3    // times in a row that rounds are asked for, with what visits are worth then
	labelRounds = 24   // new rounds kept of each technician each time
	labelShare  = 0.2  // of the distance to the bound that a round may cost above its visits' worth
	labelsEach  = 500  // labels for each iteration of the search: about as much work again
	labelLong   = 7    // visits of a round, on average, above which the search does better alone
	labelsDear  = 0.15 // share of all these above which asking everybody once is not worth it
	dives       = 6    // after each cycle
	diveNear    = 1.04 // of the best plan's cost: what a plan may cost to go on from it
)

// generates says whether rounds can be made of labels: those know of no breaks and
// no price of waiting.
func (h *hunt) generates() bool {
	if !h.varied || !h.pool.open || h.closed != nil || h.visits > labelVisits || h.items > labelItems || h.core.told || h.p.Prices.WaitSecond > 0 {
		return false
	}
	for i := range h.lanes {
		if h.lanes[i].Owed > 0 {
			return false
		}
	}
	return true
}

// tooLong says whether the rounds of the best plan are too long for labels. The
// first plan can't say so, it has more and shorter ones.
func (h *hunt) tooLong() bool { return len(h.loose) > labelLong*h.best.busy }

// thrifty says whether there is time for more labels at this point of the search.
func (h *hunt) thrifty() bool {
	return h.makes && float64(h.pool.labels.tried) < labelsEach*h.expected*h.done && h.ctx.Err() == nil &&
		(h.opt.Time == 0 || h.elapsed() < h.opt.Time)
}

// generate adds rounds to the pool that make better choices possible.
func (h *hunt) generate() {
	if h.pool.labels == nil {
		h.pool.labels = h.newLabeler()
	}
	if h.pool.values == nil {
		h.pool.values = make([]float64, h.visits)
	}
	b := h.pool.labels
	row, values, roof := h.toCover()
	for range labelTries {
		if !h.thrifty() {
			break
		}
		columns, _ := h.columns(row)
		p := newPartition(len(h.empties)+len(values), columns, values)
		bound := p.climb(values, float64(roof))
		copy(p.value, values)
		p.price()
		for v, i := range row {
			if b.wanted[v] = i >= 0; b.wanted[v] {
				b.worth[v] = values[i]
			}
		}
		added, before := 0, b.tried
		for class := range h.empties {
			if h.thrifty() {
				added += h.learnRounds(class, p.toll[class]+labelShare*(float64(roof)-bound), labelRounds, func(int) {})
			}
		}
		if float64(b.tried-before) > labelsDear*labelsEach*h.expected {
			h.makes = false // rounds are too long for labels: the search does better alone
		}
		if added == 0 || !h.makes {
			break
		}
	}
	for v, i := range row {
		if i >= 0 {
			h.pool.values[v] = values[i]
		}
	}
}

// learnRounds adds up to n new rounds of a class of lanes to the pool that cost
// less than their visits are worth and roof, and tells which each is.
func (h *hunt) learnRounds(class int, roof float64, n int, tell func(k int)) (added int) {
	r := int(h.empties[class][0])
	for _, e := range h.pool.labels.rounds(r, roof) {
		if added == n {
			break
		}
		h.rest = h.pool.labels.visitsOf(e.label, h.rest)
		known := len(h.pool.rounds)
		if !h.resupply(r, h.rest, &h.scratch) || h.scratch.late > 0 {
			continue
		}
		if h.learn(r, &h.scratch, h.best.energy()); len(h.pool.rounds) > known {
			added++
			tell(known)
		}
	}
	return added
}

// plunge goes on from the best plan of a few dives, if it is near the best one or
// better, else from the best one.
func (h *hunt) plunge() {
	kept, before := h.rounds, h.best
	var found [][]int32
	var least tally
	for range dives {
		if !h.thrifty() {
			break
		}
		rounds := h.dive()
		h.rounds = make([][]int32, len(kept))
		h.become(rounds, nil, h.outside(rounds))
		h.fill(func(a, b int32) int { return int(h.width(a) - h.width(b)) })
		if found == nil || h.best.less(&least) {
			found, least = h.rounds, h.best
		}
		h.rounds, h.best = kept, before
	}
	if found == nil || float64(least.energy()) > diveNear*float64(before.energy()) {
		h.restart()
		return
	}
	h.rounds = found
	h.become(found, nil, h.outside(found))
	if h.best.less(&before) {
		h.gained = h.iterations
		return
	}
	h.best, h.rounds = before, kept
	for r := range h.stale {
		h.stale[r] = true
	}
}
