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

-- Requests by mail, portal and chat -------------------------------------------

-- A contact that came by itself waits until an agent takes it up.
alter table contacts add column waiting boolean not null default false;
create index contacts_waiting on contacts (handler_id, queued_at) where waiting;

-- One thread is one ticket, as long as that is open. The row is what two messages
-- of one thread that come at once meet at.
create table threads (
    source_id  uuid not null references accounts,
    thread_id  text not null,
    person_id  uuid not null references people,
    ticket_id  uuid references tickets,
    primary key (source_id, thread_id, person_id)
);

create table requests (
    source_id   uuid not null references accounts,
    external_id text not null,
    contact_id  uuid references contacts,
    ticket_id   uuid references tickets,
    joined      boolean not null default false,
    summary     text not null,
    body        text not null,
    received_at timestamptz not null,
    primary key (source_id, external_id)
);
create index requests_by_ticket on requests (ticket_id, received_at);
create index tickets_open_by_owner on tickets (owner_id, next_update, id) where state <> 'resolved';

-- Stand-ins ------------------------------------------------------------------

create table agent_absences (
    id           uuid primary key,
    account_id   uuid not null references accounts,
    stand_in_id  uuid not null references accounts,
    absent_from  timestamptz not null,
    absent_until timestamptz not null,
    reason       text not null,
    entered_by   uuid not null references accounts,
    created_at   timestamptz not null,
    version      bigint not null default 1,
    constraint agent_absences_order check (absent_until >= absent_from),
    constraint agent_absences_somebody_else check (stand_in_id <> account_id),
    constraint agent_absences_no_overlap exclude using gist (account_id with =, tstzrange(absent_from, absent_until) with &&)
);
create index agent_absences_by_stand_in on agent_absences (stand_in_id, absent_until);
create index agent_absences_by_account on agent_absences (account_id, absent_from desc, id desc);

-- Call lists -----------------------------------------------------------------

-- Whoever takes a call has it for a while; then it is anybody's again.
alter table call_tasks add column taken_at timestamptz;
create index call_tasks_taken on call_tasks (taken_at) where state = 'taken';
