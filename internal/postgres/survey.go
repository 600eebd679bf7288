package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const surveyColumns = `visit_id, ticket_id, person_id, notice_id, asked_at, answered_at, treatment, outcome, comment, answered_by`

// AddSurvey asks about a visit; false when it was asked about already.
func (t *tx) AddSurvey(ctx context.Context, s dispatch.Survey) (bool, error) {
	n, err := exec(ctx, t, "adding a survey",
		`insert into surveys (visit_id, ticket_id, person_id, notice_id, asked_at) values ($1, $2, $3, $4, $5) on conflict (visit_id) do nothing`,
		s.VisitID, s.TicketID, s.PersonID, s.NoticeID, s.AskedAt)
	return n == 1, err
}

// LockSurvey reads a visit's survey for change.
func (t *tx) LockSurvey(ctx context.Context, visit ids.ID) (dispatch.Survey, error) {
	return one[dispatch.Survey](ctx, t, "survey", `select `+surveyColumns+` from surveys where visit_id = $1 for no key update`, visit)
}

// SurveyOf gives a visit's survey, nil when nobody was asked.
func (t *tx) SurveyOf(ctx context.Context, visit ids.ID) (*dispatch.Survey, error) {
	s, found, err := maybe[dispatch.Survey](ctx, t, "survey", `select `+surveyColumns+` from surveys where visit_id = $1`, visit)
	if err != nil || !found {
		return nil, err
	}
	return &s, nil
}

// AnswerSurvey writes the answer down.
func (t *tx) AnswerSurvey(ctx context.Context, s dispatch.Survey) error {
	return run(ctx, t, "answering a survey",
		`update surveys set answered_at = $2, treatment = $3, outcome = $4, comment = $5, answered_by = $6 where visit_id = $1 and answered_at is null`,
		s.VisitID, s.AnsweredAt, s.Treatment, s.Outcome, s.Comment, s.AnsweredBy)
}

// Satisfaction counts the visits that were asked about in a while. The promise that
// counts for a visit is the last one made for it.
func (t *tx) Satisfaction(ctx context.Context, from, until time.Time) (dispatch.Satisfaction, error) {
	type row struct {
		Treatment *int
		Outcome   *int
		Promise   *string
		Visits    int
	}
	rows, err := list[row](ctx, t, "counting surveys",
		`select s.treatment, s.outcome, p.state as promise, count(*)::integer as visits
		 from surveys s left join lateral (
		     select state from promises where visit_id = s.visit_id and kind = 'arrival' order by made_at desc, id desc limit 1) p on true
		 where s.asked_at >= $1 and s.asked_at < $2
		 group by 1, 2, 3`, from, until)
	var out dispatch.Satisfaction
	for _, r := range rows {
		out.Asked += r.Visits
		if r.Treatment == nil || r.Outcome == nil {
			continue
		}
		out.Answered += r.Visits
		out.Treatment[*r.Treatment-1] += r.Visits
		out.Outcome[*r.Outcome-1] += r.Visits
		if r.Promise == nil {
			continue
		}
		content := *r.Treatment >= dispatch.Content && *r.Outcome >= dispatch.Content
		switch dispatch.PromiseState(*r.Promise) {
		case dispatch.PromiseKept:
			add(content, r.Visits, &out.KeptContent, &out.KeptNot)
		case dispatch.PromiseLate, dispatch.PromiseBroken:
			add(content, r.Visits, &out.MissedContent, &out.MissedNot)
		}
	}
	return out, err
}

func add(yes bool, n int, to, otherwise *int) {
	if yes {
		*to += n
	} else {
		*otherwise += n
	}
}
