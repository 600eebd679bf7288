package setup

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/decide"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// book says how one noun is kept: what is the same for all of them is written
// once, below.
type book[T any, K comparable] struct {
	noun        string
	read, write access.Scope
	of          func(dispatch.Tx) dispatch.Register[T, K]
	subject     func(T) ids.ID // what its events are of
	version     func(T) int64
	inUse       func(T) error
	// check says what is wrong with the values, all of it at once.
	check func(T) []fault.Field
	// complete looks up what the values name, and fills in what follows from it.
	complete func(ctx context.Context, tx dispatch.Tx, v *T) error
	// raise tells the days of which it is an input; before is nil for a new one.
	raise func(ctx context.Context, tx dispatch.Tx, before *T, after T, now time.Time) error
	// stands says what stands in the way of retiring it.
	stands func(ctx context.Context, tx dispatch.Tx, v T, now time.Time) error
	retire func(v *T, at time.Time)
}

// add checks, stores and tells of a new one.
func (b book[T, K]) add(ctx context.Context, tx dispatch.Tx, who access.Principal, v T, now time.Time) (T, error) {
	if err := b.fit(ctx, tx, &v); err != nil {
		return v, err
	}
	v, err := b.of(tx).Add(ctx, v)
	if err != nil {
		return v, err
	}
	if b.raise != nil {
		if err := b.raise(ctx, tx, nil, v, now); err != nil {
			return v, err
		}
	}
	return v, b.tell(ctx, tx, who, v, "added", now)
}

// fit completes and checks the values. What is wrong by itself is said before
// anything is looked up.
func (b book[T, K]) fit(ctx context.Context, tx dispatch.Tx, v *T) error {
	if err := refuse(b.noun, b.check(*v)); err != nil {
		return err
	}
	if b.complete == nil {
		return nil
	}
	return b.complete(ctx, tx, v)
}

// change alters, checks, stores and tells of one that is locked.
func (b book[T, K]) change(ctx context.Context, tx dispatch.Tx, who access.Principal, v T, alter func(*T), now time.Time) (T, error) {
	if err := b.inUse(v); err != nil {
		return v, err
	}
	before := v
	alter(&v)
	if err := b.fit(ctx, tx, &v); err != nil {
		return v, err
	}
	v, err := b.of(tx).Save(ctx, v)
	if err != nil {
		return v, err
	}
	if b.raise != nil {
		if err := b.raise(ctx, tx, &before, v, now); err != nil {
			return v, err
		}
	}
	return v, b.tell(ctx, tx, who, v, "changed", now)
}

// end takes one that is locked out of use, and tells of it.
func (b book[T, K]) end(ctx context.Context, tx dispatch.Tx, who access.Principal, v T, now time.Time) (T, error) {
	if err := b.inUse(v); err != nil {
		return v, err
	}
	before := v
	b.retire(&v, now)
	v, err := b.of(tx).Save(ctx, v)
	if err != nil {
		return v, err
	}
	if b.raise != nil {
		if err := b.raise(ctx, tx, &before, v, now); err != nil {
			return v, err
		}
	}
	// The days are held by now, so that nothing is planned behind our back.
	if b.stands != nil {
		if err := b.stands(ctx, tx, v, now); err != nil {
			return v, err
		}
	}
	return v, b.tell(ctx, tx, who, v, "retired", now)
}

func (b book[T, K]) tell(ctx context.Context, tx dispatch.Tx, who access.Principal, v T, what string, now time.Time) error {
	return decide.Emit(ctx, tx, now, who, decide.Event{Name: b.noun + "." + what, Kind: b.noun, Subject: b.subject(v),
		Data: map[string]any{"version": b.version(v)}})
}

func stale(noun string, version int64) error {
	return fault.New(fault.Stale, "version_stale", "the %s has changed since you read it; read it again and repeat", noun).With("version", version)
}

// refuse makes one refusal of all that is wrong, nil of nothing.
func refuse(noun string, wrong []fault.Field) error {
	if len(wrong) == 0 {
		return nil
	}
	f := fault.New(fault.Invalid, "bad_entry", "this %s can't be kept as it is; errors names each place and says what would do", noun)
	f.Fields = wrong
	return f
}

// codeID names the events of what has a code and no id.
func codeID(noun, code string) ids.ID { return ids.From(ids.Nil, noun+" "+code) }
