package story

import (
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// page writes the story for somebody who reads it on a terminal.
type page struct {
	out    io.Writer
	colour bool
	steps  int
}

func newPage(out io.Writer, colour bool) *page { return &page{out: out, colour: colour} }

// The colours, as ANSI parameters.
const (
	bold  = "1"
	faint = "2"
	red   = "31"
	green = "32"
	cyan  = "36"
)

func (p *page) paint(colour, s string) string {
	if !p.colour {
		return s
	}
	return "\x1b[" + colour + "m" + s + "\x1b[0m"
}

const ruled = 96

// step begins a step with who acts and what is asked in plain words.
func (p *page) step(who, asks string) {
	p.steps++
	head := fmt.Sprintf("── %d. %s ", p.steps, who)
	head += strings.Repeat("─", max(3, ruled-utf8.RuneCountInString(head)))
	fmt.Fprintf(p.out, "\n%s\n   %s\n\n", p.paint(bold, head), p.paint(bold, asks))
}

// request shows the last request of an actor as curl, and its answer's status.
func (p *page) request(a *actor) {
	x := a.tape.last
	fmt.Fprintf(p.out, "   %s\n", p.paint(cyan, "$ "+strings.Join(curl(x, a.login), " \\\n       ")))
	colour := green
	if x.status >= 400 {
		colour = red
	}
	fmt.Fprintf(p.out, "   %s\n", p.paint(colour, fmt.Sprintf("%d %s", x.status, http.StatusText(x.status))))
}

// say writes a line of what came back.
func (p *page) say(format string, args ...any) {
	fmt.Fprintf(p.out, "   %s\n", fmt.Sprintf(format, args...))
}

// knows says who knows what from now on.
func (p *page) knows(format string, args ...any) {
	fmt.Fprintf(p.out, "   %s %s\n", p.paint(bold, "→ now known:"), fmt.Sprintf(format, args...))
}

// aside is a line of lesser weight.
func (p *page) aside(format string, args ...any) {
	fmt.Fprintf(p.out, "   %s\n", p.paint(faint, fmt.Sprintf(format, args...)))
}

func (p *page) blank() { fmt.Fprintln(p.out) }

// verdict says whether something holds.
func (p *page) verdict(ok bool, text string) {
	if ok {
		fmt.Fprintf(p.out, "   %s %s\n", p.paint(green, "ok"), text)
		return
	}
	fmt.Fprintf(p.out, "   %s %s\n", p.paint(red, "NOT TRUE:"), text)
}

// broke says what ended the story before its end.
func (p *page) broke(err error) {
	fmt.Fprintf(p.out, "\n   %s %v\n", p.paint(red, "The story ends here:"), err)
}

// table writes rows under their headings, in columns as wide as needed.
func (p *page) table(head []string, rows [][]string) {
	width := make([]int, len(head))
	for _, r := range append([][]string{head}, rows...) {
		for i, c := range r {
			width[i] = max(width[i], utf8.RuneCountInString(c))
		}
	}
	line := func(r []string) string {
		var b strings.Builder
		for i, c := range r {
			b.WriteString(c)
			if i < len(r)-1 {
				b.WriteString(strings.Repeat(" ", width[i]-utf8.RuneCountInString(c)+2))
			}
		}
		return b.String()
	}
	fmt.Fprintf(p.out, "     %s\n", p.paint(faint, line(head)))
	for _, r := range rows {
		fmt.Fprintf(p.out, "     %s\n", line(r))
	}
}

var isoDuration = regexp.MustCompile(`^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$`)

// minutes says an ISO 8601 duration in words; one that it can't read as it is.
func minutes(iso string) string {
	m := isoDuration.FindStringSubmatch(iso)
	if m == nil {
		return iso
	}
	var parts []string
	for i, unit := range []string{"h", "min", "s"} {
		if n, err := strconv.Atoi(m[i+1]); err == nil && n > 0 && !(unit == "s" && len(parts) > 0) {
			parts = append(parts, fmt.Sprintf("%d %s", n, unit))
		}
	}
	if len(parts) == 0 {
		return "0 min"
	}
	return strings.Join(parts, " ")
}

// percent shows a chance, rounded down, so that it never says more than is true.
func percent(chance float64) string { return fmt.Sprintf("%d %%", int(chance*100+1e-9)) }

// count says a number with its noun in the right number.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
