package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const (
	peopleCount   = 400
	affectedCount = 22
	vipCount      = 16
	mailDomain    = "first-state.example"
)

// reach is by what somebody can be told something.
type reach struct {
	mailOnDeviceOnly, mobile, desk bool
}

var (
	everywhere = reach{mobile: true, desk: true}
	onTheMove  = reach{mobile: true}
	mobileOnly = reach{mailOnDeviceOnly: true, mobile: true}
	deskOnly   = reach{mailOnDeviceOnly: true, desk: true}
	floorOnly  = reach{mailOnDeviceOnly: true} // somebody has to go there
)

// share is how many people have a reach.
type share struct {
	reach
	people int
}

// Those with an affected machine are hard to reach on purpose; the rest are as
// people are.
var (
	affectedReach = []share{{everywhere, 5}, {mobileOnly, 5}, {deskOnly, 9}, {floorOnly, 3}}
	usualReach    = []share{{everywhere, 131}, {onTheMove, 120}, {mobileOnly, 40}, {deskOnly, 70}, {floorOnly, 17}}
)

// people makes those whom the desk serves, and decides whose machine the virus
// can get into.
func (b *builder) people() {
	chance := b.chance("people")
	sites := b.seats(chance)
	b.affected = map[ids.ID]bool{}

	var affected []int // by index: at most two at one site
	at := map[int]int{}
	for _, i := range chance.Perm(peopleCount) {
		if len(affected) < affectedCount && at[sites[i]] < 2 {
			affected, at[sites[i]] = append(affected, i), at[sites[i]]+1
			b.affected[b.id("person", i)] = true
		}
	}
	reaches := make([]reach, peopleCount)
	rest := deal(chance, usualReach)
	hard := deal(chance, affectedReach)
	for i := range reaches {
		from := &rest
		if b.affected[b.id("person", i)] {
			from = &hard
		}
		reaches[i], *from = (*from)[0], (*from)[1:]
	}
	vips := map[int]bool{}
	for _, i := range chance.Perm(peopleCount)[:vipCount] {
		vips[i] = true
	}

	names, mails := map[string]bool{}, map[string]bool{}
	rooms := map[string]int{}
	for i := range peopleCount {
		first, last := pick(chance, firstNames), pick(chance, lastNames)
		for names[first+last] {
			first, last = pick(chance, firstNames), pick(chance, lastNames)
		}
		names[first+last] = true
		k, site := b.kinds[sites[i]], b.world.Setup.Sites[sites[i]]
		p := dispatch.Person{
			ID: b.id("person", i), EmployeeNumber: fmt.Sprintf("E%05d", 20417+7*i), Name: first + " " + last, SpokenName: first,
			Language: "en", SiteID: site.ID, Building: "Main", Floor: 1 + chance.IntN(k.floors), VIP: vips[i], Version: 1,
		}
		if spoken, ok := spokenNames[first]; ok && chance.IntN(2) == 0 {
			p.SpokenName = spoken
		}
		if spanish[first] && chance.IntN(2) == 0 {
			p.Language = "es"
		}
		if k.floors >= 4 && chance.IntN(4) == 0 {
			p.Building = "Annex"
		}
		corridor := fmt.Sprintf("%s %s %d", site.Code, p.Building, p.Floor)
		rooms[corridor]++
		p.Room = fmt.Sprintf("%d%02d", p.Floor, rooms[corridor])
		reaches[i].on(&p, i, mailOf(mails, first, last))
		b.world.Setup.People = append(b.world.Setup.People, p)
	}
}

// seats gives each person a site, by index: one for every site, and the rest by
// how many people such a site has.
func (b *builder) seats(chance *rand.Rand) []int {
	var drum []int
	for i, k := range b.kinds {
		for range k.staff {
			drum = append(drum, i)
		}
	}
	sites := make([]int, peopleCount)
	for i := range sites {
		if i < len(b.kinds) {
			sites[i] = i
		} else {
			sites[i] = pick(chance, drum)
		}
	}
	shuffle(chance, sites)
	return sites
}

// deal gives as many reaches as there are people in the shares, shuffled.
func deal(chance *rand.Rand, shares []share) (list []reach) {
	for _, s := range shares {
		for range s.people {
			list = append(list, s.reach)
		}
	}
	shuffle(chance, list)
	return list
}

// on writes a person's numbers; i makes them theirs alone. The raw text is what
// somebody once typed.
func (r reach) on(p *dispatch.Person, i int, mail string) {
	p.Mail, p.MailOnDeviceOnly = &mail, r.mailOnDeviceOnly
	if r.desk {
		n := fictional(5000 + i)
		p.DeskPhone, p.PhoneRaw = &n, fmt.Sprintf("(302) 555-%04d", 5000+i)
	}
	if r.mobile {
		n := fictional(1000 + i)
		p.Mobile, p.PhoneRaw = &n, fmt.Sprintf("302/555 %04d", 1000+i)
	}
}

// mailOf gives an address that nobody has yet.
func mailOf(taken map[string]bool, first, last string) string {
	local := strings.ToLower(first + "." + last)
	mail := local + "@" + mailDomain
	for n := 2; taken[mail]; n++ {
		mail = fmt.Sprintf("%s%d@%s", local, n, mailDomain)
	}
	taken[mail] = true
	return mail
}
