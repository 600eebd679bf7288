package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"

	"github.com/jackc/pgx/v5"
)

const (
	optionSetColumns = `id, visit_id, state, offered_by, offered_at, chosen_id, chosen_at, chosen_by`
	optionColumns    = `id, set_id, position, code, name, minutes, end_state, outcome_id, blocked, item_id,
		follow_up_date::text as follow_up_date, follow_up_from, follow_up_to`
)

// AddOptionSet stores an offer with its options; code "options_state" when the
// visit has one on offer.
func (t *tx) AddOptionSet(ctx context.Context, s dispatch.OptionSet, options []dispatch.Option) error {
	b := &pgx.Batch{}
	b.Queue(`insert into option_sets (id, visit_id, state, offered_by, offered_at, chosen_id, chosen_at, chosen_by)
		values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		s.ID, s.VisitID, s.State, s.OfferedBy, s.OfferedAt, s.ChosenID, s.ChosenAt, s.ChosenBy)
	for _, o := range options {
		b.Queue(`insert into options (id, set_id, position, code, name, minutes, end_state, outcome_id, blocked, item_id,
			follow_up_date, follow_up_from, follow_up_to)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::date, $12, $13)`,
			o.ID, s.ID, o.Position, o.Code, o.Name, o.Minutes, o.EndState, o.OutcomeID, o.Blocked, o.ItemID,
			o.FollowUpDate, o.FollowUpFrom, o.FollowUpTo)
	}
	return failed(t.SendBatch(ctx, b).Close(), "offering options")
}

// OptionSet gives an offer with its options in order.
func (t *tx) OptionSet(ctx context.Context, id ids.ID) (dispatch.OptionSet, []dispatch.Option, error) {
	return t.optionSet(ctx, id, "")
}

// LockOptionSet reads an offer for change.
func (t *tx) LockOptionSet(ctx context.Context, id ids.ID) (dispatch.OptionSet, []dispatch.Option, error) {
	return t.optionSet(ctx, id, " for no key update")
}

func (t *tx) optionSet(ctx context.Context, id ids.ID, lock string) (s dispatch.OptionSet, options []dispatch.Option, err error) {
	s, err = one[dispatch.OptionSet](ctx, t, "option_set",
		`select `+optionSetColumns+` from option_sets where id = $1`+lock, id)
	if err != nil {
		return s, nil, err
	}
	options, err = list[dispatch.Option](ctx, t, "reading options",
		`select `+optionColumns+` from options where set_id = $1 order by position`, id)
	return s, options, err
}

// ChooseOption records the choice; code "options_state" when no longer offered.
func (t *tx) ChooseOption(ctx context.Context, set, option ids.ID, by string, at time.Time) error {
	n, err := exec(ctx, t, "choosing an option",
		`update option_sets set state = 'chosen', chosen_id = $2, chosen_at = $3, chosen_by = $4
		 where id = $1 and state = 'offered'`, set, option, at, by)
	if err != nil || n == 1 {
		return err
	}
	s, _, err := t.OptionSet(ctx, set)
	if err != nil {
		return err
	}
	return s.State.Allows(dispatch.OptionsChoose)
}

// OptionChosen says whether one was chosen at a visit.
func (t *tx) OptionChosen(ctx context.Context, visit ids.ID) (bool, error) {
	type found struct{ Chosen bool }
	f, err := one[found](ctx, t, "option_set",
		`select exists (select from option_sets where visit_id = $1 and state = 'chosen') as chosen`, visit)
	return f.Chosen, err
}

// LapseOptions ends what is still on offer at a visit that is over.
func (t *tx) LapseOptions(ctx context.Context, visit ids.ID) error {
	return run(ctx, t, "ending options",
		`update option_sets set state = 'lapsed' where visit_id = $1 and state = 'offered'`, visit)
}

// WithdrawOptions ends the offered sets of a visit, for a new offer.
func (t *tx) WithdrawOptions(ctx context.Context, visit ids.ID) error {
	return run(ctx, t, "withdrawing options",
		`update option_sets set state = 'withdrawn' where visit_id = $1 and state = 'offered'`, visit)
}
