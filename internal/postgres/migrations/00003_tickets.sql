-- +goose Up

-- Teams ----------------------------------------------------------------------

create table teams (
    id             uuid primary key,
    code           text not null constraint teams_code_once unique,
    name           text not null,
    tier           text not null,
    accept_minutes integer not null,  -- how long a transfer to it may wait
    version        bigint not null default 1,
    constraint teams_tier check (tier in ('first_level', 'field', 'second_level', 'stock')),
    constraint teams_accept_minutes check (accept_minutes between 1 and 10080)
);

create table team_members (
    team_id    uuid not null references teams,
    account_id uuid not null references accounts,
    primary key (team_id, account_id)
);
create index team_members_by_account on team_members (account_id);

-- Tickets --------------------------------------------------------------------

alter table tickets
    add column team_id         uuid references teams,
    add column impact          integer,
    add column urgency         integer,
    add column workaround      text not null default '',
    add column fix_expected_at timestamptz,
    add column responded_at    timestamptz,
    add column reopenings      integer not null default 0,
    add column merged_into     uuid references tickets,
    add constraint tickets_rated check (num_nulls(impact, urgency) in (0, 2) and impact between 1 and 3 and urgency between 1 and 3),
    add constraint tickets_merged_are_over check (merged_into is null or (state = 'resolved' and merged_into <> id));
create index tickets_by_survivor on tickets (merged_into) where merged_into is not null;
create index tickets_by_next_update on tickets (next_update, id) where state <> 'resolved';
create index tickets_of_owner_by_next_update on tickets (owner_id, next_update, id) where state <> 'resolved';

create table ticket_notes (
    id        uuid primary key,
    ticket_id uuid not null references tickets,
    audience  text not null,
    body      text not null,
    reason    text not null default '',  -- code of the act that it explains
    author_id uuid not null references accounts,
    at        timestamptz not null,
    constraint ticket_notes_audience check (audience in ('internal', 'customer')),
    constraint ticket_notes_say_something check (body <> '')
);
create index ticket_notes_by_ticket on ticket_notes (ticket_id, at desc, id desc);

-- The bytes stand aside, so that a list of files does not carry them.
create table ticket_files (
    id         uuid primary key,
    ticket_id  uuid not null references tickets,
    name       text not null,
    media_type text not null,  -- as the bytes say, not as the sender does
    size       bigint not null,
    sha256     bytea not null,
    added_by   uuid not null references accounts,
    at         timestamptz not null,
    constraint ticket_files_size check (size > 0)
);
create index ticket_files_by_ticket on ticket_files (ticket_id, at desc, id desc);

create table file_contents (
    file_id uuid primary key references ticket_files,
    content bytea not null
);
alter table file_contents alter column content set storage external;  -- most files are compressed already

-- What was written down stays; a ticket's merge moves it, and changes nothing else.
-- +goose StatementBegin
create function keep_record() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and to_jsonb(new) - 'ticket_id' = to_jsonb(old) - 'ticket_id' then
        return new;
    end if;
    raise exception '% is only ever added to', tg_table_name
        using errcode = 'restrict_violation', constraint = tg_argv[0], table = tg_table_name;
end
$$;
-- +goose StatementEnd
create trigger notes_append_only before update or delete on ticket_notes
    for each row execute function keep_record('notes_append_only');

create table ticket_links (
    from_id uuid not null references tickets,
    to_id   uuid not null references tickets,
    kind    text not null,
    by_id   uuid not null references accounts,
    at      timestamptz not null,
    primary key (from_id, to_id, kind),
    constraint ticket_links_kind check (kind in ('related', 'same_problem', 'caused_by', 'continues')),
    constraint ticket_links_elsewhere check (from_id <> to_id)
);
create index ticket_links_by_to on ticket_links (to_id);

-- The owner stays until somebody else has said yes.
create table transfers (
    id         uuid primary key,
    ticket_id  uuid not null references tickets,
    from_id    uuid not null references accounts,
    to_team    uuid references teams,
    to_account uuid references accounts,
    state      text not null,
    reason     text not null,
    context    text not null,
    asked_by   uuid not null references accounts,
    asked_at   timestamptz not null,
    due_at     timestamptz not null,
    settled_by uuid references accounts,
    settled_at timestamptz,
    refusal    text not null default '',
    version    bigint not null default 1,
    constraint transfers_state check (state in ('offered', 'accepted', 'refused', 'withdrawn')),
    constraint transfers_to_one check (num_nulls(to_team, to_account) = 1),
    constraint transfers_settled check ((state = 'offered') = (settled_at is null)),
    constraint transfers_refused_why check (state <> 'refused' or refusal <> '')
);
create unique index transfers_one_offered on transfers (ticket_id) where state = 'offered';
create index transfers_by_ticket on transfers (ticket_id, asked_at desc, id desc);
create index transfers_offered on transfers (due_at, id) where state = 'offered';
create index transfers_offered_to_team on transfers (to_team, due_at, id) where state = 'offered';
create index transfers_offered_to_account on transfers (to_account, due_at, id) where state = 'offered';

-- A piece of work for another tier; the ticket stays with its owner.
create table tasks (
    id         uuid primary key,
    ticket_id  uuid not null references tickets,
    team_id    uuid not null references teams,
    taken_by   uuid references accounts,
    state      text not null,
    wish       text not null,
    finding    text not null default '',
    due_at     timestamptz not null,  -- where no promise says when
    asked_by   uuid not null references accounts,
    asked_at   timestamptz not null,
    settled_at timestamptz,
    version    bigint not null default 1,
    constraint tasks_state check (state in ('waiting', 'taken', 'done', 'given_back')),
    constraint tasks_taken_by check (state not in ('taken', 'done') or taken_by is not null),
    constraint tasks_settled check ((state in ('waiting', 'taken')) = (settled_at is null))
);
create index tasks_by_ticket on tasks (ticket_id);
create index tasks_of_team on tasks (team_id, due_at, id) where state in ('waiting', 'taken');

-- Escalation -----------------------------------------------------------------

-- Leaders in the order in which they are called, with the hours in which they are.
create table leaders (
    position   integer primary key,
    account_id uuid not null constraint leaders_once unique references accounts,
    zone       text not null,
    from_min   integer not null,
    until_min  integer not null,
    away_until timestamptz,
    constraint leaders_hours check (from_min >= 0 and from_min < until_min and until_min <= 1440)
);

create table escalations (
    id         uuid primary key,
    ticket_id  uuid not null references tickets,
    contact_id uuid references contacts,
    state      text not null,
    reason     text not null,
    context    text not null,
    leader_id  uuid references accounts,  -- who is called now, or took it
    passed     uuid[] not null default '{}',
    asked_by   uuid not null references accounts,
    asked_at   timestamptz not null,
    called_at  timestamptz not null,
    taken_at   timestamptz,
    version    bigint not null default 1,
    constraint escalations_state check (state in ('called', 'taken', 'unanswered')),
    constraint escalations_leader check (state = 'unanswered' or leader_id is not null),
    constraint escalations_taken_at check ((state = 'taken') = (taken_at is not null))
);
create unique index escalations_one_called on escalations (ticket_id) where state = 'called';
create index escalations_by_ticket on escalations (ticket_id, asked_at desc, id desc);
create index escalations_called on escalations (leader_id, asked_at desc, id desc) where state = 'called';
create index escalations_newest on escalations (asked_at desc, id desc);

-- Priority and service levels ------------------------------------------------

create table priority_matrix (
    impact   integer not null,
    urgency  integer not null,
    priority integer not null,
    primary key (impact, urgency),
    constraint priority_matrix_rating check (impact between 1 and 3 and urgency between 1 and 3),
    constraint priority_matrix_priority check (priority between 1 and 9)
);
insert into priority_matrix (impact, urgency, priority) values
    (1, 1, 1), (1, 2, 2), (1, 3, 3),
    (2, 1, 2), (2, 2, 3), (2, 3, 4),
    (3, 1, 3), (3, 2, 4), (3, 3, 5);

-- Hours in which service is given, by region; minutes of the local day by weekday.
create table service_calendars (
    id        uuid primary key,
    region_id uuid not null constraint service_calendars_one_a_region unique references regions,
    hours     jsonb not null,
    holidays  date[] not null default '{}',
    version   bigint not null default 1
);

-- The most particular of those that fit a ticket counts: of its template and
-- priority, of its template, of its priority.
create table service_levels (
    id              uuid primary key,
    template_id     uuid references templates,
    priority        integer,
    respond_minutes integer,
    restore_minutes integer,
    resolve_minutes integer,
    always          boolean not null,  -- round the clock, or in the region's hours
    version         bigint not null default 1,
    constraint service_levels_promise_something check (num_nulls(respond_minutes, restore_minutes, resolve_minutes) < 3),
    constraint service_levels_minutes check (respond_minutes > 0 and restore_minutes > 0 and resolve_minutes > 0),
    constraint service_levels_once unique nulls not distinct (template_id, priority)
);

create table ticket_pauses (
    id         uuid primary key,
    ticket_id  uuid not null references tickets,
    reason     text not null,
    began_at   timestamptz not null,
    ended_at   timestamptz,
    began_by   uuid not null references accounts,
    ended_by   uuid references accounts,
    constraint ticket_pauses_reason check (reason in ('waiting_for_customer', 'waiting_for_vendor', 'waiting_for_part', 'customer_wished_later', 'was_resolved')),
    constraint ticket_pauses_end_after_begin check (ended_at >= began_at)
);
create unique index ticket_pauses_one_open on ticket_pauses (ticket_id) where ended_at is null;
create index ticket_pauses_by_ticket on ticket_pauses (ticket_id, began_at);

create table service_exceptions (
    id              uuid primary key,
    state           text not null,
    ticket_id       uuid references tickets,
    person_id       uuid references people,
    site_id         uuid references sites,
    template_id     uuid references templates,
    respond_minutes integer,
    restore_minutes integer,
    resolve_minutes integer,
    priority        integer,
    reason          text not null,
    asked_by        uuid not null references accounts,
    asked_at        timestamptz not null,
    decided_by      uuid references accounts,
    decided_at      timestamptz,
    refusal         text not null default '',
    expires_at      timestamptz not null,
    version         bigint not null default 1,
    constraint service_exceptions_state check (state in ('requested', 'approved', 'refused', 'withdrawn')),
    constraint service_exceptions_scope check (num_nulls(ticket_id, person_id, site_id, template_id) = 3),
    constraint service_exceptions_effect check (num_nulls(respond_minutes, restore_minutes, resolve_minutes, priority) < 4),
    constraint service_exceptions_decided check ((state = 'requested') = (decided_at is null)),
    constraint service_exceptions_four_eyes check (state <> 'approved' or decided_by <> asked_by),
    constraint service_exceptions_priority check (priority between 1 and 9)
);
create index service_exceptions_newest on service_exceptions (asked_at desc, id desc);
create index service_exceptions_requested on service_exceptions (asked_at desc, id desc) where state = 'requested';
create index service_exceptions_of_ticket on service_exceptions (ticket_id) where state = 'approved' and ticket_id is not null;
create index service_exceptions_of_person on service_exceptions (person_id) where state = 'approved' and person_id is not null;
create index service_exceptions_of_site on service_exceptions (site_id) where state = 'approved' and site_id is not null;
create index service_exceptions_of_template on service_exceptions (template_id) where state = 'approved' and template_id is not null;
