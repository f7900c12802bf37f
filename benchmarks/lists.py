"""A list of a million contacts in every order and with every kind of filter: which is the slowest?

`python -m benchmarks.lists --contacts 1000000` starts a PostgreSQL, fills it, asks for the first page and for
a deep one through the executor in process, counts by every facet, and prints the slowest medians; `--explain`
adds the plans of the first three. `--place FOLDER` keeps the database, filled once. `--only WORD` asks for
what has the word in its label. `--copy 100000` measures instead how long a COPY of so many contacts takes,
without the indexes of migration 15 and with them, in turn.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import asyncpg

from benchmarks.contacts import copied, seed
from db import listings
from db.database import Database, Reads, connected
from db.embedded import running
from db.listing import cursors_of
from db.migrate import migrate
from db.orders import ordered
from domain.lists import Asked
from resolvers.context import Context
from resolvers.identity import to_global
from schema.build import schema
from schema.plan import Executor

SIZE = 25
ENDS = (("ASC", "LAST"), ("DESC", "FIRST"))
FILTERS = {
    "": "",
    "text eq": '{city: {eq: "Delft 17"}}',
    "text eq, rare": '{department: {eq: "department 4711"}}',
    "text eq, none": '{department: {eq: "nobody\'s"}}',
    "text in": '{city: {in: ["Delft 17", "Gouda 18", "Lille 1"]}}',
    "text ne": '{city: {ne: "Delft 17"}}',
    "text notIn": '{country: {notIn: ["NL", "DE"]}}',
    "text isNull": "{city: {isNull: true}}",
    "text not isNull": "{department: {isNull: false}}",
    "e-mail eq": '{email: {eq: "p4712@example.org"}}',
    "e-mail endsWith": '{email: {endsWith: "712@example.org"}}',
    "name contains": '{fullName: {contains: "olfor"}}',
    "name contains two letters": '{fullName: {contains: "zq"}}',
    "text contains": '{jobTitle: {contains: "eer 7"}}',
    "text contains, rare": '{department: {contains: "ment 4711"}}',
    "text contains, none": '{description: {contains: "nothing like it"}}',
    "text startsWith": '{city: {startsWith: "delft 17"}}',
    "text endsWith": '{city: {endsWith: " 179"}}',
    "text of any alphabet": '{city: {contains: "\u00c4\u00d6\u00dc"}}',
    "choice eq": "{gender: {eq: FEMALE}}",
    "choice in": "{preferences: {preferredContactMethod: {in: [EMAIL, FAX]}}}",
    "choice ne": "{accountRole: {ne: EMPLOYEE}}",
    "choice isNull": "{accountRole: {isNull: true}}",
    "choice of a group": "{preferences: {bulkEmail: {eq: DO_NOT_ALLOW}}}",
    "yes or no": "{marketingOnly: {eq: true}}",
    "state": "{state: {eq: INACTIVE}}",
    "has one of several": "{relationshipTypes: {has: SPEAKER}}",
    "number": '{annualIncome: {gt: "999990"}}',
    "number, none": '{annualIncome: {gt: "999999999"}}',
    "number, between": '{creditLimit: {gte: "1000", lt: "2000"}}',
    "day": '{birthDate: {gte: "2003-01-01"}}',
    "moment": '{createdAt: {gte: "2025-06-01T00:00:00Z"}}',
    "moment, between": '{updatedAt: {gte: "2025-06-01T00:00:00Z", lt: "2025-06-02T00:00:00Z"}}',
    "id": '{id: {eq: "%(contact)s"}}',
    "account": '{account: {id: {eq: "%(account)s"}}}',
    "account has": "{account: {industry: {eq: BROKERS}}}",
    "account has, rare": '{account: {name: {eq: "Account 4711"}}}',
    "account has, text": '{account: {description: {contains: "tion 471"}}}',
    "no account": "{not: {account: {}}}",
    "leads some": "{leads: {some: {rating: {eq: HOT}, state: {eq: OPEN}}}}",
    "leads some, text": '{leads: {some: {jobTitle: {contains: "eer 7"}}}}',
    "leads none": "{leads: {none: {}}}",
    "opportunities some": "{opportunities: {some: {}}}",
    "or": '{or: [{city: {eq: "Delft 17"}}, {jobTitle: {eq: "Buyer 3"}}, {gender: {eq: MALE}}]}',
    "or, rare": '{or: [{department: {eq: "department 4711"}}, {leads: {some: {rating: {eq: HOT}}}}]}',
    "not": '{not: {city: {startsWith: "d"}}}',
    "several": '{state: {eq: ACTIVE}, country: {eq: "NL"}, jobTitle: {contains: "buyer"}}',
}
ORDERS = ("CREATED_AT", "NAME", "CITY", "DEPARTMENT")
"""What filters are asked with: the usual order, two that an index has, and one that none has."""
SHOWN = "nodes { id fullName email jobTitle city createdAt account { id name } } pageInfo { hasNextPage }"
FACETS = (
    *("COUNTRY", "GENDER", "STATE", "RELATIONSHIP_TYPES", "CONSENT_LEVEL"),
    *("ACCOUNT", "CITY", "JOB_TITLE", "EFFECTIVE_CONSENT", "BULK_EMAIL_PERMISSION"),
)
FACETED = {"": "", ", filtered": ", where: {gender: {eq: FEMALE}}", ", searched for": ', search: "ann"'}
TOTAL = "totalCount { value }"
SEARCHES = ("ann", "ann hol", "example", "holfrd")


@dataclass(frozen=True)
class Case:
    """A question that is timed."""

    label: str
    document: str
    asked: Asked | None = None
    deep: int = 0
    """Where a deep page begins, and in which order."""


class Told(Reads):
    """Reads that keep what was asked of the database."""

    asked: list[tuple[str, tuple[Any, ...]]]

    async def rows(self, name: str, *args: Any, text: str | None = None) -> list[Any]:
        """The rows; the statement is kept."""
        self.asked.append((text or "", args))
        return await super().rows(name, *args, text=text)


class Watched(Database):
    """A database of which the last request's statements are known."""

    last: Told

    def reads(self) -> Reads:
        """Reads that are kept in sight."""
        self.last = Told(self._connections)
        self.last.asked = []
        return self.last


def document(arguments: str, after: bool = False, more: str = "") -> str:
    """The document that asks for a page."""
    begun, cursor = ("query Page($after: String)", "after: $after,") if after else ("", "")
    return f"{begun} {{ contacts(first: {SIZE}, {cursor} {arguments}) {{ {SHOWN} {more} }} }}"


def orders(deep: int) -> Iterator[Case]:
    """Every order, from either end: its first page and a deep one."""
    for sort in listings.contacts.sorts:
        for direction, nulls in ENDS:
            order = f"orderBy: {{field: {sort}, direction: {direction}, nulls: {nulls}}}"
            label = f"by {sort} {direction} nulls {nulls}"
            yield Case(f"{label}, page 1", document(order))
            asked = Asked(sort, direction == "DESC", SIZE, nulls_first=nulls == "FIRST")
            yield Case(f"{label}, deep", document(order, after=True), asked, deep)


async def cursor(connection: asyncpg.Connection, asked: Asked, deep: int) -> str:
    """The cursor of a record deep in an order."""
    sort = listings.contacts.sorts[asked.sort]
    text = f"select {sort.expression} as value, t.id from contact t {ordered(asked, sort)}"
    (row,) = await connection.fetch(f"{text} offset {deep} limit 1")
    return cursors_of(listings.contacts, asked)(row["value"], row["id"])


def filters(meant: dict[str, str]) -> Iterator[Case]:
    """Every kind of filter, in several orders."""
    for name, where in FILTERS.items():
        for sort in ORDERS if where else ():
            given = f"where: {where % meant if '%(' in where else where}, orderBy: {{field: {sort}}}"
            yield Case(f"where {name}, by {sort}", document(given))
            if sort == "NAME":
                yield Case(f"where {name}, by {sort} and counted", document(given, more=TOTAL))
        if where:
            given = f"where: {where % meant if '%(' in where else where}"
            yield Case(
                f"where {name}, counted", f"{{ contacts(first: 1, {given}) {{ totalCount {{ value }} }} }}"
            )


def searches() -> Iterator[Case]:
    """Searches, in order of relevance and in orders of their own."""
    for words in SEARCHES:
        yield Case(f"search {words}", document(f'search: "{words}"'))
        for sort in ORDERS:
            given = f'search: "{words}", orderBy: {{field: {sort}}}'
            yield Case(f"search {words}, by {sort}", document(given))


def counts() -> Iterator[Case]:
    """Counts by one facet, by five and by ten: of all, of what a filter means, and of what a search finds."""
    for number in (1, 5, 10):
        for label, given in FACETED.items():
            by = ", ".join(FACETS[:number])
            shown = "field buckets { value label count { value } }"
            label = f"{number} facets{label}"
            yield Case(label, f"{{ contactFacets(by: [{by}]{given}) {{ {shown} }} }}")


async def ask(executor: Executor, db: Watched, case: Case, after: str | None) -> float:
    """How long one answer takes, in milliseconds."""
    context = Context(db, datetime.now(UTC), None, "benchmark")
    begun = time.perf_counter()
    outcome = await executor.run(context, case.document, {"after": after} if after else {})
    spent = (time.perf_counter() - begun) * 1000
    assert not outcome.errors, (case.label, outcome.errors)
    return spent


async def measure(
    executor: Executor, db: Watched, connection: asyncpg.Connection, case: Case, options: argparse.Namespace
) -> float:
    """The median of a case."""
    after = await cursor(connection, case.asked, case.deep) if case.asked else None
    await ask(executor, db, case, after)
    spent = median([await ask(executor, db, case, after) for _ in range(options.rounds)])
    print(f"{case.label:<60} {spent:9.1f} ms", flush=True)
    return spent


async def explain(executor: Executor, db: Watched, connection: asyncpg.Connection, case: Case) -> None:
    """Prints the plans of a case's statements."""
    await ask(executor, db, case, await cursor(connection, case.asked, case.deep) if case.asked else None)
    print(f"\n{case.label}\n{case.document}")
    for text, args in list(db.last.asked):
        if text:
            rows = await connection.fetch(f"explain (analyze, buffers, costs) {text}", *args)
            print(text, *(row[0] for row in rows), sep="\n")


async def main(dsn: str, options: argparse.Namespace) -> None:
    """Prepares, measures, and names the slowest."""
    connection = await asyncpg.connect(dsn)
    await migrate(connection)
    await seed(connection, options.contacts)
    if options.copy:
        await copied(connection, options.copy, options.rounds)
        return
    executor = Executor(schema)
    async with connected(dsn) as plain:
        db = Watched(plain._connections)
        meant = await _meant(connection)
        cases = [*orders(options.contacts // 4), *filters(meant), *searches(), *counts()]
        cases = [case for case in cases if options.only in case.label]
        found = [(await measure(executor, db, connection, case, options), case) for case in cases]
        found.sort(key=lambda one: -one[0])
        print(f"\n{len(found)} cases; the slowest:")
        for spent, case in found[:15]:
            print(f"{spent:9.1f} ms  {case.label}")
        for _, case in found[: 3 if options.explain else 0]:
            await explain(executor, db, connection, case)
    await connection.close()


async def _meant(connection: asyncpg.Connection) -> dict[str, str]:
    """The ids of records in the middle of the table."""
    found = {}
    for name in ("contact", "account"):
        id = await connection.fetchval(f"select id from {name} order by id offset 471 limit 1")
        found[name] = to_global(name.capitalize(), id)
    return found


def over(options: argparse.Namespace) -> None:
    """Measures over a database kept in a folder, or over one that is thrown away."""
    with tempfile.TemporaryDirectory(dir="/tmp") as passing:
        folder = Path(options.place or passing)
        folder.mkdir(parents=True, exist_ok=True)
        with running(folder) as address:
            asyncio.run(main(address, options))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="The slowest page of a long list.")
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--place")
    parser.add_argument("--only", default="")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--copy", type=int, default=0)
    parser.add_argument("--explain", action="store_true")
    over(parser.parse_args())
