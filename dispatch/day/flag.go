package day

import (
	"fmt"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// flag writes what speaks against an outcome, the worst first.
func (t *trial) flag(o *Outcome) {
	for _, b := range o.Blocked {
		o.Flags = append(o.Flags, Flag{Code: b.Code, Text: b.Text, TechnicianID: b.TechnicianID})
	}
	if !o.Feasible {
		return
	}
	zone := t.days[0].day.Zone
	for i := range o.Promises {
		if f, ok := hurt(&o.Promises[i], zone); ok {
			o.Flags = append(o.Flags, f)
		}
	}
	for _, w := range o.Waiting {
		visit := w.VisitID
		o.Flags = append(o.Flags, Flag{Code: "loses_place", VisitID: &visit, PersonName: w.PersonName, Text: "the visit to " + w.PersonName + " finds no place and waits again"})
	}
	for i, s := range t.days {
		for k := range s.rounds {
			is, was := s.rounds[k].tt.Overtime, t.Board.days[i].rounds[k].tt.Overtime
			if !t.touched[i][k] || is <= was {
				continue
			}
			sh := &s.day.Shifts[k]
			id := sh.TechnicianID
			o.Flags = append(o.Flags, Flag{Code: "overtime", TechnicianID: &id,
				Text: fmt.Sprintf("%s works until %s, %d minutes after the shift's end", sh.Name, dispatch.ClockWords(s.day.instant(s.rounds[k].tt.Return), zone), (is+59)/60)})
		}
	}
}

// hurt says what a change does against a promise, if anything.
func hurt(im *Impact, zone *time.Location) (Flag, bool) {
	visit := im.VisitID
	f := Flag{VisitID: &visit, PersonName: im.PersonName}
	if im.TechnicianAfter != ids.Nil {
		technician := im.TechnicianAfter
		f.TechnicianID = &technician
	}
	window := fmt.Sprintf("%s to %s", dispatch.ClockWords(im.WindowStart, zone), dispatch.ClockWords(im.WindowEnd, zone))
	was := 1.0
	if im.ChanceBefore != nil {
		was = *im.ChanceBefore
	}
	switch {
	case im.TechnicianAfter == ids.Nil:
		f.Code, f.Text = "promise_late", fmt.Sprintf("nobody is left to come to %s, who was promised %s", im.PersonName, window)
	case !im.ArrivalAfter.Before(im.WindowEnd) && (im.ArrivalBefore == nil || im.ArrivalBefore.Before(im.WindowEnd)):
		f.Code, f.Text = "promise_late", fmt.Sprintf("%s was promised %s and would be reached at %s", im.PersonName, window, dispatch.ClockWords(im.ArrivalAfter, zone))
	case im.Crosses != "":
		f.Code, f.Text = "promise_at_risk", fmt.Sprintf("the promise to %s, %s, would be kept in %.0f of 100 cases instead of %.0f", im.PersonName, window, 100*im.ChanceAfter, 100*was)
	default:
		return f, false
	}
	return f, true
}
