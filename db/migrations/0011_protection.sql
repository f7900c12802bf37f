-- Data protection: each change of a contact's consent, whether consent is respected and logged, what people ask for of
-- their own data, and that somebody was erased (domain.md 10).

-- Only ever added to: no statement of ours changes a row. It goes with its contact.
create table consent_change (
    contact_id uuid not null references contact on delete cascade,
    id uuid not null,
    at timestamptz not null,
    old_level int not null,
    new_level int not null,
    changed_by text,
    source text collate "C" not null,
    source_form_id text,
    source_text text,
    reason text,
    primary key (contact_id, id),
    check (old_level <> new_level)
);
create index consent_change_by_contact on consent_change (contact_id, at, id);
create index consent_change_by_id on consent_change (id);

create table data_protection_settings (
    sole boolean primary key default true check (sole),
    version int not null default 1,
    updated_at timestamptz not null default now(),
    is_enforced boolean not null default true,
    is_consent_change_logging_enabled boolean not null default true
);
insert into data_protection_settings default values;

-- What somebody asked for of the data about them. `located` once it is known which contacts are meant. Of who was
-- erased, no request keeps what they were found by.
create table data_subject_request (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    completed_at timestamptz,
    name text not null check (name <> ''),
    type text collate "C" not null,
    contact_id uuid,
    email text,
    phone text,
    status text collate "C" not null,
    located boolean not null default false,
    contacts int not null default 0,
    done int not null default 0,
    total int not null default 0,
    error text,
    created_by text
);
create index data_subject_request_by_created on data_subject_request (created_at, id);
create index data_subject_request_waiting on data_subject_request (created_at, id) where status = 'IN_PROGRESS';
create index data_subject_request_by_contact on data_subject_request (contact_id) where contact_id is not null;

-- Whom a request is about, and who of them is done.
create table data_subject (
    contact_id uuid not null,
    request_id uuid not null references data_subject_request on delete cascade,
    done boolean not null default false,
    primary key (contact_id, request_id)
);
create index data_subject_by_request on data_subject (request_id, contact_id);

-- What was found, part by part: of each contact the record and what hangs on it, then its interactions.
create table data_subject_part (
    contact_id uuid not null,
    request_id uuid not null,
    number int not null,
    last_at timestamptz,
    last_id uuid,
    data jsonb not null,
    primary key (contact_id, request_id, number),
    foreign key (contact_id, request_id) references data_subject (contact_id, request_id) on delete cascade
);

-- That a contact was erased, and when: the hash of its id, and nothing about the person.
create table erasure_tombstone (
    hash bytea primary key,
    erased_at timestamptz not null
);

-- What waits for nobody known is found by the traces that people leave: their browser, their address.
create index orphan_by_visitor on orphan_interaction (visitor_id) where visitor_id is not null;
create index orphan_by_address on orphan_interaction using hash (lower(properties ->> 'emailAddressUsed'))
    where properties ? 'emailAddressUsed';

-- To whom a message was forwarded: named in the interaction of who forwarded it.
create index interaction_by_second_recipient on interaction ((properties ->> 'secondaryRecipientProfileId'))
    where type = 'EMAIL_FORWARDED';

-- Leads that carry a person's address and are tied to no contact.
create index lead_without_contact_by_email on lead using hash (lower(email)) where contact_id is null;
