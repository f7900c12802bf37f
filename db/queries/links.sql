-- Links of messages, pages and engaged contacts in a scope; {facts} are the interactions that count (db/scopes.py).

-- name: top_links_in_scope
-- Of each owner the links that most copies were clicked on. Clicks are the same copy's, and its first click is where
-- the copy's mark has it: clicks in another account before take it along.
with click as materialized (
    select owner_id, within, contact_id, link, occurred_at, id, message_id,
        properties ->> 'linkFriendlyName' as friendly_name,
        case when message_id is not null
            then copy_of(message_id, journey_id, iteration_id, tile_id) end as copy_id
    from ({facts}) fact
    where link <> ''
),
clicked as (
    select owner_id, link, count(*) as total, min(occurred_at) as first_at, max(occurred_at) as last_at,
        (array_agg(friendly_name order by occurred_at desc, id desc)
            filter (where friendly_name <> ''))[1] as friendly_name,
        array_agg(distinct message_id) filter (where message_id is not null) as messages
    from click
    group by owner_id, link
),
first_clicked as (
    select owner_id, link, count(*) as unique_clicks
    from (
        select distinct owner_id, within, contact_id, copy_id, link from click where copy_id is not null
    ) copy
    where within is null or within = (
        select mark.account_id
        from copy_mark mark
        where mark.contact_id = copy.contact_id and mark.copy_id = copy.copy_id
            and mark.mark = 'EMAIL_CLICKED' and mark.link = copy.link and (not mark.machine or {machines})
        order by mark.first_at, mark.machine
        limit 1
    )
    group by owner_id, link
)
select *
from (
    select owner_id, link, friendly_name, total as total_clicks,
        coalesce(unique_clicks, 0)::bigint as unique_clicks,
        coalesce(sum(unique_clicks) over (partition by owner_id), 0)::bigint as all_unique,
        first_at, last_at, coalesce(messages, array[]::text[]) as messages,
        row_number() over (
            partition by owner_id
            order by coalesce(unique_clicks, 0) desc, total desc, link collate "C"
        ) as place
    from clicked
    left join first_clicked using (owner_id, link)
) ranked
where place <= {first}
order by owner_id, place

-- name: delivered_in_scope
-- Of each owner and message the copies delivered to the owner's contacts.
select owner_id, message_id, count(*) as delivered
from ({measures}) measure
where kind = 'DELIVERED'
group by owner_id, message_id

-- name: pages_in_scope
-- Of each owner the addresses most visited and followed. A visit is to the page's address, a click to the link's.
select *
from (
    select owner_id, address, count(*) filter (where is_visit) as visits,
        count(*) filter (where not is_visit) as clicks, min(occurred_at) as first_at,
        max(occurred_at) as last_at,
        row_number() over (partition by owner_id order by count(*) desc, address collate "C") as place
    from (
        select owner_id, occurred_at, type = 'WEBSITE_VISITED' as is_visit,
            case when type = 'WEBSITE_VISITED'
                then coalesce(nullif(properties ->> 'pageAddress', ''), properties ->> 'pageUrl')
                else link
            end as address
        from ({facts}) fact
    ) followed
    where address <> ''
    group by owner_id, address
) ranked
where place <= {first}
order by owner_id, place

-- name: most_engaged_in_scope
-- Of each owner the contacts that engaged most.
select *
from (
    select owner_id, contact_id, count(*) as engagements, max(occurred_at) as last_engagement_at,
        row_number() over (
            partition by owner_id order by count(*) desc, max(occurred_at) desc, contact_id
        ) as place
    from ({facts}) fact
    group by owner_id, contact_id
) ranked
where place <= {first}
order by owner_id, place
