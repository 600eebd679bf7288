package stage_test

import (
	"testing"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/dispatch/incidents"
	"roundsman/internal/access"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// The card names who spoke with the caller, whom they would rather see, and the
// changes ahead of their site or device; what is for others, over or not approved
// is not said.
func TestTheCardNamesHandlersPreferenceAndChangesAhead(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	src := source(t, s, "changes")
	report := func(id string, c incidents.ChangeReport) {
		c.ExternalID, c.Planned, c.Title, c.NoticeText = id, true, id, id+" is changed."
		c.State = dispatch.ChangePlanned
		_, err := tellUs(t, s, src, "m "+id, incidents.Report{Change: &c})
		require.NoError(t, err)
	}
	soon := incidents.ChangeReport{StartsAt: stage.At(24+9, 0), EndsAt: stage.At(24+11, 0), Approval: "approved"}
	site, device, elsewhere, later, asked := soon, soon, soon, soon, soon
	site.Sites = []ids.ID{stage.Name("site 0")}
	device.Models = []string{"OLD-1"}
	elsewhere.Sites = []ids.ID{stage.Name("site 1")}
	later.Sites, later.StartsAt, later.EndsAt = site.Sites, stage.At(15*24+9, 0), stage.At(15*24+11, 0)
	asked.Sites, asked.Approval, asked.StartsAt = site.Sites, "pending", stage.At(24+10, 0)
	for id, c := range map[string]incidents.ChangeReport{"site": site, "device": device, "elsewhere": elsewhere, "later": later, "asked": asked} {
		report(id, c)
	}
	person := stage.Name("person 0")
	for _, who := range []access.Principal{s.Agent, s.Other, s.Agent} {
		_, err := s.Desk.StartContact(ctx, who, desk.NewContact{PersonID: &person, Channel: "phone", Direction: "in", Reason: "status"})
		require.NoError(t, err)
	}
	_, err := s.Desk.Prefer(ctx, s.Agent, person, ptr(stage.Name("technician 1")))
	require.NoError(t, err)

	card, err := s.Desk.Card(ctx, s.Agent, person)
	require.NoError(t, err)
	require.Equal(t, map[ids.ID]string{s.Agent.AccountID: "anna", s.Other.AccountID: "ben"}, card.Handlers)
	require.Equal(t, "Tess B", card.Preferred.Technician.Name)
	var titles, said []string
	for _, c := range card.Changes {
		titles = append(titles, c.Title)
	}
	require.ElementsMatch(t, []string{"site", "device", "asked"}, titles)
	for _, l := range card.Say {
		if l.SourceKind == "change" {
			said = append(said, l.Text)
		}
	}
	require.ElementsMatch(t, []string{"Planned tomorrow between 09:00 and 11:00: site is changed.", "Planned tomorrow between 09:00 and 11:00: device is changed."}, said)

	other, err := s.Desk.Card(ctx, s.Agent, stage.Name("person 2"))
	require.NoError(t, err)
	require.Nil(t, other.Preferred)
	require.Empty(t, other.Handlers)
	require.Len(t, other.Changes, 2, "of their site, and of the device that they have too")
}
