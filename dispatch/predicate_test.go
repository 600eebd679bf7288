package dispatch

import (
	"testing"

	"roundsman/assets"
	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var here, there = ids.From(ids.Nil, "here"), ids.From(ids.Nil, "there")

func device(model, version string, site ids.ID) Device {
	d := Device{ModelCode: model, SiteID: site}
	if version != "" {
		d.OSVersion = &version
	}
	return d
}

func TestPredicateMatches(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		p       Predicate
		d       Device
		clauses []string
		ok      bool
	}{
		{"its model", Predicate{Models: []string{"A", "B"}}, device("B", "", here), []string{"model is B"}, true},
		{"another model", Predicate{Models: []string{"A", "B"}}, device("C", "", here), nil, false},
		{"from that version on", Predicate{OSFrom: "10.0.14393"}, device("A", "10.0.14393", here), []string{"OS 10.0.14393 is 10.0.14393 or later"}, true},
		{"one build earlier", Predicate{OSFrom: "10.0.14393"}, device("A", "10.0.14392", here), nil, false},
		{"below", Predicate{OSBelow: "10.0"}, device("A", "9.99.99", here), []string{"OS 9.99.99 is earlier than 10.0"}, true},
		{"not below itself, however it is written", Predicate{OSBelow: "10.0"}, device("A", "10", here), nil, false},
		{"numbers, not text", Predicate{OSFrom: "9", OSBelow: "11"}, device("A", "10.2", here), []string{"OS 10.2 is 9 or later", "OS 10.2 is earlier than 11"}, true},
		{"a version nobody knows", Predicate{OSBelow: "11"}, device("A", "", here), nil, false},
		{"a version that is none", Predicate{OSBelow: "11"}, device("A", "unknown", here), nil, false},
		{"at the site", Predicate{Sites: []ids.ID{here}}, device("A", "", here), []string{"site is named"}, true},
		{"elsewhere", Predicate{Sites: []ids.ID{here}}, device("A", "", there), nil, false},
		{"all clauses", Predicate{Models: []string{"A"}, OSBelow: "11", Sites: []ids.ID{here}}, device("A", "10", here),
			[]string{"model is A", "OS 10 is earlier than 11", "site is named"}, true},
		{"all but one", Predicate{Models: []string{"A"}, OSBelow: "11", Sites: []ids.ID{here}}, device("A", "10", there), nil, false},
	} {
		clauses, ok := c.p.Match(c.d)
		require.Equal(t, c.ok, ok, c.name)
		if ok {
			require.Equal(t, c.clauses, clauses, c.name)
		}
	}
}

func TestPredicateIsValid(t *testing.T) {
	t.Parallel()
	require.NoError(t, Predicate{Models: []string{"A"}}.Validate())
	require.NoError(t, Predicate{Sites: []ids.ID{here}}.Validate())
	require.NoError(t, Predicate{OSFrom: "10.0", OSBelow: "10.1.2"}.Validate())
	requireCode(t, "bad_predicate", Predicate{}.Validate())
	for _, v := range []string{"ten", "10.", ".1", "10..1", "-1", "10.0a", " 10", "+1", "99999999999999999999"} {
		f := requireCode(t, "bad_predicate", Predicate{OSFrom: v}.Validate())
		require.Equal(t, "/predicate/os_from", f.Fields[0].Pointer)
		f = requireCode(t, "bad_predicate", Predicate{Models: []string{"A"}, OSBelow: v}.Validate())
		require.Equal(t, "/predicate/os_below", f.Fields[0].Pointer)
	}
}

// A range that nothing can lie in touches nobody and says so nowhere.
func TestPredicateOfAnEmptyRangeIsRefused(t *testing.T) {
	t.Parallel()
	requireCode(t, "bad_predicate", Predicate{OSFrom: "11", OSBelow: "10"}.Validate())
	requireCode(t, "bad_predicate", Predicate{OSFrom: "10.0", OSBelow: "10"}.Validate())
}

func TestVersionsAreOrdered(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		version := rapid.StringMatching(`[0-9]{1,3}(\.[0-9]{1,3}){0,3}`)
		a, b, c := version.Draw(r, "a"), version.Draw(r, "b"), version.Draw(r, "c")
		require.Zero(r, assets.CompareVersions(a, a))
		require.Zero(r, assets.CompareVersions(a, a+".0"))
		require.Negative(r, assets.CompareVersions(a, a+".1"))
		require.Equal(r, assets.CompareVersions(a, b) < 0, assets.CompareVersions(b, a) > 0)
		if assets.CompareVersions(a, b) <= 0 && assets.CompareVersions(b, c) <= 0 {
			require.LessOrEqual(r, assets.CompareVersions(a, c), 0)
		}
	})
}
