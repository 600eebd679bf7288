package access

import (
	"context"
	"slices"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// AccountChange is what shall be different about an account; nil parts stay.
type AccountChange struct {
	Name         *string
	SpokenName   *string
	Roles        []Role
	TechnicianID *ids.ID // goes with the role technician, and goes when the role goes
	Disabled     *bool
	Password     *string
}

// Account gives an account. Codes: "scope_missing", "account_not_found".
func (s *Service) Account(ctx context.Context, who Principal, id ids.ID) (Account, error) {
	if err := who.Require(AccountsWrite); err != nil {
		return Account{}, err
	}
	return s.accounts.Account(ctx, id)
}

// ChangeAccount changes an account that is at a version. Other roles, another
// password and disabling end its sessions at once; with new roles one signs in anew.
//
// Codes: "scope_missing", "account_not_found", "version_stale", "role_unknown",
// "technician_wanted", "password_short", "admin_wanted".
func (s *Service) ChangeAccount(ctx context.Context, who Principal, id ids.ID, version int64, c AccountChange) (Account, error) {
	if err := who.Require(AccountsWrite); err != nil {
		return Account{}, err
	}
	a, err := s.accounts.Account(ctx, id)
	if err != nil {
		return Account{}, err
	}
	if a.Version != version {
		return Account{}, fault.New(fault.Stale, "version_stale", "somebody has changed this account meanwhile; read it again")
	}
	before := a
	set(&a.Name, c.Name)
	set(&a.SpokenName, c.SpokenName)
	set(&a.Disabled, c.Disabled)
	if c.Roles != nil {
		a.Roles = c.Roles
		if !slices.Contains(c.Roles, Technician) {
			a.TechnicianID = nil
		}
	}
	if c.TechnicianID != nil {
		a.TechnicianID = c.TechnicianID
	}
	if err := fits(a.Roles, a.TechnicianID); err != nil {
		return Account{}, err
	}
	if c.Password != nil {
		if err := longEnough(*c.Password); err != nil {
			return Account{}, err
		}
		if a.PasswordHash, err = s.hasher.hash(ctx, *c.Password); err != nil {
			return Account{}, err
		}
	}
	end := a.Disabled && !before.Disabled || c.Password != nil || !sameRoles(a.Roles, before.Roles) || !sameTechnician(a.TechnicianID, before.TechnicianID)
	return s.accounts.SaveAccount(ctx, a, end)
}

func set[T any](to *T, v *T) {
	if v != nil {
		*to = *v
	}
}

func sameRoles(a, b []Role) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

func sameTechnician(a, b *ids.ID) bool {
	return a == b || a != nil && b != nil && *a == *b
}

// fits says whether roles exist and go with a technician.
func fits(roles []Role, technician *ids.ID) error {
	for _, r := range roles {
		if _, ok := Grants[r]; !ok {
			return fault.New(fault.Invalid, "role_unknown", "%q is not a role", r).At("/roles", "names a role that does not exist")
		}
	}
	if slices.Contains(roles, Technician) != (technician != nil) {
		return fault.New(fault.Invalid, "technician_wanted", "the role technician and technician_id go together; give both or neither").At("/technician_id", "goes with the role technician")
	}
	return nil
}

func longEnough(password string) error {
	if len([]rune(password)) < ShortestPassword {
		return fault.New(fault.Invalid, "password_short", "a password has at least %d characters", ShortestPassword).At("/password", "is too short")
	}
	return nil
}
