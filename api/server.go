package api

import (
	"context"
	"log/slog"
	"time"

	"roundsman/api/contract"
	"roundsman/dispatch/control"
	"roundsman/dispatch/customer"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/field"
	"roundsman/dispatch/hooks"
	"roundsman/dispatch/imports"
	"roundsman/dispatch/incidents"
	"roundsman/dispatch/reports"
	"roundsman/dispatch/setup"
	"roundsman/dispatch/stock"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/fault"

	"github.com/gin-gonic/gin"
)

// Deps is what the interface is made of. All are wanted unless it says otherwise.
type Deps struct {
	Access    *access.Service
	Desk      *desk.Desk
	Control   *control.Control
	Field     *field.Field
	Incidents *incidents.Incidents
	Setup     *setup.Setup
	Stock     *stock.Room
	Reports   *reports.Reports
	Files     *imports.Imports
	Inbound   *incidents.Inbound
	Hooks     *hooks.Hooks
	Customers *customer.Room
	Map       Map // nil where no operation of the map is asked for
	Acts      Acts
	Events    Events
	Demo      DemoClock                       // nil where this is no demo
	Ready     func(ctx context.Context) error // whether requests can be served
	Log       *slog.Logger
	Machine   clock.Clock   // the machine's clock; nil: the system's
	Timeout   time.Duration // of a request; 0: UsualTimeout
	SignIn    SignInLimits  // zero: UsualLimits
	Links     LinkLimits    // zero: UsualLinkLimits
	// Misfit, when set, is told of every answer that does not keep the contract.
	// Tests fail by it; it costs a copy of every answer.
	Misfit func(operation string, err error)
}

// UsualTimeout is how long a request may take.
const UsualTimeout = 30 * time.Second

type server struct {
	access    *access.Service
	desk      *desk.Desk
	control   *control.Control
	field     *field.Field
	incidents *incidents.Incidents
	setup     *setup.Setup
	stock     *stock.Room
	reports   *reports.Reports
	files     *imports.Imports
	inbound   *incidents.Inbound
	hooks     *hooks.Hooks
	customers *customer.Room
	ground    Map
	acts      Acts
	events    Events
	demo      DemoClock
	ready     func(ctx context.Context) error

	log        *slog.Logger
	machine    clock.Clock
	timeout    time.Duration
	doc        *document
	tryLogin   *buckets
	tryAddress *buckets

	tryLink, tryQuote, tryLinkAddress *buckets
}

var _ contract.StrictServerInterface = (*server)(nil)

// New makes the interface. It fails only when the contract can't be read.
func New(d Deps) (*gin.Engine, error) {
	doc, err := loadDocument()
	if err != nil {
		return nil, err
	}
	s := &server{
		access: d.Access, desk: d.Desk, control: d.Control, field: d.Field, incidents: d.Incidents, setup: d.Setup, stock: d.Stock, reports: d.Reports, inbound: d.Inbound, hooks: d.Hooks, customers: d.Customers,
		files: d.Files, ground: d.Map,
		acts: d.Acts, events: d.Events,
		demo: d.Demo, ready: d.Ready, log: d.Log, machine: d.Machine, timeout: d.Timeout, doc: doc,
	}
	if s.machine == nil {
		s.machine = clock.System{}
	}
	if s.timeout == 0 {
		s.timeout = UsualTimeout
	}
	if d.SignIn == (SignInLimits{}) {
		d.SignIn = UsualLimits()
	}
	s.tryLogin = newBuckets(d.SignIn.PerLogin, d.SignIn.LoginBurst)
	s.tryAddress = newBuckets(d.SignIn.PerAddress, d.SignIn.AddrBurst)
	if d.Links == (LinkLimits{}) {
		d.Links = UsualLinkLimits()
	}
	s.tryLink = newBuckets(d.Links.PerLink, d.Links.LinkBurst)
	s.tryQuote = newBuckets(d.Links.PerQuote, d.Links.QuoteBurst)
	s.tryLinkAddress = newBuckets(d.Links.PerAddress, d.Links.AddressBurst)

	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.ContextWithFallback = true
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false
	if err := e.SetTrustedProxies(nil); err != nil {
		return nil, err
	}
	e.Use(s.observe, careful)
	e.NoRoute(s.noRoute)
	e.NoMethod(s.noMethod)
	if err := s.pages(e); err != nil {
		return nil, err
	}
	v1 := e.Group("", private)
	if d.Misfit != nil {
		v1.Use(s.watch(d.Misfit))
	}
	v1.Use(s.deadline, s.authenticate, s.check)
	strict := contract.NewStrictHandlerWithOptions(s, []contract.StrictMiddlewareFunc{s.once}, contract.StrictGinServerOptions{
		RequestErrorHandlerFunc:  s.refuseShape,
		HandlerErrorFunc:         s.refuse,
		ResponseErrorHandlerFunc: s.refuse,
	})
	contract.RegisterHandlersWithOptions(v1, strict, contract.GinServerOptions{
		ErrorHandler: func(c *gin.Context, err error, _ int) { s.refuseShape(c, err) },
	})
	return e, nil
}

// refuseShape answers what the check let through and the generated code could
// not read all the same, such as a number that fits no integer.
func (s *server) refuseShape(c *gin.Context, err error) {
	s.refuse(c, fault.New(fault.Invalid, "bad_request", "the request does not fit the contract").Because(err))
}
