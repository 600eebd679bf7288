package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// ListServiceLevels gives the times that are given for kinds of ticket.
func (s *server) ListServiceLevels(ctx context.Context, _ contract.ListServiceLevelsRequestObject) (contract.ListServiceLevelsResponseObject, error) {
	list, err := s.desk.ServiceLevels(ctx, who(ctx))
	if err != nil {
		return nil, err
	}
	return contract.ListServiceLevels200JSONResponse{Items: each(list, serviceLevel)}, nil
}

// times are the three lengths of time of a level or an exception.
type times struct{ respond, restore, resolve *int }

func timesGiven(respond, restore, resolve *string) (t times, err error) {
	for _, x := range []struct {
		text *string
		to   **int
		at   string
	}{{respond, &t.respond, "/respond"}, {restore, &t.restore, "/restore"}, {resolve, &t.resolve, "/resolve"}} {
		if x.text == nil {
			continue
		}
		n, err := minutesGiven(*x.text, x.at)
		if err != nil {
			return t, err
		}
		*x.to = &n
	}
	return t, nil
}

// AddServiceLevel gives times for a kind of ticket.
func (s *server) AddServiceLevel(ctx context.Context, r contract.AddServiceLevelRequestObject) (contract.AddServiceLevelResponseObject, error) {
	b := r.Body
	t, err := timesGiven(b.Respond, b.Restore, b.Resolve)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.ServiceLevel) contract.AddServiceLevel201JSONResponse {
		return contract.AddServiceLevel201JSONResponse{Body: serviceLevel(v), Headers: contract.AddServiceLevel201ResponseHeaders{ETag: etag(v.Version), Location: "/v1/service-levels/" + v.ID.String()}}
	}
	ctx = keep(ctx, func(v dispatch.ServiceLevel) visit { return answer(v).VisitAddServiceLevelResponse })
	v, err := s.desk.AddServiceLevel(ctx, who(ctx), dispatch.ServiceLevel{ID: value(b.ID), TemplateID: b.TemplateID, Priority: b.Priority,
		RespondMinutes: t.respond, RestoreMinutes: t.restore, ResolveMinutes: t.resolve, Always: b.Always})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// ChangeServiceLevel changes the times of a level.
func (s *server) ChangeServiceLevel(ctx context.Context, r contract.ChangeServiceLevelRequestObject) (contract.ChangeServiceLevelResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	t, err := timesGiven(r.Body.Respond, r.Body.Restore, r.Body.Resolve)
	if err != nil {
		return nil, err
	}
	v, err := s.desk.ChangeServiceLevel(ctx, who(ctx), r.ID, version, func(l *dispatch.ServiceLevel) {
		for _, x := range []struct {
			to    **int
			given *int
		}{{&l.RespondMinutes, t.respond}, {&l.RestoreMinutes, t.restore}, {&l.ResolveMinutes, t.resolve}} {
			if x.given != nil {
				*x.to = x.given
			}
		}
		if r.Body.Always != nil {
			l.Always = *r.Body.Always
		}
	})
	if err != nil {
		return nil, err
	}
	return contract.ChangeServiceLevel200JSONResponse{Body: serviceLevel(v), Headers: contract.ChangeServiceLevel200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

func serviceLevel(l dispatch.ServiceLevel) contract.ServiceLevel {
	return contract.ServiceLevel{ID: l.ID, TemplateID: l.TemplateID, Priority: l.Priority, Respond: some(l.RespondMinutes, minutes),
		Restore: some(l.RestoreMinutes, minutes), Resolve: some(l.ResolveMinutes, minutes), Always: l.Always, Version: l.Version}
}
