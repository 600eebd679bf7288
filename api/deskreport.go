package api

import (
	"context"
	"fmt"
	"strings"
	"time"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// ofPeople stands beside figures of single people.
const ofPeople = "Who takes the hard calls is slower, and who takes more has less time for each. These figures say nothing of how well somebody helped; ask before you judge."

// ReportAnswerTimes tells how long people waited, by channel.
func (s *server) ReportAnswerTimes(ctx context.Context, r contract.ReportAnswerTimesRequestObject) (contract.ReportAnswerTimesResponseObject, error) {
	list, err := s.desk.AnswerTimes(ctx, who(ctx), r.Params.From, r.Params.Until, dispatch.AnswerByChannel)
	if err != nil {
		return nil, err
	}
	return contract.ReportAnswerTimes200JSONResponse(answerTimes(r.Params.From, r.Params.Until, list)), nil
}

// ReportAnswerTimesOfHandlers tells how long people waited, by who answered.
func (s *server) ReportAnswerTimesOfHandlers(ctx context.Context, r contract.ReportAnswerTimesOfHandlersRequestObject) (contract.ReportAnswerTimesOfHandlersResponseObject, error) {
	list, err := s.desk.AnswerTimes(ctx, who(ctx), r.Params.From, r.Params.Until, dispatch.AnswerByHandler)
	if err != nil {
		return nil, err
	}
	out := answerTimes(r.Params.From, r.Params.Until, list)
	out.Caveat = given(ofPeople)
	return contract.ReportAnswerTimesOfHandlers200JSONResponse(out), nil
}

// ReportAnswerTimesOfTeams tells how long people waited, by team.
func (s *server) ReportAnswerTimesOfTeams(ctx context.Context, r contract.ReportAnswerTimesOfTeamsRequestObject) (contract.ReportAnswerTimesOfTeamsResponseObject, error) {
	list, err := s.desk.AnswerTimes(ctx, who(ctx), r.Params.From, r.Params.Until, dispatch.AnswerByTeam)
	if err != nil {
		return nil, err
	}
	return contract.ReportAnswerTimesOfTeams200JSONResponse(answerTimes(r.Params.From, r.Params.Until, list)), nil
}

// ReportRegistration tells how many calls stand in the books.
func (s *server) ReportRegistration(ctx context.Context, r contract.ReportRegistrationRequestObject) (contract.ReportRegistrationResponseObject, error) {
	all, _, err := s.desk.RegistrationReport(ctx, who(ctx), r.Params.From, r.Params.Until, false)
	if err != nil {
		return nil, err
	}
	return contract.ReportRegistration200JSONResponse{From: r.Params.From, Until: r.Params.Until, All: callCount(all), Handlers: []contract.CallCount{}}, nil
}

// ReportRegistrationOfHandlers tells the same, by who took the calls.
func (s *server) ReportRegistrationOfHandlers(ctx context.Context, r contract.ReportRegistrationOfHandlersRequestObject) (contract.ReportRegistrationOfHandlersResponseObject, error) {
	all, of, err := s.desk.RegistrationReport(ctx, who(ctx), r.Params.From, r.Params.Until, true)
	if err != nil {
		return nil, err
	}
	return contract.ReportRegistrationOfHandlers200JSONResponse{From: r.Params.From, Until: r.Params.Until, All: callCount(all), Handlers: each(of, callCount),
		Caveat: given(ofPeople)}, nil
}

// ReportTimeToResolve tells how long tickets took, and what share of the calls
// that is about.
func (s *server) ReportTimeToResolve(ctx context.Context, r contract.ReportTimeToResolveRequestObject) (contract.ReportTimeToResolveResponseObject, error) {
	v, err := s.desk.ResolveReport(ctx, who(ctx), r.Params.From, r.Params.Until)
	if err != nil {
		return nil, err
	}
	out := contract.ReportTimeToResolve200JSONResponse{From: r.Params.From, Until: r.Params.Until, Calls: callCount(v.Calls), Statement: statement(v)}
	for _, t := range v.Times {
		switch t.Which {
		case "all":
			out.All = spread(t.Spread)
		case "one_step":
			out.OneStep = spread(t.Spread)
		case "later":
			out.Later = spread(t.Spread)
		}
	}
	return out, nil
}

// statement says in a sentence what the figures are about, so that nobody reads
// them without knowing what they leave out.
func statement(v desk.ResolveReport) string {
	return fmt.Sprintf("%s; %d of %d tickets were registered and resolved in one step.", coverage(v.Calls), v.Times[1].Count, v.Times[0].Count)
}

// coverage says how many of the calls stand in the books.
func coverage(c dispatch.CallCount) string {
	share, ok := c.Coverage()
	if !ok {
		return "telephony saw no answered call in this time"
	}
	return fmt.Sprintf("%d of the %d calls that had something to register stand in the books (%d %%)", c.Registered, c.Answered-c.Dismissed, int(share*100))
}

func answerTimes(from, until time.Time, list []dispatch.AnswerTimes) contract.AnswerTimes {
	out := contract.AnswerTimes{From: from, Until: until, All: spread(list[0].Spread)}
	out.Groups = each(list[1:], func(a dispatch.AnswerTimes) contract.AnswerTimesGroup {
		return contract.AnswerTimesGroup{Channel: given(contract.Channel(a.Channel)), HandlerID: a.HandlerID, TeamID: a.TeamID, Waits: spread(a.Spread)}
	})
	return out
}

func spread(s dispatch.Spread) contract.Spread {
	return contract.Spread{Count: s.Count, Mean: exact(s.Mean), P50: exact(s.P50), P90: exact(s.P90), P95: exact(s.P95), P99: exact(s.P99), Most: exact(s.Most)}
}

// exact writes a length of time with what is less than a second: PT1M2.5S.
func exact(d time.Duration) string {
	part := d % time.Second
	if part == 0 {
		return duration(d)
	}
	whole := duration(d - d%time.Minute)
	if d < time.Minute {
		whole = "PT"
	}
	return whole + strings.TrimRight(fmt.Sprintf("%.6f", (d%time.Minute).Seconds()), "0") + "S"
}

func callCount(c dispatch.CallCount) contract.CallCount {
	out := contract.CallCount{HandlerID: c.HandlerID, Seen: c.Seen, Answered: c.Answered, Registered: c.Registered, InTime: c.InTime,
		Dismissed: c.Dismissed, Unregistered: c.Unregistered}
	if share, ok := c.Coverage(); ok {
		out.Coverage = &share
	}
	return out
}
