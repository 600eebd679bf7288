-- Where a car stops for a site that streets don't lead up to, and how far it is from there to the door.

-- +goose Up
alter table sites
    add column access_lon double precision,
    add column access_lat double precision,
    add column walk_minutes integer not null default 0,
    add constraint sites_access_point check ((access_lon is null) = (access_lat is null)),
    add constraint sites_walk_minutes check (walk_minutes >= 0);
