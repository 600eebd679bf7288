package decide

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/day"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/ids"
)

// Decider asks and commits what-ifs.
type Decider struct {
	Store  dispatch.Store
	Ways   *Ways
	Clock  clock.Clock
	Floors dispatch.Floors
}

// Question is a change of some days, asked by somebody about something.
type Question struct {
	Who     access.Principal
	Subject *ids.ID // the ticket, visit or technician it is about
	Days    []dispatch.DayKey
	Change  day.Change
}

// Board reads the days in one snapshot and makes them ready to be asked.
func (d *Decider) Board(ctx context.Context, keys []dispatch.DayKey, now time.Time) (*day.Board, day.Horizon, error) {
	var h day.Horizon
	err := d.Store.Read(ctx, func(tx dispatch.Tx) error {
		var err error
		h, err = Horizon(ctx, tx, keys, now)
		return err
	})
	if err != nil {
		return nil, h, err
	}
	b, err := d.Ready(ctx, h, now)
	return b, h, err
}

// Horizon reads days inside a transaction, with the closures that are not over now.
func Horizon(ctx context.Context, tx dispatch.Tx, keys []dispatch.DayKey, now time.Time) (day.Horizon, error) {
	var h day.Horizon
	for _, k := range sorted(keys) {
		sheet, err := tx.DaySheet(ctx, k)
		if err != nil {
			return h, fmt.Errorf("reading the day %s: %w", k.Date, err)
		}
		dd, err := day.FromSheet(sheet)
		if err != nil {
			return h, err
		}
		h.Days = append(h.Days, dd)
	}
	var err error
	h.Closures, err = tx.ClosuresAfter(ctx, now)
	return h, err
}

// Ready makes days that were read ready to be asked at one instant.
func (d *Decider) Ready(ctx context.Context, h day.Horizon, now time.Time) (*day.Board, error) {
	travel, err := d.Ways.Tables(ctx, h, now)
	if err != nil {
		return nil, err
	}
	return day.NewBoard(h, now, Seed(h), travel, d.Floors), nil
}

// Seed is the luck of a horizon: always the same for the same days, so that two
// questions about one day are judged alike.
func Seed(h day.Horizon) uint64 {
	f := fnv.New64a()
	for i := range h.Days {
		f.Write(h.Days[i].Key.RegionID[:])
		f.Write([]byte(h.Days[i].Key.Date))
	}
	return f.Sum64() >> 1
}

// Ask tries a change and keeps the outcome, so that it can be committed by its id.
func (d *Decider) Ask(ctx context.Context, q Question) (day.Outcome, error) {
	now := d.Clock.Now()
	b, _, err := d.Board(ctx, q.Days, now)
	if err != nil {
		return day.Outcome{}, err
	}
	o := b.Try(q.Change)
	err = d.Store.Write(ctx, func(tx dispatch.Tx) error {
		if err := d.Keep(ctx, tx, q, &o); err != nil {
			return err
		}
		return tx.Answer(ctx, o)
	})
	return o, err
}

// Keep stores an outcome and gives it its id.
func (d *Decider) Keep(ctx context.Context, tx dispatch.Tx, q Question, o *day.Outcome) error {
	o.ID = ids.New()
	change, err := json.Marshal(q.Change)
	if err != nil {
		return fmt.Errorf("keeping a change: %w", err)
	}
	document, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("keeping an outcome: %w", err)
	}
	return tx.AddOutcome(ctx, dispatch.OutcomeRecord{
		ID: o.ID, Kind: string(o.Kind), AskedBy: q.Who.AccountID, SubjectID: q.Subject, At: o.At, ExpiresAt: o.ExpiresAt,
		Seed: int64(o.Seed), Days: sorted(q.Days), Change: change, Document: document,
	})
}

// Load reads an outcome that was kept.
func Load(ctx context.Context, tx dispatch.Tx, id ids.ID) (dispatch.OutcomeRecord, day.Outcome, day.Change, error) {
	var o day.Outcome
	var c day.Change
	rec, err := tx.Outcome(ctx, id)
	if err != nil {
		return rec, o, c, err
	}
	if err := json.Unmarshal(rec.Document, &o); err != nil {
		return rec, o, c, fmt.Errorf("reading outcome %s: %w", id, err)
	}
	if err := json.Unmarshal(rec.Change, &c); err != nil {
		return rec, o, c, fmt.Errorf("reading the change of outcome %s: %w", id, err)
	}
	return rec, o, c, nil
}

func sorted(keys []dispatch.DayKey) []dispatch.DayKey {
	out := slices.Clone(keys)
	slices.SortFunc(out, func(a, b dispatch.DayKey) int {
		if a.Date != b.Date {
			if a.Date < b.Date {
				return -1
			}
			return 1
		}
		return slices.Compare(a.RegionID[:], b.RegionID[:])
	})
	return slices.Compact(out)
}

// Keys names the days of a horizon.
func Keys(h day.Horizon) []dispatch.DayKey {
	var out []dispatch.DayKey
	for i := range h.Days {
		out = append(out, h.Days[i].Key)
	}
	return out
}
