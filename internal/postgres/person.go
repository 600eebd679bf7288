package postgres

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const personColumns = `id, employee_number, name, spoken_name, language, site_id, building, floor, room,
	mail, mail_on_device_only, mobile, desk_phone, phone_raw, vip,
	name_form, accessibility, quiet, preferred_channel, retired_at, provisional, merged_into, version`

// Person gives a person.
func (t *tx) Person(ctx context.Context, id ids.ID) (dispatch.Person, error) {
	return one[dispatch.Person](ctx, t, "person", `select `+personColumns+` from people where id = $1`, id)
}

// PeopleByID gives those of the ids that exist, by id.
func (t *tx) PeopleByID(ctx context.Context, wanted []ids.ID) ([]dispatch.Person, error) {
	return list[dispatch.Person](ctx, t, "reading people",
		`select `+personColumns+` from people where id = any($1) order by id`, wanted)
}
