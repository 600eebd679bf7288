package demo_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/demo"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
	"github.com/stretchr/testify/require"
)

const monday = dispatch.Date("2026-11-23")

// half past seven on the day in Delaware.
var morning = time.Date(2026, 11, 23, 12, 30, 0, 0, time.UTC)

// secrets counts, so that two worlds of one seed are the same.
func secrets() func() string {
	n := 0
	return func() string { n++; return fmt.Sprintf("secret-%d", n) }
}

// places makes n of them around Wilmington and a quarter as many around Dover.
func places(n int) (list []demo.Place) {
	r := rand.New(rand.NewPCG(1, 2))
	tags := []string{"office=company", "amenity=school", "amenity=bank", "amenity=hospital", "shop=books", "tourism=hotel", "amenity=restaurant"}
	for i := range n {
		middle := orb.Point{-75.68, 39.67}
		if i%5 == 0 {
			middle = orb.Point{-75.53, 39.17}
		}
		list = append(list, demo.Place{
			Name: fmt.Sprintf("Place %d", i/2), Kind: tags[i%len(tags)], Address: fmt.Sprintf("%d Main Street", i),
			Point: orb.Point{middle[0] + 0.2*(r.Float64()-0.5), middle[1] + 0.2*(r.Float64()-0.5)},
		})
	}
	return list
}

func build(t *testing.T, seed uint64, list []demo.Place, day dispatch.Date, now time.Time) demo.World {
	t.Helper()
	w, err := demo.Build(seed, list, day, now, secrets())
	require.NoError(t, err)
	return w
}

// unique fails when two of a list are the same, or one is empty.
func unique[T any](t *testing.T, what string, list []T, key func(T) string) map[string]T {
	t.Helper()
	seen := map[string]T{}
	for _, x := range list {
		k := key(x)
		if _, twice := seen[k]; twice || k == "" {
			require.Fail(t, "not unique", "%s %q", what, k)
		}
		seen[k] = x
	}
	return seen
}

func requireKnown[T any](t *testing.T, known map[string]T, key string) {
	t.Helper()
	if _, ok := known[key]; !ok {
		require.Fail(t, "refers to nothing", "%T %s", *new(T), key)
	}
}

// requireSound checks everything that a database would refuse.
func requireSound(t *testing.T, w demo.World, now time.Time) {
	t.Helper()
	s := w.Setup
	require.Len(t, s.Regions, 1)
	loc, err := s.Regions[0].Location()
	require.NoError(t, err)
	sites := unique(t, "site", s.Sites, func(x dispatch.Site) string { return x.ID.String() })
	unique(t, "site code", s.Sites, func(x dispatch.Site) string { return x.Code })
	unique(t, "site name", s.Sites, func(x dispatch.Site) string { return x.Name })
	depots := unique(t, "depot", s.Depots, func(x dispatch.Depot) string { return x.ID.String() })
	skills := unique(t, "skill", s.Skills, func(x dispatch.SkillName) string { return x.Code })
	technicians := unique(t, "technician", s.Technicians, func(x dispatch.Technician) string { return x.ID.String() })
	unique(t, "technician code", s.Technicians, func(x dispatch.Technician) string { return x.Code })
	unique(t, "home", s.Technicians, func(x dispatch.Technician) string { return fmt.Sprint(x.Home) })
	people := unique(t, "person", s.People, func(x dispatch.Person) string { return x.ID.String() })
	unique(t, "employee number", s.People, func(x dispatch.Person) string { return x.EmployeeNumber })
	unique(t, "name", s.People, func(x dispatch.Person) string { return x.Name })
	unique(t, "mail", s.People, func(x dispatch.Person) string { return *x.Mail })
	unique(t, "room", s.People, func(x dispatch.Person) string { return x.SiteID.String() + x.Building + x.Room })
	models := unique(t, "model", s.Models, func(x assets.Model) string { return x.ID.String() })
	unique(t, "model code", s.Models, func(x assets.Model) string { return x.Code })
	items := unique(t, "item", s.Items, func(x assets.Item) string { return x.ID.String() })
	unique(t, "tag", s.Items, func(x assets.Item) string { return x.Tag })
	unique(t, "serial", s.Items, func(x assets.Item) string { return x.Serial })
	templates := unique(t, "template", s.Templates, func(x dispatch.Template) string { return x.ID.String() })
	unique(t, "template code", s.Templates, func(x dispatch.Template) string { return x.Code })
	options := unique(t, "option", s.OptionTemplates, func(x dispatch.OptionTemplate) string { return x.Code })
	tickets := unique(t, "ticket", s.Tickets, func(x dispatch.Ticket) string { return x.ID.String() })
	unique(t, "visit", s.Visits, func(x dispatch.Visit) string { return x.ID.String() })
	unique(t, "ticket of visit", s.Visits, func(x dispatch.Visit) string { return x.TicketID.String() })
	accounts := unique(t, "account", w.Accounts, func(x access.Account) string { return x.ID.String() })
	unique(t, "login", w.Accounts, func(x access.Account) string { return x.Login })

	for _, site := range s.Sites {
		require.NotEmpty(t, site.Address)
		require.NotEmpty(t, site.City)
		require.Less(t, site.OpensAt, site.ClosesAt)
		require.LessOrEqual(t, site.ClosesAt, 24*60)
		require.Positive(t, site.AccessMinutes)
		require.Equal(t, s.Regions[0].ID, site.RegionID)
		require.Equal(t, s.Regions[0].Zone, site.Zone)
	}
	hardware := map[string]int{}
	for _, h := range s.Holds {
		requireKnown(t, technicians, h.TechnicianID.String())
		requireKnown(t, skills, h.Code)
		require.True(t, h.Level >= 1 && h.Level <= 5)
		if h.Code == "hardware" {
			hardware[h.TechnicianID.String()]++
		}
	}
	require.Len(t, hardware, len(s.Technicians))
	perDay := unique(t, "shift of a day", s.Shifts, func(x dispatch.Shift) string { return x.TechnicianID.String() + string(x.Date) })
	require.Len(t, perDay, 12*demo.ShiftDays)
	for _, x := range s.Shifts {
		requireKnown(t, technicians, x.TechnicianID.String())
		require.True(t, x.Date.Working())
		require.Equal(t, x.Date, dispatch.DateOf(x.StartsAt, loc))
		require.Equal(t, x.Date, dispatch.DateOf(x.EndsAt.Add(time.Duration(x.OvertimeMinutes)*time.Minute), loc))
		require.Equal(t, 8*time.Hour+30*time.Minute, x.EndsAt.Sub(x.StartsAt))
		require.True(t, x.StartsAt.Before(x.BreakFrom) && x.BreakFrom.Before(x.BreakUntil) && x.BreakUntil.Before(x.EndsAt))
		require.Equal(t, "11:30", x.BreakFrom.In(loc).Format("15:04"))
	}
	var numbers []string
	for _, p := range s.People {
		requireKnown(t, sites, p.SiteID.String())
		for _, n := range []*string{p.Mobile, p.DeskPhone} {
			if n != nil {
				require.Regexp(t, `^\+1302555\d{4}$`, *n)
				numbers = append(numbers, *n)
			}
		}
		require.Equal(t, p.Mobile == nil && p.DeskPhone == nil, p.PhoneRaw == "")
		require.True(t, strings.HasSuffix(*p.Mail, "@first-state.example"))
	}
	for _, x := range s.Technicians {
		numbers = append(numbers, x.Phone)
	}
	unique(t, "phone number", numbers, func(n string) string { return n })

	custodies := unique(t, "custody of an item", s.Custodies, func(x assets.Custody) string { return x.ItemID.String() })
	require.Len(t, custodies, len(items))
	for _, c := range s.Custodies {
		it := items[c.ItemID.String()]
		requireKnown(t, models, it.ModelID.String())
		require.Nil(t, c.Until)
		require.True(t, c.Since.Before(now))
		switch it.State {
		case assets.InUse:
			require.Equal(t, assets.Person, c.CustodianKind)
			requireKnown(t, people, c.CustodianID.String())
			require.NotNil(t, it.OSVersion)
		case assets.InKit:
			require.Equal(t, assets.Technician, c.CustodianKind)
			requireKnown(t, technicians, c.CustodianID.String())
		default:
			require.Equal(t, assets.InStock, it.State)
			require.Equal(t, assets.Depot, c.CustodianKind)
			requireKnown(t, depots, c.CustodianID.String())
		}
	}
	for _, x := range s.Templates {
		requireKnown(t, skills, x.SkillCode)
		require.True(t, x.Spread >= 0.3 && x.Spread <= 0.5)
		require.NotEmpty(t, x.Field)
		require.NotNil(t, x.OptionCodes, "no options is an empty list")
		if x.KitModel != nil {
			requireKnown(t, models, x.KitModel.String())
		}
		for _, o := range x.OptionCodes {
			requireKnown(t, options, o)
		}
	}
	holder := map[ids.ID]ids.ID{}
	for _, c := range s.Custodies {
		holder[c.ItemID] = c.CustodianID
	}
	for _, x := range s.Tickets {
		p := people[x.PersonID.String()]
		require.Equal(t, p.SiteID, x.SiteID)
		requireKnown(t, accounts, x.OwnerID.String())
		requireKnown(t, templates, x.TemplateID.String())
		require.True(t, x.OpenedAt.Before(now) && x.NextUpdate.After(now))
		require.True(t, x.Priority >= 1 && x.Priority <= 4)
		if x.ItemID != nil {
			require.Equal(t, x.PersonID, holder[*x.ItemID])
		}
	}
	for _, x := range s.Visits {
		ticket := tickets[x.TicketID.String()]
		tpl := templates[ticket.TemplateID.String()]
		require.True(t, tpl.OnSite)
		require.Equal(t, []any{ticket.PersonID, ticket.SiteID, ticket.Priority, tpl.Minutes, tpl.SkillCode, tpl.SkillLevel},
			[]any{x.PersonID, x.SiteID, x.Priority, x.Minutes, x.SkillCode, x.SkillLevel})
		require.Equal(t, dispatch.VisitWaiting, x.State)
		require.Nil(t, x.RoundID)
	}
	require.Len(t, w.SignIns, len(w.Accounts))
	for i, a := range w.Accounts {
		require.Equal(t, a.Login, w.SignIns[i].Login)
		require.Equal(t, []access.Role{w.SignIns[i].Role}, a.Roles)
		require.True(t, a.Demo)
		require.Empty(t, a.PasswordHash)
		if a.TechnicianID != nil {
			requireKnown(t, technicians, a.TechnicianID.String())
		}
	}
	unique(t, "password", w.SignIns, func(x demo.SignIn) string { return x.Password })
}

// requireCounts checks the table of the package's doc.
func requireCounts(t *testing.T, w demo.World) {
	t.Helper()
	s := w.Setup
	require.Len(t, s.Sites, 75)
	require.Len(t, s.Depots, 2)
	require.Len(t, s.Technicians, 12)
	require.Len(t, s.Shifts, 180)
	require.Len(t, s.People, 400)
	require.Len(t, s.Models, 12)
	require.Len(t, s.Templates, 15)
	require.Len(t, s.Tickets, 130)
	require.Len(t, w.Accounts, 19)
	count := map[string]int{}
	for i, it := range s.Items {
		c := s.Custodies[i]
		require.Equal(t, it.ID, c.ItemID)
		if it.Loaner {
			count["loaner"]++
		} else {
			count[string(c.CustodianKind)]++
		}
	}
	require.Equal(t, map[string]int{"person": 450, "technician": 80, "depot": 57, "loaner": 12}, count)
	minutes, unreachable := 0, 0
	for _, v := range s.Visits {
		minutes += v.Minutes
	}
	require.Equal(t, 3400, minutes)
	for _, p := range s.People {
		if p.Mobile == nil && p.DeskPhone == nil {
			unreachable++
		}
	}
	require.Equal(t, 20, unreachable)
}

func TestWorldIsSound(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		w := build(t, seed, places(300), monday, morning)
		requireSound(t, w, morning)
		requireCounts(t, w)
		require.Equal(t, "DE", w.Setup.Regions[0].Code)
	}
}

// On both changes of the clocks in 2026, with shifts on either side.
func TestShiftsBeginAtTheSameWallClockTime(t *testing.T) {
	t.Parallel()
	for _, day := range []dispatch.Date{"2026-03-04", "2026-10-28"} {
		loc, err := time.LoadLocation("America/New_York")
		require.NoError(t, err)
		now := day.At(loc, 7, 30)
		w := build(t, 1, places(300), day, now)
		requireSound(t, w, now)
		starts, offsets := map[string]int{}, map[string]bool{}
		for _, x := range w.Setup.Shifts {
			starts[x.StartsAt.In(loc).Format("15:04")]++
			offsets[x.StartsAt.In(loc).Format("-07")] = true
		}
		require.Equal(t, map[string]int{"07:30": 30, "08:00": 120, "10:00": 30}, starts)
		require.Len(t, offsets, 2)
	}
}

func TestSameSeedSameWorld(t *testing.T) {
	t.Parallel()
	list := places(300)
	first := build(t, 7, list, monday, morning)
	shuffled := slices.Clone(list)
	slices.Reverse(shuffled)
	require.Equal(t, first, build(t, 7, shuffled, monday, morning))
	other := build(t, 8, list, monday, morning)
	require.NotEqual(t, first.Setup.People[0].ID, other.Setup.People[0].ID)
	require.NotEqual(t, first.Setup.People[0].Name, other.Setup.People[0].Name)
	require.NotEqual(t, first.Setup.Sites[0].Name, other.Setup.Sites[0].Name)
}

// The virus gets into 22 machines. Their people are at different sites, have no
// other trouble, and several can't be reached by mail.
func TestTheVirusFindsItsVictims(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		s := build(t, seed, places(300), monday, morning).Setup
		people, models := map[ids.ID]dispatch.Person{}, map[ids.ID]assets.Model{}
		for _, p := range s.People {
			people[p.ID] = p
		}
		for _, m := range s.Models {
			models[m.ID] = m
		}
		busy := map[ids.ID]bool{}
		for _, x := range s.Tickets {
			busy[x.PersonID] = true
		}
		find := func(virus dispatch.Predicate) (found []dispatch.Person) {
			require.NoError(t, virus.Validate())
			for i, it := range s.Items {
				if c := s.Custodies[i]; c.CustodianKind == assets.Person {
					p := people[c.CustodianID]
					if _, ok := virus.Match(dispatch.Device{ItemID: it.ID, PersonID: p.ID, SiteID: p.SiteID, ModelCode: models[it.ModelID].Code, OSVersion: it.OSVersion}); ok {
						found = append(found, p)
					}
				}
			}
			return found
		}
		affected := find(dispatch.Predicate{Models: []string{"OPTI-3020"}, OSBelow: "10.0.15063"})
		require.Len(t, affected, 22)
		require.Equal(t, affected, find(dispatch.Predicate{OSBelow: "10.0.15063"}), "no other model is that old")
		require.Len(t, find(dispatch.Predicate{Models: []string{"OPTI-3020"}}), 60, "the others of the model are patched")
		perSite, desk, floor := map[ids.ID]int{}, 0, 0
		for _, p := range affected {
			require.False(t, busy[p.ID])
			perSite[p.SiteID]++
			if p.MailOnDeviceOnly && p.Mobile == nil && p.DeskPhone != nil {
				desk++
			}
			if p.Mobile == nil && p.DeskPhone == nil {
				floor++
			}
		}
		require.GreaterOrEqual(t, len(perSite), 11, "two at a site at most")
		require.Equal(t, []int{9, 3}, []int{desk, floor})
	}
}

// What the virus template asks for is aboard: as many laptops as there are
// victims, none of them worse than the old desktops.
func TestKitsReplaceTheOldDesktops(t *testing.T) {
	t.Parallel()
	s := build(t, 1, places(300), monday, morning).Setup
	var virus dispatch.Template
	classes := map[ids.ID]int{}
	old := 0
	for _, x := range s.Templates {
		if x.Code == "virus_cleanup" {
			virus = x
		}
	}
	for _, m := range s.Models {
		classes[m.ID] = m.Class
		if m.Code == "OPTI-3020" {
			old = m.Class
		}
	}
	require.Equal(t, []string{"replace_now", "fix_now_deliver_later"}, virus.OptionCodes)
	require.Greater(t, classes[*virus.KitModel], old)
	carried := map[ids.ID]int{}
	for i, it := range s.Items {
		if it.ModelID == *virus.KitModel && it.State == assets.InKit {
			carried[s.Custodies[i].CustodianID]++
		}
	}
	total := 0
	for _, x := range s.Technicians {
		require.True(t, carried[x.ID] >= 1 && carried[x.ID] <= 3)
		total += carried[x.ID]
	}
	require.Equal(t, 24, total)
}

// Every visit has somebody of the same area who has the skill.
func TestEveryAreaHasEverySkill(t *testing.T) {
	t.Parallel()
	s := build(t, 3, places(300), monday, morning).Setup
	points := map[ids.ID]orb.Point{}
	for _, x := range s.Sites {
		points[x.ID] = x.Point
	}
	for _, v := range s.Visits {
		able := slices.ContainsFunc(s.Technicians, func(x dispatch.Technician) bool {
			return geo.Distance(x.Home, points[v.SiteID]) < 40_000 && slices.ContainsFunc(s.Holds, func(h dispatch.TechnicianSkill) bool {
				return h.TechnicianID == x.ID && h.Code == v.SkillCode && h.Level >= v.SkillLevel
			})
		})
		require.True(t, able, "%s %d at %v", v.SkillCode, v.SkillLevel, points[v.SiteID])
	}
}

func TestAnotherMap(t *testing.T) {
	t.Parallel()
	var list []demo.Place
	for _, p := range places(300) {
		// The same around a town a sixth of the way around the globe.
		p.Point[0] += 84
		list = append(list, p)
	}
	w := build(t, 1, list, monday, morning)
	requireSound(t, w, morning)
	require.Equal(t, "MAP", w.Setup.Regions[0].Code)
	require.Equal(t, "Etc/GMT-1", w.Setup.Regions[0].Zone)
	require.Equal(t, w.Setup.Regions[0].Name, w.Setup.Sites[0].City)
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	_, err := demo.Build(1, places(300), "2026-11-22", morning, secrets())
	require.True(t, fault.Is(err, "demo_day"), "a Sunday: %v", err)
	_, err = demo.Build(1, places(300), "tomorrow", morning, secrets())
	require.True(t, fault.Is(err, "bad_date"), "%v", err)
	_, err = demo.Build(1, places(59), monday, morning, secrets())
	require.True(t, fault.Is(err, "demo_map_small"), "%v", err)
	_, err = demo.Build(1, nil, monday, morning, secrets())
	require.True(t, fault.Is(err, "demo_map_small"), "%v", err)
	// Places that nobody could find do not count.
	list := places(300)
	for i := range list {
		list[i].Address = ""
	}
	_, err = demo.Build(1, list, monday, morning, secrets())
	require.True(t, fault.Is(err, "demo_map_small"), "%v", err)
}

// A newcomer finds somebody to hand over to, to escalate to, and times to keep.
func TestTheDeskWorksTogether(t *testing.T) {
	t.Parallel()
	w := build(t, 1, places(500), monday, morning)
	accounts := map[ids.ID]access.Account{}
	for _, a := range w.Accounts {
		accounts[a.ID] = a
	}
	tiers := map[dispatch.Tier]bool{}
	for _, k := range w.Setup.Teams {
		tiers[k.Tier] = true
		require.NotEmpty(t, k.Members)
		for _, m := range k.Members {
			require.True(t, accounts[m].Principal().Can(access.TicketsWrite), "whoever is asked can take it")
		}
	}
	require.True(t, tiers[dispatch.FirstLevel] && tiers[dispatch.FieldTier] && tiers[dispatch.SecondLevel])
	require.NotNil(t, dispatch.NextLeader(w.Setup.Leaders, nil, morning), "a leader is there when the day begins")
	for _, k := range w.Setup.Tickets {
		require.NotNil(t, dispatch.LevelOf(w.Setup.Levels, k))
	}
	loc, err := time.LoadLocation(w.Setup.Regions[0].Zone)
	require.NoError(t, err)
	for _, by := range w.Setup.Services {
		open, _ := by.Next(morning, loc, nil)
		require.True(t, open, "the desk is reached when the day begins")
	}
}
