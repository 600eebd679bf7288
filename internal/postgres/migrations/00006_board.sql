-- +goose Up

-- The arrival that a pin holds: the planned start follows the day, this does not.
alter table visits add pinned_start timestamptz;
update visits set pinned_start = planned_start where pin_time;
alter table visits add constraint visits_pinned_time check (pinned_start is null or pin_time);

-- Changes to what is due within the hour wait for their technician.
create table round_changes (
    id            uuid primary key,
    round_id      uuid not null references rounds,
    technician_id uuid not null references technicians,
    visit_id      uuid not null references visits,
    kind          text not null,
    state         text not null,
    from_start    timestamptz,
    to_start      timestamptz,
    outcome_id    uuid,  -- outcomes may be dropped when they are old
    made_by       uuid references accounts,
    made_at       timestamptz not null,
    due_at        timestamptz not null,
    flagged_at    timestamptz,
    answered_at   timestamptz,
    reason        text not null default '',
    version       bigint not null default 1,
    constraint round_changes_kind check (kind in ('added', 'removed', 'moved')),
    constraint round_changes_state check (state in ('pending', 'acknowledged', 'objected', 'superseded')),
    constraint round_changes_starts check ((kind = 'added') = (from_start is null) and (kind = 'removed') = (to_start is null)),
    constraint round_changes_objection check (state <> 'objected' or reason <> '')
);
-- One change of a visit in a round waits for an answer at most.
create unique index round_changes_one_open on round_changes (round_id, visit_id) where state in ('pending', 'objected');
create index round_changes_due on round_changes (due_at, id) where state = 'pending' and flagged_at is null;

-- When a region's days are planned by night.
create table plan_schedules (
    region_id uuid primary key references regions,
    enabled   boolean not null,
    at_minute integer not null,  -- after local midnight
    days      integer not null,
    seconds   integer not null,
    set_by    uuid references accounts,
    version   bigint not null,
    constraint plan_schedules_ranges check (at_minute between 0 and 1439 and days between 1 and 7 and seconds between 1 and 300),
    constraint plan_schedules_asker check (not enabled or set_by is not null)
);
-- A night is planned once, however many servers there are.
create table plan_nights (
    region_id uuid not null references regions,
    date      date not null,
    at        timestamptz not null,
    primary key (region_id, date)
);
