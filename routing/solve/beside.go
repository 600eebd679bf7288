package solve

// beside lists for each visit the others that it goes well ahead of, and behind,
// best first, with the ways between. A look beside them finds most of what a look
// everywhere would, and its price does not grow with the day.
type beside [2][][]side

// Ahead of a visit, or behind it.
const ahead, behind = 0, 1

// side is a neighbour, and the way between.
type side struct{ visit, leg int32 }

// mostSides is how many others a visit may be put before, and how many behind,
// without looking everywhere. With 30, days whose technicians differ end three
// percent dearer; more than 60 take longer and find no more.
const mostSides = 60

// gap is what a look beside a visit needs to know of the place ahead of it, or of
// the one behind it. Where one break is owed, there are two states: before it and
// after it.
type gap struct {
	lane          int32 // -1 when nothing can be put there
	before, after int32 // places of the stops around it
	credit        int32 // the seconds between them, and what else a new stop there could save at most
	ready, limit  int32 // earliest end of the stop before, latest at the door of the one after
	rested, late  int32 // the same after the break; farOff and -1 without one
}

func newBeside(c *core, n int) *beside {
	l := &c.lanes[0]
	leg := func(v, u int32) int32 { return l.leg(c.place[v], c.place[u]) }
	return &beside{
		ahead:  c.sides(n, func(v, u int32) (int32, int64) { return leg(v, u), c.proximity(l, v, u, waitPart) }),
		behind: c.sides(n, func(v, u int32) (int32, int64) { return leg(u, v), c.proximity(l, u, v, waitPart) }),
	}
}

// sides lists for each visit the n others that are nearest.
func (c *core) sides(n int, near func(v, u int32) (leg int32, far int64)) [][]side {
	lists := make([][]side, c.visits)
	order := make([]keyed, 0, c.visits)
	step := 1 + c.visits/enough
	for v := range lists {
		order = order[:0]
		for u := v % step; u < c.visits; u += step {
			if u == v || c.frozen[u] {
				continue
			}
			_, far := near(int32(v), int32(u)) // where there is no way, there may be one by another table
			order = append(order, keyed{far<<32 | int64(u), int32(u)})
		}
		least(order, n)
		for _, k := range order[:min(len(order), n)] {
			leg, _ := near(int32(v), k.visit)
			lists[v] = append(lists[v], side{k.visit, min(farOff, leg)})
		}
	}
	return lists
}

// mark writes down the places beside the visits of a track, but for those that are
// frozen: a technician may go on from elsewhere.
func (s *state) mark(r int, t *track) {
	l := &s.lanes[r]
	price := max(1, int64(s.p.Prices.TravelSecond+s.p.Prices.DutySecond))
	for i, v := range t.visits {
		for side := range s.gaps {
			g, row := &s.gaps[side][v], i-len(l.head)+side
			if g.lane = int32(r); !t.feasible || i < len(l.head) {
				g.lane = -1
				continue
			}
			g.before, g.after = t.places[row], t.places[row+1]
			saving := t.saving[0]
			if !s.short {
				saving = t.saving[row]
			}
			if g.credit = t.legs[row]; saving > 0 {
				g.credit += int32(min(farOff, (saving+price-1)/price))
			}
			g.rested, g.late = farOff, -1
			switch {
			case l.Owed == 0 && !s.paid:
				g.ready, g.limit = t.end[row], t.limit[row]
			case l.Owed == 0:
				g.ready, g.limit = t.end[row], s.latestAt(l, t, row, 0)
			case l.Owed == 1:
				g.ready, g.limit = min(farOff, t.end[2*row]), s.latestAt(l, t, row, 0)
				g.rested, g.late = min(farOff, t.end[2*row+1]), s.latestAt(l, t, row, 1)
			default:
				g.ready, g.limit = t.soon[row], t.limit[row]
			}
		}
	}
}

// unmark makes an absent visit nobody's neighbour.
func (s *state) unmark(v int32) { s.gaps[ahead][v].lane, s.gaps[behind][v].lane = -1, -1 }

// latestAt is the latest instant at the door of the stop in a row, or at home,
// whoever comes before it, with so many breaks taken.
func (c *core) latestAt(l *lane, t *track, row, taken int) int32 {
	if row == len(t.visits)-len(l.head) {
		return int32(min(int64(l.Limit), int64(l.Last[taken])))
	}
	return min(t.due[row], t.begin[row*(l.Owed+1)+taken])
}

// lookBeside looks at the places beside the visit's neighbours. It asks first
// whether the detour is short enough and the times go together; of two neighbours
// mostly one order does.
func (s *state) lookBeside(v int32, f *finder) {
	c, pr := s.core, &s.p.Prices
	price := int64(pr.TravelSecond + pr.DutySecond)
	first, last := c.opening(v), c.lastStart(v)
	l := &s.lanes[0]
	from := int(c.place[v]) * l.cols
	toV, fromV := l.into[from:from+l.cols], l.seconds[from:from+l.cols]
	service, home := l.service[v], s.homeOf(v)
	duty := int64(service) * int64(pr.DutySecond)
	worth := shortest(f.bound, -duty, price)
	for side := range s.beside {
		gaps := s.gaps[side]
		for _, b := range s.beside[side][v] {
			g := &gaps[b.visit]
			if g.lane < 0 || b.leg-g.credit >= worth && !c.mixed {
				continue
			}
			if c.mixed {
				l = &s.lanes[g.lane]
				toV, fromV, service = l.into[from:from+l.cols], l.seconds[from:from+l.cols], l.service[v]
				duty = int64(service) * int64(pr.DutySecond)
				worth = shortest(f.bound, -duty, price)
			}
			in, out := b.leg, b.leg
			if side == ahead || c.mixed {
				in = min(farOff, toV[g.before])
			}
			if side == behind || c.mixed {
				out = min(farOff, int32(fromV[g.after]))
			}
			if in+out-g.credit >= worth {
				continue
			}
			// Before the break, after it, and with it beside the visit.
			on := service + out
			early := g.ready+in <= last && (max(g.ready+in, first)+on <= g.limit || max(g.ready+in+s.lanes[g.lane].pause, first)+on <= g.late)
			if !early && (g.rested+in > last || max(g.rested+in, first)+on > g.late) || !s.may(int(g.lane), v, home) {
				continue
			}
			row, bound := int(s.at[b.visit])-len(s.lanes[g.lane].head)+side, f.bound
			s.lookInto(int(g.lane), s.tracks[g.lane], v, row, row+1, f)
			if f.bound != bound {
				worth = shortest(f.bound, -duty, price)
			}
		}
	}
}
