package api_test

import (
	"context"
	"image"
	"image/color"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"roundsman/api"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/testdata"
	"roundsman/routing/roads"

	"github.com/stretchr/testify/require"
)

// The window of the test, and how wide the panel in it is.
const (
	windowWidth, windowHeight = 1280, 800
	panelWidth                = 352
)

// blankTiles is a map whose tiles are there and empty.
type blankTiles struct{ *roads.Network }

func (blankTiles) Tile(context.Context, uint32, uint32, uint32) ([]byte, error) { return nil, nil }

// ground tells how many colours there are where the map is, and which share of
// it has the most common one.
func ground(seen image.Image) (colours int, most float64) {
	count := map[color.Color]int{}
	all, top := 0, 0
	for x := panelWidth + 20; x < windowWidth-60; x += 2 {
		for y := 20; y < windowHeight-60; y += 2 {
			c := seen.At(x, y)
			count[c]++
			all, top = all+1, max(top, count[c])
		}
	}
	return len(count), float64(top) / float64(all)
}

// atMapPage opens the page and signs in.
func atMapPage(t *testing.T, ground api.Map) (*browser, string) {
	t.Helper()
	b := browse(t, windowWidth, windowHeight)
	r := open(t, func(d *api.Deps) { d.Map = ground })
	at := httptest.NewServer(r.handler)
	t.Cleanup(at.Close)
	require.NoError(t, r.store.AddAccount(t.Context(), access.Account{ID: ids.New(), Login: "ann", Name: "Ann Carter", SpokenName: "Ann",
		Roles: []access.Role{access.Dispatcher}, PasswordHash: cheapHash(), SessionVersion: 1, CreatedAt: morning}))
	b.visit(at.URL + "/map")
	b.write("login", "ann")
	b.write("password", password)
	b.enter()
	b.until("document.body.dataset.drawn !== undefined")
	return b, at.URL
}

// mapOfTest is small, and quick to read; ROUNDSMAN_MAP names another to be seen.
func mapOfTest(t *testing.T) *roads.Network {
	t.Helper()
	file := os.Getenv("ROUNDSMAN_MAP")
	if file == "" {
		file = testdata.File(t, "osm", "monaco.osm.pbf")
	}
	n, err := roads.Load(t.Context(), file, "", nil)
	require.NoError(t, err)
	return n
}

// In a real browser: somebody signs in, sees the map, names a street, clicks on
// another place, and sees the way between them. Nothing comes from elsewhere.
func TestTheMapPageShowsAWay(t *testing.T) {
	t.Parallel()
	b, server := atMapPage(t, mapOfTest(t))
	seen, _ := b.look()
	colours, most := ground(seen)
	require.Greater(t, colours, 50)
	require.Less(t, most, 0.9)
	require.Contains(t, b.text("document.getElementById('map').innerText"), roads.Attribution)

	b.write("from", "rue grim")
	b.until("!document.getElementById('from-found').hidden")
	require.Contains(t, b.text("document.getElementById('from-found').innerText"), "Rue Grimaldi")
	b.enter()
	b.until("document.getElementById('from-snap').innerText.includes('Rue Grimaldi')") // a street's point is on it, on no side
	b.click(panelWidth+500, 300)
	b.until("document.body.dataset.route")
	require.Regexp(t, `^\d+ min, [\d.]+ k?m$`, b.text("document.getElementById('said').innerText"))
	require.NotEmpty(t, b.text("document.getElementById('steps').innerText"))
	b.until("document.getElementById('to').value && document.getElementById('to-snap').innerText.includes(' of ')")
	b.until("document.querySelectorAll('.maplibregl-marker').length === 2")
	b.until("document.body.dataset.drawn !== undefined") // having moved to the way
	_, shot := b.look()
	if at := os.Getenv("MAP_SHOT"); at != "" {
		require.NoError(t, os.WriteFile(at, shot, 0o600))
	}

	// Whoever loads the page again is signed in still.
	b.visit(server + "/map")
	b.until("document.body.dataset.drawn !== undefined")

	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(t, b.wrong)
	for _, address := range b.asked {
		require.True(t, strings.HasPrefix(address, server) || strings.HasPrefix(address, "data:") || strings.HasPrefix(address, "blob:"), address)
		require.NotContains(t, address, "grim")
	}
}

// The twin: with empty tiles the same look finds no map.
func TestTheMapPageOfAnEmptyMapIsBlank(t *testing.T) {
	t.Parallel()
	b, _ := atMapPage(t, blankTiles{mapOfTest(t)})
	seen, _ := b.look()
	_, most := ground(seen)
	require.Greater(t, most, 0.9)
	require.Equal(t, "0", b.text("document.body.dataset.drawn"))
}
