package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"roundsman/api/client"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/internal/pgtest"
	"roundsman/internal/postgres"
	"roundsman/internal/stage"
	"roundsman/internal/story"
	"roundsman/internal/testdata"

	"github.com/stretchr/testify/require"
)

// atServer runs commands at a server with a small region, as its administrator.
func atServer(t *testing.T) func(ctx context.Context, args ...string) (status int, out, said *screen) {
	t.Helper()
	flags, signIns := installed(t)
	url, _, _ := serving(t, flags...)
	return func(ctx context.Context, args ...string) (int, *screen, *screen) {
		out, said := &screen{}, &screen{}
		status := run(ctx, append([]string{args[0], "--server", url, "--sign-ins", signIns}, args[1:]...), out, said)
		return status, out, said
	}
}

// installed makes a database with a small region and an administrator, and gives the
// flags of a server on it, and the file with the sign-in.
func installed(t *testing.T) (flags []string, signIns string) {
	t.Helper()
	database := pgtest.URL(t)
	pool, err := postgres.Open(t.Context(), database, 2)
	require.NoError(t, err)
	require.NoError(t, stage.SetUp(t.Context(), pool))
	service, err := access.NewService(postgres.NewStore(pool), clock.System{}, access.Options{})
	require.NoError(t, err)
	const password = "correct horse battery"
	_, err = service.Create(t.Context(), access.NewAccount{Login: "root", Name: "Root", Roles: []access.Role{access.Admin}, Password: password})
	require.NoError(t, err)
	pool.Close()
	dir := openDir(t)
	list, err := json.Marshal([]story.SignIn{{Login: "root", Password: password, Role: "admin"}})
	require.NoError(t, err)
	file := filepath.Join(dir, "sign-ins.json")
	require.NoError(t, os.WriteFile(file, list, 0o600))
	return []string{"--map", testdata.File(t, "osm", "monaco.osm.pbf"), "--data-dir", dir, "--database-url", database}, file
}

func written(t *testing.T, lines ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "people.csv")
	require.NoError(t, os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return file
}

func TestImportATableFromTheCommandLine(t *testing.T) {
	t.Parallel()
	at, ctx := atServer(t), t.Context()
	file := written(t,
		"employee_number;name;site;shoe size",
		"N1;Nora One;S0;41", // 2
		"N2;Noor Two;S1;",   // 3
		"N3;Ned Three;S77;", // 4: there is no such site
		"N4;;S0;",           // 5: no name
		"N5;bro\"ken;S0;",   // 6
		"E0000;Pat A;S0;")   // 7: as it is here

	status, out, said := at(ctx, "import", "people", file, "--dry-run")
	require.Equal(t, 3, status, said)
	require.Contains(t, out.String(), "people.csv: 6 rows read: 2 added, 0 changed, 1 unchanged, 3 rejected\n")
	require.Contains(t, out.String(), "nothing was kept")
	require.Contains(t, out.String(), "columns that mean nothing here: shoe size")
	require.Regexp(t, `(?m)^  line 4: site .*"S77".* \(reference_missing\)$`, out)
	require.Regexp(t, `(?m)^  line 5: name .* \(bad_entry\)$`, out)
	require.Regexp(t, `(?m)^  line 6: .*quotes.* \(broken_quotes\)$`, out)
	require.Contains(t, said.String(), "people.csv: 100 % read, 6 rows\n")
	require.Contains(t, said.String(), "3 of 6 rows were rejected; --rejects writes them")

	status, _, said = at(ctx, "import", "people", file, "--rejects")
	require.Equal(t, 3, status, said)
	rejects := strings.TrimSuffix(file, ".csv") + ".rejects.csv"
	require.Contains(t, said.String(), "they are in "+rejects)
	table, err := os.ReadFile(rejects)
	require.NoError(t, err)
	rows := strings.Split(string(table), "\r\n")
	require.Len(t, rows, 1+3+1, string(table))
	require.Equal(t, "employee_number;name;site;shoe size;rejected_because", rows[0])
	require.Regexp(t, `^N3;Ned Three;S77;;.*site .*S77`, rows[1])

	status, _, said = at(ctx, "import", "people", file, "--rejects")
	require.Equal(t, 1, status)
	require.Contains(t, said.String(), "is there already", "rows that somebody mends are not written over")

	// Mended where they are, and sent again.
	mended := strings.NewReplacer("S77", "S2", "N4;;", "N4;Nils;", `"N5;bro""ken;S0;";;;`, "N5;broken;S0;").Replace(string(table))
	require.NoError(t, os.WriteFile(rejects, []byte(mended), 0o600))
	status, out, said = at(ctx, "import", "people", rejects, "--json")
	require.Zero(t, status, said)
	var r client.Import
	require.NoError(t, json.Unmarshal([]byte(out.String()), &r), out)
	require.Equal(t, []int64{3, 3, 0}, []int64{r.Rows, r.Added, r.Rejected})
	require.Equal(t, []string{"shoe size", "rejected_because"}, r.ExtraColumns)

	status, first, said := at(ctx, "export", "people")
	require.Zero(t, status, said)
	require.Equal(t, 1+6+5, strings.Count(first.String(), "\r\n"), "six were there, five came")
	whole := filepath.Join(t.TempDir(), "all.csv")
	status, _, said = at(ctx, "export", "people", "--out", whole)
	require.Zero(t, status, said)
	status, out, said = at(ctx, "import", "people", whole)
	require.Zero(t, status, said)
	require.Contains(t, out.String(), "all.csv: 11 rows read: 0 added, 0 changed, 11 unchanged, 0 rejected\n")
}

// Ctrl-C on the command is a cancel at the server: it does not go on behind the
// back of whoever stopped it.
func TestInterruptedImportIsCancelledAtTheServer(t *testing.T) {
	t.Parallel()
	at, file := atServer(t), aLongFile(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	time.AfterFunc(500*time.Millisecond, cancel)
	status, out, said := at(ctx, "import", "people", file, "--json")
	require.Equal(t, 1, status, said)
	require.Contains(t, said.String(), "was cancelled")
	var r client.Import
	require.NoError(t, json.Unmarshal([]byte(out.String()), &r), out)
	require.Equal(t, client.ImportStateCancelled, r.State)
	require.Less(t, r.Rows, int64(longFile))
	status, table, said := at(t.Context(), "export", "people")
	require.Zero(t, status, said)
	require.EqualValues(t, 1+6+r.Added, strings.Count(table.String(), "\r\n"), "what was told is what is there")
}

const longFile = 30_000

func aLongFile(t *testing.T) string {
	t.Helper()
	lines := []string{"employee_number,name,site"}
	for i := range longFile {
		lines = append(lines, fmt.Sprintf("M%05d,Many %d,S0", i, i))
	}
	return written(t, lines...)
}

// The server is killed in the middle of a file and started again: the file is read
// to its end, each row once, and whoever waits for it need do nothing.
func TestAnImportOutlastsAKilledServer(t *testing.T) {
	if testing.Short() {
		t.Skip("kills a server")
	}
	t.Parallel()
	flags, signIns := installed(t)
	free, err := net.Listen("tcp", anyAddress)
	require.NoError(t, err)
	address := free.Addr().String()
	require.NoError(t, free.Close())
	flags = append([]string{"serve", "--listen", address}, flags...)
	first, file := launch(t, flags...), aLongFile(t)
	out, said, status := &screen{}, &screen{}, make(chan int, 1)
	go func() {
		status <- run(t.Context(), []string{"import", "people", file, "--json", "--server", first.url, "--sign-ins", signIns}, out, said)
	}()
	require.Eventually(t, func() bool { return strings.Contains(said.String(), "% read") }, time.Minute, 10*time.Millisecond)
	first.kill()
	require.NotContains(t, said.String(), "100 %", "it is in the middle")
	second := launch(t, flags...)
	defer second.kill()
	require.Zero(t, <-status, said)
	var r client.Import
	require.NoError(t, json.Unmarshal([]byte(out.String()), &r), out)
	require.Equal(t, []int64{longFile, longFile, 0, 0, 0}, []int64{r.Rows, r.Added, r.Changed, r.Unchanged, r.Rejected})
}

func TestImportSaysWhatIsInItsWay(t *testing.T) {
	t.Parallel()
	at, ctx := atServer(t), t.Context()
	good := written(t, "employee_number,name,site", "N1,Nora,S0")
	for name, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"no such kind":      {[]string{"import", "cars", good}, 2, "people"},
		"no such file":      {[]string{"import", "people", good + ".gone"}, 2, "people.csv.gone"},
		"a column missing":  {[]string{"import", "shifts", good}, 1, "technician, date, starts, ends"},
		"half a log":        {[]string{"import", "servicenow", good}, 1, "region"},
		"no sign-in":        {[]string{"import", "people", good, "--login", "nobody"}, 1, "ROUNDSMAN_PASSWORD"},
		"nobody there":      {[]string{"import", "people", good, "--server", "http://127.0.0.1:1"}, 1, "127.0.0.1:1"},
		"a table too many":  {[]string{"export", "people", "--out", good}, 1, "people.csv"},
		"a right too few":   {[]string{"export", "tickets"}, 1, "tickets:read"},
		"no table":          {[]string{"export", "servicenow"}, 2, "tickets"},
		"everything is new": {[]string{"import", "people", good}, 0, "100 %"},
	} {
		status, _, said := at(ctx, c.args...)
		require.Equal(t, c.status, status, "%s: %s", name, said)
		require.Contains(t, said.String(), c.says, name)
		require.NotContains(t, said.String(), "correct horse", name)
	}
}

func TestThePasswordComesFromTheEnvironment(t *testing.T) {
	t.Setenv("ROUNDSMAN_PASSWORD", "from the environment")
	login, password, err := signInFlags{Login: "ada"}.credentials()
	require.NoError(t, err)
	require.Equal(t, []string{"ada", "from the environment"}, []string{login, password})
	_, _, err = signInFlags{}.credentials()
	require.True(t, fault.Is(err, "flag_wrong"), "%v", err)
}
