-- +goose Up

-- Who calls back while the ticket's owner is away; and that somebody could not be
-- reached, which is an end and no satisfaction.
alter table callbacks
    add column instead_of uuid references accounts,
    add constraint callbacks_instead_of_another check (instead_of <> owner_id),
    drop constraint callbacks_outcome,
    add constraint callbacks_outcome check (outcome in ('confirmed', 'reopened', 'declined', 'not_reached', 'unreachable')),
    add constraint callbacks_unreachable_tried check (outcome <> 'unreachable' or attempts >= 3);

-- A ticket says that the customer confirmed it only when a callback brought that.
alter table tickets
    add column confirmation text,
    add constraint tickets_confirmation check (confirmation in ('confirmed', 'declined', 'unreachable')),
    add constraint tickets_confirmed_at_the_end check (confirmation is null or state = 'resolved');

-- Rounds of which nothing is heard are looked for by when a visit was to be set out for.
create index visits_to_leave on visits (planned_leave, id) where state = 'scheduled';

-- What is old is found by its age. Nobody looks for the quote of an offer.
drop index quotes_by_offer;
create index quotes_by_expiry on quotes (expires_at);
create index outcomes_by_commit on outcomes (committed_at) where committed_at is not null;

-- Links stay, their keys do not: a link that is over is looked at once.
alter table customer_links add column swept boolean not null default false;
create index customer_links_to_sweep on customer_links (expires_at) where not swept;
create index customer_links_revoked_to_sweep on customer_links (revoked_at) where revoked_at is not null and not swept;
create index customer_link_keys_by_link on customer_link_keys (link_id);

-- +goose Down
drop index visits_to_leave, quotes_by_expiry, outcomes_by_commit, customer_link_keys_by_link;
alter table customer_links drop column swept;
create index quotes_by_offer on quotes using gin (offers jsonb_path_ops);
alter table tickets drop column confirmation;
delete from callbacks where outcome = 'unreachable';
alter table callbacks drop column instead_of,
    drop constraint callbacks_unreachable_tried,
    drop constraint callbacks_outcome,
    add constraint callbacks_outcome check (outcome in ('confirmed', 'reopened', 'declined', 'not_reached'));
