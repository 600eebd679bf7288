-- What drives took, and how much longer a region's ways take at an hour for it.

-- +goose Up
create table drives (
    visit_id     uuid primary key references visits on delete cascade,
    region_id    uuid not null references regions,
    departed_at  timestamptz not null,
    kind         text not null,
    hour         integer not null,
    took_seconds integer not null,
    road_seconds integer not null,  -- what the roads say, without anything learned
    constraint drives_kind check (kind in ('workday', 'saturday', 'sunday')),
    constraint drives_hour check (hour between 0 and 23),
    constraint drives_seconds check (took_seconds > 0 and road_seconds > 0)
);
create index drives_by_region on drives (region_id, departed_at);

create table learned_times (
    region_id      uuid primary key references regions,
    use            text not null,
    night          date,
    learned_at     timestamptz,
    measured_until timestamptz,
    roads          text not null,
    set_by         uuid references accounts,
    version        bigint not null,
    constraint learned_times_use check (use in ('learn', 'hold', 'profile'))
);
create index learned_times_set_by on learned_times (set_by) where set_by is not null;

create table learned_hours (
    region_id  uuid not null references regions,
    kind       text not null,
    hour       integer not null,
    percent    integer not null,
    drives     integer not null,
    since      timestamptz,
    changed_at timestamptz,
    primary key (region_id, kind, hour),
    constraint learned_hours_kind check (kind in ('workday', 'saturday', 'sunday')),
    constraint learned_hours_hour check (hour between 0 and 23),
    constraint learned_hours_percent check (percent between 50 and 300),
    constraint learned_hours_drives check (drives >= 0 and (drives > 0) = (since is not null))
);

create index visits_driven on visits (region_id, arrived_at, id) where departed_at is not null and arrived_at is not null;
create index closures_over on closures ((coalesce(ended_at, closed_until, 'infinity')));
