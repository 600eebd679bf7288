-- +goose Up

-- Links of customers ----------------------------------------------------------

-- The right of a person to look at one ticket of theirs. Nothing here opens it.
create table customer_links (
    id         uuid primary key,
    ticket_id  uuid not null references tickets,
    person_id  uuid not null references people,
    made_by    uuid references accounts,
    made_at    timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revoked_by uuid references accounts,
    constraint customer_links_expires check (expires_at > made_at),
    constraint customer_links_revoked_whole check ((revoked_at is null) = (revoked_by is null))
);
create index customer_links_by_ticket on customer_links (ticket_id, made_at desc, id desc);

-- Hashes of the keys that open a link, one a letter that carried it. The keys are
-- kept nowhere.
create table customer_link_keys (
    hash    bytea primary key,
    link_id uuid not null references customer_links,
    made_at timestamptz not null,
    constraint customer_link_keys_hash check (octet_length(hash) = 32)
);

-- The link that a notice carries. Its key is made when the notice leaves, and is
-- not part of the text here.
alter table notices add column link_id uuid references customer_links;

-- What customers say themselves -----------------------------------------------

alter table arrivals
    alter column account_id drop not null,
    add constraint arrivals_somebody check (account_id is not null or source = 'customer');
alter table presences alter column told_by drop not null;  -- the customer, through their own link

create table surveys (
    visit_id    uuid primary key references visits,
    ticket_id   uuid not null references tickets,
    person_id   uuid not null references people,
    notice_id   uuid references notices,
    asked_at    timestamptz not null,
    answered_at timestamptz,
    treatment   integer,
    outcome     integer,
    comment     text not null default '',
    answered_by uuid references accounts,
    constraint surveys_treatment check (treatment between 1 and 5),
    constraint surveys_outcome check (outcome between 1 and 5),
    constraint surveys_answered_whole check (num_nulls(answered_at, treatment, outcome) in (0, 3))
);
create index surveys_by_time on surveys (asked_at);
