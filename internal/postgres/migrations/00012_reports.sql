-- +goose Up

-- Reports read a while of what happened, and find it by time.
create index transfers_by_time on transfers (asked_at);
create index callbacks_by_settlement on callbacks (settled_at) where settled_at is not null;
create index visits_by_completion on visits (completed_at) where completed_at is not null;
create index loans_by_due on loans (due_at) where out_at is not null;
create index option_sets_by_time on option_sets (offered_at);
create index service_exceptions_by_decision on service_exceptions (decided_at) where decided_at is not null;
create index promise_entries_revised on promise_entries (at) where kind = 'revised';
create index events_of_reports on events (name, at) where name in ('ticket.reopened', 'ticket.priority_changed');
