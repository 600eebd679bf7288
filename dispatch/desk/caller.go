package desk

import (
	"context"
	"strings"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
)

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
