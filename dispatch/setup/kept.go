package setup

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
)

// entry is what people enter of a noun: as a new one, or onto one that is there.
type entry[T any] interface {
	fresh() T
	onto(*T)
}

// Kept is one noun of the standing data, as people enter, read, change and retire it.
// Any call may be refused with "forbidden"; one that names its noun, with
// "<noun>_not_found"; a change and a retirement, with "version_stale", and with
// "<noun>_state" of what is retired; an entry and a change, with "bad_entry", which
// says of each place what is wrong. What else there is, the method that gives it says.
type Kept[T any, K comparable, E entry[T]] struct {
	s *Setup
	b book[T, K]
}

// Add enters a new one.
func (k Kept[T, K, E]) Add(ctx context.Context, who access.Principal, e E) (T, error) {
	return k.write(ctx, who, func(tx dispatch.Tx, now time.Time) (T, error) {
		return k.b.add(ctx, tx, who, e.fresh(), now)
	})
}

// Get gives one, retired or not.
func (k Kept[T, K, E]) Get(ctx context.Context, who access.Principal, key K) (v T, err error) {
	if err := who.Require(k.b.read); err != nil {
		return v, err
	}
	err = k.s.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		v, err = k.b.of(tx).Get(ctx, key)
		return err
	})
	return v, err
}

// List gives them by what people call them, a page at a time.
func (k Kept[T, K, E]) List(ctx context.Context, who access.Principal, f dispatch.StandingFilter, p dispatch.Page) (all []T, next string, err error) {
	if err := who.Require(k.b.read); err != nil {
		return nil, "", err
	}
	err = k.s.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
		all, next, err = k.b.of(tx).List(ctx, f, p)
		return err
	})
	return all, next, err
}

// Change alters one that is at the version; what is nil in the entry stays.
func (k Kept[T, K, E]) Change(ctx context.Context, who access.Principal, key K, version int64, e E) (T, error) {
	return k.write(ctx, who, func(tx dispatch.Tx, now time.Time) (T, error) {
		v, err := k.locked(ctx, tx, key, version)
		if err != nil {
			return v, err
		}
		return k.b.change(ctx, tx, who, v, e.onto, now)
	})
}

// Retire takes one that is at the version out of use. It can still be read.
func (k Kept[T, K, E]) Retire(ctx context.Context, who access.Principal, key K, version int64) (T, error) {
	return k.write(ctx, who, func(tx dispatch.Tx, now time.Time) (T, error) {
		v, err := k.locked(ctx, tx, key, version)
		if err != nil {
			return v, err
		}
		return k.b.end(ctx, tx, who, v, now)
	})
}

// write does an act and keeps its answer with it.
func (k Kept[T, K, E]) write(ctx context.Context, who access.Principal, act func(dispatch.Tx, time.Time) (T, error)) (v T, err error) {
	if err := who.Require(k.b.write); err != nil {
		return v, err
	}
	now := k.s.Clock.Now()
	err = k.s.Store.Write(ctx, func(tx dispatch.Tx) (err error) {
		if v, err = act(tx, now); err != nil {
			return err
		}
		return tx.Answer(ctx, v)
	})
	return v, err
}

// locked gives one for change if it is as the caller has read it.
func (k Kept[T, K, E]) locked(ctx context.Context, tx dispatch.Tx, key K, version int64) (T, error) {
	v, err := k.b.of(tx).Lock(ctx, key)
	if err == nil && k.b.version(v) != version {
		err = stale(k.b.noun, k.b.version(v))
	}
	return v, err
}
