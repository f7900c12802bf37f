-- What batches add to the sums of accounts (docs/decisions/0021): rows of its own, by hour (UTC), that count from their
-- commit on and are folded into account_rollup when an account has gathered some. Writers never wait for each other.
create table account_addition (
    account_id uuid not null,
    belonging "char" not null,
    machine boolean not null,
    kind text collate "C" not null,
    at timestamp not null,
    n bigint not null,
    first_at timestamptz,
    last_at timestamptz
);
create index account_addition_by_account on account_addition (account_id);

-- The accounts that have gathered enough to be folded.
create table account_due (
    account_id uuid not null
);

-- The sums of accounts as they are: what is folded, and what is not yet.
create view account_sum as
select account_id, span, day, belonging, machine, kind, n, first_at, last_at,
    h0, h1, h2, h3, h4, h5, h6, h7, h8, h9, h10, h11, h12, h13, h14, h15, h16, h17, h18, h19, h20, h21, h22, h23
from account_rollup
union all
select account_id, 'A'::"char", '-infinity'::date, belonging, machine, kind, n, first_at, last_at,
    null::int, null::int, null::int, null::int, null::int, null::int, null::int, null::int, null::int, null::int,
    null::int, null::int, null::int, null::int, null::int, null::int, null::int, null::int, null::int, null::int,
    null::int, null::int, null::int, null::int
from account_addition
union all
select account_id, 'M'::"char", date_trunc('month', at)::date, belonging, machine, kind, n, first_at, last_at,
    null::int, null::int, null::int, null::int, null::int, null::int, null::int, null::int, null::int, null::int,
    null::int, null::int, null::int, null::int, null::int, null::int, null::int, null::int, null::int, null::int,
    null::int, null::int, null::int, null::int
from account_addition
union all
select account_id, 'D'::"char", at::date, belonging, machine, kind, n, first_at, last_at,
    case extract(hour from at) when 0 then n::int end, case extract(hour from at) when 1 then n::int end,
    case extract(hour from at) when 2 then n::int end, case extract(hour from at) when 3 then n::int end,
    case extract(hour from at) when 4 then n::int end, case extract(hour from at) when 5 then n::int end,
    case extract(hour from at) when 6 then n::int end, case extract(hour from at) when 7 then n::int end,
    case extract(hour from at) when 8 then n::int end, case extract(hour from at) when 9 then n::int end,
    case extract(hour from at) when 10 then n::int end, case extract(hour from at) when 11 then n::int end,
    case extract(hour from at) when 12 then n::int end, case extract(hour from at) when 13 then n::int end,
    case extract(hour from at) when 14 then n::int end, case extract(hour from at) when 15 then n::int end,
    case extract(hour from at) when 16 then n::int end, case extract(hour from at) when 17 then n::int end,
    case extract(hour from at) when 18 then n::int end, case extract(hour from at) when 19 then n::int end,
    case extract(hour from at) when 20 then n::int end, case extract(hour from at) when 21 then n::int end,
    case extract(hour from at) when 22 then n::int end, case extract(hour from at) when 23 then n::int end
from account_addition;

-- Whoever begins to follow again looks for few entries in a long log: what holds each stretch of it tells where not
-- to look, and costs the writers nothing.
drop index change_by_record;
drop index change_by_account;
drop index change_by_former_account;
create index change_by_record on change using brin (record_id uuid_bloom_ops (n_distinct_per_range = 1500))
    with (pages_per_range = 16, autosummarize = on);
create index change_by_account on change using brin (
    account_id uuid_bloom_ops (n_distinct_per_range = 1500), former_account_id uuid_bloom_ops (n_distinct_per_range = 1500)
) with (pages_per_range = 16, autosummarize = on);
