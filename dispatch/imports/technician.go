package imports

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"roundsman/dispatch"
	"roundsman/dispatch/setup"
	"roundsman/internal/access"
)

var technicianPlaces = map[string]string{"region_id": "region", "home": "home_lon"}

var technicianKind = kind{
	columns: []string{"code", "name", "spoken_name", "region", "home_lon", "home_lat", "mode", "phone", "skills"},
	must:    []string{"code"},
	needs:   []access.Scope{access.SetupWrite},
	key:     func(r *row) string { return r.name("code") },
	put:     putTechnicians,
	places:  technicianPlaces,
}

func putTechnicians(ctx context.Context, tx dispatch.Tx, b *batch) error {
	regions, err := look(ctx, tx, b.good(), "region", "region")
	if err != nil {
		return err
	}
	return enter(b, func(r *row) setup.TechnicianEntry {
		code := r.must("code")
		return setup.TechnicianEntry{Code: &code, Name: r.cell("name"), SpokenName: r.given("spoken_name"), RegionID: named(regions, r, "region"),
			Home: r.point("home_lon", "home_lat"), Mode: r.given("mode"), Phone: r.cell("phone"), Skills: r.skills("skills")}
	}, func(list []setup.TechnicianEntry) ([]setup.Put, error) {
		return setup.PutTechnicians(ctx, tx, b.who, b.now, list)
	}, technicianPlaces)
}

// skills reads "hardware:3 network:2"; a skill without a level is one of level 1.
func (r *row) skills(column string) *[]dispatch.Skill {
	if r.cell(column) == nil {
		return nil
	}
	var list []dispatch.Skill
	for _, part := range strings.Fields(r.name(column)) {
		code, text, leveled := strings.Cut(part, ":")
		s := dispatch.Skill{Code: code, Level: 1}
		if leveled {
			n, err := strconv.Atoi(text)
			if err != nil {
				r.bad(column, "bad_number", "must be skills with their levels, such as: hardware:3 network:2")
				return nil
			}
			s.Level = n
		}
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b dispatch.Skill) int { return strings.Compare(a.Code, b.Code) })
	return &list
}
