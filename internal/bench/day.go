package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"roundsman/api/client"
	"roundsman/internal/clock"

	"github.com/google/uuid"
)

// The day that everything is asked of.
const (
	technicians = 50
	visits      = 400
	comers      = 10_000 // people who come in as one file
	shiftDays   = 10
)

// day is a region of the bench's own, with its crew, its people and its work.
type day struct {
	region  client.Region
	dates   []string // working days with shifts; the first is the one that is full
	tickets []ticket // of the first day
	rows    float64  // people that came in a second, by the machine
	plan    client.PlanRun
}

type ticket struct{ id, person uuid.UUID }

// crew are the demo's people whom the bench works as.
type crew struct{ agent, dispatcher, admin *asker }

// enter makes the region by files and plans its first day.
func (c crew) enter(ctx context.Context) (d day, err error) {
	var now client.DemoClock
	var regions client.Regions
	var sites client.Sites
	var skills client.SkillNames
	for path, into := range map[string]any{"/v1/demo/clock": &now, "/v1/regions": &regions, "/v1/skills": &skills} {
		if err := c.admin.get(ctx, path, into); err != nil {
			return d, err
		}
	}
	home := regions.Items[0] // the demo's own; its places are at roads
	for _, r := range regions.Items {
		if !strings.HasPrefix(r.Code, "LARGE") && !strings.HasPrefix(r.Code, "BENCH") {
			home = r
		}
	}
	if err := c.admin.get(ctx, "/v1/sites?limit=50&region_id="+home.ID.String(), &sites); err != nil {
		return d, err
	}
	if len(sites.Items) == 0 {
		return d, errors.New("the demo has no sites")
	}
	zone, err := time.LoadLocation(home.Zone)
	if err != nil {
		return d, err
	}
	d.dates = workingDays(now.Now.In(zone), shiftDays)
	code := fmt.Sprintf("BENCH%d", len(regions.Items)) // a database may be kept
	if err := c.admin.ask(ctx, "POST", "/v1/regions", client.NewRegion{Code: &code, Name: &code, Zone: &home.Zone}, &d.region); err != nil {
		return d, err
	}
	if d.rows, err = c.files(ctx, code, d.dates, sites.Items, skills.Items, now.Now); err != nil {
		return d, err
	}
	if d.plan, err = planned(ctx, c.dispatcher, d.region.ID, d.dates[0], "PT10S"); err != nil {
		return d, err
	}
	if err := c.dispatcher.ask(ctx, "POST", "/v1/plan-runs/"+d.plan.ID.String()+"/publication", struct{}{}, nil); err != nil {
		return d, err
	}
	var full client.Day
	if err := c.dispatcher.get(ctx, "/v1/regions/"+d.region.ID.String()+"/days/"+d.dates[0], &full); err != nil {
		return d, err
	}
	for _, r := range full.Rounds {
		for _, s := range r.Stops {
			d.tickets = append(d.tickets, ticket{s.Visit.TicketID, s.Visit.PersonID})
		}
	}
	if len(d.tickets) < visits/2 {
		return d, fmt.Errorf("only %d of %d visits found a place", len(d.tickets), visits)
	}
	return d, nil
}

// files sends the region's tables, and gives how many people came in a second.
func (c crew) files(ctx context.Context, code string, dates []string, sites []client.Site, skills []client.SkillName, now time.Time) (rate float64, err error) {
	table := func(head string, n int, row func(i int) string) string {
		var b strings.Builder
		b.WriteString(head + "\n")
		for i := range n {
			b.WriteString(row(i) + "\n")
		}
		return b.String()
	}
	var able []string
	for _, s := range skills {
		able = append(able, s.Code+":5")
	}
	at := func(i int) (lon, lat float64) {
		p := sites[i%len(sites)].Location.Coordinates
		return float64(p[0]), float64(p[1])
	}
	for _, f := range []struct{ kind, text string }{
		{"sites", table("code,name,region,address,city,lon,lat", len(sites), func(i int) string {
			lon, lat := at(i)
			return fmt.Sprintf("%s-%d,Site %d,%s,%d Long Street,Dover,%f,%f", code, i, i, code, i+1, lon, lat)
		})},
		{"technicians", table("code,name,region,home_lon,home_lat,mode,skills", technicians, func(i int) string {
			lon, lat := at(i * 7)
			return fmt.Sprintf("%s-T%d,Technician %d,%s,%f,%f,car,%s", code, i, i, code, lon, lat, strings.Join(able, " "))
		})},
		{"shifts", table("technician,date,starts,ends", technicians*len(dates), func(i int) string {
			return fmt.Sprintf("%s-T%d,%s,08:00,17:00", code, i%technicians, dates[i/technicians])
		})},
		{"people", table("employee_number,name,site,mobile,mail", comers, func(i int) string {
			return fmt.Sprintf("%s-%d,Comer %d,%s-%d,+1302555%04d,comer%d.%s@bench.example", code, i, i, code, i%len(sites), i, i, strings.ToLower(code))
		})},
		{"tickets", table("reference,person,template,summary,opened_at", visits, func(i int) string {
			return fmt.Sprintf("%s-%d,%s-%d,printer_fault,Prints nothing,%s", code, i, code, i, now.Add(-time.Hour).Format(time.RFC3339))
		})},
	} {
		r, took, err := c.send(ctx, f.kind, f.text)
		if err != nil {
			return 0, err
		}
		if r.Rejected > 0 || r.Added == 0 {
			return 0, fmt.Errorf("of the %s %d came in and %d did not (%s)", f.kind, r.Added, r.Rejected, r.State)
		}
		if f.kind == "people" {
			rate = float64(r.Added) / took.Seconds()
		}
	}
	return rate, nil
}

// send sends a file and waits until it is read; took is from the sending on.
func (c crew) send(ctx context.Context, kind, text string) (r client.Import, took time.Duration, err error) {
	began := clock.System{}.Now()
	if err := c.admin.ask(ctx, "POST", "/v1/imports?kind="+url.QueryEscape(kind), csv(text), &r); err != nil {
		return r, 0, err
	}
	err = until(ctx, func() (bool, error) {
		err := c.admin.get(ctx, "/v1/imports/"+r.ID.String(), &r)
		return r.EndedAt != nil, err
	})
	return r, clock.System{}.Now().Sub(began), err
}

// planned has a day planned and waits for the draft.
func planned(ctx context.Context, dispatcher *asker, region uuid.UUID, date, given string) (r client.PlanRun, err error) {
	if err := dispatcher.ask(ctx, "POST", "/v1/plan-runs", client.NewPlanRun{RegionID: region, Date: date, Duration: &given}, &r); err != nil {
		return r, err
	}
	err = until(ctx, func() (bool, error) {
		err := dispatcher.get(ctx, "/v1/plan-runs/"+r.ID.String(), &r)
		return r.EndedAt != nil || r.OutcomeID != nil, err
	})
	if err == nil && r.Error != nil {
		err = fmt.Errorf("planning: %s", *r.Error)
	}
	return r, err
}

// until asks again and again whether something is done.
func until(ctx context.Context, done func() (bool, error)) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
}

// workingDays gives the next n days from Monday to Friday after a day.
func workingDays(day time.Time, n int) (list []string) {
	for len(list) < n {
		day = day.AddDate(0, 0, 1)
		if d := day.Weekday(); d != time.Saturday && d != time.Sunday {
			list = append(list, day.Format(time.DateOnly))
		}
	}
	return list
}
