-- Addresses that nothing is sent to, and what of their past decides it (domain.md 8.6). Both go by the address in
-- small letters, not by contact: an address is listed whoever has it, and whoever it was sent to.

-- How an address stands. What bounces and complaints decide is computed anew from address_event at each of them, so
-- that late and repeated ones lead to the same; `until` is open where staff, or a complaint, has listed it.
create table suppressed_address (
    id uuid primary key,
    address text not null unique,
    is_pattern boolean not null default false,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    cause text collate "C",
    times_listed int not null default 0,
    consecutive_soft_bounces int not null default 0,
    listed_at timestamptz,
    until timestamptz,
    permanent boolean not null default false,
    likeness text generated always as (
        case when is_pattern
            then replace(replace(replace(replace(address, '\', '\\'), '%', '\%'), '_', '\_'), '*', '%')
        end
    ) stored
);
create index suppressed_address_by_address on suppressed_address (left(address collate "C", 200), id);
create index suppressed_address_patterns on suppressed_address (id) where is_pattern;

-- What bounced, was complained about, was delivered after a soft bounce, or was done by staff: the id is the
-- interaction's, or the act's. `sending` tells the messages apart, of which each counts as one soft bounce.
create table address_event (
    address text not null,
    at timestamptz not null,
    id uuid not null,
    kind text collate "C" not null,
    sending uuid,
    primary key (address, at, id)
);
create index address_event_by_id on address_event (id);

-- One-time tokens of signed webhooks, and the hash of the body that each came with, for as long as they are good.
create table webhook_token (
    token bytea primary key,
    body bytea not null,
    seen_at timestamptz not null
);
create index webhook_token_by_time on webhook_token (seen_at);
