package events_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/events"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeLog is a log in memory.
type fakeLog struct {
	mu   sync.Mutex
	list []dispatch.Event
	bell chan struct{}
	fail bool
}

func newLog() *fakeLog { return &fakeLog{bell: make(chan struct{}, 1)} }

func (l *fakeLog) write(names ...string) {
	l.mu.Lock()
	for _, name := range names {
		position := int64(len(l.list) + 1)
		l.list = append(l.list, dispatch.Event{Position: &position, Name: name})
	}
	l.mu.Unlock()
	select {
	case l.bell <- struct{}{}:
	default:
	}
}

func (l *fakeLog) After(_ context.Context, position int64, limit int) ([]dispatch.Event, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.fail {
		return nil, errors.New("no database")
	}
	if position >= int64(len(l.list)) {
		return nil, nil
	}
	list := l.list[position:]
	return append([]dispatch.Event(nil), list[:min(limit, len(list))]...), nil
}

func (l *fakeLog) Latest(context.Context) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return int64(len(l.list)), nil
}

func (l *fakeLog) Wait(ctx context.Context) error {
	select {
	case <-l.bell:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func run(t *testing.T, log events.Log) (hub *events.Hub, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	hub = events.NewHub(log, slog.New(slog.DiscardHandler))
	ended := make(chan struct{})
	go func() { defer close(ended); _ = hub.Run(ctx) }()
	stop = func() { cancel(); <-ended }
	t.Cleanup(stop)
	return hub, stop
}

func all(dispatch.Event) bool { return true }

// take reads n events and gives their positions.
func take(t *testing.T, from <-chan dispatch.Event, n int) []int64 {
	t.Helper()
	var list []int64
	for range n {
		select {
		case e, open := <-from:
			require.True(t, open, "the channel was closed after %v", list)
			list = append(list, *e.Position)
		case <-time.After(20 * time.Second):
			require.FailNow(t, "nothing more came", "after %v", list)
		}
	}
	return list
}

func between(first, last int64) (list []int64) {
	for p := first; p <= last; p++ {
		list = append(list, p)
	}
	return list
}

func names(n int) []string { return make([]string, n) }

func TestAReaderGetsWhatWasAndWhatComes(t *testing.T) {
	t.Parallel()
	log := newLog()
	log.write(names(5)...)
	hub, _ := run(t, log)

	reader := hub.Subscribe(t.Context(), 2, all)

	require.Equal(t, between(3, 5), take(t, reader, 3))
	log.write(names(2)...)
	require.Equal(t, between(6, 7), take(t, reader, 2))
}

func TestAReaderFromNowOnSeesNothingOld(t *testing.T) {
	t.Parallel()
	log := newLog()
	log.write(names(5)...)
	hub, _ := run(t, log)
	known := hub.Subscribe(t.Context(), 4, all)
	require.Equal(t, between(5, 5), take(t, known, 1))

	reader := hub.Subscribe(t.Context(), -1, all)

	log.write("")
	require.Equal(t, []int64{6}, take(t, reader, 1))
}

func TestAReaderGetsOnlyWhatItMay(t *testing.T) {
	t.Parallel()
	log := newLog()
	hub, _ := run(t, log)
	reader := hub.Subscribe(t.Context(), 0, func(e dispatch.Event) bool { return e.Name == "theirs" })

	log.write("other", "theirs", "other", "theirs")

	require.Equal(t, []int64{2, 4}, take(t, reader, 2))
}

func TestASlowReaderLosesNothingAndHoldsUpNobody(t *testing.T) {
	t.Parallel()
	log := newLog()
	hub, _ := run(t, log)
	hub.KeepOnly(10)
	slow, quick := hub.Subscribe(t.Context(), 0, all), hub.Subscribe(t.Context(), 0, all)
	const n = 5000 // far more than memory and channel hold

	for range n / 100 {
		log.write(names(100)...)
	}

	require.Equal(t, between(1, n), take(t, quick, n))
	require.Equal(t, between(1, n), take(t, slow, n))
}

func TestWhoWasCutOffResumesWithoutGapOrRepeat(t *testing.T) {
	t.Parallel()
	log := newLog()
	hub, _ := run(t, log)
	ctx, cut := context.WithCancel(t.Context())
	reader := hub.Subscribe(ctx, 0, all)
	log.write(names(10)...)
	seen := take(t, reader, 4)

	cut()
	log.write(names(10)...)
	reader = hub.Subscribe(t.Context(), seen[len(seen)-1], all)

	require.Equal(t, between(1, 20), append(seen, take(t, reader, 16)...))
}

func TestReadersEndWithTheirContextAndWithTheHub(t *testing.T) {
	t.Parallel()
	log := newLog()
	hub, stop := run(t, log)
	ctx, cancel := context.WithCancel(t.Context())
	mine, other := hub.Subscribe(ctx, 0, all), hub.Subscribe(t.Context(), 0, all)

	cancel()
	_, open := <-mine
	require.False(t, open)
	log.write("")
	require.Equal(t, []int64{1}, take(t, other, 1), "the other one goes on")

	stop()
	_, open = <-other
	require.False(t, open)
}

func TestAReaderIsCutOffWhenTheLogCannotBeRead(t *testing.T) {
	t.Parallel()
	log := newLog()
	log.write(names(3)...)
	hub, _ := run(t, log)
	require.Equal(t, between(3, 3), take(t, hub.Subscribe(t.Context(), 2, all), 1))
	log.mu.Lock()
	log.fail = true
	log.mu.Unlock()

	_, open := <-hub.Subscribe(t.Context(), 0, all)

	require.False(t, open)
}
