-- The records whole: permissions, consent, marketing source and custom values; who changed what; answers kept for
-- clients that ask twice; how a sale was closed (domain.md 2).

alter table contact
    add column lead_source text,
    add column education text,
    add column customer_size text,
    add column territory text,
    add column time_zone text,
    add column currency text,
    add column tracking_permission int not null default 0,
    add column consent_level int not null default 0,
    add column pending_consent_level int,
    add column pending_consent_at timestamptz,
    add column is_child boolean not null default false,
    add column guardian_id uuid,
    add column gdpr_opt_out boolean not null default false,
    add column consent_source_form_id text,
    add column source_journey_id text,
    add column source_email_id text,
    add column source_form_id text,
    add column source_page_id text,
    add column source_event_id uuid,
    add column form_submitted_at timestamptz,
    add column master_id uuid,
    add column custom jsonb not null default '{}';
create index contact_by_guardian on contact (guardian_id) where guardian_id is not null;

alter table account
    add column time_zone text,
    add column currency text,
    add column email_permission int not null default 0,
    add column bulk_email_permission int not null default 0,
    add column phone_permission int not null default 0,
    add column fax_permission int not null default 0,
    add column mail_permission int not null default 0,
    add column bulk_mail_permission int not null default 0,
    add column marketing_material_permission int not null default 0,
    add column follow_email_permission int not null default 0,
    add column master_id uuid,
    add column custom jsonb not null default '{}';

alter table lead
    add column product text,
    add column currency text,
    add column priority text,
    add column sales_stage int not null default 0,
    add column campaign_id text,
    add column customer_account_id uuid,
    add column customer_contact_id uuid,
    add column recycle boolean not null default false,
    add column email_permission int not null default 0,
    add column bulk_email_permission int not null default 0,
    add column phone_permission int not null default 0,
    add column fax_permission int not null default 0,
    add column mail_permission int not null default 0,
    add column bulk_mail_permission int not null default 0,
    add column marketing_material_permission int not null default 0,
    add column follow_email_permission int not null default 0,
    add column source_journey_id text,
    add column source_email_id text,
    add column source_form_id text,
    add column source_page_id text,
    add column source_event_id uuid,
    add column form_submitted_at timestamptz,
    add column custom jsonb not null default '{}';

alter table opportunity
    add column currency text,
    add column customer_account_id uuid,
    add column customer_contact_id uuid;

-- What names a contact or account without an index of its own is found by, where one of them is deleted or merged.
create index account_by_primary_contact on account (primary_contact_id) where primary_contact_id is not null;
create index contact_by_master on contact (master_id) where master_id is not null;
create index account_by_master on account (master_id) where master_id is not null;

-- How a sale was closed; canceled where it was opened again (domain.md 6.9).
create table opportunity_close (
    id uuid primary key,
    opportunity_id uuid not null references opportunity on delete cascade,
    closed_at timestamptz not null,
    status int not null,
    description text,
    actual_revenue numeric,
    competitor text,
    canceled_at timestamptz
);
create index opportunity_close_by_opportunity on opportunity_close (opportunity_id, closed_at);

-- Who changed what, and when: one row for each version of a record, also of one that was deleted and came anew.
-- `changes` has the old and the new value of each field that changed; of a new record and of one that is gone it is
-- empty.
create table record_history (
    record_id uuid not null,
    version int not null,
    id uuid not null,
    entity text collate "C" not null,
    kind text collate "C" not null,
    at timestamptz not null default clock_timestamp(),
    actor text,
    request_id text,
    changes jsonb not null default '{}',
    primary key (record_id, version, id)
);
create index record_history_by_id on record_history (id);

-- What was answered under a client's key: for a day, the same key gives the same answer (and does nothing).
create table idempotency (
    actor text not null,
    key text not null,
    mutation text not null,
    digest bytea not null,
    answer jsonb,
    record_ids uuid[] not null default '{}',
    at timestamptz not null default now(),
    primary key (actor, key)
);
create index idempotency_by_time on idempotency (at);
