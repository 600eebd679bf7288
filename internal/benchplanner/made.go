package main

import (
	"math/rand/v2"

	"roundsman/routing"
)

const (
	hour = routing.Seconds(3600)
	side = 1800 // seconds across the town that days are made in
)

// madeTable is travel between spots drawn in a square town of blocks.
func madeTable(rng *rand.Rand, places int) *routing.Table {
	x, y := make([]int, places), make([]int, places)
	for i := range places {
		x[i], y[i] = rng.IntN(side), rng.IntN(side)
	}
	t := routing.NewTable(places, places)
	for i := range places {
		for j := range places {
			d := max(x[i]-x[j], x[j]-x[i]) + max(y[i]-y[j], y[j]-y[i])
			t.Set(i, j, routing.Leg{Seconds: routing.Seconds(d), Metres: routing.Metres(9 * d)})
		}
	}
	return t
}

// madeDay is a day of field support on a travel table, whose last rows are the
// technicians' homes: three skills of which a third of the visits ask one, a
// lunch break, access paid once a site, a promise for every third visit and
// opening hours for every sixth.
func madeDay(rng *rand.Rand, table *routing.Table, visits, shifts int) *routing.Problem {
	p := &routing.Problem{Tables: []*routing.Table{table}, Prices: routing.DefaultPrices()}
	spots := table.Rows - shifts
	for i := range shifts {
		start := 7*hour + routing.Seconds(rng.IntN(3))*hour/2
		home := spots + i
		p.Shifts = append(p.Shifts, routing.Shift{
			Start: home, End: home, Work: routing.Window{Start: start, End: start + 8*hour}, Overtime: hour,
			Skills: []uint8{uint8(1 + rng.IntN(2)), uint8(rng.IntN(3)), uint8(rng.IntN(2))},
			Breaks: []routing.Break{{Window: routing.Window{Start: 11 * hour, End: 13 * hour}, Duration: hour / 2}},
		})
	}
	for i := range visits {
		place := i % spots
		if i >= spots {
			place = rng.IntN(spots)
		}
		v := routing.Visit{Place: place, Site: place, Service: routing.Seconds(10+5*rng.IntN(5)) * 60, Access: 120, Priority: uint8(1 + rng.IntN(4))}
		switch i % 6 {
		case 0, 3:
			at := hour * routing.Seconds(8+rng.IntN(6))
			v.Promise = &routing.Window{Start: at, End: at + 2*hour}
		case 1:
			at := hour * routing.Seconds(8+rng.IntN(4))
			v.Windows = []routing.Window{{Start: at, End: at + 4*hour}}
		}
		if rng.IntN(3) == 0 {
			v.Skills = []routing.SkillNeed{{Skill: rng.IntN(3), Level: 1}}
		}
		p.Visits = append(p.Visits, v)
	}
	return p
}

// town is a made day in the made town, the same for the same numbers.
func town(visits, shifts int) *routing.Problem {
	rng := rand.New(rand.NewPCG(uint64(visits), uint64(shifts)))
	return madeDay(rng, madeTable(rng, visits+shifts), visits, shifts)
}
