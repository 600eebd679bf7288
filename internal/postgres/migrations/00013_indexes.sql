-- Indexes that explaining every statement on a large database asked for.

-- +goose Up
-- Two records of one person become one: everything that names them is moved.
create index visits_by_person on visits (person_id);
create index callbacks_by_person on callbacks (person_id);
create index threads_by_person on threads (person_id);
create index call_tasks_by_person on call_tasks (person_id);
create index service_exceptions_by_person on service_exceptions (person_id) where person_id is not null;
create index custodies_of_people on custodies (custodian_id) where custodian_kind = 'person';

-- Items of a model, page by page in the order of their tags.
drop index items_by_model;
create index items_by_model on items (model_id, tag, id);
create index items_by_model_and_state on items (model_id, state, tag, id);

-- Who else was asked for at a visit, and the exceptions in one state.
create index assists_by_visit on assists (visit_id, asked_at, id);
create index service_exceptions_by_state on service_exceptions (state, asked_at desc, id desc);
