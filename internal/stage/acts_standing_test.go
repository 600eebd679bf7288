package stage_test

import (
	"context"
	"testing"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/setup"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// keeper is how one noun of the standing data is kept.
type keeper[T any, K comparable, E any] interface {
	Add(context.Context, access.Principal, E) (T, error)
	Change(context.Context, access.Principal, K, int64, E) (T, error)
	Retire(context.Context, access.Principal, K, int64) (T, error)
}

// kept enters one of a noun, and plays whoever sets up.
func kept[T any, K comparable, E any](t *testing.T, s *stage.Stage, real, played keeper[T, K, E], table string, entered, changed E, is func(T) (K, int64)) (K, actor) {
	t.Helper()
	v, err := real.Add(t.Context(), s.Admin, entered)
	require.NoError(t, err)
	key, version := is(v)
	column := "code"
	if _, ok := any(key).(ids.ID); ok {
		column = "id"
	}
	return key, actor{
		into: func(t *testing.T, state string) {
			_, err := s.Pool.Exec(t.Context(), `update `+table+` set retired_at = case when $2 = 'retired' then timestamptz '2026-01-01' end where `+column+` = $1`, key, state)
			require.NoError(t, err, "into %s", state)
		},
		acts: doing{
			string(dispatch.SetupUse):    func(ctx context.Context) error { return errOf(played.Change(ctx, s.Admin, key, version, changed)) },
			string(dispatch.SetupRetire): func(ctx context.Context) error { return errOf(played.Retire(ctx, s.Admin, key, version)) },
		},
	}
}

// standing is a noun with what others do who choose it, nil where nobody does.
type standing struct {
	actor
	choose func(context.Context) error
}

// standings are all nouns of the standing data. Shift patterns, service hours and
// labels are chosen by nobody.
var standings = map[string]func(t *testing.T, s, u *stage.Stage) standing{
	"region": func(t *testing.T, s, u *stage.Stage) standing {
		id, a := kept(t, s, s.Entering.Regions(), u.Entering.Regions(), "regions",
			setup.RegionEntry{Code: ptr("R9"), Name: ptr("New"), Zone: ptr(stage.Zone)}, setup.RegionEntry{Name: ptr("x")},
			func(v dispatch.Region) (ids.ID, int64) { return v.ID, v.Version })
		return standing{a, func(ctx context.Context) error {
			e := newSite("S9")
			e.RegionID = &id
			return errOf(u.Entering.Sites().Add(ctx, s.Admin, e))
		}}
	},
	"site": func(t *testing.T, s, u *stage.Stage) standing {
		id, a := kept(t, s, s.Entering.Sites(), u.Entering.Sites(), "sites", newSite("S8"), setup.SiteEntry{Name: ptr("x")},
			func(v dispatch.Site) (ids.ID, int64) { return v.ID, v.Version })
		return standing{a, func(ctx context.Context) error {
			return errOf(u.Entering.People().Add(ctx, s.Admin, setup.PersonEntry{EmployeeNumber: ptr("E9"), Name: ptr("Gil"), SiteID: &id}))
		}}
	},
	"depot": func(t *testing.T, s, u *stage.Stage) standing {
		_, a := kept(t, s, s.Entering.Depots(), u.Entering.Depots(), "depots",
			setup.DepotEntry{Code: ptr("D9"), Name: ptr("New"), RegionID: ptr(stage.Name("region")), Address: ptr("1 Straight Road"), Point: &orb.Point{0.01, 0}},
			setup.DepotEntry{Name: ptr("x")}, func(v dispatch.Depot) (ids.ID, int64) { return v.ID, v.Version })
		return standing{a, nil}
	},
	"person": func(t *testing.T, s, u *stage.Stage) standing {
		id, a := kept(t, s, s.Entering.People(), u.Entering.People(), "people",
			setup.PersonEntry{EmployeeNumber: ptr("E8"), Name: ptr("Gil"), SiteID: ptr(stage.Name("site 0"))}, setup.PersonEntry{Room: ptr("9")},
			func(v dispatch.Person) (ids.ID, int64) { return v.ID, v.Version })
		return standing{a, func(ctx context.Context) error {
			return errOf(u.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "password_reset", PersonID: id}))
		}}
	},
	"technician": func(t *testing.T, s, u *stage.Stage) standing {
		id, a := kept(t, s, s.Entering.Technicians(), u.Entering.Technicians(), "technicians",
			setup.TechnicianEntry{Code: ptr("T9"), Name: ptr("Tom"), RegionID: ptr(stage.Name("region")), Home: &orb.Point{0.01, 0}, Mode: ptr("car")},
			setup.TechnicianEntry{SpokenName: ptr("x")}, func(v dispatch.CrewMember) (ids.ID, int64) { return v.ID, v.Version })
		return standing{a, func(ctx context.Context) error {
			return errOf(u.Entering.AddShift(ctx, s.Dispatcher, setup.NewShift{TechnicianID: id, Date: stage.Monday.Add(20),
				ShiftEntry: setup.ShiftEntry{From: 8 * 60, Until: 16 * 60, BreakFrom: 12 * 60, BreakUntil: 13 * 60}}))
		}}
	},
	"skill": func(t *testing.T, s, u *stage.Stage) standing {
		code, a := kept(t, s, s.Entering.Skills(), u.Entering.Skills(), "skills", setup.SkillEntry{Code: ptr("welding"), Name: ptr("Welding")}, setup.SkillEntry{Name: ptr("x")},
			func(v dispatch.SkillName) (string, int64) { return v.Code, v.Version })
		return standing{a, func(ctx context.Context) error {
			e := newTemplate("weld")
			e.SkillCode, e.SkillLevel = &code, ptr(1)
			return errOf(u.Entering.Templates().Add(ctx, s.Admin, e))
		}}
	},
	"model": func(t *testing.T, s, u *stage.Stage) standing {
		id, a := kept(t, s, s.Entering.Models(), u.Entering.Models(), "models",
			setup.ModelEntry{Code: ptr("M9"), Name: ptr("New"), Kind: ptr(assets.Laptop), Class: ptr(1)}, setup.ModelEntry{Name: ptr("x")},
			func(v assets.Model) (ids.ID, int64) { return v.ID, v.Version })
		return standing{a, func(ctx context.Context) error {
			e := newTemplate("swap")
			e.KitModel = &id
			return errOf(u.Entering.Templates().Add(ctx, s.Admin, e))
		}}
	},
	"option_template": func(t *testing.T, s, u *stage.Stage) standing {
		code, a := kept(t, s, s.Entering.OptionTemplates(), u.Entering.OptionTemplates(), "option_templates",
			setup.OptionTemplateEntry{Code: ptr("clean"), Name: ptr("Clean it"), Minutes: ptr(10), EndState: ptr("working")}, setup.OptionTemplateEntry{Name: ptr("x")},
			func(v dispatch.OptionTemplate) (string, int64) { return v.Code, v.Version })
		return standing{a, func(ctx context.Context) error {
			e := newTemplate("cleaning")
			e.OptionCodes = &[]string{code}
			return errOf(u.Entering.Templates().Add(ctx, s.Admin, e))
		}}
	},
	"template": func(t *testing.T, s, u *stage.Stage) standing {
		_, a := kept(t, s, s.Entering.Templates(), u.Entering.Templates(), "templates", newTemplate("new"), setup.TemplateEntry{Name: ptr("x")},
			func(v dispatch.Template) (ids.ID, int64) { return v.ID, v.Version })
		return standing{a, func(ctx context.Context) error {
			return errOf(u.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "new", PersonID: stage.Name("person 0")}))
		}}
	},
	"calendar": func(t *testing.T, s, u *stage.Stage) standing {
		code, a := kept(t, s, s.Entering.Calendars(), u.Entering.Calendars(), "calendars",
			setup.CalendarEntry{Code: ptr("c9"), Name: ptr("New"), Days: &[]dispatch.Holiday{}}, setup.CalendarEntry{Name: ptr("x")},
			func(v dispatch.Calendar) (string, int64) { return v.Code, v.Version })
		return standing{a, func(ctx context.Context) error {
			return errOf(u.Entering.Regions().Add(ctx, s.Admin, setup.RegionEntry{Code: ptr("R8"), Name: ptr("New"), Zone: ptr(stage.Zone), CalendarCode: &code}))
		}}
	},
	"pattern": func(t *testing.T, s, u *stage.Stage) standing {
		turns := []dispatch.Turn{{Weekday: time.Monday, From: 8 * 60, Until: 16 * 60, BreakFrom: 12 * 60, BreakUntil: 13 * 60}}
		_, a := kept(t, s, s.Entering.Patterns(), u.Entering.Patterns(), "shift_patterns",
			setup.PatternEntry{TechnicianID: ptr(stage.Name("technician 0")), Name: ptr("Late"), FromDate: ptr(stage.Monday.Add(300)), Turns: &turns},
			setup.PatternEntry{Name: ptr("x")}, func(v dispatch.Pattern) (ids.ID, int64) { return v.ID, v.Version })
		return standing{a, nil}
	},
	"service": func(t *testing.T, s, u *stage.Stage) standing {
		hours := dispatch.Hours{{Weekday: time.Monday, From: 8 * 60, Until: 16 * 60}}
		_, a := kept(t, s, s.Entering.Services(), u.Entering.Services(), "service_hours",
			setup.ServiceEntry{RegionID: ptr(stage.Name("region")), Channel: ptr("phone"), Address: ptr("+1 302 555 0100"), Hours: &hours},
			setup.ServiceEntry{Address: ptr("+1 302 555 0101")}, func(v dispatch.Service) (ids.ID, int64) { return v.ID, v.Version })
		return standing{a, nil}
	},
	"label": func(t *testing.T, s, u *stage.Stage) standing {
		_, a := kept(t, s, s.Entering.Labels(), u.Entering.Labels(), "labels",
			setup.LabelEntry{Code: ptr("l9"), Texts: map[string]string{"en": "New"}}, setup.LabelEntry{Texts: map[string]string{"en": "x"}},
			func(v dispatch.Label) (string, int64) { return v.Code, v.Version })
		return standing{a, nil}
	},
}

func newTemplate(code string) setup.TemplateEntry {
	return setup.TemplateEntry{Code: &code, Name: ptr("New"), Category: ptr("new"), OnSite: ptr(true), Minutes: ptr(30)}
}

// Every noun of the standing data, in use and retired: who sets up changes and retires
// it, and others choose it, while it is in use; once it is retired all three are refused
// with the noun's own code.
func TestStandingDataInEveryState(t *testing.T) {
	t.Parallel()
	chart := chartOf(t, "dispatch.SetupState")
	for noun, prepare := range standings {
		t.Run(noun, func(t *testing.T) {
			t.Parallel()
			s, u := undoing(t)
			a := prepare(t, s, u)
			a.noun = noun
			pairs := a.play(t, s, chart)
			if a.choose != nil {
				a.acts[string(dispatch.SetupUse)] = a.choose
				pairs += a.play(t, s, chart)
			}
			t.Logf("%d pairs", pairs)
		})
	}
}
