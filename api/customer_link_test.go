package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/internal/ids"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// faced is all that an answer says, but for what is of this one request.
func faced(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	id := w.Header().Get("X-Request-Id")
	require.NotEmpty(t, id)
	require.Equal(t, 1, strings.Count(w.Body.String(), id), w.Body.String())
	var b strings.Builder
	require.NoError(t, w.Header().Write(&b))
	return http.StatusText(w.Code) + "\n" + strings.ReplaceAll(b.String()+w.Body.String(), id, "ID")
}

// A key that was never made, of a link that is over, revoked, replaced or another's
// now: whoever holds one is told the same, to the byte, whatever they ask.
func TestAKeyThatOpensNothingSaysNothing(t *testing.T) {
	t.Parallel()
	s := play(t, stage.Small, nil)
	box := &letterbox{}
	s.Post.Couriers, s.Post.Page = map[string]dispatch.Courier{"sms": box, "mail": box}, customerPage
	ctx := t.Context()
	opened := func(person int) contract.TicketDetail {
		return ok[contract.TicketDetail](s, http.StatusCreated, s.anna, "POST", "/v1/tickets",
			object{"template": "printer_fault", "person_id": stage.Name("person %d", person), "key_field": "the grey one"})
	}
	made := func(ticket ids.ID, replace bool) (link contract.CustomerLink, key string) {
		link = ok[contract.CustomerLink](s, http.StatusCreated, s.anna, "POST", "/v1/tickets/"+ticket.String()+"/customer-links", object{"replace": replace})
		require.NoError(t, s.Work(ctx))
		return link, box.newest()
	}
	const act = "the-same-act"
	presence := func(key string, visit ids.ID) got {
		return s.do("", "POST", "/v1/customer/visits/"+visit.String()+"/presence", object{"presence": "stays"}, "Authorization", "Link "+key, "Idempotency-Key", act)
	}
	look := func(key string) got { return s.do("", "GET", "/v1/customer/ticket", nil, "Authorization", "Link "+key) }

	first, second, moved, late := opened(0), opened(1), opened(3), opened(4)
	visit := first.Visits[0].ID
	_, replaced := made(first.Ticket.ID, false)
	require.Equal(t, http.StatusOK, look(replaced).Code)
	require.Equal(t, http.StatusOK, presence(replaced, visit).Code)
	require.Equal(t, http.StatusOK, presence(replaced, visit).Code, "a repeat of a link that is good")
	_, good := made(first.Ticket.ID, true)
	link, revoked := made(second.Ticket.ID, false)
	ok[contract.CustomerLink](s, http.StatusOK, s.anna, "POST", "/v1/customer-links/"+link.ID.String()+"/revocation", nil)
	_, foreign := made(moved.Ticket.ID, false)
	_, err := s.Pool.Exec(ctx, `update tickets set person_id = $2 where id = $1`, moved.Ticket.ID, stage.Name("person 5"))
	require.NoError(t, err)
	link, expired := made(late.Ticket.ID, false)
	_, err = s.Pool.Exec(ctx, `update customer_links set made_at = '2026-03-01', expires_at = '2026-03-02' where id = $1`, link.ID)
	require.NoError(t, err)

	dead := map[string]string{"made up": "AAAAAAAAAAAAAAAAAAAAAA", "no key at all": "x", "replaced": replaced, "revoked": revoked, "foreign": foreign, "expired": expired}
	answers := map[string]bool{}
	for name, key := range dead {
		g := look(key)
		g.problem(http.StatusUnauthorized, "link_refused")
		answers[faced(t, g.ResponseRecorder)] = true
		require.Len(t, answers, 1, name)
		g = presence(key, visit) // for one of them the repeat of what was done
		g.problem(http.StatusUnauthorized, "link_refused")
		answers[faced(t, g.ResponseRecorder)] = true
		require.Len(t, answers, 1, "%s, repeated", name)
	}

	// The twin: a good link is answered otherwise, and of another's visit as of none.
	require.Equal(t, http.StatusOK, look(good).Code)
	another, none := presence(good, second.Visits[0].ID), presence(good, ids.New())
	require.Equal(t, http.StatusNotFound, another.Code, another.Body)
	require.Equal(t, faced(t, none.ResponseRecorder), faced(t, another.ResponseRecorder))
	require.Equal(t, http.StatusOK, presence(good, visit).Code, "what another link did under this Idempotency-Key is not its act")
}
