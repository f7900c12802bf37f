-- 2,000 accounts, 50,000 contacts, 30,000 leads, and as many interactions as `benchmark.interactions` says.
-- Everything follows from numbers and a seeded chance, so that two seedings are the same.

-- name: accounts
insert into account (id, created_at, updated_at, name, industry, city)
select md5('account:' || number)::uuid, at, at,
    format('%s %s', (array['Brightwater', 'Copperfield', 'Elmhurst', 'Fernleaf', 'Goldcrest', 'Hazelwood',
        'Ivybridge', 'Juniper'])[1 + number % 8], number),
    1 + number % 33,
    (array['Utrecht', 'Jakarta', 'Delft', 'Bandung', 'Oslo', 'Lyon'])[1 + number % 6]
from (
    select number, timestamptz '2024-01-01 00:00:00+00' + make_interval(mins => number) as at
    from generate_series(1, 2000) number
) made

-- name: contacts
-- Accounts 1 to 5 have 10,000, 5,000, 3,000, 2,000 and 1,000 contacts, the others about 15 each.
insert into contact (id, created_at, updated_at, first_name, last_name, email, job_title, city, account_id)
select md5('contact:' || number)::uuid, at, at,
    (array['Anna', 'Budi', 'Citra', 'Daan', 'Eva', 'Femke', 'Gita', 'Hugo', 'Indah', 'Joost', 'Kiki',
        'Lars'])[1 + (number * 31) % 12],
    (array['Jansen', 'Wijaya', 'de Vries', 'Santoso', 'Bakker', 'Halim', 'Visser', 'Kusuma', 'Smit',
        'Lestari'])[1 + (number * 17) % 10] || ' ' || (number % 997),
    'person' || number || '@example.org',
    (array['Buyer', 'Manager', 'Director', 'Engineer', 'Assistant'])[1 + (number * 13) % 5],
    (array['Utrecht', 'Jakarta', 'Delft', 'Bandung', 'Oslo', 'Lyon'])[1 + (number * 11) % 6],
    md5('account:' || case
        when number <= 10000 then 1
        when number <= 15000 then 2
        when number <= 18000 then 3
        when number <= 20000 then 4
        when number <= 21000 then 5
        else 6 + (number * 7919) % 1995
    end)::uuid
from (
    select number, timestamptz '2024-02-01 00:00:00+00' + make_interval(mins => number) as at
    from generate_series(1, 50000) number
) made

-- name: memberships
insert into contact_account_membership (contact_id, from_at, account_id)
select id, created_at, account_id
from contact

-- name: leads
-- Nine tenths have a parent contact, skewed to the first; one tenth has a parent account alone.
insert into lead (home_id, id, created_at, updated_at, topic, contact_id, account_id, status, stage)
select coalesce(contact_id, id), id, at, at, topic, contact_id, account_id, 1 + number % 2, 1 + number % 5
from (
    select number, md5('lead:' || number)::uuid as id,
        timestamptz '2024-06-01 00:00:00+00' + make_interval(mins => number) as at,
        format('Lead %s for product %s', number, number % 40) as topic,
        case when number % 10 <> 0
            then md5('contact:' || 1 + floor(power(random(), 1.3) * 50000)::int)::uuid end as contact_id,
        case when number % 10 = 0 then md5('account:' || 1 + (number * 3) % 2000)::uuid end as account_id
    from generate_series(1, 30000) number
) made

-- name: letters
-- One of 200 messages to one contact, skewed to the first contacts, in one of some 500 days.
create temp table letter on commit drop as
select number, md5('contact:' || 1 + floor(power(random(), 1.6) * 50000)::int)::uuid as contact_id,
    1 + floor(random() * 200)::int as message,
    timestamptz '2025-01-01 00:00:00+00' + random() * interval '497 days' as sent_at
from generate_series(0, current_setting('benchmark.interactions')::int / 27 * 8 + 7) number

-- name: places
-- What happens to eight letters: 27 interactions. A mailing place carries the letter's message.
create temp table place on commit drop as
select row_number() over () - 1 as place, letter, type, mailing, after, within
from (values
    (0, 'EMAIL_SENT', true, 0, 1), (1, 'EMAIL_SENT', true, 0, 1), (2, 'EMAIL_SENT', true, 0, 1),
    (3, 'EMAIL_SENT', true, 0, 1), (4, 'EMAIL_SENT', true, 0, 1), (5, 'EMAIL_SENT', true, 0, 1),
    (6, 'EMAIL_SENT', true, 0, 1), (7, 'EMAIL_SENT', true, 0, 1),
    (0, 'EMAIL_DELIVERED', true, 5, 90), (1, 'EMAIL_DELIVERED', true, 5, 90),
    (2, 'EMAIL_DELIVERED', true, 5, 90), (3, 'EMAIL_DELIVERED', true, 5, 90),
    (4, 'EMAIL_DELIVERED', true, 5, 90), (5, 'EMAIL_DELIVERED', true, 5, 90),
    (6, 'EMAIL_DELIVERED', true, 5, 90), (7, 'EMAIL_HARD_BOUNCED', true, 5, 600),
    (0, 'EMAIL_OPENED', true, 120, 80000), (0, 'EMAIL_OPENED', true, 120, 160000),
    (1, 'EMAIL_OPENED', true, 120, 80000), (2, 'EMAIL_OPENED', true, 120, 80000),
    (0, 'EMAIL_CLICKED', true, 80000, 80000), (1, 'EMAIL_CLICKED', true, 80000, 80000),
    (0, 'WEBSITE_VISITED', false, 90000, 80000), (3, 'WEBSITE_VISITED', false, 0, 80000),
    (4, 'FORM_SUBMITTED', false, 0, 80000), (5, 'EVENT_REGISTRATION', false, 0, 80000),
    (5, 'EVENT_CHECK_IN', false, 80001, 80000)
) happening (letter, type, mailing, after, within)

-- name: staged
-- All interactions as one batch of Leadgraph's own ingest: known, stamped and named already.
insert into stage_interaction (
    id, contact_id, account_id, copy_id, mark, occurred_at, type, actor, source, source_id, journey_id,
    iteration_id, tile_id, message_id, link, properties
)
select md5('interaction:' || serial)::uuid, letter.contact_id, contact.account_id,
    case when mailing and marks.by_type ? type then md5(concat_ws(chr(31), 'message-' || message, 'journey-' || message % 40,
        'iteration-1', 'tile-' || message % 7))::uuid end,
    case when mailing then marks.by_type ->> type end,
    sent_at + make_interval(secs => after + (serial::bigint * 7919) % within),
    type,
    case when type not in ('EMAIL_OPENED', 'EMAIL_CLICKED') then 'UNKNOWN'
        when serial % 10 = 0 then 'MACHINE' else 'HUMAN' end,
    'benchmark',
    serial::text,
    case when mailing then 'journey-' || message % 40 end,
    case when mailing then 'iteration-1' end,
    case when mailing then 'tile-' || message % 7 end,
    case when mailing then 'message-' || message end,
    case when type in ('EMAIL_CLICKED', 'WEBSITE_VISITED')
        then 'https://example.org/offers/' || serial % 9 end,
    '{}'
from generate_series(0, current_setting('benchmark.interactions')::int - 1) serial
cross join (select current_setting('benchmark.marks')::jsonb as by_type) marks
join place on place.place = serial % 27
join letter on letter.number = serial / 27 * 8 + place.letter
join contact on contact.id = letter.contact_id
order by 6

-- name: staged_contacts
insert into stage_contact
select id, account_id, null, false
from contact

-- name: keys
insert into interaction_key (id, contact_id, occurred_at)
select id, contact_id, occurred_at
from stage_interaction
order by id
