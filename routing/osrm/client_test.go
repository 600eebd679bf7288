package osrm

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"roundsman/internal/fault"
	"roundsman/routing"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

// server plays an OSRM server of a straight road: a degree of longitude takes a
// thousand seconds and is ten kilometres. North of the equator is no road; behind
// 100 degrees one is on an island.
type server struct {
	most int // places of a table
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	say := func(status int, v any) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(v)
	}
	parts := strings.Split(r.URL.Path, "/") // "", service, v1, profile, points
	var at []orb.Point
	for _, text := range strings.Split(parts[4], ";") {
		var p orb.Point
		if _, err := fmt.Sscanf(text, "%f,%f", &p[0], &p[1]); err != nil {
			say(400, map[string]string{"code": "InvalidQuery"})
			return
		}
		if p[1] > 0 {
			say(400, map[string]string{"code": "NoSegment", "message": "Could not find a matching segment"})
			return
		}
		at = append(at, p)
	}
	apart := func(a, b orb.Point) bool { return (a[0] > 100) != (b[0] > 100) }
	way := func(a, b orb.Point) float64 { return math.Abs(a[0] - b[0]) }
	switch parts[1] {
	case "table":
		if len(at) > s.most {
			say(400, map[string]string{"code": "TooBig", "message": "Too many table coordinates"})
			return
		}
		pick := func(key string) (list []orb.Point) {
			// Lists have semicolons, which the standard library takes for a mistake.
			_, text, _ := strings.Cut(r.URL.RawQuery, key+"=")
			text, _, _ = strings.Cut(text, "&")
			for _, n := range strings.Split(text, ";") {
				i, _ := strconv.Atoi(n)
				list = append(list, at[i])
			}
			return list
		}
		var seconds, metres [][]*float64
		for _, a := range pick("sources") {
			var rowS, rowM []*float64
			for _, b := range pick("destinations") {
				if apart(a, b) {
					rowS, rowM = append(rowS, nil), append(rowM, nil)
					continue
				}
				d, m := 1000*way(a, b), 10000*way(a, b)
				rowS, rowM = append(rowS, &d), append(rowM, &m)
			}
			seconds, metres = append(seconds, rowS), append(metres, rowM)
		}
		say(200, map[string]any{"code": "Ok", "durations": seconds, "distances": metres})
	case "route":
		if apart(at[0], at[1]) {
			say(400, map[string]string{"code": "NoRoute", "message": "Impossible route between points"})
			return
		}
		say(200, map[string]any{"code": "Ok", "routes": []any{map[string]any{"duration": 1000 * way(at[0], at[1]), "distance": 10000 * way(at[0], at[1]),
			"geometry": map[string]any{"type": "LineString", "coordinates": at}}}})
	}
}

func client(t *testing.T, h http.Handler, other routing.Travel) *Client {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	c, err := New(s.URL, routing.Car, other, nil)
	require.NoError(t, err)
	return c
}

func TestATableOfAnySizeIsPutTogetherFromParts(t *testing.T) {
	t.Parallel()
	for _, most := range []int{100, 30, 3, 2} {
		s := &server{most: most}
		c := client(t, s, nil)
		from, to := make([]orb.Point, 23), make([]orb.Point, 17)
		for i := range from {
			from[i] = orb.Point{float64(i), 0}
		}
		for j := range to {
			to[j] = orb.Point{float64(2 * j), 0}
		}
		from[5], to[3] = orb.Point{5, 1}, orb.Point{110, 0} // no road; an island
		for range 2 {
			table, err := c.Table(t.Context(), from, to, routing.Car, time.Time{})
			require.NoError(t, err)
			for i := range from {
				for j := range to {
					leg, ok := table.At(i, j)
					if require.Equal(t, i != 5 && j != 3, ok, "%d to %d", i, j); !ok {
						continue
					}
					apart := math.Abs(from[i][0] - to[j][0])
					require.Equal(t, routing.Leg{Seconds: routing.Seconds(1000 * apart), Metres: routing.Metres(10000 * apart)}, leg)
				}
			}
		}
	}
}

func TestWhyThereIsNoWay(t *testing.T) {
	t.Parallel()
	c := client(t, &server{most: 100}, nil)
	here := orb.Point{1, 0}
	for code, there := range map[string]orb.Point{"unreachable": {110, 0}, "place_off_road": {1, 5}} {
		_, err := c.Travel(t.Context(), here, there, routing.Car, time.Time{})
		require.Equal(t, code, fault.CodeOf(err))
		_, _, err = c.Line(t.Context(), here, there, routing.Car, time.Time{})
		require.Equal(t, code, fault.CodeOf(err))
	}
	leg, err := c.Travel(t.Context(), here, orb.Point{3, 0}, routing.Car, time.Time{})
	require.NoError(t, err)
	same, line, err := c.Line(t.Context(), here, orb.Point{3, 0}, routing.Car, time.Time{})
	require.NoError(t, err)
	require.Equal(t, routing.Leg{Seconds: 2000, Metres: 20000}, leg)
	require.Equal(t, leg, same)
	require.Equal(t, here, line[0])
}

func TestOtherModesAreAnsweredByOthers(t *testing.T) {
	t.Parallel()
	alone := client(t, &server{most: 100}, nil)
	_, err := alone.Travel(t.Context(), orb.Point{}, orb.Point{1, 0}, routing.Bike, time.Time{})
	require.Equal(t, "mode_unknown", fault.CodeOf(err))
	both := client(t, http.NotFoundHandler(), client(t, &server{most: 100}, nil))
	both.other.(*Client).mode = routing.Foot
	leg, err := both.Travel(t.Context(), orb.Point{}, orb.Point{1, 0}, routing.Foot, time.Time{})
	require.NoError(t, err)
	require.EqualValues(t, 1000, leg.Seconds)
}

func TestAServerThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	for name, h := range map[string]http.HandlerFunc{
		"no OSRM":      http.NotFound,
		"no JSON":      func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") },
		"another size": func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"durations":[],"distances":[]}`) },
		"wrong profile": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(400)
			fmt.Fprint(w, `{"code":"InvalidUrl"}`)
		},
		"breaks off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, "{")
		},
		"has a bad day": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) },
	} {
		_, err := client(t, h, nil).Travel(t.Context(), orb.Point{}, orb.Point{1, 0}, routing.Car, time.Time{})
		require.Equal(t, "osrm_unavailable", fault.CodeOf(err), name)
	}
	stuck := make(chan struct{})
	defer close(stuck)
	slow := client(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-stuck:
		case <-r.Context().Done():
		}
	}), nil)
	slow.http.Timeout = 20 * time.Millisecond
	_, err := slow.Travel(t.Context(), orb.Point{}, orb.Point{1, 0}, routing.Car, time.Time{})
	require.Equal(t, "osrm_unavailable", fault.CodeOf(err))
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = slow.Travel(gone, orb.Point{}, orb.Point{1, 0}, routing.Car, time.Time{})
	require.ErrorIs(t, err, context.Canceled)
	for _, address := range []string{"", "osrm:5000", "ftp://osrm", "http://", "http://osrm?x=1"} {
		_, err := New(address, routing.Car, nil, nil)
		require.Equal(t, "osrm_address", fault.CodeOf(err), address)
	}
}
