package api

import (
	"context"
	"time"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/dispatch/incidents"
	"roundsman/internal/webhook"

	"github.com/gin-gonic/gin"
)

type signedKey struct{}

// authenticateSigned wants a message that the source of the address has signed.
// It comes before the message is held against the contract: who has not signed is
// not told what would fit.
func (s *server) authenticateSigned(c *gin.Context, op *operation) {
	raw, err := s.readBody(c, op.largest)
	if err != nil {
		s.refuse(c, err)
		return
	}
	c.Set(keyBody, raw)
	h := webhook.Headers{ID: c.GetHeader(webhook.HeaderID), Timestamp: c.GetHeader(webhook.HeaderTimestamp), Signature: c.GetHeader(webhook.HeaderSignature)}
	signed, err := s.inbound.Verify(c.Request.Context(), c.Param("source"), h, raw)
	if err != nil {
		c.Header("WWW-Authenticate", "Signature")
		s.refuse(c, err)
		return
	}
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), signedKey{}, signed))
}

// ReceiveInbound takes in what another system reports.
func (s *server) ReceiveInbound(ctx context.Context, r contract.ReceiveInboundRequestObject) (contract.ReceiveInboundResponseObject, error) {
	signed, _ := ctx.Value(signedKey{}).(incidents.Signed)
	m, err := s.inbound.Receive(ctx, signed, report(*r.Body))
	if err != nil {
		return nil, err
	}
	return contract.ReceiveInbound200JSONResponse{Disposition: contract.InboundReceiptDisposition(m.Disposition), SubjectID: m.SubjectID}, nil
}

// report reads the part of a message that goes with its type; what is beside it
// is not looked at.
func report(b contract.InboundReport) incidents.Report {
	out := incidents.Report{At: b.Timestamp}
	switch {
	case b.Type == contract.InboundReportTypeIncidentReported && b.Incident != nil:
		in := newIncident(*b.Incident)
		out.Incident = &in
	case b.Type == contract.InboundReportTypeIncidentResolved && b.Resolved != nil:
		out.Resolved = b.Resolved.ExternalID
	case b.Type == contract.InboundReportTypeChangeReported && b.Change != nil:
		c := *b.Change
		out.Change = &incidents.ChangeReport{ExternalID: c.ExternalID, Planned: c.Planned, State: dispatch.ChangeState(c.State), Title: c.Title,
			NoticeText: value(c.NoticeText), StartsAt: c.StartsAt, EndsAt: c.EndsAt, Models: c.Models, Sites: c.Sites, Services: c.Services,
			Approval: string(value(c.Approval))}
	}
	return out
}

// ListInboundSources lists the systems that report to us.
func (s *server) ListInboundSources(ctx context.Context, r contract.ListInboundSourcesRequestObject) (contract.ListInboundSourcesResponseObject, error) {
	list, next, err := s.inbound.Sources(ctx, who(ctx), page(r.Params.Limit, r.Params.After))
	if err != nil {
		return nil, err
	}
	machine := s.machine.Now()
	return contract.ListInboundSources200JSONResponse{
		Body: contract.InboundSources{Items: each(list, func(x dispatch.InboundSource) contract.InboundSource {
			return inboundSource(x, machine)
		})},
		Headers: contract.ListInboundSources200ResponseHeaders{Link: nextLink(ctx, next)},
	}, nil
}

// AddInboundSource sets a source up and shows its secret.
func (s *server) AddInboundSource(ctx context.Context, r contract.AddInboundSourceRequestObject) (contract.AddInboundSourceResponseObject, error) {
	x, err := s.inbound.AddSource(ctx, who(ctx), incidents.NewSource{Code: r.Body.Code, Name: r.Body.Name, AccountID: r.Body.AccountID})
	if err != nil {
		return nil, err
	}
	return contract.AddInboundSource201JSONResponse{Body: s.inboundSecret(x), Headers: contract.AddInboundSource201ResponseHeaders{ETag: etag(x.Version)}}, nil
}

// RotateInboundSource gives a source a new secret.
func (s *server) RotateInboundSource(ctx context.Context, r contract.RotateInboundSourceRequestObject) (contract.RotateInboundSourceResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	x, err := s.inbound.Rotate(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return contract.RotateInboundSource200JSONResponse{Body: s.inboundSecret(x), Headers: contract.RotateInboundSource200ResponseHeaders{ETag: etag(x.Version)}}, nil
}

// RetireInboundSource ends a source.
func (s *server) RetireInboundSource(ctx context.Context, r contract.RetireInboundSourceRequestObject) (contract.RetireInboundSourceResponseObject, error) {
	version, err := matched(r.Params.IfMatch)
	if err != nil {
		return nil, err
	}
	x, err := s.inbound.Retire(ctx, who(ctx), r.ID, version)
	if err != nil {
		return nil, err
	}
	return contract.RetireInboundSource200JSONResponse{Body: inboundSource(x, s.machine.Now()),
		Headers: contract.RetireInboundSource200ResponseHeaders{ETag: etag(x.Version)}}, nil
}

func (s *server) inboundSecret(x dispatch.InboundSource) contract.InboundSecret {
	return contract.InboundSecret{Source: inboundSource(x, s.machine.Now()), Secret: string(x.Secret)}
}

func inboundSource(x dispatch.InboundSource, machine time.Time) contract.InboundSource {
	return contract.InboundSource{ID: x.ID, Code: x.Code, Name: x.Name, AccountID: x.AccountID, OldSecretUntil: x.Exchanged(machine), CreatedAt: x.CreatedAt, RetiredAt: x.RetiredAt, Version: x.Version}
}
