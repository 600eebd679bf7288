package assets

import (
	"fmt"

	"roundsman/internal/fault"
)

// Need is what somebody has to work with. Empty parts ask for nothing.
type Need struct {
	Kind      Kind   // a laptop also does for a desktop
	Class     int    // at least; see Model
	OSName    string // exactly
	OSVersion string // at least
}

// Slack is how much worse in class than one's own device a loaner may be without
// being asked about it.
const Slack = 1

// NeedOf is the need of somebody who has not said one: the best computer of their
// own, or the best of their things where they have none, and no worse than that by
// more than Slack.
func NeedOf(own []Held) Need {
	var best *Held
	for i := range own {
		h := &own[i]
		if best == nil || rank(h) > rank(best) {
			best = h
		}
	}
	if best == nil {
		return Need{}
	}
	n := Need{Kind: best.Model.Kind, Class: max(1, best.Model.Class-Slack)}
	if best.Item.OSName != nil {
		n.OSName = *best.Item.OSName
	}
	return n
}

func rank(h *Held) int {
	if h.Model.Kind.Computer() {
		return 100 + h.Model.Class
	}
	return h.Model.Class
}

// Computer says whether people work on it.
func (k Kind) Computer() bool { return k == Laptop || k == Desktop }

// Remembers says whether the data of whoever had it stay on it.
func (k Kind) Remembers() bool { return k == Laptop || k == Desktop || k == Phone }

// Clause is one true reason.
type Clause struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// Unmet says in which points an item is less than what is needed; none when it
// will do.
func (n Need) Unmet(h Held) []Clause {
	var out []Clause
	if n.Kind != "" && h.Model.Kind != n.Kind && (n.Kind != Desktop || h.Model.Kind != Laptop) {
		out = append(out, Clause{"kind", fmt.Sprintf("a %s is needed, %s is a %s", n.Kind, h.Item.Tag, h.Model.Kind)})
	}
	if h.Model.Class < n.Class {
		out = append(out, Clause{"class", fmt.Sprintf("class %d is needed, %s is of class %d", n.Class, h.Item.Tag, h.Model.Class)})
	}
	if n.OSName != "" && (h.Item.OSName == nil || *h.Item.OSName != n.OSName) {
		out = append(out, Clause{"os_name", fmt.Sprintf("%s is needed, %s has %s", n.OSName, h.Item.Tag, or(h.Item.OSName, "no operating system"))})
	}
	if n.OSVersion != "" && (h.Item.OSVersion == nil || CompareVersions(*h.Item.OSVersion, n.OSVersion) < 0) {
		out = append(out, Clause{"os_version", fmt.Sprintf("version %s or later is needed, %s has %s", n.OSVersion, h.Item.Tag, or(h.Item.OSVersion, "none"))})
	}
	return out
}

func or(s *string, otherwise string) string {
	if s == nil {
		return otherwise
	}
	return *s
}

// Suits refuses a loaner that is less than what is needed, unless the customer
// waives that in their own words. It gives the codes of the clauses that were
// waived. Codes: "loaner_unsuitable" with failed_clauses.
func (n Need) Suits(h Held, waiver string) ([]string, error) {
	unmet := n.Unmet(h)
	codes := make([]string, 0, len(unmet))
	for _, c := range unmet {
		codes = append(codes, c.Code)
	}
	if len(unmet) == 0 || waiver != "" {
		return codes, nil
	}
	return nil, fault.New(fault.Conflict, "loaner_unsuitable", "%s is not good enough: %s. Choose another, or ask the customer and record in waiver what they say", h.Item.Tag, unmet[0].Text).
		With("failed_clauses", unmet)
}
