"""A crowd for the benchmarks of interactions: half a million contacts, and what they did."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import asyncpg

from domain.facts import NewInteraction
from domain.interactions import InteractionType as T

CONTACTS, ACCOUNTS, GIANT = 500_000, 25_000, 20_000
"""The giant account's members are the first contacts; each other account has some nineteen of the rest."""
SOURCE = "benchmark"
START = datetime(2025, 11, 1, tzinfo=UTC)
_MIX = {
    T.EMAIL_SENT: 25,
    T.EMAIL_DELIVERED: 25,
    T.EMAIL_OPENED: 25,
    T.EMAIL_CLICKED: 10,
    T.WEBSITE_VISITED: 15,
}
REPEATED = 0.05
"""How many come twice, as sources do."""
PEOPLE = """
insert into account (id, name, created_at, updated_at)
select ('a' || lpad(to_hex(n), 31, '0'))::uuid, 'Account ' || n, '2020-01-01', '2020-01-01'
from generate_series(0, $1::int - 1) n;
"""
MEMBERS = """
with made as (
    insert into contact (id, account_id, first_name, last_name, email, created_at, updated_at)
    select ('c' || lpad(to_hex(n), 31, '0'))::uuid,
        ('a' || lpad(to_hex(case when n < $2::int then 0 else 1 + n % ($3::int - 1) end), 31, '0'))::uuid,
        'Person', 'Number ' || n, 'person-' || n || '@example.org', '2020-01-01', '2020-01-01'
    from generate_series(0, $1::int - 1) n
    returning id, account_id
)
insert into contact_account_membership (contact_id, from_at, account_id)
select id, '2020-01-01', account_id from made
"""


def account(number: int) -> UUID:
    """The id of an account; the giant's is that of 0."""
    return UUID(f"a{number:031x}")


def contact(number: int) -> UUID:
    """The id of a contact."""
    return UUID(f"c{number:031x}")


async def gather(connection: asyncpg.Connection, contacts: int = CONTACTS) -> None:
    """Makes the accounts and the contacts."""
    accounts, giant = max(2, contacts * ACCOUNTS // CONTACTS), contacts * GIANT // CONTACTS
    await connection.execute(PEOPLE, accounts, timeout=600)
    await connection.execute(MEMBERS, contacts, giant, accounts, timeout=600)
    await connection.execute("vacuum analyze account, contact, contact_account_membership", timeout=600)


def happened(seed: int, rows: int, contacts: range) -> list[NewInteraction]:
    """A stretch of a stream, in about the order of time: letters and what became of them, and visits."""
    chance, made = random.Random(seed), []
    begin = START + timedelta(hours=seed)
    kinds = chance.choices(list(_MIX), list(_MIX.values()), k=rows)
    for number, kind in enumerate(kinds):
        if made and chance.random() < REPEATED:
            made.append(made[-chance.randint(1, min(len(made), 5_000))])
            continue
        who = contact(contacts[int(len(contacts) * chance.random() ** 1.5)])
        at = begin + timedelta(seconds=number * 10_800 / rows + chance.random() * 3_600)
        message = None if kind is T.WEBSITE_VISITED else f"letter-{seed // 8}-{chance.randrange(4)}"
        led = kind in (T.EMAIL_CLICKED, T.WEBSITE_VISITED)
        page = f"https://example.org/{chance.randrange(20)}" if led else None
        made.append(
            NewInteraction(
                kind,
                at,
                SOURCE,
                f"{seed}-{number}",
                contact_id=who,
                message_id=message,
                journey_id=message and "spring",
                link=page,
                properties={"countryIsoCode": "NO"} if page else {"emailDomain": "example.org"},
            )
        )
    return made


def batches(made: list[NewInteraction], size: int) -> Iterator[list[NewInteraction]]:
    """The stretch in batches."""
    return (made[at : at + size] for at in range(0, len(made), size))
