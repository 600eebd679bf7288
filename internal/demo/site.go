package demo

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"roundsman/dispatch"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geo"
)

// trade is what sort of work is done at a site.
type trade string

const (
	office  trade = "office"
	learn   trade = "learn"
	health  trade = "health"
	money   trade = "money"
	shop    trade = "shop"
	guests  trade = "guests"
	anyelse trade = "else"
)

// turn is the order in which trades take turns when sites are chosen; the last
// one only has its turn when the others have nothing left.
var turn = [...]trade{office, learn, health, money, shop, guests, anyelse}

// kind is what a demo needs to know of a kind of place.
type kind struct {
	trade         trade
	opens, closes int // minutes after midnight
	access        int // minutes
	floors        int // at most
	staff         int // share of the people
	notes         []string
}

var kinds = map[trade]kind{
	office: {office, 8 * 60, 18 * 60, 4, 4, 3, []string{"Sign in at the front desk", "Visitor badge from reception, second floor", "Ring twice, the door is locked"}},
	learn:  {learn, 7*60 + 30, 16*60 + 30, 6, 3, 3, []string{"Report to the main office before any classroom", "Show your badge at the school entrance; no access in the breaks"}},
	health: {health, 7 * 60, 19 * 60, 6, 3, 3, []string{"Staff entrance behind the building", "Wash hands at the entrance; call before you go to the wards"}},
	money:  {money, 9 * 60, 17 * 60, 6, 2, 2, []string{"The manager lets you in and stays with you", "Identity card wanted at the counter"}},
	shop:   {shop, 9 * 60, 19 * 60, 3, 1, 2, []string{"Ask at the till", "Delivery door in the yard", ""}},
	guests: {guests, 8 * 60, 20 * 60, 3, 3, 2, []string{"Ask at reception", "Park behind the house"}},

	anyelse: {anyelse, 8 * 60, 18 * 60, 3, 1, 1, []string{"Ask for the manager", ""}},
}

// trades says which trade a tag's value is; without a line the tag's key does.
var trades = map[string]trade{
	"townhall": office, "courthouse": office, "public_building": office, "post_office": office, "police": office,
	"fire_station": office, "public": office, "office": office, "social_facility": office, "community_centre": office,
	"school": learn, "university": learn, "college": learn, "kindergarten": learn, "library": learn, "childcare": learn,
	"hospital": health, "clinic": health, "doctors": health, "dentist": health, "pharmacy": health, "veterinary": health,
	"nursing_home": health, "healthcare": health, "bank": money, "shop": shop, "craft": shop,
	"hotel": guests, "motel": guests, "museum": guests, "guest_house": guests, "theatre": guests, "cinema": guests,
}

// kindOf reads a tag such as "amenity=school".
func kindOf(tag string) kind {
	key, value, _ := strings.Cut(tag, "=")
	for _, word := range []string{value, key} {
		if t, ok := trades[word]; ok {
			return kinds[t]
		}
	}
	return kinds[anyelse]
}

// region makes the region, its sites and its depots.
func (b *builder) region(a area) {
	r := a.region
	r.ID = b.id("region", r.Code)
	s := &b.world.Setup
	s.Regions = []dispatch.Region{r}
	chance := b.chance("sites")
	var names, codes []string
	for n, p := range a.parts {
		s.Depots = append(s.Depots, dispatch.Depot{
			ID: b.id("depot", n), RegionID: r.ID, Code: fmt.Sprintf("D%d", n+1), Name: p.depot, Point: central(p),
		})
		for _, place := range p.sites {
			k := kindOf(place.Kind)
			city := place.City
			if city == "" {
				city = cityOf(place.Point, r.Name)
			}
			site := dispatch.Site{
				ID: b.id("site", len(s.Sites)), RegionID: r.ID,
				Code: distinct(codes, siteCode(city), "%s-%02d"), Name: place.Name,
				Address: place.Address, City: city, Point: place.Point, Zone: r.Zone,
				OpensAt: k.opens, ClosesAt: k.closes, AccessMinutes: k.access, AccessNotes: pick(chance, k.notes), Version: 1,
			}
			if slices.Contains(names, site.Name) {
				site.Name = distinct(names, fmt.Sprintf("%s, %s", place.Name, place.Address), "%s (%d)")
			}
			names, codes = append(names, site.Name), append(codes, site.Code)
			s.Sites = append(s.Sites, site)
			b.kinds = append(b.kinds, k)
		}
	}
}

// central is the point of the site nearest to where the depot is to be: a depot
// next door to a site can be reached by road.
func central(p part) orb.Point {
	if len(p.sites) == 0 {
		return p.near
	}
	return slices.MinFunc(p.sites, func(x, y Place) int {
		return cmp.Compare(geo.Distance(p.near, x.Point), geo.Distance(p.near, y.Point))
	}).Point
}

// siteCode is three letters of the city, of two of its words where it has them:
// "NEW" for Newark, "NCA" for New Castle.
func siteCode(city string) string {
	words := strings.FieldsFunc(strings.ToUpper(city), func(r rune) bool { return !unicode.IsLetter(r) })
	if len(words) == 0 {
		return "SITE"
	}
	letters := []rune(words[0])
	if len(words) > 1 {
		letters = append(letters[:1:1], []rune(words[1])...)
	}
	return string(letters[:min(3, len(letters))])
}

// distinct numbers a text until nobody has it; a pattern with a number of fixed
// width numbers the first one too.
func distinct(taken []string, text, pattern string) string {
	if !strings.Contains(pattern, "%02d") && !slices.Contains(taken, text) {
		return text
	}
	for n := 1; ; n++ {
		if numbered := fmt.Sprintf(pattern, text, n); !slices.Contains(taken, numbered) {
			return numbered
		}
	}
}
