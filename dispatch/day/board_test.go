package day

import (
	"sync"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

// A board serves many at once, and each gets the answer that they would get alone.
func TestABoardServesManyAtOnce(t *testing.T) {
	t.Parallel()
	w := crew()
	w.visit("Zoe", 30, 30)
	b := w.board(at("07:30"))
	changes := []Change{sick("Anna", at("00:00"), at("23:59")), ask(w.put("Zoe", "Bela")), ask(Act{Last: &Last{VisitID: id("Xu"), Minutes: 200}})}
	var alone []string
	for _, c := range changes {
		alone = append(alone, document(t, b.Try(c)))
	}
	offers, _ := b.Offers(id("Zoe"), nil, 5)
	together := make([]string, 12)
	var all sync.WaitGroup
	for n := range together {
		all.Add(1)
		go func() {
			defer all.Done()
			if n%4 == 3 {
				list, _ := b.Offers(id("Zoe"), nil, 5)
				together[n] = document(t, list[0].Outcome)
				return
			}
			together[n] = document(t, b.Try(changes[n%4]))
		}()
	}
	all.Wait()
	for n, got := range together {
		if n%4 == 3 {
			require.Equal(t, document(t, offers[0].Outcome), got)
		} else {
			require.Equal(t, alone[n%4], got)
		}
	}
}

// The same seed gives the same luck, another seed another; and a visit's luck does
// not depend on who else is on the day.
func TestLuckIsTheVisitsOwn(t *testing.T) {
	t.Parallel()
	v := describe("Xu", 10, 30, spread(0.4))
	first := *luck{1}.of(&v)
	require.Equal(t, first, *luck{1}.of(&v))
	require.NotEqual(t, first, *luck{2}.of(&v))
	other := describe("Yi", 10, 30, spread(0.4))
	require.NotEqual(t, first, *luck{1}.of(&other))
	wider := describe("Xu", 10, 30, spread(0.6))
	require.NotEqual(t, first, *luck{1}.of(&wider))
	require.Equal(t, first, *luck{1}.of(&v), "whatever was drawn in between")
	mean := 0
	for _, f := range first[:Samples] {
		mean += int(f)
	}
	require.InDelta(t, 1000, mean/Samples, 150, "in per mille of the plan, on average as planned")
	d := Day{Visits: []Visit{other, v}}
	for k, sc := range (luck{1}).scenarios(&d) {
		require.Equal(t, first[k], sc.Service[1])
		require.Equal(t, first[Samples+k], sc.Travel[1])
	}
}

// Sheets come from the store; nothing in them is lost on the way to a day.
func TestDayFromASheet(t *testing.T) {
	t.Parallel()
	region := dispatch.Region{ID: id("region"), Code: "DE", Zone: "America/New_York"}
	york, err := region.Location()
	require.NoError(t, err)
	on := func(s string) time.Time { return clock(monday, york, s) }
	round, chance, since := id("round"), 0.7, on("08:00")
	leg, metres, planned := 600, 10_000, on("09:10")
	visits := []dispatch.Visit{
		{ID: id("Xu"), TicketID: id("ticket"), PersonID: id("person"), SiteID: id("site"), State: dispatch.VisitScheduled, Minutes: 30,
			RoundID: &round, LegSeconds: &leg, LegMetres: &metres, PlannedStart: &planned, Priority: 2},
	}
	sheet := dispatch.DaySheet{
		Region: region, Day: dispatch.RegionDay{RegionID: region.ID, Date: monday, Version: 4},
		Shifts: []dispatch.Shift{{ID: id("shift"), TechnicianID: id("Anna"), StartsAt: on("08:00"), EndsAt: on("16:00"), OvertimeMinutes: 30,
			BreakFrom: on("12:00"), BreakUntil: on("13:00"), BreakMinutes: 45}},
		Technicians: []dispatch.Technician{{ID: id("Anna"), Name: "Anna", SpokenName: "Anna B", Mode: "bike"}},
		Skills:      map[ids.ID][]dispatch.Skill{id("Anna"): {{Code: "network", Level: 3}}},
		Kits:        []dispatch.KitItem{{TechnicianID: id("Anna"), ItemID: id("dock 1"), ModelID: id("dock")}, {TechnicianID: id("Bela"), ItemID: id("dock 2")}},
		Absences:    []dispatch.Absence{{TechnicianID: id("Anna"), From: on("10:00"), Until: on("11:00")}, {TechnicianID: id("Bela")}},
		Rounds:      []dispatch.Round{{ID: round, ShiftID: id("shift"), Version: 9}},
		Visits:      visits,
		Waiting:     []dispatch.Visit{{ID: id("Zoe"), State: dispatch.VisitWaiting}},
		People:      map[ids.ID]dispatch.Person{id("person"): {ID: id("person"), Name: "Xu", Floor: -2}},
		Sites:       map[ids.ID]dispatch.Site{id("site"): {ID: id("site"), Name: "North", AccessMinutes: 5, OpensAt: 480, ClosesAt: 1080}},
		Tickets:     map[ids.ID]dispatch.Ticket{id("ticket"): {ID: id("ticket"), Number: 2041}},
		Promises: []dispatch.Promise{{ID: id("promise"), VisitID: id("Xu"), State: dispatch.PromiseOpen, WindowStart: on("09:00"), WindowEnd: on("10:00"),
			TechnicianID: id("Bela"), Chance: &chance, AtRiskSince: &since}},
	}
	d, err := FromSheet(sheet)
	require.NoError(t, err)
	require.Equal(t, []any{region.ID, monday, int64(4), monday.Midnight(york).UTC()}, []any{d.Key.RegionID, d.Key.Date, d.Version, d.Zero})
	require.Len(t, d.Shifts, 1)
	s := d.Shifts[0]
	require.Equal(t, []any{round, int64(9), "Anna B", "bike", 30 * time.Minute, 45 * time.Minute}, []any{s.RoundID, s.RoundVersion, s.SpokenName, s.Mode, s.Overtime, s.Break})
	require.Equal(t, map[string]int{"network": 3}, s.Skills)
	require.Len(t, s.Kit, 1)
	require.Equal(t, []Span{{on("10:00"), on("11:00")}}, s.Away)
	require.Equal(t, []ids.ID{id("Xu")}, s.Visits)
	require.Len(t, d.Visits, 2)
	k, ok := d.find(id("Xu"))
	require.True(t, ok)
	v := d.Visits[k]
	require.Equal(t, []any{int64(2041), "Xu", "North", 5 * time.Minute, 2 * time.Minute, 600, 10_000}, []any{v.Number, v.PersonName, v.SiteName, v.Access, v.Walk, v.LegSeconds, v.LegMetres})
	require.Equal(t, &Standing{ID: id("promise"), Start: on("09:00"), End: on("10:00"), TechnicianID: id("Bela"), Chance: &chance, AtRisk: true}, v.Promise)
	require.Equal(t, []string{"bike"}, Horizon{Days: []Day{d}}.Modes())

	settled := sheet
	settled.Promises = []dispatch.Promise{{ID: id("promise"), VisitID: id("Xu"), State: dispatch.PromiseWithdrawn}}
	d, err = FromSheet(settled)
	require.NoError(t, err)
	require.Nil(t, d.Visits[k].Promise, "only what is open stands")
	for _, spoil := range []func(*dispatch.DaySheet){
		func(x *dispatch.DaySheet) { x.Region.Zone = "Nowhere" },
		func(x *dispatch.DaySheet) { x.Technicians = nil },
		func(x *dispatch.DaySheet) { x.Rounds = nil },
	} {
		x := sheet
		spoil(&x)
		_, err := FromSheet(x)
		require.Error(t, err)
	}
}
