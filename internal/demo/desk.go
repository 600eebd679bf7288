package demo

import (
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// desk makes the teams, who is called when a customer wants somebody in charge, the
// hours in which the desk is reached, and the times that it gives.
func (b *builder) desk() {
	s := &b.world.Setup
	accounts := map[string]ids.ID{}
	for _, a := range b.world.Accounts {
		accounts[a.Login] = a.ID
	}
	team := func(code, name string, tier dispatch.Tier, accept int, members ...string) {
		t := dispatch.Team{ID: b.id("team", code), Code: code, Name: name, Tier: tier, AcceptMinutes: accept}
		for _, m := range members {
			t.Members = append(t.Members, accounts[m])
		}
		s.Teams = append(s.Teams, t)
	}
	team("service_desk", "Service desk", dispatch.FirstLevel, 30, "anna", "ben", "lena")
	team("dispatch", "Dispatch", dispatch.FieldTier, 15, DispatcherLogin)
	team("second_level", "Clients and servers", dispatch.SecondLevel, 20, "ben", "lena")

	zone := s.Regions[0].Zone
	for i, login := range []string{"lena", DispatcherLogin} {
		s.Leaders = append(s.Leaders, dispatch.Leader{Position: i + 1, AccountID: accounts[login], Zone: zone, FromMin: 7 * 60, UntilMin: 19 * 60})
	}

	level := func(name string, priority *int, respond, restore, resolve int) {
		s.Levels = append(s.Levels, dispatch.ServiceLevel{ID: b.id("service level", name), Priority: priority,
			RespondMinutes: &respond, RestoreMinutes: &restore, ResolveMinutes: &resolve})
	}
	one, two := 1, 2
	level("usual", nil, 60, 2*workday, 5*workday)
	level("urgent", &two, 30, workday/2, 2*workday)
	level("gravest", &one, 15, 2*60, workday)

	var hours dispatch.Hours
	for d := time.Monday; d <= time.Friday; d++ {
		hours = append(hours, dispatch.Span{Weekday: d, From: 7 * 60, Until: 19 * 60})
	}
	for _, by := range []struct{ channel, address string }{{"phone", "+13025550100"}, {"mail", "desk@roundsman.example"}} {
		s.Services = append(s.Services, dispatch.Service{ID: b.id("service hours", by.channel), RegionID: s.Regions[0].ID, Channel: by.channel, Address: by.address, Hours: hours})
	}
}

// workday is the minutes of service of a day, eight to six where a region has said
// nothing.
const workday = 10 * 60
