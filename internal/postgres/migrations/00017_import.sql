-- +goose Up

-- How often reading a file began since a row was last kept: what can't go on is
-- not begun for ever.
alter table imports
    add column tries integer not null default 0;
