package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/setup"
)

// ListSkills lists skills, by code.
func (s *server) ListSkills(ctx context.Context, r contract.ListSkillsRequestObject) (contract.ListSkillsResponseObject, error) {
	p := r.Params
	list, next, err := s.setup.Skills().List(ctx, who(ctx), dispatch.StandingFilter{Retired: chosen(p.Retired)}, page(p.Limit, p.After))
	if err != nil {
		return nil, err
	}
	return contract.ListSkills200JSONResponse{
		Body: contract.SkillNames{Items: each(list, skillName)}, Headers: contract.ListSkills200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AddSkill enters a skill.
func (s *server) AddSkill(ctx context.Context, r contract.AddSkillRequestObject) (contract.AddSkillResponseObject, error) {
	answer := func(v dispatch.SkillName) contract.AddSkill201JSONResponse {
		return contract.AddSkill201JSONResponse{Body: skillName(v), Headers: contract.AddSkill201ResponseHeaders{
			ETag: etag(v.Version), Location: "/v1/skills/" + v.Code}}
	}
	ctx = keep(ctx, func(v dispatch.SkillName) visit { return answer(v).VisitAddSkillResponse })
	v, err := s.setup.Skills().Add(ctx, who(ctx), skillEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GetSkill gives a skill, retired or not.
func (s *server) GetSkill(ctx context.Context, r contract.GetSkillRequestObject) (contract.GetSkillResponseObject, error) {
	v, err := s.setup.Skills().Get(ctx, who(ctx), r.Code)
	if err != nil {
		return nil, err
	}
	return contract.GetSkill200JSONResponse{Body: skillName(v), Headers: contract.GetSkill200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// ChangeSkill merges a patch into a skill.
func (s *server) ChangeSkill(ctx context.Context, r contract.ChangeSkillRequestObject) (contract.ChangeSkillResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	v, err := s.setup.Skills().Change(ctx, who(ctx), r.Code, version, skillEntry(*r.Body))
	if err != nil {
		return nil, err
	}
	return contract.ChangeSkill200JSONResponse{Body: skillName(v), Headers: contract.ChangeSkill200ResponseHeaders{ETag: etag(v.Version)}}, nil
}

// RetireSkill takes a skill out of use.
func (s *server) RetireSkill(ctx context.Context, r contract.RetireSkillRequestObject) (contract.RetireSkillResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.SkillName) contract.RetireSkill200JSONResponse {
		return contract.RetireSkill200JSONResponse{Body: skillName(v), Headers: contract.RetireSkill200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.SkillName) visit { return answer(v).VisitRetireSkillResponse })
	v, err := s.setup.Skills().Retire(ctx, who(ctx), r.Code, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func skillEntry(b contract.SkillNameEntry) setup.SkillEntry {
	return setup.SkillEntry{Code: b.Code, Name: b.Name}
}

func skillName(v dispatch.SkillName) contract.SkillName {
	return contract.SkillName{Code: v.Code, Name: v.Name, State: contract.SetupState(dispatch.StateOf(v.RetiredAt)), Version: v.Version}
}
