-- Accounts, contacts, leads and what ties them together (domain.md 2).
-- A contact's facts lead their primary key with contact_id, so that they can be distributed by it.

create table account (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text not null check (name <> ''),
    account_number text,
    parent_account_id uuid references account,
    primary_contact_id uuid,
    industry int,
    category int,
    relationship_type int,
    ownership int,
    revenue numeric,
    market_cap numeric,
    credit_limit numeric,
    number_of_employees bigint,
    shares_outstanding bigint,
    email text,
    email2 text,
    email3 text,
    phone text,
    phone2 text,
    phone3 text,
    fax text,
    website text,
    sic text,
    ticker_symbol text,
    stock_exchange text,
    description text,
    address_line1 text,
    address_line2 text,
    address_line3 text,
    city text,
    state_or_province text,
    postal_code text,
    country text,
    preferred_contact_method int,
    originating_lead_id uuid,
    marketing_only boolean not null default false,
    state int not null default 0,
    attributes jsonb not null default '{}'
);
create index account_by_name on account (name collate "C", id);
create index account_by_created on account (created_at, id);
create index account_by_parent on account (parent_account_id);

create table contact (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    first_name text,
    middle_name text,
    last_name text,
    full_name text not null generated always as (
        trim(coalesce(first_name || ' ', '') || coalesce(middle_name || ' ', '') || coalesce(last_name, ''))
    ) stored,
    salutation text,
    suffix text,
    nick_name text,
    job_title text,
    department text,
    email text,
    email2 text,
    email3 text,
    business_phone text,
    home_phone text,
    phone3 text,
    mobile_phone text,
    fax text,
    website text,
    description text,
    employee_id text,
    government_id text,
    birth_date date,
    gender int,
    family_status int,
    account_role int,
    relationship_types int[] not null default '{}',
    annual_income numeric,
    credit_limit numeric,
    address_line1 text,
    address_line2 text,
    address_line3 text,
    city text,
    state_or_province text,
    postal_code text,
    country text,
    address2_line1 text,
    address2_line2 text,
    address2_line3 text,
    address2_city text,
    address2_state_or_province text,
    address2_postal_code text,
    address2_country text,
    account_id uuid references account,
    parent_contact_id uuid,
    originating_lead_id uuid,
    marketing_only boolean not null default false,
    last_used_in_campaign timestamptz,
    preferred_contact_method int,
    preferred_appointment_day int,
    preferred_appointment_time int,
    email_permission int not null default 0,
    bulk_email_permission int not null default 0,
    phone_permission int not null default 0,
    fax_permission int not null default 0,
    mail_permission int not null default 0,
    bulk_mail_permission int not null default 0,
    marketing_material_permission int not null default 0,
    prefill_permission int not null default 1,
    follow_email_permission int not null default 0,
    state int not null default 0,
    attributes jsonb not null default '{}',
    check (account_id is null or parent_contact_id is null)
);
create index contact_by_account on contact (account_id, created_at, id);
create index contact_by_account_name on contact (account_id, full_name collate "C", id);
create index contact_by_name on contact (full_name collate "C", id);
create index contact_by_created on contact (created_at, id);
create index contact_by_email on contact (lower(email));

-- Which account a contact belonged to, and when: [from_at, to_at). Decides whose interaction it was (domain.md 4.4).
create table contact_account_membership (
    contact_id uuid not null references contact on delete cascade,
    from_at timestamptz not null,
    to_at timestamptz,
    account_id uuid not null references account,
    primary key (contact_id, from_at),
    check (to_at > from_at)
);
create index membership_by_account on contact_account_membership (account_id, contact_id);

-- home_id is where a lead lives when data is distributed: with its contact, or by itself (docs/decisions).
create table lead (
    home_id uuid not null,
    id uuid not null,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    topic text not null check (topic <> ''),
    description text,
    contact_id uuid,
    account_id uuid references account,
    first_name text,
    last_name text,
    full_name text not null generated always as (
        trim(coalesce(first_name || ' ', '') || coalesce(last_name, ''))
    ) stored,
    company_name text,
    job_title text,
    email text,
    email2 text,
    email3 text,
    business_phone text,
    home_phone text,
    phone3 text,
    mobile_phone text,
    website text,
    address_line1 text,
    address_line2 text,
    address_line3 text,
    city text,
    state_or_province text,
    postal_code text,
    country text,
    source int,
    source_type int,
    rating int,
    industry int,
    number_of_employees bigint,
    revenue numeric,
    budget_amount numeric,
    estimated_amount numeric,
    estimated_close_date date,
    budget_status int,
    need int,
    purchase_process int,
    purchase_time_frame int,
    initial_communication int,
    confirm_interest boolean,
    decision_maker boolean,
    evaluate_fit boolean,
    purchase_need boolean,
    qualification_comments text,
    teleprospect_ready boolean not null default false,
    teleprospect_accepted boolean not null default false,
    sales_ready boolean not null default false,
    sales_accepted boolean not null default false,
    recycled boolean not null default false,
    state int not null default 0,
    status int not null default 1,
    stage int not null default 1,
    closed_at timestamptz,
    qualifying_opportunity_id uuid,
    attributes jsonb not null default '{}',
    primary key (home_id, id),
    check (home_id = coalesce(contact_id, id))
);
create index lead_by_id on lead (id);
create index lead_by_contact on lead (contact_id, created_at, id);
create index lead_by_account on lead (account_id, created_at, id);
create index lead_by_created on lead (created_at, id);
create index lead_by_topic on lead (topic collate "C", id);

create table lead_stage (
    home_id uuid not null,
    lead_id uuid not null,
    entered_at timestamptz not null,
    left_at timestamptz,
    stage int not null,
    cause int not null,
    primary key (home_id, lead_id, entered_at),
    foreign key (home_id, lead_id) references lead (home_id, id) on update cascade on delete cascade
);

create index lead_stage_by_lead on lead_stage (lead_id, entered_at);

create table opportunity (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text not null check (name <> ''),
    description text,
    account_id uuid references account,
    contact_id uuid,
    originating_lead_id uuid,
    estimated_value numeric,
    actual_value numeric,
    budget_amount numeric,
    total_amount numeric,
    estimated_close_date date,
    final_decision_date date,
    actual_closed_at timestamptz,
    close_probability int,
    rating int,
    sales_stage int not null default 0,
    time_line int,
    state int not null default 0,
    status int not null default 1,
    attributes jsonb not null default '{}'
);
create index opportunity_by_account on opportunity (account_id, created_at, id);
create index opportunity_by_lead on opportunity (originating_lead_id);
create index opportunity_by_created on opportunity (created_at, id);

-- The keys by which other systems know our records; one record may have several.
create table source_key (
    source text not null,
    entity text not null,
    key text not null,
    record_id uuid not null,
    primary key (source, entity, key)
);
create index source_key_by_record on source_key (record_id);
