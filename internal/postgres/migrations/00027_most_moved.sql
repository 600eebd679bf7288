-- How many of those promised an arrival a run may give another one.

-- +goose Up
alter table plan_runs
    add column most_moved integer,
    add constraint plan_runs_most_moved check (most_moved >= 0);
