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

-- Callers --------------------------------------------------------------------

-- A person entered while they were on the line, until somebody completes them or
-- finds that they are known; and a person who was found to be another.
alter table people
    add column provisional boolean not null default false,
    add column merged_into uuid references people,
    add constraint people_merged_into_another check (merged_into <> id);
create index people_merged on people (merged_into) where merged_into is not null;
create sequence provisional_numbers as bigint start 1;

create table person_merges (
    id        uuid primary key,
    from_id   uuid not null constraint person_merges_once unique references people,
    into_id   uuid not null references people,
    merged_by uuid not null references accounts,
    merged_at timestamptz not null,
    reason    text not null
);
create index person_merges_into on person_merges (into_id);

-- Whom a contact was thought to be with before somebody knew better.
create table contact_corrections (
    id           uuid primary key,
    contact_id   uuid not null references contacts,
    from_id      uuid references people,
    to_id        uuid not null references people,
    corrected_by uuid not null references accounts,
    corrected_at timestamptz not null
);
create index contact_corrections_by_contact on contact_corrections (contact_id);
create index call_tasks_by_contact on call_tasks (contact_id) where contact_id is not null;
create index affected_by_contact_time on affected (person_id) where reached = 'customer_called';

-- Places ---------------------------------------------------------------------

-- Where somebody is for one ticket, where that is not what the record says.
alter table tickets add column place jsonb;

create table place_changes (
    id           uuid primary key,
    person_id    uuid not null references people,
    ticket_id    uuid references tickets,  -- null: the record itself was changed
    contact_id   uuid references contacts,
    from_site_id uuid not null references sites,
    from_place   jsonb not null,
    to_site_id   uuid not null references sites,
    to_place     jsonb not null,
    said_by      uuid not null references accounts,
    said_at      timestamptz not null
);
create index place_changes_by_person on place_changes (person_id, said_at desc, id desc);
