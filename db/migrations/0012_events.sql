-- Events, who registered for them, who came, who spoke, paid and helped (domain.md 9.7). These are records: what
-- registers, counts and invites comes on top. What is a contact's goes with the contact, and follows it to another.

create table event (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    name text not null check (name <> ''),
    description text,
    type int,
    format int,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    time_zone text,
    venue text,
    building text,
    room text,
    layout text,
    maximum_capacity int,
    waitlist boolean not null default false,
    auto_register boolean not null default false,
    number_of_invitations int,
    allow_custom_agenda boolean not null default false,
    create_leads boolean not null default false,
    registration_closes_at timestamptz,
    publish_status int not null default 100000000,
    registration_count int not null default 0,
    check_in_count int not null default 0,
    currency text,
    budget numeric,
    total_cost numeric,
    total_revenue numeric,
    attributes jsonb not null default '{}',
    check (ends_at >= starts_at)
);
create index event_by_start on event (starts_at, id);
create index event_by_name on event (left(name collate "C", 200), id);
create index event_by_created on event (created_at, id);

create table event_session (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    event_id uuid not null references event,
    title text not null check (title <> ''),
    summary text,
    type int,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    maximum_capacity int,
    publish_status int not null default 100000000,
    check (ends_at >= starts_at)
);
create index event_session_by_event on event_session (event_id, starts_at, id);

create table session_track (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    event_id uuid not null references event,
    name text not null check (name <> ''),
    type int,
    audience int,
    publish_status int not null default 100000000
);
create index session_track_by_event on session_track (event_id, name, id);

create table session_in_track (
    track_id uuid not null references session_track on delete cascade,
    session_id uuid not null references event_session on delete cascade,
    primary key (track_id, session_id)
);
create index session_in_track_by_session on session_in_track (session_id);

create table event_pass (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    event_id uuid not null references event,
    name text not null check (name <> ''),
    allocated int not null default 0,
    sold int not null default 0,
    price numeric,
    currency text
);
create index event_pass_by_event on event_pass (event_id, name, id);

-- registered_by_id is the contact who registered this one: another person, whose own it is not.
create table event_registration (
    contact_id uuid not null references contact on update cascade on delete cascade,
    id uuid not null,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    event_id uuid not null references event,
    registered_by_id uuid,
    primary_role int,
    is_canceled boolean not null default false,
    state int not null default 0,
    qr_code text,
    times_checked_in int not null default 0,
    area int,
    company_size int,
    industry int,
    years_in_industry int,
    primary key (contact_id, id)
);
create index event_registration_by_id on event_registration (id);
create index event_registration_by_contact on event_registration (contact_id, created_at, id);
create index event_registration_by_event on event_registration (event_id, created_at, id);
create index event_registration_by_other on event_registration (registered_by_id) where registered_by_id is not null;

create table registration_response (
    contact_id uuid not null,
    registration_id uuid not null,
    place int not null,
    question text not null,
    answer text,
    primary key (contact_id, registration_id, place),
    foreign key (contact_id, registration_id) references event_registration (contact_id, id)
        on update cascade on delete cascade
);
create index registration_response_by_registration on registration_response (registration_id, place);

create table attendee_pass (
    contact_id uuid not null references contact on update cascade on delete cascade,
    id uuid not null,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    pass_id uuid not null references event_pass,
    registration_id uuid,
    primary key (contact_id, id),
    foreign key (contact_id, registration_id) references event_registration (contact_id, id)
        on update cascade on delete cascade
);
create index attendee_pass_by_id on attendee_pass (id);
create index attendee_pass_by_registration on attendee_pass (registration_id);

create table session_registration (
    contact_id uuid not null,
    id uuid not null,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    session_id uuid not null references event_session,
    registration_id uuid not null,
    is_canceled boolean not null default false,
    primary key (contact_id, id),
    foreign key (contact_id, registration_id) references event_registration (contact_id, id)
        on update cascade on delete cascade
);
create index session_registration_by_id on session_registration (id);
create index session_registration_by_registration on session_registration (registration_id, created_at, id);
create index session_registration_by_session on session_registration (session_id, created_at, id);

create table check_in (
    contact_id uuid not null references contact on update cascade on delete cascade,
    id uuid not null,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    type int not null,
    event_id uuid not null references event,
    session_id uuid references event_session,
    registration_id uuid,
    checked_in_at timestamptz not null,
    checked_out_at timestamptz,
    viewing_minutes int,
    questions_asked int,
    primary key (contact_id, id),
    foreign key (contact_id, registration_id) references event_registration (contact_id, id)
        on update cascade on delete cascade,
    check (checked_out_at >= checked_in_at)
);
create index check_in_by_id on check_in (id);
create index check_in_by_contact on check_in (contact_id, checked_in_at, id);
create index check_in_by_event on check_in (event_id, checked_in_at, id);
create index check_in_by_registration on check_in (registration_id, checked_in_at, id);

-- Who waits for a place: at an event, or at one session of it.
create table waitlist_item (
    contact_id uuid not null references contact on update cascade on delete cascade,
    id uuid not null,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    event_id uuid references event,
    session_id uuid references event_session,
    auto_register boolean not null default false,
    invited boolean not null default false,
    primary key (contact_id, id),
    check (num_nonnulls(event_id, session_id) = 1)
);
create index waitlist_item_by_id on waitlist_item (id);
create index waitlist_item_by_contact on waitlist_item (contact_id, created_at, id);
create index waitlist_item_by_event on waitlist_item (event_id, created_at, id) where event_id is not null;
create index waitlist_item_by_session on waitlist_item (session_id, created_at, id) where session_id is not null;

-- A speaker may be a contact; what is told of the person then goes with the contact.
create table speaker (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    contact_id uuid references contact on update cascade on delete cascade,
    name text not null check (name <> ''),
    about text,
    type int
);
create index speaker_by_contact on speaker (contact_id) where contact_id is not null;

create table speaker_engagement (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    speaker_id uuid not null references speaker on delete cascade,
    event_id uuid not null references event,
    session_id uuid references event_session,
    starts_at timestamptz not null,
    ends_at timestamptz not null,
    check (ends_at >= starts_at)
);
create index speaker_engagement_by_speaker on speaker_engagement (speaker_id, starts_at, id);
create index speaker_engagement_by_event on speaker_engagement (event_id, starts_at, id);
create index speaker_engagement_by_session on speaker_engagement (session_id, starts_at, id);

create table sponsorship (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    event_id uuid not null references event,
    account_id uuid not null references account on delete cascade,
    category int,
    type int,
    amount numeric,
    currency text,
    description text
);
create index sponsorship_by_event on sponsorship (event_id, created_at, id);
create index sponsorship_by_account on sponsorship (account_id, created_at, id);

create table event_vendor (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    event_id uuid not null references event,
    account_id uuid not null references account on delete cascade,
    type int
);
create index event_vendor_by_event on event_vendor (event_id, created_at, id);
create index event_vendor_by_account on event_vendor (account_id, created_at, id);

-- Whoever helps is a contact, or somebody of ours by the name of the user.
create table event_team_member (
    id uuid primary key,
    version int not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    event_id uuid not null references event,
    contact_id uuid references contact on update cascade on delete cascade,
    user_name text,
    role int,
    type int,
    check (num_nonnulls(contact_id, user_name) = 1)
);
create index event_team_member_by_event on event_team_member (event_id, created_at, id);
create index event_team_member_by_contact on event_team_member (contact_id, created_at, id)
    where contact_id is not null;
