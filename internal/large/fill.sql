-- A large installation's history. The settings large.tickets, large.now and
-- large.seed say how much, until when, and which. It stands beside what is there:
-- accounts, templates, models, skills and option templates are taken from that.
-- Everything else has regions, sites, people and technicians of its own.

-- Foreign keys and triggers are not tried row by row: that would take an hour.
set local session_replication_role = replica;
set local statement_timeout = 0;
set local synchronous_commit = off;
set local work_mem = '256MB';
set local maintenance_work_mem = '512MB';

create function pg_temp.size(share double precision) returns bigint language sql stable
    return greatest(1, (current_setting('large.tickets')::bigint * share)::bigint);
create function pg_temp.big(kind int, i bigint) returns uuid language sql immutable
    return (lpad(to_hex(kind), 8, '0') || '70008000' || lpad(to_hex(i), 16, '0'))::uuid;
-- pick gives the same number from 0 to n-1 for the same row and salt.
create function pg_temp.pick(i bigint, salt int, n bigint) returns bigint language sql stable
    return (hashint8extended(i, salt + current_setting('large.seed')::bigint * 1000) & 9223372036854775807) % n;
create function pg_temp.at() returns timestamptz language sql stable
    return current_setting('large.now')::timestamptz;

create temp table base as select
    array(select id from accounts where not service and technician_id is null order by login) as accounts,
    array(select id from templates order by code) as templates,
    array(select id from models order by code) as models,
    array(select code from skills order by code) as skills,
    array(select code from option_templates order by code) as options;

-- Places and people.

insert into regions (id, code, name, zone)
    select pg_temp.big(1, i), 'LARGE' || i, 'Region ' || i, 'America/New_York' from generate_series(1, 4) i;
insert into depots (id, region_id, code, name, lon, lat)
    select pg_temp.big(2, i), pg_temp.big(1, 1 + i % 4), 'LD' || i, 'Depot ' || i, -75.5 - i * 0.01, 39.7 from generate_series(1, 8) i;
insert into sites (id, region_id, code, name, address, city, lon, lat, zone, opens_at, closes_at, access_minutes)
    select pg_temp.big(3, i), pg_temp.big(1, 1 + i % 4), 'LS' || i, 'Site ' || i, i || ' Long Street', 'City ' || i % 97,
        -75.6 + pg_temp.pick(i, 1, 1000) / 4000.0, 39.0 + pg_temp.pick(i, 2, 1000) / 1500.0, 'America/New_York', 480, 1080, 5
    from generate_series(1, pg_temp.size(0.004)) i;
insert into people (id, employee_number, name, spoken_name, language, site_id, mail, mobile, desk_phone, phone_raw)
    select pg_temp.big(4, i), 'L' || lpad(i::text, 7, '0'), 'Person' || md5(i::text) || ' Family' || substr(md5((i + 7)::text), 1, 8), 'P' || substr(md5(i::text), 1, 6), 'en',
        pg_temp.big(3, 1 + pg_temp.pick(i, 3, pg_temp.size(0.004))), 'l' || i || '@large.example', '+1302' || lpad((2000000 + i)::text, 7, '0'), '+1212' || lpad((2000000 + i)::text, 7, '0'), ''
    from generate_series(1, pg_temp.size(0.04)) i;
insert into technicians (id, region_id, code, name, spoken_name, home_lon, home_lat, mode)
    select pg_temp.big(5, i), pg_temp.big(1, 1 + i % 4), 'LT' || i, 'Technician ' || i, 'Tech' || i, -75.5, 39.1 + i * 0.001, 'car'
    from generate_series(1, pg_temp.size(0.0004)) i;
insert into technician_skills (technician_id, code, level)
    select t.id, s, 3 from technicians t, base, unnest(base.skills) s where t.code like 'LT%';
insert into accounts (id, login, name, spoken_name, roles, technician_id, password_hash, created_at)
    select pg_temp.big(6, i), 'lt' || i, 'Technician ' || i, 'Tech' || i, array['technician'], pg_temp.big(5, i), '', pg_temp.at()
    from generate_series(1, pg_temp.size(0.0004)) i;
insert into sessions (id, account_id, token_hash, used_hash, created_at, expires_at, ended_at)
    select pg_temp.big(7, i), base.accounts[1 + i % cardinality(base.accounts)], sha256(int8send(i)), sha256(int8send(-i)), pg_temp.at() - interval '9 days', pg_temp.at() + interval '5 days',
        case when i % 10 = 0 then null else pg_temp.at() - interval '1 day' end
    from base, generate_series(1, pg_temp.size(0.04)) i;

-- Rounds: every technician works on every day of a year and for two weeks to come.

insert into shifts (id, technician_id, region_id, date, starts_at, ends_at, overtime_minutes, break_from, break_until, break_minutes)
    select pg_temp.big(8, t * 1000 + d), pg_temp.big(5, t), pg_temp.big(1, 1 + t % 4), day, day + interval '8 hours', day + interval '16 hours', 30, day + interval '11 hours', day + interval '13 hours', 30
    from generate_series(1, pg_temp.size(0.0004)) t, generate_series(1, 279) d, lateral (select pg_temp.at()::date + (d - 265)::int as day) x;
insert into rounds (id, shift_id, technician_id, region_id, date, version, published_at)
    select pg_temp.big(9, t * 1000 + d), pg_temp.big(8, t * 1000 + d), pg_temp.big(5, t), pg_temp.big(1, 1 + t % 4), pg_temp.at()::date + (d - 265)::int, 1, pg_temp.at() + (d - 266) * interval '1 day'
    from generate_series(1, pg_temp.size(0.0004)) t, generate_series(1, 279) d;
insert into region_days (region_id, date, version)
    select pg_temp.big(1, r), pg_temp.at()::date + (d - 265)::int, 10 from generate_series(1, 4) r, generate_series(1, 279) d;
insert into absences (id, technician_id, absent_from, absent_until, reason, entered_by, created_at)
    select pg_temp.big(10, i), pg_temp.big(5, 1 + i % pg_temp.size(0.0004)), x, x + interval '8 hours', 'sick', base.accounts[1], x
    from base, generate_series(1, pg_temp.size(0.004)) i, lateral (select pg_temp.at() - pg_temp.pick(i, 5, 365) * interval '1 day' as x) y;
insert into shifts_off (technician_id, date, reason, entered_by, entered_at)
    select pg_temp.big(5, 1 + i % pg_temp.size(0.0004)), pg_temp.at()::date - (i / pg_temp.size(0.0004))::int, 'leave', null, pg_temp.at() from generate_series(1, pg_temp.size(0.004)) i;
insert into shift_patterns (id, technician_id, name, from_date, turns, overtime_minutes)
    select pg_temp.big(11, i), pg_temp.big(5, i), 'week', pg_temp.at()::date - 400, '[]', 30 from generate_series(1, pg_temp.size(0.0004)) i;
insert into plan_runs (id, region_id, date, state, seed, seconds, asked_by, created_at, started_at, ended_at)
    select pg_temp.big(12, i), pg_temp.big(1, 1 + i % 4), x::date, 'published', i, 5, base.accounts[1], x, x, x
    from base, generate_series(1, pg_temp.size(0.004)) i, lateral (select pg_temp.at() - (i % 365) * interval '1 day' as x) y;

-- Hardware: three items for two people.

insert into items (id, model_id, tag, serial, state, os_name, os_version, loaner)
    select pg_temp.big(13, i), base.models[1 + i % cardinality(base.models)], 'LARGE-' || lpad(i::text, 7, '0'), 'SL' || i,
        case when i % 40 = 0 then 'in_stock' when i % 41 = 0 then 'on_loan' when i % 43 = 0 then 'quarantined' else 'in_use' end, 'Windows', '10.' || i % 7, i % 40 = 0
    from base, generate_series(1, pg_temp.size(0.06)) i;
insert into custodies (id, item_id, custodian_kind, custodian_id, since, until, reason)
    select pg_temp.big(14, i), pg_temp.big(13, i), case when i % 40 = 0 then 'depot' else 'person' end,
        case when i % 40 = 0 then pg_temp.big(2, 1 + i % 8) else pg_temp.big(4, 1 + i % pg_temp.size(0.04)) end, pg_temp.at() - interval '400 days', null, 'issued'
    from generate_series(1, pg_temp.size(0.06)) i;
insert into custodies (id, item_id, custodian_kind, custodian_id, since, until, reason)
    select pg_temp.big(14, 100000000 + i), pg_temp.big(13, i * 3), 'depot', pg_temp.big(2, 1 + i % 8), pg_temp.at() - interval '500 days', pg_temp.at() - interval '400 days', 'received'
    from generate_series(1, pg_temp.size(0.02)) i;
insert into item_acts (id, item_id, act, state, at, actor_id)
    select pg_temp.big(15, i), pg_temp.big(13, 1 + i % pg_temp.size(0.06)), 'received', 'in_stock', pg_temp.at() - interval '400 days' + i * interval '1 second', null
    from generate_series(1, pg_temp.size(0.12)) i;
insert into item_transfers (id, item_id, from_depot, to_depot, sent_at, ended_at, ended_in)
    select pg_temp.big(16, i), pg_temp.big(13, i), pg_temp.big(2, 1 + i % 8), pg_temp.big(2, 1 + (i + 1) % 8), x, case when i % 50 = 0 then null else x + interval '1 day' end, case when i % 50 = 0 then null else pg_temp.big(2, 1 + (i + 1) % 8) end
    from generate_series(1, pg_temp.size(0.01)) i, lateral (select pg_temp.at() - (i % 300) * interval '1 day' as x) y;
insert into repairs (id, item_id, vendor, rma, reason, sent_at, ended_at, outcome)
    select pg_temp.big(17, i), pg_temp.big(13, i), 'Vendor', 'R' || i, 'screen', x, case when i % 20 = 0 then null else x + interval '9 days' end, case when i % 20 = 0 then null else 'repaired' end
    from generate_series(1, pg_temp.size(0.01)) i, lateral (select pg_temp.at() - (i % 300) * interval '1 day' as x) y;
insert into loans (id, item_id, person_id, depot_id, state, starts_at, due_at, first_due_at, booked_by, booked_at, out_at, ended_at)
    select pg_temp.big(18, i), pg_temp.big(13, i), pg_temp.big(4, 1 + i % pg_temp.size(0.04)), pg_temp.big(2, 1 + i % 8), case when i % 30 = 0 then 'out' else 'returned' end,
        x, x + interval '7 days', x + interval '7 days', base.accounts[1], x, x, case when i % 30 = 0 then null else x + interval '6 days' end
    from base, generate_series(1, pg_temp.size(0.03)) i, lateral (select pg_temp.at() - (i % 300) * interval '1 day' as x) y;
insert into stock_takes (id, depot_id, taken_by, at, reason, counted, missing, elsewhere, unknown, settled)
    select pg_temp.big(19, i), pg_temp.big(2, 1 + i % 8), base.accounts[1], pg_temp.at() - i * interval '1 hour', 'monthly', 10, '{}', '{}', '{}', true from base, generate_series(1, pg_temp.size(0.004)) i;

-- Tickets: two years of them; the last fiftieth is not over yet.

create temp table told as
    select i, pg_temp.big(20, i) as id, pg_temp.big(4, 1 + pg_temp.pick(i, 10, pg_temp.size(0.04))) as person_id,
        pg_temp.big(3, 1 + pg_temp.pick(i, 11, pg_temp.size(0.004))) as site_id, 1 + pg_temp.pick(i, 11, pg_temp.size(0.004)) as site,
        base.accounts[1 + pg_temp.pick(i, 12, cardinality(base.accounts))] as owner_id,
        base.templates[1 + pg_temp.pick(i, 13, cardinality(base.templates))] as template_id,
        case when i * 50 <= pg_temp.size(1) * 49 then 'resolved' when i % 4 = 0 then 'planned' when i % 4 = 1 then 'restored' else 'open' end as state,
        pg_temp.at() - (pg_temp.size(1) - i) * (interval '730 days' / pg_temp.size(1)) - interval '1 hour' as at
    from base, generate_series(1, pg_temp.size(1)) i;
insert into tickets (id, number, person_id, site_id, template_id, item_id, owner_id, state, priority, summary, channel, opened_at, restored_at, resolved_at, resolution, next_update, reopenings)
    select id, 10000000 + i, person_id, site_id, template_id, case when i % 5 = 0 then pg_temp.big(13, 1 + pg_temp.pick(i, 15, pg_temp.size(0.06))) end, owner_id, state, 1 + (i % 5)::int, 'Does not start', 'phone', at,
        case when state in ('restored', 'resolved') then at + interval '40 minutes' end, case when state = 'resolved' then at + interval '50 minutes' end, case when state = 'resolved' then 'done' end, case when state = 'resolved' then at else pg_temp.at() end + interval '4 hours', 0
    from told;
insert into contacts (id, person_id, ticket_id, handler_id, channel, direction, queued_at, answered_at, ended_at, reason, outcome)
    select pg_temp.big(21, i * 2 + n), person_id, id, owner_id, 'phone', case n when 0 then 'in' else 'out' end, at, at + interval '20 seconds', at + interval '5 minutes', 'fault', 'registered'
    from told, generate_series(0, 1) n where n = 0 or i % 2 = 0;
insert into calls (id, source_id, external_id, direction, number, handler_id, queued_at, answered_at, ended_at, state, contact_id, registered_at)
    select pg_temp.big(22, i), owner_id, 'call-' || i, 'in', '+13025550000', owner_id, at, at + interval '20 seconds', at + interval '5 minutes',
        case when i % 1000 = 0 then 'seen' else 'registered' end, case when i % 1000 = 0 then null else pg_temp.big(21, i * 2) end, case when i % 1000 = 0 then null else at + interval '1 minute' end
    from told where i % 2 = 0;
insert into ticket_notes (id, ticket_id, audience, body, author_id, at) select pg_temp.big(23, i), id, 'internal', 'Restarted it', owner_id, at from told;
insert into ticket_pauses (id, ticket_id, reason, began_at, ended_at, began_by)
    select pg_temp.big(24, i), id, 'waiting_for_customer', at, case when state = 'resolved' then at + interval '9 minutes' end, owner_id from told where i % 10 = 0;
insert into ticket_entries (ticket_id, template_id, at, fields, key_strokes) select t.id, t.template_id, told.at, 3, 24 from told join tickets t on t.id = told.id;
insert into transfers (id, ticket_id, from_id, to_account, state, reason, context, asked_by, asked_at, due_at, settled_by, settled_at)
    select pg_temp.big(25, i), id, owner_id, owner_id, case when state = 'resolved' then 'accepted' else 'offered' end, 'skills', '', owner_id, at, at + interval '1 hour', case when state = 'resolved' then owner_id end, case when state = 'resolved' then at end
    from told where i % 10 = 1;
insert into escalations (id, ticket_id, state, reason, context, leader_id, asked_by, asked_at, called_at, taken_at)
    select pg_temp.big(26, i), id, 'taken', 'angry', '', owner_id, owner_id, at, at, at from told where i % 50 = 0;
insert into teams (id, code, name, tier, accept_minutes) select pg_temp.big(27, i), 'large' || i, 'Team ' || i, 'second_level', 60 from generate_series(1, 10) i;
insert into tasks (id, ticket_id, team_id, taken_by, state, wish, due_at, asked_by, asked_at, settled_at)
    select pg_temp.big(28, i), id, pg_temp.big(27, 1 + i % 10), owner_id, case when state = 'resolved' then 'done' else 'taken' end, 'Look', at, owner_id, at, case when state = 'resolved' then at end from told where i % 20 = 0;
insert into ticket_links (from_id, to_id, kind, by_id, at) select id, pg_temp.big(20, i - 1), 'related', owner_id, at from told where i % 50 = 2;
insert into ticket_files (id, ticket_id, name, media_type, size, sha256, added_by, at) select pg_temp.big(29, i), id, 'a.png', 'image/png', 1, '\x00', owner_id, at from told where i % 20 = 0;
insert into file_contents (file_id, content) select pg_temp.big(29, i), '\x00' from told where i % 20 = 0;
insert into place_changes (id, person_id, ticket_id, from_site_id, from_place, to_site_id, to_place, said_by, said_at)
    select pg_temp.big(30, i), person_id, id, site_id, '{}', site_id, '{}', owner_id, at from told where i % 50 = 3;
insert into contact_corrections (id, contact_id, to_id, corrected_by, corrected_at) select pg_temp.big(31, i), pg_temp.big(21, i * 2), person_id, owner_id, at from told where i % 50 = 4;
insert into requests (source_id, external_id, contact_id, ticket_id, summary, body, received_at) select owner_id, 'mail-' || i, null, id, 'Help', 'Does not start', at from told where i % 10 = 5;
insert into threads (source_id, thread_id, person_id, ticket_id) select owner_id, 'thread-' || i, person_id, id from told where i % 10 = 5;
insert into service_exceptions (id, state, ticket_id, restore_minutes, reason, asked_by, asked_at, decided_by, decided_at, expires_at)
    select pg_temp.big(32, i), case when i % 3 = 0 then 'requested' else 'refused' end, id, 60, 'board', owner_id, at, case when i % 3 = 0 then null else owner_id end, case when i % 3 = 0 then null else at end, at + interval '30 days' from told where i % 100 = 6;

-- Visits: four of ten tickets need one. Those of tickets that are over are over.

create temp table called as
    select i, id, person_id, site_id, owner_id, at, state = 'resolved' as over, pg_temp.big(40, i) as visit_id, (i / 5 * 2) as k,
        1 + (site - 1) % 4 as home, 1 + pg_temp.pick(i, 16, pg_temp.size(0.0004)) as tech, 1 + pg_temp.pick(i, 17, 264) as d
    from told where i % 5 < 2;
insert into visits (id, ticket_id, person_id, site_id, region_id, state, minutes, spread, skill_code, skill_level, priority, round_id, shift_id, technician_id, position, planned_leave, planned_start, planned_end, leg_seconds, leg_metres, departed_at, arrived_at, completed_at)
    select visit_id, id, person_id, site_id, pg_temp.big(1, 1 + tech % 4), case when over then 'completed' else 'waiting' end, 30, 0.4, base.skills[1], 2, 3,
        case when over then pg_temp.big(9, tech * 1000 + d) end, case when over then pg_temp.big(8, tech * 1000 + d) end, case when over then pg_temp.big(5, tech) end, case when over then 1 + (i % 9)::int end,
        case when over then day end, case when over then day + interval '10 minutes' end, case when over then day + interval '40 minutes' end, case when over then 600 end, case when over then 5000 end,
        case when over then day end, case when over then day + interval '10 minutes' end, case when over then day + interval '40 minutes' end
    from base, called, lateral (select (pg_temp.at()::date + (d - 265)::int) + interval '8 hours' + (i % 9) * interval '45 minutes' as day) x;
insert into facts (id, kind, visit_id, technician_id, account_id, happened_at, received_at)
    select pg_temp.big(41, i * 4 + n), (array['left', 'arrived', 'offered', 'done'])[n + 1], visit_id, pg_temp.big(5, tech), pg_temp.big(6, tech), at, at from called, generate_series(0, 3) n where over;
insert into arrivals (id, visit_id, source, account_id, happened_at, received_at) select pg_temp.big(42, i), visit_id, 'technician', pg_temp.big(6, tech), at, at from called where over;
insert into drives (visit_id, region_id, departed_at, kind, hour, took_seconds, road_seconds)
    select visit_id, pg_temp.big(1, 1 + tech % 4), at, 'workday', 8 + (i % 9)::int, 720, 600 from called where over;
insert into duties (visit_id, duty, outcome, at) select visit_id, 'be_there', 'met', at from called where over;
insert into presences (visit_id, kind, told_at, told_by) select visit_id, 'stays', at, owner_id from called where i % 10 = 0;
insert into pauses (id, visit_id, reason, started_at, ended_at) select pg_temp.big(43, i), visit_id, 'lunch', at, at from called where i % 10 = 0 and over;
insert into option_sets (id, visit_id, state, offered_by, offered_at) select pg_temp.big(44, i), visit_id, 'lapsed', owner_id, at from called where over;
insert into options (id, set_id, position, code, name, minutes, end_state) select pg_temp.big(45, i * 2 + n), pg_temp.big(44, i), n, base.options[1], 'Option', 20, 'working' from base, called, generate_series(0, 1) n where over;
insert into reservations (id, item_id, visit_id, created_at, released_at) select pg_temp.big(46, i), pg_temp.big(13, 1 + pg_temp.pick(i, 18, pg_temp.size(0.06))), visit_id, at, at from called where i % 5 = 0;
insert into callbacks (id, ticket_id, visit_id, person_id, owner_id, due_at, state, settled_at, created_at)
    select pg_temp.big(47, i), id, visit_id, person_id, owner_id, case when over then at else pg_temp.at() end + interval '1 day', case when over then 'settled' else 'due' end, case when over then at end, at from called where i % 5 = 0;
insert into assists (id, visit_id, technician_id, region_id, minutes, state, asked_at, settled_at)
    select pg_temp.big(48, i), visit_id, pg_temp.big(5, tech), pg_temp.big(1, 1 + tech % 4), 30, 'lapsed', at, at from called where i % 25 = 0;
insert into round_changes (id, round_id, technician_id, visit_id, kind, state, to_start, made_at, due_at, answered_at)
    select pg_temp.big(49, i), pg_temp.big(9, tech * 1000 + d), pg_temp.big(5, tech), visit_id, 'added', 'acknowledged', at, at, at, at from called where i % 5 = 1 and over;
insert into stray_facts (id, kind, visit_id, technician_id, account_id, happened_at, received_at, why, reviewed_at, reviewed_by)
    select pg_temp.big(50, i), 'arrived', visit_id, pg_temp.big(5, tech), pg_temp.big(6, tech), at, at, 'other_day', at, owner_id from called where i % 50 = 0;
insert into proofs (id, custody_id, side, account_id, method, at)
    select pg_temp.big(51, i), pg_temp.big(14, i), 'giver', base.accounts[1], 'account', pg_temp.at() from base, generate_series(1, pg_temp.size(0.06)) i;

-- Promises, and what was told.

insert into promises (id, person_id, ticket_id, visit_id, state, window_start, window_end, first_start, first_end, confidence, technician_id, wording, made_by, made_at, settled_at)
    select pg_temp.big(60, i), person_id, id, visit_id, case when over then 'kept' else 'open' end, x, x + interval '2 hours', x, x + interval '2 hours', 0.95, pg_temp.big(5, tech), 'We come.', owner_id, at, case when over then x + interval '1 hour' end
    from called, lateral (select case when over then at + interval '1 day' else pg_temp.at() + interval '1 day' + i % 200 * interval '1 hour' end as x) y;
insert into promises (id, person_id, ticket_id, state, kind, window_start, window_end, first_start, first_end, confidence, wording, made_by, made_at, settled_at)
    select pg_temp.big(61, i), person_id, id, case when state = 'resolved' then 'kept' else 'open' end, 'status_update', x, x + interval '4 hours', x, x + interval '4 hours', 1, 'We tell you.', owner_id, at, case when state = 'resolved' then at + interval '1 hour' end
    from told, lateral (select case when state = 'resolved' then at else pg_temp.at() + interval '1 hour' + i % 200 * interval '1 hour' end as x) y where i % 5 = 2;
insert into promise_entries (promise_id, seq, kind, at, window_start, window_end, confidence, reason, wording_hash, previous, hash)
    select pg_temp.big(60, i), n, (array['made', 'kept'])[n], at, at, at + interval '2 hours', 0.95, '', sha256(int8send(i)), case n when 1 then '\x'::bytea else sha256(int8send(i * 2 + 1)) end, sha256(int8send(i * 2 + n))
    from called, generate_series(1, 2) n where n = 1 or over;
insert into notices (id, person_id, ticket_id, promise_id, kind, channel, body, state, created_at, delivered_at, due_at)
    select pg_temp.big(62, i), person_id, id, null, 'ticket_received', 'sms', 'Thank you', case when i % 2000 = 0 then 'failed' else 'delivered' end, at, case when i % 2000 = 0 then null else at end, null from told;
insert into notices (id, person_id, ticket_id, promise_id, kind, channel, body, state, created_at, delivered_at)
    select pg_temp.big(63, i), person_id, id, pg_temp.big(60, i), 'promise_made', 'sms', 'We come', 'delivered', at, at from called;
insert into notice_attempts (notice_id, number, channel, at, lease_until, outcome) select pg_temp.big(62, i), 1, 'sms', at, at, 'delivered' from told;
insert into customer_links (id, ticket_id, person_id, made_at, expires_at)
    select pg_temp.big(66, i), id, person_id, at, at + interval '14 days' from called;
insert into customer_link_keys (hash, link_id, made_at) select sha256(int8send(i)), pg_temp.big(66, i), at from called;
insert into surveys (visit_id, ticket_id, person_id, asked_at, answered_at, treatment, outcome)
    select visit_id, id, person_id, at, at, 5, 5 from called where over;
insert into quotes (id, ticket_id, asked_by, at, expires_at, offers, refused)
    select pg_temp.big(64, i), id, owner_id, at, at + interval '10 minutes', jsonb_build_array(jsonb_build_object('outcome_id', pg_temp.big(65, i))), '[]' from called;
insert into outcomes (id, kind, asked_by, subject_id, at, expires_at, seed, days, change, document, committed_at)
    select pg_temp.big(65, i), 'promise', owner_id, id, at, at + interval '10 minutes', i, '[]', '{}', '{}', case when i % 5 = 0 then at end from called;

-- Incidents, changes, and what other systems said.

insert into incidents (id, number, title, state, predicate, declared_by, declared_at, confirmed_at, resolved_at)
    select pg_temp.big(70, i), 1000000 + i, 'Incident', 'resolved', '{}', base.accounts[1], x, x, x from base, generate_series(1, pg_temp.size(0.004)) i, lateral (select pg_temp.at() - i * interval '6 hours' as x) y;
insert into affected (incident_id, person_id, item_id, clauses, matched_at, reached, reached_at)
    select pg_temp.big(70, 1 + i % pg_temp.size(0.004)), pg_temp.big(4, 1 + i % pg_temp.size(0.04)), pg_temp.big(13, 1 + i % pg_temp.size(0.06)), '{}', pg_temp.at(), 'call', pg_temp.at() from generate_series(1, pg_temp.size(0.1)) i on conflict do nothing;
insert into call_tasks (id, incident_id, person_id, channel, address, state, rank, created_at, settled_at)
    select pg_temp.big(71, i), pg_temp.big(70, 1 + i % pg_temp.size(0.004)), pg_temp.big(4, 1 + i % pg_temp.size(0.04)), 'phone', '', 'done', i::int, pg_temp.at(), pg_temp.at() from generate_series(1, pg_temp.size(0.05)) i;
insert into changes (id, number, source_id, external_id, planned, state, title, starts_at, ends_at, approval, reported_at)
    select pg_temp.big(72, i), 1000000 + i, base.accounts[1], 'change-' || i, true, 'finished', 'Change', x, x + interval '2 hours', 'approved', x from base, generate_series(1, pg_temp.size(0.006)) i, lateral (select pg_temp.at() - i * interval '6 hours' as x) y;
insert into inbound_messages (source_id, webhook_id, received_at, disposition) select base.accounts[1], 'message-' || i, pg_temp.at() + (i - 200) * interval '1 second', 'applied' from base, generate_series(1, pg_temp.size(0.04)) i;
insert into inbound_subjects (source_id, kind, external_id, reported_at) select base.accounts[1], 'incident', 'subject-' || i, pg_temp.at() from base, generate_series(1, pg_temp.size(0.04)) i;
insert into imports (id, kind, state, dry_run, size, asked_by, created_at, started_at, ended_at)
    select pg_temp.big(73, i), 'people', 'done', false, 1000, base.accounts[1], x, x, x from base, generate_series(1, pg_temp.size(0.004)) i, lateral (select pg_temp.at() - i * interval '6 hours' as x) y;
insert into import_parts (import_id, n, content) select pg_temp.big(73, i), 1, '\x00' from generate_series(1, pg_temp.size(0.004)) i;
insert into import_errors (import_id, n, line, "column", code, message)
    select pg_temp.big(73, 1 + i % pg_temp.size(0.004)), i, 1, 'mail', 'bad_mail', 'is none' from generate_series(1, pg_temp.size(0.02)) i;
insert into brought (source, noun, key, subject, import_id) select 'tickets', 'ticket', 'large-' || i, id, pg_temp.big(73, 1 + i % pg_temp.size(0.004)) from told where i % 5 = 0;
insert into past_events (id, ticket_id, name, at, data) select pg_temp.big(74, i), id, 'opened', at, '{}' from told where i % 5 = 0;
insert into acts (principal, key, request, status, header, body, at)
    select base.accounts[1 + i % cardinality(base.accounts)], 'large-' || i, '\x00', 201, '{}', '\x00', pg_temp.at() - i % 86400 * interval '1 second' from base, generate_series(1, pg_temp.size(0.02)) i;
insert into closures (id, state, closed_from, closed_until, area, streets, reason, entered_by, entered_at, ended_by, ended_at)
    select pg_temp.big(75, i), 'ended', x, x + interval '1 day', '{"center": [0, 0], "metres": 100}', '{}', 'flood', base.accounts[1], x, base.accounts[1], x + interval '5 hours'
    from base, generate_series(1, pg_temp.size(0.004)) i, lateral (select pg_temp.at() - i * interval '3 hours' as x) y;

-- The journal: registered and resolved of every ticket, and of every visit its end.

insert into events (id, position, name, subject_kind, subject_id, subject_seq, at, actor_id)
    select pg_temp.big(80, i * 4 + n), -4 * (pg_temp.size(1) + 1) + i * 4 + n, (array['ticket.opened', 'ticket.resolved'])[n], 'ticket', id, n, at, owner_id from told, generate_series(1, 2) n where n = 1 or state = 'resolved';
insert into events (id, position, name, subject_kind, subject_id, subject_seq, at, technician_id, region_id)
    select pg_temp.big(81, i), -4 * (pg_temp.size(1) + 1) + i * 4 + 3, 'visit.completed', 'visit', visit_id, 1, at, pg_temp.big(5, tech), pg_temp.big(1, home) from called where over;
insert into event_subjects (subject_id, last_seq) select id, case when state = 'resolved' then 2 else 1 end from told;
insert into event_subjects (subject_id, last_seq) select visit_id, 1 from called where over;

drop table base, told, called;
