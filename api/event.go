package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"roundsman/api/contract"
	"roundsman/dispatch"
	"roundsman/internal/access"
	"roundsman/internal/clock"
	"roundsman/internal/fault"
)

// Events hands out what happens.
type Events interface {
	// Subscribe gives the events behind a position, in order and without a gap,
	// then new ones as they come; from now on when after is negative. The channel
	// is closed when the context ends and when the reader has to begin again.
	Subscribe(ctx context.Context, after int64, allow func(dispatch.Event) bool) <-chan dispatch.Event
	// Latest gives the newest event's position, 0 when there is none.
	Latest(ctx context.Context) (int64, error)
}

const (
	// heartbeat is how long a stream is silent at most.
	heartbeat = 15 * time.Second
	// recheck is how long a stream goes on at most after its session has ended.
	recheck = time.Second
	// streamWrite is how long a reader may take to accept an event.
	streamWrite = 10 * time.Second
)

// StreamEvents sends what happens, as it happens.
func (s *server) StreamEvents(ctx context.Context, r contract.StreamEventsRequestObject) (contract.StreamEventsResponseObject, error) {
	after := int64(-1)
	if r.Params.LastEventID != nil {
		n, err := strconv.ParseInt(*r.Params.LastEventID, 10, 64)
		if err != nil {
			return nil, misfit(wrongField("header/Last-Event-ID", "must be the id of an event of this stream"))
		}
		latest, err := s.events.Latest(ctx)
		if err != nil {
			return nil, err
		}
		if after = n; after > latest {
			return nil, fault.New(fault.Invalid, "position_ahead", "the newest event is %d: yours are of another database, or of this one before it was restored; read everything anew, then stream without Last-Event-ID", latest)
		}
	}
	v, token := session(ctx)
	return eventStream{s: s, ctx: ctx, who: v, token: token, after: after}, nil
}

// eventStream writes server-sent events until its reader goes, its session ends
// or the server does.
type eventStream struct {
	s     *server
	ctx   context.Context //nolint:containedctx // the generated interface hands over a writer only
	who   access.Verified
	token string
	after int64
}

// VisitStreamEventsResponse writes the stream.
func (e eventStream) VisitStreamEventsResponse(w http.ResponseWriter) error {
	ctx, cancel := context.WithTimeout(e.ctx, e.who.Until.Sub(e.s.machine.Now()))
	defer cancel()
	list := e.s.events.Subscribe(ctx, e.after, sees(e.who.Principal))
	rc := http.NewResponseController(w)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	w.WriteHeader(http.StatusOK)
	// retry tells readers how soon to connect again after the stream has ended.
	if err := e.write(w, rc, "retry: 1000\n\n"); err != nil {
		return nil
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	check := time.NewTicker(recheck)
	defer check.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return nil
		case <-check.C:
			_, err = e.s.access.Verify(ctx, e.token)
		case <-beat.C:
			err = e.write(w, rc, ": still here\n\n")
		case ev, ok := <-list:
			if !ok {
				return nil
			}
			var text string
			if text, err = serverSent(ev); err == nil {
				err = e.write(w, rc, text)
			}
		}
		if err != nil {
			return nil // the reader went, or may not read on: either way the stream ends
		}
	}
}

func (e eventStream) write(w http.ResponseWriter, rc *http.ResponseController, text string) error {
	// The socket knows no clock but the system's. A writer that has no deadline,
	// as in a test, is written without one.
	_ = rc.SetWriteDeadline(clock.System{}.Now().Add(streamWrite))
	if _, err := w.Write([]byte(text)); err != nil {
		return err
	}
	return rc.Flush()
}

// sees says which events are somebody's: technicians get those of their own
// rounds, everybody else who may read events gets all.
func sees(p access.Principal) func(dispatch.Event) bool {
	if p.Can(access.PlansRead) {
		return func(dispatch.Event) bool { return true }
	}
	return func(e dispatch.Event) bool {
		return p.TechnicianID != nil && e.TechnicianID != nil && *e.TechnicianID == *p.TechnicianID
	}
}

// serverSent writes an event the way of text/event-stream.
func serverSent(e dispatch.Event) (string, error) {
	position := value(e.Position)
	out := contract.Event{
		ID: e.ID, Position: position, Name: e.Name, SubjectKind: e.SubjectKind, SubjectID: e.SubjectID, At: e.At,
		ActorID: e.ActorID, TechnicianID: e.TechnicianID, RegionID: e.RegionID, Data: map[string]any{},
	}
	if len(e.Data) > 0 {
		if err := json.Unmarshal(e.Data, &out.Data); err != nil {
			return "", fmt.Errorf("data of event %s: %w", e.ID, err)
		}
	}
	b, err := json.Marshal(out)
	if err != nil {
		return "", fmt.Errorf("event %s: %w", e.ID, err)
	}
	return fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", position, e.Name, b), nil
}
