package incidents

import (
	"context"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
	"roundsman/internal/webhook"
)

// Inbound takes in what other systems report, by signed messages.
type Inbound struct {
	Store    dispatch.Store
	Clock    clock.Clock
	Machine  clock.Clock // signatures and rotations live in machine time
	Accounts Accounts
}

// Accounts finds the account in whose name a source acts.
type Accounts interface {
	Account(ctx context.Context, id ids.ID) (access.Account, error)
}

// NewSource sets a source up.
type NewSource struct {
	Code      string
	Name      string
	AccountID ids.ID // a service account; what it may do, the source may
}

// AddSource sets a source up and gives it with its secret, which is shown this
// once. Codes: "source_taken", "account_not_found", "account_not_service".
func (n *Inbound) AddSource(ctx context.Context, who access.Principal, in NewSource) (dispatch.InboundSource, error) {
	if err := who.Require(access.HooksWrite); err != nil {
		return dispatch.InboundSource{}, err
	}
	account, err := n.Accounts.Account(ctx, in.AccountID)
	if err != nil {
		return dispatch.InboundSource{}, err
	}
	if !account.Service || !account.Principal().Can(access.IncidentsWrite) {
		return dispatch.InboundSource{}, fault.New(fault.Invalid, "account_not_service", "a source acts in the name of a service account that may write incidents; make one with the role monitor").
			At("/account_id", "is not such an account")
	}
	now := n.Clock.Now()
	s := dispatch.InboundSource{ID: ids.New(), Code: in.Code, Name: in.Name, AccountID: in.AccountID, Keys: webhook.Keys{Secret: webhook.NewSecret()}, CreatedAt: now, Version: 1}
	return s, n.Store.Write(ctx, func(tx dispatch.Tx) error {
		if err := tx.AddInboundSource(ctx, s); err != nil {
			return err
		}
		return decide.Emit(ctx, tx, now, who, decide.Event{Name: "inbound_source.added", Kind: "inbound_source", Subject: s.ID})
	})
}

// Sources lists the sources.
func (n *Inbound) Sources(ctx context.Context, who access.Principal, p dispatch.Page) (list []dispatch.InboundSource, next string, err error) {
	if err := who.Require(access.HooksWrite); err != nil {
		return nil, "", err
	}
	err = n.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		list, next, err = tx.ListInboundSources(ctx, p)
		return err
	})
	return list, next, err
}

// Rotate gives a source a new secret, shown this once; the one before is good for
// another day. Codes: "inbound_source_not_found", "version_stale",
// "inbound_source_state" when it is retired.
func (n *Inbound) Rotate(ctx context.Context, who access.Principal, id ids.ID, version int64) (dispatch.InboundSource, error) {
	machine := n.Machine.Now()
	return n.change(ctx, who, id, version, dispatch.SourceRotate, "inbound_source.rotated", func(s *dispatch.InboundSource) {
		s.Exchange(machine)
	})
}

// Retire ends a source: what it sends is refused from now on. What it reported
// stays. Codes as Rotate.
func (n *Inbound) Retire(ctx context.Context, who access.Principal, id ids.ID, version int64) (dispatch.InboundSource, error) {
	now := n.Clock.Now()
	return n.change(ctx, who, id, version, dispatch.SourceRetire, "inbound_source.retired", func(s *dispatch.InboundSource) {
		s.RetiredAt = &now
		s.End()
	})
}

func (n *Inbound) change(ctx context.Context, who access.Principal, id ids.ID, version int64, act dispatch.SourceAct, event string, do func(*dispatch.InboundSource)) (s dispatch.InboundSource, err error) {
	if err := who.Require(access.HooksWrite); err != nil {
		return s, err
	}
	err = n.Store.Write(ctx, func(tx dispatch.Tx) error {
		if s, err = tx.InboundSource(ctx, id); err != nil {
			return err
		}
		if s.Version != version {
			return fault.New(fault.Stale, "version_stale", "the source has changed since you read it; read it again and repeat").With("version", s.Version)
		}
		if err = s.State().Allows(act); err != nil {
			return err
		}
		do(&s)
		if s, err = tx.SaveInboundSource(ctx, s); err != nil {
			return err
		}
		return decide.Emit(ctx, tx, n.Clock.Now(), who, decide.Event{Name: event, Kind: "inbound_source", Subject: id})
	})
	return s, err
}

// Signed is a message that is to be believed, and in whose name.
type Signed struct {
	Source  dispatch.InboundSource
	Who     access.Principal
	Message webhook.Message
}

// nobody's secret is tried where there is no source, so that the answer takes as
// long and looks the same.
var nobody = webhook.NewSecret()

// Verify tells whether a message comes from the source and is fresh. Code:
// "signature_refused", whatever is wrong with it.
func (n *Inbound) Verify(ctx context.Context, code string, h webhook.Headers, body []byte) (Signed, error) {
	refused := fault.New(fault.Unauthenticated, "signature_refused", "this message is not signed as the source signs, or is too old; check the source, its secret and your clock")
	if h.ID == "" || h.Timestamp == "" || h.Signature == "" {
		return Signed{}, refused
	}
	now := n.Machine.Now()
	out := Signed{}
	err := n.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		out.Source, err = tx.InboundSourceByCode(ctx, code)
		return err
	})
	secrets := []webhook.Secret{nobody}
	switch {
	case err == nil:
		secrets = out.Source.Secrets(now)
	case !fault.Is(err, "inbound_source_not_found"):
		return Signed{}, err
	}
	m, bad := webhook.Verify(h, body, now, secrets...)
	if bad != nil || err != nil {
		return Signed{}, refused
	}
	account, err := n.Accounts.Account(ctx, out.Source.AccountID)
	if err != nil {
		return Signed{}, err
	}
	if account.Disabled {
		return Signed{}, refused
	}
	out.Message, out.Who = m, account.Principal()
	return out, nil
}
