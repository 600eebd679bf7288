package api_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// browser is a page in a real browser, which is spoken to over a pipe.
type browser struct {
	t       *testing.T
	to      *os.File
	page    string // the page's session
	mu      sync.Mutex
	sent    int
	answers map[int]chan message
	asked   []string // addresses that the page asked for
	wrong   []string // what the page threw
}

type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
}

// patience is how long a page may take to do something, on a busy machine that
// draws without a graphics card.
const patience = 90 * time.Second

// browse starts the browser that ROUNDSMAN_BROWSER names, with a page of the
// given size; the test is passed over where none is named.
func browse(t *testing.T, width, height int) *browser {
	t.Helper()
	program := os.Getenv("ROUNDSMAN_BROWSER")
	if program == "" {
		t.Skip("ROUNDSMAN_BROWSER names no browser; make map-page does")
	}
	theirs, to, err := os.Pipe()
	require.NoError(t, err)
	from, ours, err := os.Pipe()
	require.NoError(t, err)
	// Without a sandbox, because it runs as root where there is nobody else; and
	// without what it would fetch for itself.
	c := exec.Command(program, "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
		"--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run", "--hide-scrollbars",
		fmt.Sprintf("--window-size=%d,%d", width, height), "--user-data-dir="+t.TempDir())
	c.ExtraFiles = []*os.File{theirs, ours}
	require.NoError(t, c.Start())
	require.NoError(t, theirs.Close())
	require.NoError(t, ours.Close())
	b := &browser{t: t, to: to, answers: map[int]chan message{}}
	over := make(chan struct{})
	go func() {
		defer close(over)
		b.listen(from)
	}()
	t.Cleanup(func() {
		_ = to.Close() // which ends it
		_ = c.Wait()
		<-over
	})
	var target struct{ TargetID string }
	b.call("Target.createTarget", object{"url": "about:blank"}, &target)
	var page struct{ SessionID string }
	b.call("Target.attachToTarget", object{"targetId": target.TargetID, "flatten": true}, &page)
	b.page = page.SessionID
	for _, domain := range []string{"Page", "Runtime", "Network"} {
		b.call(domain+".enable", object{}, nil)
	}
	b.call("Emulation.setDeviceMetricsOverride", object{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
	return b
}

// listen sorts what the browser says until it says no more.
func (b *browser) listen(from *os.File) {
	r := bufio.NewReader(from)
	for {
		line, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(bytes.TrimSuffix(line, []byte{0}), &m) != nil {
			continue
		}
		b.mu.Lock()
		switch m.Method {
		case "":
			if c := b.answers[m.ID]; c != nil {
				c <- m
			}
		case "Network.requestWillBeSent":
			var p struct{ Request struct{ URL string } }
			_ = json.Unmarshal(m.Params, &p)
			b.asked = append(b.asked, p.Request.URL)
		case "Runtime.exceptionThrown":
			b.wrong = append(b.wrong, string(m.Params))
		}
		b.mu.Unlock()
	}
}

func (b *browser) call(method string, params object, into any) {
	b.t.Helper()
	answer := make(chan message, 1)
	b.mu.Lock()
	b.sent++
	id := b.sent
	b.answers[id] = answer
	b.mu.Unlock()
	o := object{"id": id, "method": method, "params": params}
	if b.page != "" {
		o["sessionId"] = b.page
	}
	raw, err := json.Marshal(o)
	require.NoError(b.t, err)
	_, err = b.to.Write(append(raw, 0))
	require.NoError(b.t, err)
	select {
	case m := <-answer:
		require.Empty(b.t, string(m.Error), method)
		if into != nil {
			require.NoError(b.t, json.Unmarshal(m.Result, into))
		}
	case <-time.After(patience):
		b.t.Fatalf("the browser did not answer %s %v", method, params)
	}
}

// text evaluates an expression that gives a text, or promises one.
func (b *browser) text(expression string) string {
	b.t.Helper()
	var r struct {
		Result           struct{ Value string }
		ExceptionDetails json.RawMessage
	}
	b.call("Runtime.evaluate", object{"expression": "Promise.resolve(" + expression + ").then(String)", "awaitPromise": true, "returnByValue": true}, &r)
	require.Empty(b.t, string(r.ExceptionDetails), expression)
	return r.Result.Value
}

// until waits for an expression to become true.
func (b *browser) until(condition string) {
	b.t.Helper()
	got := b.text(fmt.Sprintf(`new Promise((done) => {
		const began = performance.now();
		const look = () => (%s) ? done("yes") : performance.now() - began > %d ? done("no: " + document.body.innerText) : setTimeout(look, 50);
		look();
	})`, condition, (patience - 10*time.Second).Milliseconds()))
	require.Equal(b.t, "yes", got, condition)
}

func (b *browser) visit(address string) {
	b.t.Helper()
	b.call("Page.navigate", object{"url": address}, nil)
	b.until("document.readyState === 'complete'")
}

// write types into the element with an id.
func (b *browser) write(id, text string) {
	b.t.Helper()
	b.text(fmt.Sprintf("document.getElementById(%q).focus()", id))
	b.call("Input.insertText", object{"text": text}, nil)
}

func (b *browser) enter() {
	b.t.Helper()
	for _, kind := range []string{"rawKeyDown", "char", "keyUp"} {
		b.call("Input.dispatchKeyEvent", object{"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}, nil)
	}
}

func (b *browser) click(x, y int) {
	b.t.Helper()
	for _, kind := range []string{"mousePressed", "mouseReleased"} {
		b.call("Input.dispatchMouseEvent", object{"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}, nil)
	}
}

// look gives what is seen.
func (b *browser) look() (image.Image, []byte) {
	b.t.Helper()
	var shot struct{ Data string }
	b.call("Page.captureScreenshot", object{"format": "png"}, &shot)
	raw, err := base64.StdEncoding.DecodeString(shot.Data)
	require.NoError(b.t, err)
	seen, err := png.Decode(bytes.NewReader(raw))
	require.NoError(b.t, err)
	return seen, raw
}
