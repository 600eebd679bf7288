package dispatch

import (
	"context"
	"time"

	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// Survey is what a person is asked after a visit. It is kept apart from whether we
// kept our word: somebody may be content with a late visit, and cross about one in
// time.
type Survey struct {
	VisitID    ids.ID
	TicketID   ids.ID
	PersonID   ids.ID
	NoticeID   *ids.ID // that asked; nil where nothing gets to the person but a call
	AskedAt    time.Time
	AnsweredAt *time.Time
	Treatment  *int // how they were treated, 1 to 5
	Outcome    *int // what came of it, 1 to 5
	Comment    string
	AnsweredBy *ids.ID // who wrote it down; nil: the person, through their link
}

// SurveyAfter is how long after a visit its person is asked.
const SurveyAfter = time.Hour

// Content is the least mark of somebody who is content.
const Content = 4

// MayAnswer says whether a survey may be answered: once, and an answer stays as it
// was given. Code: "survey_answered".
func (s Survey) MayAnswer() error {
	if s.AnsweredAt != nil {
		return fault.New(fault.Conflict, "survey_answered", "this visit has been rated already; the first answer stays")
	}
	return nil
}

// Marks count how often each mark was given, from 1 to 5.
type Marks [5]int

// Given is how many marks there are.
func (m Marks) Given() (n int) {
	for _, c := range m {
		n += c
	}
	return n
}

// Mean of the marks; ok is false when none was given.
func (m Marks) Mean() (mean float64, ok bool) {
	sum := 0
	for i, c := range m {
		sum += (i + 1) * c
	}
	if m.Given() == 0 {
		return 0, false
	}
	return float64(sum) / float64(m.Given()), true
}

// ContentShare is the share of marks of somebody content; ok is false when none was
// given.
func (m Marks) ContentShare() (share float64, ok bool) {
	n := 0
	for i, c := range m {
		if i+1 >= Content {
			n += c
		}
	}
	if m.Given() == 0 {
		return 0, false
	}
	return float64(n) / float64(m.Given()), true
}

// Satisfaction sets what people said of visits beside whether we kept our word.
type Satisfaction struct {
	Asked     int // visits whose person was asked
	Answered  int
	Treatment Marks
	Outcome   Marks
	// Of the answered visits, by whether the arrival was as promised and whether the
	// person was content with both. What had no promise, or one that the customer
	// took back, is in none of them.
	KeptContent, KeptNot     int
	MissedContent, MissedNot int
}

// Surveys of visits.
type Surveys interface {
	// AddSurvey asks about a visit; false when it was asked about already.
	AddSurvey(ctx context.Context, s Survey) (bool, error)
	// LockSurvey reads a visit's survey for change; code "survey_not_found".
	LockSurvey(ctx context.Context, visit ids.ID) (Survey, error)
	// SurveyOf gives a visit's survey, nil when nobody was asked.
	SurveyOf(ctx context.Context, visit ids.ID) (*Survey, error)
	AnswerSurvey(ctx context.Context, s Survey) error
	// Satisfaction counts the visits that were asked about in a while.
	Satisfaction(ctx context.Context, from, until time.Time) (Satisfaction, error)
}
