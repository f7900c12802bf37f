"""Groups of records that look like one: walked in the order of what they have in common, a page at a time."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from db.database import Reads, Row
from db.sql import Args
from domain.duplicates import LARGEST_GROUP, AccountLikeness, ContactLikeness, Group, Likeness


class Arm(NamedTuple):
    """One place where the likeness lies: its number, the text that it is of, and which rows its index has."""

    likeness: str
    value: str
    indexed: str = "true"


def _phone(column: str) -> Arm:
    digits = f"regexp_replace(t.{column}, '\\D', '', 'g')"
    return Arm(f"phone_likeness(t.{column})", digits, f"t.{column} is not null")


def _address(column: str, indexed: str) -> Arm:
    return Arm(f"address_likeness(t.{column})", f"lower(btrim(t.{column}))", indexed)


_ARMS: Mapping[Likeness, tuple[Arm, ...]] = {
    ContactLikeness.SAME_ADDRESS: (
        _address("email", "true"),
        _address("email2", "t.email2 is not null"),
        _address("email3", "t.email3 is not null"),
    ),
    ContactLikeness.SAME_NAME_AND_COMPANY: (
        Arm("person_likeness(t.full_name, t.account_id, t.email)", "t.full_name"),
    ),
    ContactLikeness.SAME_PHONE: tuple(
        map(_phone, ("business_phone", "mobile_phone", "home_phone", "phone3"))
    ),
    AccountLikeness.SAME_NAME: (Arm("name_likeness(t.name)", "t.name"),),
    AccountLikeness.SAME_WEBSITE: (
        Arm("likeness(website_host(t.website))", "website_host(t.website)", "t.website is not null"),
    ),
    AccountLikeness.SAME_PHONE: tuple(map(_phone, ("phone", "phone2", "phone3"))),
    AccountLikeness.SAME_NUMBER: (
        Arm("likeness(lower(btrim(t.account_number)))", "t.account_number", "t.account_number is not null"),
    ),
}


_GROUPS = """
with alike as (
    select likeness, count(distinct id)::int as n, (array_agg(distinct id))[1:{largest}] as ids
    from ({alike}) alike
    group by likeness
    having count(distinct id) > 1
    order by likeness
    limit {size}
)
select alike.likeness, alike.n, alike.ids, shown.value, winner.id as winner_id
from alike
cross join lateral (
    select held.value
    from {table} t
    cross join lateral (values {values}) held (likeness, value)
    where t.id = alike.ids[1] and held.likeness = alike.likeness
    limit 1
) shown
cross join lateral (
    select t.id
    from {table} t
    where t.id = any(alike.ids)
    order by (select count(*) from jsonb_each(jsonb_strip_nulls(to_jsonb(t)))) desc, t.created_at, t.id
    limit 1
) winner
order by alike.likeness
"""


def groups_statement(reason: Likeness, after: int | None, size: int) -> tuple[str, Args]:
    """The statement of a page of groups: each likeness that several active records have, from a place on."""
    args = Args()
    table, arms = _table(reason), _ARMS[reason]
    since = f"> {args.add(after, 'bigint')}" if after is not None else "is not null"
    alike = " union all ".join(
        f"(select {arm.likeness} as likeness, t.id from {table} t"
        f" where t.state = 0 and {arm.indexed} and {arm.likeness} {since} order by {arm.likeness})"
        for arm in arms
    )
    values = ", ".join(f"({arm.likeness}, {arm.value})" for arm in arms)
    text = _GROUPS.format(table=table, alike=alike, values=values, size=size, largest=LARGEST_GROUP)
    return text, args


async def groups(
    reads: Reads, reasons: Sequence[Likeness], after: tuple[Likeness, int] | None, size: int
) -> list[Group]:
    """Up to `size` groups of these reasons, one reason after the other, from a place on."""
    found: list[Group] = []
    for reason, place in _due(reasons, after):
        text, args = groups_statement(reason, place, size - len(found))
        rows = await reads.rows(f"duplicates {_table(reason)} {reason.name}", *args, text=text)
        found.extend(_group(reason, row) for row in rows)
        if len(found) == size:
            break
    return found


def _due(
    reasons: Sequence[Likeness], after: tuple[Likeness, int] | None
) -> Iterator[tuple[Likeness, int | None]]:
    """The reasons that are left to be walked, the first of them from where it was left."""
    ordered = [reason for reason in _ARMS if reason in reasons]
    if after is None:
        return ((reason, None) for reason in ordered)
    places = list(_ARMS)
    left = [reason for reason in ordered if places.index(reason) >= places.index(after[0])]
    return ((reason, after[1] if reason is after[0] else None) for reason in left)


def _group(reason: Likeness, row: Row) -> Group:
    return Group(reason, row["likeness"], row["value"], row["n"], tuple(row["ids"]), row["winner_id"])


def _table(reason: Likeness) -> str:
    return "contact" if isinstance(reason, ContactLikeness) else "account"
