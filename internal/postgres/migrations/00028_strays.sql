-- Facts that what we know of their visit speaks against are kept without effect too,
-- with the code of what does.

-- +goose Up
alter table stray_facts
    add column code text not null default '',
    drop constraint stray_facts_why,
    add constraint stray_facts_why check (why in ('not_in_your_round', 'other_day', 'state')),
    add constraint stray_facts_code check ((why = 'state') = (code <> ''));

create index stray_facts_by_visit on stray_facts (visit_id, received_at, id);
