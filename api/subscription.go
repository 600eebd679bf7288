package api

import (
	"context"
	"time"

	"roundsman/api/contract"
	"roundsman/dispatch"
)

// ListEventSubscriptions lists who is told of events.
func (s *server) ListEventSubscriptions(ctx context.Context, r contract.ListEventSubscriptionsRequestObject) (contract.ListEventSubscriptionsResponseObject, error) {
	list, next, err := s.hooks.Subscriptions(ctx, who(ctx), page(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	machine := s.machine.Now()
	return contract.ListEventSubscriptions200JSONResponse{
		Body: contract.EventSubscriptions{Items: each(list, func(x dispatch.Subscription) contract.EventSubscription {
			return subscription(x, machine)
		})},
		Headers: contract.ListEventSubscriptions200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AddEventSubscription has events posted to an address.
func (s *server) AddEventSubscription(ctx context.Context, r contract.AddEventSubscriptionRequestObject) (contract.AddEventSubscriptionResponseObject, error) {
	x, err := s.hooks.Subscribe(ctx, who(ctx), r.Body.URL, r.Body.Names)
	if err != nil {
		return nil, err
	}
	return contract.AddEventSubscription201JSONResponse{Body: s.subscriptionSecret(x), Headers: contract.AddEventSubscription201ResponseHeaders{ETag: etag(x.Version)}}, nil
}

// RotateEventSubscription gives a subscription a new secret.
func (s *server) RotateEventSubscription(ctx context.Context, r contract.RotateEventSubscriptionRequestObject) (contract.RotateEventSubscriptionResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	x, err := s.hooks.Rotate(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return contract.RotateEventSubscription200JSONResponse{Body: s.subscriptionSecret(x), Headers: contract.RotateEventSubscription200ResponseHeaders{ETag: etag(x.Version)}}, nil
}

// ResumeEventSubscription sends again.
func (s *server) ResumeEventSubscription(ctx context.Context, r contract.ResumeEventSubscriptionRequestObject) (contract.ResumeEventSubscriptionResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	x, err := s.hooks.Resume(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return contract.ResumeEventSubscription200JSONResponse{Body: subscription(x, s.machine.Now()), Headers: contract.ResumeEventSubscription200ResponseHeaders{ETag: etag(x.Version)}}, nil
}

// EndEventSubscription sends nothing any more.
func (s *server) EndEventSubscription(ctx context.Context, r contract.EndEventSubscriptionRequestObject) (contract.EndEventSubscriptionResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	x, err := s.hooks.End(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return contract.EndEventSubscription200JSONResponse{Body: subscription(x, s.machine.Now()), Headers: contract.EndEventSubscription200ResponseHeaders{ETag: etag(x.Version)}}, nil
}

func (s *server) subscriptionSecret(x dispatch.Subscription) contract.EventSubscriptionSecret {
	return contract.EventSubscriptionSecret{Subscription: subscription(x, s.machine.Now()), Secret: string(x.Secret)}
}

func subscription(x dispatch.Subscription, machine time.Time) contract.EventSubscription {
	return contract.EventSubscription{ID: x.ID, URL: x.URL, Names: each(x.Names, same[string]), State: contract.EventSubscriptionState(x.State),
		Position: x.Position, Tries: x.Tries, FailingSince: x.FailingSince, Failure: given(x.Failure), OldSecretUntil: x.Exchanged(machine), CreatedAt: x.CreatedAt, Version: x.Version}
}
