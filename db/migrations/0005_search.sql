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
-- digit in ASCII. Of all the texts together the first 500 characters count.
create function search_words(variadic texts text[]) returns text[]
language plpgsql immutable parallel safe cost 1000
as $$
declare
    folded text := lower(left(array_to_string(texts, ' '), 500) collate "C");
begin
    if octet_length(folded) <> length(folded) then
        folded := left(normalize(regexp_replace(normalize(folded, NFD), '[\u0300-\u036f]', '', 'g'), NFC), 500);
        folded := translate(folded, 'ØøĐđŁłÆæŒœßẞıÐÞþΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣςΤΥΦΧΨΩАБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯЂЄЅІЈЉЊЋЏ',
            'ooddllaaoossidttαβγδεζηθικλμνξοπρσστυφχψωабвгдежзийклмнопрстуфхцчшщъыьэюяђєѕіјљњћџ');
    end if;
    return array_remove(string_to_array(translate(folded,
        E'!"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~\t\n\r\u00a0', repeat(' ', 36)), ' '), '');
end
$$;

-- All the words of what is sought, the last of them as the beginning of a word; null where there are none.
create function search_query(sought text) returns tsquery
language sql immutable parallel safe cost 1000
as $$
    select (string_agg(quote_literal(word), ' & ' order by place) || ':*')::tsquery
    from unnest(search_words(sought)) with ordinality as found (word, place)
$$;

create index account_words on account using gin (array_to_tsvector(search_words(
    name, account_number, email, website, city, postal_code, phone, translate(phone, ' -()./+', ''))));
create index contact_words on contact using gin (array_to_tsvector(search_words(
    full_name, nick_name, email, email2, job_title, department, city, mobile_phone, business_phone,
    translate(mobile_phone, ' -()./+', ''), translate(business_phone, ' -()./+', ''))));
create index lead_words on lead using gin (array_to_tsvector(search_words(
    topic, full_name, company_name, email, job_title, city, mobile_phone, business_phone,
    translate(mobile_phone, ' -()./+', ''), translate(business_phone, ' -()./+', ''))));

-- Parts of names, and names that are written a little differently.
create index account_name_parts on account using gin (lower(name collate "C") gin_trgm_ops);
create index contact_name_parts on contact using gin (lower(full_name collate "C") gin_trgm_ops);
create index contact_email_parts on contact using gin (lower(email collate "C") gin_trgm_ops);
create index lead_topic_parts on lead using gin (lower(topic collate "C") gin_trgm_ops);

-- The records that have all the words; one more than 5,000 says that there are too many to gather. Found along the
-- index whatever the statistics say: walking over the table would make the words of every row anew.
create function account_hits(sought text) returns table (id uuid)
language sql stable parallel safe rows 500 cost 10000
set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off
set max_parallel_workers_per_gather = 0
as $$
    select t.id from account t
    where array_to_tsvector(search_words(
        name, account_number, email, website, city, postal_code, phone, translate(phone, ' -()./+', '')))
        @@ (select search_query(sought))
    limit 5001
$$;

create function contact_hits(sought text) returns table (id uuid)
language sql stable parallel safe rows 500 cost 10000
set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off
set max_parallel_workers_per_gather = 0
as $$
    select t.id from contact t
    where array_to_tsvector(search_words(
        full_name, nick_name, email, email2, job_title, department, city, mobile_phone, business_phone,
        translate(mobile_phone, ' -()./+', ''), translate(business_phone, ' -()./+', '')))
        @@ (select search_query(sought))
    limit 5001
$$;

create function lead_hits(sought text) returns table (id uuid)
language sql stable parallel safe rows 500 cost 10000
set enable_seqscan = off set enable_indexscan = off set enable_indexonlyscan = off
set max_parallel_workers_per_gather = 0
as $$
    select t.id from lead t
    where array_to_tsvector(search_words(
        topic, full_name, company_name, email, job_title, city, mobile_phone, business_phone,
        translate(mobile_phone, ' -()./+', ''), translate(business_phone, ' -()./+', '')))
        @@ (select search_query(sought))
    limit 5001
$$;

-- The hundred records whose names are most alike, each with its rank: the less alike, the higher.
create function account_alike(sought text) returns table (id uuid, rank int)
language sql stable parallel safe rows 50 cost 10000
set enable_seqscan = off set max_parallel_workers_per_gather = 0
set pg_trgm.word_similarity_threshold = 0.35
as $$
    select t.id, 1000 - round(1000 * word_similarity(lower(sought collate "C"), lower(name collate "C")))::int
    from account t
    where lower(name collate "C") %> lower(sought collate "C")
    order by 2, 1 limit 100
$$;

create function contact_alike(sought text) returns table (id uuid, rank int)
language sql stable parallel safe rows 50 cost 10000
set enable_seqscan = off set max_parallel_workers_per_gather = 0
set pg_trgm.word_similarity_threshold = 0.35
as $$
    select t.id, 1000 - round(1000 * word_similarity(lower(sought collate "C"), lower(full_name collate "C")))::int
    from contact t
    where lower(full_name collate "C") %> lower(sought collate "C")
    order by 2, 1 limit 100
$$;

create function lead_alike(sought text) returns table (id uuid, rank int)
language sql stable parallel safe rows 50 cost 10000
set enable_seqscan = off set max_parallel_workers_per_gather = 0
set pg_trgm.word_similarity_threshold = 0.35
as $$
    select t.id, 1000 - round(1000 * word_similarity(lower(sought collate "C"), lower(topic collate "C")))::int
    from lead t
    where lower(topic collate "C") %> lower(sought collate "C")
    order by 2, 1 limit 100
$$;
