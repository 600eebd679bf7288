-- One ledger for every kind of promise: an arrival has its visit and technician,
-- the others have an instant by which they are due and what keeps them.

-- +goose Up
alter table promises
    add column kind       text not null default 'arrival',
    add column subject_id uuid,                     -- the callback, loan or item that keeps it
    add column follows_id uuid references promises, -- the one that this one was made instead of
    add column forced     boolean not null default false,
    add column note       text not null default '', -- why, in words; codes alone stand in the ledger
    add column met_at     timestamptz,              -- when it was done in fact
    alter column ticket_id drop not null,
    alter column visit_id drop not null,
    alter column technician_id drop not null,
    alter column made_by drop not null,             -- a customer, through their own link
    add constraint promises_kind check (kind in ('arrival', 'status_update', 'callback', 'delivery', 'loan_return')),
    add constraint promises_arrival_whole check (kind <> 'arrival' or num_nulls(visit_id, technician_id, ticket_id) = 0),
    add constraint promises_visit_arrives check (visit_id is null or kind = 'arrival'),
    add constraint promises_subject check (kind not in ('callback', 'loan_return') or subject_id is not null),
    add constraint promises_status_of_ticket check (kind <> 'status_update' or ticket_id is not null);
update promises set met_at = settled_at where state in ('kept', 'late');
create unique index promises_one_open_subject on promises (kind, subject_id) where state = 'open' and subject_id is not null;
create index promises_follow on promises (follows_id) where follows_id is not null;
drop index promises_overdue;
create index promises_due on promises (kind, window_end, id) where state = 'open';

alter table promise_entries
    add column promise_kind text not null default 'arrival',
    add column choice       text not null default '',
    alter column technician_id drop not null,
    drop constraint promise_entries_kind,
    add constraint promise_entries_kind check (kind in ('made', 'revised', 'at_risk', 'recovered', 'kept', 'late', 'broken', 'withdrawn')),
    add constraint promise_entries_choice check (choice in ('', 'customer', 'us')),
    -- Who is promised something else hears of it: the change and its notice are one.
    add constraint promise_entries_revision_told check (kind <> 'revised' or notice_id is not null);

alter table outcomes alter column asked_by drop not null;
alter table quotes
    alter column asked_by drop not null,
    add column wanted    jsonb,  -- the window that was asked for, with its chance
    add column preferred jsonb;  -- whom the customer would rather see, and whether they can come

-- Whom a person, or one ticket, would rather be visited by. Nothing depends on it.
create table preferences (
    subject_id    uuid primary key,
    subject_kind  text not null,
    technician_id uuid not null references technicians,
    set_by        uuid not null references accounts,
    set_at        timestamptz not null,
    constraint preferences_kind check (subject_kind in ('person', 'ticket'))
);
