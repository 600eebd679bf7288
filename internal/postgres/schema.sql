-- What all migrations together make, for readers. Written by a test from a migrated
-- database; the migrations in migrations/ are what counts.

create extension btree_gist;
create extension pg_trgm;

create sequence change_numbers start 1;
create sequence incident_numbers start 1;
create sequence provisional_numbers start 1;
create sequence ticket_numbers start 2001;

create table absences (
    id uuid not null,
    technician_id uuid not null,
    absent_from timestamp with time zone not null,
    absent_until timestamp with time zone not null,
    reason text not null,
    entered_by uuid not null,
    created_at timestamp with time zone not null,
    constraint absences_pkey PRIMARY KEY (id),
    constraint absences_end_after_start CHECK ((absent_until > absent_from)),
    constraint absences_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES accounts(id),
    constraint absences_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES technicians(id)
);
create index absences_by_time ON absences USING gist (technician_id, tstzrange(absent_from, absent_until));

create table accounts (
    id uuid not null,
    login text not null,
    name text not null,
    spoken_name text not null,
    roles text[] not null,
    technician_id uuid,
    password_hash text not null,
    service boolean not null default false,
    disabled boolean not null default false,
    session_version bigint not null default 1,
    created_at timestamp with time zone not null,
    demo boolean not null default false,
    version bigint not null default 1,
    constraint accounts_pkey PRIMARY KEY (id),
    constraint accounts_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES technicians(id)
);
create index accounts_admins ON accounts USING btree (id) WHERE (('admin'::text = ANY (roles)) AND (NOT disabled));
create index accounts_by_technician ON accounts USING btree (technician_id) WHERE (technician_id IS NOT NULL);
create unique index accounts_login_once ON accounts USING btree (lower(login));

create table acts (
    principal uuid not null,
    key text not null,
    request bytea not null,
    status integer not null,
    header jsonb not null,
    body bytea not null,
    at timestamp with time zone not null,
    constraint acts_pkey PRIMARY KEY (principal, key)
);
create index acts_by_age ON acts USING btree (at);

create table affected (
    incident_id uuid not null,
    person_id uuid not null,
    item_id uuid not null,
    clauses text[] not null,
    matched_at timestamp with time zone not null,
    reached text not null default ''::text,
    reached_at timestamp with time zone,
    ticket_id uuid,
    constraint affected_pkey PRIMARY KEY (incident_id, person_id, item_id),
    constraint affected_reached CHECK ((reached = ANY (ARRAY[''::text, 'customer_called'::text, 'call'::text, 'message'::text, 'in_person'::text]))),
    constraint affected_reached_at CHECK (((reached = ''::text) = (reached_at IS NULL))),
    constraint affected_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES incidents(id),
    constraint affected_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id),
    constraint affected_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id),
    constraint affected_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index affected_by_contact_time ON affected USING btree (person_id) WHERE (reached = 'customer_called'::text);
create index affected_by_person ON affected USING btree (person_id);
create index affected_by_ticket ON affected USING btree (ticket_id) WHERE (ticket_id IS NOT NULL);

create table agent_absences (
    id uuid not null,
    account_id uuid not null,
    stand_in_id uuid not null,
    absent_from timestamp with time zone not null,
    absent_until timestamp with time zone not null,
    reason text not null,
    entered_by uuid not null,
    created_at timestamp with time zone not null,
    version bigint not null default 1,
    constraint agent_absences_pkey PRIMARY KEY (id),
    constraint agent_absences_no_overlap EXCLUDE USING gist (account_id WITH =, tstzrange(absent_from, absent_until) WITH &&),
    constraint agent_absences_order CHECK ((absent_until >= absent_from)),
    constraint agent_absences_somebody_else CHECK ((stand_in_id <> account_id)),
    constraint agent_absences_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id),
    constraint agent_absences_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES accounts(id),
    constraint agent_absences_stand_in_id_fkey FOREIGN KEY (stand_in_id) REFERENCES accounts(id)
);
create index agent_absences_by_account ON agent_absences USING btree (account_id, absent_from DESC, id DESC);
create index agent_absences_by_stand_in ON agent_absences USING btree (stand_in_id, absent_until);

create table arrivals (
    id uuid not null,
    visit_id uuid not null,
    source text not null,
    account_id uuid,
    happened_at timestamp with time zone not null,
    received_at timestamp with time zone not null,
    lon double precision,
    lat double precision,
    metres integer,
    note text not null default ''::text,
    retracted_at timestamp with time zone,
    said_at timestamp with time zone,
    constraint arrivals_pkey PRIMARY KEY (id),
    constraint arrivals_geofence_placed CHECK (((source <> 'geofence'::text) OR (metres IS NOT NULL))),
    constraint arrivals_place_whole CHECK ((num_nulls(lon, lat, metres) = ANY (ARRAY[0, 3]))),
    constraint arrivals_somebody CHECK (((account_id IS NOT NULL) OR (source = 'customer'::text))),
    constraint arrivals_source CHECK ((source = ANY (ARRAY['technician'::text, 'geofence'::text, 'customer'::text]))),
    constraint arrivals_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id),
    constraint arrivals_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES visits(id)
);
create index arrivals_by_visit ON arrivals USING btree (visit_id, received_at, id);

create table assists (
    id uuid not null,
    visit_id uuid not null,
    technician_id uuid not null,
    region_id uuid not null,
    skill_code text not null default ''::text,
    skill_level integer not null default 0,
    minutes integer not null,
    state text not null,
    asked_at timestamp with time zone not null,
    settled_at timestamp with time zone,
    settled_by uuid,
    helper_id uuid,
    note text not null default ''::text,
    version bigint not null default 1,
    constraint assists_pkey PRIMARY KEY (id),
    constraint assists_helper CHECK (((state = 'granted'::text) = (helper_id IS NOT NULL))),
    constraint assists_settled CHECK (((state = 'wanted'::text) = (settled_at IS NULL))),
    constraint assists_state CHECK ((state = ANY (ARRAY['wanted'::text, 'granted'::text, 'declined'::text, 'lapsed'::text]))),
    constraint assists_helper_id_fkey FOREIGN KEY (helper_id) REFERENCES technicians(id),
    constraint assists_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id),
    constraint assists_settled_by_fkey FOREIGN KEY (settled_by) REFERENCES accounts(id),
    constraint assists_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES technicians(id),
    constraint assists_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES visits(id)
);
create index assists_by_visit ON assists USING btree (visit_id, asked_at, id);
create index assists_newest ON assists USING btree (asked_at DESC, id DESC);
create unique index assists_one_wanted ON assists USING btree (visit_id) WHERE (state = 'wanted'::text);
create index assists_wanted ON assists USING btree (region_id, asked_at DESC, id DESC) WHERE (state = 'wanted'::text);

create table brought (
    source text not null,
    noun text not null,
    key text not null,
    subject uuid not null,
    import_id uuid not null,
    constraint brought_pkey PRIMARY KEY (source, noun, key),
    constraint brought_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(id)
);
create index brought_by_subject ON brought USING btree (subject);

create table calendars (
    code text not null,
    name text not null,
    days jsonb not null default '[]'::jsonb,
    retired_at timestamp with time zone,
    version bigint not null default 1,
    constraint calendars_pkey PRIMARY KEY (code)
);

create table call_tasks (
    id uuid not null,
    incident_id uuid not null,
    person_id uuid not null,
    channel text not null,
    address text not null,
    state text not null,
    rank integer not null,
    taken_by uuid,
    contact_id uuid,
    note text not null default ''::text,
    created_at timestamp with time zone not null,
    settled_at timestamp with time zone,
    taken_at timestamp with time zone,
    constraint call_tasks_pkey PRIMARY KEY (id),
    constraint call_tasks_settled_at CHECK (((state = ANY (ARRAY['queued'::text, 'taken'::text])) = (settled_at IS NULL))),
    constraint call_tasks_state CHECK ((state = ANY (ARRAY['queued'::text, 'taken'::text, 'done'::text, 'cancelled'::text, 'unreached'::text]))),
    constraint call_tasks_taken_by CHECK (((state <> 'taken'::text) OR (taken_by IS NOT NULL))),
    constraint call_tasks_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id),
    constraint call_tasks_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES incidents(id),
    constraint call_tasks_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id),
    constraint call_tasks_taken_by_fkey FOREIGN KEY (taken_by) REFERENCES accounts(id)
);
create index call_tasks_by_contact ON call_tasks USING btree (contact_id) WHERE (contact_id IS NOT NULL);
create index call_tasks_by_incident ON call_tasks USING btree (incident_id, rank, id);
create index call_tasks_by_person ON call_tasks USING btree (person_id);
create index call_tasks_live ON call_tasks USING btree (person_id) WHERE (state = ANY (ARRAY['queued'::text, 'taken'::text]));
create unique index call_tasks_one_live ON call_tasks USING btree (incident_id, person_id) WHERE (state = ANY (ARRAY['queued'::text, 'taken'::text]));
create index call_tasks_taken ON call_tasks USING btree (taken_at) WHERE (state = 'taken'::text);

create table callbacks (
    id uuid not null,
    ticket_id uuid not null,
    visit_id uuid not null,
    person_id uuid not null,
    owner_id uuid not null,
    due_at timestamp with time zone not null,
    state text not null,
    attempts integer not null default 0,
    outcome text,
    note text not null default ''::text,
    settled_at timestamp with time zone,
    created_at timestamp with time zone not null,
    version bigint not null default 1,
    instead_of uuid,
    constraint callbacks_pkey PRIMARY KEY (id),
    constraint callbacks_one_a_visit UNIQUE (visit_id),
    constraint callbacks_instead_of_another CHECK ((instead_of <> owner_id)),
    constraint callbacks_outcome CHECK ((outcome = ANY (ARRAY['confirmed'::text, 'reopened'::text, 'declined'::text, 'not_reached'::text, 'unreachable'::text]))),
    constraint callbacks_settled_at CHECK (((state = 'settled'::text) = (settled_at IS NOT NULL))),
    constraint callbacks_state CHECK ((state = ANY (ARRAY['due'::text, 'settled'::text]))),
    constraint callbacks_unreachable_tried CHECK (((outcome <> 'unreachable'::text) OR (attempts >= 3))),
    constraint callbacks_instead_of_fkey FOREIGN KEY (instead_of) REFERENCES accounts(id),
    constraint callbacks_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES accounts(id),
    constraint callbacks_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id),
    constraint callbacks_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id),
    constraint callbacks_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES visits(id)
);
create index callbacks_by_owner ON callbacks USING btree (owner_id, due_at, id);
create index callbacks_by_person ON callbacks USING btree (person_id);
create index callbacks_by_settlement ON callbacks USING btree (settled_at) WHERE (settled_at IS NOT NULL);
create index callbacks_by_ticket ON callbacks USING btree (ticket_id);
create index callbacks_due ON callbacks USING btree (due_at, id) WHERE (state = 'due'::text);

create table calls (
    id uuid not null,
    source_id uuid not null,
    external_id text not null,
    direction text not null,
    number text not null default ''::text,
    handler_id uuid,
    queued_at timestamp with time zone not null,
    answered_at timestamp with time zone,
    ended_at timestamp with time zone,
    state text not null,
    contact_id uuid,
    registered_at timestamp with time zone,
    dismissal text not null default ''::text,
    constraint calls_pkey PRIMARY KEY (id),
    constraint calls_one_a_contact UNIQUE (contact_id),
    constraint calls_seen_once UNIQUE (source_id, external_id),
    constraint calls_direction CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text]))),
    constraint calls_dismissal CHECK (((state = 'dismissed'::text) = (dismissal <> ''::text))),
    constraint calls_in_order CHECK (((answered_at >= queued_at) AND (ended_at >= COALESCE(answered_at, queued_at)))),
    constraint calls_registered CHECK (((state = 'seen'::text) = (registered_at IS NULL))),
    constraint calls_registered_with_contact CHECK (((state <> 'registered'::text) OR (contact_id IS NOT NULL))),
    constraint calls_state CHECK ((state = ANY (ARRAY['seen'::text, 'registered'::text, 'dismissed'::text]))),
    constraint calls_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id),
    constraint calls_handler_id_fkey FOREIGN KEY (handler_id) REFERENCES accounts(id),
    constraint calls_source_id_fkey FOREIGN KEY (source_id) REFERENCES accounts(id)
);
create index calls_by_time ON calls USING btree (queued_at);
create index calls_unregistered ON calls USING btree (answered_at DESC, id DESC) WHERE ((state = 'seen'::text) AND (answered_at IS NOT NULL));
create index calls_unregistered_of ON calls USING btree (handler_id, answered_at DESC, id DESC) WHERE ((state = 'seen'::text) AND (answered_at IS NOT NULL));

create table changes (
    id uuid not null,
    number bigint not null default nextval('change_numbers'::regclass),
    source_id uuid not null,
    external_id text not null,
    planned boolean not null,
    state text not null,
    title text not null,
    notice_text text not null default ''::text,
    starts_at timestamp with time zone not null,
    ends_at timestamp with time zone not null,
    models text[] not null default '{}'::text[],
    sites uuid[] not null default '{}'::uuid[],
    services text[] not null default '{}'::text[],
    approval text not null,
    told_at timestamp with time zone,
    reported_at timestamp with time zone not null,
    version bigint not null default 1,
    constraint changes_pkey PRIMARY KEY (id),
    constraint changes_external_once UNIQUE (source_id, external_id),
    constraint changes_number_once UNIQUE (number),
    constraint changes_approval CHECK ((approval = ANY (ARRAY['none'::text, 'pending'::text, 'approved'::text, 'rejected'::text]))),
    constraint changes_state CHECK ((state = ANY (ARRAY['planned'::text, 'started'::text, 'finished'::text, 'cancelled'::text]))),
    constraint changes_window CHECK ((ends_at > starts_at)),
    constraint changes_source_id_fkey FOREIGN KEY (source_id) REFERENCES inbound_sources(id)
);
create index changes_by_start ON changes USING btree (starts_at, id);
create index changes_by_time ON changes USING gist (tstzrange(starts_at, ends_at));

create table closures (
    id uuid not null,
    state text not null,
    closed_from timestamp with time zone not null,
    closed_until timestamp with time zone,
    area jsonb not null,
    streets text[] not null,
    speed double precision,
    reason text not null,
    entered_by uuid not null,
    entered_at timestamp with time zone not null,
    ended_by uuid,
    ended_at timestamp with time zone,
    version bigint not null default 1,
    constraint closures_pkey PRIMARY KEY (id),
    constraint closures_ended CHECK ((((state = 'ended'::text) = (ended_at IS NOT NULL)) AND ((ended_at IS NULL) = (ended_by IS NULL)))),
    constraint closures_speed CHECK (((speed >= (0.05)::double precision) AND (speed <= (2)::double precision))),
    constraint closures_state CHECK ((state = ANY (ARRAY['standing'::text, 'ended'::text]))),
    constraint closures_window CHECK ((closed_until > closed_from)),
    constraint closures_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES accounts(id),
    constraint closures_entered_by_fkey FOREIGN KEY (entered_by) REFERENCES accounts(id)
);
create index closures_by_state ON closures USING btree (state, entered_at DESC, id DESC);
create index closures_ended_by ON closures USING btree (ended_by) WHERE (ended_by IS NOT NULL);
create index closures_entered_by ON closures USING btree (entered_by);
create index closures_newest ON closures USING btree (entered_at DESC, id DESC);
create index closures_over ON closures USING btree (COALESCE(ended_at, closed_until, 'infinity'::timestamp with time zone));
create index closures_standing ON closures USING btree (COALESCE(closed_until, 'infinity'::timestamp with time zone)) WHERE (state = 'standing'::text);

create table contact_corrections (
    id uuid not null,
    contact_id uuid not null,
    from_id uuid,
    to_id uuid not null,
    corrected_by uuid not null,
    corrected_at timestamp with time zone not null,
    constraint contact_corrections_pkey PRIMARY KEY (id),
    constraint contact_corrections_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id),
    constraint contact_corrections_corrected_by_fkey FOREIGN KEY (corrected_by) REFERENCES accounts(id),
    constraint contact_corrections_from_id_fkey FOREIGN KEY (from_id) REFERENCES people(id),
    constraint contact_corrections_to_id_fkey FOREIGN KEY (to_id) REFERENCES people(id)
);
create index contact_corrections_by_contact ON contact_corrections USING btree (contact_id);

create table contacts (
    id uuid not null,
    person_id uuid,
    ticket_id uuid,
    handler_id uuid not null,
    channel text not null,
    direction text not null,
    queued_at timestamp with time zone not null,
    answered_at timestamp with time zone not null,
    ended_at timestamp with time zone,
    reason text not null,
    outcome text not null default ''::text,
    waiting boolean not null default false,
    constraint contacts_pkey PRIMARY KEY (id),
    constraint contacts_direction CHECK ((direction = ANY (ARRAY['in'::text, 'out'::text]))),
    constraint contacts_handler_id_fkey FOREIGN KEY (handler_id) REFERENCES accounts(id),
    constraint contacts_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id),
    constraint contacts_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index contacts_by_handler ON contacts USING btree (handler_id, answered_at);
create index contacts_by_person ON contacts USING btree (person_id, answered_at DESC, id DESC);
create index contacts_by_ticket ON contacts USING btree (ticket_id) WHERE (ticket_id IS NOT NULL);
create index contacts_by_time ON contacts USING btree (answered_at);
create index contacts_waiting ON contacts USING btree (handler_id, queued_at) WHERE waiting;

create table custodies (
    id uuid not null,
    item_id uuid not null,
    custodian_kind text not null,
    custodian_id uuid not null,
    since timestamp with time zone not null,
    until timestamp with time zone,
    reason text not null,
    visit_id uuid,
    actor_id uuid,
    person_id uuid generated always as (
CASE
    WHEN (custodian_kind = 'person'::text) THEN custodian_id
    ELSE NULL::uuid
END) stored,
    technician_id uuid generated always as (
CASE
    WHEN (custodian_kind = 'technician'::text) THEN custodian_id
    ELSE NULL::uuid
END) stored,
    depot_id uuid generated always as (
CASE
    WHEN (custodian_kind = 'depot'::text) THEN custodian_id
    ELSE NULL::uuid
END) stored,
    constraint custodies_pkey PRIMARY KEY (id),
    constraint custodies_no_overlap EXCLUDE USING gist (item_id WITH =, tstzrange(since, until) WITH &&),
    constraint custodies_kind CHECK ((custodian_kind = ANY (ARRAY['person'::text, 'technician'::text, 'depot'::text]))),
    constraint custodies_until_after_since CHECK ((until >= since)),
    constraint custodies_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES accounts(id),
    constraint custodies_depot_id_fkey FOREIGN KEY (depot_id) REFERENCES depots(id),
    constraint custodies_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id),
    constraint custodies_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id),
    constraint custodies_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES technicians(id),
    constraint custodies_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES visits(id)
);
create index custodies_by_holder ON custodies USING btree (custodian_kind, custodian_id) WHERE (until IS NULL);
create index custodies_by_item ON custodies USING btree (item_id, since);
create index custodies_of_people ON custodies USING btree (custodian_id) WHERE (custodian_kind = 'person'::text);
create unique index custodies_one_open ON custodies USING btree (item_id) WHERE (until IS NULL);
CREATE CONSTRAINT TRIGGER items_keep_custodian AFTER DELETE OR UPDATE ON custodies DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_item_has_custodian();

create table customer_link_keys (
    hash bytea not null,
    link_id uuid not null,
    made_at timestamp with time zone not null,
    constraint customer_link_keys_pkey PRIMARY KEY (hash),
    constraint customer_link_keys_hash CHECK ((octet_length(hash) = 32)),
    constraint customer_link_keys_link_id_fkey FOREIGN KEY (link_id) REFERENCES customer_links(id)
);
create index customer_link_keys_by_link ON customer_link_keys USING btree (link_id);

create table customer_links (
    id uuid not null,
    ticket_id uuid not null,
    person_id uuid not null,
    made_by uuid,
    made_at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    revoked_at timestamp with time zone,
    revoked_by uuid,
    swept boolean not null default false,
    constraint customer_links_pkey PRIMARY KEY (id),
    constraint customer_links_expires CHECK ((expires_at > made_at)),
    constraint customer_links_revoked_whole CHECK (((revoked_at IS NULL) = (revoked_by IS NULL))),
    constraint customer_links_made_by_fkey FOREIGN KEY (made_by) REFERENCES accounts(id),
    constraint customer_links_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id),
    constraint customer_links_revoked_by_fkey FOREIGN KEY (revoked_by) REFERENCES accounts(id),
    constraint customer_links_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index customer_links_by_person ON customer_links USING btree (person_id);
create index customer_links_by_ticket ON customer_links USING btree (ticket_id, made_at DESC, id DESC);
create index customer_links_revoked_to_sweep ON customer_links USING btree (revoked_at) WHERE ((revoked_at IS NOT NULL) AND (NOT swept));
create index customer_links_to_sweep ON customer_links USING btree (expires_at) WHERE (NOT swept);

create table depots (
    id uuid not null,
    region_id uuid not null,
    code text not null,
    name text not null,
    lon double precision not null,
    lat double precision not null,
    address text not null default ''::text,
    retired_at timestamp with time zone,
    version bigint not null default 1,
    constraint depots_pkey PRIMARY KEY (id),
    constraint depots_code_once UNIQUE (code),
    constraint depots_on_earth CHECK ((((lon >= ('-180'::integer)::double precision) AND (lon <= (180)::double precision)) AND ((lat >= ('-90'::integer)::double precision) AND (lat <= (90)::double precision)))),
    constraint depots_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id)
);
create index depots_by_region ON depots USING btree (region_id);
create index depots_in_order ON depots USING btree (code, id);

create table drives (
    visit_id uuid not null,
    region_id uuid not null,
    departed_at timestamp with time zone not null,
    kind text not null,
    hour integer not null,
    took_seconds integer not null,
    road_seconds integer not null,
    constraint drives_pkey PRIMARY KEY (visit_id),
    constraint drives_hour CHECK (((hour >= 0) AND (hour <= 23))),
    constraint drives_kind CHECK ((kind = ANY (ARRAY['workday'::text, 'saturday'::text, 'sunday'::text]))),
    constraint drives_seconds CHECK (((took_seconds > 0) AND (road_seconds > 0))),
    constraint drives_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id),
    constraint drives_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES visits(id) ON DELETE CASCADE
);
create index drives_by_region ON drives USING btree (region_id, departed_at);

create table duties (
    visit_id uuid not null,
    duty text not null,
    outcome text not null,
    at timestamp with time zone not null,
    recorded_by uuid,
    why text not null default ''::text,
    statement text not null default ''::text,
    constraint duties_pkey PRIMARY KEY (visit_id, duty),
    constraint duties_duty CHECK ((duty = ANY (ARRAY['be_there'::text, 'give_access'::text, 'back_up'::text, 'return_loaner'::text]))),
    constraint duties_outcome CHECK ((outcome = ANY (ARRAY['met'::text, 'not_met'::text, 'excused'::text]))),
    constraint duties_recorded_by_fkey FOREIGN KEY (recorded_by) REFERENCES accounts(id),
    constraint duties_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES visits(id)
);

create table escalations (
    id uuid not null,
    ticket_id uuid not null,
    contact_id uuid,
    state text not null,
    reason text not null,
    context text not null,
    leader_id uuid,
    passed uuid[] not null default '{}'::uuid[],
    asked_by uuid not null,
    asked_at timestamp with time zone not null,
    called_at timestamp with time zone not null,
    taken_at timestamp with time zone,
    version bigint not null default 1,
    constraint escalations_pkey PRIMARY KEY (id),
    constraint escalations_leader CHECK (((state = 'unanswered'::text) OR (leader_id IS NOT NULL))),
    constraint escalations_state CHECK ((state = ANY (ARRAY['called'::text, 'taken'::text, 'unanswered'::text]))),
    constraint escalations_taken_at CHECK (((state = 'taken'::text) = (taken_at IS NOT NULL))),
    constraint escalations_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES accounts(id),
    constraint escalations_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id),
    constraint escalations_leader_id_fkey FOREIGN KEY (leader_id) REFERENCES accounts(id),
    constraint escalations_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index escalations_by_ticket ON escalations USING btree (ticket_id, asked_at DESC, id DESC);
create index escalations_called ON escalations USING btree (leader_id, asked_at DESC, id DESC) WHERE (state = 'called'::text);
create index escalations_newest ON escalations USING btree (asked_at DESC, id DESC);
create unique index escalations_one_called ON escalations USING btree (ticket_id) WHERE (state = 'called'::text);

create table event_subjects (
    subject_id uuid not null,
    last_seq bigint not null,
    constraint event_subjects_pkey PRIMARY KEY (subject_id)
);

create table event_subscriptions (
    id uuid not null,
    url text not null,
    names text[] not null default '{}'::text[],
    state text not null,
    secret text not null,
    old_secret text,
    old_until timestamp with time zone,
    position bigint not null,
    tries integer not null default 0,
    failing_since timestamp with time zone,
    failure text not null default ''::text,
    next_try timestamp with time zone not null,
    lease_until timestamp with time zone not null,
    created_at timestamp with time zone not null,
    version bigint not null default 1,
    constraint event_subscriptions_pkey PRIMARY KEY (id),
    constraint event_subscriptions_rotation CHECK ((num_nulls(old_secret, old_until) = ANY (ARRAY[0, 2]))),
    constraint event_subscriptions_state CHECK ((state = ANY (ARRAY['active'::text, 'disabled'::text, 'ended'::text])))
);
create index event_subscriptions_active ON event_subscriptions USING btree (next_try, id) WHERE (state = 'active'::text);
create index event_subscriptions_newest ON event_subscriptions USING btree (created_at DESC, id DESC);

create table events (
    id uuid not null,
    position bigint,
    name text not null,
    subject_kind text not null,
    subject_id uuid not null,
    subject_seq bigint not null,
    at timestamp with time zone not null,
    actor_id uuid,
    technician_id uuid,
    region_id uuid,
    data jsonb not null default '{}'::jsonb,
    constraint events_pkey PRIMARY KEY (id),
    constraint events_in_order_of_subject UNIQUE (subject_id, subject_seq),
    constraint events_position_once UNIQUE ("position")
);
create index events_of_reports ON events USING btree (name, at) WHERE (name = ANY (ARRAY['ticket.reopened'::text, 'ticket.priority_changed'::text]));
create index events_unstamped ON events USING btree (id) WHERE ("position" IS NULL);

create table facts (
    id uuid not null,
    kind text not null,
    visit_id uuid not null,
    technician_id uuid not null,
    account_id uuid not null,
    happened_at timestamp with time zone not null,
    received_at timestamp with time zone not null,
    data jsonb not null default '{}'::jsonb,
    said_at timestamp with time zone,
    constraint facts_pkey PRIMARY KEY (id),
    constraint facts_kind CHECK ((kind = ANY (ARRAY['left'::text, 'arrived'::text, 'offered'::text, 'chosen'::text, 'handed_over'::text, 'done'::text, 'paused'::text, 'resumed'::text, 'estimated'::text, 'called'::text, 'customer_absent'::text, 'presence'::text, 'gave_up'::text, 'follow_up'::text, 'second_wanted'::text, 'undone'::text]))),
    constraint facts_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id),
    constraint facts_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES technicians(id),
    constraint facts_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES visits(id)
);
create index facts_by_visit ON facts USING btree (visit_id, received_at);
CREATE TRIGGER facts_append_only BEFORE DELETE OR UPDATE ON facts FOR EACH ROW EXECUTE FUNCTION refuse_change('facts_append_only');
CREATE TRIGGER facts_never_emptied BEFORE TRUNCATE ON facts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('facts_append_only');

create table file_contents (
    file_id uuid not null,
    content bytea not null,
    constraint file_contents_pkey PRIMARY KEY (file_id),
    constraint file_contents_file_id_fkey FOREIGN KEY (file_id) REFERENCES ticket_files(id)
);

create table import_errors (
    import_id uuid not null,
    n bigint not null,
    line integer not null,
    column text not null,
    code text not null,
    message text not null,
    constraint import_errors_pkey PRIMARY KEY (import_id, n),
    constraint import_errors_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(id)
);

create table import_parts (
    import_id uuid not null,
    n integer not null,
    content bytea not null,
    constraint import_parts_pkey PRIMARY KEY (import_id, n),
    constraint import_parts_import_id_fkey FOREIGN KEY (import_id) REFERENCES imports(id)
);

create table imports (
    id uuid not null,
    kind text not null,
    state text not null,
    dry_run boolean not null,
    region_code text not null default ''::text,
    template_code text not null default ''::text,
    size bigint not null,
    offset bigint not null default 0,
    rows bigint not null default 0,
    added bigint not null default 0,
    changed bigint not null default 0,
    unchanged bigint not null default 0,
    rejected bigint not null default 0,
    extra_columns text[] not null default '{}'::text[],
    asked_by uuid not null,
    created_at timestamp with time zone not null,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    cancel boolean not null default false,
    error_code text not null default ''::text,
    error text not null default ''::text,
    version bigint not null default 1,
    tries integer not null default 0,
    constraint imports_pkey PRIMARY KEY (id),
    constraint imports_kind CHECK ((kind = ANY (ARRAY['sites'::text, 'people'::text, 'technicians'::text, 'shifts'::text, 'items'::text, 'tickets'::text, 'servicenow'::text]))),
    constraint imports_rows_add_up CHECK ((rows = (((added + changed) + unchanged) + rejected))),
    constraint imports_state CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'done'::text, 'cancelled'::text, 'failed'::text]))),
    constraint imports_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES accounts(id)
);
create index imports_newest ON imports USING btree (created_at DESC, id DESC);

create table inbound_messages (
    source_id uuid not null,
    webhook_id text not null,
    received_at timestamp with time zone not null,
    disposition text not null,
    subject_id uuid,
    constraint inbound_messages_pkey PRIMARY KEY (source_id, webhook_id),
    constraint inbound_messages_source_id_fkey FOREIGN KEY (source_id) REFERENCES inbound_sources(id)
);
create index inbound_messages_by_age ON inbound_messages USING btree (received_at);

create table inbound_sources (
    id uuid not null,
    code text not null,
    name text not null,
    account_id uuid not null,
    secret text not null,
    old_secret text,
    old_until timestamp with time zone,
    created_at timestamp with time zone not null,
    retired_at timestamp with time zone,
    version bigint not null default 1,
    constraint inbound_sources_pkey PRIMARY KEY (id),
    constraint inbound_sources_code_once UNIQUE (code),
    constraint inbound_sources_code CHECK ((code ~ '^[a-z][a-z0-9-]{1,39}$'::text)),
    constraint inbound_sources_rotation CHECK ((num_nulls(old_secret, old_until) = ANY (ARRAY[0, 2]))),
    constraint inbound_sources_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id)
);

create table inbound_subjects (
    source_id uuid not null,
    kind text not null,
    external_id text not null,
    reported_at timestamp with time zone not null,
    constraint inbound_subjects_pkey PRIMARY KEY (source_id, kind, external_id),
    constraint inbound_subjects_source_id_fkey FOREIGN KEY (source_id) REFERENCES inbound_sources(id)
);

create table incidents (
    id uuid not null,
    number bigint not null default nextval('incident_numbers'::regclass),
    external_id text not null default ''::text,
    title text not null,
    cause text not null default ''::text,
    state text not null,
    impairs text[] not null default '{}'::text[],
    template text not null default ''::text,
    predicate jsonb not null,
    declared_by uuid not null,
    declared_at timestamp with time zone not null,
    confirmed_at timestamp with time zone,
    resolved_at timestamp with time zone,
    version bigint not null default 1,
    constraint incidents_pkey PRIMARY KEY (id),
    constraint incidents_number_once UNIQUE (number),
    constraint incidents_state CHECK ((state = ANY (ARRAY['suspected'::text, 'confirmed'::text, 'resolved'::text]))),
    constraint incidents_declared_by_fkey FOREIGN KEY (declared_by) REFERENCES accounts(id)
);
create unique index incidents_external_once ON incidents USING btree (external_id) WHERE (external_id <> ''::text);
create index incidents_live ON incidents USING btree (declared_at) WHERE (state <> 'resolved'::text);

create table item_acts (
    id uuid not null,
    item_id uuid not null,
    act text not null,
    state text not null,
    at timestamp with time zone not null,
    actor_id uuid,
    custody_id uuid,
    reason text not null default ''::text,
    constraint item_acts_pkey PRIMARY KEY (id),
    constraint item_acts_actor_id_fkey FOREIGN KEY (actor_id) REFERENCES accounts(id),
    constraint item_acts_custody_id_fkey FOREIGN KEY (custody_id) REFERENCES custodies(id),
    constraint item_acts_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id)
);
create index item_acts_by_item ON item_acts USING btree (item_id, at, id);
CREATE TRIGGER item_acts_append_only BEFORE DELETE OR UPDATE ON item_acts FOR EACH ROW EXECUTE FUNCTION refuse_change('item_acts_append_only');
CREATE TRIGGER item_acts_never_emptied BEFORE TRUNCATE ON item_acts FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('item_acts_append_only');

create table item_transfers (
    id uuid not null,
    item_id uuid not null,
    from_depot uuid not null,
    to_depot uuid not null,
    sent_at timestamp with time zone not null,
    ended_at timestamp with time zone,
    ended_in uuid,
    constraint item_transfers_pkey PRIMARY KEY (id),
    constraint item_transfers_end CHECK (((ended_in IS NULL) OR (ended_at IS NOT NULL))),
    constraint item_transfers_ended_in_fkey FOREIGN KEY (ended_in) REFERENCES depots(id),
    constraint item_transfers_from_depot_fkey FOREIGN KEY (from_depot) REFERENCES depots(id),
    constraint item_transfers_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id),
    constraint item_transfers_to_depot_fkey FOREIGN KEY (to_depot) REFERENCES depots(id)
);
create index item_transfers_by_item ON item_transfers USING btree (item_id, sent_at);
create index item_transfers_expected ON item_transfers USING btree (to_depot, sent_at) WHERE (ended_at IS NULL);
create unique index item_transfers_one_open ON item_transfers USING btree (item_id) WHERE (ended_at IS NULL);

create table items (
    id uuid not null,
    model_id uuid not null,
    tag text not null,
    serial text not null,
    state text not null,
    os_name text,
    os_version text,
    loaner boolean not null default false,
    version bigint not null default 1,
    wipe text not null default 'clean'::text,
    constraint items_pkey PRIMARY KEY (id),
    constraint items_serial_set CHECK ((serial <> ''::text)),
    constraint items_state CHECK ((state = ANY (ARRAY['in_stock'::text, 'in_transit'::text, 'in_kit'::text, 'in_use'::text, 'on_loan'::text, 'quarantined'::text, 'in_repair'::text, 'lost'::text, 'retired'::text]))),
    constraint items_stock_is_clean CHECK (((state <> 'in_stock'::text) OR (wipe <> 'due'::text))),
    constraint items_wipe CHECK ((wipe = ANY (ARRAY['clean'::text, 'due'::text, 'wiped'::text]))),
    constraint items_model_id_fkey FOREIGN KEY (model_id) REFERENCES models(id)
);
create index items_by_model ON items USING btree (model_id, tag, id);
create index items_by_model_and_state ON items USING btree (model_id, state, tag, id);
create index items_by_state ON items USING btree (state, tag, id) WHERE (state = ANY (ARRAY['in_transit'::text, 'quarantined'::text, 'in_repair'::text, 'lost'::text, 'on_loan'::text]));
create index items_by_tag ON items USING btree (tag, id);
create index items_loaners ON items USING btree (id) WHERE loaner;
create unique index items_tag_once ON items USING btree (upper(tag));
CREATE CONSTRAINT TRIGGER items_have_custodian AFTER INSERT ON items DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_item_has_custodian();

create table labels (
    code text not null,
    texts jsonb not null,
    retired_at timestamp with time zone,
    version bigint not null default 1,
    constraint labels_pkey PRIMARY KEY (code)
);

create table leaders (
    position integer not null,
    account_id uuid not null,
    zone text not null,
    from_min integer not null,
    until_min integer not null,
    away_until timestamp with time zone,
    constraint leaders_pkey PRIMARY KEY ("position"),
    constraint leaders_once UNIQUE (account_id),
    constraint leaders_hours CHECK (((from_min >= 0) AND (from_min < until_min) AND (until_min <= 1440))),
    constraint leaders_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id)
);

create table learned_hours (
    region_id uuid not null,
    kind text not null,
    hour integer not null,
    percent integer not null,
    drives integer not null,
    since timestamp with time zone,
    changed_at timestamp with time zone,
    constraint learned_hours_pkey PRIMARY KEY (region_id, kind, hour),
    constraint learned_hours_drives CHECK (((drives >= 0) AND ((drives > 0) = (since IS NOT NULL)))),
    constraint learned_hours_hour CHECK (((hour >= 0) AND (hour <= 23))),
    constraint learned_hours_kind CHECK ((kind = ANY (ARRAY['workday'::text, 'saturday'::text, 'sunday'::text]))),
    constraint learned_hours_percent CHECK (((percent >= 50) AND (percent <= 300))),
    constraint learned_hours_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id)
);

create table learned_times (
    region_id uuid not null,
    use text not null,
    night date,
    learned_at timestamp with time zone,
    measured_until timestamp with time zone,
    roads text not null,
    set_by uuid,
    version bigint not null,
    constraint learned_times_pkey PRIMARY KEY (region_id),
    constraint learned_times_use CHECK ((use = ANY (ARRAY['learn'::text, 'hold'::text, 'profile'::text]))),
    constraint learned_times_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id),
    constraint learned_times_set_by_fkey FOREIGN KEY (set_by) REFERENCES accounts(id)
);
create index learned_times_set_by ON learned_times USING btree (set_by) WHERE (set_by IS NOT NULL);

create table loans (
    id uuid not null,
    item_id uuid not null,
    person_id uuid not null,
    depot_id uuid not null,
    ticket_id uuid,
    promise_id uuid,
    state text not null,
    starts_at timestamp with time zone not null,
    due_at timestamp with time zone not null,
    first_due_at timestamp with time zone not null,
    booked_by uuid not null,
    booked_at timestamp with time zone not null,
    out_at timestamp with time zone,
    ended_at timestamp with time zone,
    condition_out text not null default ''::text,
    condition_in text not null default ''::text,
    accessories text[] not null default '{}'::text[],
    missing text[] not null default '{}'::text[],
    failed_clauses text[] not null default '{}'::text[],
    waiver text not null default ''::text,
    note text not null default ''::text,
    soon_told_at timestamp with time zone,
    due_told_at timestamp with time zone,
    version bigint not null default 1,
    constraint loans_pkey PRIMARY KEY (id),
    constraint loans_no_overlap EXCLUDE USING gist (item_id WITH =, tstzrange(starts_at, due_at) WITH &&) WHERE ((state = ANY (ARRAY['booked'::text, 'out'::text]))),
    constraint loans_due_after_start CHECK ((due_at > starts_at)),
    constraint loans_ended_at CHECK (((state = ANY (ARRAY['booked'::text, 'out'::text])) = (ended_at IS NULL))),
    constraint loans_out_at CHECK (((state = ANY (ARRAY['booked'::text, 'cancelled'::text])) OR (out_at IS NOT NULL))),
    constraint loans_state CHECK ((state = ANY (ARRAY['booked'::text, 'out'::text, 'returned'::text, 'cancelled'::text, 'lost'::text]))),
    constraint loans_waived CHECK (((cardinality(failed_clauses) = 0) OR (waiver <> ''::text))),
    constraint loans_booked_by_fkey FOREIGN KEY (booked_by) REFERENCES accounts(id),
    constraint loans_depot_id_fkey FOREIGN KEY (depot_id) REFERENCES depots(id),
    constraint loans_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id),
    constraint loans_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id),
    constraint loans_promise_id_fkey FOREIGN KEY (promise_id) REFERENCES promises(id),
    constraint loans_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index loans_by_depot ON loans USING btree (depot_id, booked_at DESC, id DESC);
create index loans_by_due ON loans USING btree (due_at) WHERE (out_at IS NOT NULL);
create index loans_by_item ON loans USING btree (item_id, starts_at);
create index loans_by_person ON loans USING btree (person_id, booked_at DESC, id DESC);
create index loans_by_ticket ON loans USING btree (ticket_id) WHERE (ticket_id IS NOT NULL);
create index loans_due ON loans USING btree (due_at, id) WHERE ((state = 'out'::text) AND (due_told_at IS NULL));
create index loans_live_by_depot ON loans USING btree (depot_id, starts_at) WHERE (state = ANY (ARRAY['booked'::text, 'out'::text]));
create index loans_newest ON loans USING btree (booked_at DESC, id DESC);
create unique index loans_one_out ON loans USING btree (item_id) WHERE (state = 'out'::text);
create index loans_overdue ON loans USING btree (due_at, id) WHERE (state = 'out'::text);
create index loans_soon ON loans USING btree (due_at, id) WHERE ((state = 'out'::text) AND (soon_told_at IS NULL));

create table models (
    id uuid not null,
    code text not null,
    name text not null,
    kind text not null,
    class integer not null,
    retired_at timestamp with time zone,
    version bigint not null default 1,
    constraint models_pkey PRIMARY KEY (id),
    constraint models_code_once UNIQUE (code),
    constraint models_class CHECK (((class >= 1) AND (class <= 5)))
);

create table notice_attempts (
    notice_id uuid not null,
    number integer not null,
    channel text not null,
    at timestamp with time zone not null,
    lease_until timestamp with time zone not null,
    outcome text not null,
    code text not null default ''::text,
    millis integer,
    constraint notice_attempts_pkey PRIMARY KEY (notice_id, number),
    constraint notice_attempts_millis CHECK (((outcome <> 'open'::text) OR (millis IS NULL))),
    constraint notice_attempts_outcome CHECK ((outcome = ANY (ARRAY['open'::text, 'delivered'::text, 'deferred'::text, 'refused'::text, 'unclear'::text]))),
    constraint notice_attempts_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES notices(id) ON DELETE CASCADE
);
create unique index notice_attempts_one_open ON notice_attempts USING btree (notice_id) WHERE (outcome = 'open'::text);

create table notices (
    id uuid not null,
    person_id uuid not null,
    ticket_id uuid,
    promise_id uuid,
    kind text not null,
    channel text not null,
    body text not null,
    state text not null,
    created_at timestamp with time zone not null,
    delivered_at timestamp with time zone,
    due_at timestamp with time zone,
    failure text not null default ''::text,
    link_id uuid,
    constraint notices_pkey PRIMARY KEY (id),
    constraint notices_delivered_at CHECK (((state = 'delivered'::text) = (delivered_at IS NOT NULL))),
    constraint notices_state CHECK ((state = ANY (ARRAY['queued'::text, 'delivered'::text, 'failed'::text, 'lapsed'::text]))),
    constraint notices_link_id_fkey FOREIGN KEY (link_id) REFERENCES customer_links(id),
    constraint notices_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id),
    constraint notices_promise_id_fkey FOREIGN KEY (promise_id) REFERENCES promises(id),
    constraint notices_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index notices_by_person ON notices USING btree (person_id, created_at DESC, id DESC);
create index notices_by_promise ON notices USING btree (promise_id) WHERE (promise_id IS NOT NULL);
create index notices_by_state ON notices USING btree (state, created_at DESC, id DESC);
create index notices_by_ticket ON notices USING btree (ticket_id, created_at DESC, id DESC) WHERE (ticket_id IS NOT NULL);
create index notices_due ON notices USING btree (due_at, id) WHERE (state = 'queued'::text);
create index notices_newest ON notices USING btree (created_at DESC, id DESC);

create table option_sets (
    id uuid not null,
    visit_id uuid not null,
    state text not null,
    offered_by uuid not null,
    offered_at timestamp with time zone not null,
    chosen_id uuid,
    chosen_at timestamp with time zone,
    chosen_by text not null default ''::text,
    constraint option_sets_pkey PRIMARY KEY (id),
    constraint option_sets_chosen CHECK ((num_nulls(chosen_id, chosen_at) =
CASE
    WHEN (state = 'chosen'::text) THEN 0
    ELSE 2
END)),
    constraint option_sets_state CHECK ((state = ANY (ARRAY['offered'::text, 'chosen'::text, 'lapsed'::text, 'withdrawn'::text]))),
    constraint option_sets_choice_in_set FOREIGN KEY (id, chosen_id) REFERENCES options(set_id, id) DEFERRABLE INITIALLY DEFERRED,
    constraint option_sets_offered_by_fkey FOREIGN KEY (offered_by) REFERENCES accounts(id),
    constraint option_sets_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES visits(id)
);
create index option_sets_by_time ON option_sets USING btree (offered_at);
create index option_sets_by_visit ON option_sets USING btree (visit_id, offered_at);
create unique index option_sets_one_offered ON option_sets USING btree (visit_id) WHERE (state = 'offered'::text);

create table option_templates (
    code text not null,
    name text not null,
    minutes integer not null,
    end_state text not null,
    swaps boolean not null default false,
    follow_up_minutes integer not null default 0,
    follow_up_days integer not null default 0,
    follow_up_reserves boolean not null default false,
    new_os_version text not null default ''::text,
    position integer not null default 0,
    retired_at timestamp with time zone,
    version bigint not null default 1,
    constraint option_templates_pkey PRIMARY KEY (code)
);

create table options (
    id uuid not null,
    set_id uuid not null,
    position integer not null,
    code text not null,
    name text not null,
    minutes integer not null,
    end_state text not null,
    outcome_id uuid,
    blocked text not null default ''::text,
    item_id uuid,
    follow_up_date date,
    follow_up_from timestamp with time zone,
    follow_up_to timestamp with time zone,
    constraint options_pkey PRIMARY KEY (id),
    constraint options_in_set UNIQUE (set_id, id),
    constraint options_position_once UNIQUE (set_id, "position"),
    constraint options_follow_up_window CHECK ((follow_up_to > follow_up_from)),
    constraint options_code_fkey FOREIGN KEY (code) REFERENCES option_templates(code),
    constraint options_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id),
    constraint options_set_id_fkey FOREIGN KEY (set_id) REFERENCES option_sets(id)
);

create table outcomes (
    id uuid not null,
    kind text not null,
    asked_by uuid,
    subject_id uuid,
    at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    seed bigint not null,
    days jsonb not null,
    change json not null,
    document json not null,
    committed_at timestamp with time zone,
    constraint outcomes_pkey PRIMARY KEY (id),
    constraint outcomes_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES accounts(id)
);
create index outcomes_by_commit ON outcomes USING btree (committed_at) WHERE (committed_at IS NOT NULL);
create index outcomes_droppable ON outcomes USING btree (expires_at) WHERE (committed_at IS NULL);

create table past_events (
    id uuid not null,
    ticket_id uuid not null,
    name text not null,
    at timestamp with time zone not null,
    data jsonb not null,
    constraint past_events_pkey PRIMARY KEY (id),
    constraint past_events_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index past_events_by_ticket ON past_events USING btree (ticket_id, at DESC, id DESC);
CREATE TRIGGER past_events_append_only BEFORE DELETE OR UPDATE ON past_events FOR EACH ROW EXECUTE FUNCTION keep_record('past_events_append_only');

create table pauses (
    id uuid not null,
    visit_id uuid not null,
    reason text not null,
    started_at timestamp with time zone not null,
    ended_at timestamp with time zone,
    constraint pauses_pkey PRIMARY KEY (id),
    constraint pauses_end_after_start CHECK ((ended_at >= started_at)),
    constraint pauses_reason CHECK ((reason = ANY (ARRAY['lunch'::text, 'waiting'::text, 'other'::text]))),
    constraint pauses_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES visits(id)
);
create index pauses_by_visit ON pauses USING btree (visit_id, started_at);
create unique index pauses_one_open ON pauses USING btree (visit_id) WHERE (ended_at IS NULL);

create table people (
    id uuid not null,
    employee_number text not null,
    name text not null,
    spoken_name text not null,
    language text not null,
    site_id uuid not null,
    building text not null default ''::text,
    floor integer not null default 0,
    room text not null default ''::text,
    mail text,
    mail_on_device_only boolean not null default false,
    mobile text,
    desk_phone text,
    phone_raw text not null default ''::text,
    vip boolean not null default false,
    version bigint not null default 1,
    name_form text not null default 'spoken'::text,
    accessibility text not null default ''::text,
    quiet boolean not null default false,
    preferred_channel text not null default ''::text,
    retired_at timestamp with time zone,
    provisional boolean not null default false,
    merged_into uuid,
    constraint people_pkey PRIMARY KEY (id),
    constraint people_employee_number_once UNIQUE (employee_number),
    constraint people_desk_phone_e164 CHECK ((desk_phone ~ '^\+[1-9][0-9]{3,14}$'::text)),
    constraint people_merged_into_another CHECK ((merged_into <> id)),
    constraint people_mobile_e164 CHECK ((mobile ~ '^\+[1-9][0-9]{3,14}$'::text)),
    constraint people_name_form CHECK ((name_form = ANY (ARRAY['spoken'::text, 'full'::text, 'formal'::text]))),
    constraint people_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES people(id),
    constraint people_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(id)
);
create index people_by_desk_phone ON people USING btree (reverse(desk_phone) text_pattern_ops);
create index people_by_mail ON people USING btree (lower(mail));
create index people_by_mobile ON people USING btree (reverse(mobile) text_pattern_ops);
create index people_by_name ON people USING gin (lower(name) gin_trgm_ops);
create index people_by_number ON people USING btree (lower(employee_number));
create index people_by_phone_raw ON people USING btree (reverse(regexp_replace(phone_raw, '[^0-9]'::text, ''::text, 'g'::text)) text_pattern_ops);
create index people_by_site ON people USING btree (site_id);
create index people_by_site_in_order ON people USING btree (site_id, employee_number, id);
create index people_by_spoken_name ON people USING gin (lower(spoken_name) gin_trgm_ops);
create index people_in_order ON people USING btree (employee_number, id);
create index people_merged ON people USING btree (merged_into) WHERE (merged_into IS NOT NULL);

create table person_merges (
    id uuid not null,
    from_id uuid not null,
    into_id uuid not null,
    merged_by uuid not null,
    merged_at timestamp with time zone not null,
    reason text not null,
    constraint person_merges_pkey PRIMARY KEY (id),
    constraint person_merges_once UNIQUE (from_id),
    constraint person_merges_from_id_fkey FOREIGN KEY (from_id) REFERENCES people(id),
    constraint person_merges_into_id_fkey FOREIGN KEY (into_id) REFERENCES people(id),
    constraint person_merges_merged_by_fkey FOREIGN KEY (merged_by) REFERENCES accounts(id)
);
create index person_merges_into ON person_merges USING btree (into_id);

create table place_changes (
    id uuid not null,
    person_id uuid not null,
    ticket_id uuid,
    contact_id uuid,
    from_site_id uuid not null,
    from_place jsonb not null,
    to_site_id uuid not null,
    to_place jsonb not null,
    said_by uuid not null,
    said_at timestamp with time zone not null,
    constraint place_changes_pkey PRIMARY KEY (id),
    constraint place_changes_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id),
    constraint place_changes_from_site_id_fkey FOREIGN KEY (from_site_id) REFERENCES sites(id),
    constraint place_changes_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id),
    constraint place_changes_said_by_fkey FOREIGN KEY (said_by) REFERENCES accounts(id),
    constraint place_changes_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id),
    constraint place_changes_to_site_id_fkey FOREIGN KEY (to_site_id) REFERENCES sites(id)
);
create index place_changes_by_person ON place_changes USING btree (person_id, said_at DESC, id DESC);
create index place_changes_by_ticket ON place_changes USING btree (ticket_id) WHERE (ticket_id IS NOT NULL);

create table plan_nights (
    region_id uuid not null,
    date date not null,
    at timestamp with time zone not null,
    constraint plan_nights_pkey PRIMARY KEY (region_id, date),
    constraint plan_nights_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id)
);

create table plan_runs (
    id uuid not null,
    region_id uuid not null,
    date date not null,
    state text not null,
    seed bigint not null,
    seconds integer not null,
    iterations bigint not null default 0,
    progress double precision not null default 0,
    score_before text,
    score_after text,
    assigned integer not null default 0,
    unassigned integer not null default 0,
    outcome_id uuid,
    asked_by uuid not null,
    created_at timestamp with time zone not null,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    cancel boolean not null default false,
    error text not null default ''::text,
    version bigint not null default 1,
    most_moved integer,
    constraint plan_runs_pkey PRIMARY KEY (id),
    constraint plan_runs_most_moved CHECK ((most_moved >= 0)),
    constraint plan_runs_progress CHECK (((progress >= (0)::double precision) AND (progress <= (1)::double precision))),
    constraint plan_runs_state CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'drafted'::text, 'published'::text, 'cancelled'::text, 'failed'::text]))),
    constraint plan_runs_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES accounts(id),
    constraint plan_runs_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id)
);
create index plan_runs_by_day ON plan_runs USING btree (region_id, date, created_at DESC, id DESC);

create table plan_schedules (
    region_id uuid not null,
    enabled boolean not null,
    at_minute integer not null,
    days integer not null,
    seconds integer not null,
    set_by uuid,
    version bigint not null,
    constraint plan_schedules_pkey PRIMARY KEY (region_id),
    constraint plan_schedules_asker CHECK (((NOT enabled) OR (set_by IS NOT NULL))),
    constraint plan_schedules_ranges CHECK ((((at_minute >= 0) AND (at_minute <= 1439)) AND ((days >= 1) AND (days <= 7)) AND ((seconds >= 1) AND (seconds <= 300)))),
    constraint plan_schedules_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id),
    constraint plan_schedules_set_by_fkey FOREIGN KEY (set_by) REFERENCES accounts(id)
);

create table preferences (
    subject_id uuid not null,
    subject_kind text not null,
    technician_id uuid,
    set_by uuid not null,
    set_at timestamp with time zone not null,
    role text not null default 'technician'::text,
    agent_id uuid,
    constraint preferences_pkey PRIMARY KEY (subject_id, role),
    constraint preferences_kind CHECK ((subject_kind = ANY (ARRAY['person'::text, 'ticket'::text]))),
    constraint preferences_role CHECK ((((role = 'technician'::text) AND (technician_id IS NOT NULL) AND (agent_id IS NULL)) OR ((role = 'agent'::text) AND (agent_id IS NOT NULL) AND (technician_id IS NULL)))),
    constraint preferences_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES accounts(id),
    constraint preferences_set_by_fkey FOREIGN KEY (set_by) REFERENCES accounts(id),
    constraint preferences_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES technicians(id)
);

create table presences (
    visit_id uuid not null,
    kind text not null,
    call_number text not null default ''::text,
    back_at timestamp with time zone,
    told_at timestamp with time zone not null,
    told_by uuid,
    constraint presences_pkey PRIMARY KEY (visit_id),
    constraint presences_kind CHECK ((kind = ANY (ARRAY['stays'::text, 'leaves'::text, 'hands_over'::text]))),
    constraint presences_told_by_fkey FOREIGN KEY (told_by) REFERENCES accounts(id),
    constraint presences_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES visits(id)
);

create table priority_matrix (
    impact integer not null,
    urgency integer not null,
    priority integer not null,
    version bigint not null default 1,
    constraint priority_matrix_pkey PRIMARY KEY (impact, urgency),
    constraint priority_matrix_priority CHECK (((priority >= 1) AND (priority <= 9))),
    constraint priority_matrix_rating CHECK ((((impact >= 1) AND (impact <= 3)) AND ((urgency >= 1) AND (urgency <= 3))))
);

create table promise_entries (
    promise_id uuid not null,
    seq bigint not null,
    kind text not null,
    at timestamp with time zone not null,
    actor_id uuid,
    window_start timestamp with time zone not null,
    window_end timestamp with time zone not null,
    technician_id uuid,
    confidence double precision not null,
    reason text not null,
    notice_id uuid,
    wording_hash bytea not null,
    previous bytea not null,
    hash bytea not null,
    promise_kind text not null default 'arrival'::text,
    choice text not null default ''::text,
    constraint promise_entries_pkey PRIMARY KEY (promise_id, seq),
    constraint promise_entries_hash_once UNIQUE (hash),
    constraint promise_entries_chained CHECK (((seq >= 1) AND ((seq = 1) = (octet_length(previous) = 0)))),
    constraint promise_entries_choice CHECK ((choice = ANY (ARRAY[''::text, 'customer'::text, 'us'::text]))),
    constraint promise_entries_kind CHECK ((kind = ANY (ARRAY['made'::text, 'revised'::text, 'at_risk'::text, 'recovered'::text, 'kept'::text, 'late'::text, 'broken'::text, 'withdrawn'::text]))),
    constraint promise_entries_revision_told CHECK (((kind <> 'revised'::text) OR (notice_id IS NOT NULL))),
    constraint promise_entries_sealed CHECK ((octet_length(hash) = 32)),
    constraint promise_entries_promise_id_fkey FOREIGN KEY (promise_id) REFERENCES promises(id)
);
create index promise_entries_revised ON promise_entries USING btree (at) WHERE (kind = 'revised'::text);
CREATE TRIGGER ledger_append_only BEFORE DELETE OR UPDATE ON promise_entries FOR EACH ROW EXECUTE FUNCTION refuse_change('ledger_append_only');
CREATE TRIGGER ledger_never_emptied BEFORE TRUNCATE ON promise_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('ledger_append_only');

create table promises (
    id uuid not null,
    person_id uuid not null,
    ticket_id uuid,
    visit_id uuid,
    state text not null,
    window_start timestamp with time zone not null,
    window_end timestamp with time zone not null,
    first_start timestamp with time zone not null,
    first_end timestamp with time zone not null,
    confidence double precision not null,
    technician_id uuid,
    wording text not null,
    salt bytea not null default '\x'::bytea,
    made_by uuid,
    made_at timestamp with time zone not null,
    chance double precision,
    at_risk_since timestamp with time zone,
    settled_at timestamp with time zone,
    version bigint not null default 1,
    kind text not null default 'arrival'::text,
    subject_id uuid,
    follows_id uuid,
    forced boolean not null default false,
    note text not null default ''::text,
    met_at timestamp with time zone,
    constraint promises_pkey PRIMARY KEY (id),
    constraint promises_arrival_whole CHECK (((kind <> 'arrival'::text) OR (num_nulls(visit_id, technician_id, ticket_id) = 0))),
    constraint promises_chances CHECK ((((confidence >= (0)::double precision) AND (confidence <= (1)::double precision)) AND ((chance >= (0)::double precision) AND (chance <= (1)::double precision)))),
    constraint promises_first_window CHECK ((first_end > first_start)),
    constraint promises_kind CHECK ((kind = ANY (ARRAY['arrival'::text, 'status_update'::text, 'callback'::text, 'delivery'::text, 'loan_return'::text]))),
    constraint promises_settled_at CHECK (((state = 'open'::text) = (settled_at IS NULL))),
    constraint promises_state CHECK ((state = ANY (ARRAY['open'::text, 'kept'::text, 'late'::text, 'broken'::text, 'withdrawn'::text]))),
    constraint promises_status_of_ticket CHECK (((kind <> 'status_update'::text) OR (ticket_id IS NOT NULL))),
    constraint promises_subject CHECK (((kind <> ALL (ARRAY['callback'::text, 'loan_return'::text])) OR (subject_id IS NOT NULL))),
    constraint promises_visit_arrives CHECK (((visit_id IS NULL) OR (kind = 'arrival'::text))),
    constraint promises_window CHECK ((window_end > window_start)),
    constraint promises_follows_id_fkey FOREIGN KEY (follows_id) REFERENCES promises(id),
    constraint promises_made_by_fkey FOREIGN KEY (made_by) REFERENCES accounts(id),
    constraint promises_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id),
    constraint promises_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES technicians(id),
    constraint promises_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id),
    constraint promises_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES visits(id)
);
create index promises_by_person ON promises USING btree (person_id, made_at DESC, id DESC);
create index promises_by_ticket ON promises USING btree (ticket_id, made_at DESC, id DESC);
create index promises_by_visit ON promises USING btree (visit_id);
create index promises_by_window ON promises USING btree (window_start);
create index promises_due ON promises USING btree (kind, window_end, id) WHERE (state = 'open'::text);
create index promises_follow ON promises USING btree (follows_id) WHERE (follows_id IS NOT NULL);
create index promises_newest ON promises USING btree (made_at DESC, id DESC);
create unique index promises_one_open ON promises USING btree (visit_id) WHERE (state = 'open'::text);
create unique index promises_one_open_subject ON promises USING btree (kind, subject_id) WHERE ((state = 'open'::text) AND (subject_id IS NOT NULL));

create table proofs (
    id uuid not null,
    custody_id uuid not null,
    side text not null,
    account_id uuid not null,
    method text not null,
    at timestamp with time zone not null,
    media_type text,
    hash bytea,
    content bytea,
    constraint proofs_pkey PRIMARY KEY (id),
    constraint proofs_once_a_side UNIQUE (custody_id, side),
    constraint proofs_content CHECK ((((method = 'account'::text) = (hash IS NULL)) AND ((content IS NULL) = (media_type IS NULL)) AND ((content IS NULL) OR (hash IS NOT NULL)))),
    constraint proofs_hash CHECK ((octet_length(hash) = 32)),
    constraint proofs_method CHECK ((method = ANY (ARRAY['account'::text, 'signature'::text, 'photo'::text]))),
    constraint proofs_side CHECK ((side = ANY (ARRAY['giver'::text, 'taker'::text]))),
    constraint proofs_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id),
    constraint proofs_custody_id_fkey FOREIGN KEY (custody_id) REFERENCES custodies(id)
);
CREATE TRIGGER proofs_append_only BEFORE DELETE OR UPDATE ON proofs FOR EACH ROW EXECUTE FUNCTION refuse_change('proofs_append_only');
CREATE TRIGGER proofs_never_emptied BEFORE TRUNCATE ON proofs FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('proofs_append_only');

create table quotes (
    id uuid not null,
    ticket_id uuid not null,
    asked_by uuid,
    at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    offers jsonb not null,
    refused jsonb not null,
    wanted jsonb,
    preferred jsonb,
    constraint quotes_pkey PRIMARY KEY (id),
    constraint quotes_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES accounts(id),
    constraint quotes_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index quotes_by_expiry ON quotes USING btree (expires_at);
create index quotes_by_ticket ON quotes USING btree (ticket_id, at DESC);

create table region_days (
    region_id uuid not null,
    date date not null,
    version bigint not null default 0,
    constraint region_days_pkey PRIMARY KEY (region_id, date),
    constraint region_days_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id)
);

create table regions (
    id uuid not null,
    code text not null,
    name text not null,
    zone text not null,
    country text not null default 'US'::text,
    calendar_code text,
    retired_at timestamp with time zone,
    version bigint not null default 1,
    freeze_minutes integer not null default 60,
    answer_minutes integer not null default 10,
    moved_minutes integer not null default 15,
    constraint regions_pkey PRIMARY KEY (id),
    constraint regions_code_once UNIQUE (code),
    constraint regions_answer_minutes CHECK (((answer_minutes >= 1) AND (answer_minutes <= 240))),
    constraint regions_freeze_minutes CHECK (((freeze_minutes >= 1) AND (freeze_minutes <= 1440))),
    constraint regions_moved_minutes CHECK (((moved_minutes >= 1) AND (moved_minutes <= 240))),
    constraint regions_calendar_code_fkey FOREIGN KEY (calendar_code) REFERENCES calendars(code)
);

create table repairs (
    id uuid not null,
    item_id uuid not null,
    vendor text not null,
    rma text not null,
    reason text not null,
    sent_at timestamp with time zone not null,
    due_on date,
    ended_at timestamp with time zone,
    outcome text,
    constraint repairs_pkey PRIMARY KEY (id),
    constraint repairs_outcome CHECK ((((outcome = ANY (ARRAY['repaired'::text, 'replaced'::text, 'not_repairable'::text, 'lost'::text])) AND ((outcome IS NULL) = (ended_at IS NULL))) OR (num_nulls(outcome, ended_at) = 2))),
    constraint repairs_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id)
);
create index repairs_by_item ON repairs USING btree (item_id, sent_at);
create unique index repairs_one_open ON repairs USING btree (item_id) WHERE (ended_at IS NULL);

create table requests (
    source_id uuid not null,
    external_id text not null,
    contact_id uuid,
    ticket_id uuid,
    joined boolean not null default false,
    summary text not null,
    body text not null,
    received_at timestamp with time zone not null,
    constraint requests_pkey PRIMARY KEY (source_id, external_id),
    constraint requests_contact_id_fkey FOREIGN KEY (contact_id) REFERENCES contacts(id),
    constraint requests_source_id_fkey FOREIGN KEY (source_id) REFERENCES accounts(id),
    constraint requests_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index requests_by_ticket ON requests USING btree (ticket_id, received_at);

create table reservations (
    id uuid not null,
    item_id uuid not null,
    visit_id uuid not null,
    created_at timestamp with time zone not null,
    released_at timestamp with time zone,
    constraint reservations_pkey PRIMARY KEY (id),
    constraint reservations_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id),
    constraint reservations_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES visits(id)
);
create index reservations_by_visit ON reservations USING btree (visit_id) WHERE (released_at IS NULL);
create unique index reservations_one_live ON reservations USING btree (item_id) WHERE (released_at IS NULL);

create table round_changes (
    id uuid not null,
    round_id uuid not null,
    technician_id uuid not null,
    visit_id uuid not null,
    kind text not null,
    state text not null,
    from_start timestamp with time zone,
    to_start timestamp with time zone,
    outcome_id uuid,
    made_by uuid,
    made_at timestamp with time zone not null,
    due_at timestamp with time zone not null,
    flagged_at timestamp with time zone,
    answered_at timestamp with time zone,
    reason text not null default ''::text,
    version bigint not null default 1,
    constraint round_changes_pkey PRIMARY KEY (id),
    constraint round_changes_kind CHECK ((kind = ANY (ARRAY['added'::text, 'removed'::text, 'moved'::text]))),
    constraint round_changes_objection CHECK (((state <> 'objected'::text) OR (reason <> ''::text))),
    constraint round_changes_starts CHECK ((((kind = 'added'::text) = (from_start IS NULL)) AND ((kind = 'removed'::text) = (to_start IS NULL)))),
    constraint round_changes_state CHECK ((state = ANY (ARRAY['pending'::text, 'acknowledged'::text, 'objected'::text, 'superseded'::text]))),
    constraint round_changes_made_by_fkey FOREIGN KEY (made_by) REFERENCES accounts(id),
    constraint round_changes_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds(id),
    constraint round_changes_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES technicians(id),
    constraint round_changes_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES visits(id)
);
create index round_changes_due ON round_changes USING btree (due_at, id) WHERE ((state = 'pending'::text) AND (flagged_at IS NULL));
create unique index round_changes_one_open ON round_changes USING btree (round_id, visit_id) WHERE (state = ANY (ARRAY['pending'::text, 'objected'::text]));

create table rounds (
    id uuid not null,
    shift_id uuid not null,
    technician_id uuid not null,
    region_id uuid not null,
    date date not null,
    version bigint not null default 1,
    published_at timestamp with time zone,
    constraint rounds_pkey PRIMARY KEY (id),
    constraint rounds_one_a_shift UNIQUE (shift_id),
    constraint rounds_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id),
    constraint rounds_shift_id_fkey FOREIGN KEY (shift_id) REFERENCES shifts(id),
    constraint rounds_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES technicians(id)
);
create index rounds_by_day ON rounds USING btree (region_id, date);

create table service_calendars (
    id uuid not null,
    region_id uuid not null,
    hours jsonb not null,
    holidays date[] not null default '{}'::date[],
    version bigint not null default 1,
    constraint service_calendars_pkey PRIMARY KEY (id),
    constraint service_calendars_one_a_region UNIQUE (region_id),
    constraint service_calendars_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id)
);

create table service_exceptions (
    id uuid not null,
    state text not null,
    ticket_id uuid,
    person_id uuid,
    site_id uuid,
    template_id uuid,
    respond_minutes integer,
    restore_minutes integer,
    resolve_minutes integer,
    priority integer,
    reason text not null,
    asked_by uuid not null,
    asked_at timestamp with time zone not null,
    decided_by uuid,
    decided_at timestamp with time zone,
    refusal text not null default ''::text,
    expires_at timestamp with time zone not null,
    version bigint not null default 1,
    constraint service_exceptions_pkey PRIMARY KEY (id),
    constraint service_exceptions_decided CHECK (((state = 'requested'::text) = (decided_at IS NULL))),
    constraint service_exceptions_effect CHECK ((num_nulls(respond_minutes, restore_minutes, resolve_minutes, priority) < 4)),
    constraint service_exceptions_four_eyes CHECK (((state <> 'approved'::text) OR (decided_by <> asked_by))),
    constraint service_exceptions_priority CHECK (((priority >= 1) AND (priority <= 9))),
    constraint service_exceptions_scope CHECK ((num_nulls(ticket_id, person_id, site_id, template_id) = 3)),
    constraint service_exceptions_state CHECK ((state = ANY (ARRAY['requested'::text, 'approved'::text, 'refused'::text, 'withdrawn'::text]))),
    constraint service_exceptions_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES accounts(id),
    constraint service_exceptions_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES accounts(id),
    constraint service_exceptions_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id),
    constraint service_exceptions_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(id),
    constraint service_exceptions_template_id_fkey FOREIGN KEY (template_id) REFERENCES templates(id),
    constraint service_exceptions_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index service_exceptions_by_decision ON service_exceptions USING btree (decided_at) WHERE (decided_at IS NOT NULL);
create index service_exceptions_by_person ON service_exceptions USING btree (person_id) WHERE (person_id IS NOT NULL);
create index service_exceptions_by_state ON service_exceptions USING btree (state, asked_at DESC, id DESC);
create index service_exceptions_newest ON service_exceptions USING btree (asked_at DESC, id DESC);
create index service_exceptions_of_person ON service_exceptions USING btree (person_id) WHERE ((state = 'approved'::text) AND (person_id IS NOT NULL));
create index service_exceptions_of_site ON service_exceptions USING btree (site_id) WHERE ((state = 'approved'::text) AND (site_id IS NOT NULL));
create index service_exceptions_of_template ON service_exceptions USING btree (template_id) WHERE ((state = 'approved'::text) AND (template_id IS NOT NULL));
create index service_exceptions_of_ticket ON service_exceptions USING btree (ticket_id) WHERE ((state = 'approved'::text) AND (ticket_id IS NOT NULL));
create index service_exceptions_requested ON service_exceptions USING btree (asked_at DESC, id DESC) WHERE (state = 'requested'::text);

create table service_hours (
    id uuid not null,
    region_id uuid not null,
    site_id uuid,
    channel text not null,
    address text not null default ''::text,
    hours jsonb not null,
    holidays boolean not null default false,
    retired_at timestamp with time zone,
    version bigint not null default 1,
    constraint service_hours_pkey PRIMARY KEY (id),
    constraint service_hours_channel CHECK ((channel = ANY (ARRAY['phone'::text, 'mail'::text, 'chat'::text, 'portal'::text, 'walk_in'::text, 'on_site'::text]))),
    constraint service_hours_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id),
    constraint service_hours_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(id)
);
create unique index service_hours_once ON service_hours USING btree (region_id, channel, COALESCE(site_id, region_id)) WHERE (retired_at IS NULL);

create table service_levels (
    id uuid not null,
    template_id uuid,
    priority integer,
    respond_minutes integer,
    restore_minutes integer,
    resolve_minutes integer,
    always boolean not null,
    version bigint not null default 1,
    constraint service_levels_pkey PRIMARY KEY (id),
    constraint service_levels_once UNIQUE NULLS NOT DISTINCT (template_id, priority),
    constraint service_levels_minutes CHECK (((respond_minutes > 0) AND (restore_minutes > 0) AND (resolve_minutes > 0))),
    constraint service_levels_promise_something CHECK ((num_nulls(respond_minutes, restore_minutes, resolve_minutes) < 3)),
    constraint service_levels_template_id_fkey FOREIGN KEY (template_id) REFERENCES templates(id)
);

create table sessions (
    id uuid not null,
    account_id uuid not null,
    token_hash bytea not null,
    used_hash bytea,
    created_at timestamp with time zone not null,
    expires_at timestamp with time zone not null,
    ended_at timestamp with time zone,
    constraint sessions_pkey PRIMARY KEY (id),
    constraint sessions_token_once UNIQUE (token_hash),
    constraint sessions_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id)
);
create index sessions_by_account ON sessions USING btree (account_id) WHERE (ended_at IS NULL);
create index sessions_by_used ON sessions USING btree (used_hash);

create table settings (
    key text not null,
    value bytea not null,
    constraint settings_pkey PRIMARY KEY (key)
);

create table shift_patterns (
    id uuid not null,
    technician_id uuid not null,
    name text not null,
    from_date date not null,
    until_date date,
    turns jsonb not null,
    overtime_minutes integer not null,
    works_holidays boolean not null default false,
    rolled_until date,
    retired_at timestamp with time zone,
    version bigint not null default 1,
    constraint shift_patterns_pkey PRIMARY KEY (id),
    constraint shift_patterns_until_after_from CHECK ((until_date > from_date)),
    constraint shift_patterns_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES technicians(id)
);
create index shift_patterns_by_technician ON shift_patterns USING btree (technician_id, from_date, id);
create index shift_patterns_live ON shift_patterns USING btree (technician_id, from_date, id) WHERE (retired_at IS NULL);

create table shifts (
    id uuid not null,
    technician_id uuid not null,
    region_id uuid not null,
    date date not null,
    starts_at timestamp with time zone not null,
    ends_at timestamp with time zone not null,
    overtime_minutes integer not null,
    break_from timestamp with time zone not null,
    break_until timestamp with time zone not null,
    break_minutes integer not null,
    pattern_id uuid,
    changed boolean not null default false,
    version bigint not null default 1,
    constraint shifts_pkey PRIMARY KEY (id),
    constraint shifts_one_a_day UNIQUE (technician_id, date),
    constraint shifts_no_overlap EXCLUDE USING gist (technician_id WITH =, tstzrange(starts_at, ends_at) WITH &&),
    constraint shifts_break_window CHECK ((break_until >= break_from)),
    constraint shifts_end_after_start CHECK ((ends_at > starts_at)),
    constraint shifts_minutes CHECK (((overtime_minutes >= 0) AND (break_minutes >= 0))),
    constraint shifts_pattern_id_fkey FOREIGN KEY (pattern_id) REFERENCES shift_patterns(id),
    constraint shifts_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id),
    constraint shifts_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES technicians(id)
);
create index shifts_by_date ON shifts USING btree (date, id);
create index shifts_by_day ON shifts USING btree (region_id, date);
create index shifts_by_pattern ON shifts USING btree (pattern_id, date) WHERE (pattern_id IS NOT NULL);

create table shifts_off (
    technician_id uuid not null,
    date date not null,
    reason text not null,
    entered_by uuid,
    entered_at timestamp with time zone not null,
    constraint shifts_off_pkey PRIMARY KEY (technician_id, date),
    constraint shifts_off_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES technicians(id)
);

create table sites (
    id uuid not null,
    region_id uuid not null,
    code text not null,
    name text not null,
    address text not null,
    city text not null,
    lon double precision not null,
    lat double precision not null,
    zone text not null,
    opens_at integer not null,
    closes_at integer not null,
    access_minutes integer not null,
    access_notes text not null default ''::text,
    version bigint not null default 1,
    hours jsonb,
    closed_on date[],
    keeps_holidays boolean not null default false,
    retired_at timestamp with time zone,
    unplaced boolean not null default false,
    access_lon double precision,
    access_lat double precision,
    walk_minutes integer not null default 0,
    constraint sites_pkey PRIMARY KEY (id),
    constraint sites_code_once UNIQUE (code),
    constraint sites_access_minutes CHECK ((access_minutes >= 0)),
    constraint sites_access_point CHECK (((access_lon IS NULL) = (access_lat IS NULL))),
    constraint sites_on_earth CHECK ((((lon >= ('-180'::integer)::double precision) AND (lon <= (180)::double precision)) AND ((lat >= ('-90'::integer)::double precision) AND (lat <= (90)::double precision)))),
    constraint sites_open_before_close CHECK (((opens_at >= 0) AND (opens_at < closes_at) AND (closes_at <= 1440))),
    constraint sites_walk_minutes CHECK ((walk_minutes >= 0)),
    constraint sites_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id)
);
create index sites_by_region ON sites USING btree (region_id);
create index sites_by_region_in_order ON sites USING btree (region_id, code, id);
create index sites_in_order ON sites USING btree (code, id);

create table skills (
    code text not null,
    name text not null,
    retired_at timestamp with time zone,
    version bigint not null default 1,
    constraint skills_pkey PRIMARY KEY (code)
);

create table stock_takes (
    id uuid not null,
    depot_id uuid not null,
    taken_by uuid not null,
    at timestamp with time zone not null,
    reason text not null,
    counted integer not null,
    missing uuid[] not null,
    elsewhere uuid[] not null,
    unknown text[] not null,
    settled boolean not null,
    constraint stock_takes_pkey PRIMARY KEY (id),
    constraint stock_takes_depot_id_fkey FOREIGN KEY (depot_id) REFERENCES depots(id),
    constraint stock_takes_taken_by_fkey FOREIGN KEY (taken_by) REFERENCES accounts(id)
);
create index stock_takes_by_depot ON stock_takes USING btree (depot_id, at DESC);

create table stray_facts (
    id uuid not null,
    kind text not null,
    visit_id uuid not null,
    technician_id uuid not null,
    account_id uuid not null,
    happened_at timestamp with time zone not null,
    received_at timestamp with time zone not null,
    why text not null,
    data jsonb not null default '{}'::jsonb,
    reviewed_at timestamp with time zone,
    reviewed_by uuid,
    code text not null default ''::text,
    said_at timestamp with time zone,
    constraint stray_facts_pkey PRIMARY KEY (id),
    constraint stray_facts_code CHECK (((why = 'state'::text) = (code <> ''::text))),
    constraint stray_facts_reviewed_whole CHECK (((reviewed_at IS NULL) = (reviewed_by IS NULL))),
    constraint stray_facts_why CHECK ((why = ANY (ARRAY['not_in_your_round'::text, 'other_day'::text, 'state'::text]))),
    constraint stray_facts_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id),
    constraint stray_facts_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES accounts(id),
    constraint stray_facts_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES technicians(id)
);
create index stray_facts_by_visit ON stray_facts USING btree (visit_id, received_at, id);
create index stray_facts_newest ON stray_facts USING btree (received_at DESC, id DESC);
create index stray_facts_open ON stray_facts USING btree (received_at DESC, id DESC) WHERE (reviewed_at IS NULL);

create table surveys (
    visit_id uuid not null,
    ticket_id uuid not null,
    person_id uuid not null,
    notice_id uuid,
    asked_at timestamp with time zone not null,
    answered_at timestamp with time zone,
    treatment integer,
    outcome integer,
    comment text not null default ''::text,
    answered_by uuid,
    constraint surveys_pkey PRIMARY KEY (visit_id),
    constraint surveys_answered_whole CHECK ((num_nulls(answered_at, treatment, outcome) = ANY (ARRAY[0, 3]))),
    constraint surveys_outcome CHECK (((outcome >= 1) AND (outcome <= 5))),
    constraint surveys_treatment CHECK (((treatment >= 1) AND (treatment <= 5))),
    constraint surveys_answered_by_fkey FOREIGN KEY (answered_by) REFERENCES accounts(id),
    constraint surveys_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES notices(id),
    constraint surveys_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id),
    constraint surveys_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id),
    constraint surveys_visit_id_fkey FOREIGN KEY (visit_id) REFERENCES visits(id)
);
create index surveys_by_person ON surveys USING btree (person_id);
create index surveys_by_ticket ON surveys USING btree (ticket_id);
create index surveys_by_time ON surveys USING btree (asked_at);

create table tasks (
    id uuid not null,
    ticket_id uuid not null,
    team_id uuid not null,
    taken_by uuid,
    state text not null,
    wish text not null,
    finding text not null default ''::text,
    due_at timestamp with time zone not null,
    asked_by uuid not null,
    asked_at timestamp with time zone not null,
    settled_at timestamp with time zone,
    version bigint not null default 1,
    accept_by timestamp with time zone,
    flagged_at timestamp with time zone,
    constraint tasks_pkey PRIMARY KEY (id),
    constraint tasks_settled CHECK (((state = ANY (ARRAY['waiting'::text, 'taken'::text])) = (settled_at IS NULL))),
    constraint tasks_state CHECK ((state = ANY (ARRAY['waiting'::text, 'taken'::text, 'done'::text, 'given_back'::text]))),
    constraint tasks_taken_by CHECK (((state <> ALL (ARRAY['taken'::text, 'done'::text])) OR (taken_by IS NOT NULL))),
    constraint tasks_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES accounts(id),
    constraint tasks_taken_by_fkey FOREIGN KEY (taken_by) REFERENCES accounts(id),
    constraint tasks_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams(id),
    constraint tasks_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index tasks_by_ticket ON tasks USING btree (ticket_id);
create index tasks_flagged ON tasks USING btree (ticket_id) WHERE ((state = 'waiting'::text) AND (flagged_at IS NOT NULL));
create index tasks_of_team ON tasks USING btree (team_id, due_at, id) WHERE (state = ANY (ARRAY['waiting'::text, 'taken'::text]));
create index tasks_taken ON tasks USING btree (taken_by) WHERE (state = 'taken'::text);
create index tasks_unanswered ON tasks USING btree (COALESCE(accept_by, due_at), id) WHERE ((state = 'waiting'::text) AND (flagged_at IS NULL));

create table team_members (
    team_id uuid not null,
    account_id uuid not null,
    constraint team_members_pkey PRIMARY KEY (team_id, account_id),
    constraint team_members_account_id_fkey FOREIGN KEY (account_id) REFERENCES accounts(id),
    constraint team_members_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams(id)
);
create index team_members_by_account ON team_members USING btree (account_id);

create table teams (
    id uuid not null,
    code text not null,
    name text not null,
    tier text not null,
    accept_minutes integer not null,
    version bigint not null default 1,
    constraint teams_pkey PRIMARY KEY (id),
    constraint teams_code_once UNIQUE (code),
    constraint teams_accept_minutes CHECK (((accept_minutes >= 1) AND (accept_minutes <= 10080))),
    constraint teams_tier CHECK ((tier = ANY (ARRAY['first_level'::text, 'field'::text, 'second_level'::text, 'stock'::text])))
);

create table technician_skills (
    technician_id uuid not null,
    code text not null,
    level integer not null,
    constraint technician_skills_pkey PRIMARY KEY (technician_id, code),
    constraint technician_skills_level CHECK (((level >= 1) AND (level <= 5))),
    constraint technician_skills_code_fkey FOREIGN KEY (code) REFERENCES skills(code),
    constraint technician_skills_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES technicians(id)
);
create index technician_skills_by_code ON technician_skills USING btree (code);

create table technicians (
    id uuid not null,
    region_id uuid not null,
    code text not null,
    name text not null,
    spoken_name text not null,
    home_lon double precision not null,
    home_lat double precision not null,
    mode text not null,
    phone text not null default ''::text,
    version bigint not null default 1,
    retired_at timestamp with time zone,
    constraint technicians_pkey PRIMARY KEY (id),
    constraint technicians_code_once UNIQUE (code),
    constraint technicians_mode CHECK ((mode = ANY (ARRAY['car'::text, 'bike'::text, 'foot'::text]))),
    constraint technicians_on_earth CHECK ((((home_lon >= ('-180'::integer)::double precision) AND (home_lon <= (180)::double precision)) AND ((home_lat >= ('-90'::integer)::double precision) AND (home_lat <= (90)::double precision)))),
    constraint technicians_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id)
);
create index technicians_by_region ON technicians USING btree (region_id);
create index technicians_in_order ON technicians USING btree (code, id);

create table template_uses (
    template_id uuid not null,
    version bigint not null,
    shard smallint not null,
    uses bigint not null,
    constraint template_uses_pkey PRIMARY KEY (template_id, version, shard),
    constraint template_uses_template_id_fkey FOREIGN KEY (template_id) REFERENCES templates(id)
);

create table template_versions (
    template_id uuid not null,
    version bigint not null,
    document jsonb not null,
    changed_at timestamp with time zone,
    constraint template_versions_pkey PRIMARY KEY (template_id, version),
    constraint template_versions_template_id_fkey FOREIGN KEY (template_id) REFERENCES templates(id)
);

create table templates (
    id uuid not null,
    code text not null,
    name text not null,
    category text not null,
    priority integer not null,
    minutes integer not null,
    spread double precision not null,
    skill_code text not null,
    skill_level integer not null,
    kit_model uuid,
    field text not null default ''::text,
    on_site boolean not null,
    option_codes text[] not null default '{}'::text[],
    version bigint not null default 1,
    retired_at timestamp with time zone,
    symptoms text[] not null default '{}'::text[],
    constraint templates_pkey PRIMARY KEY (id),
    constraint templates_code_once UNIQUE (code),
    constraint templates_priority CHECK (((priority >= 1) AND (priority <= 9))),
    constraint templates_kit_model_fkey FOREIGN KEY (kit_model) REFERENCES models(id)
);

create table threads (
    source_id uuid not null,
    thread_id text not null,
    person_id uuid not null,
    ticket_id uuid,
    constraint threads_pkey PRIMARY KEY (source_id, thread_id, person_id),
    constraint threads_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id),
    constraint threads_source_id_fkey FOREIGN KEY (source_id) REFERENCES accounts(id),
    constraint threads_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index threads_by_person ON threads USING btree (person_id);
create index threads_by_ticket ON threads USING btree (ticket_id) WHERE (ticket_id IS NOT NULL);

create table ticket_entries (
    ticket_id uuid not null,
    template_id uuid not null,
    at timestamp with time zone not null,
    fields integer not null,
    key_strokes integer,
    constraint ticket_entries_pkey PRIMARY KEY (ticket_id),
    constraint ticket_entries_fields CHECK ((fields >= 1)),
    constraint ticket_entries_key_strokes CHECK ((key_strokes >= 0)),
    constraint ticket_entries_template_id_fkey FOREIGN KEY (template_id) REFERENCES templates(id),
    constraint ticket_entries_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index ticket_entries_by_time ON ticket_entries USING btree (at);

create table ticket_files (
    id uuid not null,
    ticket_id uuid not null,
    name text not null,
    media_type text not null,
    size bigint not null,
    sha256 bytea not null,
    added_by uuid not null,
    at timestamp with time zone not null,
    constraint ticket_files_pkey PRIMARY KEY (id),
    constraint ticket_files_size CHECK ((size > 0)),
    constraint ticket_files_added_by_fkey FOREIGN KEY (added_by) REFERENCES accounts(id),
    constraint ticket_files_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index ticket_files_by_ticket ON ticket_files USING btree (ticket_id, at DESC, id DESC);

create table ticket_links (
    from_id uuid not null,
    to_id uuid not null,
    kind text not null,
    by_id uuid not null,
    at timestamp with time zone not null,
    constraint ticket_links_pkey PRIMARY KEY (from_id, to_id, kind),
    constraint ticket_links_elsewhere CHECK ((from_id <> to_id)),
    constraint ticket_links_kind CHECK ((kind = ANY (ARRAY['related'::text, 'same_problem'::text, 'caused_by'::text, 'continues'::text]))),
    constraint ticket_links_by_id_fkey FOREIGN KEY (by_id) REFERENCES accounts(id),
    constraint ticket_links_from_id_fkey FOREIGN KEY (from_id) REFERENCES tickets(id),
    constraint ticket_links_to_id_fkey FOREIGN KEY (to_id) REFERENCES tickets(id)
);
create index ticket_links_by_to ON ticket_links USING btree (to_id);

create table ticket_notes (
    id uuid not null,
    ticket_id uuid not null,
    audience text not null,
    body text not null,
    reason text not null default ''::text,
    author_id uuid not null,
    at timestamp with time zone not null,
    constraint ticket_notes_pkey PRIMARY KEY (id),
    constraint ticket_notes_audience CHECK ((audience = ANY (ARRAY['internal'::text, 'customer'::text]))),
    constraint ticket_notes_say_something CHECK ((body <> ''::text)),
    constraint ticket_notes_author_id_fkey FOREIGN KEY (author_id) REFERENCES accounts(id),
    constraint ticket_notes_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index ticket_notes_by_ticket ON ticket_notes USING btree (ticket_id, at DESC, id DESC);
CREATE TRIGGER notes_append_only BEFORE DELETE OR UPDATE ON ticket_notes FOR EACH ROW EXECUTE FUNCTION keep_record('notes_append_only');

create table ticket_pauses (
    id uuid not null,
    ticket_id uuid not null,
    reason text not null,
    began_at timestamp with time zone not null,
    ended_at timestamp with time zone,
    began_by uuid not null,
    ended_by uuid,
    constraint ticket_pauses_pkey PRIMARY KEY (id),
    constraint ticket_pauses_end_after_begin CHECK ((ended_at >= began_at)),
    constraint ticket_pauses_reason CHECK ((reason = ANY (ARRAY['waiting_for_customer'::text, 'waiting_for_vendor'::text, 'waiting_for_part'::text, 'customer_wished_later'::text, 'was_resolved'::text]))),
    constraint ticket_pauses_began_by_fkey FOREIGN KEY (began_by) REFERENCES accounts(id),
    constraint ticket_pauses_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES accounts(id),
    constraint ticket_pauses_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index ticket_pauses_by_ticket ON ticket_pauses USING btree (ticket_id, began_at);
create unique index ticket_pauses_one_open ON ticket_pauses USING btree (ticket_id) WHERE (ended_at IS NULL);

create table tickets (
    id uuid not null,
    number bigint not null default nextval('ticket_numbers'::regclass),
    person_id uuid not null,
    site_id uuid not null,
    template_id uuid not null,
    item_id uuid,
    incident_id uuid,
    owner_id uuid not null,
    state text not null,
    priority integer not null,
    summary text not null,
    key_field text not null default ''::text,
    channel text not null,
    opened_at timestamp with time zone not null,
    restored_at timestamp with time zone,
    resolved_at timestamp with time zone,
    resolution text,
    next_update timestamp with time zone not null,
    version bigint not null default 1,
    team_id uuid,
    impact integer,
    urgency integer,
    workaround text not null default ''::text,
    fix_expected_at timestamp with time zone,
    responded_at timestamp with time zone,
    reopenings integer not null default 0,
    merged_into uuid,
    one_step boolean not null default false,
    place jsonb,
    confirmation text,
    symptoms text not null default ''::text,
    constraint tickets_pkey PRIMARY KEY (id),
    constraint tickets_number_once UNIQUE (number),
    constraint tickets_confirmation CHECK ((confirmation = ANY (ARRAY['confirmed'::text, 'declined'::text, 'unreachable'::text]))),
    constraint tickets_confirmed_at_the_end CHECK (((confirmation IS NULL) OR (state = 'resolved'::text))),
    constraint tickets_merged_are_over CHECK (((merged_into IS NULL) OR ((state = 'resolved'::text) AND (merged_into <> id)))),
    constraint tickets_priority CHECK (((priority >= 1) AND (priority <= 9))),
    constraint tickets_rated CHECK (((num_nulls(impact, urgency) = ANY (ARRAY[0, 2])) AND ((impact >= 1) AND (impact <= 3)) AND ((urgency >= 1) AND (urgency <= 3)))),
    constraint tickets_resolved_at CHECK (((state = 'resolved'::text) = (resolved_at IS NOT NULL))),
    constraint tickets_state CHECK ((state = ANY (ARRAY['open'::text, 'planned'::text, 'restored'::text, 'resolved'::text]))),
    constraint tickets_incident_id_fkey FOREIGN KEY (incident_id) REFERENCES incidents(id),
    constraint tickets_item_id_fkey FOREIGN KEY (item_id) REFERENCES items(id),
    constraint tickets_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES tickets(id),
    constraint tickets_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES accounts(id),
    constraint tickets_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id),
    constraint tickets_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(id),
    constraint tickets_team_id_fkey FOREIGN KEY (team_id) REFERENCES teams(id),
    constraint tickets_template_id_fkey FOREIGN KEY (template_id) REFERENCES templates(id)
);
create index tickets_about ON tickets USING btree (item_id) WHERE ((item_id IS NOT NULL) AND (state = ANY (ARRAY['open'::text, 'planned'::text])));
create index tickets_by_incident ON tickets USING btree (incident_id, opened_at DESC, id DESC) WHERE (incident_id IS NOT NULL);
create index tickets_by_next_update ON tickets USING btree (next_update, id) WHERE (state <> 'resolved'::text);
create index tickets_by_owner ON tickets USING btree (owner_id, opened_at DESC, id DESC);
create index tickets_by_person ON tickets USING btree (person_id, opened_at DESC, id DESC);
create index tickets_by_resolution ON tickets USING btree (resolved_at) WHERE (resolved_at IS NOT NULL);
create index tickets_by_survivor ON tickets USING btree (merged_into) WHERE (merged_into IS NOT NULL);
create index tickets_newest ON tickets USING btree (opened_at DESC, id DESC);
create index tickets_of_owner_by_next_update ON tickets USING btree (owner_id, next_update, id) WHERE (state <> 'resolved'::text);
create index tickets_open_by_owner ON tickets USING btree (owner_id, next_update, id) WHERE (state <> 'resolved'::text);
create index tickets_unclassified ON tickets USING btree (opened_at, id) WHERE ((template_id = '0190f7a4-0000-7000-8000-000000000001'::uuid) AND (state <> 'resolved'::text));
create index tickets_unresolved ON tickets USING btree (opened_at DESC, id DESC) WHERE (state <> 'resolved'::text);

create table transfers (
    id uuid not null,
    ticket_id uuid not null,
    from_id uuid not null,
    to_team uuid,
    to_account uuid,
    state text not null,
    reason text not null,
    context text not null,
    asked_by uuid not null,
    asked_at timestamp with time zone not null,
    due_at timestamp with time zone not null,
    settled_by uuid,
    settled_at timestamp with time zone,
    refusal text not null default ''::text,
    version bigint not null default 1,
    flagged_at timestamp with time zone,
    constraint transfers_pkey PRIMARY KEY (id),
    constraint transfers_refused_why CHECK (((state <> 'refused'::text) OR (refusal <> ''::text))),
    constraint transfers_settled CHECK (((state = 'offered'::text) = (settled_at IS NULL))),
    constraint transfers_state CHECK ((state = ANY (ARRAY['offered'::text, 'accepted'::text, 'refused'::text, 'withdrawn'::text]))),
    constraint transfers_to_one CHECK ((num_nulls(to_team, to_account) = 1)),
    constraint transfers_asked_by_fkey FOREIGN KEY (asked_by) REFERENCES accounts(id),
    constraint transfers_from_id_fkey FOREIGN KEY (from_id) REFERENCES accounts(id),
    constraint transfers_settled_by_fkey FOREIGN KEY (settled_by) REFERENCES accounts(id),
    constraint transfers_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id),
    constraint transfers_to_account_fkey FOREIGN KEY (to_account) REFERENCES accounts(id),
    constraint transfers_to_team_fkey FOREIGN KEY (to_team) REFERENCES teams(id)
);
create index transfers_by_ticket ON transfers USING btree (ticket_id, asked_at DESC, id DESC);
create index transfers_by_time ON transfers USING btree (asked_at);
create index transfers_offered ON transfers USING btree (due_at, id) WHERE (state = 'offered'::text);
create index transfers_offered_by ON transfers USING btree (from_id, due_at, id) WHERE (state = 'offered'::text);
create index transfers_offered_to_account ON transfers USING btree (to_account, due_at, id) WHERE (state = 'offered'::text);
create index transfers_offered_to_team ON transfers USING btree (to_team, due_at, id) WHERE (state = 'offered'::text);
create unique index transfers_one_offered ON transfers USING btree (ticket_id) WHERE (state = 'offered'::text);
create index transfers_unanswered ON transfers USING btree (due_at, id) WHERE ((state = 'offered'::text) AND (flagged_at IS NULL));

create table visit_policies (
    id uuid not null,
    region_id uuid,
    template_id uuid,
    wait_minutes integer not null,
    call_tries integer not null,
    radius_metres integer not null,
    callback_minutes integer not null,
    steps text[] not null,
    version bigint not null default 1,
    constraint visit_policies_pkey PRIMARY KEY (id),
    constraint visit_policies_once UNIQUE NULLS NOT DISTINCT (region_id, template_id),
    constraint visit_policies_bounds CHECK ((((wait_minutes >= 0) AND (wait_minutes <= 240)) AND ((call_tries >= 0) AND (call_tries <= 10)) AND ((radius_metres >= 20) AND (radius_metres <= 5000)) AND ((callback_minutes >= 5) AND (callback_minutes <= 1440)))),
    constraint visit_policies_steps CHECK ((steps <@ ARRAY['wait'::text, 'call'::text, 'leave_note'::text, 'callback'::text, 'new_appointment'::text])),
    constraint visit_policies_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id),
    constraint visit_policies_template_id_fkey FOREIGN KEY (template_id) REFERENCES templates(id)
);

create table visits (
    id uuid not null,
    ticket_id uuid not null,
    person_id uuid not null,
    site_id uuid not null,
    region_id uuid not null,
    state text not null,
    minutes integer not null,
    spread double precision not null,
    skill_code text not null,
    skill_level integer not null,
    kit_model uuid,
    priority integer not null,
    earliest_date date,
    follows_id uuid,
    round_id uuid,
    shift_id uuid,
    technician_id uuid,
    position integer,
    planned_leave timestamp with time zone,
    planned_start timestamp with time zone,
    planned_end timestamp with time zone,
    leg_seconds integer,
    leg_metres integer,
    pin_time boolean not null default false,
    pin_shift boolean not null default false,
    departed_at timestamp with time zone,
    arrived_at timestamp with time zone,
    completed_at timestamp with time zone,
    reason text not null default ''::text,
    version bigint not null default 1,
    pinned_start timestamp with time zone,
    constraint visits_pkey PRIMARY KEY (id),
    constraint visits_no_overlap EXCLUDE USING gist (technician_id WITH =, tstzrange(planned_start, planned_end) WITH &&) WHERE (((state = 'scheduled'::text) AND (technician_id IS NOT NULL))) DEFERRABLE INITIALLY DEFERRED,
    constraint visits_position_once EXCLUDE USING btree (round_id WITH =, "position" WITH =) WHERE ((state = ANY (ARRAY['scheduled'::text, 'en_route'::text, 'arrived'::text, 'in_progress'::text]))) DEFERRABLE INITIALLY DEFERRED,
    constraint visits_minutes CHECK ((minutes > 0)),
    constraint visits_pinned_time CHECK (((pinned_start IS NULL) OR pin_time)),
    constraint visits_placed_whole CHECK ((num_nulls(round_id, shift_id, technician_id, "position", planned_leave, planned_start, planned_end, leg_seconds, leg_metres) = ANY (ARRAY[0, 9]))),
    constraint visits_planned_in_order CHECK (((planned_leave <= planned_start) AND (planned_start <= planned_end))),
    constraint visits_scheduled_placed CHECK (((state <> 'scheduled'::text) OR (round_id IS NOT NULL))),
    constraint visits_state CHECK ((state = ANY (ARRAY['waiting'::text, 'scheduled'::text, 'en_route'::text, 'arrived'::text, 'in_progress'::text, 'completed'::text, 'cannot_complete'::text, 'cancelled'::text]))),
    constraint visits_waiting_unplaced CHECK (((state <> 'waiting'::text) OR (round_id IS NULL))),
    constraint visits_follows_id_fkey FOREIGN KEY (follows_id) REFERENCES visits(id),
    constraint visits_kit_model_fkey FOREIGN KEY (kit_model) REFERENCES models(id),
    constraint visits_person_id_fkey FOREIGN KEY (person_id) REFERENCES people(id),
    constraint visits_region_id_fkey FOREIGN KEY (region_id) REFERENCES regions(id),
    constraint visits_round_id_fkey FOREIGN KEY (round_id) REFERENCES rounds(id),
    constraint visits_shift_id_fkey FOREIGN KEY (shift_id) REFERENCES shifts(id),
    constraint visits_site_id_fkey FOREIGN KEY (site_id) REFERENCES sites(id),
    constraint visits_technician_id_fkey FOREIGN KEY (technician_id) REFERENCES technicians(id),
    constraint visits_ticket_id_fkey FOREIGN KEY (ticket_id) REFERENCES tickets(id)
);
create index visits_by_completion ON visits USING btree (completed_at) WHERE (completed_at IS NOT NULL);
create index visits_by_person ON visits USING btree (person_id);
create index visits_by_round ON visits USING btree (round_id, "position") WHERE (round_id IS NOT NULL);
create index visits_by_ticket ON visits USING btree (ticket_id);
create index visits_driven ON visits USING btree (region_id, arrived_at, id) WHERE ((departed_at IS NOT NULL) AND (arrived_at IS NOT NULL));
create index visits_open_by_person ON visits USING btree (person_id) WHERE (state <> ALL (ARRAY['completed'::text, 'cannot_complete'::text, 'cancelled'::text]));
create index visits_open_by_site ON visits USING btree (site_id) WHERE (state <> ALL (ARRAY['completed'::text, 'cannot_complete'::text, 'cancelled'::text]));
create index visits_open_by_technician ON visits USING btree (technician_id, planned_start) WHERE ((technician_id IS NOT NULL) AND (state <> ALL (ARRAY['completed'::text, 'cannot_complete'::text, 'cancelled'::text])));
create index visits_stuck ON visits USING btree (planned_end, id) WHERE (state = ANY (ARRAY['en_route'::text, 'arrived'::text, 'in_progress'::text]));
create index visits_to_leave ON visits USING btree (planned_leave, id) WHERE (state = 'scheduled'::text);
create index visits_unserved ON visits USING btree (planned_end, id) WHERE (state = 'scheduled'::text);
create index visits_waiting ON visits USING btree (region_id, priority, id) WHERE (state = 'waiting'::text);

CREATE OR REPLACE FUNCTION check_item_has_custodian()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
$function$;

CREATE OR REPLACE FUNCTION keep_record()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'ticket_id' = to_jsonb(old) - 'ticket_id' then
        return new;
    end if;
    raise exception '% is only ever added to', tg_table_name
        using errcode = 'restrict_violation', constraint = tg_argv[0], table = tg_table_name;
end
$function$;

CREATE OR REPLACE FUNCTION refuse_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
    raise exception '% is only ever added to', tg_table_name
        using errcode = 'restrict_violation', constraint = tg_argv[0], table = tg_table_name;
end
$function$;
