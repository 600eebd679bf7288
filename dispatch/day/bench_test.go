package day

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// scene is a horizon of several days alike: technicians with their rounds over a
// street of an hour, a third of the visits promised, a tenth waiting.
func scene(technicians, visits, days int) Horizon {
	var h Horizon
	r := rand.New(rand.NewPCG(1, 2))
	for n := range days {
		date := monday.Add(n)
		w := newTown(date, time.UTC)
		var names []string
		for k := range technicians {
			name := fmt.Sprintf("T%02d", k)
			names = append(names, name)
			noon, one := clock(date, time.UTC, "12:00"), clock(date, time.UTC, "13:30")
			w.tech(name, lives(float64(r.IntN(60))), can("network", r.IntN(3)), lunch(noon, one, 30), overtime(30))
		}
		for k := range visits {
			name := fmt.Sprintf("V%d-%03d", n, k)
			options := []visitOption{spread(0.4), urgency(1 + r.IntN(4))}
			if k%4 == 0 {
				options = append(options, needs("network", 1))
			}
			w.visit(name, float64(r.IntN(60)), 15+r.IntN(25), options...)
			if k%10 != 0 {
				w.round(names[k%technicians], name)
			}
		}
		d := w.day()
		for k := range d.Visits {
			if v := &d.Visits[k]; v.PlannedStart != nil && k%3 == 0 {
				v.Promise = &Standing{ID: id("promise " + v.PersonName), Start: v.PlannedStart.Add(-30 * time.Minute), End: v.PlannedStart.Add(90 * time.Minute)}
			}
		}
		h.Days = append(h.Days, d)
	}
	return h
}

var sizes = []struct{ technicians, visits int }{{12, 130}, {40, 400}}

func benched(b *testing.B, f func(b *testing.B, h Horizon)) {
	for _, s := range sizes {
		b.Run(fmt.Sprintf("%dx%d", s.technicians, s.visits), func(b *testing.B) {
			h := scene(s.technicians, s.visits, 3)
			b.ReportAllocs()
			b.ResetTimer()
			f(b, h)
		})
	}
}

func BenchmarkBoard(b *testing.B) {
	benched(b, func(b *testing.B, h Horizon) {
		for b.Loop() {
			NewBoard(h, at("07:00"), 1, street{}, dispatch.DefaultFloors())
		}
	})
}

func BenchmarkOffers(b *testing.B) {
	benched(b, func(b *testing.B, h Horizon) {
		board := NewBoard(h, at("07:00"), 1, street{}, dispatch.DefaultFloors())
		n := 0
		for b.Loop() {
			list, _ := board.Offers(id("V0-020"), nil, 5)
			n = len(list)
		}
		b.ReportMetric(float64(n), "offers")
	})
}

func BenchmarkTry(b *testing.B) {
	benched(b, func(b *testing.B, h Horizon) {
		board := NewBoard(h, at("07:00"), 1, street{}, dispatch.DefaultFloors())
		w := town{h.Days[0]}
		c := ask(w.put("V0-020", "T01"))
		for b.Loop() {
			board.Try(c)
		}
	})
}

func BenchmarkTryAbsence(b *testing.B) {
	benched(b, func(b *testing.B, h Horizon) {
		board := NewBoard(h, at("07:00"), 1, street{}, dispatch.DefaultFloors())
		c := sick("T01", at("00:00"), at("23:00"))
		c.Acts[0].Away.TechnicianID = id("T01")
		for b.Loop() {
			board.Try(c)
		}
	})
}

// BenchmarkByHand tries what a dispatcher does by hand, one kind each.
func BenchmarkByHand(b *testing.B) {
	benched(b, func(b *testing.B, h Horizon) {
		board := NewBoard(Horizon{Days: h.Days[:1]}, at("07:00"), 1, street{}, dispatch.DefaultFloors())
		d := h.Days[0]
		s := d.Shifts[1]
		turned := &Order{RoundID: s.RoundID}
		for _, v := range s.Visits {
			turned.Visits = append([]ids.ID{v}, turned.Visits...)
		}
		for _, c := range []struct {
			name string
			act  Act
		}{
			{"reorder", Act{Order: turned}},
			{"pin", Act{Pin: &Pin{VisitID: s.Visits[0], Time: true, Technician: true}}},
			{"unassign", Act{TakeOut: &TakeOut{VisitID: s.Visits[1]}}},
			{"overtime", Act{Stretch: &Stretch{ShiftID: s.ID}}},
			{"break", Act{Rest: &Rest{ShiftID: s.ID, From: at("10:00"), Until: at("10:30"), Minutes: 30}}},
		} {
			b.Run(c.name, func(b *testing.B) {
				change := Change{Kind: KindReorder, Acts: []Act{c.act}}
				for b.Loop() {
					board.Try(change)
				}
			})
		}
		b.Run("urgent", func(b *testing.B) {
			for b.Loop() {
				board.Urgent(id("V0-020"), d.Key)
			}
		})
		b.Run("join", func(b *testing.B) {
			second := describe("Second", 30, 20)
			for b.Loop() {
				board.Join(s.Visits[0], second)
			}
		})
		b.Run("compare", func(b *testing.B) {
			c := &Change{Kind: KindReorder, Acts: []Act{{Order: turned}}}
			for b.Loop() {
				board.Compare(nil, c)
			}
		})
	})
}
