package imports

import (
	"context"

	"roundsman/dispatch"
	"roundsman/dispatch/setup"
	"roundsman/internal/access"
)

var personPlaces = map[string]string{"site_id": "site"}

var personKind = kind{
	columns: []string{"employee_number", "name", "spoken_name", "language", "site", "building", "floor", "room", "mail", "mail_on_device_only",
		"mobile", "desk_phone", "vip", "name_form", "accessibility", "quiet", "preferred_channel"},
	must:   []string{"employee_number"},
	needs:  []access.Scope{access.PeopleWrite},
	key:    func(r *row) string { return r.name("employee_number") },
	put:    putPeople,
	places: personPlaces,
}

func putPeople(ctx context.Context, tx dispatch.Tx, b *batch) error {
	sites, err := look(ctx, tx, b.good(), "site", "site")
	if err != nil {
		return err
	}
	return enter(b, func(r *row) setup.PersonEntry {
		number := r.must("employee_number")
		e := setup.PersonEntry{EmployeeNumber: &number, Name: r.cell("name"), SpokenName: r.given("spoken_name"), Language: r.given("language"),
			SiteID: named(sites, r, "site"), Building: r.cell("building"), Floor: r.number("floor"), Room: r.cell("room"), Mail: r.cell("mail"),
			MailOnDeviceOnly: r.yes("mail_on_device_only"), Mobile: r.cell("mobile"), DeskPhone: r.cell("desk_phone"), VIP: r.yes("vip"),
			Accessibility: r.cell("accessibility"), Quiet: r.yes("quiet"), PreferredChannel: r.cell("preferred_channel")}
		if form := r.given("name_form"); form != nil {
			e.NameForm = (*dispatch.NameForm)(form)
		}
		return e
	}, func(list []setup.PersonEntry) ([]setup.Put, error) {
		return setup.PutPeople(ctx, tx, b.who, b.now, list)
	}, personPlaces)
}
