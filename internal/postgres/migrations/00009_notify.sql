-- +goose Up

-- Delivering notices ---------------------------------------------------------

-- due_at: when a queued notice is looked at again, because it waits for the
-- morning or its job was lost. failure: why a failed one reached nobody.
alter table notices add column due_at timestamptz;
alter table notices add column failure text not null default '';
create index notices_by_state on notices (state, created_at desc, id desc);
create index notices_due on notices (due_at, id) where state = 'queued';

-- One row a try, written before anything is sent, so that whoever comes after a
-- kill sees that something may have gone out.
create table notice_attempts (
    notice_id   uuid not null references notices on delete cascade,
    number      integer not null,
    channel     text not null,
    at          timestamptz not null,
    lease_until timestamptz not null,  -- the machine's time
    outcome     text not null,
    code        text not null default '',
    millis      integer,
    primary key (notice_id, number),
    constraint notice_attempts_outcome check (outcome in ('open', 'delivered', 'deferred', 'refused', 'unclear')),
    constraint notice_attempts_millis check (outcome <> 'open' or millis is null)
);
create unique index notice_attempts_one_open on notice_attempts (notice_id) where outcome = 'open';

-- What other systems report --------------------------------------------------

-- The secrets stand here as they are: both sides of a signature need them.
create table inbound_sources (
    id         uuid primary key,
    code       text not null constraint inbound_sources_code_once unique,
    name       text not null,
    account_id uuid not null references accounts,
    secret     text not null,
    old_secret text,
    old_until  timestamptz,
    created_at timestamptz not null,
    retired_at timestamptz,
    version    bigint not null default 1,
    constraint inbound_sources_code check (code ~ '^[a-z][a-z0-9-]{1,39}$'),
    constraint inbound_sources_rotation check (num_nulls(old_secret, old_until) in (0, 2))
);

-- Messages that were taken in, so that one which comes again does nothing.
create table inbound_messages (
    source_id   uuid not null references inbound_sources,
    webhook_id  text not null,
    received_at timestamptz not null,
    disposition text not null,
    subject_id  uuid,
    primary key (source_id, webhook_id)
);
create index inbound_messages_by_age on inbound_messages (received_at);

-- The newest report on each thing of a source: an older one that comes later says
-- nothing new.
create table inbound_subjects (
    source_id   uuid not null references inbound_sources,
    kind        text not null,
    external_id text not null,
    reported_at timestamptz not null,
    primary key (source_id, kind, external_id)
);

create sequence change_numbers as bigint start 1;

create table changes (
    id          uuid primary key,
    number      bigint not null default nextval('change_numbers') constraint changes_number_once unique,
    source_id   uuid not null references inbound_sources,
    external_id text not null,
    planned     boolean not null,
    state       text not null,
    title       text not null,
    notice_text text not null default '',
    starts_at   timestamptz not null,
    ends_at     timestamptz not null,
    models      text[] not null default '{}',
    sites       uuid[] not null default '{}',
    services    text[] not null default '{}',
    approval    text not null,
    told_at     timestamptz,
    reported_at timestamptz not null,
    version     bigint not null default 1,
    constraint changes_external_once unique (source_id, external_id),
    constraint changes_state check (state in ('planned', 'started', 'finished', 'cancelled')),
    constraint changes_approval check (approval in ('none', 'pending', 'approved', 'rejected')),
    constraint changes_window check (ends_at > starts_at)
);
alter sequence change_numbers owned by changes.number;
create index changes_by_start on changes (starts_at, id);
create index changes_by_time on changes using gist (tstzrange(starts_at, ends_at));

-- Who is told of events ------------------------------------------------------

-- Times without "created" are the machine's: retries and leases. position is the
-- last event that was taken, or that does not concern the subscription.
create table event_subscriptions (
    id            uuid primary key,
    url           text not null,
    names         text[] not null default '{}',  -- all when empty
    state         text not null,
    secret        text not null,
    old_secret    text,
    old_until     timestamptz,
    position      bigint not null,
    tries         integer not null default 0,
    failing_since timestamptz,
    failure       text not null default '',
    next_try      timestamptz not null,
    lease_until   timestamptz not null,
    created_at    timestamptz not null,
    version       bigint not null default 1,
    constraint event_subscriptions_state check (state in ('active', 'disabled', 'ended')),
    constraint event_subscriptions_rotation check (num_nulls(old_secret, old_until) in (0, 2))
);
create index event_subscriptions_active on event_subscriptions (next_try, id) where state = 'active';
create index event_subscriptions_newest on event_subscriptions (created_at desc, id desc);
