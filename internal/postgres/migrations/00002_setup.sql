-- +goose Up

-- Standing data is retired, never deleted: what refers to it stays readable.

-- Holidays, by whatever keeps them.
create table calendars (
    code       text primary key,
    name       text not null,
    days       jsonb not null default '[]',  -- [{"date": "2026-12-25", "name": "Christmas Day"}]
    retired_at timestamptz,
    version    bigint not null default 1
);

alter table regions
    add column country       text not null default 'US',
    add column calendar_code text references calendars,
    add column retired_at    timestamptz,
    add column version       bigint not null default 1;

alter table sites
    add column hours          jsonb,   -- null: every day from opens_at to closes_at
    add column closed_on      date[],
    add column keeps_holidays boolean not null default false,
    add column retired_at     timestamptz;
create index sites_in_order on sites (code, id);
create index sites_by_region_in_order on sites (region_id, code, id);

alter table depots
    add column address    text not null default '',
    add column retired_at timestamptz,
    add column version    bigint not null default 1;
create index depots_in_order on depots (code, id);

alter table people
    add column name_form         text not null default 'spoken',
    add column accessibility     text not null default '',
    add column quiet             boolean not null default false,
    add column preferred_channel text not null default '',
    add column retired_at        timestamptz,
    add constraint people_name_form check (name_form in ('spoken', 'full', 'formal'));
create index people_in_order on people (employee_number, id);
create index people_by_site_in_order on people (site_id, employee_number, id);

alter table skills
    add column retired_at timestamptz,
    add column version    bigint not null default 1;

alter table technicians
    add column retired_at timestamptz;
create index technicians_in_order on technicians (code, id);
create index technician_skills_by_code on technician_skills (code);

alter table models
    add column retired_at timestamptz,
    add column version    bigint not null default 1;

alter table option_templates
    add column retired_at timestamptz,
    add column version    bigint not null default 1;

alter table templates
    add column retired_at timestamptz;

-- Every version that a template ever had, as it was.
create table template_versions (
    template_id uuid not null references templates,
    version     bigint not null,
    document    jsonb not null,
    changed_at  timestamptz,  -- null: there from the beginning
    primary key (template_id, version)
);

-- How often each version was used. A row is counted up by those few accounts that
-- share a shard, so that nobody waits for the whole desk.
create table template_uses (
    template_id uuid not null references templates,
    version     bigint not null,
    shard       smallint not null,
    uses        bigint not null,
    primary key (template_id, version, shard)
);

-- Shifts of a technician that come every week.
create table shift_patterns (
    id               uuid primary key,
    technician_id    uuid not null references technicians,
    name             text not null,
    from_date        date not null,
    until_date       date,            -- the first day without it
    turns            jsonb not null,  -- by weekday, in minutes after local midnight
    overtime_minutes integer not null,
    works_holidays   boolean not null default false,
    rolled_until     date,            -- shifts are made up to here
    retired_at       timestamptz,
    version          bigint not null default 1,
    constraint shift_patterns_until_after_from check (until_date > from_date)
);
create index shift_patterns_by_technician on shift_patterns (technician_id, from_date, id);
create index shift_patterns_live on shift_patterns (technician_id, from_date, id) where retired_at is null;

alter table shifts
    add column pattern_id uuid references shift_patterns,
    add column changed    boolean not null default false,
    add column version    bigint not null default 1;
create index shifts_by_pattern on shifts (pattern_id, date) where pattern_id is not null;
create index shifts_by_date on shifts (date, id);

-- Days on which a technician does not work although a pattern says so.
create table shifts_off (
    technician_id uuid not null references technicians,
    date          date not null,
    reason        text not null,
    entered_by    uuid,
    entered_at    timestamptz not null,
    primary key (technician_id, date)
);

-- By which channel the desk can be reached, and when.
create table service_hours (
    id         uuid primary key,
    region_id  uuid not null references regions,
    site_id    uuid references sites,  -- null: for all sites of the region
    channel    text not null,
    address    text not null default '',  -- the number, mail address or place
    hours      jsonb not null,
    holidays   boolean not null default false,  -- also open on holidays
    retired_at timestamptz,
    version    bigint not null default 1,
    constraint service_hours_channel check (channel in ('phone', 'mail', 'chat', 'portal', 'walk_in', 'on_site'))
);
create unique index service_hours_once on service_hours (region_id, channel, coalesce(site_id, region_id)) where retired_at is null;

-- What desks and teams are called, in each language.
create table labels (
    code       text primary key,
    texts      jsonb not null,  -- by language: {"en": "Front desk"}
    retired_at timestamptz,
    version    bigint not null default 1
);

alter table accounts
    add column version bigint not null default 1;

-- Visits that stand in the way of a retirement or of other hours.
create index visits_open_by_site on visits (site_id) where state not in ('completed', 'cannot_complete', 'cancelled');
create index visits_open_by_person on visits (person_id) where state not in ('completed', 'cannot_complete', 'cancelled');
create index visits_open_by_technician on visits (technician_id, planned_start)
    where technician_id is not null and state not in ('completed', 'cannot_complete', 'cancelled');
