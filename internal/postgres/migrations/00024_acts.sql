-- Whom people would rather be answered by, and what they say is wrong before anybody has classified it.

-- +goose Up
alter table preferences
    add column role text not null default 'technician',
    add column agent_id uuid references accounts,
    alter column technician_id drop not null,
    drop constraint preferences_pkey,
    add constraint preferences_pkey primary key (subject_id, role),
    add constraint preferences_role check (
        role = 'technician' and technician_id is not null and agent_id is null
        or role = 'agent' and agent_id is not null and technician_id is null);

-- Tickets that are told by their symptoms, and classified later.
alter table templates add column symptoms text[] not null default '{}';
alter table tickets add column symptoms text not null default '';

insert into templates (id, code, name, category, priority, minutes, spread, skill_code, skill_level, on_site)
values ('0190f7a4-0000-7000-8000-000000000001', 'unclassified', 'Not classified yet', 'triage', 3, 30, 0.3, '', 0, false);

create index tickets_unclassified on tickets (opened_at, id)
    where template_id = '0190f7a4-0000-7000-8000-000000000001' and state <> 'resolved';
