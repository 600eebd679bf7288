-- Roads that are closed for a time, or slower.

-- +goose Up
create table closures (
    id           uuid primary key,
    state        text not null,
    closed_from  timestamptz not null,
    closed_until timestamptz,
    area         jsonb not null,
    streets      text[] not null,
    speed        double precision,
    reason       text not null,
    entered_by   uuid not null references accounts,
    entered_at   timestamptz not null,
    ended_by     uuid references accounts,
    ended_at     timestamptz,
    version      bigint not null default 1,
    constraint closures_state check (state in ('standing', 'ended')),
    constraint closures_window check (closed_until > closed_from),
    constraint closures_speed check (speed between 0.05 and 2),
    constraint closures_ended check ((state = 'ended') = (ended_at is not null) and (ended_at is null) = (ended_by is null))
);
create index closures_newest on closures (entered_at desc, id desc);
create index closures_by_state on closures (state, entered_at desc, id desc);
create index closures_standing on closures (coalesce(closed_until, 'infinity')) where state = 'standing';
create index closures_entered_by on closures (entered_by);
create index closures_ended_by on closures (ended_by) where ended_by is not null;
