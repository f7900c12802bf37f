"""One statement a question, as a careful hand would write it: JSON is made by PostgreSQL.

Pages are limited first and joined then; figures are lateral sums over the totals of all days.
"""

_KINDS = {
    "sent": "EMAIL_SENT",
    "delivered": "DELIVERED",
    "total_opens": "EMAIL_OPENED",
    "unique_opens": "UNIQUE_OPEN",
    "total_clicks": "EMAIL_CLICKED",
    "unique_clicks": "UNIQUE_MESSAGE_CLICK",
    "hard_bounces": "EMAIL_HARD_BOUNCED",
}
_SEEN = "first_at is not null"
"""Sums of a type of interaction have a first and a last; sums of copies have none."""
_SEEN_BY_ACCOUNTS = f"""{_SEEN} and kind not in ('EMAIL_SUBSCRIPTION_SUBMIT', 'SEGMENT_SUBSCRIBED',
    'SEGMENT_UNSUBSCRIBED', 'SEGMENT_RELATIONSHIP_EDITED')"""


def _times(seen: str) -> str:
    return f"""coalesce(sum(n) filter (where {seen}), 0)::bigint as interactions,
    min(first_at) filter (where {seen}) as first_at, max(last_at) filter (where {seen}) as last_at"""


def _sums(seen: str) -> str:
    by_kind = (
        f"coalesce(sum(n) filter (where kind = '{kind}'), 0)::bigint as {name}"
        for name, kind in _KINDS.items()
    )
    return ", ".join([_times(seen), *by_kind])


_OF_CONTACT = "from contact_rollup where contact_id = c.id and not machine"
_OF_ACCOUNT = "from account_rollup where account_id = a.id and span = 'A' and belonging = 'P' and not machine"
_OF_LEAD = """from (
    select kind, n, first_at, last_at from contact_rollup
    where contact_id = l.contact_id and not machine
    union all
    select kind, n, first_at, last_at from account_rollup
    where l.contact_id is null and account_id = l.account_id and span = 'A' and belonging = 'P'
        and not machine
) behind"""
_CONTACT = f"select {_sums(_SEEN)} {_OF_CONTACT}"
_ACCOUNT = f"select {_sums(_SEEN_BY_ACCOUNTS)} {_OF_ACCOUNT}"
_LEAD = f"select {_sums(f'({_SEEN} and l.contact_id is not null) or ({_SEEN_BY_ACCOUNTS})')} {_OF_LEAD}"
_BY_TYPE = f"""select {_sums(_SEEN_BY_ACCOUNTS)},
    json_agg(json_build_object('type', kind, 'count', n)) filter (where {_SEEN_BY_ACCOUNTS}) as by_type
{_OF_ACCOUNT}"""

_OPEN_RATE = "'openRate', f.unique_opens / nullif(f.delivered, 0)::float8"
_TWO = "'interactions', f.interactions, 'lastInteractionAt', f.last_at"
_ELEVEN_PAIRS = f"""{_TWO}, 'firstInteractionAt', f.first_at, 'email', json_build_object('sent', f.sent,
    'delivered', f.delivered, 'totalOpens', f.total_opens, 'uniqueOpens', f.unique_opens,
    'totalClicks', f.total_clicks, 'hardBounces', f.hard_bounces, {_OPEN_RATE},
    'clickThroughRate', f.unique_clicks / nullif(f.delivered, 0)::float8)"""
_ELEVEN = f"json_build_object({_ELEVEN_PAIRS})"
_SIX = f"""json_build_object({_TWO}, 'email', json_build_object('sent', f.sent, 'uniqueOpens', f.unique_opens,
    'totalClicks', f.total_clicks, {_OPEN_RATE}))"""
_THREE = f"json_build_object({_TWO}, 'email', json_build_object({_OPEN_RATE}))"


def _connection(size: int, cursor: str, node: str, row: str, more: str = "") -> str:
    """A page of numbered rows, one more than shown."""
    return f"""json_build_object({more}
    'edges', coalesce(json_agg(json_build_object('cursor', {cursor}, 'node', json_build_object({node}))
        order by {row}.place) filter (where {row}.place <= {size}), '[]'),
    'pageInfo', json_build_object('hasNextPage', count(*) > {size},
        'endCursor', max({cursor}) filter (where {row}.place = least({size}, {row}.rows))))"""


def _page(columns: str, rows: str, order: str, size: int) -> str:
    """The rows of a page, and one more, numbered."""
    return f"""(select *, row_number() over (order by {order}) as place, count(*) over () as rows
    from (select {columns} {rows} order by {order} limit {size + 1}) page)"""


def _leads_after(at: str, id: str) -> str:
    return f"""(select json_build_object('nodes', json_agg(json_build_object('id', l.id, 'topic', l.topic,
        'stage', l.stage, 'status', l.status, 'insights', {_ELEVEN},
        'contact', case when c.id is not null then json_build_object('id', c.id, 'firstName', c.first_name,
            'lastName', c.last_name, 'email', c.email,
            'account', json_build_object('id', a.id, 'name', a.name, 'industry', a.industry)) end)
        order by l.created_at, l.id))
    from (select id, topic, stage, status, created_at, contact_id, account_id from lead
        where (created_at, id) > ({at}, {id}) order by created_at, id limit 100) l
    left join contact c on c.id = l.contact_id left join account a on a.id = c.account_id
    cross join lateral ({_LEAD}) f)"""


_PLACE = "created_at, id"
_LEAD_NODE = f"'id', l.id, 'topic', l.topic, 'stage', l.stage, 'status', l.status, 'insights', {_THREE}"
_LEADS = f"""select {_connection(5, "l.created_at || '|' || l.id", _LEAD_NODE, "l")} as json
from {_page("id, topic, stage, status, created_at", "from lead where contact_id = c.id", _PLACE, 5)} l"""
"""A contact's leads have the contact's figures, which are read already."""
_CONTACT_NODE = f"""'id', c.id, 'firstName', c.first_name, 'lastName', c.last_name, 'email', c.email,
    'insights', {_ELEVEN}, 'leads', leads.json"""
_CONTACT_COLUMNS = "id, first_name, last_name, email, created_at"
_CONTACTS = f"""select {_connection(10, "c.created_at || '|' || c.id", _CONTACT_NODE, "c")} as json
from {_page(_CONTACT_COLUMNS, "from contact where account_id = a.id", _PLACE, 10)} c
left join lateral ({_CONTACT}) f on c.place <= 10
left join lateral ({_LEADS}) leads on c.place <= 10"""
_ACCOUNT_NODE = f"""'id', a.id, 'name', a.name, 'industry', a.industry, 'insights', {_ELEVEN},
    'contacts', contacts.json"""
_ACCOUNTS = "from account where (created_at, id) > ($1, $2)"
_FOUND = "from contact where city = $1 and last_name ilike '%' || $2 || '%'"
_FOUND_NODE = f"""'id', c.id, 'firstName', c.first_name, 'lastName', c.last_name, 'email', c.email,
    'city', c.city, 'insights', json_build_object({_TWO})"""
_FOUND_COLUMNS = "id, first_name, last_name, email, city, full_name"
_TOTAL = f"'totalCount', (select count(*) {_FOUND}),"

STATEMENTS = {
    "Q1": f"""select json_build_object('contact', (
    select json_build_object('id', c.id, 'firstName', c.first_name, 'lastName', c.last_name, 'email', c.email,
        'jobTitle', c.job_title, 'city', c.city, 'account', json_build_object('id', a.id, 'name', a.name),
        'insights', {_ELEVEN})
    from contact c left join account a on a.id = c.account_id cross join lateral ({_CONTACT}) f
    where c.id = $1))""",
    "Q2": f"""select json_build_object('contacts', json_build_object('nodes', json_agg(json_build_object(
        'id', c.id, 'firstName', c.first_name, 'lastName', c.last_name, 'email', c.email,
        'jobTitle', c.job_title, 'account', json_build_object('id', a.id, 'name', a.name), 'insights', {_SIX})
        order by c.created_at, c.id)))
    from (select id, created_at, first_name, last_name, email, job_title, account_id from contact
        where (created_at, id) > ($1, $2) order by created_at, id limit 50) c
    left join account a on a.id = c.account_id cross join lateral ({_CONTACT}) f""",
    "Q3": f"""select json_build_object('accounts',
        {_connection(50, "a.created_at || '|' || a.id", _ACCOUNT_NODE, "a")})
    from {_page("id, name, industry, created_at", _ACCOUNTS, _PLACE, 50)} a
    left join lateral ({_ACCOUNT}) f on a.place <= 50
    left join lateral ({_CONTACTS}) contacts on a.place <= 50""",
    "Q4": f"""select json_build_object('account', (
    select json_build_object('id', a.id, 'name', a.name, 'industry', a.industry,
        'insights', json_build_object({_ELEVEN_PAIRS}, 'byType', f.by_type))
    from account a cross join lateral ({_BY_TYPE}) f
    where a.id = $1))""",
    "Q5": f"select json_build_object('a', {_leads_after('$1', '$2')}, 'b', {_leads_after('$3', '$4')})",
    "Q6": f"""select json_build_object('contacts',
        {_connection(20, "c.full_name || '|' || c.id", _FOUND_NODE, "c", _TOTAL)})
    from {_page(_FOUND_COLUMNS, _FOUND, 'full_name collate "C", id', 20)} c
    left join lateral (select {_times(_SEEN)} {_OF_CONTACT}) f on c.place <= 20""",
}
