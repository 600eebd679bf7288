-- The instant that a device or a person named. Another may count: a clock is ahead, or
-- behind what was heard before.

-- +goose Up
alter table facts add column said_at timestamptz;
alter table stray_facts add column said_at timestamptz;
alter table arrivals add column said_at timestamptz;
