package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/ids"
)

// ListAgentAbsences lists an agent's absences.
func (s *server) ListAgentAbsences(ctx context.Context, r contract.ListAgentAbsencesRequestObject) (contract.ListAgentAbsencesResponseObject, error) {
	list, next, err := s.desk.AgentAbsences(ctx, who(ctx), r.ID, page(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	return contract.ListAgentAbsences200JSONResponse{
		Body: contract.AgentAbsences{Items: each(list, agentAbsence)}, Headers: contract.ListAgentAbsences200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// EnterAgentAbsence has a colleague stand in for an agent.
func (s *server) EnterAgentAbsence(ctx context.Context, r contract.EnterAgentAbsenceRequestObject) (contract.EnterAgentAbsenceResponseObject, error) {
	answer := func(a dispatch.AgentAbsence) contract.EnterAgentAbsence201JSONResponse {
		return contract.EnterAgentAbsence201JSONResponse{Body: agentAbsence(a), Headers: contract.EnterAgentAbsence201ResponseHeaders{ETag: etag(a.Version)}}
	}
	ctx = keep(ctx, func(a dispatch.AgentAbsence) visit { return answer(a).VisitEnterAgentAbsenceResponse })
	a, err := s.desk.EnterAgentAbsence(ctx, who(ctx), newAgentAbsence(r.ID, *r.Body))
	if err != nil {
		return nil, err
	}
	return answer(a), nil
}

// EnterOwnAbsence has a colleague stand in for whoever asks.
func (s *server) EnterOwnAbsence(ctx context.Context, r contract.EnterOwnAbsenceRequestObject) (contract.EnterOwnAbsenceResponseObject, error) {
	answer := func(a dispatch.AgentAbsence) contract.EnterOwnAbsence201JSONResponse {
		return contract.EnterOwnAbsence201JSONResponse{Body: agentAbsence(a), Headers: contract.EnterOwnAbsence201ResponseHeaders{ETag: etag(a.Version)}}
	}
	ctx = keep(ctx, func(a dispatch.AgentAbsence) visit { return answer(a).VisitEnterOwnAbsenceResponse })
	a, err := s.desk.EnterAgentAbsence(ctx, who(ctx), newAgentAbsence(who(ctx).AccountID, *r.Body))
	if err != nil {
		return nil, err
	}
	return answer(a), nil
}

func newAgentAbsence(account ids.ID, b contract.NewAgentAbsence) desk.NewAgentAbsence {
	return desk.NewAgentAbsence{AccountID: account, StandInID: b.StandInID, From: b.From, Until: b.Until, Reason: value(b.Reason)}
}

// EndAgentAbsence says that an agent is back.
func (s *server) EndAgentAbsence(ctx context.Context, r contract.EndAgentAbsenceRequestObject) (contract.EndAgentAbsenceResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(a dispatch.AgentAbsence) contract.EndAgentAbsence200JSONResponse {
		return contract.EndAgentAbsence200JSONResponse{Body: agentAbsence(a), Headers: contract.EndAgentAbsence200ResponseHeaders{ETag: etag(a.Version)}}
	}
	ctx = keep(ctx, func(a dispatch.AgentAbsence) visit { return answer(a).VisitEndAgentAbsenceResponse })
	a, err := s.desk.EndAgentAbsence(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(a), nil
}

// GetWorklist gives what an agent has to do.
func (s *server) GetWorklist(ctx context.Context, _ contract.GetWorklistRequestObject) (contract.GetWorklistResponseObject, error) {
	v, err := s.desk.Worklist(ctx, who(ctx))
	if err != nil {
		return nil, err
	}
	return contract.GetWorklist200JSONResponse{
		Covered: each(v.Covered, func(c dispatch.Covered) contract.Covered {
			return contract.Covered{AccountID: c.AccountID, Name: c.Name, Until: c.Until}
		}),
		Tickets: each(v.Work.Tickets, ticket), Callbacks: each(v.Work.Callbacks, callback), Promises: each(v.Promises, promise),
		Waiting: each(v.Work.Waiting, contact), UnregisteredCalls: each(v.Work.Calls, call),
		UntakenTransfers: each(v.Work.Transfers, s.transfer), UntakenTasks: each(v.Work.Tasks, s.task),
	}, nil
}

func agentAbsence(a dispatch.AgentAbsence) contract.AgentAbsence {
	return contract.AgentAbsence{
		ID: a.ID, AccountID: a.AccountID, StandInID: a.StandInID, From: a.AbsentFrom, Until: a.AbsentUntil, Reason: a.Reason,
		EnteredBy: a.EnteredBy, CreatedAt: a.CreatedAt, Version: a.Version,
	}
}
