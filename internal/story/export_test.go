package story

import "net/http"

// What tests look at from outside.
var (
	Minutes   = minutes
	Odd       = odd
	NextPage  = nextPage
	Gap       = gap
	Chain     = chain
	Same      = same
	Like      = like
	NewPage   = newPage
	ErrNobody = errNobodyLeft
	ErrTooFew = errTooFew
)

// Table writes a table.
func (p *page) Table(head []string, rows [][]string) { p.table(head, rows) }

// Curl writes a request with its body as curl.
func Curl(r *http.Request, body, login string) []string {
	return curl(exchange{request: r, body: []byte(body), header: http.Header{}}, login)
}
