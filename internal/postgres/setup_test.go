package postgres_test

import (
	"context"
	"testing"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/stretchr/testify/require"
)

func TestSetUpIsReadBackAsItWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		regions, err := tx.ListRegions(ctx)
		require.NoError(t, err)
		require.Equal(t, w.setup.Regions, regions)
		sites, err := tx.SitesByID(ctx, each(w.setup.Sites, func(s dispatch.Site) ids.ID { return s.ID }))
		require.NoError(t, err)
		require.ElementsMatch(t, w.setup.Sites, sites)
		depots, err := tx.DepotsOf(ctx, name("region"))
		require.NoError(t, err)
		require.Equal(t, w.setup.Depots, depots)
		crew, err := tx.TechniciansByID(ctx, each(w.setup.Technicians, func(k dispatch.Technician) ids.ID { return k.ID }))
		require.NoError(t, err)
		require.ElementsMatch(t, w.setup.Technicians, crew)
		people, err := tx.PeopleByID(ctx, []ids.ID{name("gil"), name("mia"), name("raj")})
		require.NoError(t, err)
		require.ElementsMatch(t, w.setup.People, people)
		templates, err := tx.ListTemplates(ctx)
		require.NoError(t, err)
		require.Equal(t, w.setup.Templates, templates)
		options, err := tx.OptionTemplates(ctx, []string{"replace_now", "unknown"})
		require.NoError(t, err)
		require.Equal(t, w.setup.OptionTemplates, options)
		models, err := tx.ListModels(ctx)
		require.NoError(t, err)
		require.ElementsMatch(t, w.setup.Models, models)
		shift, err := tx.ShiftOn(ctx, name("tess"), monday)
		require.NoError(t, err)
		require.Equal(t, w.setup.Shifts[0], shift)

		tickets, next, err := tx.ListTickets(ctx, dispatch.TicketFilter{}, dispatch.Page{})
		require.NoError(t, err)
		require.Empty(t, next)
		require.Len(t, tickets, 3)
		for i, k := range tickets { // newest first is the order in which they were made
			want := w.setup.Tickets[i]
			want.Number = int64(2001 + i)
			require.Equal(t, want, k)
			visits, err := tx.VisitsOfTicket(ctx, k.ID)
			require.NoError(t, err)
			require.Equal(t, w.setup.Visits[i:i+1], visits)
		}
		held, err := tx.Item(ctx, name("loaner"))
		require.NoError(t, err)
		require.Equal(t, assets.Held{Item: w.setup.Items[3], Model: w.setup.Models[1], Holder: assets.Custodian{Kind: assets.Technician, ID: name("tess")},
			Since: w.setup.Custodies[3].Since}, held)
	})
	empty, err := w.IsEmpty(t.Context())
	require.NoError(t, err)
	require.False(t, empty)
}

func TestSetUpIsAllOrNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	more := dispatch.Setup{Regions: []dispatch.Region{{ID: name("other"), Code: "MD", Name: "Maryland", Zone: "America/New_York"}}}
	more.Items = []assets.Item{{ID: name("lost"), ModelID: name("lat"), Tag: "RM-9", Serial: "9", State: assets.InStock}}
	require.ErrorContains(t, w.SetUp(t.Context(), more, nil), "custody_missing")
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		_, err := tx.Region(ctx, name("other"))
		require.ErrorContains(t, err, "region_not_found")
	})
}

// A promise over days without shifts had left rows of them, on which shifts that
// came later stumbled.
func TestShiftsOnADayThatSomebodyLookedAt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	k := dispatch.DayKey{RegionID: name("region"), Date: "2026-03-20"}
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		_, err := tx.ShareDays(ctx, []dispatch.DayKey{k})
		require.NoError(t, err)
	})
	later := w.setup.Shifts[0]
	later.ID, later.Date = name("later"), k.Date
	for _, at := range []*time.Time{&later.StartsAt, &later.EndsAt, &later.BreakFrom, &later.BreakUntil} {
		*at = at.AddDate(0, 0, 11)
	}
	require.NoError(t, w.SetUp(t.Context(), dispatch.Setup{Shifts: []dispatch.Shift{later}}, nil))
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		s, err := tx.DaySheet(ctx, k)
		require.NoError(t, err)
		require.Len(t, s.Rounds, 1)
		require.EqualValues(t, 1, s.Day.Version, "what was thought of the day without it is old")
	})
}

func TestDaySheetHoldsTheWholeDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, func(ctx context.Context, tx dispatch.Tx) {
		require.NoError(t, tx.Place(ctx, place("tess", 1, "gil")))
		require.NoError(t, tx.AddPromise(ctx, promise("gil")))
		require.NoError(t, tx.AddAbsence(ctx, dispatch.Absence{ID: name("sick"), TechnicianID: name("theo"), From: clock(16, 0), Until: clock(20, 0),
			Reason: "sick", EnteredBy: name("dora"), CreatedAt: now}))
		require.NoError(t, tx.AddAbsence(ctx, dispatch.Absence{ID: name("over"), TechnicianID: name("theo"), From: clock(6, 0), Until: clock(8, 0),
			Reason: "leave", EnteredBy: name("dora"), CreatedAt: now}))
		require.NoError(t, tx.Reserve(ctx, assets.Reservation{ID: ids.New(), ItemID: name("loaner"), VisitID: name("gil visit"), CreatedAt: now}))
	})
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		s, err := tx.DaySheet(ctx, dispatch.DayKey{RegionID: name("region"), Date: monday})
		require.NoError(t, err)
		require.Empty(t, s.Kits, "a loaner is lent, not given away")
	})
	w.exec(t, `update items set loaner = false where id = $1`, name("loaner"))
	w.read(t, func(ctx context.Context, tx dispatch.Tx) {
		s, err := tx.DaySheet(ctx, dispatch.DayKey{RegionID: name("region"), Date: monday})
		require.NoError(t, err)
		require.Equal(t, w.setup.Regions[0], s.Region)
		require.Equal(t, dispatch.RegionDay{RegionID: name("region"), Date: monday}, s.Day)
		require.ElementsMatch(t, []dispatch.Shift{w.setup.Shifts[0], w.setup.Shifts[2]}, s.Shifts)
		require.ElementsMatch(t, w.setup.Technicians, s.Technicians)
		require.Equal(t, []dispatch.Skill{{Code: "hardware", Level: 3}}, s.Skills[name("tess")])
		require.Len(t, s.Absences, 1, "the one that ends as the shift starts does not touch it")
		require.Equal(t, name("sick"), s.Absences[0].ID)
		require.Equal(t, clock(16, 0), s.Absences[0].From)
		require.Len(t, s.Rounds, 2)
		require.Len(t, s.Visits, 1)
		require.Equal(t, dispatch.VisitScheduled, s.Visits[0].State)
		require.Equal(t, clock(9, 0), *s.Visits[0].PlannedStart)
		require.Len(t, s.Waiting, 1, "the third may not be done before Tuesday")
		require.Equal(t, name("mia visit"), s.Waiting[0].ID)
		require.Len(t, s.Promises, 1)
		require.Contains(t, s.Sites, name("bank"))
		require.Contains(t, s.People, name("gil"))
		require.Equal(t, int64(2001), s.Tickets[name("gil ticket")].Number)
		require.Equal(t, []dispatch.KitItem{{TechnicianID: name("tess"), ItemID: name("loaner"), ModelID: name("lat"), Tag: "RM-20001",
			ReservedFor: to(name("gil visit"))}}, s.Kits)

		s, err = tx.DaySheet(ctx, dispatch.DayKey{RegionID: name("region"), Date: tuesday})
		require.NoError(t, err)
		require.Len(t, s.Waiting, 2)
	})
}

// each gives f of every one of a list.
func each[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = f(a)
	}
	return out
}
