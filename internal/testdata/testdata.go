package testdata

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// File gives the path of a file of the shared test data, such as
// File(t, "osm", "monaco.osm.pbf"). The data is looked for in
// $ROUNDSMAN_TEST_DATA, else in ../shared/data beside the repository.
func File(t testing.TB, elem ...string) string {
	t.Helper()
	dir := os.Getenv("ROUNDSMAN_TEST_DATA")
	if dir == "" {
		dir = filepath.Join(root(t), "..", "shared", "data")
	}
	path := filepath.Join(append([]string{dir}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("no %s; set ROUNDSMAN_TEST_DATA to the folder that has it", path)
	}
	return path
}

// root finds the folder of go.mod.
func root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		up := filepath.Dir(dir)
		if up == dir {
			t.Fatal("no go.mod above the test")
		}
		dir = up
	}
}

var osmModule = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/paulmach/osm").Output()
	return strings.TrimSpace(string(out)), err
})

// Delaware gives the path of the map that comes with the paulmach/osm module.
func Delaware(t testing.TB) string {
	t.Helper()
	dir, err := osmModule()
	path := filepath.Join(dir, "testdata", "delaware-latest.osm.pbf")
	if err == nil && dir != "" {
		_, err = os.Stat(path)
	}
	if err != nil || dir == "" {
		t.Skipf("no map of Delaware: the module github.com/paulmach/osm is not there whole (%v)", err)
	}
	return path
}
