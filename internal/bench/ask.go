package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"roundsman/api/client"
	"roundsman/internal/clock"

	"github.com/google/uuid"
)

// asker is somebody who is signed in.
type asker struct {
	url, token string
	web        *http.Client
}

// answer is what came back, and when.
type answer struct {
	refused string // the problem's code; "" when it did what was asked
	took    time.Duration
}

func signIn(ctx context.Context, url, file, login string) (*asker, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var list []client.SignIn
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, fmt.Errorf("reading %s: %w", file, err)
	}
	i := slices.IndexFunc(list, func(s client.SignIn) bool { return s.Login == login })
	if i < 0 {
		return nil, fmt.Errorf("%s has no sign-in of %s", file, login)
	}
	a := &asker{url: url, web: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: time.Minute}}
	var s client.Session
	err = a.ask(ctx, "POST", "/v1/sessions", list[i], &s)
	a.token = s.AccessToken
	return a, err
}

// ask asks for what must not be refused.
func (a *asker) ask(ctx context.Context, method, path string, body, into any) error {
	got, err := a.timed(ctx, method, path, body, into)
	if err == nil && got.refused != "" {
		err = fmt.Errorf("refused: %s", got.refused)
	}
	if err != nil {
		return fmt.Errorf("%s %s: %w", method, path, err)
	}
	return nil
}

func (a *asker) get(ctx context.Context, path string, into any) error {
	return a.ask(ctx, "GET", path, nil, into)
}

// csv is a body that is sent as it is.
type csv string

// timed asks once, and reads the whole answer; into may be nil. A body is JSON
// unless it is a csv.
func (a *asker) timed(ctx context.Context, method, path string, body, into any) (answer, error) {
	var sent io.Reader
	kind := "application/json"
	if table, ok := body.(csv); ok {
		sent, kind = strings.NewReader(string(table)), "text/csv"
	} else if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return answer{}, err
		}
		sent = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, a.url+path, sent)
	if err != nil {
		return answer{}, err
	}
	if body != nil {
		r.Header.Set("Content-Type", kind)
		r.Header.Set("Idempotency-Key", uuid.NewString())
	}
	if a.token != "" {
		r.Header.Set("Authorization", "Bearer "+a.token)
	}
	began := clock.System{}.Now()
	got, err := a.web.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		return answer{}, err
	}
	out := answer{took: clock.System{}.Now().Sub(began)}
	switch {
	case got.StatusCode >= http.StatusMultipleChoices:
		var p client.Problem
		if err := json.Unmarshal(text, &p); err != nil || p.Code == "" {
			p.Code = got.Status
		}
		out.refused = p.Code
	case into != nil:
		err = json.Unmarshal(text, into)
	}
	return out, err
}

// series is what came of many requests of a kind.
type series struct {
	took  []time.Duration // of those that did what was asked, sorted
	other map[string]int  // how many did not, by the problem's code
	err   error           // the first that got no answer
}

// pace asks count times, one every so often, whether the ones before have been
// answered or not, and waits for all answers.
func (s settings) pace(ctx context.Context, ask func(i int) (answer, error)) series {
	out := series{other: map[string]int{}}
	var mu sync.Mutex
	var all sync.WaitGroup
	tick := time.NewTicker(s.every)
	defer tick.Stop()
	for i := range s.count {
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
		all.Go(func() {
			a, err := ask(i)
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil && out.err == nil:
				out.err = err
			case err != nil:
			case a.refused == "":
				out.took = append(out.took, a.took)
			default:
				out.other[a.refused]++
			}
		})
	}
	all.Wait()
	slices.Sort(out.took)
	return out
}
