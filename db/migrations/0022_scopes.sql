-- What facts are found by besides their contact and account: the message and the journey that they are about (domain.md
-- 4.5). Few values and many rows, so that each value is kept once with the places of its rows.
create index interaction_by_message on interaction (message_id) where message_id is not null;
create index interaction_by_journey on interaction (journey_id) where journey_id is not null;
create index delivered_copy_by_message on delivered_copy (message_id);
create index delivered_copy_by_journey on delivered_copy (journey_id) where journey_id is not null;

-- The delivered copy that an interaction is about: its message in one journey, iteration and tile (domain.md 4.7).
create function copy_of(message_id text, journey_id text, iteration_id text, tile_id text) returns uuid
language sql immutable parallel safe
as $$
    select md5(concat_ws(chr(31), message_id, coalesce(journey_id, ''), coalesce(iteration_id, ''),
        coalesce(tile_id, '')))::uuid
$$;

-- What was done on a website, by whom ever: also by visitors whom nobody knows (domain.md 4.5).
create index interaction_by_website on interaction ((properties ->> 'websiteId'), occurred_at)
    where (properties ->> 'websiteId') is not null;
create index orphan_by_website on orphan_interaction ((properties ->> 'websiteId'), occurred_at)
    where (properties ->> 'websiteId') is not null;

-- How many members segments had, told whenever they changed (domain.md 3.5).
create index orphan_by_segment on orphan_interaction ((properties ->> 'segmentId'), occurred_at)
    where type = 'SEGMENT_MEMBERS_COUNT_CHANGED';
