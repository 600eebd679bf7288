package story

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"roundsman/api/client"
)

// Options say where to play and how to show it.
type Options struct {
	Server     string   // base URL, such as http://127.0.0.1:8080
	SignIns    []SignIn // everybody who acts
	SignInFile string   // where they were read from; shown, so that a reader can sign in too
	Out        io.Writer
	Colour     bool

	// Model is the code of the old model that the virus gets into, the demo's when
	// empty; Search the time given to the planner for each plan, 4 s when 0.
	Model  string
	Search time.Duration
}

// play is one playing of the story.
type play struct {
	*page
	cast   *cast
	model  string
	search time.Duration

	region client.Region
	loc    *time.Location
	date   string // the local day that is played
	clock  demoClock
	from   time.Time // domain time at which it began

	stream   *stream
	incident client.Incident
	affected []client.Affected
	told     []*told // whom the agents promised something, in that order
	choices  []choice
	failed   []string
}

// Play plays the story. It ends with an error when the server refuses what the
// story needs, when nobody is left to help, or when something that was said has
// not come true.
func Play(ctx context.Context, o Options) error {
	if o.Model == "" {
		o.Model = virusModel
	}
	if o.Search == 0 {
		o.Search = 4 * time.Second
	}
	p := &play{model: o.Model, search: o.Search, page: newPage(o.Out, o.Colour), cast: newCast(o.Server, o.SignIns)}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	acts := []func(context.Context) error{
		p.signIn(o.SignInFile), p.morning, p.listen,
		p.declare, p.confirm, p.planDay,
		p.callSomebody, p.customerCallsFirst,
		p.promiseCaller, p.promiseOthers,
		p.workTheDay, p.callBack,
		p.summary,
	}
	for _, act := range acts {
		if err := act(ctx); err != nil {
			p.broke(err)
			return err
		}
	}
	if len(p.failed) > 0 {
		return fmt.Errorf("%d of the story's checks do not hold", len(p.failed))
	}
	return nil
}

// check shows whether something is true and remembers what is not.
func (p *play) check(ok bool, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	p.verdict(ok, text)
	if !ok && !slices.Contains(p.failed, text) {
		p.failed = append(p.failed, text)
	}
}

// at shows an instant as a time of day in the region's zone, with the day when it
// is another than the one played.
func (p *play) at(t time.Time) string {
	t = t.In(p.loc)
	if t.Format(time.DateOnly) != p.date {
		return t.Format("Mon 2 Jan 15:04")
	}
	return t.Format("15:04")
}

// window shows an arrival window.
func (p *play) window(w client.Window) string {
	return p.at(w.Start) + "–" + w.End.In(p.loc).Format("15:04")
}
