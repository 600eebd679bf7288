-- +goose Up

-- The arrival that a pin holds: the planned start follows the day, this does not.
alter table visits add pinned_start timestamptz;
update visits set pinned_start = planned_start where pin_time;
alter table visits add constraint visits_pinned_time check (pinned_start is null or pin_time);
