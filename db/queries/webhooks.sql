-- What webhooks of e-mail providers ask besides taking interactions in.

-- name: webhook_token_take
-- A token is good once, for one body; with that body it may come again.
insert into webhook_token as known (token, body, seen_at)
values ($1, $2, $3)
on conflict (token) do update set token = excluded.token
returning known.body

-- name: webhook_tokens_forget
delete from webhook_token where seen_at < $1

-- name: contacts_of_interactions
select id, contact_id
from interaction_key
where id = any($1::uuid[]) and contact_id is not null

-- name: lists_of_provider
-- Subscription lists by what they are called at a provider: `sendgrid:10` is its group 10.
select distinct on (source) source, id
from subscription_list
where source = any($1::text[]) and not locked
order by source, created_at, id
