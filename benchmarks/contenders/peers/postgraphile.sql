-- What PostGraphile shows beside Leadgraph's own tables, and under which names. Figures are computed columns:
-- functions over the same sums. (Views joined to their records were slower: PostGraphile joins first and limits
-- last, and the planner then sums up records that the page does not show.)
drop schema if exists postgraphile cascade;
create schema postgraphile;
create type postgraphile.figures as (
    interactions int,
    first_interaction_at timestamptz,
    last_interaction_at timestamptz,
    sent int,
    delivered int,
    total_opens int,
    unique_opens int,
    total_clicks int,
    hard_bounces int,
    open_rate float8,
    click_through_rate float8
);

create function contact_insights(contact contact) returns postgraphile.figures
language sql stable parallel safe
as $$
select interactions, first_at, last_at, sent, delivered, total_opens, unique_opens, total_clicks, hard_bounces,
    unique_opens::float8 / nullif(delivered, 0), unique_clicks::float8 / nullif(delivered, 0)
from (
    select coalesce(sum(n) filter (where seen), 0)::int as interactions,
        min(first_at) filter (where seen) as first_at,
        max(last_at) filter (where seen) as last_at,
        coalesce(sum(n) filter (where kind = 'EMAIL_SENT'), 0)::int as sent,
        coalesce(sum(n) filter (where kind = 'DELIVERED'), 0)::int as delivered,
        coalesce(sum(n) filter (where kind = 'EMAIL_OPENED'), 0)::int as total_opens,
        coalesce(sum(n) filter (where kind = 'UNIQUE_OPEN'), 0)::int as unique_opens,
        coalesce(sum(n) filter (where kind = 'EMAIL_CLICKED'), 0)::int as total_clicks,
        coalesce(sum(n) filter (where kind = 'UNIQUE_MESSAGE_CLICK'), 0)::int as unique_clicks,
        coalesce(sum(n) filter (where kind = 'EMAIL_HARD_BOUNCED'), 0)::int as hard_bounces
    from (
        select kind, n, first_at, last_at, first_at is not null as seen
        from public.contact_rollup
        where contact_id = contact.id and not machine
    ) rows
) sums
$$;

-- Interactions with subscription lists are none of the account's.
create function account_insights(account account) returns postgraphile.figures
language sql stable parallel safe
as $$
select interactions, first_at, last_at, sent, delivered, total_opens, unique_opens, total_clicks, hard_bounces,
    unique_opens::float8 / nullif(delivered, 0), unique_clicks::float8 / nullif(delivered, 0)
from (
    select coalesce(sum(n) filter (where seen), 0)::int as interactions,
        min(first_at) filter (where seen) as first_at,
        max(last_at) filter (where seen) as last_at,
        coalesce(sum(n) filter (where kind = 'EMAIL_SENT'), 0)::int as sent,
        coalesce(sum(n) filter (where kind = 'DELIVERED'), 0)::int as delivered,
        coalesce(sum(n) filter (where kind = 'EMAIL_OPENED'), 0)::int as total_opens,
        coalesce(sum(n) filter (where kind = 'UNIQUE_OPEN'), 0)::int as unique_opens,
        coalesce(sum(n) filter (where kind = 'EMAIL_CLICKED'), 0)::int as total_clicks,
        coalesce(sum(n) filter (where kind = 'UNIQUE_MESSAGE_CLICK'), 0)::int as unique_clicks,
        coalesce(sum(n) filter (where kind = 'EMAIL_HARD_BOUNCED'), 0)::int as hard_bounces
    from (
        select kind, n, first_at, last_at, first_at is not null and kind not in ('EMAIL_SUBSCRIPTION_SUBMIT',
            'SEGMENT_SUBSCRIBED', 'SEGMENT_UNSUBSCRIBED', 'SEGMENT_RELATIONSHIP_EDITED') as seen
        from public.account_rollup
        where account_id = account.id and span = 'A' and belonging = 'P' and not machine
    ) rows
) sums
$$;

-- A lead's figures are its contact's, else its account's.
create function lead_insights(lead lead) returns postgraphile.figures
language plpgsql stable parallel safe
as $$
declare
    contact public.contact;
    account public.account;
begin
    if lead.contact_id is not null then
        contact.id := lead.contact_id;
        return public.contact_insights(contact);
    end if;
    account.id := lead.account_id;
    return public.account_insights(account);
end
$$;

create view postgraphile.account_type_count as
select account_id, kind as type, n::int as count
from account_rollup
where span = 'A' and belonging = 'P' and not machine and first_at is not null and kind not in ('EMAIL_SUBSCRIPTION_SUBMIT',
    'SEGMENT_SUBSCRIBED', 'SEGMENT_UNSUBSCRIBED', 'SEGMENT_RELATIONSHIP_EDITED');
comment on view postgraphile.account_type_count is
    E'@primaryKey account_id,type\n@foreignKey (account_id) references public.account (id)|@foreignSimpleFieldName byType';

comment on constraint contact_account_id_fkey on contact is E'@fieldName account\n@foreignFieldName contacts';
comment on constraint lead_account_id_fkey on lead is E'@fieldName account\n@foreignFieldName leads';
comment on table lead is
    E'@unique id\n@foreignKey (contact_id) references contact (id)|@fieldName contact|@foreignFieldName leads';

-- PostGraphile orders by the column as it is, so the index of a search within a city has to be without collation.
create index if not exists postgraphile_contact_by_city on contact (city, full_name, id);

-- Hand-written SQL and Mercurius search within a city in the order of the characters' codes.
create index if not exists written_contact_by_city on contact (city, full_name collate "C", id);
