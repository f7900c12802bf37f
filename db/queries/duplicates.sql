-- What may be the same person or company twice. Only active records that were not merged are compared, by numbers that
-- equal texts have in common (migration 13): a lookup for each of a record's own, never more than 25 of a record.

-- name: contact_duplicates_of
select own.id as record_id, alike.id as contact_id, alike.reasons
from contact own
cross join lateral (
    select found.id, array_agg(distinct found.reason order by found.reason) as reasons
    from (
        select other.id, 'SAME_ADDRESS' as reason
        from (values (address_likeness(own.email)), (address_likeness(own.email2)), (address_likeness(own.email3))
        ) known (likeness)
        cross join lateral (
            (select id from contact where state = 0 and address_likeness(email) = known.likeness
                order by id limit 26)
            union all
            (select id from contact where state = 0 and email2 is not null
                and address_likeness(email2) = known.likeness order by id limit 26)
            union all
            (select id from contact where state = 0 and email3 is not null
                and address_likeness(email3) = known.likeness order by id limit 26)
        ) other
        where known.likeness is not null
        union all
        select other.id, 'SAME_NAME_AND_COMPANY'
        from (values (person_likeness(own.full_name, own.account_id, own.email))) known (likeness)
        cross join lateral (
            select id from contact
            where state = 0 and person_likeness(full_name, account_id, email) = known.likeness
            order by id limit 26
        ) other
        where known.likeness is not null
        union all
        select other.id, 'SAME_PHONE'
        from (values (phone_likeness(own.business_phone)), (phone_likeness(own.mobile_phone)),
            (phone_likeness(own.home_phone)), (phone_likeness(own.phone3))) known (likeness)
        cross join lateral (
            (select id from contact where state = 0 and business_phone is not null
                and phone_likeness(business_phone) = known.likeness order by id limit 26)
            union all
            (select id from contact where state = 0 and mobile_phone is not null
                and phone_likeness(mobile_phone) = known.likeness order by id limit 26)
            union all
            (select id from contact where state = 0 and home_phone is not null
                and phone_likeness(home_phone) = known.likeness order by id limit 26)
            union all
            (select id from contact where state = 0 and phone3 is not null
                and phone_likeness(phone3) = known.likeness order by id limit 26)
        ) other
        where known.likeness is not null
    ) found
    where found.id <> own.id
    group by found.id
    order by found.id
    limit 25
) alike
where own.id = any($1::uuid[]) and own.master_id is null
order by own.id, alike.id

-- name: account_duplicates_of
select own.id as record_id, alike.id as account_id, alike.reasons
from account own
cross join lateral (
    select found.id, array_agg(distinct found.reason order by found.reason) as reasons
    from (
        select other.id, 'SAME_NAME' as reason
        from (values (name_likeness(own.name))) known (likeness)
        cross join lateral (
            select id from account where state = 0 and name_likeness(name) = known.likeness order by id limit 26
        ) other
        where known.likeness is not null
        union all
        select other.id, 'SAME_WEBSITE'
        from (values (likeness(website_host(own.website)))) known (likeness)
        cross join lateral (
            select id from account
            where state = 0 and website is not null and likeness(website_host(website)) = known.likeness
            order by id limit 26
        ) other
        where known.likeness is not null
        union all
        select other.id, 'SAME_NUMBER'
        from (values (likeness(lower(btrim(own.account_number))))) known (likeness)
        cross join lateral (
            select id from account
            where state = 0 and account_number is not null
                and likeness(lower(btrim(account_number))) = known.likeness
            order by id limit 26
        ) other
        where known.likeness is not null
        union all
        select other.id, 'SAME_PHONE'
        from (values (phone_likeness(own.phone)), (phone_likeness(own.phone2)), (phone_likeness(own.phone3))
        ) known (likeness)
        cross join lateral (
            (select id from account where state = 0 and phone is not null
                and phone_likeness(phone) = known.likeness order by id limit 26)
            union all
            (select id from account where state = 0 and phone2 is not null
                and phone_likeness(phone2) = known.likeness order by id limit 26)
            union all
            (select id from account where state = 0 and phone3 is not null
                and phone_likeness(phone3) = known.likeness order by id limit 26)
        ) other
        where known.likeness is not null
    ) found
    where found.id <> own.id
    group by found.id
    order by found.id
    limit 25
) alike
where own.id = any($1::uuid[]) and own.master_id is null
order by own.id, alike.id
