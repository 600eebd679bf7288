package setup

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/paulmach/orb"
)

// TechnicianEntry is what is entered of a technician; nil leaves what is there.
type TechnicianEntry struct {
	Code       *string
	Name       *string
	SpokenName *string // the first word of the name when never given
	RegionID   *ids.ID
	Home       *orb.Point
	Mode       *string // "car", "bike" or "foot"
	Phone      *string // as people write it; kept in E.164
	Skills     *[]dispatch.Skill
}

func (e TechnicianEntry) onto(m *dispatch.CrewMember) {
	set(&m.Code, e.Code)
	set(&m.Name, e.Name)
	set(&m.SpokenName, e.SpokenName)
	if m.SpokenName == "" {
		m.SpokenName, _, _ = strings.Cut(m.Name, " ")
	}
	set(&m.RegionID, e.RegionID)
	set(&m.Home, e.Home)
	set(&m.Mode, e.Mode)
	set(&m.Phone, e.Phone)
	if e.Skills != nil {
		m.Skills = slices.Clone(*e.Skills)
		slices.SortFunc(m.Skills, func(a, b dispatch.Skill) int { return strings.Compare(a.Code, b.Code) })
	}
}

func (e TechnicianEntry) fresh() dispatch.CrewMember {
	m := dispatch.CrewMember{Technician: dispatch.Technician{ID: ids.New(), Home: nowhere, Mode: "car"}}
	e.onto(&m)
	return m
}

// CheckTechnician says what is wrong with the values of a technician. Skills are
// in the order of their codes.
func CheckTechnician(m dispatch.CrewMember) []fault.Field {
	var w wrong
	w.code("/code", m.Code)
	w.text("/name", m.Name, 200)
	w.text("/spoken_name", m.SpokenName, 100)
	w.when(m.RegionID == ids.Nil, "/region_id", "is missing")
	w.point("/home", m.Home)
	w.oneOf("/mode", m.Mode, "car", "bike", "foot")
	w.optional("/phone", m.Phone, 40)
	for i, s := range m.Skills {
		at := fmt.Sprintf("/skills/%d", i)
		w.code(at+"/code", s.Code)
		w.between(at+"/level", s.Level, 1, 5)
		w.when(i > 0 && m.Skills[i-1].Code == s.Code, at+"/code", "is named twice")
	}
	return w
}

var technicians = book[dispatch.CrewMember, ids.ID]{
	noun: "technician", read: access.SetupRead, write: access.SetupWrite,
	of:       func(tx dispatch.Tx) dispatch.Register[dispatch.CrewMember, ids.ID] { return tx.CrewRegister() },
	subject:  func(v dispatch.CrewMember) ids.ID { return v.ID },
	version:  func(v dispatch.CrewMember) int64 { return v.Version },
	inUse:    func(m dispatch.CrewMember) error { return m.InUse() },
	check:    CheckTechnician,
	complete: completeTechnician,
	raise:    raiseTechnician,
	stands: func(ctx context.Context, tx dispatch.Tx, m dispatch.CrewMember, now time.Time) error {
		if err := noOpenWork(ctx, tx, dispatch.OpenWork{TechnicianID: &m.ID}, "visits of this technician are not over; move them to others first"); err != nil {
			return err
		}
		if err := noneAhead(ctx, tx, m, now); err != nil {
			return err
		}
		return unused(ctx, tx, "technician", m.ID.String())
	},
	retire: func(v *dispatch.CrewMember, at time.Time) { v.RetiredAt = &at },
}

func completeTechnician(ctx context.Context, tx dispatch.Tx, m *dispatch.CrewMember) error {
	r, err := tx.RegionRegister().Get(ctx, m.RegionID)
	if err := named(r.InUse, err, "/region_id"); err != nil {
		return err
	}
	var w wrong
	if m.Phone != "" {
		number, ok := dispatch.Phone(m.Phone, r.Country)
		w.when(!ok, "/phone", "is no phone number in %s; write it with its country code", r.Country)
		m.Phone = number
	}
	if err := refuse("technician", w); err != nil {
		return err
	}
	for i, skill := range m.Skills {
		s, err := tx.SkillRegister().Get(ctx, skill.Code)
		if err := named(s.InUse, err, fmt.Sprintf("/skills/%d/code", i)); err != nil {
			return err
		}
	}
	return nil
}

// raiseTechnician tells the days on which the technician works: home, mode and
// skills are inputs of each. Another region is for a technician without work
// ahead, for shifts are of the region they were made in.
func raiseTechnician(ctx context.Context, tx dispatch.Tx, before *dispatch.CrewMember, m dispatch.CrewMember, now time.Time) error {
	if before == nil {
		return nil
	}
	today, err := todayOf(ctx, tx, before.RegionID, now)
	if err != nil {
		return err
	}
	if err := tx.RaiseDaysWith(ctx, m.ID, today); err != nil {
		return err
	}
	if before.RegionID == m.RegionID {
		return nil
	}
	return noneAhead(ctx, tx, *before, now)
}

// noneAhead refuses while shifts are to come.
func noneAhead(ctx context.Context, tx dispatch.Tx, m dispatch.CrewMember, now time.Time) error {
	today, err := todayOf(ctx, tx, m.RegionID, now)
	if err != nil {
		return err
	}
	ahead, _, err := tx.ListShifts(ctx, dispatch.ShiftFilter{TechnicianID: &m.ID, From: today, Until: today.Add(farAhead)}, dispatch.Page{Limit: mostNamed})
	if err != nil {
		return err
	}
	ahead = slices.DeleteFunc(ahead, func(s dispatch.Shift) bool { return !s.EndsAt.After(now) })
	if len(ahead) == 0 {
		return nil
	}
	return fault.New(fault.Conflict, "still_used", "the technician has shifts ahead, which are of this region; end the patterns and cancel the single shifts first").
		With("uses", []dispatch.Use{{Noun: "shift", Count: int64(len(ahead))}})
}

// farAhead is beyond every day on which somebody has a shift.
const farAhead = 3660

// todayOf is the present local day of a region.
func todayOf(ctx context.Context, tx dispatch.Tx, region ids.ID, now time.Time) (dispatch.Date, error) {
	r, err := tx.Region(ctx, region)
	if err != nil {
		return "", err
	}
	loc, err := r.Location()
	if err != nil {
		return "", err
	}
	return dispatch.DateOf(now, loc), nil
}

// Technicians are entered with their skills and their usual kit. Entering and changing:
// "reference_missing", "region_state", "skill_state", "code_taken". Retiring:
// "work_open" with the visits that are not over, "still_used" while a kit or an account
// is left.
func (s *Setup) Technicians() Kept[dispatch.CrewMember, ids.ID, TechnicianEntry] {
	return Kept[dispatch.CrewMember, ids.ID, TechnicianEntry]{s, technicians}
}
