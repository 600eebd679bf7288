-- What a company sets for itself, and clocks on what is handed over.

-- +goose Up
-- How steady a technician's round is kept: a setting of each region.
alter table regions
    add column freeze_minutes integer not null default 60,
    add column answer_minutes integer not null default 10,
    add column moved_minutes integer not null default 15,
    add constraint regions_freeze_minutes check (freeze_minutes between 1 and 1440),
    add constraint regions_answer_minutes check (answer_minutes between 1 and 240),
    add constraint regions_moved_minutes check (moved_minutes between 1 and 240);

-- When somebody should have taken it, and when its owner was told that nobody has.
alter table transfers add column flagged_at timestamptz;
alter table tasks
    add column accept_by timestamptz,  -- absent in tasks that are older: when they are due
    add column flagged_at timestamptz;
create index transfers_unanswered on transfers (due_at, id) where state = 'offered' and flagged_at is null;
create index transfers_offered_by on transfers (from_id, due_at, id) where state = 'offered';
create index tasks_unanswered on tasks (coalesce(accept_by, due_at), id) where state = 'waiting' and flagged_at is null;
create index tasks_flagged on tasks (ticket_id) where state = 'waiting' and flagged_at is not null;

-- The whole matrix has one version.
alter table priority_matrix add column version bigint not null default 1;

-- What it took to enter a ticket.
create table ticket_entries (
    ticket_id   uuid primary key references tickets,
    template_id uuid not null references templates,
    at          timestamptz not null,
    fields      integer not null,
    key_strokes integer,  -- as the agent's program counted them
    constraint ticket_entries_fields check (fields >= 1),
    constraint ticket_entries_key_strokes check (key_strokes >= 0)
);
create index ticket_entries_by_time on ticket_entries (at);
