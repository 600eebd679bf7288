-- +goose Up

-- What follows a person that is merged into another, or a ticket into another.
create index customer_links_by_person on customer_links (person_id);
create index surveys_by_person on surveys (person_id);
create index surveys_by_ticket on surveys (ticket_id);

-- +goose Down
drop index customer_links_by_person, surveys_by_person, surveys_by_ticket;
