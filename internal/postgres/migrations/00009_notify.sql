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
