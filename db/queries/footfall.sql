-- What was done on websites: {facts} are what was done there in a window (db/footfall.py).

-- name: website_facts_in_scope
-- What contacts did there, and what visitors did whom nobody knows.
select website.id as owner_id, fact.*
from unnest($1::uuid[]) website (id)
join (
    select contact_id, type, actor, occurred_at, visitor_id, properties from interaction
    where (properties ->> 'websiteId') is not null
    union all
    select null, type, actor, occurred_at, visitor_id, properties from orphan_interaction
    where (properties ->> 'websiteId') is not null
) fact on fact.properties ->> 'websiteId' = website.id::text
where fact.occurred_at >= coalesce($2::timestamptz, '-infinity')
    and fact.occurred_at < coalesce($3::timestamptz, 'infinity') and ($4::boolean or fact.actor <> 'MACHINE')

-- name: website_footfall_in_scope
select owner_id, count(*) filter (where type = 'WEBSITE_VISITED') as visits,
    count(*) filter (where type = 'WEBSITE_CLICKED') as clicks,
    count(*) filter (where type = 'FORM_VISITED') as form_visits,
    count(*) filter (where type = 'FORM_SUBMITTED') as form_submissions, count(distinct visitor_id) as visitors,
    count(distinct contact_id) as contacts
from ({facts}) fact
group by owner_id

-- name: website_pages_in_scope
select *
from (
    select owner_id, address, count(*) filter (where type = 'WEBSITE_VISITED') as visits,
        count(*) filter (where type = 'WEBSITE_CLICKED') as clicks, min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        row_number() over (
            partition by owner_id
            order by count(*) filter (where type = 'WEBSITE_VISITED') desc, count(*) desc, address collate "C"
        ) as place
    from (
        select *, coalesce(nullif(properties ->> 'pageAddress', ''), properties ->> 'pageUrl') as address
        from ({facts}) fact
        where type in ('WEBSITE_VISITED', 'WEBSITE_CLICKED')
    ) seen
    where address <> ''
    group by owner_id, address
) ranked
where place <= $5::int
order by owner_id, place

-- name: website_places_in_scope
select *
from (
    select owner_id, country, state, city, count(*) as visits,
        row_number() over (
            partition by owner_id
            order by count(*) desc, country collate "C" nulls last, state collate "C" nulls last,
                city collate "C" nulls last
        ) as place
    from (
        select owner_id, upper(nullif(properties ->> 'countryIsoCode', '')) as country,
            nullif(properties ->> 'state', '') as state, nullif(properties ->> 'city', '') as city
        from ({facts}) fact
        where type = 'WEBSITE_VISITED'
    ) placed
    group by owner_id, country, state, city
) ranked
where place <= $5::int
order by owner_id, place
