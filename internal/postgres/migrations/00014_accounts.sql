-- +goose Up
create index accounts_admins on accounts (id) where 'admin' = any (roles) and not disabled;
create index accounts_by_technician on accounts (technician_id) where technician_id is not null;

-- +goose Down
drop index accounts_admins, accounts_by_technician;
