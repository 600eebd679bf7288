package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/fault"
	"roundsman/internal/ids"

	"github.com/gin-gonic/gin"
	"golang.org/x/time/rate"
)

// LinkLimits say how often a customer's page may ask.
type LinkLimits struct {
	PerLink      rate.Limit // requests a second with one link, with so many at once
	LinkBurst    int
	PerQuote     rate.Limit // quotes with one link: each tries a day at every place
	QuoteBurst   int
	PerAddress   rate.Limit // requests of one address, whatever it holds
	AddressBurst int
}

// UsualLinkLimits let a page look every few seconds and an office share an address.
func UsualLinkLimits() LinkLimits {
	return LinkLimits{PerLink: 1, LinkBurst: 60, PerQuote: rate.Every(10 * time.Second), QuoteBurst: 6, PerAddress: 20, AddressBurst: 400}
}

type linkKey struct{}

// linked gives the link that a request came with.
func linked(ctx context.Context) dispatch.CustomerLink {
	l, _ := ctx.Value(linkKey{}).(dispatch.CustomerLink)
	return l
}

// actor is who a request's Idempotency-Key belongs to: an account, or a link.
func actor(ctx context.Context) ids.ID {
	if l, ok := ctx.Value(linkKey{}).(dispatch.CustomerLink); ok {
		return l.ID
	}
	return who(ctx).AccountID
}

// authenticateLink wants the key of a live link. It comes before the request is held
// against the contract: who has no link is not told what would fit.
func (s *server) authenticateLink(c *gin.Context) {
	now := s.machine.Now()
	if err := s.tryLinkAddress.try(c.RemoteIP(), now); err != nil {
		s.refuse(c, err)
		return
	}
	key, ok := linkOf(c.Request)
	if !ok {
		c.Header("WWW-Authenticate", "Link")
		s.refuse(c, fault.New(fault.Unauthenticated, "link_missing", "send Authorization: Link with what stands behind # in the address of your page"))
		return
	}
	l, err := s.customers.Open(c.Request.Context(), key)
	if err == nil {
		err = s.tryLink.try(l.ID.String(), now)
	}
	if err != nil {
		c.Header("WWW-Authenticate", "Link")
		s.refuse(c, err)
		return
	}
	c.Request = c.Request.WithContext(context.WithValue(c.Request.Context(), linkKey{}, l))
}

// linkOf reads the key of a link. It never stands in the address.
func linkOf(r *http.Request) (string, bool) {
	scheme, key, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	key = strings.TrimSpace(key)
	return key, ok && strings.EqualFold(scheme, "Link") && key != ""
}

// forCustomers are the members of a refusal that a customer may see. Others tell of
// other people's visits, or of technicians.
var forCustomers = map[string]bool{"state": true, "allowed": true, "version": true, "from": true, memberRetry: true}

// toCustomer takes out of a refusal what is not the customer's, and gives offers as
// they see them.
func toCustomer(err error) error {
	f := fault.Of(err)
	if f == nil || f.Kind == fault.Internal {
		return err
	}
	shown := fault.New(f.Kind, f.Code, "%s", f.Message).Because(err)
	for _, w := range f.Fields {
		shown = shown.At(w.Pointer, w.Message)
	}
	for name, v := range f.Members {
		if offers, ok := v.([]dispatch.Offer); ok {
			shown = shown.With("offers", each(offers, customerOffer))
		} else if forCustomers[name] {
			shown = shown.With(name, v)
		}
	}
	return shown
}
