package dispatch

import (
	"fmt"
	"slices"

	"roundsman/assets"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Predicate says which devices an incident touches. Clauses left out match
// everything; all that are given must match.
type Predicate struct {
	Models  []string `json:"models,omitempty"`   // model codes
	OSFrom  string   `json:"os_from,omitempty"`  // this version or later
	OSBelow string   `json:"os_below,omitempty"` // earlier than this version
	Sites   []ids.ID `json:"sites,omitempty"`
}

// Device is what a predicate looks at.
type Device struct {
	ItemID    ids.ID
	PersonID  ids.ID
	SiteID    ids.ID
	ModelCode string
	OSVersion *string
}

// Validate wants at least one clause, versions of dotted numbers, and a range that
// something can lie in. Code: "bad_predicate".
func (p Predicate) Validate() error {
	if len(p.Models) == 0 && p.OSFrom == "" && p.OSBelow == "" && len(p.Sites) == 0 {
		return fault.New(fault.Invalid, "bad_predicate", "the predicate matches every device; name models, an OS range or sites").At("/predicate", "has no clause")
	}
	for name, v := range map[string]string{"os_from": p.OSFrom, "os_below": p.OSBelow} {
		if _, err := assets.ParseVersion(v); v != "" && err != nil {
			return fault.New(fault.Invalid, "bad_predicate", "%s is not a version; versions are dotted numbers such as 10.0.14393", v).At("/predicate/"+name, "is not a version")
		}
	}
	if p.OSFrom != "" && p.OSBelow != "" && assets.CompareVersions(p.OSFrom, p.OSBelow) >= 0 {
		return fault.New(fault.Invalid, "bad_predicate", "no version is %s or later and earlier than %s; turn the range round", p.OSFrom, p.OSBelow).At("/predicate/os_below", "is not above os_from")
	}
	return nil
}

// Match says whether a device is touched, and by which clauses. A device whose
// OS version is not known, or is none, does not match a range.
func (p Predicate) Match(d Device) (clauses []string, ok bool) {
	if len(p.Models) > 0 {
		if !slices.Contains(p.Models, d.ModelCode) {
			return nil, false
		}
		clauses = append(clauses, "model is "+d.ModelCode)
	}
	if p.OSFrom != "" || p.OSBelow != "" {
		if d.OSVersion == nil {
			return nil, false
		}
		if _, err := assets.ParseVersion(*d.OSVersion); err != nil {
			return nil, false
		}
		if p.OSFrom != "" {
			if assets.CompareVersions(*d.OSVersion, p.OSFrom) < 0 {
				return nil, false
			}
			clauses = append(clauses, fmt.Sprintf("OS %s is %s or later", *d.OSVersion, p.OSFrom))
		}
		if p.OSBelow != "" {
			if assets.CompareVersions(*d.OSVersion, p.OSBelow) >= 0 {
				return nil, false
			}
			clauses = append(clauses, fmt.Sprintf("OS %s is earlier than %s", *d.OSVersion, p.OSBelow))
		}
	}
	if len(p.Sites) > 0 {
		if !slices.Contains(p.Sites, d.SiteID) {
			return nil, false
		}
		clauses = append(clauses, "site is named")
	}
	return clauses, true
}
