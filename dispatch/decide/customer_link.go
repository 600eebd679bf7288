package decide

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/ids"
)

// Linked has a notice carry a link of its own to its ticket, good until a week after
// the visit. A notice that gets to nobody carries none.
func Linked(ctx context.Context, tx dispatch.Tx, who access.Principal, n dispatch.Notice, t dispatch.Ticket, visitEnds *time.Time, now time.Time) (dispatch.Notice, error) {
	if n.State != dispatch.NoticeQueued {
		return n, nil
	}
	l := dispatch.NewCustomerLink(t, nil, visitEnds, now)
	n.LinkID = &l.ID
	return n, AddLink(ctx, tx, who, l, now)
}

// AddLink stores a link and tells of it.
func AddLink(ctx context.Context, tx dispatch.Tx, who access.Principal, l dispatch.CustomerLink, now time.Time) error {
	if err := tx.AddCustomerLink(ctx, l); err != nil {
		return err
	}
	return Emit(ctx, tx, now, who, Event{Name: "customer_link.made", Kind: "customer_link", Subject: l.ID, Data: map[string]any{"ticket_id": l.TicketID}})
}

// AskSurvey asks the person of a visit that is done how it was, an hour later, once
// nothing more is planned for the ticket. Nobody is written to who wants few words,
// or whom nothing gets to: they can be asked when they are called back.
func AskSurvey(ctx context.Context, tx dispatch.Tx, who access.Principal, v dispatch.Visit, now time.Time) error {
	t, err := tx.Ticket(ctx, v.TicketID)
	if err != nil {
		return err
	}
	visits, err := tx.VisitsOfTicket(ctx, t.ID)
	if err != nil {
		return err
	}
	for _, other := range visits {
		if other.ID != v.ID && !other.State.Over() {
			return nil
		}
	}
	person, err := tx.Person(ctx, v.PersonID)
	if err != nil {
		return err
	}
	s := dispatch.Survey{VisitID: v.ID, TicketID: t.ID, PersonID: person.ID, AskedAt: now}
	n := dispatch.Tell(person, &t, nil, "survey", dispatch.Told{}, now)
	if n.State == dispatch.NoticeQueued && !person.Quiet {
		if n, err = Linked(ctx, tx, who, n, t, nil, now); err != nil {
			return err
		}
		due := now.Add(dispatch.SurveyAfter)
		n.DueAt, s.NoticeID = &due, &n.ID // a sweep finds it when it is due
		if err := tx.AddNotice(ctx, n); err != nil {
			return err
		}
	}
	fresh, err := tx.AddSurvey(ctx, s)
	if err != nil || !fresh {
		return err
	}
	return Emit(ctx, tx, now, who, Event{Name: "survey.asked", Kind: "visit", Subject: v.ID,
		Data: map[string]any{"ticket_id": t.ID, "notice_id": s.NoticeID}})
}

// AnswerSurvey writes down what a person says of a visit. by is who writes it, nil
// for the person themselves. Codes: "survey_not_found", "survey_answered".
func AnswerSurvey(ctx context.Context, tx dispatch.Tx, who access.Principal, visit ids.ID, treatment, outcome int, comment string, now time.Time) (dispatch.Survey, error) {
	s, err := tx.LockSurvey(ctx, visit)
	if err != nil {
		return s, err
	}
	if err := s.MayAnswer(); err != nil {
		return s, err
	}
	s.AnsweredAt, s.Treatment, s.Outcome, s.Comment, s.AnsweredBy = &now, &treatment, &outcome, comment, actor(who)
	if err := tx.AnswerSurvey(ctx, s); err != nil {
		return s, err
	}
	return s, Emit(ctx, tx, now, who, Event{Name: "survey.answered", Kind: "visit", Subject: visit,
		Data: map[string]any{"ticket_id": s.TicketID, "treatment": treatment, "outcome": outcome}})
}
