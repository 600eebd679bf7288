package stage_test

import (
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/setup"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// The same list put twice changes nothing the second time, and tells of nothing.
func TestWhatIsPutAgainChangesNothing(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	gil := setup.PersonEntry{EmployeeNumber: ptr("B100"), Name: ptr("Gil Guidry"), SiteID: ptr(stage.Name("site 0")), DeskPhone: ptr("302/555-0142 x 7")}
	put := func(room string) (site, person setup.Done) {
		t.Helper()
		gil.Room = &room
		require.NoError(t, s.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
			sites, err := setup.PutSites(ctx, tx, s.Admin, s.Clock.Now(), []setup.SiteEntry{newSite("S9")})
			if err != nil {
				return err
			}
			people, err := setup.PutPeople(ctx, tx, s.Admin, s.Clock.Now(), []setup.PersonEntry{gil})
			site, person = sites[0].Did, people[0].Did
			return err
		}))
		return site, person
	}
	site, person := put("204")
	require.Equal(t, []setup.Done{setup.Added, setup.Added}, []setup.Done{site, person})
	site, person = put("204")
	require.Equal(t, []setup.Done{setup.Unchanged, setup.Unchanged}, []setup.Done{site, person})
	site, person = put("208")
	require.Equal(t, []setup.Done{setup.Unchanged, setup.Changed}, []setup.Done{site, person})
	require.Equal(t, []int{1, 0, 1, 1}, []int{events(t, s, "site.added"), events(t, s, "site.changed"), events(t, s, "person.added"), events(t, s, "person.changed")})
	var mobile string
	require.NoError(t, s.Pool.QueryRow(ctx, `select desk_phone || ' ' || phone_raw from people where employee_number = 'B100'`).Scan(&mobile))
	require.Equal(t, "+13025550142 302/555-0142 x 7", mobile)
	require.NoError(t, s.Store.Read(ctx, func(tx dispatch.Tx) error {
		_, err := setup.PutSites(ctx, tx, s.Agent, s.Clock.Now(), []setup.SiteEntry{newSite("S10")})
		refused(t, "scope_missing", err)
		return nil
	}))
}
