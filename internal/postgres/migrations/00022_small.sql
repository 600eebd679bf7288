-- What somebody of a team has to do, and notices that are not so any more.

-- +goose Up
create index tasks_taken on tasks (taken_by) where state = 'taken';

alter table notices
    drop constraint notices_state,
    add constraint notices_state check (state in ('queued', 'delivered', 'failed', 'lapsed'));
