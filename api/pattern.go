package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/setup"
)

// ListPatterns lists shift patterns, by the day from which they hold.
func (s *server) ListPatterns(ctx context.Context, r contract.ListPatternsRequestObject) (contract.ListPatternsResponseObject, error) {
	p := r.Params
	list, next, err := s.setup.Patterns().List(ctx, who(ctx), dispatch.StandingFilter{TechnicianID: p.TechnicianID, Retired: chosen(p.Retired)}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListPatterns200JSONResponse{
		Body: contract.ShiftPatterns{Items: each(list, pattern)}, Headers: contract.ListPatterns200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AddPattern enters a shift pattern.
func (s *server) AddPattern(ctx context.Context, r contract.AddPatternRequestObject) (contract.AddPatternResponseObject, error) {
	answer := func(v dispatch.Pattern) contract.AddPattern201JSONResponse {
		return contract.AddPattern201JSONResponse{Body: pattern(v), Headers: contract.AddPattern201ResponseHeaders{
			ETag: etag(v.Version), Location: "/v1/shift-patterns/" + v.ID.String()}}
	}
	ctx = keep(ctx, func(v dispatch.Pattern) visit { return answer(v).VisitAddPatternResponse })
	v, err := s.setup.Patterns().Add(ctx, who(ctx), patternEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetPattern gives a shift pattern, retired or not.
func (s *server) GetPattern(ctx context.Context, r contract.GetPatternRequestObject) (contract.GetPatternResponseObject, error) {
	v, err := s.setup.Patterns().Get(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetPattern200JSONResponse{Body: pattern(v), Headers: contract.GetPattern200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// ChangePattern merges a patch into a shift pattern.
func (s *server) ChangePattern(ctx context.Context, r contract.ChangePatternRequestObject) (contract.ChangePatternResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.setup.Patterns().Change(ctx, who(ctx), r.ID, version, patternEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return contract.ChangePattern200JSONResponse{Body: pattern(v), Headers: contract.ChangePattern200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// RetirePattern takes a shift pattern out of use.
func (s *server) RetirePattern(ctx context.Context, r contract.RetirePatternRequestObject) (contract.RetirePatternResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Pattern) contract.RetirePattern200JSONResponse {
		return contract.RetirePattern200JSONResponse{Body: pattern(v), Headers: contract.RetirePattern200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Pattern) visit { return answer(v).VisitRetirePatternResponse })
	v, err := s.setup.Patterns().Retire(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func patternEntry(b contract.ShiftPatternEntry) setup.PatternEntry {
	e := setup.PatternEntry{TechnicianID: b.TechnicianID, Name: b.Name, FromDate: some(b.From, dateOf), UntilDate: some(b.Until, dateOf),
		OvertimeMinutes: some(b.Overtime, minutesOf), WorksHolidays: b.WorksHolidays}
	if b.Turns != nil {
		turns := each(b.Turns, func(t contract.Turn) dispatch.Turn {
			v := shiftTimes(t.Starts, t.Ends, t.BreakFrom, t.BreakUntil, t.Break, nil)
			return dispatch.Turn{Weekday: weekdays[t.Weekday], From: v.From, Until: v.Until, BreakFrom: v.BreakFrom, BreakUntil: v.BreakUntil, BreakMinutes: v.BreakMinutes}
		})
		e.Turns = &turns
	}
	return e
}

// shiftTimes reads the times of a shift. What is not after its beginning is of the
// next day; a break without times may be at any time of it.
func shiftTimes(starts, ends contract.WallClock, from, until *contract.WallClock, rest, overtime *string) setup.ShiftEntry {
	start := minuteOf(starts)
	later := func(c contract.WallClock, after int) int {
		m := minuteOf(c)
		if m < after {
			m += dispatch.MinutesADay
		}
		return m
	}
	e := setup.ShiftEntry{From: start, Until: later(ends, start+1), BreakMinutes: value(some(rest, minutesOf)), OvertimeMinutes: value(some(overtime, minutesOf))}
	e.BreakFrom, e.BreakUntil = e.From, e.Until
	if from != nil {
		e.BreakFrom = later(*from, start)
	}
	if until != nil {
		e.BreakUntil = later(*until, start)
	}
	return e
}

func dateOf(d string) dispatch.Date { return dispatch.Date(d) }

func pattern(p dispatch.Pattern) contract.ShiftPattern {
	return contract.ShiftPattern{
		ID: p.ID, TechnicianID: p.TechnicianID, Name: p.Name, From: string(p.FromDate), Until: some(p.UntilDate, func(d dispatch.Date) string { return string(d) }),
		Turns: each(p.Turns, turn), Overtime: given(minutes(p.OvertimeMinutes)), WorksHolidays: &p.WorksHolidays,
		State: contract.SetupState(dispatch.StateOf(p.RetiredAt)), Version: p.Version,
	}
}

func turn(t dispatch.Turn) contract.Turn {
	clock := func(m int) contract.WallClock { return wallClock(m % dispatch.MinutesADay) }
	from, until := clock(t.BreakFrom), clock(t.BreakUntil)
	return contract.Turn{Weekday: weekday(t.Weekday), Starts: clock(t.From), Ends: clock(t.Until), BreakFrom: &from, BreakUntil: &until, Break: given(minutes(t.BreakMinutes))}
}
