-- +goose Up

-- A merge moves what hangs on a ticket, and finds it by the ticket.
create index threads_by_ticket on threads (ticket_id) where ticket_id is not null;
create index loans_by_ticket on loans (ticket_id) where ticket_id is not null;
create index place_changes_by_ticket on place_changes (ticket_id) where ticket_id is not null;
create index affected_by_ticket on affected (ticket_id) where ticket_id is not null;
