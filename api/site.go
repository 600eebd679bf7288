package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/setup"
)

// ListSites lists sites, by code.
func (s *server) ListSites(ctx context.Context, r contract.ListSitesRequestObject) (contract.ListSitesResponseObject, error) {
	p := r.Params
	list, next, err := s.setup.Sites().List(ctx, who(ctx), dispatch.StandingFilter{RegionID: p.RegionID, Retired: chosen(p.Retired)}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListSites200JSONResponse{
		Body: contract.Sites{Items: each(list, site)}, Headers: contract.ListSites200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AddSite enters a site.
func (s *server) AddSite(ctx context.Context, r contract.AddSiteRequestObject) (contract.AddSiteResponseObject, error) {
	answer := func(v dispatch.Site) contract.AddSite201JSONResponse {
		return contract.AddSite201JSONResponse{Body: site(v), Headers: contract.AddSite201ResponseHeaders{
			ETag: etag(v.Version), Location: "/v1/sites/" + v.ID.String()}}
	}
	ctx = keep(ctx, func(v dispatch.Site) visit { return answer(v).VisitAddSiteResponse })
	v, err := s.setup.Sites().Add(ctx, who(ctx), siteEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetSite gives a site, retired or not.
func (s *server) GetSite(ctx context.Context, r contract.GetSiteRequestObject) (contract.GetSiteResponseObject, error) {
	v, err := s.setup.Sites().Get(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetSite200JSONResponse{Body: site(v), Headers: contract.GetSite200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// ChangeSite merges a patch into a site.
func (s *server) ChangeSite(ctx context.Context, r contract.ChangeSiteRequestObject) (contract.ChangeSiteResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.setup.Sites().Change(ctx, who(ctx), r.ID, version, siteEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return contract.ChangeSite200JSONResponse{Body: site(v), Headers: contract.ChangeSite200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// RetireSite takes a site out of use.
func (s *server) RetireSite(ctx context.Context, r contract.RetireSiteRequestObject) (contract.RetireSiteResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Site) contract.RetireSite200JSONResponse {
		return contract.RetireSite200JSONResponse{Body: site(v), Headers: contract.RetireSite200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Site) visit { return answer(v).VisitRetireSiteResponse })
	v, err := s.setup.Sites().Retire(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func siteEntry(b contract.SiteEntry) setup.SiteEntry {
	return setup.SiteEntry{
		Code: b.Code, Name: b.Name, RegionID: b.RegionID, Address: b.Address, City: b.City, Point: some(b.Location, pointOf), Zone: b.Zone,
		OpensAt: some(b.OpensAt, minuteOf), ClosesAt: some(b.ClosesAt, minuteOf), Hours: hoursOf(b.Hours), ClosedOn: datesOf(b.ClosedOn),
		KeepsHolidays: b.KeepsHolidays, AccessMinutes: some(b.Access, minutesOf), AccessNotes: b.AccessNotes,
		AccessPoint: some(b.AccessPoint, pointOf), WalkMinutes: some(b.Walk, minutesOf),
	}
}

func site(s dispatch.Site) contract.Site {
	return contract.Site{
		ID: s.ID, RegionID: given(s.RegionID), Code: s.Code, Name: s.Name, Address: s.Address, City: s.City, Location: point(s.Point), Zone: s.Zone,
		OpensAt: wallClock(s.OpensAt), ClosesAt: wallClock(s.ClosesAt), Hours: hours(s.Hours),
		ClosedOn: each(s.ClosedOn, func(d dispatch.Date) string { return string(d) }), KeepsHolidays: &s.KeepsHolidays, Unplaced: given(s.Unplaced),
		Access: minutes(s.AccessMinutes), AccessNotes: s.AccessNotes, AccessPoint: some(s.AccessPoint, point), Walk: some(given(s.WalkMinutes), minutes), State: state(s.RetiredAt), Version: given(s.Version),
	}
}
