package stage

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/control"
	"roundsman/dispatch/customer"
	"roundsman/dispatch/decide"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/dispatch/imports"
	"roundsman/dispatch/incidents"
	"roundsman/dispatch/reports"
	"roundsman/dispatch/setup"
	"roundsman/dispatch/stock"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/notify"
	"roundsman/internal/pgtest"
	"roundsman/internal/postgres"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// Monday and the week that follow it are what the region works on.
const Monday = dispatch.Date("2026-03-09")

// Zone is the region's.
const Zone = "America/New_York"

// Size says how large a region to build. The zero value is that of Small.
type Size struct {
	Technicians int
	People      int // two a site
	Days        int // shifts from Monday on, weekends left out
	// ShiftMinutes is the length of a shift from 08:00 on; 510 when 0.
	ShiftMinutes int
}

// Small is two technicians and six people for two weeks.
var Small = Size{Technicians: 2, People: 6, Days: 10}

// Stage is a region with everybody on it.
type Stage struct {
	Pool      *pgxpool.Pool
	Store     *postgres.Store
	Clock     *clock.Fixed
	Decide    *decide.Decider
	Desk      *desk.Desk
	Control   *control.Control
	Field     *field.Field
	Incidents *incidents.Incidents
	Inbound   *incidents.Inbound
	Machine   *clock.Fixed // of signatures and their like; it stands at 07:30 too
	Post      *desk.Post
	Entering  *setup.Setup // of standing data
	Room      *stock.Room
	Customers *customer.Room
	Reports   *reports.Reports
	Files     *imports.Imports

	Setup      dispatch.Setup
	Accounts   []access.Account
	Agent      access.Principal
	Other      access.Principal // a second agent
	Dispatcher access.Principal
	Monitor    access.Principal
	Gateway    access.Principal // telephony, mail and portal
	Lead       access.Principal
	Stock      access.Principal
	Admin      access.Principal
	Crew       []access.Principal // technicians, in the order of Setup.Technicians

	mu   sync.Mutex
	jobs []dispatch.Job
}

// New builds a region on a database of the test's own. The clock stands at 07:30
// on Monday.
func New(t testing.TB, size Size) *Stage {
	t.Helper()
	pool := pgtest.New(t)
	setup, accounts := Region(size)
	s := Over(pool, setup, accounts)
	require.NoError(t, s.Store.SetUp(t.Context(), setup, accounts))
	t.Cleanup(func() { s.Verify(t) })
	return s
}

// SetUp enters the standing data of a small region, for TestMain.
func SetUp(ctx context.Context, pool *pgxpool.Pool) error {
	setup, accounts := Region(Small)
	return postgres.NewStore(pool).SetUp(ctx, setup, accounts)
}

// Over wires the use cases over a database that holds the region, as another
// process would.
func Over(pool *pgxpool.Pool, setup dispatch.Setup, accounts []access.Account) *Stage {
	s := &Stage{Pool: pool, Store: postgres.NewStore(pool), Clock: clock.At(At(7, 30)), Setup: setup, Accounts: accounts}
	s.Store.EnqueueFunc = func(_ context.Context, _ pgx.Tx, j dispatch.Job) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.jobs = append(s.jobs, j)
		return nil
	}
	s.Wire(s.Store)
	for _, a := range accounts {
		p := a.Principal()
		switch {
		case a.Login == "anna":
			s.Agent = p
		case a.Login == "ben":
			s.Other = p
		case a.Login == "dora":
			s.Dispatcher = p
		case a.Login == "monitoring":
			s.Monitor = p
		case a.Login == "gateway":
			s.Gateway = p
		case a.Login == "lena":
			s.Lead = p
		case a.Login == "stella":
			s.Stock = p
		case a.Login == "ada":
			s.Admin = p
		case p.TechnicianID != nil:
			s.Crew = append(s.Crew, p)
		}
	}
	return s
}

// Wire puts the use cases over another store, such as one that fails on purpose.
func (s *Stage) Wire(store dispatch.Store) {
	s.Decide = &decide.Decider{Store: store, Ways: decide.NewWays(Road{}), Clock: s.Clock, Floors: dispatch.DefaultFloors()}
	s.Desk = &desk.Desk{Store: store, Decide: s.Decide, Clock: s.Clock}
	s.Control = &control.Control{Store: store, Decide: s.Decide, Roads: Road{}, Clock: s.Clock}
	s.Field = &field.Field{Store: store, Decide: s.Decide, Clock: s.Clock}
	s.Incidents = &incidents.Incidents{Store: store, Clock: s.Clock}
	if s.Machine == nil {
		s.Machine = clock.At(At(7, 30))
	}
	s.Inbound = &incidents.Inbound{Store: store, Clock: s.Clock, Machine: s.Machine, Accounts: s.Store}
	s.Post = &desk.Post{Store: store, Clock: s.Clock, Machine: clock.System{},
		Couriers: map[string]dispatch.Courier{"sms": notify.Outbox{}, "mail": notify.Outbox{}}}
	s.Entering = &setup.Setup{Store: store, Clock: s.Clock}
	s.Room = &stock.Room{Store: store, Clock: s.Clock}
	s.Customers = &customer.Room{Store: store, Clock: s.Clock, Linking: true}
	s.Reports = &reports.Reports{Store: store, Clock: s.Clock}
	s.Files = &imports.Imports{Store: store, Clock: s.Clock, Accounts: s.Store}
}

// Work does the follow-up work that was asked for, also what that asks for. A job
// whose transaction was rolled back may be among it, and finds nothing.
func (s *Stage) Work(ctx context.Context) error {
	for {
		s.mu.Lock()
		jobs := s.jobs
		s.jobs = nil
		s.mu.Unlock()
		if len(jobs) == 0 {
			return nil
		}
		for _, j := range jobs {
			var err error
			switch j.Kind {
			case "plan_run":
				err = s.Control.Execute(ctx, j.ID)
			case "notice":
				err = s.Post.Deliver(ctx, j.ID)
			case "import":
				err = s.Files.Execute(ctx, j.ID)
			case "retime":
				err = s.Decide.Retime(ctx, j.ID)
			}
			if f := fault.Of(err); err != nil && (f == nil || f.Kind != fault.NotFound) {
				return fmt.Errorf("%s %s: %w", j.Kind, j.ID, err)
			}
		}
	}
}

// At is an instant of Monday in the region's zone, which is four hours behind UTC.
func At(hour, minute int) time.Time { return time.Date(2026, 3, 9, hour+4, minute, 0, 0, time.UTC) }

// Name is the id of what has a name on the stage.
func Name(format string, args ...any) ids.ID { return ids.From(ids.Nil, fmt.Sprintf(format, args...)) }

// Day names the region's Monday.
func Day() dispatch.DayKey { return dispatch.DayKey{RegionID: Name("region"), Date: Monday} }

func ptr[T any](v T) *T { return &v }

// Region builds the set-up: technicians live at 0.00, sites lie at 0.01, 0.02 and
// so on; each person works with an old desktop; each technician carries two
// laptops, and four lie in the depot.
func Region(size Size) (dispatch.Setup, []access.Account) {
	if size == (Size{}) {
		size = Small
	}
	if size.ShiftMinutes == 0 {
		size.ShiftMinutes = 510
	}
	region := dispatch.Region{ID: Name("region"), Code: "ST", Name: "Straight Road", Zone: Zone}
	s := dispatch.Setup{
		Regions: []dispatch.Region{region},
		Depots:  []dispatch.Depot{{ID: Name("depot"), RegionID: region.ID, Code: "D1", Name: "Depot"}},
		Skills:  []dispatch.SkillName{{Code: "hardware", Name: "Hardware"}},
		Models: []assets.Model{
			{ID: Name("old"), Code: "OLD-1", Name: "Old desktop", Kind: assets.Desktop, Class: 1},
			{ID: Name("new"), Code: "NEW-5", Name: "New laptop", Kind: assets.Laptop, Class: 3},
		},
		OptionTemplates: []dispatch.OptionTemplate{
			{Code: "replace_now", Name: "The new laptop, set up now", Minutes: 120, EndState: "working", Swaps: true, Position: 1},
			{Code: "fix_now_deliver_later", Name: "Cleaned now, the laptop next week", Minutes: 30, EndState: "working_for_now",
				FollowUpMinutes: 90, FollowUpDays: 5, FollowUpReserves: true, NewOSVersion: "10.0.15063", Position: 2},
		},
		Templates: []dispatch.Template{
			{ID: Name("virus"), Code: "virus_cleanup", Name: "Virus", Category: "security", Priority: 2, Minutes: 30, Spread: 0.3,
				SkillCode: "hardware", SkillLevel: 1, KitModel: ptr(Name("new")), OnSite: true,
				OptionCodes: []string{"replace_now", "fix_now_deliver_later"}, Version: 1},
			{ID: Name("printer"), Code: "printer_fault", Name: "Printer", Category: "printing", Priority: 3, Minutes: 30, Spread: 0.3,
				SkillCode: "hardware", SkillLevel: 1, Field: "Which printer?", OnSite: true, Version: 1},
			{ID: Name("password"), Code: "password_reset", Name: "Password", Category: "account", Priority: 3, Minutes: 5, Spread: 0.3, Version: 1},
		},
	}
	accounts := []access.Account{
		account("anna", access.Agent, nil), account("ben", access.Agent, nil), account("dora", access.Dispatcher, nil),
		account("stella", access.StockKeeper, nil), account("lena", access.Lead, nil), account("ada", access.Admin, nil),
		account("monitoring", access.Monitor, nil), account("gateway", access.Gateway, nil),
	}
	for i := range size.Technicians {
		accounts = append(accounts, technician(&s, size, i))
	}
	for i := range size.People {
		person(&s, i)
	}
	for i := range 4 {
		item(&s, fmt.Sprintf("stock %d", i), Name("new"), assets.InStock, assets.Custodian{Kind: assets.Depot, ID: Name("depot")}, "stocked")
	}
	return s, accounts
}

func account(login string, role access.Role, technician *ids.ID) access.Account {
	return access.Account{ID: Name("account %s", login), Login: login, Name: login, SpokenName: login, Roles: []access.Role{role},
		TechnicianID: technician, PasswordHash: "none", Service: role == access.Monitor || role == access.Gateway, SessionVersion: 1, CreatedAt: At(0, 0)}
}

func technician(s *dispatch.Setup, size Size, i int) access.Account {
	t := dispatch.Technician{ID: Name("technician %d", i), RegionID: Name("region"), Code: fmt.Sprintf("T%02d", i),
		Name: fmt.Sprintf("Tess %c", 'A'+i), SpokenName: "Tess", Mode: "car", Version: 1}
	s.Technicians = append(s.Technicians, t)
	s.Holds = append(s.Holds, dispatch.TechnicianSkill{TechnicianID: t.ID, Skill: dispatch.Skill{Code: "hardware", Level: 3}})
	date := Monday
	for range size.Days {
		for !date.Working() {
			date = date.Add(1)
		}
		loc, _ := time.LoadLocation(Zone)
		start := date.At(loc, 8, 0)
		s.Shifts = append(s.Shifts, dispatch.Shift{ID: Name("shift %d %s", i, date), TechnicianID: t.ID, RegionID: t.RegionID, Date: date,
			StartsAt: start, EndsAt: start.Add(time.Duration(size.ShiftMinutes) * time.Minute),
			BreakFrom: start.Add(4 * time.Hour), BreakUntil: start.Add(5 * time.Hour)})
		date = date.Add(1)
	}
	for n := range 2 {
		item(s, fmt.Sprintf("kit %d %d", i, n), Name("new"), assets.InKit, assets.Custodian{Kind: assets.Technician, ID: t.ID}, "loaded")
	}
	return account(fmt.Sprintf("t%02d", i), access.Technician, &t.ID)
}

func person(s *dispatch.Setup, i int) {
	site := Name("site %d", i/2)
	if i%2 == 0 {
		s.Sites = append(s.Sites, dispatch.Site{ID: site, RegionID: Name("region"), Code: fmt.Sprintf("S%d", i/2), Name: fmt.Sprintf("Site %d", i/2),
			Address: "Straight Road", City: "Straight", Point: orb.Point{float64(i/2+1) / 100, 0}, Zone: Zone, OpensAt: 7 * 60, ClosesAt: 19 * 60, Version: 1})
	}
	p := dispatch.Person{ID: Name("person %d", i), EmployeeNumber: fmt.Sprintf("E%04d", i), Name: fmt.Sprintf("Pat %c", 'A'+i%26), SpokenName: "Pat",
		Language: "en", SiteID: site, Building: "A", Floor: 0, Room: fmt.Sprint(100 + i), Mail: ptr(fmt.Sprintf("pat%d@road.example", i)),
		MailOnDeviceOnly: true, Version: 1}
	if i%3 != 2 { // every third is reached by nothing but the broken machine's mail
		p.Mobile = ptr(fmt.Sprintf("+1302555%04d", i))
	}
	s.People = append(s.People, p)
	item(s, fmt.Sprintf("device %d", i), Name("old"), assets.InUse, assets.Custodian{Kind: assets.Person, ID: p.ID}, "issued")
}

func item(s *dispatch.Setup, name string, model ids.ID, state assets.State, holder assets.Custodian, reason string) {
	it := assets.Item{ID: Name("item %s", name), ModelID: model, Tag: fmt.Sprintf("RM-%d", 10000+len(s.Items)), Serial: name, State: state,
		OSName: ptr("Windows"), OSVersion: ptr("10.0.14393"), Version: 1}
	s.Items = append(s.Items, it)
	s.Custodies = append(s.Custodies, assets.Custody{ID: Name("custody %s", name), ItemID: it.ID, CustodianKind: holder.Kind, CustodianID: holder.ID,
		Since: At(0, 0), Reason: reason})
}
