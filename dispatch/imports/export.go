package imports

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"roundsman/assets"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/csvfile"
	"roundsman/internal/ids"
)

// pageSize is how many rows are read at once to be written.
const pageSize = 500

// export reads a page of a table and gives its cells in the order of the kind's
// columns.
type export struct {
	needs access.Scope
	page  func(ctx context.Context, tx dispatch.Tx, p dispatch.Page) (rows [][]string, next string, err error)
}

var exports = map[dispatch.ImportKind]export{
	dispatch.ImportSites:       {access.SetupRead, sitePage},
	dispatch.ImportPeople:      {access.PeopleRead, personPage},
	dispatch.ImportTechnicians: {access.SetupRead, technicianPage},
	dispatch.ImportShifts:      {access.SetupRead, shiftPage},
	dispatch.ImportItems:       {access.AssetsRead, itemPage},
	dispatch.ImportTickets:     {access.TicketsRead, ticketPage},
}

// MayExport says whether somebody may have a whole table. Codes: "kind_unknown",
// "scope_missing".
func MayExport(who access.Principal, k dispatch.ImportKind) error {
	e, ok := exports[k]
	if !ok {
		_, err := kindOf("export of " + k)
		return err
	}
	if err := who.Require(access.ExportsRead); err != nil {
		return err
	}
	return who.Require(e.needs)
}

// Export writes a whole table of what is in use, page by page. What it writes can
// be imported again, and changes nothing then. Codes as MayExport.
func (m *Imports) Export(ctx context.Context, who access.Principal, k dispatch.ImportKind, to io.Writer) error {
	if err := MayExport(who, k); err != nil {
		return err
	}
	w, err := csvfile.NewWriter(to, kinds[k].columns...)
	if err != nil {
		return err
	}
	for p := (dispatch.Page{Limit: pageSize}); ; {
		var rows [][]string
		var next string
		if err := m.Store.Read(ctx, func(tx dispatch.Tx) (err error) {
			rows, next, err = exports[k].page(ctx, tx, p)
			return err
		}); err != nil {
			return err
		}
		for _, cells := range rows {
			if err := w.Row(cells...); err != nil {
				return err
			}
		}
		if err := w.Flush(); err != nil {
			return err
		}
		if p.After = next; next == "" {
			return nil
		}
	}
}

var inUse = false // of what is retired

func sitePage(ctx context.Context, tx dispatch.Tx, p dispatch.Page) ([][]string, string, error) {
	list, next, err := tx.SiteRegister().List(ctx, dispatch.StandingFilter{Retired: &inUse}, p)
	if err != nil {
		return nil, "", err
	}
	regions, err := tx.CodesByID(ctx, "region", each(list, func(s dispatch.Site) ids.ID { return s.RegionID }))
	return each(list, func(s dispatch.Site) []string {
		lon, lat := degrees(s.Point.Lon()), degrees(s.Point.Lat())
		if s.Unplaced {
			lon, lat = "", ""
		}
		var stopLon, stopLat string
		if s.AccessPoint != nil {
			stopLon, stopLat = degrees(s.AccessPoint.Lon()), degrees(s.AccessPoint.Lat())
		}
		var hours []string
		for _, h := range s.Hours {
			hours = append(hours, weekdays[h.Weekday]+" "+onWall(h.From)+"-"+onWall(h.Until))
		}
		return []string{s.Code, s.Name, regions[s.RegionID], s.Address, s.City, lon, lat, s.Zone, onWall(s.OpensAt), onWall(s.ClosesAt),
			strings.Join(hours, "; "), strings.Join(each(s.ClosedOn, func(d dispatch.Date) string { return string(d) }), " "),
			strconv.FormatBool(s.KeepsHolidays), whole(s.AccessMinutes), s.AccessNotes, stopLon, stopLat, whole(s.WalkMinutes), strconv.FormatBool(s.Unplaced)}
	}), next, err
}

func personPage(ctx context.Context, tx dispatch.Tx, p dispatch.Page) ([][]string, string, error) {
	list, next, err := tx.PersonRegister().List(ctx, dispatch.StandingFilter{Retired: &inUse}, p)
	if err != nil {
		return nil, "", err
	}
	sites, err := tx.CodesByID(ctx, "site", each(list, func(v dispatch.Person) ids.ID { return v.SiteID }))
	return each(list, func(v dispatch.Person) []string {
		return []string{v.EmployeeNumber, v.Name, v.SpokenName, v.Language, sites[v.SiteID], v.Building, whole(v.Floor), v.Room, value(v.Mail),
			strconv.FormatBool(v.MailOnDeviceOnly), value(v.Mobile), deskPhone(v), strconv.FormatBool(v.VIP), string(v.NameForm),
			v.Accessibility, strconv.FormatBool(v.Quiet), v.PreferredChannel}
	}), next, err
}

// deskPhone gives the number as it was written, if that is still this number: its
// extension stands nowhere else.
func deskPhone(v dispatch.Person) string {
	number := value(v.DeskPhone)
	digits := strings.Map(func(c rune) rune {
		if c < '0' || c > '9' {
			return -1
		}
		return c
	}, v.PhoneRaw)
	if end := number[max(0, len(number)-subscriber):]; end != "" && strings.Contains(digits, end) {
		return v.PhoneRaw
	}
	return number
}

// subscriber is how many digits at the end of a number are written the same
// wherever one calls from.
const subscriber = 6

func technicianPage(ctx context.Context, tx dispatch.Tx, p dispatch.Page) ([][]string, string, error) {
	list, next, err := tx.CrewRegister().List(ctx, dispatch.StandingFilter{Retired: &inUse}, p)
	if err != nil {
		return nil, "", err
	}
	regions, err := tx.CodesByID(ctx, "region", each(list, func(m dispatch.CrewMember) ids.ID { return m.RegionID }))
	return each(list, func(m dispatch.CrewMember) []string {
		skills := each(m.Skills, func(s dispatch.Skill) string { return s.Code + ":" + whole(s.Level) })
		return []string{m.Code, m.Name, m.SpokenName, regions[m.RegionID], degrees(m.Home.Lon()), degrees(m.Home.Lat()), m.Mode, m.Phone,
			strings.Join(skills, " ")}
	}), next, err
}

func shiftPage(ctx context.Context, tx dispatch.Tx, p dispatch.Page) ([][]string, string, error) {
	list, next, err := tx.ListShifts(ctx, dispatch.ShiftFilter{From: "1900-01-01", Until: "2999-01-01"}, p)
	if err != nil {
		return nil, "", err
	}
	codes, err := tx.CodesByID(ctx, "technician", each(list, func(s dispatch.Shift) ids.ID { return s.TechnicianID }))
	if err != nil {
		return nil, "", err
	}
	locs := map[ids.ID]*time.Location{}
	rows := make([][]string, len(list))
	for i, s := range list {
		loc := locs[s.RegionID]
		if loc == nil {
			r, err := tx.Region(ctx, s.RegionID)
			if err != nil {
				return nil, "", err
			}
			if loc, err = r.Location(); err != nil {
				return nil, "", err
			}
			locs[s.RegionID] = loc
		}
		wall := func(t time.Time) string { return onWall(wallMinutes(t, s.Date, loc)) }
		rows[i] = []string{codes[s.TechnicianID], string(s.Date), wall(s.StartsAt), wall(s.EndsAt), wall(s.BreakFrom), wall(s.BreakUntil),
			whole(s.BreakMinutes), whole(s.OvertimeMinutes)}
	}
	return rows, next, nil
}

// wallMinutes counts on from the midnight of a day, as clocks on the wall do.
func wallMinutes(t time.Time, d dispatch.Date, loc *time.Location) int {
	local := t.In(loc)
	n := local.Hour()*60 + local.Minute()
	if dispatch.DateOf(t, loc) > d {
		n += dispatch.MinutesADay
	}
	return n
}

func itemPage(ctx context.Context, tx dispatch.Tx, p dispatch.Page) ([][]string, string, error) {
	list, next, err := tx.ListItems(ctx, assets.Filter{}, p.Limit, p.After)
	if err != nil {
		return nil, "", err
	}
	codes := map[assets.CustodianKind]map[ids.ID]string{}
	for k := range stands {
		var holders []ids.ID
		for _, h := range list {
			if h.Holder.Kind == k {
				holders = append(holders, h.Holder.ID)
			}
		}
		if codes[k], err = tx.CodesByID(ctx, string(k), holders); err != nil {
			return nil, "", err
		}
	}
	return each(list, func(h assets.Held) []string {
		return []string{h.Item.Tag, h.Model.Code, h.Item.Serial, value(h.Item.OSName), value(h.Item.OSVersion), strconv.FormatBool(h.Item.Loaner),
			string(h.Holder.Kind), codes[h.Holder.Kind][h.Holder.ID], string(h.Item.State)}
	}), next, nil
}

func ticketPage(ctx context.Context, tx dispatch.Tx, p dispatch.Page) ([][]string, string, error) {
	list, next, err := tx.ListTicketsByNumber(ctx, p)
	if err != nil {
		return nil, "", err
	}
	codes := map[string]map[ids.ID]string{}
	for noun, of := range map[string]func(dispatch.Ticket) ids.ID{
		"person":   func(t dispatch.Ticket) ids.ID { return t.PersonID },
		"site":     func(t dispatch.Ticket) ids.ID { return t.SiteID },
		"template": func(t dispatch.Ticket) ids.ID { return t.TemplateID },
		"account":  func(t dispatch.Ticket) ids.ID { return t.OwnerID },
	} {
		if codes[noun], err = tx.CodesByID(ctx, noun, each(list, of)); err != nil {
			return nil, "", err
		}
	}
	return each(list, func(t dispatch.Ticket) []string {
		resolved := ""
		if t.ResolvedAt != nil {
			resolved = t.ResolvedAt.UTC().Format(time.RFC3339Nano)
		}
		return []string{fmt.Sprintf("T-%d", t.Number), codes["person"][t.PersonID], codes["site"][t.SiteID], codes["template"][t.TemplateID], t.Summary,
			t.KeyField, whole(t.Priority), string(t.State), t.Channel, codes["account"][t.OwnerID], t.OpenedAt.UTC().Format(time.RFC3339Nano),
			resolved, value(t.Resolution)}
	}), next, nil
}

func degrees(d float64) string { return strconv.FormatFloat(d, 'f', -1, 64) }

func onWall(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }
