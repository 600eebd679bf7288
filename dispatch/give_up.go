package dispatch

// GiveUpReason is why a visit can't be completed.
type GiveUpReason string

// The reasons. The last is the sweep's.
const (
	GaveUpNoAccess      GiveUpReason = "no_access"
	GaveUpNoShow        GiveUpReason = "no_show"
	GaveUpPartMissing   GiveUpReason = "part_missing"
	GaveUpWrongSkill    GiveUpReason = "wrong_skill"
	GaveUpUnsafe        GiveUpReason = "unsafe"
	GaveUpPostponed     GiveUpReason = "customer_postponed"
	GaveUpOther         GiveUpReason = "other" // with a text
	GaveUpNeverReported GiveUpReason = "never_reported"
)

// AtTheDoor says whether the reason can only be met where one has arrived.
func (r GiveUpReason) AtTheDoor() bool { return r == GaveUpNoShow || r == GaveUpNoAccess }

// Verdict is how a promise ends on which nobody has arrived: what the customer puts
// off is withdrawn in their name, everything else is broken by us.
func (r GiveUpReason) Verdict() PromiseState {
	if r == GaveUpPostponed {
		return PromiseWithdrawn
	}
	return PromiseBroken
}
