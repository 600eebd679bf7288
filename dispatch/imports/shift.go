package imports

import (
	"context"

	"roundsman/dispatch"
	"roundsman/dispatch/setup"
	"roundsman/internal/access"
)

var shiftKind = kind{
	columns: []string{"technician", "date", "starts", "ends", "break_from", "break_until", "break_minutes", "overtime_minutes"},
	must:    []string{"technician", "date", "starts", "ends"},
	needs:   []access.Scope{access.ShiftsWrite},
	key:     func(r *row) string { return r.name("technician") + "\n" + r.name("date") },
	put:     putShifts,
	places:  map[string]string{"overtime": "overtime_minutes", "break": "break_minutes"},
}

func putShifts(ctx context.Context, tx dispatch.Tx, b *batch) error {
	technicians, err := look(ctx, tx, b.good(), "technician", "technician")
	if err != nil {
		return err
	}
	for _, r := range b.good() {
		r.must("technician")
		n := setup.NewShift{Date: value(r.date("date"))}
		r.must("date")
		if id := named(technicians, r, "technician"); id != nil {
			n.TechnicianID = *id
		}
		n.ShiftEntry = r.shift()
		if !r.fine() {
			continue
		}
		did, err := setup.PutShift(ctx, tx, b.who, b.now, n)
		if err != nil {
			return err // then each is tried by itself
		}
		r.did = did
	}
	return nil
}

// shift reads the times; without a break there is none.
func (r *row) shift() setup.ShiftEntry {
	r.must("starts")
	r.must("ends")
	e := setup.ShiftEntry{From: value(r.clock("starts")), Until: value(r.clock("ends")), BreakMinutes: value(r.number("break_minutes")),
		OvertimeMinutes: value(r.number("overtime_minutes"))}
	e.BreakFrom, e.BreakUntil = e.From, e.From
	if from := r.clock("break_from"); from != nil {
		e.BreakFrom, e.BreakUntil = *from, *from
	}
	if until := r.clock("break_until"); until != nil {
		e.BreakUntil = *until
	}
	return e
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
