package api

import (
	"context"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/desk"
)

// ListTeamTasks gives what a team has to do.
func (s *server) ListTeamTasks(ctx context.Context, r contract.ListTeamTasksRequestObject) (contract.ListTeamTasksResponseObject, error) {
	v, next, err := s.desk.TasksOfTeam(ctx, who(ctx), r.ID, page(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	return contract.ListTeamTasks200JSONResponse{
		Body: contract.Tasks{Items: each(v, s.task)}, Headers: contract.ListTeamTasks200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// ListOwnTasks gives what the teams of who asks have to do.
func (s *server) ListOwnTasks(ctx context.Context, r contract.ListOwnTasksRequestObject) (contract.ListOwnTasksResponseObject, error) {
	v, next, err := s.desk.OwnTasks(ctx, who(ctx), page(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	return contract.ListOwnTasks200JSONResponse{
		Body: contract.OwnTasks{Items: each(v, s.ownTask)}, Headers: contract.ListOwnTasks200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AskTier asks another tier for a piece of work.
func (s *server) AskTier(ctx context.Context, r contract.AskTierRequestObject) (contract.AskTierResponseObject, error) {
	answer := func(v dispatch.Task) contract.AskTier201JSONResponse {
		return contract.AskTier201JSONResponse{Body: s.task(v), Headers: contract.AskTier201ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Task) visit { return answer(v).VisitAskTierResponse })
	v, err := s.desk.AskTier(ctx, who(ctx), r.ID, desk.NewTask{ID: r.Body.ID, TeamID: r.Body.TeamID, Wish: r.Body.Wish})
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// TakeTask makes whoever asks the one who does it.
func (s *server) TakeTask(ctx context.Context, r contract.TakeTaskRequestObject) (contract.TakeTaskResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Task) contract.TakeTask200JSONResponse {
		return contract.TakeTask200JSONResponse{Body: s.task(v), Headers: contract.TakeTask200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Task) visit { return answer(v).VisitTakeTaskResponse })
	v, err := s.desk.TakeTask(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// FinishTask says what was found.
func (s *server) FinishTask(ctx context.Context, r contract.FinishTaskRequestObject) (contract.FinishTaskResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Task) contract.FinishTask200JSONResponse {
		return contract.FinishTask200JSONResponse{Body: s.task(v), Headers: contract.FinishTask200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Task) visit { return answer(v).VisitFinishTaskResponse })
	v, err := s.desk.FinishTask(ctx, who(ctx), r.ID, version, r.Body.Finding)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

// GiveBackTask says why it is not done here.
func (s *server) GiveBackTask(ctx context.Context, r contract.GiveBackTaskRequestObject) (contract.GiveBackTaskResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	answer := func(v dispatch.Task) contract.GiveBackTask200JSONResponse {
		return contract.GiveBackTask200JSONResponse{Body: s.task(v), Headers: contract.GiveBackTask200ResponseHeaders{ETag: etag(v.Version)}}
	}
	ctx = keep(ctx, func(v dispatch.Task) visit { return answer(v).VisitGiveBackTaskResponse })
	v, err := s.desk.GiveBackTask(ctx, who(ctx), r.ID, version, r.Body.Finding)
	if err != nil {
		return nil, err
	}
	return answer(v), nil
}

func (s *server) task(k dispatch.Task) contract.Task {
	return contract.Task{ID: k.ID, TicketID: k.TicketID, TeamID: k.TeamID, TakenBy: k.TakenBy, State: contract.TaskState(k.State), Wish: k.Wish,
		Finding: given(k.Finding), DueAt: k.DueAt, AcceptBy: k.AcceptBy,
		Overdue: k.State == dispatch.TaskWaiting && s.desk.Clock.Now().After(k.AcceptBy), FlaggedAt: k.FlaggedAt, AskedBy: k.AskedBy, AskedAt: k.AskedAt, SettledAt: k.SettledAt, Version: k.Version}
}

func (s *server) ownTask(k dispatch.OwnTask) contract.OwnTask {
	return contract.OwnTask{Task: s.task(k.Task), Ticket: contract.TaskTicket{Number: ticketNumber(k.TicketNumber), Template: k.Template, Priority: k.Priority,
		Site: k.SiteName, Device: k.DeviceTag}}
}
