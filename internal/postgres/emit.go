package postgres

import (
	"context"
	"encoding/json"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

// Emit writes an event. From here to the commit its subject is locked against
// other emitters, so the subject's events are numbered in the order of commits.
// An event without id gets one under that lock.
func (t *tx) Emit(ctx context.Context, e dispatch.Event) error {
	if e.ID == ids.Nil {
		e.ID = ids.New()
	}
	if len(e.Data) == 0 {
		e.Data = json.RawMessage(`{}`)
	}
	return run(ctx, t, "emitting "+e.Name,
		`with subject as (
		     insert into event_subjects as s (subject_id, last_seq) values ($4, 1)
		     on conflict (subject_id) do update set last_seq = s.last_seq + 1
		     returning last_seq
		 ), written as (
		     insert into events (id, name, subject_kind, subject_id, subject_seq, at, actor_id, technician_id, region_id, data)
		     select $1, $2, $3, $4, last_seq, $5, $6, $7, $8, $9 from subject
		 )
		 select pg_notify('events', '')`,
		e.ID, e.Name, e.SubjectKind, e.SubjectID, e.At, e.ActorID, e.TechnicianID, e.RegionID, e.Data)
}

// AddFact appends a field fact; the same id twice is one fact (false).
func (t *tx) AddFact(ctx context.Context, f dispatch.Fact) (bool, error) {
	if len(f.Data) == 0 {
		f.Data = json.RawMessage(`{}`)
	}
	n, err := exec(ctx, t, "adding a fact",
		`insert into facts (id, kind, visit_id, technician_id, account_id, happened_at, received_at, data)
		 values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (id) do nothing`,
		f.ID, f.Kind, f.VisitID, f.TechnicianID, f.AccountID, f.HappenedAt, f.ReceivedAt, f.Data)
	return n == 1, err
}
