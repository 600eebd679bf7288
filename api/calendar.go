package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/setup"
)

// ListCalendars lists calendars, by code.
func (s *server) ListCalendars(ctx context.Context, r contract.ListCalendarsRequestObject) (contract.ListCalendarsResponseObject, error) {
	p := r.Params
	list, next, err := s.setup.Calendars().List(ctx, who(ctx), dispatch.StandingFilter{Retired: chosen(p.Retired)}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListCalendars200JSONResponse{
		Body: contract.Calendars{Items: each(list, calendar)}, Headers: contract.ListCalendars200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AddCalendar enters a calendar.
func (s *server) AddCalendar(ctx context.Context, r contract.AddCalendarRequestObject) (contract.AddCalendarResponseObject, error) {
	answer := func(v dispatch.Calendar) contract.AddCalendar201JSONResponse {
		return contract.AddCalendar201JSONResponse{Body: calendar(v), Headers: contract.AddCalendar201ResponseHeaders{
			ETag: etag(v.Version), Location: "/v1/calendars/" + v.Code}}
	}
	ctx = keep(ctx, func(v dispatch.Calendar) visit { return answer(v).VisitAddCalendarResponse })
	v, err := s.setup.Calendars().Add(ctx, who(ctx), calendarEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetCalendar gives a calendar, retired or not.
func (s *server) GetCalendar(ctx context.Context, r contract.GetCalendarRequestObject) (contract.GetCalendarResponseObject, error) {
	v, err := s.setup.Calendars().Get(ctx, who(ctx), r.Code)
	if err != nil {
		return nil, err
	}
	return contract.GetCalendar200JSONResponse{Body: calendar(v), Headers: contract.GetCalendar200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// ChangeCalendar merges a patch into a calendar.
func (s *server) ChangeCalendar(ctx context.Context, r contract.ChangeCalendarRequestObject) (contract.ChangeCalendarResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.setup.Calendars().Change(ctx, who(ctx), r.Code, version, calendarEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return contract.ChangeCalendar200JSONResponse{Body: calendar(v), Headers: contract.ChangeCalendar200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// RetireCalendar takes a calendar out of use.
func (s *server) RetireCalendar(ctx context.Context, r contract.RetireCalendarRequestObject) (contract.RetireCalendarResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Calendar) contract.RetireCalendar200JSONResponse {
		return contract.RetireCalendar200JSONResponse{Body: calendar(v), Headers: contract.RetireCalendar200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Calendar) visit { return answer(v).VisitRetireCalendarResponse })
	v, err := s.setup.Calendars().Retire(ctx, who(ctx), r.Code, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func calendarEntry(b contract.CalendarEntry) setup.CalendarEntry {
	e := setup.CalendarEntry{Code: b.Code, Name: b.Name}
	if b.Days != nil {
		days := each(b.Days, func(h contract.Holiday) dispatch.Holiday {
			return dispatch.Holiday{Date: dispatch.Date(h.Date), Name: h.Name}
		})
		e.Days = &days
	}
	return e
}

func calendar(c dispatch.Calendar) contract.Calendar {
	return contract.Calendar{Code: c.Code, Name: c.Name,
		Days:  each(c.Days, func(h dispatch.Holiday) contract.Holiday { return contract.Holiday{Date: string(h.Date), Name: h.Name} }),
		State: contract.SetupState(dispatch.StateOf(c.RetiredAt)), Version: c.Version}
}
