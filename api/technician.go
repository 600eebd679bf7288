package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/setup"
)

// ListTechnicians lists technicians, by code.
func (s *server) ListTechnicians(ctx context.Context, r contract.ListTechniciansRequestObject) (contract.ListTechniciansResponseObject, error) {
	p := r.Params
	list, next, err := s.setup.Technicians().List(ctx, who(ctx), dispatch.StandingFilter{RegionID: p.RegionID, Retired: chosen(p.Retired)}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListTechnicians200JSONResponse{
		Body: contract.CrewMembers{Items: each(list, crewMember)}, Headers: contract.ListTechnicians200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AddTechnician enters a technician.
func (s *server) AddTechnician(ctx context.Context, r contract.AddTechnicianRequestObject) (contract.AddTechnicianResponseObject, error) {
	answer := func(v dispatch.CrewMember) contract.AddTechnician201JSONResponse {
		return contract.AddTechnician201JSONResponse{Body: crewMember(v), Headers: contract.AddTechnician201ResponseHeaders{
			ETag: etag(v.Version), Location: "/v1/technicians/" + v.ID.String()}}
	}
	ctx = keep(ctx, func(v dispatch.CrewMember) visit { return answer(v).VisitAddTechnicianResponse })
	v, err := s.setup.Technicians().Add(ctx, who(ctx), technicianEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetTechnician gives a technician, retired or not.
func (s *server) GetTechnician(ctx context.Context, r contract.GetTechnicianRequestObject) (contract.GetTechnicianResponseObject, error) {
	v, err := s.setup.Technicians().Get(ctx, who(ctx), r.ID)
	if err != nil {
		return nil, err
	}
	return contract.GetTechnician200JSONResponse{Body: crewMember(v), Headers: contract.GetTechnician200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// ChangeTechnician merges a patch into a technician.
func (s *server) ChangeTechnician(ctx context.Context, r contract.ChangeTechnicianRequestObject) (contract.ChangeTechnicianResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.setup.Technicians().Change(ctx, who(ctx), r.ID, version, technicianEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return contract.ChangeTechnician200JSONResponse{Body: crewMember(v), Headers: contract.ChangeTechnician200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// RetireTechnician takes a technician out of use.
func (s *server) RetireTechnician(ctx context.Context, r contract.RetireTechnicianRequestObject) (contract.RetireTechnicianResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.CrewMember) contract.RetireTechnician200JSONResponse {
		return contract.RetireTechnician200JSONResponse{Body: crewMember(v), Headers: contract.RetireTechnician200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.CrewMember) visit { return answer(v).VisitRetireTechnicianResponse })
	v, err := s.setup.Technicians().Retire(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func technicianEntry(b contract.CrewMemberEntry) setup.TechnicianEntry {
	e := setup.TechnicianEntry{Code: b.Code, Name: b.Name, SpokenName: b.SpokenName, RegionID: b.RegionID, Home: some(b.Home, pointOf),
		Mode: named[string](b.Mode), Phone: b.Phone}
	if b.Skills != nil {
		skills := each(b.Skills, func(s contract.Skill) dispatch.Skill { return dispatch.Skill{Code: s.Code, Level: s.Level} })
		e.Skills = &skills
	}
	return e
}

func crewMember(m dispatch.CrewMember) contract.CrewMember {
	return contract.CrewMember{
		ID: m.ID, Code: m.Code, Name: m.Name, SpokenName: given(m.SpokenName), RegionID: m.RegionID, Home: point(m.Home),
		Mode: given(contract.CrewMemberMode(m.Mode)), Phone: given(m.Phone),
		Skills: each(m.Skills, func(s dispatch.Skill) contract.Skill { return contract.Skill{Code: s.Code, Level: s.Level} }),
		State:  contract.SetupState(dispatch.StateOf(m.RetiredAt)), Version: m.Version,
	}
}
