package demo

import (
	"strings"

	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// owners are the logins of the agents, who own the morning's tickets in turn.
var owners = []string{"anna", "ben"}

// DispatcherLogin is what the demo's dispatcher signs in with.
const DispatcherLogin = "dora"

// accounts makes everybody who signs in.
func (b *builder) accounts(secret func() string) {
	add := func(login, name, spoken string, role access.Role, technician *ids.ID) {
		b.world.Accounts = append(b.world.Accounts, access.Account{
			ID: b.id("account", login), Login: login, Name: name, SpokenName: spoken, Roles: []access.Role{role},
			TechnicianID: technician, Service: role == access.Monitor, SessionVersion: 1, CreatedAt: b.now, Demo: true,
		})
		b.world.SignIns = append(b.world.SignIns, SignIn{Login: login, Password: secret(), Role: role, Name: name})
	}
	add("anna", "Anna Kowalski", "Anna", access.Agent, nil)
	add("ben", "Benedict Okafor", "Ben", access.Agent, nil)
	add(DispatcherLogin, "Dora Lindqvist", "Dora", access.Dispatcher, nil)
	add("stella", "Stella Brandt", "Stella", access.StockKeeper, nil)
	add("lena", "Lena Marchetti", "Lena", access.Lead, nil)
	add("ada", "Ada Pellegrini", "Ada", access.Admin, nil)
	for _, t := range b.world.Setup.Technicians {
		id := t.ID
		add(strings.ToLower(t.Code), t.Name, t.SpokenName, access.Technician, &id)
	}
	add("monitoring", "Monitoring", "Monitoring", access.Monitor, nil)
}
