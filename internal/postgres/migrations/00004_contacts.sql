-- +goose Up

-- Calls ----------------------------------------------------------------------

-- What telephony saw, whether or not anybody registered it.
create table calls (
    id            uuid primary key,
    source_id     uuid not null references accounts,
    external_id   text not null,
    direction     text not null,
    number        text not null default '',
    handler_id    uuid references accounts,
    queued_at     timestamptz not null,
    answered_at   timestamptz,
    ended_at      timestamptz,
    state         text not null,
    contact_id    uuid references contacts,
    registered_at timestamptz,
    dismissal     text not null default '',
    constraint calls_seen_once unique (source_id, external_id),
    constraint calls_one_a_contact unique (contact_id),
    constraint calls_direction check (direction in ('in', 'out')),
    constraint calls_state check (state in ('seen', 'registered', 'dismissed')),
    constraint calls_in_order check (answered_at >= queued_at and ended_at >= coalesce(answered_at, queued_at)),
    constraint calls_registered check ((state = 'seen') = (registered_at is null)),
    constraint calls_registered_with_contact check (state <> 'registered' or contact_id is not null),
    constraint calls_dismissal check ((state = 'dismissed') = (dismissal <> ''))
);
create index calls_by_time on calls (queued_at);
create index calls_unregistered on calls (answered_at desc, id desc) where state = 'seen' and answered_at is not null;
create index calls_unregistered_of on calls (handler_id, answered_at desc, id desc) where state = 'seen' and answered_at is not null;

-- Reports go by when a contact was answered; a call finds its contact by its taker.
create index contacts_by_time on contacts (answered_at);
create index contacts_by_handler on contacts (handler_id, answered_at);
create index tickets_by_resolution on tickets (resolved_at) where resolved_at is not null;
-- A ticket that was registered and resolved at once; reopening it ends that.
alter table tickets add column one_step boolean not null default false;
