"""The first page of every list in every order against its 10,000th, over a million contacts.

`python -m benchmarks.paging` starts a PostgreSQL, fills it, and prints a line for each order: the medians of
both pages, asked for in turn, through the executor in process, and their ratio; then the same for searches.
`python -m benchmarks.paging PLACE` takes the database of an address, or one in a folder, which is kept and
filled once; `python -m benchmarks.paging PLACE searches` leaves the orders out.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg

from db import listings
from db.database import Database, connected
from db.embedded import running
from db.listing import cursors_of
from db.listings import Listing
from db.migrate import migrate
from db.orders import ordered
from domain.lists import Asked
from resolvers.context import Context
from schema.build import schema
from schema.plan import Executor

SIZE = 25
PAGES = 10_000
ROUNDS = 101
SEARCHES = (
    ("p123", 20),
    ("p12", 40),
    ("ann hol", 40),
    ("delft buyer", 40),
    ("ann", 40),
    ("example", 40),
    ("hol ann", 2),
    ("holfrd", 3),
)
ROWS = {"account": 300_000, "contact": 1_000_000, "lead": 300_000, "opportunity": 300_000}
_MOMENT = "timestamptz '2015-01-01'"
_MOMENTS = (
    f"{_MOMENT} + (i / 3) * interval '2 minutes', {_MOMENT} + (i * 7919 % 1000003) * interval '3 minutes'"
)
_FIRST = (
    "(array['Ann','Bob','Cas','Dee','Eli','Fay','Gus','Hal','Ida','Jon','Kim','Lee','Mia'])[1 + i * 31 % 13]"
)
_LAST = (
    "(array['Ar','Be','Co','Da','El','Fen','Gra','Hol','Ir','Ka'])[1 + i / 7 % 10]"
    " || (array['ba','den','lo','mer','ni','ra','sto','ti','vel','wo'])[1 + i / 70 % 10]"
    " || (array['ck','dale','ford','gate','ley','lock','man','ner','sen','worth'])[1 + i / 700 % 10]"
)
_CITY = "(array['Delft','Gouda','Breda','Ghent','Aachen','Leuven','Lille','Trier'])[1 + i % 8]"
_JOB = "(array['Buyer','Planner','Engineer','Director','Clerk'])[1 + i % 5]"
_AMOUNT = "case when i % 3 > 0 then i * 37 % 5000 end"
_DAY = "case when i % 3 > 0 then date '2026-01-01' + (i % 700)::int end"
SEEDS = {
    "account": f"""insert into account (id, created_at, updated_at, name, revenue, number_of_employees, city)
        select md5('a' || i)::uuid, {_MOMENTS}, 'Account ' || i % 60000, {_AMOUNT}, {_AMOUNT}, {_CITY}""",
    "contact": f"""insert into contact
        (id, created_at, updated_at, first_name, last_name, email, city, job_title, account_id)
        select md5('c' || i)::uuid, {_MOMENTS}, {_FIRST}, case when i % 3 > 0 then {_LAST} end,
        case when i % 3 > 0 then 'p' || i || '@example.org' end, {_CITY}, {_JOB},
        md5('a' || (1 + i % 300000))::uuid""",
    "lead": f"""insert into lead
        (home_id, id, created_at, updated_at, topic, estimated_amount, estimated_close_date)
        select md5('l' || i)::uuid, md5('l' || i)::uuid, {_MOMENTS}, 'Interest ' || i % 9000,
        {_AMOUNT}, {_DAY}""",
    "opportunity": f"""insert into opportunity
        (id, created_at, updated_at, name, estimated_value, estimated_close_date)
        select md5('o' || i)::uuid, {_MOMENTS}, 'Sale ' || i, {_AMOUNT}, {_DAY}""",
}
LISTS = {
    "accounts": listings.accounts,
    "contacts": listings.contacts,
    "leads": listings.leads,
    "opportunities": listings.opportunities,
}


@dataclass(frozen=True)
class Case:
    """One order of one list: its first page, and the cursor of a deep one."""

    label: str
    document: str
    cursor: str


def orders() -> Iterator[tuple[str, Listing, Asked]]:
    """Every order of every list."""
    for name, listing in LISTS.items():
        for sort, falling, first in product(listing.sorts, (False, True), (False, True)):
            if listing.sorts[sort].nullable or not first:
                yield name, listing, Asked(sort, falling, SIZE, nulls_first=first)


async def case_of(connection: asyncpg.Connection, name: str, listing: Listing, asked: Asked) -> Case:
    """The case of an order, its deep cursor found by counting."""
    sort = listing.sorts[asked.sort]
    text = f"select {sort.expression} as value, t.id from {listing.source} {ordered(asked, sort)}"
    (row,) = await connection.fetch(f"{text} offset {(PAGES - 1) * SIZE - 1} limit 1")
    direction, nulls = "DESC" if asked.descending else "ASC", "FIRST" if asked.nulls_first else "LAST"
    order = f"{{field: {asked.sort}, direction: {direction}, nulls: {nulls}}}"
    label = f"{name} {asked.sort} {direction}" + (f" nulls {nulls}" if sort.nullable else "")
    return Case(
        label, _document(name, f"orderBy: {order}"), cursors_of(listing, asked)(row["value"], row["id"])
    )


def _document(name: str, arguments: str, more: str = "") -> str:
    edges = (
        f"edges {{ cursor node {{ id createdAt updatedAt }} }} pageInfo {{ hasNextPage endCursor }} {more}"
    )
    return f"query Page($after: String) {{ {name}(first: {SIZE}, after: $after, {arguments}) {{ {edges} }} }}"


async def search_cases(executor: Executor, db: Database) -> list[Case]:
    """Searches with a cursor deep in what each finds, come to by walking."""
    found = []
    ways = (("", ""), ("", "totalCount { value }"), (", orderBy: {field: NAME, direction: DESC}", ""))
    for (sought, pages), (order, more) in product(SEARCHES, ways):
        document, cursor = _document("contacts", f'search: "{sought}"{order}', more), None
        reached = 1
        while reached < pages:
            info = (await asked_for(executor, db, document, cursor))["contacts"]["pageInfo"]
            if not info["hasNextPage"]:
                break
            cursor, reached = info["endCursor"], reached + 1
        label = f'search "{sought}"{" by name" if order else ""}{" counted" if more else ""}, page {reached}'
        found.append(Case(label, document, str(cursor)))
    return found


async def asked_for(executor: Executor, db: Database, document: str, cursor: str | None) -> dict[str, Any]:
    """The answer for one page."""
    outcome = await executor.run(
        Context(db, datetime.now(UTC), None, "benchmark"), document, {"after": cursor}
    )
    assert outcome.way.value == "plan", (outcome.errors, outcome.reason)
    return outcome.data  # type: ignore[no-any-return]


async def compare(executor: Executor, db: Database, case: Case) -> float:
    """Asks for both pages in turn; prints the medians and gives their ratio."""
    times: tuple[list[float], list[float]] = [], []
    for _ in range(ROUNDS):
        for cursor, spent in zip((None, case.cursor), times, strict=True):
            begun = time.perf_counter()
            page = await asked_for(executor, db, case.document, cursor)
            spent.append(time.perf_counter() - begun)
            assert len(next(iter(page.values()))["edges"]) == SIZE or "search" in case.label
    first, deep = (median(spent) * 1000 for spent in times)
    print(f"{case.label:<58} {first:7.2f} ms {deep:7.2f} ms {deep / first:6.2f}", flush=True)
    return deep / first


async def seed(connection: asyncpg.Connection) -> None:
    """Fills the tables, unless they are."""
    if await connection.fetchval("select exists (select from contact)"):
        return
    for table, text in SEEDS.items():
        begun = time.perf_counter()
        await connection.execute(f"{text} from generate_series(1, {ROWS[table]}::bigint) i")
        print(f"{ROWS[table]:,} rows of {table} in {time.perf_counter() - begun:.0f} s", flush=True)
    await connection.execute("vacuum analyze")


async def main(dsn: str, *, searches_only: bool = False) -> None:
    """Prepares, compares, and says what is not flat."""
    connection = await asyncpg.connect(dsn)
    await migrate(connection)
    await seed(connection)
    executor = Executor(schema)
    async with connected(dsn) as db:
        print(f"{'':<58} {'page 1':>10} {'deep page':>10} {'ratio':>6}")
        if not searches_only:
            ratios = [await compare(executor, db, await case_of(connection, *one)) for one in orders()]
            print(f"orders: {len(ratios)}, ratios from {min(ratios):.2f} to {max(ratios):.2f}")
        for case in await search_cases(executor, db):
            await compare(executor, db, case)
    await connection.close()


def over(place: str | None, *, searches_only: bool) -> None:
    """Compares over a database that there is, over one kept in a folder, or over one that is thrown away."""
    if place is not None and "://" in place:
        asyncio.run(main(place, searches_only=searches_only))
        return
    with tempfile.TemporaryDirectory(dir="/tmp") as passing:
        folder = Path(place or passing)
        folder.mkdir(parents=True, exist_ok=True)
        with running(folder) as address:
            asyncio.run(main(address, searches_only=searches_only))


if __name__ == "__main__":
    over(sys.argv[1] if len(sys.argv) > 1 else None, searches_only="searches" in sys.argv[2:])
