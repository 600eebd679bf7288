package desk

import (
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Acting is who makes a choice about a promise: somebody at the desk, on our own or
// the customer's behalf, or the customer themselves through the link to their
// ticket. Whoever makes the value has checked the link.
type Acting struct {
	Who  access.Principal // the zero one with a link
	Link *ids.ID          // the ticket whose link the customer holds; nil at the desk
}

// require refuses who may not. A link is right enough for its own ticket.
func (a Acting) require(s access.Scope) error {
	if a.Link != nil {
		return nil
	}
	return a.Who.Require(s)
}

// sees hides what a link does not open. Code: "<noun>_not_found".
func (a Acting) sees(ticket ids.ID, noun string) error {
	if a.Link == nil || *a.Link == ticket {
		return nil
	}
	return fault.New(fault.NotFound, noun+"_not_found", "there is no such %s", noun)
}

// choice says whose choice it is: with a link always the customer's, and at the
// desk too unless it is said to be ours.
func (a Acting) choice(said dispatch.Choice) dispatch.Choice {
	if a.Link == nil && said == dispatch.OurChoice {
		return dispatch.OurChoice
	}
	return dispatch.CustomerChoice
}
