package dispatch

import (
	"context"
	"time"

	"roundsman/internal/ids"
	"roundsman/internal/states"
	"roundsman/internal/webhook"
)

// SourceState is whether an inbound source is believed.
type SourceState string

// The states of an inbound source. The comment names who acts next.
const (
	SourceLive    SourceState = "live"    // the other system: report; who sets up: exchange its secret
	SourceRetired SourceState = "retired" // nobody: what it reported stays
)

// SourceAct is something that is done to an inbound source.
type SourceAct string

// The acts. The comment names who does them.
const (
	SourceReport SourceAct = "report" // the other system
	SourceRotate SourceAct = "rotate" // who sets up
	SourceRetire SourceAct = "retire" // who sets up
)

// sourceTable says what may be done to an inbound source in which state; docs/states.md
// draws it. To whoever reports a retired source is none.
var sourceTable = states.Table[SourceAct, SourceState]{
	Noun: "inbound source", Code: "inbound_source_state", Hint: "set up a new one",
	States: []SourceState{SourceLive, SourceRetired},
	Acts: []states.Act[SourceAct, SourceState]{
		{Name: SourceReport, From: []SourceState{SourceLive}, Code: "signature_refused"},
		{Name: SourceRotate, From: []SourceState{SourceLive}},
		{Name: SourceRetire, From: []SourceState{SourceLive}, To: []SourceState{SourceRetired}},
	},
}

// State is whether the source is believed.
func (s InboundSource) State() SourceState {
	if s.RetiredAt != nil {
		return SourceRetired
	}
	return SourceLive
}

// Allows refuses an act that does not fit the state. Code: "inbound_source_state", with
// the states that it fits.
func (s SourceState) Allows(a SourceAct) error { return sourceTable.Allows(s, a) }

// InboundSource is another system that reports to us: monitoring, change
// management, deployment. Its messages are signed; while a secret is exchanged,
// two are good.
type InboundSource struct {
	ID        ids.ID
	Code      string // in the address that it posts to
	Name      string
	AccountID ids.ID // the service account in whose name it acts
	webhook.Keys
	CreatedAt time.Time
	RetiredAt *time.Time
	Version   int64
}

// Disposition says what became of a message.
type Disposition string

// The dispositions.
const (
	InboundApplied   Disposition = "applied"   // something is new or another by it
	InboundUnchanged Disposition = "unchanged" // all of it was known
	InboundOutdated  Disposition = "outdated"  // a newer report on the same thing came first
	InboundDuplicate Disposition = "duplicate" // this very message was taken in before
)

// InboundMessage is a message that was taken in.
type InboundMessage struct {
	SourceID    ids.ID
	WebhookID   string
	ReceivedAt  time.Time // machine time
	Disposition Disposition
	SubjectID   *ids.ID // the incident or change it is about
}

// Inbounds are the systems that report, and what they have reported.
type Inbounds interface {
	// AddInboundSource stores one; code "source_taken" when its code is another's.
	AddInboundSource(ctx context.Context, s InboundSource) error
	InboundSource(ctx context.Context, id ids.ID) (InboundSource, error)
	// InboundSourceByCode gives a source that is not retired; code
	// "inbound_source_not_found".
	InboundSourceByCode(ctx context.Context, code string) (InboundSource, error)
	ListInboundSources(ctx context.Context, p Page) (list []InboundSource, next string, err error)
	// SaveInboundSource writes secrets and retirement, and raises the version.
	SaveInboundSource(ctx context.Context, s InboundSource) (InboundSource, error)
	// TakeIn remembers a message; when it was taken in before, that one is given,
	// and false.
	TakeIn(ctx context.Context, m InboundMessage) (InboundMessage, bool, error)
	// SettleMessage writes what became of a message.
	SettleMessage(ctx context.Context, m InboundMessage) error
	// DropMessages forgets messages received before then.
	DropMessages(ctx context.Context, before time.Time) (int64, error)
	// Newest notes a report on a thing of a source; false when a newer one came
	// before it. The thing is locked.
	Newest(ctx context.Context, source ids.ID, kind, externalID string, at time.Time) (bool, error)
}
