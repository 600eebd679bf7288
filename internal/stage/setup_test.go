package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/setup"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// newSite is a site on the road that nobody knows yet.
func newSite(code string) setup.SiteEntry {
	return setup.SiteEntry{Code: &code, Name: ptr("A new site"), RegionID: ptr(stage.Name("region")), Address: ptr("9 Straight Road"),
		City: ptr("Straight"), Point: &orb.Point{0.04, 0}}
}

func TestASiteIsEnteredReadChangedAndRetired(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	_, err := s.Entering.Sites().Add(ctx, s.Agent, newSite("S9"))
	refused(t, "scope_missing", err)
	made, err := s.Entering.Sites().Add(ctx, s.Admin, newSite("S9"))
	require.NoError(t, err)
	require.Equal(t, []any{stage.Zone, 480, 1080, int64(1)}, []any{made.Zone, made.OpensAt, made.ClosesAt, made.Version}, "what was not said is usual")
	read, err := s.Entering.Sites().Get(ctx, s.Agent, made.ID)
	require.NoError(t, err)
	require.Equal(t, made, read)
	_, err = s.Entering.Sites().Add(ctx, s.Admin, newSite("S9"))
	refused(t, "code_taken", err)
	_, err = s.Entering.Sites().Get(ctx, s.Admin, ids.New())
	refused(t, "site_not_found", err)

	hours := dispatch.Hours{{Weekday: time.Monday, From: 540, Until: 1020}, {Weekday: time.Friday, From: 480, Until: 720}}
	changed, err := s.Entering.Sites().Change(ctx, s.Admin, made.ID, 1, setup.SiteEntry{Hours: &hours, ClosedOn: &[]dispatch.Date{"2026-03-16"}})
	require.NoError(t, err)
	require.Equal(t, hours, changed.Hours)
	require.Equal(t, []any{480, 1020}, []any{changed.OpensAt, changed.ClosesAt}, "the widest of the week")
	require.Equal(t, []dispatch.Date{"2026-03-16"}, changed.ClosedOn)
	_, err = s.Entering.Sites().Change(ctx, s.Admin, made.ID, 1, setup.SiteEntry{Name: ptr("stale")})
	require.EqualValues(t, 2, refused(t, "version_stale", err).Members["version"])

	gone, err := s.Entering.Sites().Retire(ctx, s.Admin, made.ID, 2)
	require.NoError(t, err)
	require.Equal(t, dispatch.SetupRetired, dispatch.StateOf(gone.RetiredAt))
	_, err = s.Entering.Sites().Change(ctx, s.Admin, made.ID, 3, setup.SiteEntry{Name: ptr("again")})
	require.Equal(t, []dispatch.SetupState{dispatch.SetupInUse}, refused(t, "site_state", err).Members["allowed"])
	_, err = s.Entering.Sites().Retire(ctx, s.Admin, made.ID, 3)
	refused(t, "site_state", err)
	for retired, want := range map[bool]int{false: 3, true: 1} {
		list, next, err := s.Entering.Sites().List(ctx, s.Admin, dispatch.StandingFilter{RegionID: ptr(stage.Name("region")), Retired: &retired}, dispatch.Page{})
		require.NoError(t, err)
		require.Empty(t, next)
		require.Len(t, list, want)
	}
	for _, event := range []string{"site.added", "site.changed", "site.retired"} {
		require.Equal(t, 1, events(t, s, event), event)
	}
}

func TestAllThatIsWrongWithASiteIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	e := setup.SiteEntry{Code: ptr("two words"), Zone: ptr("Mars/Olympus"), Point: &orb.Point{-200, 0}, AccessMinutes: ptr(-1),
		Hours:    &dispatch.Hours{{Weekday: time.Monday, From: 600, Until: 600}, {Weekday: time.Monday, From: 700, Until: 1500}},
		ClosedOn: &[]dispatch.Date{"2026-02-30", "2026-03-01", "2026-03-01"}}
	_, err := s.Entering.Sites().Add(t.Context(), s.Admin, e)
	var at []string
	for _, f := range refused(t, "bad_entry", err).Fields {
		at = append(at, f.Pointer)
	}
	require.Equal(t, []string{"/code", "/name", "/region_id", "/address", "/city", "/location", "/zone", "/hours/0/until", "/hours/1",
		"/hours/1/weekday", "/closed_on/0", "/closed_on/2", "/access"}, at)
	e = newSite("S9")
	e.RegionID = ptr(ids.New())
	_, err = s.Entering.Sites().Add(t.Context(), s.Admin, e)
	require.Equal(t, "/region_id", refused(t, "reference_missing", err).Fields[0].Pointer)
}

func TestARetiredSiteTakesNoNewTicket(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	made, err := s.Entering.Sites().Add(ctx, s.Admin, newSite("S9"))
	require.NoError(t, err)
	_, err = s.Entering.Sites().Retire(ctx, s.Admin, made.ID, 1)
	require.NoError(t, err)
	// A record from before: somebody whose site has gone.
	_, err = s.Pool.Exec(ctx, `update people set site_id = $1 where id = $2`, made.ID, stage.Name("person 0"))
	require.NoError(t, err)
	_, err = s.Desk.OpenTicket(ctx, s.Agent, desk.NewTicket{Template: "password_reset", PersonID: stage.Name("person 0")})
	refused(t, "site_state", err)
}

func TestASiteWithOpenWorkIsNotRetired(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	ticket, p := promised(t, s, 0, "printer_fault")
	_, err := s.Entering.Sites().Retire(ctx, s.Admin, stage.Name("site 0"), 1)
	list, ok := refused(t, "work_open", err).Members["visits"].([]setup.Standing)
	require.True(t, ok)
	require.Len(t, list, 1)
	require.Equal(t, ticket.Visits[0].ID, list[0].VisitID)
	require.Equal(t, p.Promise.ID, *list[0].PromiseID)
	_, err = s.Entering.Sites().Retire(ctx, s.Admin, stage.Name("site 1"), 1)
	require.Equal(t, []dispatch.Use{{Noun: "person", Count: 2}}, refused(t, "still_used", err).Members["uses"])
}

// Who opens from nine to five on Monday alone has no room on Tuesday, and hours
// that would shut a planned visit out are refused.
func TestHoursOfASiteAreInputsOfTheDay(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	version := func() (v int64) {
		require.NoError(t, s.Pool.QueryRow(ctx, `select version from region_days where region_id = $1 and date = $2::text::date`,
			stage.Name("region"), stage.Monday).Scan(&v))
		return v
	}
	before := version()
	site, err := s.Entering.Sites().Change(ctx, s.Admin, stage.Name("site 0"), 1,
		setup.SiteEntry{Hours: &dispatch.Hours{{Weekday: time.Tuesday, From: 13 * 60, Until: 15 * 60}}})
	require.NoError(t, err)
	require.Equal(t, before+1, version())

	ticket := opened(t, s, 0, "printer_fault")
	quote, err := s.Desk.Quote(ctx, s.Agent, desk.NewQuote{TicketID: ticket.Ticket.ID, Days: 2})
	require.NoError(t, err)
	require.NotEmpty(t, quote.Offers)
	opens, closes := stage.At(13, 0).AddDate(0, 0, 1), stage.At(15, 0).AddDate(0, 0, 1)
	for _, o := range quote.Offers {
		require.False(t, o.WindowStart.Before(opens), "%s", o.WindowStart)
		require.False(t, o.WindowEnd.After(closes), "%s", o.WindowEnd)
	}
	_, err = s.Desk.Promise(ctx, s.Agent, desk.NewPromise{OutcomeID: quote.Offers[0].OutcomeID})
	require.NoError(t, err)
	_, err = s.Entering.Sites().Change(ctx, s.Admin, site.ID, site.Version, setup.SiteEntry{OpensAt: ptr(7 * 60), ClosesAt: ptr(12 * 60)})
	require.Len(t, refused(t, "work_open", err).Members["visits"], 1)
	_, err = s.Entering.Sites().Change(ctx, s.Admin, site.ID, site.Version, setup.SiteEntry{ClosedOn: &[]dispatch.Date{stage.Monday.Add(1)}})
	refused(t, "work_open", err)
}

// Longitude and latitude 0 are a place like any other; only what was not said is missing.
func TestSomebodyMayLiveAtZero(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	zero := orb.Point{}
	e := setup.TechnicianEntry{Code: ptr("Z1"), Name: ptr("Zoe Null"), RegionID: ptr(stage.Name("region"))}
	_, err := s.Entering.Technicians().Add(ctx, s.Admin, e)
	require.Equal(t, []fault.Field{{Pointer: "/home", Message: "is missing"}}, refused(t, "bad_entry", err).Fields)
	e.Home = &zero
	m, err := s.Entering.Technicians().Add(ctx, s.Admin, e)
	require.NoError(t, err)
	require.Equal(t, zero, m.Home)
	d, err := s.Entering.Depots().Add(ctx, s.Admin, setup.DepotEntry{Code: ptr("D0"), Name: ptr("Null"), RegionID: ptr(stage.Name("region")), Point: &zero})
	require.NoError(t, err)
	require.Equal(t, zero, d.Point)
}
