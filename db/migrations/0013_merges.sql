-- Contacts and accounts that became one, what a merge can be undone by, and what duplicates are found by.

-- The winner stands; the loser is a pointer to it (its master_id). What undoes a merge is kept until it can no longer
-- be undone: the records as they were here, what was moved in the tables below, keyed by the contact that has it now.
create table merge (
    id uuid primary key,
    entity text collate "C" not null check (entity in ('contact', 'account')),
    winner_id uuid not null,
    loser_id uuid not null,
    merged_at timestamptz not null,
    merged_by text,
    made_at timestamptz not null default clock_timestamp(),
    undoable_until timestamptz not null,
    undone_at timestamptz,
    undone_by text,
    purged_at timestamptz,
    winner_before jsonb,
    winner_after jsonb,
    loser_before jsonb,
    contact_id uuid generated always as (case when entity = 'contact' then winner_id end) stored,
    merged_contact_id uuid generated always as (case when entity = 'contact' then loser_id end) stored,
    account_id uuid generated always as (case when entity = 'account' then winner_id end) stored,
    merged_account_id uuid generated always as (case when entity = 'account' then loser_id end) stored
);
create index merge_by_winner on merge (winner_id, merged_at, id);
create index merge_by_loser on merge (loser_id, merged_at, id);
create index merge_made on merge (made_at);
create index merge_unpurged on merge (undoable_until, id) where purged_at is null;

-- Interactions that came to the winner from the loser, or since then for the loser.
create table merge_interaction (
    winner_id uuid not null,
    merge_id uuid not null,
    interaction_id uuid not null,
    primary key (winner_id, merge_id, interaction_id)
);
create index merge_interaction_by_merge on merge_interaction (merge_id);

-- Keys by which other systems know the loser.
create table merge_key (
    entity text collate "C" not null,
    source text not null,
    key text not null,
    merge_id uuid not null,
    winner_id uuid not null,
    primary key (entity, source, key, merge_id)
);
create index merge_key_by_merge on merge_key (merge_id);

-- Everything else that was moved, closed or left out: which part of the merge, which record, and what it was.
create table merge_part (
    winner_id uuid not null,
    merge_id uuid not null,
    part text collate "C" not null,
    record_id uuid not null,
    at timestamptz not null default '-infinity',
    image jsonb,
    primary key (winner_id, merge_id, part, record_id, at)
);
create index merge_part_by_merge on merge_part (merge_id);
create index merge_part_by_record on merge_part (record_id, part);

-- What names a contact or account and moves with it.
create index lead_by_customer_contact on lead (customer_contact_id) where customer_contact_id is not null;
create index lead_by_customer_account on lead (customer_account_id) where customer_account_id is not null;
create index opportunity_by_customer_contact on opportunity (customer_contact_id)
    where customer_contact_id is not null;
create index opportunity_by_customer_account on opportunity (customer_account_id)
    where customer_account_id is not null;

-- What makes records alike: small texts, folded as a search folds them, kept in indexes as numbers, for all that is
-- asked of them is whether they are equal. Each gives null where there is nothing to compare.
create function likeness(folded text) returns bigint
language sql immutable parallel safe
return hashtextextended(nullif(folded, '') collate "C", 0);

create function address_likeness(address text) returns bigint
language sql immutable parallel safe
return likeness(lower(btrim(address)));

-- Seven digits at least: shorter ones are extensions, and many have them.
create function phone_likeness(phone text) returns bigint
language sql immutable parallel safe
return case when length(translate(phone, translate(phone, '0123456789', ''), '')) >= 7
    then likeness(translate(phone, translate(phone, '0123456789', ''), '')) end;

-- As a search folds it. Most names are plain and need no more than small letters, in a fraction of the time: that
-- part becomes part of the statement, which what turns an array to text never may.
create function search_text(name text) returns text
language plpgsql immutable parallel restricted cost 200 set search_path from current
as $$ begin return array_to_string(search_words(name), ' '); end $$;

create function folded_name(name text) returns text
language sql immutable parallel restricted
return case when name ~ '^[A-Za-z0-9 ]*$' and strpos(name, '  ') = 0 and length(name) <= 500
    then lower(btrim(name) collate "C") else search_text(name) end;

create function name_likeness(name text) returns bigint
language sql immutable parallel restricted
return likeness(folded_name(name));

-- A name within a company: the account, or where there is none the domain of the address.
create function person_likeness(full_name text, account_id uuid, address text) returns bigint
language sql immutable parallel restricted
return case when full_name <> ''
    then likeness(nullif(folded_name(full_name), '') || chr(31)
        || coalesce(account_id::text, lower(nullif(btrim(split_part(address, '@', 2)), '')))) end;

create function website_host(website text) returns text
language sql immutable parallel safe
return nullif(regexp_replace(lower(btrim(website)), '^([a-z][a-z0-9+.-]*://)?([^/@]*@)?(www\d?\.)?([^/:?#]*).*$', '\4'), '');

create index contact_like_email on contact (address_likeness(email), id) where state = 0;
create index contact_like_email2 on contact (address_likeness(email2), id) where state = 0 and email2 is not null;
create index contact_like_email3 on contact (address_likeness(email3), id) where state = 0 and email3 is not null;
create index contact_like_person on contact (person_likeness(full_name, account_id, email), id) where state = 0;
create index contact_like_business_phone on contact (phone_likeness(business_phone), id)
    where state = 0 and business_phone is not null;
create index contact_like_mobile_phone on contact (phone_likeness(mobile_phone), id)
    where state = 0 and mobile_phone is not null;
create index contact_like_home_phone on contact (phone_likeness(home_phone), id)
    where state = 0 and home_phone is not null;
create index contact_like_phone3 on contact (phone_likeness(phone3), id) where state = 0 and phone3 is not null;

create index account_like_name on account (name_likeness(name), id) where state = 0;
create index account_like_website on account (likeness(website_host(website)), id)
    where state = 0 and website is not null;
create index account_like_number on account (likeness(lower(btrim(account_number))), id)
    where state = 0 and account_number is not null;
create index account_like_phone on account (phone_likeness(phone), id) where state = 0 and phone is not null;
create index account_like_phone2 on account (phone_likeness(phone2), id) where state = 0 and phone2 is not null;
create index account_like_phone3 on account (phone_likeness(phone3), id) where state = 0 and phone3 is not null;
