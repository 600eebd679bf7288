package demo

import (
	"fmt"
	"math/rand/v2"
	"time"

	"roundsman/assets"
	"roundsman/internal/ids"
)

// The models that the story is about: old desktops, and what replaces them.
const (
	oldDesktop  = "OPTI-3020"
	replacement = "LAT-5450"
	loaner      = "LAT-5400"
	dock        = "DOCK-19"
	screen      = "MON-24"
	printer     = "PRT-402"
	phone       = "PHONE-A54"
)

// model is a make of hardware, what runs on it, the newest version first for
// those in stock, and how many people have one.
type model struct {
	code, name string
	kind       assets.Kind
	class      int
	os         string
	versions   []string
	people     int
}

// newest is the version that new hardware comes with, "" without a system.
func (m model) newest() string {
	if len(m.versions) == 0 {
		return ""
	}
	return m.versions[0]
}

// patched and open are the versions of the old desktops: the virus gets into
// what is earlier than 10.0.15063.
var (
	patched = []string{"10.0.19045", "10.0.17763", "10.0.15063"}
	open    = []string{"10.0.14393", "10.0.10586"}
	recent  = []string{"10.0.22631", "10.0.19045"}
)

var models = []model{
	{oldDesktop, "Optima 3020 desktop", assets.Desktop, 2, "Windows", patched, 60},
	{"OPTI-5080", "Optima 5080 desktop", assets.Desktop, 3, "Windows", recent, 70},
	{"ELITE-800", "Elite 800 desktop", assets.Desktop, 3, "Windows", recent, 50},
	{loaner, "Latitude 5400 laptop", assets.Laptop, 3, "Windows", recent, 80},
	{replacement, "Latitude 5450 laptop", assets.Laptop, 4, "Windows", recent, 70},
	{"THINK-T14", "Think T14 laptop", assets.Laptop, 4, "Windows", recent, 50},
	{"MAC-14", "Mac 14 laptop", assets.Laptop, 5, "macOS", []string{"14.6.1", "15.1"}, 20},
	{phone, "A54 phone", assets.Phone, 3, "Android", []string{"14", "13"}, 30},
	{"PHONE-SE", "SE phone", assets.Phone, 3, "iOS", []string{"17.6.1", "18.1"}, 20},
	{dock, "Docking station 19", assets.Dock, 2, "", nil, 0},
	{screen, "24 inch monitor", assets.Part, 2, "", nil, 0},
	{printer, "Workgroup printer 402", assets.Printer, 3, "", nil, 0},
}

// stock is what lies in each of the two depots.
var stock = []struct {
	model  string
	loaner bool
	depots [2]int
}{
	{replacement, false, [2]int{10, 5}},
	{"THINK-T14", false, [2]int{4, 2}},
	{dock, false, [2]int{8, 4}},
	{screen, false, [2]int{8, 4}},
	{printer, false, [2]int{2, 1}},
	{phone, false, [2]int{6, 3}},
	{loaner, true, [2]int{8, 4}},
}

// hardware makes the models and every item with its open custody: people's
// devices, kits, and what lies in the depots.
func (b *builder) hardware() {
	s := &b.world.Setup
	b.models, b.machineOf = map[string]ids.ID{}, map[ids.ID]ids.ID{}
	byCode := map[string]model{}
	for _, m := range models {
		b.models[m.code], byCode[m.code] = b.id("model", m.code), m
		s.Models = append(s.Models, assets.Model{ID: b.models[m.code], Code: m.code, Name: m.name, Kind: m.kind, Class: m.class})
	}
	chance := b.chance("hardware")
	b.machines(chance)
	for i, t := range s.Technicians {
		kit := map[string]int{replacement: 1 + i%3, dock: 3, screen: 1}
		if members[i].skills["mobile"] > 0 {
			kit[phone] = 2
		}
		for _, m := range models {
			for range kit[m.code] {
				b.item(chance, m, m.newest(), assets.InKit, assets.Custodian{Kind: assets.Technician, ID: t.ID}, "loaded", false)
			}
		}
	}
	for _, line := range stock {
		for d, n := range line.depots {
			for range n {
				m := byCode[line.model]
				b.item(chance, m, m.newest(), assets.InStock, assets.Custodian{Kind: assets.Depot, ID: s.Depots[d].ID}, "stocked", line.loaner)
			}
		}
	}
}

// machines gives everybody a machine to work with, the affected an old desktop
// that was never patched, and some of those with a mobile number a phone.
func (b *builder) machines(chance *rand.Rand) {
	var drum, phones []model
	for _, m := range models {
		n := m.people
		if m.code == oldDesktop {
			n -= affectedCount
		}
		for range n {
			if m.kind == assets.Phone {
				phones = append(phones, m)
			} else {
				drum = append(drum, m)
			}
		}
	}
	shuffle(chance, drum)
	for _, p := range b.world.Setup.People {
		var m model
		version := pick(chance, open)
		if b.affected[p.ID] {
			m = models[0]
		} else {
			m, drum = drum[0], drum[1:]
			version = pick(chance, m.versions)
		}
		holder := assets.Custodian{Kind: assets.Person, ID: p.ID}
		b.machineOf[p.ID] = b.item(chance, m, version, assets.InUse, holder, "issued", false)
		if p.Mobile != nil && len(phones) > 0 {
			m, phones = phones[0], phones[1:]
			b.item(chance, m, pick(chance, m.versions), assets.InUse, holder, "issued", false)
		}
	}
}

// item adds one piece of hardware with its custodian. A version is written only
// for what has an operating system.
func (b *builder) item(chance *rand.Rand, m model, version string, state assets.State, holder assets.Custodian, reason string, pool bool) ids.ID {
	s := &b.world.Setup
	n := len(s.Items)
	it := assets.Item{
		ID: b.id("item", n), ModelID: b.models[m.code], Tag: fmt.Sprintf("RM-%05d", 10412+3*n),
		Serial: fmt.Sprintf("%05X%04d", chance.IntN(1<<20), n), State: state, Loaner: pool, Version: 1,
	}
	if m.os != "" {
		it.OSName, it.OSVersion = &m.os, &version
	}
	s.Items = append(s.Items, it)
	s.Custodies = append(s.Custodies, assets.Custody{
		ID: b.id("custody", n), ItemID: it.ID, CustodianKind: holder.Kind, CustodianID: holder.ID,
		Since: b.now.Add(-time.Duration(24+chance.IntN(2*365*24)) * time.Hour), Reason: reason,
	})
	return it.ID
}
