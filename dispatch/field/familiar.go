package field

import (
	"context"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// familiar tells a technician, of each person on their round, whom they come
// instead of and what was done there before: somebody else's absence must not begin
// with the same questions again.
func familiar(ctx context.Context, tx dispatch.Tx, me ids.ID, stops []dispatch.StopSheet) error {
	var people, subjects []ids.ID
	for _, s := range stops {
		people, subjects = append(people, s.Person.ID), append(subjects, s.Person.ID, s.Ticket.ID)
	}
	if len(stops) == 0 {
		return nil
	}
	earlier, err := tx.EarlierVisits(ctx, people, dispatch.EarlierShown)
	if err != nil {
		return err
	}
	wanted, err := tx.PreferencesOf(ctx, subjects, dispatch.VisitedBy)
	if err != nil {
		return err
	}
	by, technicians := map[ids.ID]ids.ID{}, []ids.ID{}
	for _, p := range wanted {
		by[p.SubjectID] = p.WhomID
		technicians = append(technicians, p.WhomID)
	}
	list, err := tx.TechniciansByID(ctx, technicians)
	if err != nil {
		return err
	}
	names := map[ids.ID]dispatch.Technician{}
	for _, t := range list {
		names[t.ID] = t
	}
	for i := range stops {
		s := &stops[i]
		for _, e := range earlier {
			if e.PersonID == s.Person.ID && e.VisitID != s.Visit.ID {
				s.Earlier = append(s.Earlier, e)
			}
		}
		preferred, said := by[s.Ticket.ID]
		if !said {
			preferred, said = by[s.Person.ID]
		}
		if t, known := names[preferred]; said && known && preferred != me {
			s.Instead = &t
		}
	}
	return nil
}
