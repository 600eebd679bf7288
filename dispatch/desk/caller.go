package desk

import (
	"context"
	"strings"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
)

// Lookup is who may be calling, and the whole card where only one can be.
type Lookup struct {
	Hits []dispatch.CallerHit
	Card *Card // of the one who is sure, nil where nobody is or several are
}

// Lookup finds who is calling and, where that is sure, all that is known of them, so
// that the agent asks for nothing that we know. Code: "no_criterion".
func (d *Desk) Lookup(ctx context.Context, who access.Principal, q dispatch.CallerQuery) (out Lookup, err error) {
	if out.Hits, err = d.FindCallers(ctx, who, q); err != nil {
		return out, err
	}
	if len(out.Hits) == 0 || !out.Hits[0].Sure || len(out.Hits) > 1 && out.Hits[1].Sure {
		return out, nil
	}
	c, err := d.Card(ctx, who, out.Hits[0].Person.ID)
	if fault.Is(err, "person_not_found") {
		return out, nil
	}
	out.Card = &c
	return out, err
}

// FindCallers looks up who is calling by what is known of them. None or several
// is a normal answer. Code: "no_criterion" when nothing is given.
func (d *Desk) FindCallers(ctx context.Context, who access.Principal, q dispatch.CallerQuery) ([]dispatch.CallerHit, error) {
	if strings.TrimSpace(q.Phone+q.Mail+q.EmployeeNumber+q.Name+q.AssetTag) == "" {
		return nil, fault.New(fault.Invalid, "no_criterion", "give a phone number, mail address, employee number, name or asset tag to search for")
	}
	if q.Limit <= 0 || q.Limit > 20 {
		q.Limit = 20
	}
	var hits []dispatch.CallerHit
	err := d.read(ctx, who, access.PeopleRead, func(tx dispatch.Tx) (err error) {
		hits, err = tx.FindCallers(ctx, q)
		return err
	})
	return hits, err
}
