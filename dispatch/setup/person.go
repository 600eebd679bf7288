package setup

import (
	"context"
	"regexp"
	"strings"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// PersonEntry is what is entered of a person; nil leaves what is there, and an
// empty text takes away a mail address or a number. Numbers are as people write
// them.
type PersonEntry struct {
	EmployeeNumber   *string
	Name             *string
	SpokenName       *string // the first word of the name when never given
	Language         *string // "en" when never given
	SiteID           *ids.ID
	Building         *string
	Floor            *int
	Room             *string
	Mail             *string
	MailOnDeviceOnly *bool
	Mobile           *string
	DeskPhone        *string
	VIP              *bool
	NameForm         *dispatch.NameForm
	Accessibility    *string
	Quiet            *bool
	PreferredChannel *string
}

func (e PersonEntry) onto(p *dispatch.Person) {
	set(&p.EmployeeNumber, e.EmployeeNumber)
	set(&p.Name, e.Name)
	set(&p.SpokenName, e.SpokenName)
	if p.SpokenName == "" {
		p.SpokenName, _, _ = strings.Cut(p.Name, " ")
	}
	set(&p.Language, e.Language)
	set(&p.SiteID, e.SiteID)
	set(&p.Building, e.Building)
	set(&p.Floor, e.Floor)
	set(&p.Room, e.Room)
	optional(&p.Mail, e.Mail)
	set(&p.MailOnDeviceOnly, e.MailOnDeviceOnly)
	optional(&p.Mobile, e.Mobile)
	optional(&p.DeskPhone, e.DeskPhone)
	// The text of the desk phone has the extension, which callers are found by.
	switch {
	case e.DeskPhone != nil:
		p.PhoneRaw = *e.DeskPhone
	case e.Mobile != nil && p.DeskPhone == nil:
		p.PhoneRaw = *e.Mobile
	}
	set(&p.VIP, e.VIP)
	set(&p.NameForm, e.NameForm)
	set(&p.Accessibility, e.Accessibility)
	set(&p.Quiet, e.Quiet)
	set(&p.PreferredChannel, e.PreferredChannel)
}

func (e PersonEntry) fresh() dispatch.Person {
	p := dispatch.Person{ID: ids.New(), Language: "en", NameForm: dispatch.NameSpoken}
	e.onto(&p)
	return p
}

// CheckPerson says what is wrong with the values of a person. Numbers may still
// be as they were written; whether they can be dialled is known with the site.
func CheckPerson(p dispatch.Person) []fault.Field {
	var w wrong
	w.text("/employee_number", p.EmployeeNumber, 40)
	w.text("/name", p.Name, 200)
	w.text("/spoken_name", p.SpokenName, 100)
	w.language("/language", p.Language)
	w.when(p.SiteID == ids.Nil, "/site_id", "is missing")
	w.optional("/building", p.Building, 60)
	w.between("/floor", p.Floor, -20, 200)
	w.optional("/room", p.Room, 60)
	w.mail("/mail", p.Mail)
	w.when(p.MailOnDeviceOnly && p.Mail == nil, "/mail_on_device_only", "is said of a mail address; give one")
	w.oneOf("/name_form", string(p.NameForm), string(dispatch.NameSpoken), string(dispatch.NameFull), string(dispatch.NameFormal))
	w.optional("/accessibility", p.Accessibility, 500)
	w.oneOf("/preferred_channel", p.PreferredChannel, "", "phone", "mail", "chat")
	return w
}

var people = book[dispatch.Person, ids.ID]{
	noun: "person", read: access.PeopleRead, write: access.PeopleWrite,
	of:       func(tx dispatch.Tx) dispatch.Register[dispatch.Person, ids.ID] { return tx.PersonRegister() },
	subject:  func(v dispatch.Person) ids.ID { return v.ID },
	version:  func(v dispatch.Person) int64 { return v.Version },
	inUse:    dispatch.Person.InUse,
	check:    CheckPerson,
	complete: completePerson,
	stands: func(ctx context.Context, tx dispatch.Tx, p dispatch.Person, _ time.Time) error {
		if err := noOpenWork(ctx, tx, dispatch.OpenWork{PersonID: &p.ID}, "visits for this person are not over; complete or cancel them first"); err != nil {
			return err
		}
		return unused(ctx, tx, "person", p.ID.String())
	},
	retire: func(v *dispatch.Person, at time.Time) { v.RetiredAt = &at },
}

var dialled = regexp.MustCompile(`^\+[1-9][0-9]{3,14}$`)

// completePerson looks the site up and turns numbers into what can be dialled
// from there.
func completePerson(ctx context.Context, tx dispatch.Tx, p *dispatch.Person) error {
	site, err := tx.SiteRegister().Get(ctx, p.SiteID)
	if err := named(site.InUse, err, "/site_id"); err != nil {
		return err
	}
	region, err := tx.Region(ctx, site.RegionID)
	if err != nil {
		return err
	}
	var w wrong
	for _, number := range []struct {
		at   string
		text *string
	}{{"/mobile", p.Mobile}, {"/desk_phone", p.DeskPhone}} {
		if number.text == nil || dialled.MatchString(*number.text) {
			continue
		}
		e164, ok := dispatch.Phone(*number.text, region.Country)
		w.when(!ok, number.at, "is no phone number in %s; write it with its country code", region.Country)
		*number.text = e164
	}
	return refuse("person", w)
}

// People are listed by their employee numbers. Entering and changing:
// "reference_missing", "site_state", "employee_number_taken". Retiring: "work_open"
// with the visits that are not over, "still_used" while they hold items.
func (s *Setup) People() Kept[dispatch.Person, ids.ID, PersonEntry] {
	return Kept[dispatch.Person, ids.ID, PersonEntry]{s, people}
}
