-- +goose Up

-- What technicians report grows; what was reported stays.
alter table facts drop constraint facts_kind;
alter table facts add constraint facts_kind check (kind in ('left', 'arrived', 'offered', 'chosen', 'handed_over', 'done',
    'paused', 'resumed', 'estimated', 'called', 'customer_absent', 'presence', 'gave_up', 'follow_up', 'second_wanted', 'undone'));

-- A fact about what is not the technician's to report has no effect, and is kept
-- for the dispatcher. The visit may be one that does not exist.
create table stray_facts (
    id            uuid primary key,
    kind          text not null,
    visit_id      uuid not null,
    technician_id uuid not null references technicians,
    account_id    uuid not null references accounts,
    happened_at   timestamptz not null,
    received_at   timestamptz not null,
    why           text not null,
    data          jsonb not null default '{}',
    reviewed_at   timestamptz,
    reviewed_by   uuid references accounts,
    constraint stray_facts_why check (why in ('not_in_your_round', 'other_day')),
    constraint stray_facts_reviewed_whole check ((reviewed_at is null) = (reviewed_by is null))
);
create index stray_facts_newest on stray_facts (received_at desc, id desc);
create index stray_facts_open on stray_facts (received_at desc, id desc) where reviewed_at is null;

-- Time on site that is no work.
create table pauses (
    id         uuid primary key,
    visit_id   uuid not null references visits,
    reason     text not null,
    started_at timestamptz not null,
    ended_at   timestamptz,
    constraint pauses_reason check (reason in ('lunch', 'waiting', 'other')),
    constraint pauses_end_after_start check (ended_at >= started_at)
);
create unique index pauses_one_open on pauses (visit_id) where ended_at is null;
create index pauses_by_visit on pauses (visit_id, started_at);

-- Who says that the technician arrived, when and where. Evidence is kept also
-- where it is contradicted; only its retraction is added to it.
create table arrivals (
    id            uuid primary key,
    visit_id      uuid not null references visits,
    source        text not null,
    account_id    uuid not null references accounts,
    happened_at   timestamptz not null,
    received_at   timestamptz not null,
    lon           double precision,
    lat           double precision,
    metres        integer,  -- from the site
    note          text not null default '',
    retracted_at  timestamptz,
    constraint arrivals_source check (source in ('technician', 'geofence', 'customer')),
    constraint arrivals_place_whole check (num_nulls(lon, lat, metres) in (0, 3)),
    constraint arrivals_geofence_placed check (source <> 'geofence' or metres is not null)
);
create index arrivals_by_visit on arrivals (visit_id, received_at, id);

-- Whether the customer stays with the work, and how they are called otherwise.
create table presences (
    visit_id    uuid primary key references visits,
    kind        text not null,
    call_number text not null default '',
    back_at     timestamptz,
    told_at     timestamptz not null,
    told_by     uuid not null references accounts,
    constraint presences_kind check (kind in ('stays', 'leaves', 'hands_over'))
);

-- What the customer was to do for a visit, and how it went.
create table duties (
    visit_id    uuid not null references visits,
    duty        text not null,
    outcome     text not null,
    at          timestamptz not null,
    recorded_by uuid references accounts,
    why         text not null default '',
    statement   text not null default '',  -- the customer's own word on it
    primary key (visit_id, duty),
    constraint duties_duty check (duty in ('be_there', 'give_access', 'back_up', 'return_loaner')),
    constraint duties_outcome check (outcome in ('met', 'not_met', 'excused'))
);

-- What happens when the customer is not there: for a template in a region, for one
-- of the two, or for all.
create table visit_policies (
    id               uuid primary key,
    region_id        uuid references regions,
    template_id      uuid references templates,
    wait_minutes     integer not null,
    call_tries       integer not null,
    radius_metres    integer not null,
    callback_minutes integer not null,
    steps            text[] not null,
    version          bigint not null default 1,
    constraint visit_policies_once unique nulls not distinct (region_id, template_id),
    constraint visit_policies_bounds check (wait_minutes between 0 and 240 and call_tries between 0 and 10
        and radius_metres between 20 and 5000 and callback_minutes between 5 and 1440),
    constraint visit_policies_steps check (steps <@ array['wait', 'call', 'leave_note', 'callback', 'new_appointment'])
);

-- A technician who wants a second one.
create table assists (
    id            uuid primary key,
    visit_id      uuid not null references visits,
    technician_id uuid not null references technicians,
    region_id     uuid not null references regions,
    skill_code    text not null default '',
    skill_level   integer not null default 0,
    minutes       integer not null,
    state         text not null,
    asked_at      timestamptz not null,
    settled_at    timestamptz,
    settled_by    uuid references accounts,
    helper_id     uuid references technicians,
    note          text not null default '',
    version       bigint not null default 1,
    constraint assists_state check (state in ('wanted', 'granted', 'declined', 'lapsed')),
    constraint assists_helper check ((state = 'granted') = (helper_id is not null)),
    constraint assists_settled check ((state = 'wanted') = (settled_at is null))
);
create unique index assists_one_wanted on assists (visit_id) where state = 'wanted';
create index assists_newest on assists (asked_at desc, id desc);
create index assists_wanted on assists (region_id, asked_at desc, id desc) where state = 'wanted';

-- Visits that were begun and never reported as over.
create index visits_stuck on visits (planned_end, id) where state in ('en_route', 'arrived', 'in_progress');

-- What is open about a device, so that one need is one ticket.
create index tickets_about on tickets (item_id) where item_id is not null and state in ('open', 'planned');
