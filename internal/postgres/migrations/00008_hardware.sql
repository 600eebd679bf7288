-- +goose Up

-- The stock room: what is done to items, with reasons and proof; loans.

alter table items add column wipe text not null default 'clean',
    add constraint items_wipe check (wipe in ('clean', 'due', 'wiped'));
alter table items drop constraint items_state,
    add constraint items_state check (state in ('in_stock', 'in_transit', 'in_kit', 'in_use', 'on_loan', 'quarantined', 'in_repair', 'lost', 'retired')),
    -- What somebody worked with has their data on it until it is wiped.
    add constraint items_stock_is_clean check (state <> 'in_stock' or wipe <> 'due'),
    add constraint items_serial_set check (serial <> '');
create index items_loaners on items (id) where loaner;
create index items_by_tag on items (tag, id);
create index items_by_state on items (state, tag, id) where state in ('in_transit', 'quarantined', 'in_repair', 'lost', 'on_loan');

-- The journal: every act on an item, with the words of who did it. Only added to.
create table item_acts (
    id         uuid primary key,
    item_id    uuid not null references items,
    act        text not null,
    state      text not null,  -- after it
    at         timestamptz not null,
    actor_id   uuid references accounts,
    custody_id uuid references custodies,  -- that it opened, if it changed hands
    reason     text not null default ''
);
create index item_acts_by_item on item_acts (item_id, at, id);
create trigger item_acts_append_only before update or delete on item_acts
    for each row execute function refuse_change('item_acts_append_only');
create trigger item_acts_never_emptied before truncate on item_acts
    for each statement execute function refuse_change('item_acts_append_only');

-- Proof of a handover, from each side. The bytes of a signature or photo lie
-- here; what is on them is nobody's business but theirs who may read items.
create table proofs (
    id         uuid primary key,
    custody_id uuid not null references custodies,
    side       text not null,
    account_id uuid not null references accounts,
    method     text not null,
    at         timestamptz not null,
    media_type text,
    hash       bytea,
    content    bytea,
    constraint proofs_once_a_side unique (custody_id, side),
    constraint proofs_side check (side in ('giver', 'taker')),
    constraint proofs_method check (method in ('account', 'signature', 'photo')),
    constraint proofs_content check ((method = 'account') = (hash is null) and (content is null) = (media_type is null) and (content is null or hash is not null)),
    constraint proofs_hash check (octet_length(hash) = 32)
);
create trigger proofs_append_only before update or delete on proofs
    for each row execute function refuse_change('proofs_append_only');
create trigger proofs_never_emptied before truncate on proofs
    for each statement execute function refuse_change('proofs_append_only');

-- From one depot to another. The sender answers for it until it has arrived.
create table item_transfers (
    id         uuid primary key,
    item_id    uuid not null references items,
    from_depot uuid not null references depots,
    to_depot   uuid not null references depots,
    sent_at    timestamptz not null,
    ended_at   timestamptz,
    ended_in   uuid references depots,  -- where it was received; null when it was lost
    constraint item_transfers_end check (ended_in is null or ended_at is not null)
);
create unique index item_transfers_one_open on item_transfers (item_id) where ended_at is null;
create index item_transfers_by_item on item_transfers (item_id, sent_at);
create index item_transfers_expected on item_transfers (to_depot, sent_at) where ended_at is null;

create table repairs (
    id       uuid primary key,
    item_id  uuid not null references items,
    vendor   text not null,
    rma      text not null,
    reason   text not null,
    sent_at  timestamptz not null,
    due_on   date,
    ended_at timestamptz,
    outcome  text,
    constraint repairs_outcome check (outcome in ('repaired', 'replaced', 'not_repairable', 'lost') and (outcome is null) = (ended_at is null) or num_nulls(outcome, ended_at) = 2)
);
create unique index repairs_one_open on repairs (item_id) where ended_at is null;
create index repairs_by_item on repairs (item_id, sent_at);

create table stock_takes (
    id         uuid primary key,
    depot_id   uuid not null references depots,
    taken_by   uuid not null references accounts,
    at         timestamptz not null,
    reason     text not null,
    counted    integer not null,
    missing    uuid[] not null,
    elsewhere  uuid[] not null,
    unknown    text[] not null,
    settled    boolean not null
);
create index stock_takes_by_depot on stock_takes (depot_id, at desc);

-- Loans ----------------------------------------------------------------------

create table loans (
    id             uuid primary key,
    item_id        uuid not null references items,
    person_id      uuid not null references people,
    depot_id       uuid not null references depots,
    ticket_id      uuid references tickets,
    promise_id     uuid references promises,
    state          text not null,
    starts_at      timestamptz not null,
    due_at         timestamptz not null,
    first_due_at   timestamptz not null,
    booked_by      uuid not null references accounts,
    booked_at      timestamptz not null,
    out_at         timestamptz,
    ended_at       timestamptz,
    condition_out  text not null default '',
    condition_in   text not null default '',
    accessories    text[] not null default '{}',
    missing        text[] not null default '{}',
    failed_clauses text[] not null default '{}',
    waiver         text not null default '',
    note           text not null default '',
    soon_told_at   timestamptz,
    due_told_at    timestamptz,
    version        bigint not null default 1,
    constraint loans_state check (state in ('booked', 'out', 'returned', 'cancelled', 'lost')),
    constraint loans_due_after_start check (due_at > starts_at),
    constraint loans_ended_at check ((state in ('booked', 'out')) = (ended_at is null)),
    constraint loans_out_at check (state in ('booked', 'cancelled') or out_at is not null),
    constraint loans_waived check (cardinality(failed_clauses) = 0 or waiver <> ''),
    constraint loans_no_overlap exclude using gist (item_id with =, tstzrange(starts_at, due_at) with &&) where (state in ('booked', 'out'))
);
create unique index loans_one_out on loans (item_id) where state = 'out';
create index loans_by_item on loans (item_id, starts_at);
create index loans_by_person on loans (person_id, booked_at desc, id desc);
create index loans_by_depot on loans (depot_id, booked_at desc, id desc);
create index loans_newest on loans (booked_at desc, id desc);
create index loans_live_by_depot on loans (depot_id, starts_at) where state in ('booked', 'out');
create index loans_soon on loans (due_at, id) where state = 'out' and soon_told_at is null;
create index loans_due on loans (due_at, id) where state = 'out' and due_told_at is null;
create index loans_overdue on loans (due_at, id) where state = 'out';
