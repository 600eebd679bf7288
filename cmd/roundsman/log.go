package main

import (
	"crypto/rand"
	"encoding/base32"
	"log/slog"
	"os"
	"strings"
	"sync"

	"github.com/schollz/progressbar/v3"
)

// newLog writes for people on a terminal and JSON everywhere else.
func newLog(o output) *slog.Logger {
	if isTerminal(o.err) {
		return slog.New(slog.NewTextHandler(o.err, nil))
	}
	return slog.New(slog.NewJSONHandler(o.err, nil))
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}

// newSecret makes a password of 120 random bits.
func newSecret() string {
	b := make([]byte, 15)
	_, _ = rand.Read(b) // never fails
	return strings.ToLower(base32.StdEncoding.EncodeToString(b))
}

// progress shows stages of long work: a bar on a terminal, a line each elsewhere.
type progress struct {
	log   *slog.Logger
	term  bool
	mu    sync.Mutex
	stage string
	said  map[string]bool // stages of parallel work alternate: each is said once
	bar   *progressbar.ProgressBar
}

func newProgress(o output, log *slog.Logger) *progress {
	return &progress{log: log, term: isTerminal(o.err), said: map[string]bool{}}
}

// show reports that a stage has done so much of its whole.
func (p *progress) show(stage string, done, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if stage != p.stage {
		p.end()
		p.stage = stage
		if p.term {
			p.bar = progressbar.NewOptions64(max(total, 1), progressbar.OptionSetDescription(stage), progressbar.OptionSetWriter(os.Stderr),
				progressbar.OptionClearOnFinish(), progressbar.OptionThrottle(100_000_000))
		} else if !p.said[stage] {
			p.said[stage] = true
			p.log.Info(stage)
		}
	}
	if p.bar != nil {
		_ = p.bar.Set64(min(done, max(total, 1)))
	}
}

// describe says beside the bar what there is by now.
func (p *progress) describe(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.bar != nil {
		p.bar.Describe(p.stage + ": " + text)
	}
}

func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
		p.bar = nil
	}
}

// done ends the last stage.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end()
}
