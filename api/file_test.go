package api_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// What somebody attached comes back byte for byte, and no browser runs it.
func TestAFileIsKeptAndNeverRun(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	ticket := ok[contract.TicketDetail](s, http.StatusCreated, s.anna, "POST", "/v1/tickets", object{"template": "virus_cleanup", "person_id": stage.Name("person 0")})
	at := "/v1/tickets/" + ticket.Ticket.ID.String() + "/files"
	page := "<html><script>alert(1)</script></html>"
	body := object{"name": `..\evil".html`, "content": base64.StdEncoding.EncodeToString([]byte(page))}
	f := ok[contract.File](s, http.StatusCreated, s.anna, "POST", at, body, "Idempotency-Key", "f")
	again := ok[contract.File](s, http.StatusCreated, s.anna, "POST", at, body, "Idempotency-Key", "f")
	require.Equal(t, f, again, "a repeat keeps one")
	require.Len(t, ok[contract.Files](s, http.StatusOK, s.ben, "GET", at, nil).Items, 1)

	g := s.do(s.ben, "GET", f.Content, nil)
	require.Equal(t, http.StatusOK, g.Code, g.Body)
	require.Equal(t, page, g.Body.String())
	require.Equal(t, "application/octet-stream", g.Header().Get("Content-Type"))
	require.Equal(t, "nosniff", g.Header().Get("X-Content-Type-Options"))
	require.Equal(t, "attachment; filename=evil_.html", g.Header().Get("Content-Disposition"))
	require.Equal(t, "no-store", g.Header().Get("Cache-Control"))
	s.do(s.mon, "GET", f.Content, nil).problem(http.StatusForbidden, "scope_missing")

	// More than another request may have, and not more than a file may.
	body["content"] = base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", 2<<20)))
	ok[contract.File](s, http.StatusCreated, s.anna, "POST", at, body)
	body["content"] = base64.StdEncoding.EncodeToString([]byte(strings.Repeat("x", dispatch.LargestFile+1)))
	s.do(s.anna, "POST", at, body).problem(http.StatusRequestEntityTooLarge, "file_too_large")
	body["content"] = strings.Repeat("x", 9<<20)
	s.do(s.anna, "POST", at, body).problem(http.StatusRequestEntityTooLarge, "body_too_large")
}

// Handed over, rated, paused, merged: the acts of a desk through the interface.
func TestTheActsOfADesk(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	open := func() contract.TicketDetail {
		return ok[contract.TicketDetail](s, http.StatusCreated, s.anna, "POST", "/v1/tickets", object{"template": "virus_cleanup", "person_id": stage.Name("person 0")})
	}
	first, second := open(), open()
	at := "/v1/tickets/" + first.Ticket.ID.String()
	s.do(s.anna, "POST", at+"/priority", object{"impact": 1, "urgency": 1}).problem(http.StatusPreconditionRequired, "if_match_missing")
	rated := ok[contract.Ticket](s, http.StatusOK, s.anna, "POST", at+"/priority", object{"impact": 1, "urgency": 1}, "If-Match", `"1"`)
	require.Equal(t, 1, rated.Priority)
	x := s.do(s.anna, "POST", at+"/transfers", object{"account_id": s.Other.AccountID, "reason": "off_duty", "context": "my shift ends"})
	require.Equal(t, http.StatusCreated, x.Code, x.Body)
	taken := ok[contract.Transfer](s, http.StatusOK, s.ben, "POST", x.Header().Get("Location")+"/acceptance", nil, "If-Match", x.Header().Get("ETag"))
	require.Equal(t, contract.TransferState("accepted"), taken.State)
	paused := ok[contract.TicketService](s, http.StatusOK, s.ben, "POST", at+"/pause", object{"reason": "waiting_for_customer"})
	require.Len(t, paused.Pauses, 1)
	now := s.do(s.ben, "GET", at, nil)
	survivor := ok[contract.Ticket](s, http.StatusOK, s.ben, "POST", at+"/merger", object{"into": second.Ticket.ID}, "If-Match", now.Header().Get("ETag"))
	require.Equal(t, second.Ticket.ID, survivor.ID)
	p := s.do(s.ben, "POST", at+"/pause", object{"reason": "waiting_for_customer"}).problem(http.StatusConflict, "ticket_resolved")
	require.Equal(t, second.Ticket.ID.String(), p["merged_into"])
	require.Contains(t, p, "allowed")
	history := ok[contract.History](s, http.StatusOK, s.anna, "GET", "/v1/tickets/"+second.Ticket.ID.String()+"/history?limit=2", nil)
	require.Len(t, history.Items, 2)
	outlook := ok[contract.Outlook](s, http.StatusOK, s.anna, "GET", "/v1/tickets/"+second.Ticket.ID.String()+"/outlook", nil)
	require.Equal(t, contract.OutlookFixBy("next_news"), outlook.FixBy)
	m := s.do(s.anna, "GET", "/v1/priority-matrix", nil)
	require.Equal(t, `"1"`, m.Header().Get("ETag"))
}
