-- What somebody of a team has to do.

-- +goose Up
create index tasks_taken on tasks (taken_by) where state = 'taken';
