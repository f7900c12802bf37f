-- Orders of lists, and what is found by words. Every order is a column and the id: read from either end, so that
-- where records without a value stand costs nothing. Texts are ordered by their first 200 characters, so that no text
-- is too long for an index.

drop index account_by_name, contact_by_account_name, contact_by_name, lead_by_topic, contact_by_city_name;
create index account_by_name on account (left(name collate "C", 200), id);
create index account_by_updated on account (updated_at, id);
create index account_by_revenue on account (revenue, id);
create index account_by_employees on account (number_of_employees, id);
create index contact_by_name on contact (left(full_name collate "C", 200), id);
create index contact_by_last_name on contact (left(last_name collate "C", 200), id);
create index contact_by_email_order on contact (left(email collate "C", 200), id);
create index contact_by_updated on contact (updated_at, id);
create index contact_by_account_name on contact (account_id, left(full_name collate "C", 200), id);
create index contact_by_city_name on contact (left(city, 200), left(full_name collate "C", 200), id);
create index lead_by_topic on lead (left(topic collate "C", 200), id);
create index lead_by_updated on lead (updated_at, id);
create index lead_by_amount on lead (estimated_amount, id);
create index lead_by_close_date on lead (estimated_close_date, id);
create index opportunity_by_updated on opportunity (updated_at, id);
create index opportunity_by_value on opportunity (estimated_value, id);
create index opportunity_by_close_date on opportunity (estimated_close_date, id);

-- Equal or not is all that is asked of these: their hashes have one size.
drop index contact_by_email, contact_by_written_email, lead_by_written_email;
create index contact_by_email on contact using hash (lower(email));
create index contact_by_written_email on contact using hash (email);
create index lead_by_written_email on lead using hash (email);

-- Whose records are, for lists of theirs and conditions on them.
create index contact_by_parent on contact (parent_contact_id, created_at, id) where parent_contact_id is not null;
create index opportunity_by_contact on opportunity (contact_id, created_at, id);

create extension if not exists pg_trgm;

-- The words of texts as they are sought: small letters without accents, parted by whatever is neither letter nor
-- digit in ASCII. Of all the texts together the first 500 characters count. Made for every row that is written and
-- for many that are read: a pattern takes a quarter of the time that `translate` does, and workers that shared the
-- making would take longer to start than a search takes.
create function search_words(variadic texts text[]) returns text[]
language plpgsql immutable parallel restricted cost 200
as $$
declare
    folded text := lower(left(array_to_string(texts, ' '), 500) collate "C");
begin
    if octet_length(folded) <> length(folded) then
        folded := regexp_replace(normalize(folded, NFD), '[\u0300-\u036f]+', '', 'g');
        if octet_length(folded) <> length(folded) then
            folded := translate(left(normalize(folded, NFC), 500),
                'ØøĐđŁłÆæŒœßẞıÐÞþΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣςΤΥΦΧΨΩАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏ',
                'ooddllaaoossidttαβγδεζηθικλμνξοπρσστυφχψωабвгдежзийклмнопрстуфхцчшщъыьэюяђєѕіјљњћџ');
        end if;
        folded := lower(folded collate "C");
    end if;
    folded := regexp_replace(folded, '[^0-9a-z\u0080-\u009f\u00a1-\U0010ffff]+', ' ', 'g');
    return array_remove(string_to_array(folded, ' '), '');
end
$$;

-- All the words of what is sought, the last of them as the beginning of a word; null where there are none.
create function search_query(sought text) returns tsquery
language sql immutable parallel restricted cost 200
as $$
    select (string_agg(quote_literal(word), ' & ' order by place) || ':*')::tsquery
    from unnest(search_words(sought)) with ordinality as found (word, place)
$$;

-- Parts of names, and names that are written a little differently.
create index account_name_parts on account using gin (lower(name collate "C") gin_trgm_ops);
create index contact_name_parts on contact using gin (lower(full_name collate "C") gin_trgm_ops);
create index contact_email_parts on contact using gin (lower(email collate "C") gin_trgm_ops);
create index lead_topic_parts on lead using gin (lower(topic collate "C") gin_trgm_ops);

-- For each of the three tables: the index of its words, and three functions that find along the indexes whatever the
-- statistics say, for walking over the table would make the words of every row anew.
--   _found: how many have all the words, and one more than `most` where there are more. The index has to gather all
--           that it finds before it gives the first, which takes long for what most records have. So of a larger
--           table some sixty pages are looked at first, always the same: where matches stand in twenty of them and
--           are so many that there would be four times `most` in all, there are more.
--   _hits:  the up to 2,000 records that have all the words, each with its rank: 0 where they are its name, 1 where
--           its name has them all.
--   _alike: up to a hundred records whose names are most alike, each with its rank: the less alike, the higher.
--           What is less alike is only asked for where nothing is more. Where more than 2,000 are, it is the most
--           alike of those that come first by id.
do $tables$
declare
    entity text;
    name text;
    texts text;
    words text;
begin
    for entity, name, texts in values
        ('account', 'name',
            'name, account_number, email, website, city, postal_code, phone, translate(phone, '' -()./+'', '''')'),
        ('contact', 'full_name',
            'full_name, nick_name, email, email2, job_title, department, city, mobile_phone, business_phone,'
            ' translate(mobile_phone, '' -()./+'', ''''), translate(business_phone, '' -()./+'', '''')'),
        ('lead', 'topic',
            'topic, full_name, company_name, email, job_title, city, mobile_phone, business_phone,'
            ' translate(mobile_phone, '' -()./+'', ''''), translate(business_phone, '' -()./+'', '''')')
    loop
        words := format('array_to_tsvector(search_words(%s))', texts);
        execute format('create index %1$s_words on %1$s using gin (%2$s)', entity, words);

        execute format($text$
create function %1$s_found(sought text, most int) returns int
language plpgsql stable parallel restricted cost 10000
set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off
as $found$
declare
    query tsquery := search_query(sought);
    pages real := pg_relation_size('%1$s') / current_setting('block_size')::int;
    hits int;
    hit_pages int;
begin
    if pages > 2000 then
        select count(*) into hits from %1$s tablesample system (400 / pages) repeatable (1) where %2$s @@ query;
        if hits > 1 then
            select count(*), count(distinct (ctid::text::point)[0]) into hits, hit_pages
            from %1$s tablesample system (6000 / pages) repeatable (1) where %2$s @@ query;
            if hit_pages >= 20 and hits / 60.0 * pages >= 4.0 * most then
                return most + 1;
            end if;
        end if;
    end if;
    return (select count(*) from (select from %1$s where %2$s @@ query limit most + 1) found);
end
$found$
$text$, entity, words);

        execute format($text$
create function %1$s_hits(sought text) returns table (id uuid, rank int)
language sql stable parallel restricted rows 500 cost 10000
set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off
as $found$
    select found.id, case
        when found.name = (select search_words(sought)) then 0
        when array_to_tsvector(found.name) @@ (select search_query(sought)) then 1
        else 2 end
    from (
        select t.id, search_words(%3$s) as name from %1$s t
        where %2$s @@ (select search_query(sought)) limit 2000) found
$found$
$text$, entity, words, name);

        execute format($text$
create function %1$s_alike(sought text) returns table (id uuid, rank int)
language plpgsql stable parallel restricted rows 50 cost 10000
set enable_seqscan = off set max_parallel_workers_per_gather = 0 set pg_trgm.word_similarity_threshold = 0.7
as $found$
declare
    wanted text := lower(sought collate "C");
    least text;
    ids uuid[];
    names text[];
begin
    foreach least in array array['0.7', '0.5', '0.35'] loop
        perform set_config('pg_trgm.word_similarity_threshold', least, true);
        select array_agg(found.id), array_agg(found.name) into ids, names from (
            select t.id, lower(%2$s collate "C") as name from %1$s t
            where lower(%2$s collate "C") %%> wanted limit 2001) found;
        if cardinality(ids) > 2000 then
            select array_agg(found.id), array_agg(found.name) into ids, names from (
                select first.* from (
                    select t.id, lower(%2$s collate "C") as name from %1$s t order by t.id limit 8000) first
                where first.name %%> wanted) found;
            if coalesce(cardinality(ids), 0) < 10 then
                with found as materialized (
                    select t.id, lower(%2$s collate "C") as name from %1$s t
                    where lower(%2$s collate "C") %%> wanted)
                select array_agg(first.id), array_agg(first.name) into ids, names
                from (select * from found order by found.id limit 100) first;
            end if;
        end if;
        if cardinality(ids) > 0 then
            return query
                select found.id, 1000 - round(1000 * word_similarity(wanted, found.name))::int
                from unnest(ids, names) as found (id, name) order by 2, 1 limit 100;
            return;
        end if;
    end loop;
end
$found$
$text$, entity, name);
    end loop;
end
$tables$;
