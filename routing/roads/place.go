package roads

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/paulmach/orb"
	"github.com/paulmach/osm"
)

// Place is something on the map where people work: an office, a school, a
// shop. Empty texts are texts that the map doesn't have.
type Place struct {
	ID       string // of the map: "node/123", "way/456"
	Name     string // never empty
	Kind     string // the tag that says what it is: "amenity=school"
	Number   string
	Street   string
	City     string
	Postcode string
	Point    orb.Point // of a way: the middle of its corners
}

// placeKinds names the tags that make a place, the most telling first; nil
// takes every value but "no" and "vacant".
var placeKinds = []struct {
	key    string
	values []string
}{
	{"office", nil},
	{"amenity", []string{
		"school", "university", "college", "kindergarten", "library", "bank", "hospital", "clinic", "doctors",
		"dentist", "pharmacy", "veterinary", "townhall", "courthouse", "police", "fire_station", "post_office",
		"restaurant", "fast_food", "cafe", "pub", "bar", "fuel", "car_rental", "theatre", "cinema",
		"community_centre", "social_facility", "nursing_home", "childcare", "public_building",
	}},
	{"healthcare", nil},
	{"shop", nil},
	{"craft", nil},
	{"tourism", []string{"hotel", "motel", "guest_house", "museum", "gallery", "attraction"}},
	{"leisure", []string{"sports_centre", "fitness_centre", "golf_course"}},
	{"building", []string{"hospital", "school", "university", "office", "hotel", "public"}},
}

// placeOf reads a place's texts from its tags; false where it is none.
func placeOf(tags osm.Tags) (Place, bool) {
	if len(tags) < 2 {
		return Place{}, false
	}
	kind := ""
	for _, k := range placeKinds {
		v := tags.Find(k.key)
		if v == "" || v == "no" || v == "vacant" || k.values != nil && !slices.Contains(k.values, v) {
			continue
		}
		kind = k.key + "=" + v
		break
	}
	name := tags.Find("name")
	if kind == "" || name == "" {
		return Place{}, false
	}
	return Place{
		Name: name, Kind: kind,
		Number: tags.Find("addr:housenumber"), Street: tags.Find("addr:street"),
		City: tags.Find("addr:city"), Postcode: tags.Find("addr:postcode"),
	}, true
}

// wayPlace is a place whose corners are still to be found.
type wayPlace struct {
	place Place
	id    int64
	refs  []int64
}

// middle gives the mean of the corners that the map has, each once.
func (s *source) middle(refs []int64) (orb.Point, bool) {
	if n := len(refs); n > 1 && refs[0] == refs[n-1] {
		refs = refs[:n-1]
	}
	var x, y float64
	var n int
	for _, ref := range refs {
		if i, ok := s.node(ref); ok && s.lon[i] != missing {
			x, y, n = x+float64(s.lon[i]), y+float64(s.lat[i]), n+1
		}
	}
	if n == 0 {
		return orb.Point{}, false
	}
	return orb.Point{math.Round(x/float64(n)) / degree, math.Round(y/float64(n)) / degree}, true
}

// settlePlaces puts the places in order: nodes, then ways, each by number.
func (s *source) settlePlaces(nodes map[int64]Place, ways []wayPlace) {
	for _, id := range slices.Sorted(maps.Keys(nodes)) {
		p := nodes[id]
		p.ID = fmt.Sprintf("node/%d", id)
		s.places = append(s.places, p)
	}
	slices.SortFunc(ways, func(a, b wayPlace) int { return cmp.Compare(a.id, b.id) })
	for _, w := range ways {
		if at, ok := s.middle(w.refs); ok {
			w.place.ID, w.place.Point = fmt.Sprintf("way/%d", w.id), at
			s.places = append(s.places, w.place)
		}
	}
}
