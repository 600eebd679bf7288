package api

import (
	"context"
	"strings"
	"time"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// GetTicketService says how a ticket stands with its service level.
func (s *server) GetTicketService(ctx context.Context, r contract.GetTicketServiceRequestObject) (contract.GetTicketServiceResponseObject, error) {
	v, err := s.desk.Service(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetTicketService200JSONResponse(ticketService(v)), nil
}

// PauseTicket stops the clocks.
func (s *server) PauseTicket(ctx context.Context, r contract.PauseTicketRequestObject) (contract.PauseTicketResponseObject, error) {
	answer := func(v desk.ServiceView) contract.PauseTicket200JSONResponse {
		return contract.PauseTicket200JSONResponse(ticketService(v))
	}
	ctx = keep(ctx, func(v desk.ServiceView) visit { return answer(v).VisitPauseTicketResponse })
	v, err := s.desk.Pause(ctx, who(ctx), r.ID, dispatch.PauseReason(r.Body.Reason))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ResumeTicket lets the clocks run again.
func (s *server) ResumeTicket(ctx context.Context, r contract.ResumeTicketRequestObject) (contract.ResumeTicketResponseObject, error) {
	answer := func(v desk.ServiceView) contract.ResumeTicket200JSONResponse {
		return contract.ResumeTicket200JSONResponse(ticketService(v))
	}
	ctx = keep(ctx, func(v desk.ServiceView) visit { return answer(v).VisitResumeTicketResponse })
	v, err := s.desk.Resume(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func ticketService(v desk.ServiceView) contract.TicketService {
	return contract.TicketService{Level: some(v.Level, serviceLevel), Clocks: each(v.Clocks, serviceClock), Pauses: each(v.Pauses, ticketPause), Zone: v.Zone}
}

func serviceClock(c dispatch.Clock) contract.ServiceClock {
	return contract.ServiceClock{Measure: contract.ServiceClockMeasure(c.Measure), Target: minutes(c.Minutes), StartedAt: c.StartedAt, DueAt: c.DueAt,
		StoppedAt: c.MetAt, State: contract.ServiceClockState(c.State), Used: duration(c.Used), ExceptionID: c.ExceptionID}
}

func ticketPause(p dispatch.TicketPause) contract.TicketPause {
	return contract.TicketPause{ID: p.ID, Reason: contract.TicketPauseReason(p.Reason), BeganAt: p.BeganAt, EndedAt: p.EndedAt, BeganBy: p.BeganBy, EndedBy: p.EndedBy}
}

// GetServiceCalendar gives the hours in which a region gives service.
func (s *server) GetServiceCalendar(ctx context.Context, r contract.GetServiceCalendarRequestObject) (contract.GetServiceCalendarResponseObject, error) {
	c, err := s.desk.ServiceCalendar(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	v := serviceCalendar(c)
	return contract.GetServiceCalendar200JSONResponse{Body: v, Headers: contract.GetServiceCalendar200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// ChangeServiceCalendar writes the hours in which a region gives service.
func (s *server) ChangeServiceCalendar(ctx context.Context, r contract.ChangeServiceCalendarRequestObject) (contract.ChangeServiceCalendarResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	c, err := s.desk.ChangeServiceCalendar(ctx, who(ctx), r.ID, version-1, each(r.Body.Hours, hoursSpan),
		each(r.Body.Holidays, func(d string) dispatch.Date { return dispatch.Date(d) }))
	if err != nil {
		return nil, err
	}
	v := serviceCalendar(c)
	return contract.ChangeServiceCalendar200JSONResponse{Body: v, Headers: contract.ChangeServiceCalendar200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// serviceCalendar shows a region's hours. What was never said has version 0, and
// versions that are shown begin at 1.
func serviceCalendar(c dispatch.ServiceCalendar) contract.ServiceCalendar {
	return contract.ServiceCalendar{RegionID: c.RegionID, Version: c.Version + 1,
		Hours:    each(c.Hours, serviceSpan),
		Holidays: each(c.Holidays, func(d dispatch.Date) string { return string(d) })}
}

func serviceSpan(s dispatch.Span) contract.ServiceSpan {
	return contract.ServiceSpan{Weekday: contract.ServiceSpanWeekday(strings.ToLower(s.Weekday.String())), From: wallClock(s.From), Until: wallClock(s.Until)}
}

// hoursSpan reads what the contract has checked.
func hoursSpan(s contract.ServiceSpan) dispatch.Span {
	out := dispatch.Span{From: minutesOfDay(s.From), Until: minutesOfDay(s.Until)}
	for d := time.Sunday; d <= time.Saturday; d++ {
		if strings.EqualFold(d.String(), string(s.Weekday)) {
			out.Weekday = d
		}
	}
	return out
}

func minutesOfDay(clock string) int {
	digit := func(i int) int { return int(clock[i] - '0') }
	return (digit(0)*10+digit(1))*60 + digit(3)*10 + digit(4)
}
