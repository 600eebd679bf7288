package postgres

import (
	"context"
	"time"

	"roundsman/dispatch"
	"roundsman/internal/ids"
)

const (
	sourceColumns  = `id, code, name, account_id, secret, old_secret, old_until, created_at, retired_at, version`
	messageColumns = `source_id, webhook_id, received_at, disposition, subject_id`
)

// AddInboundSource stores a source; code "source_taken" when its code is another's.
func (t *tx) AddInboundSource(ctx context.Context, s dispatch.InboundSource) error {
	return run(ctx, t, "adding a source",
		`insert into inbound_sources (id, code, name, account_id, secret, created_at) values ($1, $2, $3, $4, $5, $6)`,
		s.ID, s.Code, s.Name, s.AccountID, string(s.Secret), s.CreatedAt)
}

// InboundSource gives a source.
func (t *tx) InboundSource(ctx context.Context, id ids.ID) (dispatch.InboundSource, error) {
	return one[dispatch.InboundSource](ctx, t, "inbound_source", `select `+sourceColumns+` from inbound_sources where id = $1`, id)
}

// InboundSourceByCode gives a source that is not retired.
func (t *tx) InboundSourceByCode(ctx context.Context, code string) (dispatch.InboundSource, error) {
	return one[dispatch.InboundSource](ctx, t, "inbound_source",
		`select `+sourceColumns+` from inbound_sources where code = $1 and retired_at is null`, code)
}

// ListInboundSources gives sources, newest first.
func (t *tx) ListInboundSources(ctx context.Context, p dispatch.Page) ([]dispatch.InboundSource, string, error) {
	var w filter
	tail, limit, err := w.page(p, "created_at")
	if err != nil {
		return nil, "", err
	}
	rows, err := list[dispatch.InboundSource](ctx, t, "listing sources", `select `+sourceColumns+` from inbound_sources`+tail, w.args...)
	rows, next := cut(rows, limit, func(s dispatch.InboundSource) cursor { return cursor{At: s.CreatedAt, ID: s.ID} })
	return rows, next, err
}

// SaveInboundSource writes secrets and retirement, and raises the version.
func (t *tx) SaveInboundSource(ctx context.Context, s dispatch.InboundSource) (dispatch.InboundSource, error) {
	return saved[dispatch.InboundSource](ctx, t, "inbound_source",
		`update inbound_sources set secret = $3, old_secret = $4, old_until = $5, retired_at = $6, version = version + 1
		 where id = $1 and version = $2 returning `+sourceColumns,
		s.ID, s.Version, string(s.Secret), (*string)(s.OldSecret), s.OldUntil, s.RetiredAt)
}

// TakeIn remembers a message; when it was taken in before, that one is given, and
// false. Two that come at once wait for each other here.
func (t *tx) TakeIn(ctx context.Context, m dispatch.InboundMessage) (dispatch.InboundMessage, bool, error) {
	n, err := exec(ctx, t, "taking in a message",
		`insert into inbound_messages (source_id, webhook_id, received_at, disposition) values ($1, $2, $3, $4) on conflict do nothing`,
		m.SourceID, m.WebhookID, m.ReceivedAt, m.Disposition)
	if err != nil || n == 1 {
		return m, n == 1, err
	}
	there, err := one[dispatch.InboundMessage](ctx, t, "message",
		`select `+messageColumns+` from inbound_messages where source_id = $1 and webhook_id = $2`, m.SourceID, m.WebhookID)
	return there, false, err
}

// SettleMessage writes what became of a message.
func (t *tx) SettleMessage(ctx context.Context, m dispatch.InboundMessage) error {
	return run(ctx, t, "settling a message",
		`update inbound_messages set disposition = $3, subject_id = $4 where source_id = $1 and webhook_id = $2`,
		m.SourceID, m.WebhookID, m.Disposition, m.SubjectID)
}

// DropMessages forgets messages received before then.
func (t *tx) DropMessages(ctx context.Context, before time.Time) (int64, error) {
	return exec(ctx, t, "forgetting messages", `delete from inbound_messages where received_at < $1`, before)
}

// Newest notes a report on a thing of a source; false when a newer one came
// before it. The thing is locked.
func (t *tx) Newest(ctx context.Context, source ids.ID, kind, externalID string, at time.Time) (bool, error) {
	n, err := exec(ctx, t, "noting a report",
		`insert into inbound_subjects as s (source_id, kind, external_id, reported_at) values ($1, $2, $3, $4)
		 on conflict (source_id, kind, external_id) do update set reported_at = excluded.reported_at
		 where s.reported_at <= excluded.reported_at`, source, kind, externalID, at)
	return n == 1, err
}
