package roads

// width is how many searches go abreast.
const width = 32

// lanes holds what it costs each of some searches to be at one node; noCost where
// it hasn't come there.
//
// What links cost together with them is less than noCost (see sweep.lay), so that
// no sum is too large for a number.
type lanes [width]cost

// farLanes are those of a node to which nobody has come.
var farLanes = func() (l lanes) {
	for i := range l {
		l[i] = noCost
	}
	return l
}()

// pushPlainly is push lane by lane.
func pushPlainly(rows []lanes, from uint32, to []uint32, by []cost) {
	at := rows[from]
	for k, u := range to {
		rows[u].lower(&at, by[k])
	}
}

// pullPlainly is pull lane by lane.
func pullPlainly(rows, seeds []lanes, row, seed, first, to []uint32, by []cost) {
	for p := len(row) - 1; p >= 0; p-- {
		at := seeds[seed[p]]
		for k := first[p]; k < first[p+1]; k++ {
			at.lower(&rows[to[k]], by[k])
		}
		rows[row[p]] = at
	}
}

// lower takes lanes down to what it costs to come from another row by a link.
func (l *lanes) lower(from *lanes, by cost) {
	for i := range l {
		l[i] = min(l[i], from[i]+by)
	}
}

// turned has the costs of some lanes at places, a row for each lane. The lanes are as
// many as come from memory at once.
type turned [turnedLanes][turnedPlaces]cost

const (
	turnedLanes  = 8
	turnedPlaces = 64
)

// turnPlainly is turn lane by lane.
func turnPlainly(rows []lanes, lane int, places []uint32, lifted cost, costs *turned, at int) {
	for l := range costs {
		out := costs[l][at:][:len(places)]
		for k, p := range places {
			if out[k] = noCost; rows[p][lane+l] < noCost {
				out[k] = rows[p][lane+l] - lifted
			}
		}
	}
}
