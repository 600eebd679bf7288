package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/internal/stage"

	"github.com/stretchr/testify/require"
)

// In a real browser: the customer's page hears by itself that a window was promised,
// and when nothing is heard any more it says of when it is. What they ask for keeps its
// key until it is answered, and another answer is sent under another.
//
// Before, the page was read once, and each button had one key whatever was sent by it.
func TestTheCustomersPageIsOfNow(t *testing.T) {
	t.Parallel()
	b := browse(t, 400, 800)
	s := play(t, stage.Small, nil)
	box := &letterbox{}
	s.Post.Couriers, s.Post.Page = map[string]dispatch.Courier{"sms": box, "mail": box}, customerPage
	opened := ok[contract.TicketDetail](s, http.StatusCreated, s.anna, "POST", "/v1/tickets",
		object{"template": "printer_fault", "person_id": stage.Name("person 0"), "key_field": "the grey one"})
	ok[contract.CustomerLink](s, http.StatusCreated, s.anna, "POST", "/v1/tickets/"+opened.Ticket.ID.String()+"/customer-links", object{"replace": false})
	require.NoError(t, s.Work(t.Context()))
	at := httptest.NewServer(s.handler)
	t.Cleanup(at.Close)

	b.visit(at.URL + "/c#" + box.newest())
	b.until("document.getElementById('now').innerText.includes('No time is promised')")
	quote := ok[contract.Quote](s, http.StatusCreated, s.anna, "POST", "/v1/quotes", object{"ticket_id": opened.Ticket.ID, "days": 1})
	ok[contract.Promise](s, http.StatusCreated, s.anna, "POST", "/v1/promises", object{"outcome_id": quote.Offers[0].OutcomeID}, "Idempotency-Key", "p")
	b.until("document.getElementById('now').innerText.includes('between')")

	press := func(text string) {
		b.text("[...document.querySelectorAll('button')].find((x) => x.innerText.includes('" + text + "')).click()")
		b.until("document.getElementById('said').innerText.startsWith('That did not work')")
		b.text("document.getElementById('said').textContent = ''")
	}
	b.text(`(window.keys = [], window.fetch = (_, o) => { if (o.method === "POST") keys.push(o.headers["Idempotency-Key"]); return Promise.reject(new Error("lost")); }, "")`)
	press("I stay")
	press("I stay")
	press("I will leave")
	press("I stay")
	require.Equal(t, "4 true 3", b.text("[keys.length, keys[0] === keys[1], new Set(keys).size].join(' ')"), "to go back to the first answer is another answer")
	b.text("dispatchEvent(new Event('online'))")
	b.until("/This was so .*\\d\\d:\\d\\d/.test(document.getElementById('heard').innerText)")
	b.until("document.getElementById('now').innerText.includes('between')")

	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(t, b.wrong)
}
