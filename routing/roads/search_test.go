package roads

import (
	"math/rand/v2"
	"slices"
	"testing"

	"roundsman/internal/testdata"

	"github.com/paulmach/orb"
	"github.com/stretchr/testify/require"
)

func TestNormalNames(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"N. King St":            "north king street",
		"North King Street":     "north king street",
		"St. Mark's Pl":         "saint marks place",
		"Saint Marks Place":     "saint marks place",
		"King St N":             "king street north",
		"83rd Ave.":             "83 avenue",
		"83 Avenue":             "83 avenue",
		"Rua de São João":       "rua de sao joao",
		"Hauptstraße":           "hauptstrasse",
		"O’Neill Blvd":          "oneill boulevard",
		"Martin-Luther-King Dr": "martin luther king drive",
		"  ":                    "",
		"Ελλάδα 5":              "ελλάδα 5",
	} {
		require.Equal(t, want, normal(name), "%q", name)
	}
}

func TestLikeness(t *testing.T) {
	t.Parallel()
	require.InDelta(t, 1, likeness("", "", 0), 1e-9)
	require.InDelta(t, 1, likeness("king", "king", 0), 1e-9)
	require.InDelta(t, 0.75, likeness("king", "kign", 0), 1e-9) // two neighbours swapped
	require.InDelta(t, 0.75, likeness("king", "kin", 0), 1e-9)
	require.InDelta(t, 0.8, likeness("king", "kking", 0), 1e-9)
	require.InDelta(t, 0, likeness("abc", "", 0), 1e-9)
	// What is less alike than wanted is not alike at all; the rest does not change.
	require.InDelta(t, 0.75, likeness("king", "kign", 0.75), 1e-9)
	require.InDelta(t, 0, likeness("king", "kign", 0.76), 1e-9)
	r := rand.New(rand.NewPCG(2, 2))
	for range 2000 {
		a := make([]byte, r.IntN(mostAlike-6)*r.IntN(2)+r.IntN(4))
		for i := range a {
			a[i] = byte('a' + r.IntN(3))
		}
		b := append(slices.Clone(a), byte('a'+r.IntN(3)))
		for range r.IntN(4) {
			b = []byte(typo(string(append(b, 'a')), r))
		}
		changes := changesBetween(string(a), string(b))
		want := 1.0
		if n := max(len(a), len(b)); n > 0 {
			want = 1 - float64(changes)/float64(n)
		}
		require.InDelta(t, want, likeness(string(a), string(b), 0), 1e-9, "%s %s", a, b)
		least := r.Float64()
		if want < least {
			want = 0
		}
		require.InDelta(t, want, likeness(string(a), string(b), least), 1e-9, "%s %s %f", a, b, least)
	}
}

// changesBetween counts the changes between two names with the plain table of
// distances: letters changed, put in, left out, or swapped with their neighbour.
func changesBetween(a, b string) int {
	d := make([][]int, len(a)+1)
	for i := range d {
		d[i] = make([]int, len(b)+1)
		for j := range d[i] {
			switch {
			case i == 0 || j == 0:
				d[i][j] = i + j
				continue
			case a[i-1] == b[j-1]:
				d[i][j] = d[i-1][j-1]
			default:
				d[i][j] = 1 + min(d[i-1][j-1], d[i-1][j], d[i][j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d[i][j] = min(d[i][j], d[i-2][j-2]+1)
			}
		}
	}
	return d[len(a)][len(b)]
}

// streets is a street of houses on made ground, with another of the same name in
// the next town.
func streets() *made {
	m := square("name", "N King St").
		node(50, 500*metre, 300*metre, "place", "town", "name", "Milltown").
		node(51, 0, 20000*metre, "place", "village", "name", "Farville").
		node(52, 0, 20000*metre).node(53, 500*metre, 20000*metre)
	m.way(50, []int64{52, 53}, "highway", "residential", "name", "North King Street")
	for i, number := range []string{"101", "103", "105", "107", "102", "110", "12 B", "101 1/2", "103 REAR"} {
		m.node(int64(60+i), (100+50*float64(i))*metre, 10*metre, "addr:housenumber", number, "addr:street", "North King Street", "addr:postcode", "19801")
	}
	m.node(80, 100*metre, 20010*metre, "addr:housenumber", "103", "addr:street", "North King Street", "addr:city", "Farville", "addr:postcode", "19999")
	m.node(90, 0, 0).node(91, 40*metre, 0).node(92, 40*metre, 40*metre).node(93, 0, 40*metre)
	return m.way(90, []int64{90, 91, 92, 93, 90}, "building", "yes", "addr:housenumber", "7;9", "addr:street", "Mill Lane")
}

func TestAddressesAreFound(t *testing.T) {
	t.Parallel()
	n := streets().load(t)
	near := at(0, 0)
	for text, want := range map[string]Address{
		"103 North King Street":                  {Number: "103", Street: "North King Street", City: "Milltown", Postcode: "19801", Precision: Rooftop},
		"103 n king st":                          {Number: "103", Street: "North King Street", City: "Milltown", Postcode: "19801", Precision: Rooftop},
		"N. King St. 103":                        {Number: "103", Street: "North King Street", City: "Milltown", Postcode: "19801", Precision: Rooftop},
		"103 North King Street, Farville":        {Number: "103", Street: "North King Street", City: "Farville", Postcode: "19999", Precision: Rooftop},
		"103 North King Street Farville":         {Number: "103", Street: "North King Street", City: "Farville", Postcode: "19999", Precision: Rooftop},
		"103 North King Street Milltown DE":      {Number: "103", Street: "North King Street", City: "Milltown", Postcode: "19801", Precision: Rooftop},
		"103 North King Street, Milltown, 19801": {Number: "103", Street: "North King Street", City: "Milltown", Postcode: "19801", Precision: Rooftop},
		"103 Nort King Stret":                    {Number: "103", Street: "North King Street", City: "Milltown", Postcode: "19801", Precision: Rooftop},
		"12b North King Street":                  {Number: "12 B", Street: "North King Street", City: "Milltown", Postcode: "19801", Precision: Rooftop},
		"12 b North King Street":                 {Number: "12 B", Street: "North King Street", City: "Milltown", Postcode: "19801", Precision: Rooftop},
		"101 1/2 North King Street":              {Number: "101 1/2", Street: "North King Street", City: "Milltown", Postcode: "19801", Precision: Rooftop},
		"103 rear N King St":                     {Number: "103 REAR", Street: "North King Street", City: "Milltown", Postcode: "19801", Precision: Rooftop},
		"106 North King Street":                  {Number: "106", Street: "North King Street", City: "Milltown", Precision: Interpolated},
		"999 North King Street":                  {Street: "North King Street", City: "Milltown", Precision: OnStreet},
		"North King Street":                      {Street: "North King Street", City: "Milltown", Precision: OnStreet},
		"9 Mill Lane":                            {Number: "9", Street: "Mill Lane", City: "Milltown", Precision: Rooftop},
		"Farville":                               {City: "Farville", Precision: InTown},
		"Milltwon":                               {City: "Milltown", Precision: InTown},
	} {
		found := n.Search(text, 5, &near)
		require.NotEmpty(t, found, "%q", text)
		got := found[0]
		require.Positive(t, got.Score)
		require.NotEqual(t, orb.Point{}, got.Point)
		got.Point, got.Score = orb.Point{}, 0
		require.Equal(t, want, got, "%q", text)
	}
	// A street is found on itself, and not at a house of its name.
	require.InDelta(t, 0, n.Search("North King Street", 1, &near)[0].Point.Lat(), 1e-6)
	// Number 106 lies half way between 102 and 110.
	require.InDelta(t, 325*metre, n.Search("106 North King Street", 1, &near)[0].Point.Lon(), 1e-6)
	for _, text := range []string{"", " ", ",", "1", "nothing like it", "0", "-", "\xff\xfe", string(make([]byte, 5000))} {
		require.Empty(t, n.Search(text, 5, nil), "%q", text)
	}
	require.Empty(t, n.Search("Farville", 0, nil))
	require.Len(t, n.Search("103 North King Street", 5, nil), 2, "the same in two towns")
}

func TestAddressesAreCompleted(t *testing.T) {
	t.Parallel()
	n := streets().load(t)
	near := at(0, 0)
	for text, want := range map[string]string{
		"103 No":           "North King Street",
		"103 n ki":         "North King Street",
		"kin":              "North King Street",
		"Mil":              "Mill Lane",
		"7 mill":           "Mill Lane",
		"103 north king s": "North King Street",
	} {
		found := n.Complete(text, 3, &near)
		require.NotEmpty(t, found, "%q", text)
		require.Equal(t, want, found[0].Street, "%q", text)
	}
	require.Equal(t, "103", n.Complete("103 n ki", 3, &near)[0].Number)
}

func TestWhereAPlaceIs(t *testing.T) {
	t.Parallel()
	n := streets().load(t)
	a, ok := n.Reverse(at(152, 12))
	require.True(t, ok)
	require.Equal(t, "103", a.Number)
	require.Equal(t, "Milltown", a.City)
	require.Equal(t, Rooftop, a.Precision)
	a, ok = n.Reverse(at(800, 5))
	require.True(t, ok)
	require.Equal(t, Address{Street: "N King St", City: "Milltown", Point: at(800, 5), Precision: OnStreet, Score: 1}, a)
	_, ok = n.Reverse(at(90000, 90000))
	require.False(t, ok)
}

// queens is the gazetteer of a real place with 32,000 houses.
func queens(t testing.TB) (*Network, *gazetteer) {
	t.Helper()
	s, err := read(t.Context(), testdata.File(t, "osm", "queens-village-ny.osm.pbf"), func(Progress) {})
	require.NoError(t, err)
	var graphs [modes]*graph
	for m := range graphs {
		var r Report
		graphs[m], err = network(t.Context(), s, m, &r)
		require.NoError(t, err)
	}
	z := s.gazetteer(graphs)
	require.True(t, z.sound())
	return &Network{graphs: graphs, names: s.names, gazetteer: z}, z
}

// typo changes one letter of a text: swapped with the next, left out, doubled or
// another.
func typo(text string, r *rand.Rand) string {
	b := []byte(text)
	i := r.IntN(len(b) - 1)
	switch r.IntN(4) {
	case 0:
		b[i], b[i+1] = b[i+1], b[i]
	case 1:
		b = append(b[:i], b[i+1:]...)
	case 2:
		b = append(b[:i+1], b[i:]...)
	default:
		b[i] = byte('a' + r.IntN(26))
	}
	return string(b)
}

func TestTheHousesOfQueensVillageAreFound(t *testing.T) {
	t.Parallel()
	n, z := queens(t)
	require.Greater(t, len(z.houses), 32000)
	r := rand.New(rand.NewPCG(1, 1))
	exact, close, total := 0, 0, 0
	for i := 0; i < len(z.houses); i += 23 {
		h := z.houses[i]
		row := 0
		for row+1 < len(z.streets) && int(z.streets[row+1].houses) <= i {
			row++
		}
		number, name := z.texts[h.number], z.texts[z.streets[row].name]
		total++
		is := func(found []Address) bool {
			return len(found) > 0 && found[0].Number == number && normal(found[0].Street) == normal(name)
		}
		at := degrees(h.lon, h.lat)
		if is(n.Search(number+" "+name, 3, &at)) {
			exact++
		} else {
			t.Log("not found:", number, name, n.Search(number+" "+name, 3, &at))
		}
		wrong := typo(name, r)
		if is(n.Search(number+" "+wrong, 3, &at)) {
			close++
		} else if total%10 == 0 {
			t.Log("not found with a typo:", number, name, wrong)
		}
	}
	t.Logf("%d of %d exact, %d with one typo", exact, total, close)
	require.Equal(t, total, exact)
	require.Greater(t, close, total*97/100)
}

func FuzzSearch(f *testing.F) {
	f.Add("103 North King Street, Milltown")
	f.Add("12-")
	f.Add("st st 1st")
	n := streets().load(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, a := range append(n.Search(text, 4, nil), n.Complete(text, 4, nil)...) {
			require.NotEmpty(t, a.Precision)
		}
	})
}
