package postgres_test

import (
	"sync"
	"testing"

	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/pgtest"
	"roundsman/internal/postgres"

	"github.com/stretchr/testify/require"
)

// Two administrators who send each other away at once: one of them stays.
func TestAnAdministratorStays(t *testing.T) {
	t.Parallel()
	s := postgres.NewStore(pgtest.New(t))
	both := []access.Account{
		{ID: ids.New(), Login: "ada", Name: "Ada", SpokenName: "Ada", Roles: []access.Role{access.Admin}},
		{ID: ids.New(), Login: "alan", Name: "Alan", SpokenName: "Alan", Roles: []access.Role{access.Admin}},
	}
	for i := range both {
		require.NoError(t, s.AddAccount(t.Context(), both[i]))
		var err error
		both[i], err = s.Account(t.Context(), both[i].ID)
		require.NoError(t, err)
	}
	errs := make([]error, 2)
	var wg sync.WaitGroup
	for i, a := range both {
		wg.Go(func() {
			a.Disabled = true
			_, errs[i] = s.SaveAccount(t.Context(), a, true)
		})
	}
	wg.Wait()
	refused := 0
	for _, err := range errs {
		if err != nil {
			require.Equal(t, "admin_wanted", fault.CodeOf(err))
			refused++
		}
	}
	require.Equal(t, 1, refused)
}
