package setup

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/fault"
	"roundsman/internal/ids"
)

// ServiceEntry is what is entered of service hours; nil leaves what is there.
type ServiceEntry struct {
	RegionID *ids.ID
	SiteID   *ids.ID // for this site alone; it stays
	Channel  *string
	Address  *string // the number, mail address or place
	Hours    *dispatch.Hours
	Holidays *bool // also open on the region's holidays
}

func (e ServiceEntry) onto(s *dispatch.Service) {
	set(&s.RegionID, e.RegionID)
	if e.SiteID != nil {
		s.SiteID = e.SiteID
	}
	set(&s.Channel, e.Channel)
	set(&s.Address, e.Address)
	set(&s.Hours, e.Hours)
	set(&s.Holidays, e.Holidays)
}

func (e ServiceEntry) fresh() dispatch.Service {
	s := dispatch.Service{ID: ids.New()}
	e.onto(&s)
	return s
}

// CheckService says what is wrong with the values of service hours.
func CheckService(s dispatch.Service) []fault.Field {
	var w wrong
	w.when(s.RegionID == ids.Nil, "/region_id", "is missing")
	w.oneOf("/channel", s.Channel, "phone", "mail", "chat", "portal", "walk_in", "on_site")
	w.optional("/address", s.Address, 200)
	w.when(len(s.Hours) == 0, "/hours", "is missing")
	w.hours("/hours", s.Hours, false)
	return w
}

var services = book[dispatch.Service, ids.ID]{
	noun: "service", read: access.SetupRead, write: access.SetupWrite,
	of:      func(tx dispatch.Tx) dispatch.Register[dispatch.Service, ids.ID] { return tx.ServiceRegister() },
	subject: func(v dispatch.Service) ids.ID { return v.ID },
	version: func(v dispatch.Service) int64 { return v.Version },
	inUse:   dispatch.Service.InUse,
	check:   CheckService,
	complete: func(ctx context.Context, tx dispatch.Tx, v *dispatch.Service) error {
		r, err := tx.RegionRegister().Get(ctx, v.RegionID)
		if err := named(r.InUse, err, "/region_id"); err != nil || v.SiteID == nil {
			return err
		}
		site, err := tx.SiteRegister().Get(ctx, *v.SiteID)
		if err := named(site.InUse, err, "/site_id"); err != nil {
			return err
		}
		return refuse("service", elsewhere(site.RegionID != v.RegionID))
	},
	retire: func(v *dispatch.Service, at time.Time) { v.RetiredAt = &at },
}

func elsewhere(is bool) []fault.Field {
	var w wrong
	w.when(is, "/site_id", "is in another region")
	return w
}

// Openings gives each channel by which people at a site reach the desk: open now,
// or when it opens next. Code: "site_not_found".
func (s *Setup) Openings(ctx context.Context, who access.Principal, site ids.ID) (list []dispatch.Opening, err error) {
	if err := who.Require(access.SetupRead); err != nil {
		return nil, err
	}
	err = s.Store.Read(ctx, func(tx dispatch.Tx) error {
		at, err := tx.Site(ctx, site)
		if err != nil {
			return err
		}
		list, err = dispatch.OpeningsAt(ctx, tx, at, s.Clock.Now())
		return err
	})
	return list, err
}

// Services are hours of a channel in a region or at a site. Entering and changing:
// "reference_missing", "region_state", "site_state", "service_taken".
func (s *Setup) Services() Kept[dispatch.Service, ids.ID, ServiceEntry] {
	return Kept[dispatch.Service, ids.ID, ServiceEntry]{s, services}
}
