package stage_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/postgres"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// What follows asks the store for what the edge alone asks of it (signing in,
// settings, looking around in standing data), so that every statement of
// internal/postgres is sent by a test here, and TestMain explains them all.

func TestAccountsAndSessions(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx, now := t.Context(), s.Clock.Now()
	nora := access.Account{ID: ids.New(), Login: "nora", Name: "Nora", SpokenName: "Nora", Roles: []access.Role{access.Agent}, SessionVersion: 1, CreatedAt: now}
	require.NoError(t, s.Store.AddAccount(ctx, nora))
	read, err := s.Store.AccountByLogin(ctx, "NORA")
	require.NoError(t, err)
	require.Equal(t, nora.ID, read.ID, "a login is the same in capitals")
	all, err := s.Store.ListAccounts(ctx)
	require.NoError(t, err)
	require.Len(t, all, len(s.Accounts)+1)
	page, err := s.Store.PageAccounts(ctx, "nop", 1)
	require.NoError(t, err)
	require.Equal(t, "nora", page[0].Login)

	session := access.Session{ID: ids.New(), AccountID: nora.ID, TokenHash: []byte("first"), CreatedAt: now, ExpiresAt: now.Add(time.Hour)}
	require.NoError(t, s.Store.AddSession(ctx, session))
	_, reused, err := s.Store.RotateSession(ctx, []byte("first"), []byte("second"), now)
	require.NoError(t, err)
	require.False(t, reused)
	_, reused, err = s.Store.RotateSession(ctx, []byte("first"), []byte("third"), now)
	require.True(t, reused, "somebody else had the first: %v", err)
	_, owner, err := s.Store.Session(ctx, session.ID)
	require.NoError(t, err)
	require.Equal(t, nora.ID, owner.ID)
	require.NoError(t, s.Store.EndSession(ctx, session.ID, now))
	require.NoError(t, s.Store.RaiseSessionVersion(ctx, nora.ID))

	read, err = s.Store.Account(ctx, nora.ID)
	require.NoError(t, err)
	read.Disabled = true
	read, err = s.Store.SaveAccount(ctx, read, true)
	require.NoError(t, err)
	require.True(t, read.Disabled)
	require.NoError(t, s.Store.SetPasswords(ctx, map[ids.ID]string{nora.ID: "hash"}))
}

func TestSettingsOfAnInstallation(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	key, err := s.Store.SigningKey(ctx)
	require.NoError(t, err)
	again, err := s.Store.SigningKey(ctx)
	require.NoError(t, err)
	require.Equal(t, key, again, "there is one key")
	_, there, err := s.Store.DemoClockOffset(ctx)
	require.NoError(t, err)
	require.False(t, there)
	require.NoError(t, s.Store.SetDemoClockOffset(ctx, time.Hour))
	offset, _, err := s.Store.DemoClockOffset(ctx)
	require.NoError(t, err)
	require.Equal(t, time.Hour, offset)
	empty, err := s.Store.IsEmpty(ctx)
	require.NoError(t, err)
	require.False(t, empty)
	release, ok, err := s.Store.HoldDemo(ctx)
	require.NoError(t, err)
	require.True(t, ok)
	release()
	dropped, err := s.Store.DropActs(ctx, s.Clock.Now())
	require.NoError(t, err)
	require.Zero(t, dropped)
}

// The elected sequencer stamps what use cases emit.
func TestWhatIsEmittedIsStamped(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx, stop := context.WithCancel(t.Context())
	q := postgres.NewSequencer(s.Pool, slog.New(slog.DiscardHandler))
	var running sync.WaitGroup
	running.Go(func() { _ = q.Run(ctx) })
	defer running.Wait()
	defer stop()
	s.Store.WakeFunc = q.Wake
	_, err := s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "printer_fault", KeyField: "it", PersonID: stage.Name("person 0")})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		var waiting int
		return s.Pool.QueryRow(ctx, `select count(*) from events where position is null`).Scan(&waiting) == nil && waiting == 0
	}, time.Minute, 5*time.Millisecond)
}

// looked goes through a register as its list and its forms do.
func looked[T any, K comparable](t *testing.T, ctx context.Context, noun string, r dispatch.Register[T, K], nobody K, nothing T, least int) {
	t.Helper()
	all, _, err := r.List(ctx, dispatch.StandingFilter{}, dispatch.Page{})
	require.NoError(t, err, noun)
	require.GreaterOrEqual(t, len(all), least, noun)
	somebody, no := ids.New(), false
	some, _, err := r.List(ctx, dispatch.StandingFilter{RegionID: &somebody, SiteID: &somebody, TechnicianID: &somebody, Retired: &no}, dispatch.Page{Limit: 1})
	require.NoError(t, err, noun)
	require.LessOrEqual(t, len(some), 1, noun)
	_, err = r.Get(ctx, nobody)
	require.True(t, isKind(err, fault.NotFound), "%s: %v", noun, err)
	_, err = r.Lock(ctx, nobody)
	require.True(t, isKind(err, fault.NotFound), "%s: %v", noun, err)
	_, found, err := r.ByCode(ctx, "nobody")
	require.NoError(t, err, noun)
	require.False(t, found, noun)
	list, err := r.ByCodes(ctx, []string{"nobody", "nowhere"})
	require.NoError(t, err, noun)
	require.Empty(t, list, noun)
	_, err = r.Save(ctx, nothing)
	require.Error(t, err, "%s: what is not there can't be changed", noun)
}

var errOnlyLooking = errors.New("only looking")

func isKind(err error, k fault.Kind) bool { f := fault.Of(err); return f != nil && f.Kind == k }

func TestLookingAroundInStandingData(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	nobody := ids.New()
	for _, look := range []func(ctx context.Context, tx dispatch.Tx){
		func(ctx context.Context, tx dispatch.Tx) {
			looked(t, ctx, "region", tx.RegionRegister(), nobody, dispatch.Region{}, 1)
		},
		func(ctx context.Context, tx dispatch.Tx) {
			looked(t, ctx, "site", tx.SiteRegister(), nobody, dispatch.Site{}, 3)
		},
		func(ctx context.Context, tx dispatch.Tx) {
			looked(t, ctx, "depot", tx.DepotRegister(), nobody, dispatch.Depot{}, 0)
		},
		func(ctx context.Context, tx dispatch.Tx) {
			looked(t, ctx, "person", tx.PersonRegister(), nobody, dispatch.Person{}, 6)
		},
		func(ctx context.Context, tx dispatch.Tx) {
			looked(t, ctx, "skill", tx.SkillRegister(), "nobody", dispatch.SkillName{}, 0)
		},
		func(ctx context.Context, tx dispatch.Tx) {
			looked(t, ctx, "technician", tx.CrewRegister(), nobody, dispatch.CrewMember{}, 2)
		},
		func(ctx context.Context, tx dispatch.Tx) {
			looked(t, ctx, "model", tx.ModelRegister(), nobody, assets.Model{}, 0)
		},
		func(ctx context.Context, tx dispatch.Tx) {
			looked(t, ctx, "template", tx.TemplateRegister(), nobody, dispatch.Template{}, 1)
		},
		func(ctx context.Context, tx dispatch.Tx) {
			looked(t, ctx, "option", tx.OptionTemplateRegister(), "nobody", dispatch.OptionTemplate{}, 0)
		},
		func(ctx context.Context, tx dispatch.Tx) {
			looked(t, ctx, "calendar", tx.CalendarRegister(), "nobody", dispatch.Calendar{}, 0)
		},
		func(ctx context.Context, tx dispatch.Tx) {
			looked(t, ctx, "pattern", tx.PatternRegister(), nobody, dispatch.Pattern{FromDate: stage.Monday}, 0)
		},
		func(ctx context.Context, tx dispatch.Tx) {
			looked(t, ctx, "service", tx.ServiceRegister(), nobody, dispatch.Service{}, 0)
		},
		func(ctx context.Context, tx dispatch.Tx) {
			looked(t, ctx, "label", tx.LabelRegister(), "nobody", dispatch.Label{}, 0)
		},
	} {
		require.ErrorIs(t, s.Store.Write(t.Context(), func(tx dispatch.Tx) error { look(t.Context(), tx); return errOnlyLooking }), errOnlyLooking)
	}
}

// Each list and look-up that only a form or a page of standing data sends.
func TestLookUpsOfTheEdge(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx, now, nobody := t.Context(), s.Clock.Now(), ids.New()
	region, technician, template := stage.Name("region"), *s.Crew[0].TechnicianID, s.Setup.Templates[0].ID
	require.NoError(t, s.Store.Write(ctx, func(tx dispatch.Tx) error {
		regions, err := tx.ListRegions(ctx)
		require.NoError(t, err)
		require.Len(t, regions, 1)
		templates, err := tx.ListTemplates(ctx)
		require.NoError(t, err)
		require.Len(t, templates, len(s.Setup.Templates))
		for noun, key := range map[string]string{
			"region": region.String(), "site": stage.Name("site 0").String(), "depot": nobody.String(), "person": nobody.String(),
			"technician": technician.String(), "skill": "none", "model": nobody.String(), "option_template": "none", "calendar": "none",
		} {
			uses, err := tx.Uses(ctx, noun, key)
			require.NoError(t, err, noun)
			if noun == "region" {
				require.Contains(t, uses, dispatch.Use{Noun: "site", Count: 3})
			}
		}

		for _, q := range []dispatch.CallerQuery{{AssetTag: "none", Limit: 5}, {Phone: "555", Limit: 5}, {Phone: "+1 302 555 0000", Limit: 5}, {Name: "nobody", Limit: 5}} {
			hits, err := tx.FindCallers(ctx, q)
			require.NoError(t, err)
			require.LessOrEqual(t, len(hits), 5)
		}
		yes := true
		items, _, err := tx.ListItems(ctx, assets.Filter{Loaner: &yes}, 10, "")
		require.NoError(t, err)
		require.Empty(t, items)
		from, until := now, now.Add(time.Hour)
		promises, _, err := tx.ListPromises(ctx, dispatch.PromiseFilter{From: &from, Until: &until}, dispatch.Page{})
		require.NoError(t, err)
		require.Empty(t, promises)
		for _, offered := range []bool{false, true} {
			transfers, _, err := tx.ListTransfers(ctx, dispatch.TransferFilter{ToAccount: &s.Agent.AccountID, Offered: offered}, dispatch.Page{})
			require.NoError(t, err)
			require.Empty(t, transfers)
		}
		tickets, err := tx.TicketsByID(ctx, []ids.ID{nobody})
		require.NoError(t, err)
		require.Empty(t, tickets)

		for doing, err := range map[string]error{
			"change":        second(tx.Change(ctx, nobody)),
			"stray_fact":    second(tx.ReviewStray(ctx, nobody, s.Dispatcher.AccountID, now)),
			"service_level": second(tx.ServiceLevel(ctx, nobody)),
		} {
			require.True(t, isKind(err, fault.NotFound), "%s: %v", doing, err)
		}
		_, _, err = tx.ProofContent(ctx, nobody)
		require.True(t, isKind(err, fault.NotFound), "%v", err)

		versions, err := tx.TemplateVersions(ctx, template)
		require.NoError(t, err)
		require.NoError(t, tx.KeepTemplate(ctx, dispatch.TemplateVersion{Template: s.Setup.Templates[0]}))
		more, err := tx.TemplateVersions(ctx, template)
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(more), len(versions))
		_, err = tx.CountUses(ctx, template)
		require.NoError(t, err)
		return nil
	}))
}

func second[T any](_ T, err error) error { return err }

// A region with a calendar of holidays asks it of each of its days; teams and
// levels of service are changed in place.
func TestChangesOfStandingData(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	require.NoError(t, s.Store.Write(ctx, func(tx dispatch.Tx) error {
		_, err := tx.CalendarRegister().Add(ctx, dispatch.Calendar{Code: "us-de", Name: "Delaware", Days: []dispatch.Holiday{{Date: stage.Monday, Name: "Founders"}}})
		require.NoError(t, err)
		r, err := tx.RegionRegister().Get(ctx, stage.Name("region"))
		require.NoError(t, err)
		code := "us-de"
		r.CalendarCode = &code
		_, err = tx.RegionRegister().Save(ctx, r)
		require.NoError(t, err)
		sheet, err := tx.DaySheet(ctx, stage.Day())
		require.NoError(t, err)
		require.True(t, sheet.Holiday)

		team := dispatch.Team{ID: ids.New(), Code: "second", Name: "Second", Tier: dispatch.SecondLevel, AcceptMinutes: 30, Members: []ids.ID{s.Agent.AccountID, s.Other.AccountID}}
		require.NoError(t, tx.AddTeam(ctx, team))
		team, err = tx.Team(ctx, team.ID)
		require.NoError(t, err)
		team.Members = team.Members[:1]
		saved, err := tx.SaveTeam(ctx, team)
		require.NoError(t, err)
		require.Len(t, saved.Members, 1)
		teams, _, err := tx.ListTeams(ctx, dispatch.Page{})
		require.NoError(t, err)
		require.Len(t, teams, 1)

		minutes := 30
		level := dispatch.ServiceLevel{ID: ids.New(), TemplateID: &s.Setup.Templates[0].ID, RestoreMinutes: &minutes}
		require.NoError(t, tx.AddServiceLevel(ctx, level))
		level, err = tx.ServiceLevel(ctx, level.ID)
		require.NoError(t, err)
		level.Always = true
		level, err = tx.SaveServiceLevel(ctx, level)
		require.NoError(t, err)
		require.True(t, level.Always)
		return nil
	}))
}
