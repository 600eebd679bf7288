package postgres_test

import (
	"context"
	"testing"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/pgtest"
	"roundsman/internal/postgres"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// world is a small installation: one region, two technicians with a shift on the
// 9th and one on the 10th of March 2026, three people with a machine each, a
// loaner in Tess's kit, three tickets with a waiting visit each.
type world struct {
	*postgres.Store
	pool  *pgxpool.Pool
	setup dispatch.Setup
	agent access.Account
	boss  access.Account
}

const (
	monday  = dispatch.Date("2026-03-09")
	tuesday = dispatch.Date("2026-03-10")
)

var now = time.Date(2026, 3, 9, 11, 30, 0, 0, time.UTC) // 07:30 in Delaware

// clock gives an instant of Monday, in Delaware's time (UTC-4).
func clock(hour, minute int) time.Time { return time.Date(2026, 3, 9, hour+4, minute, 0, 0, time.UTC) }

func name(s string) ids.ID { return ids.From(ids.Nil, s) }

func to[T any](v T) *T { return &v }

func newWorld(t testing.TB) *world {
	t.Helper()
	pool := pgtest.New(t)
	w := &world{Store: postgres.NewStore(pool), pool: pool, setup: smallSetup()}
	w.agent = access.Account{ID: name("anna"), Login: "anna", Name: "Anna Agent", Roles: []access.Role{access.Agent}, CreatedAt: now}
	w.boss = access.Account{ID: name("dora"), Login: "dora", Name: "Dora Dispatcher", Roles: []access.Role{access.Dispatcher}, CreatedAt: now}
	require.NoError(t, w.SetUp(t.Context(), w.setup, []access.Account{w.agent, w.boss}))
	return w
}

func smallSetup() dispatch.Setup {
	region := dispatch.Region{ID: name("region"), Code: "DE", Name: "Delaware", Zone: "America/New_York", Country: "US", RoundRules: dispatch.UsualRoundRules(), Version: 1}
	s := dispatch.Setup{
		Regions: []dispatch.Region{region},
		Sites: []dispatch.Site{
			{ID: name("bank"), RegionID: region.ID, Code: "BANK", Name: "First Bank", Address: "1 Market Street", City: "Wilmington",
				Point: orb.Point{-75.55, 39.74}, Zone: region.Zone, OpensAt: 480, ClosesAt: 1080, AccessMinutes: 5, AccessNotes: "ring", Version: 1},
			{ID: name("school"), RegionID: region.ID, Code: "SCHOOL", Name: "Dover High", Address: "2 Main Street", City: "Dover",
				Point: orb.Point{-75.52, 39.16}, Zone: region.Zone, OpensAt: 450, ClosesAt: 1000, Version: 1},
		},
		Depots: []dispatch.Depot{{ID: name("depot"), RegionID: region.ID, Code: "WILM", Name: "Wilmington", Point: orb.Point{-75.54, 39.73}, Version: 1}},
		Skills: []dispatch.SkillName{{Code: "hardware", Name: "Hardware"}, {Code: "network", Name: "Network"}},
		Technicians: []dispatch.Technician{
			{ID: name("tess"), RegionID: region.ID, Code: "T1", Name: "Tess Turner", SpokenName: "Tess", Home: orb.Point{-75.6, 39.7}, Mode: "car", Version: 1},
			{ID: name("theo"), RegionID: region.ID, Code: "T2", Name: "Theo Tran", SpokenName: "Theo", Home: orb.Point{-75.5, 39.2}, Mode: "bike", Phone: "+13025550100", Version: 1},
		},
		Models: []assets.Model{
			{ID: name("opti"), Code: "OPTI-3020", Name: "OptiPlex 3020", Kind: assets.Desktop, Class: 2, Version: 1},
			{ID: name("lat"), Code: "LAT-7490", Name: "Latitude 7490", Kind: assets.Laptop, Class: 3, Version: 1},
		},
		OptionTemplates: []dispatch.OptionTemplate{{Code: "replace_now", Name: "Take this one", Minutes: 20, EndState: "working", Swaps: true, Position: 1, Version: 1}},
		Templates: []dispatch.Template{{ID: name("virus"), Code: "virus_cleanup", Name: "Virus", Category: "security", Priority: 2, Minutes: 45,
			Spread: 0.4, SkillCode: "hardware", SkillLevel: 2, KitModel: to(name("lat")), Field: "What did you see?", OnSite: true,
			OptionCodes: []string{"replace_now"}, Symptoms: []string{"A window asks for money"}, Version: 1}},
	}
	for _, code := range []string{"tess", "theo"} {
		s.Holds = append(s.Holds, dispatch.TechnicianSkill{TechnicianID: name(code), Skill: dispatch.Skill{Code: "hardware", Level: 3}})
		for i, d := range []dispatch.Date{monday, tuesday} {
			day := time.Duration(i) * 24 * time.Hour
			s.Shifts = append(s.Shifts, dispatch.Shift{ID: name(code + string(d)), TechnicianID: name(code), RegionID: region.ID, Date: d,
				StartsAt: clock(8, 0).Add(day), EndsAt: clock(16, 30).Add(day), OvertimeMinutes: 60,
				BreakFrom: clock(11, 30).Add(day), BreakUntil: clock(13, 30).Add(day), BreakMinutes: 30, Version: 1})
		}
	}
	for i, p := range []dispatch.Person{
		{ID: name("gil"), EmployeeNumber: "E1001", Name: "Gil Guidry", SpokenName: "Gil", SiteID: name("bank"), Mail: to("gil@bank.example"),
			MailOnDeviceOnly: true, Mobile: to("+13025550142"), DeskPhone: to("+13025550199"), PhoneRaw: "302/555-0199 x 77"},
		{ID: name("mia"), EmployeeNumber: "E1002", Name: "Mia O'Malley", SpokenName: "Mia", SiteID: name("bank"), Mail: to("mia@bank.example"),
			DeskPhone: to("+13025550199"), PhoneRaw: "302/555-0199 x 78", VIP: true},
		{ID: name("raj"), EmployeeNumber: "E1003", Name: "Raj_Patel", SpokenName: "Raj", SiteID: name("school"), Mobile: to("+13025550143")},
	} {
		p.Language, p.Building, p.Floor, p.Room, p.NameForm, p.Version = "en-US", "A", i, "101", dispatch.NameSpoken, 1
		s.People = append(s.People, p)
		code := []string{"gil", "mia", "raj"}[i]
		item := assets.Item{ID: name(code + "'s"), ModelID: name("opti"), Tag: "RM-1000" + string(rune('1'+i)), Serial: code, State: assets.InUse,
			OSName: to("Windows"), OSVersion: to("10.0.14393"), Version: 1}
		s.Items = append(s.Items, item)
		s.Custodies = append(s.Custodies, assets.Custody{ID: name(code + " has"), ItemID: item.ID, CustodianKind: assets.Person, CustodianID: p.ID,
			Since: now.Add(-time.Hour), Reason: "issued"})
		k := dispatch.Ticket{ID: name(code + " ticket"), PersonID: p.ID, SiteID: p.SiteID, TemplateID: name("virus"), ItemID: &item.ID,
			OwnerID: name("anna"), State: dispatch.TicketOpen, Priority: 2, Summary: "Slow since this morning", Channel: "phone",
			OpenedAt: now.Add(-time.Duration(i) * time.Minute), NextUpdate: now.Add(time.Hour), Version: 1}
		s.Tickets = append(s.Tickets, k)
		s.Visits = append(s.Visits, dispatch.Visit{ID: name(code + " visit"), TicketID: k.ID, PersonID: p.ID, SiteID: p.SiteID, RegionID: region.ID,
			State: dispatch.VisitWaiting, Minutes: 45, Spread: 0.4, SkillCode: "hardware", SkillLevel: 2, KitModel: to(name("lat")), Priority: 2, Version: 1})
	}
	s.Visits[2].EarliestDate = to(tuesday)
	s.Items = append(s.Items, assets.Item{ID: name("loaner"), ModelID: name("lat"), Tag: "RM-20001", Serial: "L1", State: assets.InKit,
		OSName: to("Windows"), OSVersion: to("10.0.19045"), Loaner: true, Wipe: assets.Clean, Version: 1})
	s.Custodies = append(s.Custodies, assets.Custody{ID: name("tess has"), ItemID: name("loaner"), CustodianKind: assets.Technician, CustodianID: name("tess"),
		Since: now.Add(-time.Hour), Reason: "loaded"})
	return s
}

// write runs fn in a Write that must work.
func (w *world) write(t testing.TB, fn func(ctx context.Context, tx dispatch.Tx)) {
	t.Helper()
	require.NoError(t, w.Write(t.Context(), func(tx dispatch.Tx) error {
		fn(t.Context(), tx)
		return nil
	}))
}

// read runs fn in a Read that must work.
func (w *world) read(t testing.TB, fn func(ctx context.Context, tx dispatch.Tx)) {
	t.Helper()
	require.NoError(t, w.Read(t.Context(), func(tx dispatch.Tx) error {
		fn(t.Context(), tx)
		return nil
	}))
}

// exec runs SQL past the store, to take a guard away or to tamper.
func (w *world) exec(t testing.TB, sql string, args ...any) {
	t.Helper()
	_, err := w.pool.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

func round(technician string, d dispatch.Date) ids.ID {
	return postgres.RoundOf(name(technician + string(d)))
}

// place puts visits into a technician's Monday, each 60 minutes after the one
// before, from 9:00 on, at the given version of the round.
func place(technician string, version int64, visits ...string) dispatch.Written {
	w := dispatch.Written{Rounds: []dispatch.RoundVersion{{ID: round(technician, monday), Version: version}}, At: now}
	for i, v := range visits {
		w.Placements = append(w.Placements, dispatch.Placement{VisitID: name(v + " visit"), RoundID: round(technician, monday),
			ShiftID: name(technician + string(monday)), TechnicianID: name(technician), Position: i, Minutes: 45,
			PlannedLeave: clock(8+i, 45), PlannedStart: clock(9+i, 0), PlannedEnd: clock(9+i, 45), LegSeconds: 900, LegMetres: 12000})
	}
	return w
}

func promise(visit string) dispatch.Promise {
	return dispatch.Promise{ID: ids.New(), Kind: dispatch.ArrivalPromise, PersonID: name(visit), TicketID: name(visit + " ticket"), VisitID: name(visit + " visit"),
		State: dispatch.PromiseOpen, WindowStart: clock(9, 0), WindowEnd: clock(11, 0), FirstStart: clock(9, 0), FirstEnd: clock(11, 0),
		Confidence: 0.93, TechnicianID: name("tess"), Wording: "Tess comes between nine and eleven", MadeBy: name("anna"), MadeAt: now, Version: 1}
}
