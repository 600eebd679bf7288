package api

import (
	"context"
	"time"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/field"
)

// The bounds of a policy's times.
const (
	longestWait     = 4 * time.Hour
	longestCallback = 24 * time.Hour
	leastCallback   = 5 // minutes
)

// ListVisitPolicies lists what happens when the customer is not there.
func (s *server) ListVisitPolicies(ctx context.Context, _ contract.ListVisitPoliciesRequestObject) (contract.ListVisitPoliciesResponseObject, error) {
	list, err := s.field.VisitPolicies(ctx, who(ctx))
	if err != nil {
		return nil, err
	}
	return contract.ListVisitPolicies200JSONResponse{Items: each(list, visitPolicy)}, nil
}

// AddVisitPolicy enters what happens when the customer is not there.
func (s *server) AddVisitPolicy(ctx context.Context, r contract.AddVisitPolicyRequestObject) (contract.AddVisitPolicyResponseObject, error) {
	b := r.Body
	p := dispatch.VisitPolicy{RegionID: b.RegionID, TemplateID: b.TemplateID, CallTries: b.CallTries, RadiusMetres: b.RadiusMetres, Steps: each(b.Steps, stepCode)}
	var err error
	if p.WaitMinutes, err = lengthOf(&b.Wait, "/wait", 0, longestWait); err != nil {
		return nil, err
	}
	if p.CallbackMinutes, err = lengthOf(&b.Callback, "/callback", leastCallback, longestCallback); err != nil {
		return nil, err
	}
	answer := func(p dispatch.VisitPolicy) contract.AddVisitPolicy201JSONResponse {
		return contract.AddVisitPolicy201JSONResponse{Body: visitPolicy(p), Headers: contract.AddVisitPolicy201ResponseHeaders{ETag: etag(p.Version)}}
	}
	ctx = keep(ctx, func(p dispatch.VisitPolicy) visit { return answer(p).VisitAddVisitPolicyResponse })
	if p, err = s.field.AddVisitPolicy(ctx, who(ctx), p); err != nil {
		return nil, err
	}
	return answer(p), nil
}

// ChangeVisitPolicy changes what happens when the customer is not there.
func (s *server) ChangeVisitPolicy(ctx context.Context, r contract.ChangeVisitPolicyRequestObject) (contract.ChangeVisitPolicyResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	b := r.Body
	c := field.VisitPolicyChange{CallTries: b.CallTries, RadiusMetres: b.RadiusMetres}
	if b.Steps != nil {
		c.Steps = each(b.Steps, stepCode)
	}
	if b.Wait != nil {
		n, err := lengthOf(b.Wait, "/wait", 0, longestWait)
		if err != nil {
			return nil, err
		}
		c.WaitMinutes = &n
	}
	if b.Callback != nil {
		n, err := lengthOf(b.Callback, "/callback", leastCallback, longestCallback)
		if err != nil {
			return nil, err
		}
		c.CallbackMinutes = &n
	}
	p, err := s.field.ChangeVisitPolicy(ctx, who(ctx), r.ID, version, c)
	if err != nil {
		return nil, err
	}
	return contract.ChangeVisitPolicy200JSONResponse{Body: visitPolicy(p), Headers: contract.ChangeVisitPolicy200ResponseHeaders{ETag: etag(p.Version)}}, nil
}

func stepCode(c contract.StepCode) dispatch.StepCode { return dispatch.StepCode(c) }

func visitPolicy(p dispatch.VisitPolicy) contract.VisitPolicy {
	return contract.VisitPolicy{ID: p.ID, RegionID: p.RegionID, TemplateID: p.TemplateID, Wait: minutes(p.WaitMinutes), CallTries: p.CallTries,
		RadiusMetres: p.RadiusMetres, Callback: minutes(p.CallbackMinutes), Version: p.Version,
		Steps: each(p.Steps, func(c dispatch.StepCode) contract.StepCode { return contract.StepCode(c) })}
}
