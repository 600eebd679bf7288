-- +goose Up

-- btree_gist lets an exclusion constraint compare ids beside time ranges;
-- pg_trgm finds names by a part of them. Both are trusted extensions: the owner
-- of the database may create them.
create extension if not exists btree_gist;
create extension if not exists pg_trgm;

-- Places ---------------------------------------------------------------------

create table regions (
    id   uuid primary key,
    code text not null constraint regions_code_once unique,
    name text not null,
    zone text not null
);

create table sites (
    id             uuid primary key,
    region_id      uuid not null references regions,
    code           text not null constraint sites_code_once unique,
    name           text not null,
    address        text not null,
    city           text not null,
    lon            double precision not null,
    lat            double precision not null,
    zone           text not null,
    opens_at       integer not null,  -- minutes after local midnight
    closes_at      integer not null,
    access_minutes integer not null,
    access_notes   text not null default '',
    version        bigint not null default 1,
    constraint sites_on_earth check (lon between -180 and 180 and lat between -90 and 90),
    constraint sites_open_before_close check (opens_at >= 0 and opens_at < closes_at and closes_at <= 1440),
    constraint sites_access_minutes check (access_minutes >= 0)
);
create index sites_by_region on sites (region_id);

create table depots (
    id        uuid primary key,
    region_id uuid not null references regions,
    code      text not null constraint depots_code_once unique,
    name      text not null,
    lon       double precision not null,
    lat       double precision not null,
    constraint depots_on_earth check (lon between -180 and 180 and lat between -90 and 90)
);
create index depots_by_region on depots (region_id);

-- People ---------------------------------------------------------------------

create table people (
    id                  uuid primary key,
    employee_number     text not null constraint people_employee_number_once unique,
    name                text not null,
    spoken_name         text not null,
    language            text not null,
    site_id             uuid not null references sites,
    building            text not null default '',
    floor               integer not null default 0,
    room                text not null default '',
    mail                text,
    mail_on_device_only boolean not null default false,
    mobile              text,
    desk_phone          text,
    phone_raw           text not null default '',
    vip                 boolean not null default false,
    version             bigint not null default 1,
    constraint people_mobile_e164 check (mobile ~ '^\+[1-9][0-9]{3,14}$'),
    constraint people_desk_phone_e164 check (desk_phone ~ '^\+[1-9][0-9]{3,14}$')
);
create index people_by_site on people (site_id);
create index people_by_mail on people (lower(mail));
create index people_by_number on people (lower(employee_number));
-- Numbers are searched by how they end, so they are indexed backwards.
create index people_by_mobile on people (reverse(mobile) text_pattern_ops);
create index people_by_desk_phone on people (reverse(desk_phone) text_pattern_ops);
create index people_by_phone_raw on people (reverse(regexp_replace(phone_raw, '[^0-9]', '', 'g')) text_pattern_ops);
create index people_by_name on people using gin (lower(name) gin_trgm_ops);
create index people_by_spoken_name on people using gin (lower(spoken_name) gin_trgm_ops);

-- Technicians ----------------------------------------------------------------

create table skills (
    code text primary key,
    name text not null
);

create table technicians (
    id          uuid primary key,
    region_id   uuid not null references regions,
    code        text not null constraint technicians_code_once unique,
    name        text not null,
    spoken_name text not null,
    home_lon    double precision not null,
    home_lat    double precision not null,
    mode        text not null,
    phone       text not null default '',
    version     bigint not null default 1,
    constraint technicians_on_earth check (home_lon between -180 and 180 and home_lat between -90 and 90),
    constraint technicians_mode check (mode in ('car', 'bike', 'foot'))
);
create index technicians_by_region on technicians (region_id);

create table technician_skills (
    technician_id uuid not null references technicians,
    code          text not null references skills,
    level         integer not null,
    primary key (technician_id, code),
    constraint technician_skills_level check (level between 1 and 5)
);

create table shifts (
    id               uuid primary key,
    technician_id    uuid not null references technicians,
    region_id        uuid not null references regions,
    date             date not null,  -- the local day on which it starts
    starts_at        timestamptz not null,
    ends_at          timestamptz not null,
    overtime_minutes integer not null,
    break_from       timestamptz not null,
    break_until      timestamptz not null,
    break_minutes    integer not null,
    constraint shifts_one_a_day unique (technician_id, date),
    constraint shifts_end_after_start check (ends_at > starts_at),
    constraint shifts_break_window check (break_until >= break_from),
    constraint shifts_minutes check (overtime_minutes >= 0 and break_minutes >= 0),
    constraint shifts_no_overlap exclude using gist (technician_id with =, tstzrange(starts_at, ends_at) with &&)
);
create index shifts_by_day on shifts (region_id, date);

-- A region-day carries the version raised by every input of a day that is not a
-- round. A commit takes it for share, a change of inputs for update.
create table region_days (
    region_id uuid not null references regions,
    date      date not null,
    version   bigint not null default 0,
    primary key (region_id, date)
);

-- Every shift has its round from the start, so that there is always a row to
-- lock and a version to compare.
create table rounds (
    id            uuid primary key,
    shift_id      uuid not null constraint rounds_one_a_shift unique references shifts,
    technician_id uuid not null references technicians,
    region_id     uuid not null references regions,
    date          date not null,
    version       bigint not null default 1,
    published_at  timestamptz
);
create index rounds_by_day on rounds (region_id, date);

-- Accounts -------------------------------------------------------------------

create table accounts (
    id              uuid primary key,
    login           text not null,
    name            text not null,
    spoken_name     text not null,
    roles           text[] not null,
    technician_id   uuid references technicians,
    password_hash   text not null,
    service         boolean not null default false,
    disabled        boolean not null default false,
    session_version bigint not null default 1,
    created_at      timestamptz not null,
    demo            boolean not null default false
);
create unique index accounts_login_once on accounts (lower(login));

create table sessions (
    id         uuid primary key,
    account_id uuid not null references accounts,
    token_hash bytea not null constraint sessions_token_once unique,
    used_hash  bytea,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    ended_at   timestamptz
);
create index sessions_by_account on sessions (account_id) where ended_at is null;
create index sessions_by_used on sessions (used_hash);

create table settings (
    key   text primary key,
    value bytea not null
);

create table absences (
    id            uuid primary key,
    technician_id uuid not null references technicians,
    absent_from   timestamptz not null,
    absent_until  timestamptz not null,
    reason        text not null,
    entered_by    uuid not null references accounts,
    created_at    timestamptz not null,
    constraint absences_end_after_start check (absent_until > absent_from)
);
create index absences_by_time on absences using gist (technician_id, tstzrange(absent_from, absent_until));

-- Hardware -------------------------------------------------------------------

create table models (
    id    uuid primary key,
    code  text not null constraint models_code_once unique,
    name  text not null,
    kind  text not null,
    class integer not null,
    constraint models_class check (class between 1 and 5)
);

create table items (
    id         uuid primary key,
    model_id   uuid not null references models,
    tag        text not null,
    serial     text not null,
    state      text not null,
    os_name    text,
    os_version text,
    loaner     boolean not null default false,
    version    bigint not null default 1,
    constraint items_state check (state in ('in_stock', 'in_kit', 'in_use', 'on_loan', 'quarantined', 'retired'))
);
create unique index items_tag_once on items (upper(tag));
create index items_by_model on items (model_id);

-- Templates ------------------------------------------------------------------

create table option_templates (
    code               text primary key,
    name               text not null,
    minutes            integer not null,
    end_state          text not null,
    swaps              boolean not null default false,
    follow_up_minutes  integer not null default 0,
    follow_up_days     integer not null default 0,
    follow_up_reserves boolean not null default false,
    new_os_version     text not null default '',
    position           integer not null default 0
);

create table templates (
    id           uuid primary key,
    code         text not null constraint templates_code_once unique,
    name         text not null,
    category     text not null,
    priority     integer not null,
    minutes      integer not null,
    spread       double precision not null,
    skill_code   text not null,
    skill_level  integer not null,
    kit_model    uuid references models,
    field        text not null default '',
    on_site      boolean not null,
    option_codes text[] not null default '{}',
    version      bigint not null default 1,
    constraint templates_priority check (priority between 1 and 9)
);

-- Incidents ------------------------------------------------------------------

create sequence incident_numbers as bigint start 1;

create table incidents (
    id           uuid primary key,
    number       bigint not null default nextval('incident_numbers') constraint incidents_number_once unique,
    external_id  text not null default '',
    title        text not null,
    cause        text not null default '',
    state        text not null,
    impairs      text[] not null default '{}',
    template     text not null default '',
    predicate    jsonb not null,
    declared_by  uuid not null references accounts,
    declared_at  timestamptz not null,
    confirmed_at timestamptz,
    resolved_at  timestamptz,
    version      bigint not null default 1,
    constraint incidents_state check (state in ('suspected', 'confirmed', 'resolved'))
);
alter sequence incident_numbers owned by incidents.number;
create unique index incidents_external_once on incidents (external_id) where external_id <> '';
create index incidents_live on incidents (declared_at) where state <> 'resolved';

-- Tickets --------------------------------------------------------------------

create sequence ticket_numbers as bigint start 2001;

create table tickets (
    id          uuid primary key,
    number      bigint not null default nextval('ticket_numbers') constraint tickets_number_once unique,
    person_id   uuid not null references people,
    site_id     uuid not null references sites,
    template_id uuid not null references templates,
    item_id     uuid references items,
    incident_id uuid references incidents,
    owner_id    uuid not null references accounts,
    state       text not null,
    priority    integer not null,
    summary     text not null,
    key_field   text not null default '',
    channel     text not null,
    opened_at   timestamptz not null,
    restored_at timestamptz,
    resolved_at timestamptz,
    resolution  text,
    next_update timestamptz not null,
    version     bigint not null default 1,
    constraint tickets_state check (state in ('open', 'planned', 'restored', 'resolved')),
    constraint tickets_priority check (priority between 1 and 9),
    constraint tickets_resolved_at check ((state = 'resolved') = (resolved_at is not null))
);
alter sequence ticket_numbers owned by tickets.number;
create index tickets_by_person on tickets (person_id, opened_at desc, id desc);
create index tickets_by_owner on tickets (owner_id, opened_at desc, id desc);
create index tickets_by_incident on tickets (incident_id, opened_at desc, id desc) where incident_id is not null;
create index tickets_newest on tickets (opened_at desc, id desc);
create index tickets_unresolved on tickets (opened_at desc, id desc) where state <> 'resolved';

create table contacts (
    id          uuid primary key,
    person_id   uuid references people,
    ticket_id   uuid references tickets,
    handler_id  uuid not null references accounts,
    channel     text not null,
    direction   text not null,
    queued_at   timestamptz not null,
    answered_at timestamptz not null,
    ended_at    timestamptz,
    reason      text not null,
    outcome     text not null default '',
    constraint contacts_direction check (direction in ('in', 'out'))
);
create index contacts_by_person on contacts (person_id, answered_at desc, id desc);
create index contacts_by_ticket on contacts (ticket_id) where ticket_id is not null;

-- Visits ---------------------------------------------------------------------

create table visits (
    id            uuid primary key,
    ticket_id     uuid not null references tickets,
    person_id     uuid not null references people,
    site_id       uuid not null references sites,
    region_id     uuid not null references regions,
    state         text not null,
    minutes       integer not null,
    spread        double precision not null,
    skill_code    text not null,
    skill_level   integer not null,
    kit_model     uuid references models,
    priority      integer not null,
    earliest_date date,
    follows_id    uuid references visits,
    round_id      uuid references rounds,
    shift_id      uuid references shifts,
    technician_id uuid references technicians,
    position      integer,
    planned_leave timestamptz,
    planned_start timestamptz,
    planned_end   timestamptz,
    leg_seconds   integer,
    leg_metres    integer,
    pin_time      boolean not null default false,
    pin_shift     boolean not null default false,
    departed_at   timestamptz,
    arrived_at    timestamptz,
    completed_at  timestamptz,
    reason        text not null default '',
    version       bigint not null default 1,
    constraint visits_state check (state in
        ('waiting', 'scheduled', 'en_route', 'arrived', 'in_progress', 'completed', 'cannot_complete', 'cancelled')),
    constraint visits_minutes check (minutes > 0),
    -- A visit is in one round with everything that says where, or in none.
    constraint visits_placed_whole check (num_nulls(round_id, shift_id, technician_id, position,
        planned_leave, planned_start, planned_end, leg_seconds, leg_metres) in (0, 9)),
    constraint visits_waiting_unplaced check (state <> 'waiting' or round_id is null),
    constraint visits_scheduled_placed check (state <> 'scheduled' or round_id is not null),
    constraint visits_planned_in_order check (planned_leave <= planned_start and planned_start <= planned_end),
    -- Two visits never have the same place in a round. A day is rewritten as a
    -- whole, so this is looked at when the transaction ends.
    constraint visits_position_once exclude using btree (round_id with =, position with =)
        where (state in ('scheduled', 'en_route', 'arrived', 'in_progress')) deferrable initially deferred,
    -- A technician is never planned to be at two visits at once. What has begun
    -- is outside: a fact from the field is never refused.
    constraint visits_no_overlap exclude using gist (technician_id with =, tstzrange(planned_start, planned_end) with &&)
        where (state = 'scheduled' and technician_id is not null) deferrable initially deferred
);
create index visits_by_ticket on visits (ticket_id);
create index visits_by_round on visits (round_id, position) where round_id is not null;
create index visits_waiting on visits (region_id, priority, id) where state = 'waiting';
create index visits_unserved on visits (planned_end, id) where state = 'scheduled';

-- Item movements -------------------------------------------------------------

create table custodies (
    id             uuid primary key,
    item_id        uuid not null references items,
    custodian_kind text not null,
    custodian_id   uuid not null,
    since          timestamptz not null,
    until          timestamptz,
    reason         text not null,
    visit_id       uuid references visits,
    actor_id       uuid references accounts,
    -- The custodian is one of three, and exists.
    person_id      uuid generated always as (case when custodian_kind = 'person' then custodian_id end) stored references people,
    technician_id  uuid generated always as (case when custodian_kind = 'technician' then custodian_id end) stored references technicians,
    depot_id       uuid generated always as (case when custodian_kind = 'depot' then custodian_id end) stored references depots,
    constraint custodies_kind check (custodian_kind in ('person', 'technician', 'depot')),
    constraint custodies_until_after_since check (until >= since),
    constraint custodies_no_overlap exclude using gist (item_id with =, tstzrange(since, until) with &&)
);
create unique index custodies_one_open on custodies (item_id) where until is null;
create index custodies_by_item on custodies (item_id, since);
create index custodies_by_holder on custodies (custodian_kind, custodian_id) where until is null;

-- An item without a custodian is lost. Looked at when the transaction ends, for
-- a handover closes one custody before it opens the next.
-- +goose StatementBegin
create function check_item_has_custodian() returns trigger language plpgsql as $$
declare
    item uuid;
begin
    if tg_table_name = 'items' then
        item := new.id;
    else
        item := old.item_id;
    end if;
    if exists (select from items where id = item)
        and not exists (select from custodies where item_id = item and until is null) then
        raise exception 'item % has no custodian', item
            using errcode = 'check_violation', constraint = 'items_have_custodian', table = 'items';
    end if;
    return null;
end
$$;
-- +goose StatementEnd
create constraint trigger items_have_custodian after insert on items
    deferrable initially deferred for each row execute function check_item_has_custodian();
create constraint trigger items_keep_custodian after update or delete on custodies
    deferrable initially deferred for each row execute function check_item_has_custodian();

create table reservations (
    id          uuid primary key,
    item_id     uuid not null references items,
    visit_id    uuid not null references visits,
    created_at  timestamptz not null,
    released_at timestamptz
);
create unique index reservations_one_live on reservations (item_id) where released_at is null;
create index reservations_by_visit on reservations (visit_id) where released_at is null;

-- Promises -------------------------------------------------------------------

create table promises (
    id            uuid primary key,
    person_id     uuid not null references people,
    ticket_id     uuid not null references tickets,
    visit_id      uuid not null references visits,
    state         text not null,
    window_start  timestamptz not null,
    window_end    timestamptz not null,
    first_start   timestamptz not null,
    first_end     timestamptz not null,
    confidence    double precision not null,
    technician_id uuid not null references technicians,
    wording       text not null,
    salt          bytea not null default '',  -- of the hash that the ledger keeps of the wording
    made_by       uuid not null references accounts,
    made_at       timestamptz not null,
    chance        double precision,
    at_risk_since timestamptz,
    settled_at    timestamptz,
    version       bigint not null default 1,
    constraint promises_state check (state in ('open', 'kept', 'late', 'broken', 'withdrawn')),
    constraint promises_window check (window_end > window_start),
    constraint promises_first_window check (first_end > first_start),
    constraint promises_chances check (confidence between 0 and 1 and chance between 0 and 1),
    constraint promises_settled_at check ((state = 'open') = (settled_at is null))
);
create unique index promises_one_open on promises (visit_id) where state = 'open';
create index promises_by_visit on promises (visit_id);
create index promises_by_person on promises (person_id, made_at desc, id desc);
create index promises_by_ticket on promises (ticket_id, made_at desc, id desc);
create index promises_newest on promises (made_at desc, id desc);
create index promises_overdue on promises (window_end, id) where state = 'open';
create index promises_by_window on promises (window_start);

-- +goose StatementBegin
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is only ever added to', tg_table_name
        using errcode = 'restrict_violation', constraint = tg_argv[0], table = tg_table_name;
end
$$;
-- +goose StatementEnd

-- The ledger: what was promised, in the order in which it was. Ids, codes and a
-- hash of the wording, no names and no texts; notices may be forgotten, so they
-- are named without a reference.
create table promise_entries (
    promise_id    uuid not null references promises,
    seq           bigint not null,
    kind          text not null,
    at            timestamptz not null,
    actor_id      uuid,
    window_start  timestamptz not null,
    window_end    timestamptz not null,
    technician_id uuid not null,
    confidence    double precision not null,
    reason        text not null,
    notice_id     uuid,
    wording_hash  bytea not null,
    previous      bytea not null,
    hash          bytea not null constraint promise_entries_hash_once unique,
    primary key (promise_id, seq),
    constraint promise_entries_kind check (kind in ('made', 'revised', 'at_risk', 'kept', 'late', 'broken', 'withdrawn')),
    constraint promise_entries_chained check (seq >= 1 and (seq = 1) = (octet_length(previous) = 0)),
    constraint promise_entries_sealed check (octet_length(hash) = 32)
);
create trigger ledger_append_only before update or delete on promise_entries
    for each row execute function refuse_change('ledger_append_only');
create trigger ledger_never_emptied before truncate on promise_entries
    for each statement execute function refuse_change('ledger_append_only');

-- The field ------------------------------------------------------------------

create table facts (
    id            uuid primary key,
    kind          text not null,
    visit_id      uuid not null references visits,
    technician_id uuid not null references technicians,
    account_id    uuid not null references accounts,
    happened_at   timestamptz not null,
    received_at   timestamptz not null,
    data          jsonb not null default '{}',
    constraint facts_kind check (kind in ('left', 'arrived', 'offered', 'chosen', 'handed_over', 'done'))
);
create index facts_by_visit on facts (visit_id, received_at);
create trigger facts_append_only before update or delete on facts
    for each row execute function refuse_change('facts_append_only');
create trigger facts_never_emptied before truncate on facts
    for each statement execute function refuse_change('facts_append_only');

create table option_sets (
    id         uuid primary key,
    visit_id   uuid not null references visits,
    state      text not null,
    offered_by uuid not null references accounts,
    offered_at timestamptz not null,
    chosen_id  uuid,
    chosen_at  timestamptz,
    chosen_by  text not null default '',
    constraint option_sets_state check (state in ('offered', 'chosen', 'lapsed', 'withdrawn')),
    constraint option_sets_chosen check (num_nulls(chosen_id, chosen_at) = case when state = 'chosen' then 0 else 2 end)
);
create unique index option_sets_one_offered on option_sets (visit_id) where state = 'offered';
create index option_sets_by_visit on option_sets (visit_id, offered_at);

-- Outcomes that were never committed are dropped when they are old, so they are
-- named without a reference here and in plan_runs.
create table options (
    id             uuid primary key,
    set_id         uuid not null references option_sets,
    position       integer not null,
    code           text not null references option_templates,
    name           text not null,
    minutes        integer not null,
    end_state      text not null,
    outcome_id     uuid,
    blocked        text not null default '',
    item_id        uuid references items,
    follow_up_date date,
    follow_up_from timestamptz,
    follow_up_to   timestamptz,
    constraint options_position_once unique (set_id, position),
    constraint options_in_set unique (set_id, id),
    constraint options_follow_up_window check (follow_up_to > follow_up_from)
);
-- What is chosen is one of the set's own.
alter table option_sets add constraint option_sets_choice_in_set
    foreign key (id, chosen_id) references options (set_id, id) deferrable initially deferred;

-- What-ifs -------------------------------------------------------------------

create table outcomes (
    id           uuid primary key,
    kind         text not null,
    asked_by     uuid not null references accounts,
    subject_id   uuid,
    at           timestamptz not null,
    expires_at   timestamptz not null,
    seed         bigint not null,
    days         jsonb not null,
    change       json not null,    -- json, not jsonb: kept to the byte
    document     json not null,
    committed_at timestamptz
);
create index outcomes_droppable on outcomes (expires_at) where committed_at is null;

create table quotes (
    id         uuid primary key,
    ticket_id  uuid not null references tickets,
    asked_by   uuid not null references accounts,
    at         timestamptz not null,
    expires_at timestamptz not null,
    offers     jsonb not null,
    refused    jsonb not null
);
create index quotes_by_ticket on quotes (ticket_id, at desc);
create index quotes_by_offer on quotes using gin (offers jsonb_path_ops);

create table plan_runs (
    id           uuid primary key,
    region_id    uuid not null references regions,
    date         date not null,
    state        text not null,
    seed         bigint not null,
    seconds      integer not null,
    iterations   bigint not null default 0,
    progress     double precision not null default 0,
    score_before text,
    score_after  text,
    assigned     integer not null default 0,
    unassigned   integer not null default 0,
    outcome_id   uuid,
    asked_by     uuid not null references accounts,
    created_at   timestamptz not null,
    started_at   timestamptz,
    ended_at     timestamptz,
    cancel       boolean not null default false,
    error        text not null default '',
    version      bigint not null default 1,
    constraint plan_runs_state check (state in ('queued', 'running', 'drafted', 'published', 'cancelled', 'failed')),
    constraint plan_runs_progress check (progress between 0 and 1)
);
create index plan_runs_by_day on plan_runs (region_id, date, created_at desc, id desc);

-- Telling people -------------------------------------------------------------

create table affected (
    incident_id uuid not null references incidents,
    person_id   uuid not null references people,
    item_id     uuid not null references items,
    clauses     text[] not null,
    matched_at  timestamptz not null,
    reached     text not null default '',
    reached_at  timestamptz,
    ticket_id   uuid references tickets,
    primary key (incident_id, person_id, item_id),
    constraint affected_reached check (reached in ('', 'customer_called', 'call', 'message', 'in_person')),
    constraint affected_reached_at check ((reached = '') = (reached_at is null))
);
create index affected_by_person on affected (person_id);

create table call_tasks (
    id          uuid primary key,
    incident_id uuid not null references incidents,
    person_id   uuid not null references people,
    channel     text not null,
    address     text not null,
    state       text not null,
    rank        integer not null,
    taken_by    uuid references accounts,
    contact_id  uuid references contacts,
    note        text not null default '',
    created_at  timestamptz not null,
    settled_at  timestamptz,
    constraint call_tasks_state check (state in ('queued', 'taken', 'done', 'cancelled', 'unreached')),
    constraint call_tasks_taken_by check (state <> 'taken' or taken_by is not null),
    constraint call_tasks_settled_at check ((state in ('queued', 'taken')) = (settled_at is null))
);
create unique index call_tasks_one_live on call_tasks (incident_id, person_id) where state in ('queued', 'taken');
create index call_tasks_by_incident on call_tasks (incident_id, rank, id);
create index call_tasks_live on call_tasks (person_id) where state in ('queued', 'taken');

create table callbacks (
    id         uuid primary key,
    ticket_id  uuid not null references tickets,
    visit_id   uuid not null constraint callbacks_one_a_visit unique references visits,
    person_id  uuid not null references people,
    owner_id   uuid not null references accounts,
    due_at     timestamptz not null,
    state      text not null,
    attempts   integer not null default 0,
    outcome    text,
    note       text not null default '',
    settled_at timestamptz,
    created_at timestamptz not null,
    version    bigint not null default 1,
    constraint callbacks_state check (state in ('due', 'settled')),
    constraint callbacks_outcome check (outcome in ('confirmed', 'reopened', 'declined', 'not_reached')),
    constraint callbacks_settled_at check ((state = 'settled') = (settled_at is not null))
);
create index callbacks_due on callbacks (due_at, id) where state = 'due';
create index callbacks_by_owner on callbacks (owner_id, due_at, id);
create index callbacks_by_ticket on callbacks (ticket_id);

-- The text of a notice stands here and nowhere else: not in events, not in logs.
create table notices (
    id           uuid primary key,
    person_id    uuid not null references people,
    ticket_id    uuid references tickets,
    promise_id   uuid references promises,
    kind         text not null,
    channel      text not null,
    body         text not null,
    state        text not null,
    created_at   timestamptz not null,
    delivered_at timestamptz,
    constraint notices_state check (state in ('queued', 'delivered', 'failed')),
    constraint notices_delivered_at check ((state = 'delivered') = (delivered_at is not null))
);
create index notices_newest on notices (created_at desc, id desc);
create index notices_by_person on notices (person_id, created_at desc, id desc);
create index notices_by_ticket on notices (ticket_id, created_at desc, id desc) where ticket_id is not null;
create index notices_by_promise on notices (promise_id) where promise_id is not null;

-- Events ---------------------------------------------------------------------

-- Who emits an event of a subject holds this row until the commit, so the order
-- of one subject's events is the order of their commits.
create table event_subjects (
    subject_id uuid primary key,
    last_seq   bigint not null
);

create table events (
    id            uuid primary key,
    position      bigint constraint events_position_once unique,  -- stamped after the commit, dense
    name          text not null,
    subject_kind  text not null,
    subject_id    uuid not null,
    subject_seq   bigint not null,
    at            timestamptz not null,
    actor_id      uuid,
    technician_id uuid,
    region_id     uuid,
    data          jsonb not null default '{}',
    constraint events_in_order_of_subject unique (subject_id, subject_seq)
);
create index events_unstamped on events (id) where position is null;

-- Acts -----------------------------------------------------------------------

-- What a client may repeat, with the answer it got.
create table acts (
    principal uuid not null,
    key       text not null,
    request   bytea not null,
    status    integer not null,
    header    jsonb not null,
    body      bytea not null,
    at        timestamptz not null,
    primary key (principal, key)
);
create index acts_by_age on acts (at);
