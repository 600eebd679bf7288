-- +goose Up

-- Files on their way in. The bytes stand aside in parts, and are dropped when the
-- file has been read: what was wrong with rows stays.
create table imports (
    id            uuid primary key,
    kind          text not null,
    state         text not null,
    dry_run       boolean not null,
    region_code   text not null default '',
    template_code text not null default '',
    size          bigint not null,
    "offset"      bigint not null default 0,
    rows          bigint not null default 0,
    added         bigint not null default 0,
    changed       bigint not null default 0,
    unchanged     bigint not null default 0,
    rejected      bigint not null default 0,
    extra_columns text[] not null default '{}',
    asked_by      uuid not null references accounts,
    created_at    timestamptz not null,
    started_at    timestamptz,
    ended_at      timestamptz,
    cancel        boolean not null default false,
    error_code    text not null default '',
    error         text not null default '',
    version       bigint not null default 1,
    constraint imports_kind check (kind in ('sites', 'people', 'technicians', 'shifts', 'items', 'tickets', 'servicenow')),
    constraint imports_state check (state in ('queued', 'running', 'done', 'cancelled', 'failed')),
    constraint imports_rows_add_up check (rows = added + changed + unchanged + rejected)
);
create index imports_newest on imports (created_at desc, id desc);

create table import_parts (
    import_id uuid not null references imports,
    n         integer not null,
    content   bytea not null,
    primary key (import_id, n)
);

create table import_errors (
    import_id uuid not null references imports,
    n         bigint not null,
    line      integer not null,
    "column"  text not null,
    code      text not null,
    message   text not null,
    primary key (import_id, n)
);

-- What was made of what another system knows by a key of its own. A key is brought
-- once, whatever happens at once.
create table brought (
    source    text not null,
    noun      text not null,
    key       text not null,
    subject   uuid not null,
    import_id uuid not null references imports,
    primary key (source, noun, key)
);
create index brought_by_subject on brought (subject);

-- The history that tickets had elsewhere. It is no news: it stands in no stream.
create table past_events (
    id        uuid primary key,
    ticket_id uuid not null references tickets,
    name      text not null,
    at        timestamptz not null,
    data      jsonb not null
);
create index past_events_by_ticket on past_events (ticket_id, at desc, id desc);
create trigger past_events_append_only before update or delete on past_events
    for each row execute function keep_record('past_events_append_only');

-- Sites that other systems name without saying where they are.
alter table sites
    add column unplaced boolean not null default false;
