package stage_test

import (
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/dispatch/desk"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

func TestNotesAndFilesOfATicket(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	v := opened(t, s, 0, "printer_fault").Ticket
	s.Clock.Set(s.Clock.Now().Add(time.Hour))
	mine, err := s.Desk.AddNote(ctx, s.Agent, v.ID, desk.NewNote{Audience: dispatch.Internal, Body: " drum is worn "})
	require.NoError(t, err)
	require.Equal(t, "drum is worn", mine.Body)
	require.Equal(t, v.NextUpdate, ticket(t, s, v.ID).Ticket.NextUpdate, "the customer heard nothing")
	require.Equal(t, v.Version, ticket(t, s, v.ID).Ticket.Version)
	news, err := s.Desk.AddNote(ctx, s.Other, v.ID, desk.NewNote{Audience: dispatch.ForCustomer, Body: "We have ordered a drum."})
	require.NoError(t, err)
	require.Equal(t, s.Clock.Now().Add(dispatch.NextNews), ticket(t, s, v.ID).Ticket.NextUpdate.UTC(), "news moves the next update")
	_, err = s.Desk.AddNote(ctx, s.Agent, v.ID, desk.NewNote{Audience: dispatch.Internal, Body: " \n"})
	refused(t, "note_empty", err)
	_, err = s.Desk.AddNote(ctx, s.Agent, ids.New(), desk.NewNote{Audience: dispatch.Internal, Body: "x"})
	refused(t, "ticket_not_found", err)
	list, more, err := s.Desk.Notes(ctx, s.Agent, v.ID, dispatch.Page{Limit: 1})
	require.NoError(t, err)
	require.Equal(t, news.ID, list[0].ID, "newest first")
	list, _, err = s.Desk.Notes(ctx, s.Agent, v.ID, dispatch.Page{Limit: 1, After: more})
	require.NoError(t, err)
	require.Equal(t, mine.ID, list[0].ID)

	f, err := s.Desk.AddFile(ctx, s.Agent, v.ID, desk.NewFile{Name: `C:\photos\..\drum.png`, Content: []byte("<script>alert(1)</script>")})
	require.NoError(t, err)
	require.Equal(t, "drum.png", f.Name)
	require.Contains(t, f.MediaType, "text/", "as the bytes say")
	got, content, err := s.Desk.File(ctx, s.Other, f.ID)
	require.NoError(t, err)
	require.Equal(t, "<script>alert(1)</script>", string(content))
	require.Equal(t, int64(25), got.Size)
	_, err = s.Desk.AddFile(ctx, s.Agent, v.ID, desk.NewFile{Name: "empty", Content: nil})
	refused(t, "file_empty", err)
	_, err = s.Desk.AddFile(ctx, s.Agent, v.ID, desk.NewFile{Name: "big", Content: make([]byte, dispatch.LargestFile+1)})
	refused(t, "file_too_large", err)
	_, _, err = s.Desk.File(ctx, s.Agent, ids.New())
	refused(t, "file_not_found", err)
	files, _, err := s.Desk.Files(ctx, s.Agent, v.ID, dispatch.Page{})
	require.NoError(t, err)
	require.Len(t, files, 1)

	// What was written down stays, whatever a program tries.
	for _, sql := range []string{`update ticket_notes set body = 'nothing'`, `delete from ticket_notes`} {
		_, err := s.Pool.Exec(ctx, sql)
		require.ErrorContains(t, err, "only ever added to", sql)
	}
	// The history tells of all of it, and holds no text.
	history, _, err := s.Desk.History(ctx, s.Other, v.ID, dispatch.Page{})
	require.NoError(t, err)
	var names []string
	for _, e := range history {
		names = append(names, e.Name)
		require.NotContains(t, string(e.Data), "drum")
	}
	require.ElementsMatch(t, []string{"ticket.opened", "note.added", "note.added", "file.added"}, names)
	require.Equal(t, "ticket.opened", names[3])
}

func TestWhoShouldHaveHeardFromUs(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	ctx := t.Context()
	early := opened(t, s, 0, "printer_fault").Ticket
	s.Clock.Set(stage.At(8, 0))
	late := opened(t, s, 1, "printer_fault").Ticket
	due := func(who *ids.ID) (out []ids.ID) {
		list, _, err := s.Desk.UpdatesDue(ctx, s.Agent, who, nil, dispatch.Page{})
		require.NoError(t, err)
		for _, k := range list {
			out = append(out, k.ID)
		}
		return out
	}
	require.Empty(t, due(nil))
	s.Clock.Set(stage.At(9, 31)) // two hours after 7:30
	require.Equal(t, []ids.ID{early.ID}, due(nil))
	s.Clock.Set(stage.At(10, 1))
	require.Equal(t, []ids.ID{early.ID, late.ID}, due(nil), "the longest overdue first")
	require.Empty(t, due(&s.Other.AccountID))
	_, err := s.Desk.AddNote(ctx, s.Agent, early.ID, desk.NewNote{Audience: dispatch.ForCustomer, Body: "still at it"})
	require.NoError(t, err)
	require.Equal(t, []ids.ID{late.ID}, due(&s.Agent.AccountID), "every act that is news moves it")
	at := stage.At(15, 0)
	k := ticket(t, s, late.ID).Ticket
	_, err = s.Desk.ChangeTicket(ctx, s.Agent, k.ID, k.Version, desk.TicketChange{NextUpdate: &at})
	require.NoError(t, err)
	require.Empty(t, due(nil))
	past := stage.At(9, 0)
	_, err = s.Desk.ChangeTicket(ctx, s.Agent, k.ID, k.Version+1, desk.TicketChange{NextUpdate: &past})
	refused(t, "update_past", err)
}

// Owners find the notices of their tickets: those that got to nobody are theirs to say
// some other way.
func TestNoticesOfMyTickets(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	_, p := promised(t, s, 2, "printer_fault") // reached by nothing but the broken machine's mail
	promised(t, s, 0, "printer_fault")
	list := func(owner ids.ID) (out []ids.ID) {
		got, _, err := s.Desk.Notices(t.Context(), s.Agent, dispatch.NoticeFilter{OwnerID: &owner, State: dispatch.NoticeFailed}, dispatch.Page{Limit: 10})
		require.NoError(t, err)
		for _, n := range got {
			out = append(out, *n.PromiseID)
		}
		return out
	}
	require.Equal(t, []ids.ID{p.Promise.ID}, list(s.Agent.AccountID))
	require.Empty(t, list(s.Other.AccountID))
}

// Teams come in pages, by their codes.
func TestTeamsComeInPages(t *testing.T) {
	t.Parallel()
	s := stage.New(t, stage.Small)
	for _, tier := range []dispatch.Tier{dispatch.SecondLevel, dispatch.FieldTier, dispatch.StockTier} {
		teamOf(t, s, tier)
	}
	var codes []string
	for after, pages := "", 0; ; pages++ {
		list, next, err := s.Desk.Teams(t.Context(), s.Agent, dispatch.Page{Limit: 2, After: after})
		require.NoError(t, err)
		for _, k := range list {
			codes = append(codes, k.Code)
		}
		if after = next; next == "" {
			require.Equal(t, 1, pages)
			break
		}
	}
	require.Equal(t, []string{"field", "second_level", "stock"}, codes)
}
